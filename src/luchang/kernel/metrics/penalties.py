"""What may not be made of penalties: a measure of the officers who impose them.

道路交通安全违法行为处理程序规定 (公安部令157) 第66条: no targets for fines may be set, and the
number of penalties measures no officer's enforcement. As trend or workload it may be shown.
"""

ARTICLE = "公安部令157《道路交通安全违法行为处理程序规定》第66条"

_records: set[str] = set()


class PenaltyRanking(ValueError):
    """Somebody wants to rank or score by the number of penalties; the message cites the law."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{code}: {ARTICLE}不得以处罚数量作为考核标准")


def name_records(*labels: str) -> None:
    """Say which models are penalties, as `app.model`: no figure over them may rank anybody."""
    _records.update(label.lower() for label in labels)


def are_penalties(label: str) -> bool:
    """Whether the model of that label was named as penalties."""
    return label.lower() in _records
