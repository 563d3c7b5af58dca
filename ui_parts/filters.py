"""The filter of a conversation: as chips and a form, in the page's address, and changed by what the form sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlencode

from assistant import Filter, NewsdeskError
from ui_parts.drawing import TEMPLATES
from ui_parts.texts import Texts

MOST_PUBLISHERS = 300  # offered in the form


def address(where: Filter, conversation: str = "") -> str:
    """The page's address for a conversation and its filter: "?c=…&since=2025-03-01&publisher=The+Meridian"."""
    parts = [("c", conversation)] if conversation else []
    parts += [(name, day.isoformat()) for name in ("since", "until") if (day := getattr(where, name))]
    parts += [("publisher", name) for name in where.publishers]
    parts += [("article", article_id) for article_id in where.article_ids]
    return f"?{urlencode(parts)}" if parts else "?"


def from_address(search: str) -> tuple[Filter, dict[str, str]]:
    """The filter in an address, and its "c" (conversation) and "answer". What is no filter in it is left out."""
    found = parse_qs(search.removeprefix("?"), max_num_fields=1000)
    named = {str(name): found[name][0] for name in ("c", "answer") if name in found}
    publishers, articles = tuple(found.get("publisher", ())), tuple(found.get("article", ()))
    with suppress(NewsdeskError):
        days = (_day(found.get("since", [""])[0]), _day(found.get("until", [""])[0]))
        return Filter(*days, publishers=publishers, article_ids=articles), named
    return Filter(publishers=publishers, article_ids=articles), named


def changed(where: Filter, wish: Mapping[str, Any]) -> Filter:
    """Apply a change to a filter: {"set": {"since", "until", "publishers"}}, {"without": name, "value": which},
    {"only": article id}, or {"clear": true}. InvalidValue when the days are the wrong way round."""
    if wish.get("clear"):
        return Filter()
    if given := wish.get("set"):
        since, until = _day(str(given.get("since") or "")), _day(str(given.get("until") or ""))
        return replace(where, since=since, until=until, publishers=tuple(map(str, given.get("publishers") or ())))
    if only := wish.get("only"):
        return replace(where, article_ids=tuple(dict.fromkeys([*where.article_ids, str(only)])))
    name, value = wish.get("without"), wish.get("value")
    return Filter(
        None if name == "since" else where.since,
        None if name == "until" else where.until,
        tuple(one for one in where.publishers if (name, value) != ("publishers", one)),
        tuple(one for one in where.article_ids if (name, value) != ("article_ids", one)),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def bar(
    where: Filter,
    publishers: Sequence[tuple[str, int]],
    title_of: Callable[[str], str],
    query: str,
    say: Texts,
    problem: str = "",
) -> str:
    """The chips of a filter, and the form that changes it. publishers: with how many articles; query: an address;
    problem: why what the form sent was refused."""
    chips = [(say("from_day", day=say.day(where.since)), "since", "")] if where.since else []
    chips += [(say("to_day", day=say.day(where.until)), "until", "")] if where.until else []
    chips += [(name, "publishers", name) for name in where.publishers]
    chips += [(say("only_article", title=title_of(i)), "article_ids", i) for i in where.article_ids]
    offered = publishers[:MOST_PUBLISHERS]
    return TEMPLATES.draw("filters.html", "bar", where, chips, offered, query, problem, say=say)
