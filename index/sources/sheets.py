"""Tables of a spreadsheet (.xlsx, .xls, .ods; python-calamine) to Articles, a row each, as the rows of a CSV are read.

calamine reads all of them, needs nothing else and is kept; openpyxl reads only .xlsx, and odfpy has had no release
since 2020.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from index.errors import UnreadableSource
from index.sources.articles import from_record
from index.sources.dates import day_first
from index.sources.fields import NAMES, plain_name
from index.sources.files import File, opened_zip, read_whole
from index.sources.records import Loaded, has_text_column, no_text_column, one
from index.types import Failure

HEADED_WITHIN_ROWS = 12  # a title and a date may stand above the names of the columns
Row = list[Any]


def load_sheets(file: File, mapping: Mapping[str, str]) -> Loaded:
    """The rows of every visible sheet whose columns have names; a sheet without a column of texts is named."""
    lowered = {field: column.strip().lower() for field, column in mapping.items()}
    found, passed = False, list[Failure]()
    for name, rows in _sheets(file):
        head = next((at for at in range(min(len(rows), HEADED_WITHIN_ROWS)) if _is_head(rows[at], lowered)), None)
        if head is None:
            names = next((_names(row) for row in rows if any(_said(cell) is not None for cell in row)), [])
            passed.append(Failure(f"{file.name}, sheet {name}", no_text_column(names, lowered)))
            continue
        found = True
        yield from _rows(f"{file.name}, sheet {name}", rows, head, lowered)
    if not found:
        raise UnreadableSource(passed[0].reason if passed else "it holds no text")
    yield from passed


def _sheets(file: File) -> list[tuple[str, list[Row]]]:
    """The visible sheets that hold something, with their cells."""
    import python_calamine as calamine

    data = read_whole(file)
    if data.startswith(b"PK"):
        opened_zip(io.BytesIO(data)).close()  # a bomb is refused before it is unpacked
    try:
        book = calamine.load_workbook(io.BytesIO(data))
        shown = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible == calamine.SheetVisibleEnum.Visible and sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in shown]
    except calamine.PasswordError as error:
        raise UnreadableSource("it is locked with a password; save it without one") from error
    except (calamine.CalamineError, ValueError, OSError) as error:
        raise UnreadableSource(f"it is not a whole spreadsheet ({error})") from error
    return [(name, rows) for name, rows in sheets if any(_said(cell) is not None for row in rows for cell in row)]


def _said(cell: Any) -> Any:
    """A cell's value; None for an empty one. A whole number is no fraction: 7.0 is what is shown as 7."""
    if isinstance(cell, str):
        return cell if cell.strip() else None
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _names(row: Row) -> list[str]:
    return [str(said).strip().lower() if (said := _said(cell)) is not None else "" for cell in row]


def _is_head(row: Row, mapping: Mapping[str, str]) -> bool:
    return sum(_said(cell) is not None for cell in row) > 1 and has_text_column(_names(row), mapping)


def _rows(place: str, rows: list[Row], head: int, mapping: Mapping[str, str]) -> Loaded:
    names = _names(rows[head])
    dated = [at for at, n in enumerate(names) if n == mapping.get("published") or plain_name(n) in NAMES["published"]]
    order = day_first(row[at] for row in rows[head + 1 :] for at in dated if at < len(row))
    for number, row in enumerate(rows[head + 1 :], head + 2):
        record = {
            name: said for name, cell in zip(names, row, strict=False) if name and (said := _said(cell)) is not None
        }
        if record:
            yield one(f"{place}, row {number}", lambda found=record: from_record(found, mapping, order))  # type: ignore[misc]
