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
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from httpx_sse import EventSource

from assistant.answer.timeline import Timeline
from assistant.asking import Asking
from assistant.json_codec import as_json, value_from
from assistant.remote.protocol import CALLS, RUNS, Manner
from assistant.types import Answer, Turn
from assistant.verify.types import Verified
from assistant.version import __version__
from index import errors
from index.errors import InvalidValue, NewsdeskError
from index.sources.loading import STDIN, is_address, load
from index.sources.options import Options
from index.stores.check import CheckReport
from index.stores.listing import Bar, Listing
from index.stores.lock import Holder, holder_of
from index.stores.versions import Change
from index.stores.visits import Feed
from index.types import AddReport, Article, Failure, Filter, Hit, Outcome, Progress, Read

CONNECTING = 5.0  # seconds until a server on this machine must have taken a connection
Event = tuple[str, Any]


def reach(library: str | Path, manner: Manner = Manner()) -> RemoteAssistant | None:
    """The desk of the server that holds a library; None when none does that answers."""
    note = holder_of(Path(library).expanduser())
    if note is None or not note.address or not note.secret or note.host != socket.gethostname():
        return None
    desk = RemoteAssistant(note, manner)
    return desk if desk.answers() else None


class RemoteAssistant(Asking):
    """Questions to a library that another process holds. Safe to use from several threads; a context manager."""

    def __init__(self, note: Holder, manner: Manner = Manner()) -> None:
        self._note = note
        self._manner = as_json(manner)
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
        self.conversations = _Conversations(self)

    # articles

    def add(
        self,
        source: Any,
        *,
        progress: Callable[[Progress], None] | None = None,
        cancel: threading.Event | None = None,
        jobs: int = 4,
        mapping: Mapping[str, str] = {},  # it is only read
        since: date | None = None,
        until: date | None = None,
        note: Callable[[Outcome], None] | None = None,
    ) -> AddReport:
        """As `Assistant.add`."""
        sent = _Sent(source, mapping)
        arguments = {"source": sent.source, "jobs": jobs, "mapping": dict(mapping), "since": since, "until": until}
        report: AddReport = self._run("add", arguments, progress, cancel, note, sent.told)
        return AddReport(
            report.added, report.updated, report.unchanged, report.duplicates,
            tuple((sent.told(where), sent.told(reason)) for where, reason in report.failed), report.counts,
            report.stopped,
        )  # fmt: skip

    def follow(self, feed: str, *, progress: Callable[[Progress], None] | None = None) -> AddReport:
        """As `Assistant.follow`."""
        report: AddReport = self._run("follow", {"feed": feed}, progress)
        return report

    def refresh(
        self,
        *,
        progress: Callable[[Progress], None] | None = None,
        cancel: threading.Event | None = None,
        jobs: int = 4,
        note: Callable[[Outcome], None] | None = None,
    ) -> dict[str, AddReport]:
        """As `Assistant.refresh`."""
        reports: dict[str, AddReport] = self._run("refresh", {"jobs": jobs}, progress, cancel, note)
        return reports

    def repair(self, *, deep: bool = False, progress: Callable[[Progress], None] | None = None) -> None:
        """As `Assistant.repair`."""
        self._run("repair", {"deep": deep}, progress)

    def rebuild(self, encoder: str | None = None, *, progress: Callable[[Progress], None] | None = None) -> None:
        """As `Assistant.rebuild`."""
        self._run("rebuild", {"encoder": encoder}, progress)

    def unfollow(self, feed: str) -> None:
        """As `Assistant.unfollow`."""
        self._call("unfollow", feed=feed)

    def followed(self) -> list[Feed]:
        """As `Assistant.followed`."""
        found: list[Feed] = self._call("followed")
        return found

    def history(self, article_id: str) -> list[Change]:
        """As `Assistant.history`."""
        found: list[Change] = self._call("history", article_id=article_id)
        return found

    def copies(self, article_id: str) -> list[Article]:
        """As `Assistant.copies`."""
        found: list[Article] = self._call("copies", article_id=article_id)
        return found

    def check(self, *, deep: bool = False) -> CheckReport:
        """As `Assistant.check`."""
        found: CheckReport = self._call("check", deep=deep)
        return found

    def article(self, article_id: str) -> Article:
        """As `Assistant.article`."""
        found: Article = self._call("article", article_id=article_id)
        return found

    def articles(self) -> list[Article]:
        """As `Assistant.articles`."""
        found: list[Article] = self._call("articles")
        return found

    def listing(
        self,
        words: str = "",
        where: Filter = Filter(),
        *,
        sort: str = "date",
        descending: bool = True,
        offset: int = 0,
        limit: int = 50,
    ) -> Listing:
        """As `Assistant.listing`."""
        found: Listing = self._call(
            "listing", words=words, where=where, sort=sort, descending=descending, offset=offset, limit=limit
        )
        return found

    def histogram(self, words: str = "", where: Filter = Filter()) -> tuple[Bar, ...]:
        """As `Assistant.histogram`."""
        found: tuple[Bar, ...] = self._call("histogram", words=words, where=where)
        return found

    def publishers(self) -> tuple[tuple[str, int], ...]:
        """As `Assistant.publishers`."""
        found: tuple[tuple[str, int], ...] = self._call("publishers")
        return found

    def remove(self, article_ids: Iterable[str]) -> tuple[str, ...]:
        """As `Assistant.remove`."""
        if isinstance(article_ids, str):
            raise InvalidValue("remove takes a list of ids: remove([article_id])")
        removed: tuple[str, ...] = self._call("remove", article_ids=list(article_ids))
        return removed

    def restore(self, article_ids: Iterable[str]) -> tuple[str, ...]:
        """As `Assistant.restore`."""
        restored: tuple[str, ...] = self._call("restore", article_ids=list(article_ids))
        return restored

    def vacuum(self) -> int:
        """As `Assistant.vacuum`."""
        return int(self._call("vacuum"))

    def back_up(self, into: str | Path) -> None:
        """As `Assistant.back_up`: both are on one machine."""
        self._call("back_up", into=str(Path(into).expanduser().absolute()))

    def settle(self) -> None:
        """As `Assistant.settle`."""
        self._call("settle")

    def count(self, where: Filter = Filter()) -> int:
        """As `Assistant.count`."""
        return int(self._call("count", where=where))

    @property
    def pending(self) -> int:
        """As `Assistant.pending`."""
        return int(self._call("pending"))

    # questions

    def retrieve(self, question: str, k: int = 8, where: Filter | None = None) -> list[Hit]:
        """As `Assistant.retrieve`."""
        found: list[Hit] = self._call("retrieve", question=question, k=k, where=where)
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

    def timeline(self, question: str, where: Filter | None = None) -> Timeline:
        """As `Assistant.timeline`."""
        found: Timeline = self._call("timeline", question=question, where=where)
        return found

    def verify(
        self, text: str, where: Filter | None = None, *, progress: Callable[[int, int], None] | None = None
    ) -> Verified:
        """As `Assistant.verify`; progress is told once, at the end."""
        found: Verified = self._call("verify", text=text, where=where)
        if progress:
            progress(len(found.findings), len(found.findings))
        return found

    def suggestions(self, count: int = 3, where: Filter | None = None) -> tuple[str, ...]:
        """As `Assistant.suggestions`."""
        found: tuple[str, ...] = self._call("suggestions", count=count, where=where)
        return found

    def follow_ups(self, answer: Answer, count: int = 3) -> tuple[str, ...]:
        """As `Assistant.follow_ups`."""
        found: tuple[str, ...] = self._call("follow_ups", answer=answer, count=count)
        return found

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
        body = {"version": __version__, "method": method, "arguments": as_json(arguments), "manner": self._manner}
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

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Unreachable(NewsdeskError):
    """The server that held the library is gone, or is not ours."""


class _Conversations:
    """The conversations of a library that another process holds, as far as a command asks for them."""

    def __init__(self, desk: RemoteAssistant) -> None:
        self._desk = desk

    def feedback(self) -> Sequence[dict[str, Any]]:
        """As `Conversations.feedback`."""
        rows: Sequence[dict[str, Any]] = self._desk._call("feedback")
        return rows


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
            kind = "failure" if isinstance(item, Failure) else "article"
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
