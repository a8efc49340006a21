"""Components: what goes in comes out escaped, in its slot, with its names for screen readers."""

from datetime import UTC, datetime

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Engine, TemplateSyntaxError, engines
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from luchang.kernel.ui import tones
from luchang.kernel.ui.templatetags.ui import as_json, or_dash
from luchang.kernel.ui.tones import Tone, UnknownStates
from luchang.screens.style_guide import SampleState


def drawn(source: str, **values: object) -> str:
    engine: Engine = engines["django"].engine  # type: ignore[attr-defined]
    return engine.from_string("{% load ui %}" + source).render(Context(values)).strip()


def test_a_slot_belongs_to_the_component_around_it() -> None:
    """The inner card must not take the outer card's actions."""
    html = drawn(
        '{% card title="外" %}{% slot "actions" %}OUTER{% endslot %}'
        '{% card title="内" %}{% slot "actions" %}INNER{% endslot %}x{% endcard %}{% endcard %}'
    )

    assert html.index("OUTER") < html.index("INNER")
    assert html.count("OUTER") == html.count("INNER") == 1
    assert html.index("OUTER") < html.index("内")


def test_a_slot_outside_any_component_is_a_mistake() -> None:
    with pytest.raises(TemplateSyntaxError):
        drawn('{% slot "actions" %}x{% endslot %}')


def test_an_unknown_argument_is_a_mistake() -> None:
    with pytest.raises(TemplateSyntaxError):
        drawn('{% button "发送" colour="red" %}')


@pytest.mark.parametrize(
    "source",
    [
        "{% badge evil %}",
        "{% button evil title=evil %}",
        "{% stat evil evil note=evil %}",
        "{% empty evil body=evil %}",
        "{% code evil copy=True %}",
        "{% plate evil %}",
        "{% person evil note=evil %}",
        "{% card title=evil %}{{ evil }}{% endcard %}",
        "{% fact label=evil %}{{ evil }}{% endfact %}",
        "{% event title=evil who=evil %}{{ evil }}{% endevent %}",
        "{% notice title=evil %}{{ evil }}{% endnotice %}",
        "{% map_panel spec %}",
        "{% chart_panel 'bar' chart label=evil %}",
    ],
)
def test_nothing_a_caller_said_becomes_markup(source: str) -> None:
    evil = "</script><img src=x onerror=alert(1)>"
    chart = {"categories": [evil], "series": [{"name": evil, "values": [1]}]}

    html = drawn(source, evil=evil, spec={"layers": [{"title": evil, "id": "a"}]}, chart=chart)

    assert "<img" not in html


@given(st.text())
def test_a_json_block_cannot_be_ended_from_inside(text: str) -> None:
    assert not set("<>&") & set(as_json({"text": text}))


def test_zero_is_shown_and_nothing_is_a_dash() -> None:
    assert or_dash(0) == 0
    assert "—" in str(or_dash(None))
    assert "—" in drawn("{% stat '办结率' value %}", value=None)
    assert ">0" in drawn("{% stat '办结率' 0 %}")


def test_a_moment_is_read_in_shanghai() -> None:
    at = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)

    assert ">2026-11-24 00:30<" in drawn("{% when at %}", at=at)


def test_a_field_is_joined_to_its_help_and_its_mistake() -> None:
    class Form(forms.Form):
        place = forms.CharField(label="地点", help_text="至少两个字")

    html = drawn("{% field form.place %}", form=Form({"place": ""}))

    assert 'aria-describedby="id_place_helptext id_place_error"' in html
    assert 'id="id_place_helptext"' in html
    assert 'id="id_place_error"' in html
    assert 'aria-invalid="true"' in html


def test_page_numbers_keep_the_filters() -> None:
    request = RequestFactory().get("/incidents?state=open&page=2")

    html = drawn("{% pagination page %}", page=Paginator(range(90), 20).page(2), request=request)

    assert 'href="?state=open&amp;page=3"' in html


def test_every_state_needs_a_tone() -> None:
    with pytest.raises(ValueError, match="closed"):
        tones.register("x", SampleState, {"received": Tone.DANGER, "under_way": Tone.PRIMARY})


def test_a_state_is_shown_in_its_tone() -> None:
    tones.register(
        "sample",
        SampleState,
        {"received": Tone.DANGER, "under_way": Tone.PRIMARY, "closed": Tone.SUCCESS},
    )

    assert "lc-tone-success" in drawn("{% status 'sample' 'closed' %}")


def test_states_nobody_registered_are_a_mistake() -> None:
    with pytest.raises(UnknownStates):
        tones.shown_as("nowhere", "open")
