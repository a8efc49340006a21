"""One transaction for each part of the matrix, in place of one a test.

What is made once stays for all cells of the part, and each request is undone by itself. A part is
small, because all that its requests wrote and undid is still looked through by the next one until
the part's transaction ends. Tests of this folder are therefore not marked with `django_db`.
"""

from django.db import transaction

from tests.matrix.crowd import Crowd


class Stage:
    """Holds the crowd of the part being tried, and takes it away before the next."""

    def __init__(self) -> None:
        self._part = ""
        self._crowd: Crowd | None = None
        self._transaction: transaction.Atomic | None = None

    def crowd_of(self, part: str) -> Crowd:
        """The crowd of this part; that of another part is gone with everything made for it."""
        if self._crowd is None or part != self._part:
            self.clear()
            self._transaction = transaction.atomic()
            self._transaction.__enter__()
            self._part, self._crowd = part, Crowd()
        return self._crowd

    def clear(self) -> None:
        """Undo everything."""
        if self._transaction is not None:
            transaction.set_rollback(True)
            self._transaction.__exit__(None, None, None)
        self._part, self._crowd, self._transaction = "", None, None
