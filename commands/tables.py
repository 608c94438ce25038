"""Tables: aligned on a terminal, or as CSV that Excel opens as it is meant."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

BYTE_ORDER_MARK = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def aligned(rows: Iterable[Sequence[str]], indent: str = "") -> str:
    """Columns as wide as their widest cell, two blanks apart."""
    cells = [list(row) for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))] if cells else []
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join(indent + line for line in lines)


def write_csv(file: Path, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """UTF-8 with a mark Excel knows it by."""
    with file.open("w", encoding="utf-8", newline="") as out:
        out.writelines(csv_lines(headings, rows))


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Everything quoted; text that begins like a formula is kept text by a quote before it."""
    kept = io.StringIO(newline="")
    writer = csv.writer(kept, quoting=csv.QUOTE_ALL)
    yield BYTE_ORDER_MARK
    for row in chain([headings], rows):
        writer.writerow([_cell(value) for value in row])
        yield kept.getvalue()
        kept.seek(0)
        kept.truncate()


def unquoted(text: str) -> str:
    """Text as it was before it was kept from being a formula."""
    return text[1:] if text.startswith("'") and text[1:].lstrip().startswith(FORMULA) else text


def _cell(value: object) -> object:
    if isinstance(value, str) and (value.lstrip(" ").startswith(FORMULA) or value.lstrip().startswith(FORMULA)):
        return f"'{value}"
    return "" if value is None else value
