"""A workbook's bytes to rows, through a process that may neither grow nor linger."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
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
    "cell_too_long": _("有单元格超过32767个字符"),
    "too_slow": _("读取超时或占用内存过多，已停止"),
    "no_header": _("未找到表头行；请使用导入模板，不要改动列名"),
}


class UnreadableWorkbook(Exception):
    """The file cannot be read as a workbook; `code` is one of REASONS."""

    def __init__(self, code: str) -> None:
        super().__init__(str(REASONS[code]))
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
        answer = _ask_reader(place, limits or Limits())
    if "refused" in answer:
        raise UnreadableWorkbook(answer["refused"])
    return [
        RawSheet(sheet["name"], [[_value(cell) for cell in row] for row in sheet["rows"]])
        for sheet in answer["sheets"]
    ]


def _ask_reader(place: Path, limits: Limits) -> dict[str, Any]:
    """What the reading process answers; one that crashes or lingers counts as too much."""
    command = [sys.executable, "-m", READER, str(place), json.dumps(asdict(limits))]
    environment = {"PYTHONPATH": str(SOURCE), "PATH": os.environ.get("PATH", "")}
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and a path we made
            command, capture_output=True, timeout=TIME_LIMIT_S, env=environment, check=False
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return {"refused": "too_slow"}
    return answer


def _value(cell: Any) -> CellValue:
    if isinstance(cell, dict):
        moment = cell.get("moment")
        return datetime.fromisoformat(moment) if moment else date.fromisoformat(cell["day"])
    value: CellValue = None if cell == "" else cell
    return value
