"""Jobs: long runs that somebody started from outside, each with its progress, its report and a way to stop it."""

from __future__ import annotations

import json
import logging
import queue
import secrets
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import IO, Any, Protocol

from index.errors import InvalidValue, NewsdeskError
from index.types import AddReport, Outcome, Progress

KEPT = 200  # finished jobs whose reports are kept
AT_ONCE = 2  # jobs that run: a long crawl does not hold up a small file; vectors are made one batch at a time anyway
log = logging.getLogger(__name__)


class State(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({State.DONE, State.FAILED, State.CANCELLED})


@dataclass(frozen=True, slots=True)
class Job:
    """How a job stands. kind: "add", "follow", "refresh", "import_articles", "repair" or "rebuild". progress: None
    before it begins.

    reports: by source, of those that are finished. failed: by source, why one that could not be read at all was not.
    problem: why the job failed; "" unless it did.
    """

    id: str
    kind: str
    owner: str
    created: datetime
    sources: tuple[str, ...] = ()
    state: State = State.WAITING
    started: datetime | None = None
    ended: datetime | None = None
    progress: Progress | None = None
    reports: Mapping[str, AddReport] = field(default_factory=dict)
    problem: str = ""


class JobReport(Protocol):
    """What a running job tells: its progress, each source's report, each article's outcome."""

    cancel: threading.Event

    def progress(self, at: Progress) -> None:
        """How far it is."""

    def report(self, source: str, report: AddReport) -> None:
        """A source is finished."""

    def note(self, source: str, outcome: Outcome) -> None:
        """What became of an article."""


Work = Callable[["JobReport"], None]


class JobNotFound(NewsdeskError, KeyError):
    """No job of that id."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"no job {job_id!r} here; the last {KEPT} are kept until the server ends")

    def __str__(self) -> str:
        """The message itself: KeyError would show it quoted."""
        return str(self.args[0])


class _Run:
    """One job with what belongs to it while it lives."""

    def __init__(self, job: Job, work: Work, changed: threading.Condition, noted: bool, keep: ExitStack) -> None:
        self.job = job
        self.work = work
        self.cancel = threading.Event()
        self.outcomes: IO[str] | None = None
        if noted:
            self.outcomes = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 closed when it is forgotten
        self.written = 0
        self._changed = changed
        self._keep = keep

    def put(self, **changes: Any) -> None:
        with self._changed:
            self.job = replace(self.job, **changes)
            self._changed.notify_all()

    def progress(self, at: Progress) -> None:
        self.put(progress=at)

    def report(self, source: str, report: AddReport) -> None:
        self.put(reports={**self.job.reports, source: report})

    def note(self, source: str, outcome: Outcome) -> None:
        if self.outcomes is None:
            return
        row = {"source": source, "kind": outcome.kind, "id": outcome.id, "detail": outcome.detail}
        with self._changed:
            self.outcomes.seek(0, 2)
            self.outcomes.write(json.dumps(row) + "\n")
            self.written += 1

    def end(self, state: State, problem: str = "") -> None:
        self._keep.close()
        self.put(state=state, problem=problem, ended=_now())


class Jobs:
    """The jobs of one server. Safe to use from several threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._runs: dict[str, _Run] = {}
        self._waiting: queue.SimpleQueue[_Run | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._closed = False

    def start(
        self, kind: str, owner: str, sources: tuple[str, ...], work: Work, *, noted: bool = False,
        keep: ExitStack | None = None,
    ) -> Job:  # fmt: skip
        """Line up a job. noted: keep each article's outcome, for `events`. keep: closed when the job has ended."""
        job = Job(secrets.token_urlsafe(9), kind, owner, _now(), sources)
        with self._changed:
            if self._closed:
                raise InvalidValue("the server is ending; nothing new is begun")
            run = self._runs[job.id] = _Run(job, work, self._changed, noted, keep or ExitStack())
            self._forget()
            if len(self._threads) < AT_ONCE:
                thread = threading.Thread(target=self._serve, name="newsdesk-jobs", daemon=True)
                self._threads.append(thread)
                thread.start()
        self._waiting.put(run)
        return job

    def _forget(self) -> None:
        ended = [run for run in self._runs.values() if run.job.state in ENDED]
        for run in ended[: max(0, len(ended) - KEPT)]:
            del self._runs[run.job.id]
            if run.outcomes:
                run.outcomes.close()

    def _serve(self) -> None:
        while (run := self._waiting.get()) is not None:
            if run.cancel.is_set():
                run.end(State.CANCELLED)
                continue
            run.put(state=State.RUNNING, started=_now())
            try:
                run.work(run)
            except NewsdeskError as error:
                run.end(State.FAILED, str(error))
            except Exception as error:  # told to whoever looks at the job; the thread goes on with the next one
                log.exception("job %s (%s) failed", run.job.id, run.job.kind)
                run.end(State.FAILED, f"something went wrong that nobody foresaw ({type(error).__name__})")
            else:
                run.end(State.CANCELLED if run.cancel.is_set() else State.DONE)

    def list(self, limit: int = 50, offset: int = 0) -> tuple[tuple[Job, ...], int]:
        """A page of the jobs, the newest first, and how many there are."""
        with self._changed:
            jobs = [run.job for run in reversed(self._runs.values())]
        return tuple(jobs[offset : offset + limit]), len(jobs)

    def get(self, job_id: str) -> Job:
        """How a job stands. JobNotFound."""
        return self._run(job_id).job

    def cancel(self, job_id: str) -> Job:
        """Stop a job: what was stored stays. One that has ended already stays as it is."""
        run = self._run(job_id)
        run.cancel.set()
        return run.job

    def count(self, state: State) -> int:
        """How many jobs are in a state."""
        with self._changed:
            return sum(run.job.state is state for run in self._runs.values())

    def follow(self, job_id: str, beat: float = 10.0) -> Iterator[Job | dict[str, str] | None]:
        """The job each time it changes, until it has ended; between, the outcomes of its articles if it notes them.

        None comes each `beat` seconds in which nothing changed.
        """
        run = self._run(job_id)
        told, read, place = None, 0, 0
        while True:
            with self._changed:
                if run.job is told and run.written == read:
                    self._changed.wait(beat)
                job, rows = run.job, []
                if run.outcomes and run.written > read:
                    run.outcomes.seek(place)
                    rows = [run.outcomes.readline() for _ in range(run.written - read)]
                    place, read = run.outcomes.tell(), run.written
            yield from (json.loads(row) for row in rows)
            yield job if job is not told else None
            told = job
            if job.state in ENDED:
                return

    def _run(self, job_id: str) -> _Run:
        with self._changed:
            if job_id not in self._runs:
                raise JobNotFound(job_id)
            return self._runs[job_id]

    def close(self) -> None:
        """Stop every job and return when none runs any more."""
        with self._changed:
            self._closed = True
            runs = list(self._runs.values())
        for run in runs:
            run.cancel.set()
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()


def _now() -> datetime:
    return datetime.now(UTC)
