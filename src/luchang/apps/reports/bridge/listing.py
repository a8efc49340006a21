"""Rows of the platform's lists, as a report prints them: within its author's reach, masked."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.urls import get_resolver

from luchang.apps.reports.models import Report
from luchang.core.documents.language import Fault, Listed, Problem, Template
from luchang.core.documents.placing import MOST_LISTED, Rows
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor
from luchang.kernel.lists import services
from luchang.kernel.lists.asked import Asked
from luchang.kernel.lists.filters import Circumstances, DateRange
from luchang.kernel.lists.specs import ListSpec, find
from luchang.kernel.lists.states import ListState, read

ENGINE = {"sort"}
"""Parameters of a view beside those of its filters; pages and saved views mean nothing here."""


class ListForbidden(Exception):
    """The author does not reach all rows a list has of the organisation; its code is the text."""


class ListUnreadable(Exception):
    """A filter of the view means nothing to its list any more; its code is the text."""


def problems(template: Template) -> Iterator[Problem]:
    """Lists nobody declares, and columns, filters and days they do not have, by line."""
    for each in template.lists():
        spec = known(each.code)
        if spec is None:
            yield Problem(each.at, Fault.UNKNOWN_LIST, each.code)
        else:
            yield from _problems_of(spec, each)


def known(code: str) -> ListSpec[Any] | None:
    get_resolver().url_patterns  # noqa: B018 - lists are known once the addresses are read
    try:
        return find(code)
    except LookupError:
        return None


def rows(listed: Listed, report: Report, *, by: Actor, at: datetime) -> Rows:
    """The first rows of the view and how many there are; the reading is audited.

    Where the list knows organisations it is narrowed to the branch the report is about.

    Raises:
        ListForbidden: the author may not open the list, or not reach all of that branch.
        ListUnreadable: a filter is set to something it cannot mean.
    """
    spec = known(listed.code)
    if spec is None:
        raise ListUnreadable(listed.code)
    place = report.organisation
    if not by.covers(spec.permission, organisation_id=place.pk, path=place.path):
        raise ListForbidden(listed.code)
    state = _state(spec, listed, report, by=by, at=at)
    if state.unreadable:
        raise ListUnreadable(listed.code)
    found = state.rows()
    total = found.count()
    printed = tuple(
        tuple(column.cell(row).text for column in state.columns) for row in found[:MOST_LISTED]
    )
    services.record_taking(state, Action.PRINT, by=by, at=at, rows=len(printed))
    head = tuple(column.file_title for column in state.columns)
    return Rows(str(spec.title), head, printed, total)


def _state(
    spec: ListSpec[Any], listed: Listed, report: Report, *, by: Actor, at: datetime
) -> ListState:
    asked = Asked.of(QueryDict(listed.view).lists())
    if spec.tree and not asked.one(spec.tree.key):
        asked = asked.replaced(spec.tree.key, report.organisation.code)
    if listed.period:
        last = report.period_end - timedelta(days=1)
        asked = asked.without(listed.period)
        asked = asked.replaced(f"{listed.period}.from", report.period_start.isoformat())
        asked = asked.replaced(f"{listed.period}.to", last.isoformat())
    now = Circumstances(by, spec.permission, at)
    return read(spec, asked.without("cols"), now, listed.columns)


def _problems_of(spec: ListSpec[Any], listed: Listed) -> Iterator[Problem]:
    for key in listed.columns:
        if spec.column(key) is None:
            yield Problem(listed.at, Fault.UNKNOWN_COLUMN, key[:60])
    own = {name for each in spec.filters for name in each.names} | ENGINE
    for name in QueryDict(listed.view):
        if name not in own:
            yield Problem(listed.at, Fault.UNKNOWN_FILTER, name[:60])
    days = {each.key for each in spec.filters if isinstance(each, DateRange)}
    if listed.period and listed.period not in days:
        yield Problem(listed.at, Fault.UNKNOWN_FILTER, listed.period[:60])
