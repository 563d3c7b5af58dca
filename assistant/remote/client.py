"""RemoteAssistant: a desk whose library another process holds and serves, asked through that process's HTTP door.

It has the methods of `Assistant`, so that a command does not care. The door is found by the note beside the lock; only
the user whose process it is can read the secret in it. Files are read by the server, on the same machine, by their
absolute paths.
"""

from __future__ import annotations

import json
import os
import socket
import tempfile
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from functools import wraps
from inspect import signature
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import httpx
from httpx_sse import EventSource

from assistant.interface import Desk
from assistant.json_codec import as_json, value_from
from assistant.options import DeskOptions
from assistant.remote.protocol import CALLS, HERE, RUNS, sent
from assistant.types import Answer, Turn
from assistant.verify.types import Verified
from assistant.version import __version__
from index import errors
from index.errors import NewsdeskError
from index.sources.loading import STDIN, is_address, load
from index.sources.options import NO_MAPPING, Options, Source
from index.stores.exchange import ExportReport
from index.stores.lock import Holder, holder_of
from index.types import AddReport, Failure, Filter, Outcome, Passed, Progress, Read

CONNECTING = 5.0  # seconds until a server on this machine must have taken a connection
Event = tuple[str, Any]
P = ParamSpec("P")
R = TypeVar("R")


def reach(library: str | Path, options: DeskOptions = DeskOptions()) -> RemoteAssistant | None:
    """The desk of the server that holds a library; None when none does that answers."""
    note = holder_of(Path(library).expanduser())
    if note is None or not note.address or not note.secret or note.host != socket.gethostname():
        return None
    desk = RemoteAssistant(note, options)
    return desk if desk.answers() else None


def _by_call(method: Callable[Concatenate[Desk, P], R]) -> Callable[Concatenate[RemoteAssistant, P], R]:
    """A method of the desk's, with its own signature, that the server carries out."""

    @wraps(method, updated=())  # but not that it is abstract
    def call(self: RemoteAssistant, /, *given: P.args, **named: P.kwargs) -> R:
        found: R = self._call(method.__name__, **_by_name(method, given, named))
        return found

    return call


def _by_job(method: Callable[Concatenate[Desk, P], R]) -> Callable[Concatenate[RemoteAssistant, P], R]:
    """The same for what takes long: it tells its progress, and can be cancelled."""

    @wraps(method, updated=())  # but not that it is abstract
    def run(self: RemoteAssistant, /, *given: P.args, **named: P.kwargs) -> R:
        arguments = _by_name(method, given, named)
        here = {name: arguments.pop(name) for name in HERE if name in arguments}
        done: R = self._run(method.__name__, arguments, **here)
        return done

    return run


def _by_name(method: Callable[..., object], given: tuple[object, ...], named: dict[str, object]) -> dict[str, Any]:
    arguments = signature(method).bind(None, *given, **named).arguments
    arguments.pop("self")
    return {name: list(one) if isinstance(one, Iterator) else one for name, one in arguments.items()}


class RemoteAssistant(Desk):
    """Questions to a library that another process holds. Safe to use from several threads; a context manager."""

    def __init__(self, note: Holder, options: DeskOptions = DeskOptions()) -> None:
        self._note = note
        self._options = sent(options)
        # Plain HTTP on this machine: no proxy, no certificates to load, no connection that outlives its request. An
        # answer takes as long as it takes.
        self._http = httpx.Client(
            base_url=note.address,
            headers={"Authorization": f"Bearer {note.secret}", "Content-Type": "application/json"},
            timeout=httpx.Timeout(None, connect=CONNECTING),
            limits=httpx.Limits(max_keepalive_connections=0),
            trust_env=False,
            verify=False,
        )

    # articles

    def add(
        self,
        source: Source,
        *,
        progress: Callable[[Progress], None] | None = None,
        cancel: threading.Event | None = None,
        jobs: int = 4,
        mapping: Mapping[str, str] = NO_MAPPING,
        since: date | None = None,
        until: date | None = None,
        note: Callable[[Outcome], None] | None = None,
    ) -> AddReport:
        """As `Assistant.add`."""
        sent = _Sent(source, mapping)
        arguments = {"source": sent.source, "jobs": jobs, "mapping": dict(mapping), "since": since, "until": until}
        report: AddReport = self._run("add", arguments, progress, cancel, note, sent.told)
        return AddReport(
            added=report.added,
            updated=report.updated,
            unchanged=report.unchanged,
            duplicates=report.duplicates,
            failed=tuple((sent.told(where), sent.told(reason)) for where, reason in report.failed),
            passed=tuple((sent.told(where), reason) for where, reason in report.passed),
            counts=report.counts,
            stopped=report.stopped,
        )

    follow = _by_job(Desk.follow)
    refresh = _by_job(Desk.refresh)
    repair = _by_job(Desk.repair)
    rebuild = _by_job(Desk.rebuild)
    unfollow = _by_call(Desk.unfollow)
    followed = _by_call(Desk.followed)
    history = _by_call(Desk.history)
    copies = _by_call(Desk.copies)
    check = _by_call(Desk.check)
    article = _by_call(Desk.article)
    articles = _by_call(Desk.articles)
    listing = _by_call(Desk.listing)
    histogram = _by_call(Desk.histogram)
    publishers = _by_call(Desk.publishers)
    vacuum = _by_call(Desk.vacuum)
    settle = _by_call(Desk.settle)
    count = _by_call(Desk.count)
    retrieve = _by_call(Desk.retrieve)
    timeline = _by_call(Desk.timeline)
    suggestions = _by_call(Desk.suggestions)
    follow_ups = _by_call(Desk.follow_ups)
    feedback = _by_call(Desk.feedback)
    watch = _by_call(Desk.watch)
    unwatch = _by_call(Desk.unwatch)
    watched = _by_call(Desk.watched)
    ask_watched = _by_call(Desk.ask_watched)
    changes = _by_call(Desk.changes)
    remove = _by_call(Desk.remove)
    restore = _by_call(Desk.restore)

    def back_up(self, into: str | Path) -> None:
        """As `Assistant.back_up`: both are on one machine."""
        self._call("back_up", into=str(Path(into).expanduser().absolute()))

    def export_articles(self, into: str | Path) -> ExportReport:
        """As `Assistant.export_articles`."""
        report: ExportReport = self._call("export_articles", into=str(Path(into).expanduser().absolute()))
        return report

    def import_articles(
        self,
        file: str | Path,
        *,
        progress: Callable[[Progress], None] | None = None,
        cancel: threading.Event | None = None,
        note: Callable[[Outcome], None] | None = None,
    ) -> AddReport:
        """As `Assistant.import_articles`."""
        arguments = {"file": str(Path(file).expanduser().absolute())}
        report: AddReport = self._run("import_articles", arguments, progress, cancel, note)
        return report

    @property
    def pending(self) -> int:
        """As `Assistant.pending`."""
        return int(self._call("pending"))

    def verify(
        self, text: str, where: Filter | None = None, *, progress: Callable[[int, int], None] | None = None
    ) -> Verified:
        """As `Assistant.verify`; progress is told once, at the end."""
        found: Verified = self._call("verify", text=text, where=where)
        if progress:
            progress(len(found.findings), len(found.findings))
        return found

    def stream(
        self, question: str, turns: Sequence[Turn] = (), where: Filter | None = None
    ) -> Generator[str | Answer, None, None]:
        """As `Assistant.stream`."""
        arguments = {"question": question, "turns": list(turns), "where": where}
        with closing(self._events("ask", "", arguments)) as events:
            for name, data in events:
                if name == "error":
                    raise _raised(data)
                yield value_from(Answer, data) if name == "answer" else data

    # the door

    def answers(self) -> bool:
        """Whether the server is there and knows the secret."""
        try:
            self._call("pending")
        except _Unreachable:
            return False
        return True

    def _call(self, method: str, **arguments: Any) -> Any:
        with self._open("call", method, arguments) as response:
            found = json.loads(response.read())
        if "error" in found:
            raise _raised(found["error"])
        return None if CALLS[method] is None else value_from(CALLS[method], found["value"])

    def _run(
        self,
        method: str,
        arguments: dict[str, Any],
        progress: Callable[[Progress], None] | None = None,
        cancel: threading.Event | None = None,
        note: Callable[[Outcome], None] | None = None,
        told: Callable[[str], str] = str,
    ) -> Any:
        job, cancelled = "", False
        with closing(self._events("run", method, arguments)) as events:
            for name, data in events:
                if cancel and cancel.is_set() and job and not cancelled:
                    cancelled = True
                    with self._post(f"/v1/jobs/{job}/cancel", {}):
                        pass
                if name == "job":
                    job = data
                elif name == "progress" and progress:
                    progress(value_from(Progress, data))
                elif name == "outcome" and note:
                    is_place = data["kind"] == "failed"
                    named = told(data["id"]) if is_place else data["id"]
                    note(Outcome(data["kind"], named, told(data["detail"]) if is_place else data["detail"]))
                elif name == "error":
                    raise _raised({**data, "message": told(data["message"])})
                elif name == "value":
                    return None if RUNS[method] is None else value_from(RUNS[method], data)
        raise _Unreachable(self._gone())

    @contextmanager
    def _open(self, door: str, method: str, arguments: dict[str, Any]) -> Iterator[httpx.Response]:
        body = {"version": __version__, "method": method, "arguments": as_json(arguments), "options": self._options}
        with self._post(f"/v1/owner/{door}", body) as response:
            yield response

    @contextmanager
    def _post(self, path: str, body: dict[str, Any]) -> Iterator[httpx.Response]:
        """A response that is not read yet; closed at the end."""
        try:
            with self._http.stream("POST", path, content=json.dumps(body)) as response:
                if response.status_code != 200:
                    told = response.read().decode("utf-8", "replace")[:300]
                    raise _Unreachable(f"{self._note} does not know this command ({response.status_code}: {told})")
                yield response
        except httpx.TransportError as error:
            raise _Unreachable(self._gone()) from error

    def _events(self, door: str, method: str, arguments: dict[str, Any]) -> Generator[Event, None, None]:
        """What comes, name and data."""
        with self._open(door, method, arguments) as response:
            if response.headers["content-type"].startswith("application/json"):
                raise _raised(json.loads(response.read())["error"])
            for sent in EventSource(response).iter_sse():
                yield sent.event, json.loads(sent.data)

    def _gone(self) -> str:
        return f"{self._note} ended before it answered; what was stored stays, so ask again"

    # the end

    def close(self) -> None:
        """Nothing is held that must be let go."""


class _Unreachable(NewsdeskError):
    """The server that held the library is gone, or is not ours."""


class _Sent:
    """A source as the server reads it, and what it tells in the words that the command was given."""

    def __init__(self, source: Any, mapping: Mapping[str, str]) -> None:
        self._given = self._absolute = ""
        self.source: Any
        if isinstance(source, str) and is_address(source):
            self.source = source
        elif isinstance(source, str | Path) and source != STDIN:
            if str(source).lower().startswith("file://"):
                load(source)  # raises what `Assistant.add` raises
            self._given = str(Path(source).expanduser()) if isinstance(source, Path) else source
            self._absolute = str(Path(source).expanduser().absolute())
            self.source = {"path": self._absolute}
        else:
            self.source = {"items": _written(load(source, Options(mapping=dict(mapping))))}

    def told(self, text: str) -> str:
        """A message about the source, with its path as it was given."""
        return text.replace(self._absolute, self._given.rstrip("/") or "/") if self._absolute else text


def _written(items: Iterable[Any]) -> str:
    """Articles and failures in a file that only this user reads, a line each; its path. The server deletes it."""
    handle, path = tempfile.mkstemp(prefix="newsdesk-", suffix=".items")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        for item in items:
            kind = "passed" if isinstance(item, Passed) else "failure" if isinstance(item, Failure) else "article"
            file.write(json.dumps([kind, as_json(item.article if isinstance(item, Read) else item)]) + "\n")
    return path


def _raised(error: Mapping[str, str]) -> NewsdeskError:
    """The error of the server's, of the same kind and in the same words."""
    kind = getattr(errors, error["kind"], NewsdeskError)
    if not (isinstance(kind, type) and issubclass(kind, NewsdeskError)):
        kind = NewsdeskError
    made: NewsdeskError = kind.__new__(kind)
    Exception.__init__(made, error["message"])
    return made
