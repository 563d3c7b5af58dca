"""What programs read: answers as JSON and back; the report of a run of `add` or `refresh`, for people too."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from assistant.types import Answer
from index.errors import InvalidValue
from index.types import OUTCOMES, SAID_OUTCOMES, AddReport, Filter, Outcome

MOST_NAMED = 3  # files of a kind that was passed over
MOST_SHOWN = 20  # failures shown of one source; the report file has all


def as_json(value: Any) -> Any:
    """A value of ours (an Answer, Hits, a Filter …) in the terms of JSON: its fields by name, days in ISO 8601."""
    if isinstance(value, date):  # a datetime is a date
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return as_json(asdict(value))
    if isinstance(value, Mapping):
        return {str(name): as_json(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json(one) for one in value]
    return value


def answer_from(value: Any) -> Answer:
    """The Answer that `as_json` made this of. InvalidValue, with the field, for what is no answer."""
    answer: Answer = value_from(Answer, value)
    return answer


def filter_from(value: Any) -> Filter:
    """The Filter that `as_json` made this of. InvalidValue, with the field, for what is no filter."""
    where: Filter = value_from(Filter, value)
    return where


@cache
def _adapter(kind: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def value_from(kind: Any, value: Any) -> Any:
    """The value of this kind that `as_json` made this of. InvalidValue, with the field, for what is none."""
    from pydantic import ValidationError

    try:
        return _adapter(kind).validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"])) or "the whole"
        raise InvalidValue(
            f"this is no {getattr(kind, '__name__', kind)} as newsdesk writes it: {field}: {first['msg']}"
        ) from error


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

    made = Table("source", *(SAID_OUTCOMES.get(name, name) for name in OUTCOMES))
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


def passed_over(report: AddReport) -> list[str]:
    """What was passed over, a line for each kind, its first files named."""
    kinds: dict[str, list[str]] = {}
    for where, reason in report.passed:
        kinds.setdefault(reason, []).append(where)
    return [
        f"passed over, {len(places)}: {reason} ({', '.join(places[:MOST_NAMED])}{', …' * (len(places) > MOST_NAMED)})"
        for reason, places in sorted(kinds.items(), key=lambda kind: -len(kind[1]))[:MOST_SHOWN]
    ]
