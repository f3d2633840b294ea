"""Reads a list from a file: CSV in the encodings that offices write, or XLSX. Pure; nothing is written anywhere.

Only the text of cells is read: no formula is worked out, no link followed, no picture looked at.
"""

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook

MOST_BYTES = 5_000_000
MOST_LINES = 10_000
MOST_COLUMNS = 40
LONGEST_CELL = 500
_MOST_UNPACKED = 60_000_000  # bytes: a small file may unpack to one that fills the memory
_XLSX = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_SNIFFED = 20_000  # signs from which the separator is told


class Unreadable(ValueError):
    """The file cannot be read. `why`: a slug of import_words.py; carries nothing of the file."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Table:
    """The headings, and each line of people with its number in the file."""

    head: list[str]
    lines: list[tuple[int, list[str]]]


def read(content: bytes) -> Table:
    """A list as it stands in the file. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable("too_large")
    if content.startswith(_OLD_EXCEL):
        raise Unreadable("old_excel")
    rows = _xlsx(content) if content.startswith(_XLSX) else _csv(content)
    filled = [(number, [_cell(value) for value in row]) for number, row in rows]
    filled = [(number, row) for number, row in filled if any(row)]
    if len(filled) < 2:  # noqa: PLR2004  a heading and somebody
        raise Unreadable("empty")
    if len(filled) - 1 > MOST_LINES:
        raise Unreadable("too_many")
    width = max(len(row) for _number, row in filled)
    if width > MOST_COLUMNS:
        raise Unreadable("too_wide")
    wide = [(number, row + [""] * (width - len(row))) for number, row in filled]
    return Table(head=wide[0][1], lines=wide[1:])


def _csv(content: bytes) -> list[tuple[int, list[Any]]]:
    text = _decoded(content)
    try:
        dialect: Any = csv.Sniffer().sniff(text[:_SNIFFED], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    reader = csv.reader(io.StringIO(text, newline=""), dialect, strict=False)
    try:
        return [(reader.line_num, row[: MOST_COLUMNS + 1]) for row in reader]
    except csv.Error:
        raise Unreadable("not_a_table") from None


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16. Anything else would be guessed, and names would be wrong."""
    for marks, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig")):
        if content.startswith(marks):
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                raise Unreadable("encoding") from None
            if "\x00" in text:
                raise Unreadable("not_a_table")
            return text
    raise Unreadable("encoding")


def _xlsx(content: bytes) -> list[tuple[int, list[Any]]]:
    """The first sheet that holds anything."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > _MOST_UNPACKED:
                raise Unreadable("too_large")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    except (zipfile.BadZipFile, KeyError, OSError, ValueError) as error:
        raise error if isinstance(error, Unreadable) else Unreadable("not_a_table") from None
    for sheet in book.worksheets:
        rows = []
        for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), start=1):
            if any(value not in (None, "") for value in row):
                rows.append((number, _trimmed(list(row))))
            if len(rows) > MOST_LINES + 1:
                raise Unreadable("too_many")
        if rows:
            return rows
    raise Unreadable("empty")


def _trimmed(row: list[Any]) -> list[Any]:
    while row and row[-1] in (None, ""):
        row.pop()
    return row


def _cell(value: Any) -> str:
    """The text of a cell; dates as they are written in ISO, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).replace("\x00", "").split())
