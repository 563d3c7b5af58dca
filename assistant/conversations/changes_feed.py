"""What changed in the answers to standing questions as an Atom feed (RFC 4287), for a feed reader or a program."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from assistant.conversations.export import address, described
from assistant.conversations.types import AnswerChange
from assistant.types import Answer

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
_NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)  # a feed must have a date
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2 Characters


def atom(changes: Sequence[AnswerChange], place: str) -> str:
    """The changes, the newest first, as a feed. place: its own address."""
    ET.register_namespace("", ATOM)
    feed = ET.Element(f"{{{ATOM}}}feed")
    _put(feed, "title", "Newsdesk: what changed")
    _put(feed, "id", uuid5(NAMESPACE_URL, place).urn)
    _put(feed, "updated", _moment(max((one.when for one in changes), default=_NOTHING_YET)))
    _put(feed, "link", rel="self", href=place, type=MEDIA_TYPE)
    _put(_put(feed, "author"), "name", "Newsdesk")
    for change in changes:
        _entry(feed, change)
    return ET.tostring(feed, encoding="unicode", xml_declaration=True) + "\n"


def _entry(feed: ET.Element, change: AnswerChange) -> None:
    entry = _put(feed, "entry")
    _put(entry, "title", f"{change.question} {headline(change)}")
    _put(entry, "id", uuid5(NAMESPACE_URL, f"{change.standing}/{change.number}").urn)
    _put(entry, "updated", _moment(change.when))
    for link in dict.fromkeys(address(c.article) for c in change.after.citations):
        if link:
            _put(entry, "link", rel="related", href=link)
    _put(entry, "content", f"Now: {_told(change.after)}\n\nBefore: {_told(change.before)}", type="text")


def headline(change: AnswerChange) -> str:
    """The change in few words: "11, before: nine"; where few words do not answer, what is new."""
    if change.after.abstained:
        return "is not answered any more"
    now = change.after.short or (change.new or (change.after.text,))[0]
    before = "not answered" if change.before.abstained else change.before.short
    return " ".join(f"{now}, before: {before}".split()) if before else " ".join(now.split())


def _told(answer: Answer) -> str:
    """An answer with its sources below it."""
    sources = [f"[{c.number}] {described(c.article)} {address(c.article)}".rstrip() for c in answer.citations]
    return "\n".join([answer.text, *sources])


def _moment(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _put(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    if text:
        made.text = _NOT_XML.sub("\ufffd", text)
    return made
