"""The catalogue of texts: Chinese is the key in code and templates, English stands beside it.

    python -m tools.messages check      every visible text has both languages, and nothing else
    python -m tools.messages collect    put what is missing into the catalogues, to be translated
    python -m tools.messages compile    make the .mo files that Django reads

A text belongs to the catalogue of the app it stands in; `locale/en/LC_MESSAGES/django.po`.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.template.base import Lexer, TokenType

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "luchang"
FALLBACK = SOURCE / "kernel" / "ui"
"""The app that keeps the texts of modules outside any app."""

CALLS = {"_", "gettext", "gettext_lazy", "gettext_noop", "pgettext", "pgettext_lazy"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
HOLE = re.compile(r"%\((\w+)\)[sd]|(?<!\{)\{(\w*)\}(?!\})")
TRANSLATE = re.compile(r"""^(?:trans|translate)\s+(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
LITERAL = re.compile(r"""_\((?:"([^"]*)"|'([^']*)')\)""")
BOTH_AT_ONCE = {
    *(
        f"screens/templates/{code}.html"
        for code in ("400", "403", "403_csrf", "404", "500", "503")
    ),
    "screens/templates/errors/fault.html",  # shown when no language can be known: says both
    "screens/templates/shell/display.html",  # names each language in itself
    "apps/reports/templates/reports/paper.html",  # a report is written in Chinese, for everybody
    "kernel/papers/templates/papers/_blocks.html",  # as above
    "kernel/papers/templates/papers/paper.html",
}


@dataclass(frozen=True)
class Text:
    """One text where it is used."""

    msgid: str
    file: Path
    line: int

    @property
    def place(self) -> str:
        return f"{self.file.relative_to(ROOT).as_posix()}:{self.line}"


def app_of(file: Path) -> Path:
    """The folder of the app a file belongs to."""
    for folder in file.parents:
        if (folder / "apps.py").is_file():
            return folder
        if folder == SOURCE:
            break
    return FALLBACK


def python_texts(file: Path) -> Iterator[Text]:
    tree = ast.parse(file.read_text(), filename=str(file))
    calls = CALLS | _called_otherwise(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node.func) in calls and node.args:
            said = node.args[-1 if _called(node.func).startswith("pgettext") else 0]
            if isinstance(said, ast.Constant) and isinstance(said.value, str):
                yield Text(said.value, file, node.lineno)


def _called_otherwise(tree: ast.Module) -> set[str]:
    """Names a file gives to what translates: `from … import gettext as _now`."""
    return {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname and alias.name in CALLS
    }


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def template_texts(file: Path) -> Iterator[Text]:
    """`translate`, `blocktranslate` and `_("…")` in tags."""
    inside: list[str] | None = None
    trimmed, at_plural, began = False, False, 0
    for token in Lexer(file.read_text()).tokenize():
        content = token.contents
        if token.token_type == TokenType.BLOCK and content.startswith(("blocktrans",)):
            inside, trimmed, began = [], "trimmed" in content.split(), token.lineno or 0
            at_plural = False
        elif token.token_type == TokenType.BLOCK and content.startswith("endblocktrans"):
            yield Text(_joined(inside or [], trimmed=trimmed), file, began)
            inside = None
        elif inside is not None:
            at_plural |= token.token_type == TokenType.BLOCK and content == "plural"
            if not at_plural:  # Chinese has one form: the first stands for both
                inside.append(_piece(token.token_type, content))
        else:
            yield from _tag_texts(token.token_type, content, file, token.lineno or 0)


def _joined(pieces: list[str], *, trimmed: bool) -> str:
    text = "".join(pieces)
    return " ".join(line.strip() for line in text.strip().splitlines()) if trimmed else text


def _piece(kind: TokenType, content: str) -> str:
    return (
        f"%({content.partition('|')[0]})s" if kind == TokenType.VAR else content.replace("%", "%%")
    )


def _tag_texts(kind: TokenType, content: str, file: Path, line: int) -> Iterator[Text]:
    if kind == TokenType.BLOCK and (found := TRANSLATE.match(content)):
        yield Text((found[1] or found[2]).replace("%", "%%"), file, line)
    if kind in {TokenType.BLOCK, TokenType.VAR}:
        for one, two in LITERAL.findall(content):
            yield Text((one or two).replace("%", "%%"), file, line)


def bare_chinese(file: Path) -> Iterator[Text]:
    """Chinese in a template that no language switch reaches."""
    if file.relative_to(SOURCE).as_posix() in BOTH_AT_ONCE:
        return
    inside = 0
    for token in Lexer(file.read_text()).tokenize():
        content = token.contents
        if token.token_type == TokenType.BLOCK:
            inside += content.startswith(("blocktrans", "comment"))
            inside -= content.startswith(("endblocktrans", "endcomment"))
        elif token.token_type == TokenType.TEXT and not inside and CHINESE.search(content):
            yield Text(content.strip()[:40], file, token.lineno or 0)


def script_chinese(file: Path) -> Iterator[Text]:
    """Chinese in a script: texts are passed by the page."""
    for number, line in enumerate(file.read_text().splitlines(), start=1):
        if CHINESE.search(line):
            yield Text(line.strip()[:40], file, number)


def _files(*endings: str) -> list[Path]:
    return sorted(
        file
        for file in SOURCE.rglob("*")
        if file.suffix in endings and not {"migrations", "built"} & set(file.parts)
    )


def texts() -> list[Text]:
    """Every Chinese text that is looked up in a catalogue."""
    found = [text for file in _files(".py") for text in python_texts(file)]
    found += [text for file in _files(".html", ".txt") for text in template_texts(file)]
    return [text for text in found if CHINESE.search(text.msgid)]


def catalogue(app: Path) -> Path:
    return app / "locale" / "en" / "LC_MESSAGES" / "django.po"


def translations() -> dict[str, str]:
    """What all catalogues of ours say, as Django joins them."""
    said: dict[str, str] = {}
    for place in sorted(SOURCE.rglob("locale/en/LC_MESSAGES/django.po")):
        for entry in polib.pofile(str(place), encoding="utf-8"):
            english = entry.msgstr or entry.msgstr_plural.get(1, "")
            if english and not entry.obsolete and "fuzzy" not in entry.flags:
                said.setdefault(entry.msgid, english)
    return said


def _holes(text: str) -> set[str]:
    return {one or two for one, two in HOLE.findall(text)}


def faults() -> list[str]:
    said = translations()
    wrong = [
        f"{text.place}: no English for {text.msgid!r}"
        for text in _once(texts())
        if text.msgid not in said
    ]
    wrong += [
        f"{text.place}: the English of {text.msgid!r} has other placeholders"
        for text in _once(texts())
        if text.msgid in said and _holes(text.msgid) != _holes(said[text.msgid])
    ]
    bare = [found for file in _files(".html") for found in bare_chinese(file)]
    scripts = [*_files(".js", ".mjs"), *sorted((ROOT / "frontend" / "src").glob("*.js"))]
    bare += [found for file in scripts for found in script_chinese(file)]
    return wrong + [
        f"{found.place}: Chinese outside a translation: {found.msgid}" for found in bare
    ]


def _once(found: Iterable[Text]) -> list[Text]:
    return list({text.msgid: text for text in found}.values())


def collect() -> int:
    """Add what is missing to each app's catalogue, with an empty translation."""
    said, added = translations(), 0
    for text in _once(texts()):
        if text.msgid in said:
            continue
        place = catalogue(app_of(text.file))
        file = _opened(place)
        if file.find(text.msgid) is None:
            # A path without its line: a catalogue must not change with every edit above.
            where = [(text.file.relative_to(ROOT).as_posix(), "")]
            file.append(polib.POEntry(msgid=text.msgid, msgstr="", occurrences=where))
            file.save(str(place))
            added += 1
    return added


def _opened(place: Path) -> polib.POFile:
    if place.is_file():
        return polib.pofile(str(place), encoding="utf-8", wrapwidth=98)
    place.parent.mkdir(parents=True, exist_ok=True)
    file = polib.POFile(wrapwidth=98, encoding="utf-8")
    file.metadata = {
        "Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    return file


def compile_all() -> int:
    """Make every .mo that is older than its .po."""
    places = sorted(SOURCE.rglob("locale/*/LC_MESSAGES/django.po"))
    for place in places:
        made = place.with_suffix(".mo")
        if not made.is_file() or made.stat().st_mtime < place.stat().st_mtime:
            polib.pofile(str(place), encoding="utf-8").save_as_mofile(str(made))
    return len(places)


def main(arguments: list[str]) -> int:
    match arguments:
        case ["check"]:
            wrong = faults()
            print(*wrong, sep="\n", end="\n" if wrong else "")
            print(f"{len(_once(texts()))} texts, {len(wrong)} faults", file=sys.stderr)
            return 1 if wrong else 0
        case ["collect"]:
            print(f"{collect()} texts added; translate them", file=sys.stderr)
            return 0
        case ["compile"]:
            print(f"{compile_all()} catalogues compiled", file=sys.stderr)
            return 0
        case _:
            print(__doc__, file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
