"""Make claims with evidence for the verifier, true and false ones of many kinds, from news and from people's questions.

    PYTHONPATH=. python training/make_claims.py --news news-large/articles.jsonl.gz news-late/articles.jsonl.gz \
        --people people/ --out claims.jsonl.xz

A line is one claim: its evidence (a heading of title, publisher and day, then sentences), whether the evidence bears it
out, the characters of it that are not (None where nobody knows), its kind and its set. A change (a name, a number, a
denial ...) is made in the claim, or in the evidence, or in both, so that no word of a claim by itself tells which it
is. The fifth of Fool Me Twice that is put away for measuring is told by `put_away`.
"""

# ruff: noqa: E501
from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import lzma
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from index.passages import sentences

MOST_SENTENCES, MOST_CHARACTERS = 6, 900  # of evidence beside the heading
Span = tuple[int, int]
MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.,])\d+(?:\.\d+)?(?![\w])")
NAME = re.compile(r"(?<=[a-z,”\"] )(?:[A-Z][\w’'-]+)(?: (?:(?:of|de|van|al|the) )?[A-Z][\w’'-]+){0,3}")
SMALL = "two three four five six seven eight nine ten eleven twelve".split()
UNITS = (
    ("million", "billion", "thousand"), ("$", "€", "£"), ("dollars", "euros", "pounds"), ("miles", "kilometers", "feet"),
    ("seconds", "minutes", "hours", "days", "weeks", "months", "years", "decades"), ("pounds", "tons", "kilograms"),
    ("women", "men", "children"), ("inches", "meters", "feet"), ("degrees", "percent"),
)  # fmt: skip
AMOUNTS = (
    ("all", "some"), ("every", "no"), ("most", "few"), ("many", "few"), ("most", "all"), ("some", "all"),
    ("some", "none"), ("both", "neither"), ("several", "all"), ("more than", "less than"), ("at least", "at most"),
    ("half", "a third"), ("half", "most"), ("always", "sometimes"), ("often", "never"), ("only", "not only"),
    ("nearly", "more than"), ("one of the", "the"), ("nobody", "everybody"),
)  # fmt: skip
OPPOSITES = [
    tuple(pair.split("/"))
    for pair in "rose/fell rise/fall increased/decreased increase/decrease won/lost win/lose began/ended begin/end "
    "accepted/rejected accept/reject approved/rejected supports/opposes support/oppose supported/opposed before/after "
    "higher/lower more/less first/last oldest/youngest largest/smallest best/worst born/killed opened/closed "
    "arrested/released convicted/acquitted guilty/innocent allowed/banned allow/ban confirmed/denied admitted/denied "
    "said/denied agreed/refused agree/refuse passed/failed raised/cut joined/left bought/sold succeeded/failed "
    "early/late north/south east/west northern/southern eastern/western same/different strong/weak up/down "
    "success/failure father/mother son/daughter brother/sister husband/wife alive/dead legal/illegal public/private "
    "inside/outside above/below with/without major/minor expanded/reduced gained/lost former/current old/new "
    "remembered/forgot attacked/defended praised/criticized welcomed/condemned kept/dropped".split()
]  # fmt: skip
AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|can|could|should|may|might|must|did|does|do)\b(?! not|n’t|n't)"
)
DENIED = re.compile(r"\b(is|are|was|were|has|have|had|will|would|could|should|may|might|must|did|does|do) not\b")
SPEAKERS = (
    "police officials prosecutors residents experts scientists researchers critics supporters investigators lawyers "
    "authorities economists analysts activists doctors witnesses lawmakers Democrats Republicans organizers".split()
)
SAID = re.compile(
    r"(?P<who>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,3}) (?:said|says|told|added|argued|warned|wrote|announced)\b"
)
PLANNED = re.compile(
    r"\b(?:will|would|plans to|plan to|wants to|hopes to|is expected to|are expected to|is set to|intends to|could|may|"
    r"might) (?P<verb>[a-z]{3,})\b"
)
HEDGED = re.compile(
    r"^(?:.{3,60}?\b(?:said|says|believes|thinks|argued|argues|claimed|claims|hopes|fears|suggested|warned|alleged|"
    r"expects|predicted) (?:that )?)(?P<rest>[a-z].{25,}|(?:[A-Z]).{25,})$"
)
BELIEFS = re.compile(
    r"\b(?:believes|thinks|argued|argues|claimed|claims|hopes|fears|suggested|alleged|expects|predicted)\b"
)
PAST = dict(
    pair.split("/")
    for pair in "be/was have/had take/took make/made give/gave win/won lose/lost go/went become/became begin/began "
    "get/got hold/held run/ran leave/left meet/met sell/sold send/sent spend/spent build/built buy/bought bring/brought "
    "come/came fall/fell rise/rose grow/grew keep/kept lead/led pay/paid see/saw speak/spoke take/took tell/told "
    "think/thought write/wrote cut/cut put/put set/set hit/hit find/found break/broke drive/drove fly/flew know/knew "
    "say/said show/showed stand/stood understand/understood face/faced seek/sought choose/chose draw/drew fight/fought "
    "do/did let/let read/read sign/signed stop/stopped drop/dropped plan/planned ban/banned".split()
)
TAIL = re.compile(
    r"(?<=[a-z]) (?:in|on|at|during|after|for|with|from|by|near|because of|as|against) [^,;:.“”\"()]{6,60}\.$"
)


@dataclass(frozen=True)
class Claim:
    """A claim over evidence. wrong: spans of the claim's characters that it does not bear out. weight: 0 to 1."""

    claim: str
    evidence: str
    true: bool
    wrong: list[Span] | None
    kind: str
    set: str
    weight: float = 1.0


@dataclass(frozen=True)
class Story:
    """An article: its heading, its sentences, and the day it is of."""

    title: str
    heading: str
    sentences: list[str]
    day: date | None
    whole: bool  # whether the title is a sentence that claims something


@dataclass(frozen=True)
class Change:
    """Some words of a claim and what stands in their place."""

    kind: str
    start: int
    old: str
    new: str

    def in_claim(self, claim: str) -> tuple[str, Span]:
        """The changed claim, and where the new words stand in it."""
        return claim[: self.start] + self.new + claim[self.start + len(self.old) :], (
            self.start,
            self.start + len(self.new),
        )

    def in_evidence(self, evidence: str) -> str:
        """The evidence with the same words changed throughout; itself where it has them not."""
        return re.sub(rf"(?<!\w){re.escape(self.old)}(?!\w)", lambda _: self.new, evidence)


def put_away(title: str) -> bool:
    """Whether an article of Fool Me Twice is in the fifth that only measures."""
    return int(hashlib.sha256(title.encode()).hexdigest(), 16) % 5 == 0


# stories


def stories(path: Path, random_: random.Random, most: int) -> list[Story]:
    """The articles of a file that have a heading and enough prose."""
    found = []
    for row in read(path):
        told = [" ".join(row["text"][a:b].split()) for a, b in sentences(row["text"][:9000])]
        told = [s for s in dict.fromkeys(told) if 35 <= len(s) <= 330 and s[-1] in '.!?”"’' and s[0] not in "*#[•"]
        if len(told) < 6 or len(row["title"].split()) < 5:
            continue
        day = date(*map(int, re.split(r"[/-]", row["published"][:10]))) if row.get("published") else None
        host = (urlsplit(row["url"]).hostname or "").removeprefix("www.").rpartition(".")[0]
        title = re.sub(r"\s*(?:\.\.\.|…|[|–-] [\w .]{2,24})$", "", row["title"]).strip()
        found.append(
            Story(
                title,
                heading(title, host.upper() if len(host) < 5 else host.capitalize(), day),
                told[:40],
                day,
                told_whole(row["title"]),
            )
        )
    random_.shuffle(found)
    return found[:most]


def told_whole(title: str) -> bool:
    """Whether a title claims something: no question, no list, not cut short."""
    return not re.search(
        r"\.\.\.|…|\?|^(?:How|What|Who|Why|When|Where|Here|Live|Opinion|Watch|Meet|The latest)\b", title
    )


def heading(title: str, publisher: str, day: date | None) -> str:
    """The line above the evidence, as the verifier is given it."""
    known = ", ".join(
        part for part in (publisher, f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else "") if part
    )
    return f"{title} ({known})" if known else title


def words(text: str) -> list[str]:
    """Lower-case words."""
    return re.findall(r"[^\W_]+", text.lower())


class Weights:
    """How rare words are."""

    def __init__(self, texts: Iterable[str]) -> None:
        count: Counter[str] = Counter()
        self.total = 0
        for text in texts:
            count.update(set(words(text)))
            self.total += 1
        self.count = count

    def of(self, word: str) -> float:
        """The inverse document frequency, in natural logarithms."""
        return float(np.log((self.total + 1) / (self.count[word] + 1)))

    def covered(self, claim: str, text: str) -> float:
        """The share of the claim's words, by weight, that stand in the text."""
        asked = {w: self.of(w) for w in set(words(claim))}
        have = set(words(text))
        return sum(v for w, v in asked.items() if w in have) / max(1e-6, sum(asked.values()))


def chosen(
    claim: str, told: list[str], weights: Weights, random_: random.Random, leave_out: set[int] = frozenset()
) -> list[int]:  # type: ignore[assignment]
    """The places of the sentences that say most of a claim, with neighbours, in the order of the text."""
    left = set(words(claim))
    rest = [i for i in range(len(told)) if i not in leave_out]
    own = {i: set(words(told[i])) for i in rest}
    picked: list[int] = []
    for _ in range(random_.choice((2, 3, 3))):
        best = max(
            (i for i in rest if i not in picked), key=lambda i: sum(weights.of(w) for w in left & own[i]), default=None
        )
        if best is None:
            break
        picked.append(best)
        left -= own[best]
    around = [i + d for i in picked for d in (-1, 1) if i + d in rest]
    random_.shuffle(around)
    size = 0
    kept = []
    for i in dict.fromkeys(picked + around):
        size += len(told[i])
        if len(kept) >= MOST_SENTENCES or size > MOST_CHARACTERS:
            break
        kept.append(i)
    return sorted(kept)


# true claims


def shorter(sentence: str, random_: random.Random) -> str:
    """A sentence with less said: an aside, an opening, or all after a conjunction left out; itself when none has to be."""
    text = sentence
    if random_.random() < 0.6:
        text = re.sub(r", (?:who|which|a|an|the|including|where|whose|along with)\b[^,“”\"]{8,80},", "", text, count=1)
        text = re.sub(r" \([^)]*\)", "", text)
    if random_.random() < 0.6:
        text = re.sub(r"^(?:[A-Z][\w’']+(?: [\w’']+){0,4}), (?=[a-z])", "", text)
    if random_.random() < 0.6:
        cut = re.search(r",? (?:and|but|while|as|after|which|who|although|because|where|when) [^“”\"]{15,}$", text[30:])
        if cut and "“" not in text and '"' not in text:
            text = text[: 30 + cut.start()]
    if random_.random() < 0.4:
        text = re.sub(r", (?:\w+ ){0,4}(?:said|says|told [^,]{3,30}|announced|reported)(?: on \w+)?\.$", ".", text)
    text = text.rstrip(" ,;") + ("" if text[-1] in '.!?”"' else ".")
    return text[0].upper() + text[1:] if len(text) > 25 else sentence


def reworded(claim: str, random_: random.Random) -> str:
    """The claim in other words that say the same: roundings, spellings of numbers, common abbreviations."""

    def number(m: re.Match[str]) -> str:
        if re.search(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? $|-$", claim[: m.start()]):
            return m[0]
        value = float(m[0].replace(",", ""))
        if value >= 20 and not 1900 <= value < 2100 and value == int(value):
            power = 10 ** (len(str(int(value))) - 1)
            down = int(value // power * power) if value % power else 0
            near = int(round(value / power) * power) if abs(round(value / power) * power - value) <= 0.06 * value else 0
            if down and random_.random() < 0.5:
                return f"{random_.choice(('more than', 'over', 'at least'))} {down:,}"
            if near:
                return f"{random_.choice(('about', 'around', 'roughly', 'some'))} {near:,}"
        if 2 <= value <= 12 and value == int(value):
            return SMALL[int(value) - 2]
        return m[0]

    text = NUMBER.sub(number, claim) if random_.random() < 0.5 else claim
    if random_.random() < 0.5:
        for old, new in (("U.S.", "United States"), ("percent", "per cent"), ("%", " percent"), ("didn’t", "did not"),
                         ("said", "stated"), ("killed", "left dead"), ("began", "started"), ("However, ", ""),
                         ("nearly", "almost"), ("about", "around"), ("because", "since"), ("but", "yet")):  # fmt: skip
            text = text.replace(old, new)
    return text


# changes


def changes(claim: str, story: Story, others: list[Story], random_: random.Random) -> list[Change]:
    """What could be changed in a claim so that it is no longer true, one of each kind that it offers."""
    found: list[Change] = []

    def offer(kind: str, options: list[tuple[int, str, str]]) -> None:
        options = [(at, old, new) for at, old, new in options if old != new and old.lower() != new.lower()]
        if options:
            found.append(Change(kind, *random_.choice(options)))

    own = list({m[0] for s in story.sentences for m in NAME.finditer(s)})
    far = [m[0] for s in random_.choice(others).sentences for m in NAME.finditer(s)]
    here = [(m.start(), m[0]) for m in NAME.finditer(claim)]
    if first := re.match(r"[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)+", claim):
        here.append((0, first[0]))
    apart = lambda a, b: not set(a.split()) & set(b.split())  # noqa: E731
    calendar = set(MONTHS + DAYS)
    here = [(at, old) for at, old in here if not set(old.split()) & calendar]
    pools = own if random_.random() < 0.65 else far
    offer("name", [(at, old, n) for at, old in here for n in random_.sample(pools, min(6, len(pools)))
                   if apart(old, n) and not set(n.split()) & calendar and len(old.split()) == len(n.split())])  # fmt: skip
    numbers = []
    for m in NUMBER.finditer(claim):
        value = float(m[0].replace(",", ""))
        if 1900 <= value < 2100:
            new = str(int(value) + random_.choice((-20, -10, -5, -3, -2, -1, 1, 2, 3, 5, 10)))
        else:
            shifted = value * random_.choice((0.1, 0.4, 0.5, 0.7, 0.8, 1.2, 1.3, 1.5, 2, 3, 10)) + random_.choice(
                (0, 1, 2)
            )
            new = f"{shifted:,.1f}" if "." in m[0] else f"{round(shifted):,}"
        numbers.append((m.start(), m[0], new))
    for m in re.finditer(r"\b(?:" + "|".join(SMALL) + r")\b", claim):
        numbers.append((m.start(), m[0], random_.choice(SMALL)))
    offer("number", numbers)
    offer("unit", [(m.start(), m[0], random_.choice(group)) for group in UNITS for one in group
                   for m in re.finditer(re.escape(one) if len(one) == 1 else rf"\b{one}\b", claim)])  # fmt: skip
    dates = [(m.start(), m[0], random_.choice(group)) for group in (MONTHS, DAYS)
             for m in re.finditer(rf"\b(?:{'|'.join(group)})\b", claim)]  # fmt: skip
    offer("date", dates)
    both = [(a, b) for pair in AMOUNTS for a, b in (pair, pair[::-1])]
    offer("quantifier", [(m.start(), a, b) for a, b in both if a not in ("the", "all", "a third") or a == "all"
                         for m in re.finditer(rf"\b{a}\b", claim) if (a, b) not in (("all", "some"), ("most", "many"))])  # fmt: skip
    pairs = [(a, b) for pair in OPPOSITES for a, b in (pair, pair[::-1])]
    offer("opposite", [(m.start(), a, b) for a, b in pairs for m in re.finditer(rf"\b{a}\b", claim)])
    offer("denial", [(m.start(), m[0], f"{m[0]} {random_.choice(('not', 'not', 'never'))}") for m in AUXILIARY.finditer(claim)]
          + [(m.start(), m[0], m[1]) for m in DENIED.finditer(claim)] * 3)  # fmt: skip
    said = [m["who"] for s in story.sentences for m in SAID.finditer(s)]
    offer("attribution", [(m.start("who"), m["who"], w) for m in SAID.finditer(claim) for w in said if apart(m["who"], w)]
          + [(m.start(), m[0], random_.choice(SPEAKERS)) for m in re.finditer(rf"\b(?:{'|'.join(SPEAKERS)})\b(?= (?:said|say|told))", claim)])  # fmt: skip
    offer("tense", [(m.start(), m[0], past(m["verb"])) for m in PLANNED.finditer(claim)]
          + [(m.start(), m[0], "will be") for m in re.finditer(r"\b(?:has been|have been|was|were)\b", claim)])  # fmt: skip
    return found


def past(verb: str) -> str:
    """A verb's past tense, good enough."""
    if verb in PAST:
        return PAST[verb]
    return verb + "d" if verb.endswith("e") else verb[:-1] + "ied" if re.search(r"[^aeiou]y$", verb) else verb + "ed"


def changed(claim: str, change: Change, evidence: str, row: Claim, random_: random.Random) -> Claim | None:
    """A false claim by a change in it or in its evidence, or a true one by a change in both."""
    where = random_.random()
    other = change.in_evidence(evidence)
    new, span = change.in_claim(claim)
    if change.new in evidence and change.kind in ("date",) and change.old not in evidence:
        return None
    if where < 0.22 and other != evidence and change.kind not in ("attribution", "tense"):
        old = (change.start, change.start + len(change.old))
        return replace(row, claim=claim, evidence=other, true=False, wrong=[old], kind=f"{change.kind} in evidence")
    if where < 0.4 and other != evidence and change.kind not in ("attribution", "tense"):
        return replace(row, claim=new, evidence=other, true=True, wrong=[], kind=f"{change.kind} in both")
    return replace(row, claim=new, evidence=evidence, true=False, wrong=[span], kind=change.kind)


# claims of news


def of_story(story: Story, others: list[Story], weights: Weights, random_: random.Random, many: int) -> Iterator[Claim]:
    """Claims over one article."""
    bases: list[tuple[str, str, str, set[int]]] = []
    if story.whole and weights.covered(story.title, " ".join(story.sentences)) > 0.35:
        bases.append(("headline", headline(story.title), "", set()))
    places = random_.sample(range(min(22, len(story.sentences))), min(many, len(story.sentences), 22))
    for place in places:
        short = reworded(shorter(story.sentences[place], random_), random_)
        front = story.heading if random_.random() < 0.7 else ""
        bases.append(("extract", short, front, {place}))
    for kind, claim, front, own in bases:
        if "?" in claim or len(claim) < 25 or (not claim[0].isalnum() and claim[0] not in '“"‘$€£'):
            continue
        picked = chosen(claim, story.sentences, weights, random_)
        if own and not own <= set(picked):
            picked = sorted({*own, *picked[:4]})
        evidence = together(front, story.sentences, picked)
        row = Claim(claim, evidence, True, [], kind, "news")
        if kind == "headline" or random_.random() < 0.55:
            yield row
        offers = changes(claim, story, others, random_)
        for change in random_.sample(offers, min(3 if kind == "headline" else 2, len(offers))):
            if made := changed(claim, change, evidence, row, random_):
                yield made
        if kind == "extract":
            yield from others_of(story, claim, front, own, row, weights, random_)
    yield from joined(story, weights, random_)
    if hedged := opinion(story, random_):
        claim, place = hedged
        picked = sorted({place, *chosen(claim, story.sentences, weights, random_)[:4]})
        yield Claim(claim, together(story.heading, story.sentences, picked), False, None, "opinion", "news", 0.6)


def headline(title: str) -> str:
    """A headline as a sentence."""
    return title if title[-1] in ".!?" else title + "."


def together(front: str, told: list[str], picked: list[int]) -> str:
    """Evidence as one text: neighbours side by side, a gap told by a line break."""
    out = front
    for before, place in zip([-9, *picked], picked, strict=False):
        out += (" " if place == before + 1 else "\n" if out else "") + told[place]
    return out


def others_of(
    story: Story, claim: str, front: str, own: set[int], row: Claim, weights: Weights, random_: random.Random
) -> Iterator[Claim]:
    """What can be made of a true extract: without its sentence, with a day for a weekday, with something added."""
    dice = random_.random()
    if dice < 0.2:  # its own sentence is left out of the evidence
        picked = chosen(claim, story.sentences, weights, random_, own)
        if weights.covered(claim, together(front, story.sentences, picked)) < 0.5:
            yield replace(
                row, evidence=together(front, story.sentences, picked), true=False, wrong=None, kind="elsewhere"
            )
    elif (
        dice < 0.4
        and (tail := TAIL.search(random_.choice(story.sentences)))
        and claim.endswith(".")
        and tail[0][:-1] not in row.evidence
    ):
        yield replace(
            row,
            claim=claim[:-1] + tail[0],
            true=False,
            wrong=[(len(claim) - 1, len(claim) + len(tail[0]) - 2)],
            kind="added",
        )
    if story.day and front and (m := re.search(r"\bon (" + "|".join(DAYS) + r")\b", claim)):
        day = story.day - timedelta((story.day.weekday() - DAYS.index(m[1])) % 7)
        right = random_.random() < 0.5
        day += timedelta(0 if right else random_.choice((-3, -2, 2, 3, 9, -30)))
        said = f"on {day.day} {MONTHS[day.month - 1]}"
        wrong = [] if right else [(m.start(), m.start() + len(said))]
        yield replace(row, claim=claim[: m.start()] + said + claim[m.end() :], true=right, wrong=wrong, kind="day")


VERB = re.compile(r"\b(?:said|was|were|is|are|has|have|had|will|would|did|can|could)\b")


def joined(story: Story, weights: Weights, random_: random.Random) -> Iterator[Claim]:
    """Two of its sentences as one: both whole (true), or the subject of one with what the other says (false)."""
    a, b = random_.sample(range(min(20, len(story.sentences))), 2)
    one, two = (shorter(story.sentences[i], random_) for i in (a, b))
    picked = sorted({a, b, *chosen(one + two, story.sentences, weights, random_)[:3]})
    evidence = together(story.heading, story.sentences, picked)
    if random_.random() < 0.4 and one[-1] == "." == two[-1] and len(one) + len(two) < 260:
        yield Claim(f"{one[:-1]}, and {two[0].lower() if two.split()[0].lower() in ('the', 'a', 'he', 'she', 'it') else two[0]}{two[1:]}",
                    evidence, True, [], "both", "news")  # fmt: skip
    v, w = VERB.search(one), VERB.search(two)
    if v and w and 3 < v.start() < 70 and w.start() > 3 and one[: v.start()].lower() != two[: w.start()].lower():
        claim = one[: v.start()] + two[w.start() :]
        if not {"he ", "she ", "it ", "they "} & {two[: w.start()].lower()}:
            yield Claim(claim, evidence, False, [(0, v.start())], "joined", "news")


def opinion(story: Story, random_: random.Random) -> tuple[str, int] | None:
    """What somebody believes, said as if it were so."""
    options = [
        (m["rest"], i)
        for i, s in enumerate(story.sentences)
        if BELIEFS.search(s) and "“" not in s and (m := HEDGED.match(s))
    ]
    if not options:
        return None
    rest, place = random_.choice(options)
    return rest[0].upper() + rest[1:], place


def of_neighbours(stories_: list[Story], weights: Weights, random_: random.Random) -> Iterator[Claim]:
    """Headlines and first sentences over other articles: of the same event (near in time), or of one of its kind."""
    texts = [f"{s.title} {' '.join(s.sentences[:3])}" for s in stories_]
    matrix = TfidfVectorizer(stop_words="english", sublinear_tf=True, min_df=2, max_df=0.05).fit_transform(texts)
    for at in range(0, len(stories_), 500):
        near = (matrix[at : at + 500] @ matrix.T).toarray()
        for row in range(near.shape[0]):
            story = stories_[at + row]
            near[row, at + row] = 0
            for other in np.argsort(-near[row])[:6]:
                there, cosine = stories_[other], float(near[row, other])
                if cosine < 0.2 or not story.day or not there.day or there.title == story.title:
                    continue
                apart = abs((story.day - there.day).days)
                claim = headline(story.title) if random_.random() < 0.6 else shorter(story.sentences[0], random_)
                picked = chosen(claim, there.sentences, weights, random_)
                evidence = together(there.heading, there.sentences, picked)
                covered = weights.covered(claim, evidence)
                values = {m[0] for m in NUMBER.finditer(claim)} - {m[0] for m in NUMBER.finditer(evidence)}
                if apart <= 1 and cosine > 0.4 and covered > 0.5 and not values:
                    yield Claim(claim, evidence, True, None, "same event", "news", 0.6)
                elif apart > 12 and covered < 0.6:
                    yield Claim(claim, evidence, False, None, "another event", "news")
                elif apart <= 12 and 0.2 < covered < 0.4:
                    yield Claim(claim, evidence, False, None, "same subject", "news", 0.8)


# claims of people


def of_fool_me_twice(rows: list[dict[str, Any]], random_: random.Random) -> Iterator[Claim]:
    """Claims of Fool Me Twice over their own evidence, and over it among other sentences of the page."""
    for row in rows:
        part = "fm2 away" if put_away(row["title"]) else "fm2"
        known = Claim(row["claim"], f"{row['title']}\n{' '.join(row['evidence'])}", row["supported"], [] if row["supported"] else None,
                      row["label"], part)  # fmt: skip
        yield known
        if part == "fm2":
            told = [*row["evidence"], *random_.sample(row["others"], min(3, len(row["others"])))]
            random_.shuffle(told)
            yield replace(known, evidence=f"{row['title']}\n" + "\n".join(dict.fromkeys(told)))
            rest = [s for s in row["others"] if s not in row["evidence"]]
            if rest and random_.random() < 0.3:
                yield replace(
                    known,
                    evidence=f"{row['title']}\n" + "\n".join(rest[:5]),
                    true=False,
                    wrong=None,
                    kind="elsewhere",
                    weight=0.7,
                )


def of_wice(rows: list[dict[str, Any]], weights: Weights, random_: random.Random, part: str) -> Iterator[Claim]:
    """Claims of WiCE: as they are, and without the words that are not borne out where these begin or end the claim."""
    for row in rows:
        told = [s for s in row["evidence"] if not s.startswith("(meta data)")]
        title = next((s.partition("TITLE: ")[2] for s in row["evidence"] if "TITLE: " in s), "")
        day = next((s.partition("DATETIME: ")[2][:10] for s in row["evidence"] if "DATETIME: " in s), "")
        front = heading(title, "", date.fromisoformat(day) if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else None)
        gold = (
            [i for i in row["supporting"][0] if not row["evidence"][i].startswith("(meta data)")]
            if row["supporting"]
            else []
        )
        offset = {id(s): i for i, s in enumerate(told)}
        picked = chosen(row["claim"], told, weights, random_)
        picked = sorted(
            {
                *picked,
                *(offset[id(row["evidence"][i])] for i in gold if part == "wice" and id(row["evidence"][i]) in offset),
            }
        )[:7]
        evidence = together(front, told, picked)
        spans = token_spans(row)
        yield Claim(row["claim"], evidence, row["supported"], spans if part == "wice" else None, row["label"], part)
        if part == "wice" and (less := without(row["claim"], spans or [])):
            yield Claim(less, evidence, True, [], "less said", part)


def token_spans(row: dict[str, Any]) -> list[Span] | None:
    """Where the tokens stand that the evidence does not bear out."""
    at, spans = 0, []
    for place, token in enumerate(row.get("claim_tokens", [])):
        found = row["claim"].find(token, at)
        if found < 0:
            continue
        at = found + len(token)
        if place in row["unsupported_tokens"]:
            spans.append((found, at))
    return spans or None


def without(claim: str, spans: list[Span]) -> str:
    """The claim without one run of words at its end or beginning; "" where they are not one such run."""
    if not spans:
        return ""
    start, end = spans[0][0], spans[-1][1]
    if sum(b - a for a, b in spans) < 0.75 * (end - start):
        return ""
    if claim[end:].strip(' ."”') == "" and start > 25:
        kept = re.sub(
            r"[,\s]*\b(?:and|in|on|at|by|of|to|the|a|an|for|with|from|as|who|which)?$", "", claim[:start].rstrip(" ,")
        )
        return kept + "."
    if start == 0 and len(claim) - end > 25:
        kept = claim[end:].lstrip(" ,")
        return kept[0].upper() + kept[1:]
    return ""


def of_questions(rows: list[dict[str, Any]], random_: random.Random, most: int) -> Iterator[Claim]:
    """Questions with their answers turned into claims: right answers, and other words of the same sentence."""
    random_.shuffle(rows)
    for row in rows[:most]:
        if not row["answers"] or any(isinstance(a, str) for a in row["answers"]):
            continue
        a, b = random_.choice(row["answers"])
        right = row["text"][a:b].strip()
        others = [
            m[0]
            for m in re.finditer(r"(?:[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*|\d[\d,.]*\d|\d+(?: \w+)?)", row["text"])
            if m[0] not in right and right not in m[0]
        ]
        claim = statement(row["question"], right)
        yield Claim(claim[0], row["text"], True, [], "question", "qamr")
        if others:
            wrong = statement(row["question"], random_.choice(others))
            yield Claim(wrong[0], row["text"], False, [wrong[1]], "question", "qamr")


def statement(question: str, answer: str) -> tuple[str, Span]:
    """A question with its answer as one statement, as well as it can be without grammar, and where the answer stands."""
    bare = question.strip().rstrip("?").strip()
    if m := re.match(
        r"(?:who|what) (?=(?:is|was|were|are|has|had|will|would|can|could|\w+(?:ed|s))\b)(?P<rest>.+)", bare, re.I
    ):
        said = answer[0].upper() + answer[1:]
        return f"{said} {m['rest']}.", (0, len(said))
    if m := re.match(r"(?:what|who|whom|where|when) (?P<aux>did|does|do) (?P<rest>.+)", bare, re.I):
        said = f"{m['rest'][0].upper()}{m['rest'][1:]}: {answer}."
        return said, (len(said) - len(answer) - 1, len(said) - 1)
    said = f"{bare}: {answer}."
    return said, (len(said) - len(answer) - 1, len(said) - 1)


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a compressed file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def main() -> None:
    """Write the claims."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--news", type=Path, nargs="+", required=True)
    cli.add_argument("--people", type=Path, required=True)
    cli.add_argument("--out", type=Path, required=True)
    cli.add_argument("--articles", type=int, default=7000, help="of each file of news")
    cli.add_argument("--a-story", type=int, default=3, help="extracts taken of each article")
    cli.add_argument("--questions", type=int, default=15000)
    cli.add_argument("--seed", type=int, default=7)
    arg = cli.parse_args()
    random_ = random.Random(arg.seed)
    told = [stories(path, random_, arg.articles) for path in arg.news]
    weights = Weights(f"{s.title} {' '.join(s.sentences)}" for file in told for s in file)
    made: list[Claim] = []
    for file in told:
        for place, story in enumerate(file):
            away = "news away" if place % 40 == 0 else "news"
            made += [replace(c, set=away) for c in of_story(story, file, weights, random_, arg.a_story)]
        made += of_neighbours(file, weights, random_)
    rows = read(arg.people / "claims.jsonl.gz")
    made += of_fool_me_twice([r for r in rows if r["source"] != "wice"], random_)
    made += of_wice([r for r in rows if r["source"] == "wice"], weights, random_, "wice")
    made += of_wice(read(arg.people / "claims-dev.jsonl.gz"), weights, random_, "wice dev")
    made += of_questions(read(arg.people / "questions.jsonl.gz"), random_, arg.questions)
    with lzma.open(arg.out, "wt", encoding="utf-8", preset=6) as out:
        for claim in made:
            out.write(json.dumps(asdict(claim), ensure_ascii=False, separators=(",", ":")) + "\n")
    for key, count in sorted(Counter((c.set, c.kind, c.true) for c in made).items()):
        print(*key, count, sep="\t")


if __name__ == "__main__":
    main()
