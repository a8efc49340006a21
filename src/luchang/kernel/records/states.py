"""The state tables of the record kit; the table itself lives in `luchang.kernel.states`."""

from luchang.kernel.states import IllegalTransition, TransitionTable

__all__ = ["IllegalTransition", "TransitionTable"]
