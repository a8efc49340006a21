"""Workbooks nobody honest sends: an honest one, broken in a seeded way.

`hostile(count, seed)` walks the ways of breaking round and round, each time with other dice, so
that a few files already show every way once.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from warnings import catch_warnings

from tests.factories.workbooks import workbook

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
BOOK, RELS, STYLES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"
MEGABYTE = 1_000_000
Parts = dict[str, bytes]


@dataclass
class Box:
    """The parts of a workbook and how they are to be packed."""

    parts: Parts
    packing: int = zipfile.ZIP_DEFLATED
    comment: bytes = b""
    extra: list[tuple[str, bytes]] = field(default_factory=list)
    """Parts written after the others, under names that may be there already."""

    def put(self, name: str, before: bytes, after: bytes) -> None:
        self.parts[name] = self.parts[name].replace(before, after)

    def packed(self) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", self.packing) as box, catch_warnings(action="ignore"):
            for name, part in [*self.parts.items(), *self.extra]:
                info = zipfile.ZipInfo(name)
                info.filename = name  # ZipInfo cuts at a NUL and turns backslashes
                info.compress_type = self.packing
                box.writestr(info, part)
            box.comment = self.comment
        return out.getvalue()


Way = Callable[[Box, Random], bytes | None]
"""Changes the box, or returns the bytes of the file itself."""


def hostile(
    count: int, *, seed: int, head: Sequence[str], row: Sequence[object]
) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of `count` files made from a workbook of that head and that row."""
    honest = workbook(head, row, row, row)
    with zipfile.ZipFile(io.BytesIO(honest)) as box:
        parts = {name: box.read(name) for name in box.namelist()}
    ways = list(WAYS.items())
    for number in range(count):
        name, way = ways[number % len(ways)]
        box_ = Box(dict(parts))
        content = way(box_, Random(f"{seed} {number}"))
        yield f"{number:03d} {name}", box_.packed() if content is None else content


def _rows(box: Box, rows: bytes) -> None:
    box.put(SHEET, b"</sheetData>", rows + b"</sheetData>")


def flipped(box: Box, dice: Random) -> bytes:
    whole = bytearray(box.packed())
    for _ in range(dice.randint(1, 20)):
        whole[dice.randrange(len(whole))] = dice.randrange(256)
    return bytes(whole)


def cut_short(box: Box, dice: Random) -> bytes:
    whole = box.packed()
    return whole[: dice.randrange(len(whole))]


def something_else(box: Box, dice: Random) -> bytes:
    return dice.choice(
        [
            b"", b"PK", b"PK\x05\x06" + b"\0" * 18, b"\x7fELF" + b"\0" * 900, b"%PDF-1.7\n",
            b"<html><table><tr><td>1</td></tr></table></html>", "警号,姓名\n1,甲\n".encode("gbk"),
            b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", dice.randbytes(5_000),
            box.packed() + dice.randbytes(3_000), dice.randbytes(3_000) + box.packed(),
        ]
    )  # fmt: skip


def encrypted(box: Box, dice: Random) -> bytes:
    """As a spreadsheet encrypts it (a compound file), or with the flag of the archive set."""
    if dice.random() < 0.5:
        name = "EncryptedPackage".encode("utf-16-le")
        return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + name + dice.randbytes(8_000)
    whole = bytearray(box.packed())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = whole.find(mark)
        while start >= 0:
            whole[start + at] |= 1
            start = whole.find(mark, start + 4)
    return bytes(whole)


def bomb(box: Box, dice: Random) -> None:
    name = dice.choice([SHEET, STRINGS, STYLES, "xl/media/image1.png", "docProps/app.xml"])
    size = dice.choice([5, 40, 110, 160]) * MEGABYTE
    part = box.parts.get(name, b"<x></x>")
    box.parts[name] = part[:-2] + dice.choice([b" ", b"\0", b"<a/>"]) * (size // 4) + part[-2:]


def lying_bomb(box: Box, dice: Random) -> bytes:
    """The directory says that the part is small."""
    bomb(box, dice)
    whole = bytearray(box.packed())
    start = whole.find(b"PK\x01\x02")
    while start >= 0:
        whole[start + 24 : start + 28] = struct.pack("<I", dice.choice([0, 10, 999]))
        start = whole.find(b"PK\x01\x02", start + 4)
    return bytes(whole)


def nested(box: Box, dice: Random) -> bytes | None:
    inner = zlib.compress(b"0" * (30 * MEGABYTE), 9)
    for _ in range(dice.randint(1, 6)):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
            for number in range(8):
                zipped.writestr(f"{number}.zip", inner)
        inner = out.getvalue()
    box.parts[dice.choice(["xl/embeddings/a.zip", SHEET, "xl/a.xlsx"])] = inner
    return inner if dice.random() < 0.3 else None


DECLARATIONS = [
    b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
    b'<!doctype x [<!entity % p SYSTEM "file:///dev/zero"> %p;]>',
    b'<!DOCTYPE x [<!ENTITY a "' + b"A" * 200_000 + b'">]>',
]


def declared(box: Box, dice: Random) -> None:
    name = dice.choice([SHEET, STRINGS, BOOK, RELS, STYLES, "[Content_Types].xml"])
    head, _, body = box.parts[name].partition(b"?>")
    body = dice.choice(DECLARATIONS) + body.replace(b"<v>", b"<v>&e;&a;")
    part = head + b"?>" + body
    if dice.random() < 0.4:
        part = b"\xff\xfe" + part.decode().replace("UTF-8", "UTF-16").encode("utf-16-le")
    box.parts[name] = part


CORNERS = [
    b"XFD1048576", b"A1048576", b"A100001", b"IW1", b"IV100000", b"ZZZ9999999", b"A0", b"0A", b"",
    b"xfd1048576", b"A-1", b"AAAAAAAAAAAA1", b"A99999999999999999999", b"$A$1", b"A1:XFD9", b"B",
]  # fmt: skip


def corner_cell(box: Box, dice: Random) -> None:
    prefix = dice.choice([b"", b' t="n"', b' s="0" cm="' + b"1" * 100 + b'"'])
    cell = b"<c" + prefix + b' r="' + dice.choice(CORNERS) + b'"><v>1</v></c>'
    row = dice.choice([b"", b' r="1048576"', b' r="99999999999"', b' r="-1"', b' r="x"'])
    _rows(box, b"<row" + row + b">" + cell + b"</row>")


def far_row(box: Box, dice: Random) -> None:
    """Rows that say where they are, cells that do not."""
    last = dice.choice([90_000, 1_048_576, 4_294_967_295])
    _rows(
        box, b'<row r="%d">%s</row>' % (last, b"<c><v>1</v></c>" * dice.choice([1, 300, 20_000]))
    )


def dimension(box: Box, dice: Random) -> None:
    said = dice.choice([b"A1:XFD1048576", b"A1:A1", b"", b"B2", b"XFD1048576:A1", b"A1:B2:C3"])
    box.put(SHEET, b'<dimension ref="A1:', b'<dimension ref="' + said + b'" was="')


def sheet_elsewhere(box: Box, dice: Random) -> None:
    """The sheet lies where nobody looks for one."""
    place = dice.choice(["media/image1.png", "sheet.bin", "../evil.xml", "theme/theme1.xml"])
    _rows(box, b'<row><c r="%s"><v>1</v></c></row>' % dice.choice(CORNERS))
    box.parts[f"xl/{place}"] = box.parts[SHEET]
    box.put(RELS, b"worksheets/sheet1.xml", place.encode())


CELLS = [
    b'<c t="n"><v>abc</v></c>', b'<c t="b"><v>maybe</v></c>', b'<c t="e"><v>#N/A</v></c>',
    b'<c t="d"><v>2026-99-99T99:99</v></c>', b'<c t="s"><v>99999999</v></c>', b'<c t="s"><v/></c>',
    b'<c t="s"><v>-1</v></c>', b'<c t="inlineStr"/>', b"<c><v>1e999</v></c>", b"<c><v>NaN</v></c>",
    b'<c s="99999"><v>1</v></c>', b'<c t="zzz"><v>1</v></c>', b"<c><f>HYPERLINK(1)</f></c>",
    b'<c><f t="shared" si="0" ref="A1:XFD1048576">A1</f><v>1</v></c>', b"<c><v>1<v>2</v></v></c>",
    b'<c t="str"><v>_x0000__x0000_=cmd|1</v></c>', b'<c t="str"><v>&#0;&#55296;</v></c>',
    b'<c s="1"><v>-99999999</v></c>', b'<c s="1"><v>1e18</v></c>',
    b"<c><v>" + b"9" * 900 + b"</v></c>",
    b'<c t="inlineStr"><is><t>' + b"A" * 40_000 + b"</t></is></c>", b"<c><v>-0</v></c>",
    b'<c t="str"><v>' + "٣٤\u200b\u202e\U000e0001🚓".encode() + b"</v></c>",
    b"<c><v>1E-400</v></c>",
]  # fmt: skip


def odd_cells(box: Box, dice: Random) -> None:
    for _ in range(dice.randint(1, 40)):
        _rows(box, b"<row>" + b"".join(dice.choices(CELLS, k=dice.randint(1, 8))) + b"</row>")


def broken_markup(box: Box, dice: Random) -> None:
    name = dice.choice([*box.parts])
    part = box.parts[name]
    at = dice.randrange(len(part))
    damage = [
        b"<", b"</nobody>", b"\0" * 40, b"\xff\xfe\xfd", b"<![CDATA[", b"<!--", b"<?x ?>", b"]]>",
        b"&", b"<a>" * 60_000, b"<a " + b" ".join(b'a%d="1"' % n for n in range(20_000)) + b"/>",
        b'<a b="' + b"x" * 3_000_000 + b'"/>', b"&#xFFFFFFFF;", b"\xc3\x28",
    ]  # fmt: skip
    box.parts[name] = part[:at] + dice.choice(damage) + part[at + dice.choice([0, 0, 30]) :]


def missing_part(box: Box, dice: Random) -> None:
    for name in dice.sample([*box.parts], dice.choice([1, 1, 2, 4])):
        if dice.random() < 0.3:
            box.parts[name] = b""
        else:
            del box.parts[name]


def shared_strings(box: Box, dice: Random) -> None:
    """One long text in a hundred thousand cells; or very many texts; or a lie about how many."""
    kind = dice.randrange(3)
    if kind == 0:
        text = b"<si><t>%s</t></si>" % (b"A" * dice.choice([300, 30_000]))
        box.put(STRINGS, b"</sst>", text + b"</sst>")
        count = box.parts[STRINGS].count(b"<si>") - 1
        _rows(box, b'<row><c t="s"><v>%d</v></c></row>' % count * dice.choice([20_000, 90_000]))
    elif kind == 1:
        texts = b"".join(b"<si><t>%d</t></si>" % number for number in range(300_000))
        box.put(STRINGS, b"</sst>", texts + b"</sst>")
    else:
        box.put(STRINGS, b'uniqueCount="', b'uniqueCount="%d' % 10 ** dice.choice([8, 12, 19]))


def many_sheets(box: Box, dice: Random) -> None:
    number = dice.choice([900, 1_100, 5_000])
    listed, related = [], []
    shared = dice.random() < 0.5
    for each in range(2, number):
        place = b"sheet1.xml" if shared else b"sheet%d.xml" % each
        listed.append(b'<sheet name="S%d" sheetId="%d" r:id="rS%d"/>' % (each, each, each))
        related.append(
            b'<Relationship Id="rS%d" Target="worksheets/%s" Type="http://schemas.openxmlformats'
            b'.org/officeDocument/2006/relationships/worksheet"/>' % (each, place)
        )
        if not shared:
            box.parts[f"xl/worksheets/sheet{each}.xml"] = box.parts[SHEET]
    box.put(BOOK, b"</sheets>", b"".join(listed) + b"</sheets>")
    box.put(RELS, b"</Relationships>", b"".join(related) + b"</Relationships>")


TARGETS = [
    b"/etc/passwd", b"../../../../etc/passwd", b"file:///etc/passwd", b"http://127.0.0.1:1/s.xml",
    b"\\\\host\\share", b"", b"worksheets", b"worksheets/sheet1.xml#x",
    b"/xl/worksheets/sheet1.xml",
    b"xl/workbook.xml", b"%2e%2e/%2e%2e/x", b"workbook.xml", b"A" * 70_000, b"C:\\x.xml",
]  # fmt: skip


def relationships(box: Box, dice: Random) -> None:
    if dice.random() < 0.3:
        box.put(RELS, b'Id="rId', b'Id="rId1" was="')
    mode = dice.choice([b"", b'" TargetMode="External'])
    box.put(RELS, b"worksheets/sheet1.xml", dice.choice(TARGETS) + mode)


def sheet_names(box: Box, dice: Random) -> None:
    """A fault in a sheet whose name no workbook may hold: its name is written back."""
    name = dice.choice(
        ["A" * 400, "a/b[c]:*?", "'x'", "错误清单", "", "&#10;&#9;", "🚓" * 31, "=1+1", "History"]
    )
    box.put(BOOK, 'name="名册"'.encode(), f'name="{name}"'.encode())
    _rows(box, b'<row><c t="str"><v>?</v></c><c t="b"><v>1</v></c></row>')


NAMES = [
    "/etc/cron.d/x", "../../x", "C:\\x", "xl\\workbook.xml", "XL/WORKBOOK.XML", "xl/",
    "a" * 60_000,
    "xl/workbook.xml", "xl/worksheets/sheet1.xml", "con", ".", "", "xl/\x00.xml", "\u202exml.x",
]  # fmt: skip


def entry_names(box: Box, dice: Random) -> None:
    box.extra += [(name, dice.randbytes(50)) for name in dice.sample(NAMES, 3)]
    box.comment = dice.randbytes(dice.choice([0, 65_000]))


def packing(box: Box, dice: Random) -> bytes:
    """Kinds of compression no spreadsheet writes, and ones that do not exist."""
    kind = dice.choice([zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_STORED, 98])
    if kind != 98:
        box.packing = kind
        return box.packed()
    whole = bytearray(box.packed())
    for mark, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        start = whole.find(mark)
        whole[start + at] = kind
    return bytes(whole)


def many_parts(box: Box, dice: Random) -> None:
    for number in range(dice.choice([500, 3_000, 20_000])):
        box.parts[f"xl/p{number}"] = b""


def wrong_rows(box: Box, dice: Random) -> None:
    """A few kilobytes that hold a hundred thousand rows, each with a fault in every cell."""
    cell = dice.choice(
        [b'<c t="b"><v>1</v></c>', b"<c><v>-7.5</v></c>", b'<c t="e"><v>#N/A</v></c>']
    )
    row = b"<row>" + cell * dice.choice([1, 5, 14]) + b"</row>"
    _rows(box, row * dice.choice([400, 20_000, 90_000]))


def empty_cells(box: Box, dice: Random) -> None:
    cell = dice.choice([b"<c/>", b"<c><v/></c>", b'<c t="str"><v></v></c>'])
    _rows(box, (b"<row>" + cell * dice.choice([10, 256, 9_000]) + b"</row>") * 1_500)


def wide_head(box: Box, dice: Random) -> None:
    head = b"".join(
        b'<c t="inlineStr"><is><t>%s</t></is></c>' % (b"H%d" % n * dice.choice([1, 5_000]))
        for n in range(250)
    )
    box.put(SHEET, b"<sheetData>", b"<sheetData><row>" + head + b"</row>")


def styles(box: Box, dice: Random) -> None:
    many = dice.choice([1_000, 200_000])
    formats = b'<numFmt numFmtId="9999" formatCode="%s"/>' % (b"[red]y" * many)
    box.put(STYLES, b"<fonts", b'<numFmts count="1">' + formats + b"</numFmts><fonts")
    box.put(STYLES, b"</cellXfs>", b'<xf numFmtId="9999"/>' * many + b"</cellXfs>")


def merged(box: Box, dice: Random) -> None:
    area = dice.choice([b"A1:XFD1048576", b"A1", b"XFD1:A9", b":"])
    cells = b'<mergeCell ref="%s"/>' % area * dice.choice([1, 50_000])
    box.put(SHEET, b"</sheetData>", b"</sheetData><mergeCells>" + cells + b"</mergeCells>")


def other_spelling(box: Box, dice: Random) -> None:
    """Prefixes, another encoding, or single quotes: allowed, and seldom seen."""
    part = box.parts[SHEET]
    if dice.random() < 0.4:
        part = part.replace(b"</", b"</x:").replace(b"<c", b"<x:c").replace(b"<row", b"<x:row")
    if dice.random() < 0.4:
        part = part.replace(b'"', b"'")
    if dice.random() < 0.4:
        part = part.decode().replace("UTF-8", "UTF-16").encode("utf-16")
    box.parts[SHEET] = part


WAYS: dict[str, Way] = {
    way.__name__.replace("_", " "): way
    for way in (
        flipped, cut_short, something_else, encrypted, bomb, lying_bomb, nested, declared,
        corner_cell, far_row, dimension, sheet_elsewhere, odd_cells, broken_markup, missing_part,
        shared_strings, many_sheets, relationships, sheet_names, entry_names, packing, many_parts,
        wrong_rows, empty_cells, wide_head, styles, merged, other_spelling,
    )
}  # fmt: skip
