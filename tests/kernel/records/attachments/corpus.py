"""Files as an enemy makes them, and honest ones beside them; all made here, none stored."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

from PIL import Image

DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
XLSX_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
DOCM_MAIN = "application/vnd.ms-word.document.macroEnabled.main+xml"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
ELF = b"\x7fELF\x02\x01\x01" + b"\0" * 100
EXE = b"MZ\x90\0" + b"\0" * 200


def image(fmt: str = "JPEG", size: tuple[int, int] = (64, 48), **save: object) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, fmt, **save)
    return out.getvalue()


def photograph() -> bytes:
    """A JPEG that says where and when it was taken, by which camera, upside down."""
    exif = Image.Exif()
    exif[0x0110] = "INVENTED CAMERA"
    exif[0x0112] = 6
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (27.0, 49.0, 39.0)
    gps[3], gps[4] = "E", (113.0, 8.0, 2.0)
    return image(exif=exif, comment=b"<script>alert(1)</script>")


def bomb_png(side: int = 50_000) -> bytes:
    """A few hundred kilobytes that decode to 2.5 gigapixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    deflate = zlib.compressobj(9)
    row = b"\0" * (side // 8 + 1)
    packed = b"".join(deflate.compress(row) for _ in range(side)) + deflate.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", packed)
        + chunk(b"IEND", b"")
    )


def office(main: str = DOCX_MAIN, extra: Mapping[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    types = f'<Types><Override PartName="/main.xml" ContentType="{main}"/></Types>'
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", types)
        package.writestr("main.xml", b"<w/>")
        for name, content in (extra or {}).items():
            package.writestr(name, content)
    return out.getvalue()


def lying_bomb() -> bytes:
    """A workbook whose directory says that its 300 MB entry is ten bytes."""
    content = bytearray(office(XLSX_MAIN, {"xl/sheet1.xml": b"0" * 300_000_000}))
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(content)


def many_entries() -> bytes:
    return office(extra={f"part{n}.xml": b"" for n in range(3_000)})


def plain_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("run.sh", b"rm -rf /")
    return out.getvalue()


def encrypted_office() -> bytes:
    content = bytearray(office(extra={"secret.xml": b"x" * 10}))
    at = content.rfind(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def box(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


MP4 = (
    box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + box(b"moov", b"\0" * 40) + box(b"mdat", b"\0" * 64)
)

HONEST: dict[str, Callable[[], bytes]] = {
    "现场 照片.jpg": photograph,
    "scene.JPEG": image,
    "plan.png": lambda: image("PNG"),
    "plan.webp": lambda: image("WEBP"),
    "letter.pdf": lambda: PDF,
    "letter.docx": office,
    "list.xlsx": lambda: office(XLSX_MAIN),
    "note.txt": "过路人称追尾。".encode,
    "old.txt": lambda: "过路人称追尾。".encode("gb18030"),
    "list.csv": lambda: b"a,b\r\n1,2\r\n",
    "clip.mp4": lambda: MP4,
}

HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty.jpg": lambda: b"",
    "bomb.png": bomb_png,
    "large.png": lambda: bomb_png(20_000),
    "script.svg": lambda: SVG,
    "svg-as.png": lambda: SVG,
    "svg-as.txt": lambda: SVG,
    "page.html": lambda: HTML,
    "page-as.txt": lambda: HTML,
    "page-as.jpg": lambda: HTML,
    "program.exe": lambda: EXE,
    "program-as.pdf": lambda: EXE,
    "program-as.jpg": lambda: ELF,
    "photo.jpg.exe": image,
    "photo.php": image,
    "no-extension": image,
    "jpeg-as.png": image,
    "png-as.pdf": lambda: image("PNG"),
    "gif-as.jpg": lambda: image("GIF"),
    "truncated.jpg": lambda: image(size=(400, 400))[:900],
    "truncated.png": lambda: image("PNG", (400, 400))[:200],
    "header-only.webp": lambda: b"RIFF\x10\0\0\0WEBPVP8 ",
    "noise.jpg": lambda: b"\xff\xd8\xff" + bytes(range(256)) * 20,
    "pdf-with-script.pdf": lambda: PDF.replace(
        b"/Type/Catalog", b"/Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>"
    ),
    "pdf-hidden-script.pdf": lambda: PDF.replace(
        b"/Type/Catalog", b"/Type/Catalog/#4aavaScript 1"
    ),
    "pdf-launch.pdf": lambda: PDF.replace(b"/Type/Catalog", b"/Type/Catalog/A<</S/Launch>>"),
    "pdf-and-zip.pdf": lambda: PDF + plain_zip(),
    "pdf-cut.pdf": lambda: PDF[:60],
    "zip.docx": plain_zip,
    "macro.docm": lambda: office(DOCM_MAIN),
    "macro-as.docx": lambda: office(DOCM_MAIN, {"word/vbaProject.bin": b"x"}),
    "hidden-macro.docx": lambda: office(extra={"word/vbaProject.bin": b"x"}),
    "object.docx": lambda: office(extra={"word/embeddings/oleObject1.bin": b"x"}),
    "slip.docx": lambda: office(extra={"../../../../etc/cron.d/x": b"x"}),
    "absolute.docx": lambda: office(extra={"/etc/passwd": b"x"}),
    "bomb.xlsx": lambda: office(XLSX_MAIN, {"xl/sheet1.xml": b"0" * 300_000_000}),
    "lying-bomb.xlsx": lying_bomb,
    "many.docx": many_entries,
    "encrypted.docx": encrypted_office,
    "docx-and-more.docx": lambda: office() + b"MZ" * 100,
    "docx-cut.docx": lambda: office()[:120],
    "xlsx-as.docx": lambda: office(XLSX_MAIN),
    "not-a-video.mp4": lambda: box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + b"\xff" * 60,
    "video-cut.mp4": lambda: MP4[:-30],
    "video-and-zip.mp4": lambda: MP4 + box(b"free", plain_zip()),
    "nul.txt": lambda: b"a\0b",
    "control.txt": lambda: b"\x1b]0;x\x07",
    "script.js": lambda: b"alert(1)",
    "archive.zip": plain_zip,
}
