"""Two editors of one record: the later sees the earlier change before it is overwritten."""

from unittest.mock import patch

import pytest
from django import forms
from django.db import models
from django.http import QueryDict
from django.test import RequestFactory

from luchang.kernel.identity.actors import NOBODY
from luchang.kernel.lists.editing import (
    Difference,
    EditConflict,
    Versioned,
    VersionedForm,
    check_version,
    conflict,
    differences,
)


class Note(Versioned):
    """A record of these tests only; it has no table."""

    text = models.CharField(max_length=20)
    grade = models.CharField(max_length=1, choices=[("A", "甲"), ("B", "乙")])
    is_open = models.BooleanField(default=True)

    class Meta:
        app_label = "lists"
        managed = False

    def __str__(self) -> str:
        return "便条"


class NoteForm(VersionedForm):
    text = forms.CharField(label="文字")
    grade = forms.CharField(label="等级", required=False)
    is_open = forms.BooleanField(label="开", required=False)
    other = forms.CharField(required=False)


def sent(**values: str) -> NoteForm:
    asked = QueryDict(mutable=True)
    asked.update(values)
    form = NoteForm(asked)
    assert form.is_valid(), form.errors
    return form


def test_an_older_sight_is_refused_and_the_present_one_is_not() -> None:
    check_version(Note(version=3), 3)
    with pytest.raises(EditConflict):
        check_version(Note(version=3), 2)


@pytest.mark.parametrize("fields", [None, ["text"]])
def test_every_save_counts(fields: list[str] | None) -> None:
    note = Note(version=3)
    with patch.object(models.Model, "save") as written:  # there is no table
        note.save(update_fields=fields) if fields else note.save()

    assert note.version == 4
    if fields:
        assert written.call_args.kwargs["update_fields"] == {"text", "version"}


def test_the_differences_are_told_in_words() -> None:
    form = sent(version="1", text="新", grade="B", is_open="")

    assert differences(form, Note(text="旧", grade="A", is_open=True)) == [
        Difference("文字", "旧", "新"),
        Difference("等级", "甲", "乙"),
        Difference("开", "是", "否"),
    ]


@pytest.mark.django_db  # the shell asks for the codes and tiles of the page
def test_the_answer_is_a_409_that_shows_both_and_can_be_sent_again() -> None:
    request = RequestFactory().post("/notes/1")
    request.actor = NOBODY  # type: ignore[attr-defined]
    request.resolver_match = None

    answer = conflict(
        request,
        sent(version="1", text="新", grade="A", is_open="1"),
        Note(version=7, text="旧", grade="A"),
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "旧" in page
    assert "新" in page
    assert 'name="version" value="7"' in page


def test_a_form_carries_the_version_it_was_opened_with() -> None:
    form = NoteForm()

    form.opened_with(Note(version=9))

    assert 'value="9"' in str(form["version"])
