"""The catalogue tool finds every kind of text and every kind of fault."""

from pathlib import Path

import polib
import pytest

from tools import messages


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A source tree with one app."""
    source = tmp_path / "src" / "luchang"
    app = source / "apps" / "roads"
    (app / "templates").mkdir(parents=True)
    (app / "apps.py").touch()
    (tmp_path / "frontend" / "src").mkdir(parents=True)
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "SOURCE", source)
    return app


def found() -> set[str]:
    return {text.msgid for text in messages.texts()}


def test_finds_texts_in_python(app: Path) -> None:
    (app / "models.py").write_text('_("接警")\ngettext_lazy("派警")\nprint("不译")\nx._("到场")\n')

    assert found() == {"接警", "派警", "到场"}


def test_finds_texts_by_the_name_a_file_gives_the_translator(app: Path) -> None:
    """Would catch refusals that have no English because their file calls gettext otherwise."""
    (app / "forms.py").write_text(
        'from django.utils.translation import gettext as _now\n_now("没有此车辆")\n'
    )

    assert found() == {"没有此车辆"}


def test_finds_texts_in_templates(app: Path) -> None:
    (app / "templates" / "a.html").write_text(
        '{% load i18n %}{% translate "接警" as x %}{{ _("派警") }}{% trans \'到场\' %}'
        "{% blocktranslate with n=a.b %}共 {{ n }} 条，100%{% endblocktranslate %}"
    )

    assert found() == {"接警", "派警", "到场", "共 %(n)s 条，100%%"}


def test_collects_then_is_content_once_translated(app: Path) -> None:
    (app / "models.py").write_text('_("接警")')
    assert "no English" in messages.faults()[0]

    messages.collect()
    place = messages.catalogue(app)
    catalogue = polib.pofile(str(place))
    catalogue[0].msgstr = "Take a call"
    catalogue.save(str(place))

    assert messages.faults() == []


def test_other_placeholders_are_a_fault(app: Path) -> None:
    (app / "models.py").write_text('_("共 %(n)s 条")')
    messages.collect()
    place = messages.catalogue(app)
    catalogue = polib.pofile(str(place))
    catalogue[0].msgstr = "%(total)s in total"
    catalogue.save(str(place))

    assert "placeholders" in messages.faults()[0]


def test_bare_chinese_in_a_template_is_a_fault(app: Path) -> None:
    (app / "templates" / "a.html").write_text(
        "<p>接警</p>{# 注释 #}{% comment %}注释{% endcomment %}"
    )

    (fault,) = messages.faults()

    assert "outside a translation" in fault


def test_chinese_in_a_script_is_a_fault(app: Path) -> None:
    (app / "static").mkdir()
    (app / "static" / "a.js").write_text('alert("接警")')

    (fault,) = messages.faults()

    assert "outside a translation" in fault


def test_a_counted_text_is_known_by_its_first_form(app: Path) -> None:
    (app / "templates" / "a.html").write_text(
        "{% blocktranslate count n=n %}共 {{ n }} 条{% plural %}共 {{ n }} 条"
        "{% endblocktranslate %}"
    )

    assert found() == {"共 %(n)s 条"}
