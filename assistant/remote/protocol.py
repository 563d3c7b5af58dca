"""What a command asks of the server that holds its library: the methods of a desk, and what each gives back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.answer.timeline import Timeline
from assistant.types import Answer
from assistant.verify.types import Verified
from index.stores.check import CheckReport
from index.stores.listing import Bar, Listing
from index.stores.versions import Change
from index.stores.visits import Feed
from index.types import AddReport, Article, Filter, Hit

# Each is called by name with its arguments by name; the kind is what comes back.
CALLS: dict[str, Any] = {
    "article": Article,
    "back_up": None,
    "articles": list[Article],
    "check": CheckReport,
    "copies": list[Article],
    "count": int,
    "feedback": list[dict[str, Any]],
    "follow_ups": tuple[str, ...],
    "followed": list[Feed],
    "histogram": tuple[Bar, ...],
    "history": list[Change],
    "listing": Listing,
    "pending": int,
    "publishers": tuple[tuple[str, int], ...],
    "remove": tuple[str, ...],
    "restore": tuple[str, ...],
    "retrieve": list[Hit],
    "settle": None,
    "suggestions": tuple[str, ...],
    "timeline": Timeline,
    "unfollow": None,
    "vacuum": int,
    "verify": Verified,
}
# The same for what takes long: it runs as a job.
RUNS: dict[str, Any] = {
    "add": AddReport,
    "follow": AddReport,
    "refresh": dict[str, AddReport],
    "repair": None,
    "rebuild": None,
}
ARGUMENTS: dict[str, Any] = {  # those that are values of ours; the others are plain
    "where": Filter | None,
    "answer": Answer,
    "since": date | None,
    "until": date | None,
}


@dataclass(frozen=True, slots=True)
class Manner:
    """How a command wants its desk, by its own options and settings: as `Assistant.open` takes them."""

    as_of: date | None = None
    model: str | None = None
    base_url: str | None = None
    strict: bool = False
    verifier: str | None = None
    api_key: str | None = None
    timeout: float = 60.0
    context: int = 8192
    allow_hosts: tuple[str, ...] = ()
    robots: bool = True
