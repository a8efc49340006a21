"""Checked reports and their figures, as the routes take them."""

from collections.abc import Callable

from luchang.kernel.identity.models import Organisation
from tests.factories import figures
from tests.matrix.protocol import Made, Place, Specimen

Make = Callable[[Organisation], Made]


def _document(at: Organisation) -> Made:
    made = figures.document(at=at)
    return Made(ids={"pk": made.pk}, mark=made.title)


def _output(at: Organisation) -> Made:
    made = figures.document(at=at)
    return Made(ids={"pk": made.pk, "kind": "json"}, mark=made.title)


def _figure(at: Organisation) -> Made:
    made = figures.figure(at=at)
    return Made(
        ids={"pk": made.pk},
        form={"status": "DISPUTED", "reason": "核对"},
        mark=made.document.title,
    )


def _given_to(at: Organisation) -> Made:
    return Made(form={"organisation": at.pk, "text": "接警5起。", "title": "x"})


def _lists(code: str, make: Make) -> list[Specimen]:
    def listed(at: Organisation) -> Made:
        return Made(mark=make(at).mark, query={"size": "200"})

    def sought(at: Organisation) -> Made:
        return Made(mark=make(at).mark, query={"organisation": at.code, "q": ""})

    def exported(at: Organisation) -> Made:
        return Made(mark=make(at).mark, query={"format": "csv"})

    return [
        Specimen(route=f"figures.{code}", make=listed, place=Place.LIST),
        Specimen(route=f"figures.{code}", make=sought, place=Place.FILTER),
        Specimen(route=f"figures.{code}.export", make=exported, place=Place.EXPORT),
        Specimen(route=f"figures.{code}.print", make=listed, place=Place.FILE),
    ]


SPECIMENS = [
    *_lists("documents", _document),
    *_lists("reported", _figure),
    Specimen(route="figures.document", make=_document, method="GET"),
    Specimen(route="figures.output", make=_output, method="GET"),
    Specimen(route="figures.figure", make=_figure, method="GET"),
    Specimen(route="figures.judge", make=_figure, method="POST"),
    Specimen(route="figures.check", make=_given_to, method="POST", place=Place.BODY),
]
