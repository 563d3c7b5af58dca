"""Questions that a sentence of an article answers, by rules: "Some 80 people were hurt in Orrin" to "How many …?".

Many are made and few are kept (overgenerate and rank, Heilman and Smith 2010): whoever offers them checks that the
library answers them. A question must stand alone: one with a pronoun, or that names nobody and no place, is not made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.english.lexicon import (
    HONORIFICS,
    MONTH,
    OFFICES,
    ORGANISATIONS,
    PAST_TO_BASE,
    SMALL,
    TENS,
    WEEKDAY,
    any_of,
)

KINDS = ("count", "why", "when", "words", "who", "latest", "quote")  # those first that tell most of an article
MOST_WORDS, LEAST_WORDS = 16, 5  # in a question
_DATELINE = re.compile(r"^[A-Z][A-Z .,'’-]{2,40}\s?[—–-]\s+|^[A-Z]{3,}[^—]{0,30} — ")
_SAID = re.compile(
    r",? (?:[A-Z“][^,]{0,60}|the [^,]{0,60}|officials|police|rescuers|he|she|they) (?:said|says|told|added)\b.*$|"
    r", (?:according to|the [^,]{0,60} said|[^,]{0,60} said)\b.*$"
)
_WHEN = re.compile(
    rf",? (?:(?:on|last|this|next|since|late|early) )*{WEEKDAY}(?: (?:morning|afternoon|evening|night))?\b|"
    r",? (?:yesterday|today|tonight|overnight|last (?:night|week|month|year)|this (?:morning|week|month|year))\b"
)
_LEANS = re.compile(  # on what stands before it; "its" and "their" may lean on the question's own subject
    r"\b(?:[Hh]e|[Ss]he|[Tt]hey|[Ii]t|[Ww]e|I|[Oo]ur|[Hh]im|[Tt]hem|[Tt]h(?:is|at|ese|ose)|[Hh]ere|[Yy]ou|former|latter|"
    r"another|others)\b"
)
_SPELT = f"{any_of(SMALL[2:])}|(?:{any_of(TENS)})(?:-[a-z]+)?|dozens|hundreds|thousands"
_NUMBER = (
    r"(?:(?:[Aa]t least|[Aa]bout|[Ss]ome|[Aa]round|[Nn]early|[Aa]lmost|[Mm]ore than|[Oo]ver|[Uu]p to|[Oo]nly) )?"
    rf"(?:\d[\d,.]*(?: (?:million|billion|thousand))?|(?i:{_SPELT}))"
)
_THINGS = r"(?P<things>(?:[a-z]+ ){0,2}?(?:[a-z]+[^s\W]s|people|men|women|children|sheep))"
_COUNTED = re.compile(rf"^{_NUMBER} {_THINGS} (?P<rest>[a-z]+\b.*)$")
_THERE = re.compile(rf"^There (?P<verb>are|were) {_NUMBER} {_THINGS}(?P<rest> (?:in|on|at) .*)$")
_HURT = re.compile(r"^(?:people|passengers|men|women|children)$")
_SUFFERED = re.compile(r"^(?:(?:were|are|have been) (?:killed|hurt|injured|wounded|missing)|died)$")
_SUBJECT = r"(?P<subject>(?:The|A|An|[A-Z][\w’'-]+)(?: [\w’'.-]+){0,6}?)"
_PASSIVE = re.compile(
    rf"^{_SUBJECT} (?P<verb>was|were|is|are|has been|have been|will be)"
    r" (?P<rest>[a-z]+(?:ed|en|wn|ut|lt|ld|nt|ght)\b[^,;:“”]*?)"
    r"(?P<why> (?:because|after|due to|owing to|over)\b.*)$"
)
_DID_SO_MANY = re.compile(
    rf"^{_SUBJECT} (?P<verb>[a-z]+) {_NUMBER} {_THINGS}(?P<rest>(?: (?:in|on|at|to|from) [^,;:“”]*)?)$"
)
_DATED = re.compile(
    rf"^{_SUBJECT} (?P<verb>was|were|is|are|will) (?P<rest>[a-z][^,;:“”]*?)"
    rf" (?:on \d{{1,2}} {MONTH}|in {MONTH})\b"
)
_ACTIVE = re.compile(
    rf"^{_SUBJECT} (?P<verb>[a-z]+) (?P<rest>[^,;:“”]*?)(?P<why> (?:because|due to|owing to|in protest)\b.*)$"
)
_NAME = r"[A-Z][\w’'-]+(?: (?:[a-z]{2,3} )?[A-Z][\w’'-]+){1,3}"
_ROLE = re.compile(
    rf"(?<![\w“])(?P<name>{_NAME}), (?:the|a|an|its|head|chief|director|professor|leader|owner|mayor|minister)\b"
    r"[^,.;“”]{3,70}[,.]"
    rf"|\b(?:the|its) [a-z][^,.;“”]{{3,60}}, (?:Dr\.? |Prof\.? )?(?P<after>{_NAME})[,.]"
)
_SPEAKS = re.compile(
    rf"[”\"]?(?:said|says|warned|argued|added|told) (?:Dr\.? |Prof\.? )?(?P<before>{_NAME})"
    rf"|(?P<after>{_NAME}) (?:said|warned|argued)\b"
)
_NO_PERSON = re.compile(rf"\b(?:The|{WEEKDAY}|{MONTH}|[A-Z]{{2,}}|{any_of(ORGANISATIONS)})\b")
_QUOTED = re.compile(r"“(?P<words>[A-Z][^“”]{25,110}?)[.,]?”")
_TITLES = re.compile(rf"^(?:{any_of((*HONORIFICS, *OFFICES))})\.? ")
_EVENTS = (
    "flood|quake|earthquake|fire|crash|vote|strike|election|trial|verdict|talks|truce|ceasefire|outage|storm|protests?|"
    "inquiry|bridge|festival|summit|budget|rescue|attack|explosion|merger|drought|epidemic|outbreak|war|census|tram|"
    "ferry|telescope|observatory|dam|mine|port|airport|hospital|library|stadium|bank"
)
_EVENT = re.compile(rf"\b(?P<name>[A-Z][\w’-]+(?: [A-Z][\w’-]+)?) (?P<event>(?i:{_EVENTS}))\b")
_PLACE = re.compile(r"(?<=\b(?:in|at|of) )[A-Z][\w’-]+(?: [A-Z][\w’-]+)?|(?<=\bnear )[A-Z][\w’-]+")


@dataclass(frozen=True, slots=True)
class Made:
    """A question, and the kind of rule that made it, one of KINDS."""

    question: str
    kind: str


def questions_of(sentence: str, topic: str = "") -> Iterator[Made]:
    """The questions that this sentence of an article answers. topic: what the article is about, as `topic_in` gives."""
    plain = " ".join(_DATELINE.sub("", " ".join(sentence.split())).split())
    if plain.endswith("?") or len(plain) > 400:
        return
    told = _WHEN.sub("", _SAID.sub("", plain.rstrip(" .!"))).strip(" ,")
    whole = _WHEN.sub("", plain.rstrip(" .!"))
    if "“" not in told:
        yield from _counts(told, topic)
    if m := _PASSIVE.match(whole):
        first, _, rest = m["verb"].partition(" ")
        yield from _kept(f"Why {first} {_inner(m['subject'])} {f'{rest} ' * bool(rest)}{m['rest']}?", "why")
    elif (m := _ACTIVE.match(whole)) and m["verb"] in PAST_TO_BASE:
        yield from _kept(f"Why did {_inner(m['subject'])} {PAST_TO_BASE[m['verb']]} {m['rest']}?", "why")
    if m := _DATED.match(whole):
        yield from _kept(f"When {m['verb']} {_inner(m['subject'])} {m['rest']}?", "when")
    if (m := _QUOTED.search(plain)) and not _LEANS.search(m["words"]):
        yield Made(f"Who said “{m['words']}”?", "quote")
    for m in _ROLE.finditer(plain):
        if name := _person(m["name"] or m["after"]):
            yield Made(f"Who is {name}?", "who")
    if topic:
        for m in _SPEAKS.finditer(plain):
            if (name := _person(m["before"] or m["after"])) and name.split()[-1] not in topic:
                yield Made(f"What did {name} say about {topic}?", "words")


def _counts(told: str, topic: str) -> Iterator[Made]:
    """Questions for a number of things or people."""
    if m := _COUNTED.match(told):
        where = f" in {topic}" if _HURT.match(m["things"]) and _SUFFERED.match(m["rest"]) and topic else ""
        yield from _kept(f"How many {m['things']} {m['rest']}{where}?", "count")
    elif m := _THERE.match(told):
        yield from _kept(f"How many {m['things']} {m['verb']} there{m['rest']}?", "count")
    elif (
        (m := _DID_SO_MANY.match(told))
        and m["verb"] in PAST_TO_BASE
        and " " in m["subject"]
        and " and " not in m["rest"]
    ):
        yield from _kept(
            f"How many {m['things']} did {_inner(m['subject'])} {PAST_TO_BASE[m['verb']]}{m['rest']}?", "count"
        )


def topic_in(title: str) -> str:
    """What an article is about, as words that a question can end with: "the Vessa flood", "Lowmere"; "" if the title
    does not tell."""
    if m := _EVENT.search(title):
        first, capital = m["name"].split()[0], m.start() == 0
        if not (capital and first.lower() in _COMMON):
            return f"the {m['name']} {m['event'].lower()}"
    if m := _PLACE.search(title):
        return _OWNER.sub("", m[0])
    named = [m for m in _MIDDLE.finditer(title) if m["before"].islower() or _after_the(m)]
    words = title.split()
    if not named or sum(word[:1].isupper() for word in words) > 0.6 * len(words):  # a title all in capitals names all
        return ""
    return f"{'the ' if _after_the(named[-1]) else ''}{_OWNER.sub('', named[-1]['name'])}"


def _after_the(named: re.Match[str]) -> bool:
    return named["before"].lower() == "the"


_MIDDLE = re.compile(r"(?P<before>[^\s]+)\s(?P<name>[A-Z][a-z][\w’-]*(?: [A-Z][\w’-]+)?)")
_OWNER = re.compile(r"[’']s$")
_COMMON = frozenset(
    "the a an two three four five new death dead after why how what who when big small more most no first last"
    " police court council government rescuers farmers students workers".split()
)


def _kept(question: str, kind: str) -> Iterator[Made]:
    question = " ".join(question.replace(" ?", "?").split())
    length = len(question.split())
    names_one = re.search(r"(?<!^)(?<=\s)[A-Z][\w’'-]{2,}", question)
    ends = re.search(r"[\w”)%]\?$", question)  # what a dash or a comma was cut off behind does not parse
    if LEAST_WORDS <= length <= MOST_WORDS and names_one and ends and not _LEANS.search(question):
        yield Made(question, kind)


def _inner(subject: str) -> str:
    """A subject as it stands within a sentence: "The bridge" as "the bridge"."""
    first, _, rest = subject.partition(" ")
    return f"{first.lower()} {rest}" if first in ("The", "A", "An") else subject


def _person(name: str) -> str:
    """A person's name without a title before it; "" when what is left is no first and last name."""
    bare = _OWNER.sub("", _TITLES.sub("", name))
    words = bare.split()
    return bare if len(words) in (2, 3) and not _NO_PERSON.search(bare) else ""
