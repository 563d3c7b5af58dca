"""The report of a run of `add` or `refresh`: a table for people, a JSON file for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from index.types import OUTCOMES, AddReport, Outcome

MOST_SHOWN = 20  # failures shown of one source; the report file has all


class ReportFile:
    """Writes what became of each article as it happens, so that a million take no memory; a context manager.

    {"outcomes": [{"source", "kind", "id", "detail"}, ...], "counts": {...}, "stopped": false}. It gets its name when it
    is whole: a run that breaks off leaves NAME.part.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._counts: Counter[str] = Counter(dict.fromkeys(OUTCOMES, 0))
        self.source = ""
        self.stopped = False

    def __enter__(self) -> Self:
        self._file = self._part.open("w", encoding="utf-8")
        self._file.write('{"outcomes": [')
        return self

    def note(self, outcome: Outcome) -> None:
        """Write one."""
        row = {"source": self.source, "kind": outcome.kind, "id": outcome.id, "detail": outcome.detail}
        comma = "," if self._counts.total() else ""
        self._counts[outcome.kind] += 1
        self._file.write(f"{comma}\n{json.dumps(row, ensure_ascii=False)}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stopped = self.stopped or error is not None
        self._file.write(f'\n], "counts": {json.dumps(self._counts)}, "stopped": {json.dumps(stopped)}}}\n')
        self._file.close()
        if error is None:
            self._part.replace(self._path)


def table(reports: Mapping[str, AddReport]) -> Any:
    """A rich table with a row for each source."""
    from rich.table import Table
    from rich.text import Text

    made = Table("source", *OUTCOMES)
    for column in made.columns[1:]:
        column.justify = "right"
    rows = [(source, report.counts) for source, report in reports.items()]
    if len(rows) > 1:
        rows.append(("together", {name: sum(counts[name] for _, counts in rows) for name in OUTCOMES}))
    for source, counts in rows:
        made.add_row(Text(source), *(f"{counts[name]:,}" if counts[name] else "" for name in OUTCOMES))
    return made


def failures(report: AddReport) -> list[str]:
    """What failed and why, a line each; what is beyond the first twenty is counted by its reason."""
    shown = [f"{where}: {reason}" for where, reason in report.failed[:MOST_SHOWN]]
    rest = Counter(reason for _, reason in report.failed[MOST_SHOWN:])
    shown += [f"{count} more: {reason}" for reason, count in rest.most_common(MOST_SHOWN)]
    return shown
