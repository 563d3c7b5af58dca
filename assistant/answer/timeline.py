"""What the articles say about a question over time: a row for each date, and how the figure asked for changes.

Passages are taken from every date that the two searches reach, read, and weighed as for an answer, but for their age:
an old statement counts as much as a new one. Of each date the best sentence is said, quoted to the character.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from assistant.answer.confidence import DECLINE_BELOW, confidence
from assistant.answer.figures import Figure, figures, of_one_kind, wants_figure
from assistant.answer.overview import ABOUT, about, lead
from assistant.question.topic import Topic, topic_of
from assistant.retrieval.evidence import Candidate, Evidence
from assistant.retrieval.features import Asked, Features, weigh
from assistant.retrieval.reader import Reader
from assistant.retrieval.search import matched, read
from assistant.types import Citation, Searched
from index.library import Library
from index.stores.searching import Matched
from index.types import Hit

DEPTH_PASSAGES = 300  # passages that are looked at, before some of each date are taken
PER_DAY, SEEN = 3, 48  # passages of one date that are read, and of all: some 0.9 s on two cores
FIGURE = 0.3  # what the fit of its likeliest figure counts in a sentence, as much as the reader’s word does
# Of the best passage's share of the question's words: one with less is about something else. The words change from day
# to day ("died", "killed", "the toll"), so less will do where the question names somebody or some place that is there.
COVER, COVER_NAMED = 0.7, 0.2
ANSWERS, ANSWERS_IN_PART = 5.0, 3.0  # logits below the best passage's that one may be; one without the whole name
ROW_LOGITS = 6.0  # how far below the best sentence one may score and still be a row
ALIKE = 0.85  # of the words of the shorter of two sentences: above it, with the same numbers, they say the same
MOST_ROWS = 60
_HAPPENED = re.compile(r"^what (?:has |have )?happened (?:to|in|at|with|on|during|after) (?P<topic>.+?)[?.!\s]*$", re.I)
_TOLL = re.compile(r"^(?:what (?:is|was) )?(?:the )?death toll (?:of|in|from|after) (.+?)[?.!\s]*$", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRow:
    """What was said on one day. text: the sentence, on one line. value, unit: the figure it gives for what is asked,
    where there is one. articles: how many articles of that day say so, copies and reprints counted once."""

    day: date
    text: str
    citation: Citation
    value: float | None = None
    unit: str = ""
    articles: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The rows, oldest first. unit: of the values; "" for people or things counted. note: why there are no rows."""

    question: str
    rows: tuple[TimelineRow, ...] = ()
    searched: Searched = Searched(articles=0)
    unit: str = ""
    note: str = ""

    @property
    def drawn(self) -> tuple[TimelineRow, ...]:
        """The rows that have a value, when there are enough of them to be drawn."""
        valued = tuple(row for row in self.rows if row.value is not None)
        return valued if len(valued) > 1 else ()


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence that may be a row, with its figures, the likeliest first."""

    candidate: Candidate
    day: date
    figures: Sequence[Figure] = field(default_factory=tuple)


def timeline(library: Library, reader: Reader, question: str, searched: Searched, phrase: str = "") -> Timeline:
    """The rows for a question, within the filter that `searched` names. phrase: the time it names, which no sentence
    needs to repeat."""
    bare = " ".join(question.replace(phrase, " ").split()) if phrase else question
    topic = topic_of(bare) or _story(bare)
    asked = Asked(topic.text if topic else _TOLL.sub(r"How many people died in \1?", bare), library)
    found = [one for one in matched(library, asked.text, DEPTH_PASSAGES, searched.where) if one.hit.article.day]
    hits = [one.hit for one in found]
    said = _leads(library, Evidence(asked, hits)) if topic else _sentences(asked, reader, _spread(found))
    if not said:
        return Timeline(question=question, searched=searched, note="The articles do not tell how this went over time.")
    chosen = _one_a_day(said)
    values, unit = of_one_kind([one.figures for one, _ in chosen])
    rows = []
    for number, ((one, count), figure) in enumerate(zip(chosen, values, strict=True), 1):
        c = one.candidate
        quote = library.article(c.article.id).text[c.start : c.end]
        citation = Citation(number=number, article=c.article.without_text(), quote=quote, start=c.start, end=c.end)
        value = figure.value if figure else None
        rows.append(
            TimelineRow(
                day=one.day,
                text=" ".join(quote.split()),
                citation=citation,
                value=value,
                unit=unit if figure else "",
                articles=count,
            )
        )
    return Timeline(question=question, rows=tuple(rows), searched=searched, unit=unit)


def _story(question: str) -> Topic | None:
    """What "what happened to …" is about: every lead of an article about it belongs to the answer."""
    match = _HAPPENED.match(question)
    return Topic(match["topic"], False) if match else None


def _spread(found: Sequence[Matched]) -> list[Matched]:
    """The hits to be read: the best of every date first, then the second best, up to the most that are read."""
    of_day: dict[date, list[Matched]] = defaultdict(list)
    for one in found:
        if (day := one.hit.article.day) and len(of_day[day]) < PER_DAY:
            of_day[day].append(one)
    turns = (days[n] for n in range(PER_DAY) for days in of_day.values() if n < len(days))
    return [one for one, _ in zip(turns, range(SEEN), strict=False)]


def _sentences(asked: Asked, reader: Reader, matches: Sequence[Matched]) -> list[_Said]:
    """The sentences that speak to the question, best first; none when the articles do not answer it."""
    readings, features = read(asked, reader, matches, whole=SEEN)
    hits = [one.hit for one in matches]
    best_first = sorted(hits, key=lambda hit: -weigh("passage", features[hit.passage.id]))
    if confidence(Evidence(asked, best_first, readings, features)) < DECLINE_BELOW:
        return []
    ageless = {name: {**of, "newness": 0.0} for name, of in features.items()}
    evidence = Evidence(asked, best_first, readings, ageless)
    about_it = _about_it(asked, hits, ageless)
    figured = wants_figure(asked.text)
    found = []
    for hit in best_first:
        if hit.passage.id not in about_it or not hit.article.day:
            continue
        for c in evidence.sentences_of(0, hit):
            told = _figures(asked, c, hit, evidence) if figured else ()
            if told or (not figured and c.features["cover"]):
                c = replace(c, score=weigh("sentence", c.features) + (FIGURE * told[0].fit if told else 0.0))
                found.append(_Said(c, hit.article.day, told))
    found.sort(key=lambda one: -one.candidate.score)
    return [one for one in found if one.candidate.score >= found[0].candidate.score - ROW_LOGITS]


def _about_it(asked: Asked, hits: Sequence[Hit], features: Mapping[str, Features]) -> frozenset[str]:
    """The ids of the passages that are about what is asked for: they hold its names and enough of its words, and answer
    nearly as well as the best. A part of a name will do ("Mount Olvar" is soon just Olvar) where it answers well."""
    cover = max(of["whole_cover"] for of in features.values())
    answers = max(of["answers"] for of in features.values())
    least = COVER_NAMED if asked.names else COVER
    found = set()
    for hit in hits:
        of = features[hit.passage.id]
        words = frozenset(asked.library.stems(f"{hit.article.title} {hit.passage.text}"))
        below = ANSWERS if of["named"] == 1.0 else ANSWERS_IN_PART
        named = all(name & words for name in asked.names)
        if named and of["whole_cover"] >= least * cover and of["answers"] >= answers - below:
            found.add(hit.passage.id)
    return frozenset(found)


def _figures(asked: Asked, c: Candidate, hit: Hit, evidence: Evidence) -> Sequence[Figure]:
    reading, offset = evidence.readings[hit.passage.id], c.start - hit.passage.start
    return figures(c.text, asked.text, asked.library.stems, lambda a, b: reading.best_in(offset + a, offset + b))


def _leads(library: Library, evidence: Evidence) -> list[_Said]:
    """The first sentence of the articles about a topic, those that are most about it first."""
    found = []
    for rank, hit, cover in about(evidence, library.stems):
        if cover >= ABOUT and hit.article.day and (c := lead(library, rank, hit)):
            found.append(_Said(c, hit.article.day))
        if len(found) == SEEN:
            break
    return found


def _one_a_day(said: Sequence[_Said]) -> list[tuple[_Said, int]]:
    """The best sentence of each date, oldest first, with how many articles of that date say so.

    A sentence that only repeats one of an earlier date is no row: background is reprinted for weeks.
    """
    of_day: dict[date, list[_Said]] = defaultdict(list)
    for one in said:  # best first
        of_day[one.day].append(one)
    rows: list[tuple[_Said, int]] = []
    earlier: list[_Said] = []
    for day in sorted(of_day):
        fresh = [one for one in of_day[day] if not any(_same(one, before) for before in earlier)]
        earlier += fresh
        if fresh:
            best = fresh[0]
            agreeing = {one.candidate.article.id for one in of_day[day] if _agrees(one, best)}
            reprinted = {
                one.candidate.article.id
                for one in of_day[day]
                if one.candidate.article.id != best.candidate.article.id and _same(one, best)
            }
            rows.append((best, max(1, len(agreeing - reprinted))))
    return rows[-MOST_ROWS:]


def _same(a: _Said, b: _Said) -> bool:
    """Whether two sentences say the same in nearly the same words, with the same numbers."""
    one, two = a.candidate, b.candidate
    shared = len(one.stems & two.stems) > ALIKE * min(len(one.stems), len(two.stems))
    return shared and one.numbers == two.numbers


def _agrees(one: _Said, best: _Said) -> bool:
    if best.figures and one.figures:
        return one.figures[0].value == best.figures[0].value and one.figures[0].unit == best.figures[0].unit
    return one is best or _same(one, best)
