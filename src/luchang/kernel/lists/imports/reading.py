"""A workbook's bytes to rows, through a process that may neither grow nor linger."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from threading import Timer
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from luchang.kernel.lists.imports.reader import LARGEST_FILE, Limits

TIME_LIMIT_S = 30.0
READER = "luchang.kernel.lists.imports.reader"
SOURCE = Path(__file__).resolve().parents[4]

CellValue = str | int | float | Decimal | bool | date | datetime | None

REASONS: Mapping[str, str | Promise] = {
    "file_too_large": _("文件超过20 MB"),
    "not_a_workbook": _("不是完好的 .xlsx 工作簿；请用表格软件另存为 .xlsx 后重试"),
    "too_large_unzipped": _("工作簿解压后过大"),
    "document_type": _("工作簿含有文档类型声明，已拒绝"),
    "too_many_rows": _("行数超过上限（十万行）；请拆分后分别导入，并删除表格远处的空白格式"),
    "too_many_columns": _("列数超过上限（256列）；请删除表格远处的空白格式"),
    "too_many_cells": _("单元格超过150万个；请拆分后分别导入，并删除表格远处的空白格式"),
    "too_much_text": _("文字总量超过2000万字；请拆分后分别导入"),
    "cell_too_long": _("有单元格超过32767个字符"),
    "too_slow": _("读取超时或占用内存过多，已停止"),
    "no_header": _("未找到表头行；请使用导入模板，不要改动列名"),
    "too_many_faults": _("错误超过一万处；请先改正下列问题，再重新导入"),
}


class UnreadableWorkbook(Exception):
    """The file cannot be read as a workbook; `code` is one of REASONS."""

    def __init__(self, code: str, told: str = "") -> None:
        super().__init__(f"{REASONS[code]} {told}".strip())
        self.code = code


@dataclass(frozen=True)
class RawSheet:
    """One visible sheet as it stands in the file."""

    name: str
    rows: Sequence[Sequence[CellValue]]


def read_workbook(content: bytes, limits: Limits | None = None) -> list[RawSheet]:
    """The visible sheets of an .xlsx file.

    Raises:
        UnreadableWorkbook: it is none, or one beyond the limits.
    """
    if len(content) > LARGEST_FILE:
        raise UnreadableWorkbook("file_too_large")
    with tempfile.TemporaryDirectory(prefix="luchang-import-") as folder:
        place = Path(folder) / "book.xlsx"
        place.write_bytes(content)
        with _reader(place, limits or Limits()) as answers:
            return _sheets(answers)


@contextmanager
def _reader(place: Path, limits: Limits) -> Iterator[Iterator[Mapping[str, Any]]]:
    """What the reading process answers; it ends with the reading, one way or the other."""
    command = [sys.executable, "-m", READER, str(place), json.dumps(asdict(limits))]
    environment = {"PYTHONPATH": str(SOURCE), "PATH": os.environ.get("PATH", "")}
    with subprocess.Popen(  # noqa: S603 - our own module, and a path we made
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        watch = Timer(TIME_LIMIT_S, process.kill)
        watch.start()
        try:
            assert process.stdout is not None  # noqa: S101 - asked for above
            yield map(json.loads, process.stdout)
        finally:
            watch.cancel()
            process.kill()


def _sheets(answers: Iterable[Mapping[str, Any]]) -> list[RawSheet]:
    """One that crashes or lingers stops in the middle, and counts as too much."""
    names: list[str] = []
    rows: list[list[Sequence[CellValue]]] = []
    try:
        for answer in answers:
            if "refused" in answer:
                raise UnreadableWorkbook(answer["refused"])
            if "end" in answer:
                return [RawSheet(name, found) for name, found in zip(names, rows, strict=True)]
            if "sheet" in answer:
                names.append(answer["sheet"])
                rows.append([])
            else:
                rows[-1] += [[_value(cell) for cell in row] for row in answer["rows"]]
    except ValueError as cut:
        raise UnreadableWorkbook("too_slow") from cut
    raise UnreadableWorkbook("too_slow")


def _value(cell: Any) -> CellValue:
    if isinstance(cell, dict):
        moment = cell.get("moment")
        return datetime.fromisoformat(moment) if moment else date.fromisoformat(cell["day"])
    value: CellValue = None if cell == "" else cell
    return value
