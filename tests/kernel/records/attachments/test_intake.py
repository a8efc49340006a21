"""Every hostile file is refused with a reason or made harmless; every honest one is kept."""

import io
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from luchang.kernel.records.attachments import names, pictures, services
from luchang.kernel.records.attachments.states import NAME_LIMIT, Fault, FileKind, Refused
from tests.kernel.records.attachments.corpus import (
    HONEST,
    HOSTILE,
    MP4,
    bomb_png,
    image,
    lying_bomb,
    office,
    photograph,
    plain_zip,
)


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(HOSTILE) >= 25


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_reason(name: str) -> None:
    with pytest.raises(Refused) as refusal:
        services.inspect(io.BytesIO(HOSTILE[name]()), name)

    assert refusal.value.fault.label


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_file_is_taken(name: str) -> None:
    taken = services.inspect(io.BytesIO(HONEST[name]()), name)

    assert taken.content
    assert "." in taken.name


@pytest.mark.parametrize(
    ("content", "name", "fault"),
    [
        (bomb_png(), "a.png", Fault.TOO_MANY_PIXELS),
        (lying_bomb(), "a.xlsx", Fault.BROKEN),
        (b"", "a.png", Fault.EMPTY),
        (image(), "a.png", Fault.NAME_MISMATCH),
        (b"\0" * 100_000_001, "a.mp4", Fault.TOO_LARGE),
        (b"a" * 5_000_001, "a.txt", Fault.TOO_LARGE),
    ],
    ids=["pixels", "bomb", "empty", "name", "larger than anything", "larger than its kind"],
)
def test_the_reason_fits(content: bytes, name: str, fault: Fault) -> None:
    with pytest.raises(Refused) as refusal:
        services.inspect(io.BytesIO(content), name)

    assert refusal.value.fault is fault


def test_a_bomb_is_refused_without_being_unpacked_into_memory() -> None:
    bomb = office(extra={"word/document.xml": b"0" * 300_000_000})
    tracemalloc.start()
    try:
        with pytest.raises(Refused):
            services.inspect(io.BytesIO(bomb), "a.docx")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 20_000_000


def test_a_photograph_loses_its_place_and_keeps_it_apart() -> None:
    taken = services.inspect(io.BytesIO(photograph()), "现场.jpg")

    assert taken.picture is not None
    kept = Image.open(io.BytesIO(taken.content))
    assert not kept.getexif()
    assert "comment" not in kept.info
    assert b"INVENTED" not in taken.content
    assert b"script" not in taken.content
    assert kept.size == (48, 64)  # turned upright
    assert taken.picture.metadata["Model"] == "INVENTED CAMERA"
    assert taken.picture.metadata["GPSLatitude"] == ["27.0", "49.0", "39.0"]
    assert json.dumps(taken.picture.metadata)


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP"])
def test_a_file_hidden_behind_a_picture_is_gone(fmt: str) -> None:
    polyglot = image(fmt) + plain_zip() + b"<script>alert(1)</script>"

    taken = services.inspect(io.BytesIO(polyglot), f"a.{fmt.lower()}")

    assert b"PK\x05\x06" not in taken.content
    assert b"script" not in taken.content


def test_a_transparent_picture_stays_transparent() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(out, "PNG")

    picture = pictures.rewrite(out.getvalue(), FileKind.PNG)

    assert Image.open(io.BytesIO(picture.content)).getpixel((5, 5)) == (255, 0, 0, 0)


@pytest.mark.parametrize("kind", [FileKind.JPEG, FileKind.PNG, FileKind.WEBP])
def test_a_watermark_changes_the_pixels_and_not_the_size(kind: FileKind) -> None:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), (10, 60, 90)).save(out, kind.name)

    marked = pictures.watermarked(out.getvalue(), kind, "甲 D00001 2026-03-01")

    shown = Image.open(io.BytesIO(marked)).convert("L")
    assert shown.size == (400, 300)
    assert len(set(shown.tobytes())) > 20


def test_a_watermark_needs_no_chinese_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_FONTS", ())

    assert pictures.watermarked(image(size=(300, 200)), FileKind.JPEG, "甲 1")
    assert pictures.watermarked(image(size=(300, 200)), FileKind.JPEG, "甲")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("photo.exe.jpg", "photo_exe.jpg"),
        ("..\\..\\windows\\x.JPG", "x.jpg"),
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("a\0b.jpg", "ab.jpg"),
        ("gpj.\u202egnp.jpg", "gpj_gnp.jpg"),
        ("=cmd|x.jpg", "=cmd_x.jpg"),
        ("  现场 1.jpg", "现场_1.jpg"),
        (".jpg.jpg", "jpg.jpg"),
        ("x" * 5_000 + ".jpg", "x" * (NAME_LIMIT - 4) + ".jpg"),
    ],
)
def test_names_are_kept_in_a_harmless_form(typed: str, kept: str) -> None:
    assert names.safe_name(typed, FileKind.JPEG) == kept


@given(st.text(max_size=300))
def test_no_name_leaves_its_folder_or_grows_too_long(stem: str) -> None:
    try:
        kept = names.safe_name(stem + ".jpg", FileKind.JPEG)
    except Refused:
        return

    assert kept == Path(kept).name
    assert len(kept) <= NAME_LIMIT
    assert kept.isprintable()
    assert kept.count(".") == 1


@given(st.binary(max_size=400))
def test_whatever_bytes_come_are_taken_or_refused(content: bytes) -> None:
    for start in (b"", b"%PDF-", b"PK\x03\x04", b"\xff\xd8\xff", MP4[:28], b"\x89PNG\r\n\x1a\n"):
        for extension in ("jpg", "png", "pdf", "docx", "mp4", "txt"):
            try:
                services.inspect(io.BytesIO(start + content), f"a.{extension}")
            except Refused:
                continue
