"""An event named as a time ("since the election"): which day the library's own articles date it to.

Only what says when counts, as in timeframe.py: "since the flood", "in the weeks after the vote", not "after the flood",
which as often asks for what followed from it. A day is believed when at least two articles give it and at least half
of those that give one agree: an election has many days in a large library, and a wrong day would hide what was asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.english.lexicon import ANY_MONTH, WEEKDAY
from assistant.question.timeframe import Timeframe, find_timeframe, is_compared
from index.types import Hit

EVENT_PASSAGES = 100  # passages that name the event
LEAST_ARTICLES, LEAST_SHARE = 2, 0.5
Search = Callable[[str], Iterable[Hit]]

_NAMED = re.compile(
    r"\b(?P<how>since|in the (?:days|weeks|months|hours) (?:since|after|following|before|leading up to))\s+"
    r"(?P<name>(?:the|that|last|this)\s+(?:[\w’'-]+\s+){0,5}?[\w’'-]+)"
    r"(?=\s*(?:[?,.;:]|$)|\s+(?:was|were|is|are|has|have|had|did|do|does|what|who|how|which|when|why|and|but)\b)",
    re.I,
)
_NOT_PART = frozenset("the that last this a an of in on at for to by with from and".split())
_DAY = (
    rf"(?:(?:last\s+|on\s+)?{WEEKDAY}|yesterday|"
    rf"{ANY_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?\s+{ANY_MONTH}(?:,?\s+\d{{4}})?)"
)
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?=\S)[^.!?\n]*)*")


@dataclass(frozen=True, slots=True)
class Event:
    """An event that a question names as a time. name: without its article. before: what lies before it is meant."""

    name: str
    phrase: str
    start: int
    end: int
    before: bool


def find_event(question: str) -> Event | None:
    """The event a question takes as a time; None where it names none, or compares ("the worst since the war")."""
    for match in _NAMED.finditer(question):
        words = match["name"].split()[1:]
        if words and not is_compared(question[: match.start()]) and not re.search(r"\d", match["name"]):
            before = match["how"].lower().endswith(("before", "up to"))
            return Event(" ".join(words), match[0], match.start(), match.end(), before)
    return None


def day_of(event: Event, search: Search) -> date | None:
    """The day the articles give the event, or None when too few give one or they do not agree.

    search: passages by words, best first. A date counts when it stands right before the event's last noun ("Tuesday's
    election", "the Nov. 5 election") or not far behind its name ("the election on 5 November").
    """
    parts = [word for word in event.name.split() if word.lower() not in _NOT_PART]
    if not parts:
        return None
    head = re.escape(parts[-1])
    near = re.compile(
        rf"\b(?P<a>{_DAY})(?:['’]s)?\s+(?:[\w’'-]+\s+){{0,2}}?{head}\b|\b{head}\b[^.!?;,]{{0,30}}?\bon\s+(?P<b>{_DAY})",
        re.I,
    )
    said: dict[str, date] = {}
    for hit in search(event.name):
        published = hit.article.day
        if published is None or hit.article.id in said:
            continue
        for sentence in _SENTENCE.findall(hit.passage.text):
            lowered = sentence.lower()
            found = near.search(sentence) if all(word.lower() in lowered for word in parts) else None
            if found and (day := _resolved(found["a"] or found["b"], published)):
                said[hit.article.id] = day
                break
    if not said:
        return None
    day, votes = Counter(said.values()).most_common(1)[0]
    return day if votes >= LEAST_ARTICLES and votes >= LEAST_SHARE * len(said) else None


def _resolved(words: str, published: date) -> date | None:
    """The one day that words mean in an article of that day."""
    plain = re.sub(r"^(?:last|on)\s+", "", words.strip(), flags=re.I)
    frame = find_timeframe("yesterday" if plain.lower() == "yesterday" else f"what happened on {plain}?", published)
    return frame.since if frame and frame.since and frame.since == frame.until else None


def frame_of(event: Event, day: date) -> Timeframe:
    """The days a question with this event asks about; the event's own day belongs to what lies after it."""
    since, until = (None, day - timedelta(days=1)) if event.before else (day, None)
    return Timeframe(since, until, event.phrase, event.start, event.end, relative=False)
