"""What is found for a question: the passages that may answer it, or the place that a quotation was taken from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Protocol

from assistant.answer.confidence import DECLINE_BELOW, confidence
from assistant.answer.overview import leads
from assistant.answer.premise import unmet
from assistant.english.wording import normal
from assistant.question.event_time import AGAINST, EventTime
from assistant.question.filters import days_in_words
from assistant.question.language import Language, content_words
from assistant.question.understanding import Understood
from assistant.retrieval.evidence import Candidate, Evidence, Told
from assistant.retrieval.features import Asked
from assistant.retrieval.quotation_source import Origin, origin
from assistant.types import Answer, Searched
from assistant.verify.language import english
from index.library import Library
from index.types import Filter

HITS = 20  # passages an answer is made from
NOT_FOUND = 0.05  # confidence when the words asked for stand in no article
UNASKED_LIKENESS = 90.0  # of 100, of words without quotation marks to their place: two words of a long sentence changed
OTHER = 0.3  # confidence at the most when the best sentence is of another time, or of others, than those asked about


class Search(Protocol):
    """Words to evidence: the passages most likely to answer, within a filter."""

    def __call__(
        self, question: str, k: int, where: Filter, time: EventTime | None = None, bound: str = "", /
    ) -> Evidence:
        """As `assistant.retrieval.search.search`, over one library."""


@dataclass(frozen=True)
class Found:
    """What was found for a question. searched: what was looked in. sure: 0 to 1, that the articles answer it.

    said: the sentences to say, where the kind of question settles them already. origin: the place of the quotation
    asked about. parts: what was found for each of the questions that it is made of. foreign: it is asked in a language
    that neither the articles nor the encoder knows; the evidence is what its names lead to. lacking: names and years of
    the question that no article behind a likely sentence has.
    """

    understood: Understood
    evidence: Evidence
    searched: Searched
    sure: float
    said: Sequence[Candidate] | None = None
    origin: Origin | None = None
    parts: tuple[Found, ...] = ()
    foreign: bool = False
    lacking: tuple[str, ...] = ()


class Finder:
    """Finds for questions to one library."""

    def __init__(self, library: Library, search: Search) -> None:
        self._library = library
        self._search = search

    def find(self, understood: Understood) -> Found:
        """What was found: by the listing, a quotation's place, names, parts, or by search, without the time too."""
        if understood.reply or understood.library:  # answered from the listing; only if that has nothing, by words
            evidence = Evidence(Asked(understood.read_as, self._library), [])
            if understood.reply or not understood.library or not understood.library.topic:
                return Found(understood, evidence, understood.searched, 0.0)
        return (
            self._quoted(understood)
            or (understood.language and self._foreign(understood, understood.language))
            or (self._of_parts(understood) if understood.parts else None)
            or self._searched(understood)
        )

    def _quoted(self, understood: Understood) -> Found | None:
        """The place of the quotation asked about; one that is not asked about must be found nearly word for word."""
        where = understood.question.where  # "last week" inside a quotation limits nothing
        if not (quotation := understood.quotation):
            return None
        source = origin(self._library, quotation.text, where)
        if source is None or not (quotation.asked or source.likeness >= UNASKED_LIKENESS):
            return None
        evidence = Evidence(Asked(understood.read_as, self._library), [source.hit])
        return Found(understood, evidence, self._of(where), 1.0, origin=source)

    def _foreign(self, understood: Understood, language: Language) -> Found | None:
        """The articles that a question's names lead to, where it is in a language that nothing here knows."""
        library = self._library
        if not library.english_only:
            return None
        words = content_words(understood.read_as, language)
        stems = frozenset(stem for word in words for stem in library.stems(word))
        hits = library.by_words(" ".join(words), HITS, understood.limits.where)
        held = {hit.passage.id: library.stems(f"{hit.article.title} {hit.passage.text}") for hit in hits}
        hits.sort(key=lambda hit: -len(stems & frozenset(held[hit.passage.id])))
        if english(" ".join(hit.passage.text for hit in hits[:3])) is False:
            return None  # the articles are in its language, perhaps
        evidence = Evidence(Asked(understood.read_as, library), hits)
        return Found(understood, evidence, understood.searched, 0.0, foreign=True)

    def _of_parts(self, understood: Understood) -> Found | None:
        """What was found for each of the two questions in one; None where neither is answered."""
        found = [self.find(understood.parts[0][1])]
        for _, part in understood.parts[1:]:
            first = found[0].evidence.candidates[:1] if found[0].sure >= DECLINE_BELOW and not found[0].said else []
            before = tuple(Told(c.article.id, c.start, c.said) for c in first)
            again = self.find(part)
            found.append(replace(again, evidence=replace(again.evidence, told=before)))
        if all(part.sure < DECLINE_BELOW for part in found):
            return None
        turns = zip_longest(*(part.evidence.hits[: HITS // 2] for part in found))
        hits = list({hit.passage.id: hit for turn in turns for hit in turn if hit}.values())
        sure = min(part.sure for part in found if part.sure >= DECLINE_BELOW)
        evidence = Evidence(Asked(understood.read_as, self._library), hits)
        return Found(understood, evidence, understood.searched, sure, parts=tuple(found))

    def _searched(self, understood: Understood) -> Found:
        """The passages within the question's limits; where they do not answer, those of all times."""
        found = self._within(understood, understood.limits.where)
        if found.sure < DECLINE_BELOW and understood.or_as:
            leaning = replace(understood, read_as=understood.or_as)
            again = self._within(leaning, understood.limits.where)
            found = again if again.sure >= DECLINE_BELOW else found
        if found.sure >= DECLINE_BELOW or not understood.limits.frame or not understood.searched.articles:
            return found
        wider = understood.limits.without_time(understood.question.where)
        again = self._within(understood, wider)
        if again.sure < DECLINE_BELOW:
            return found
        days = days_in_words(understood.limits.where)
        note = f"Nothing from “{understood.bound}” ({days}) answers this, so all dates were searched."
        return replace(again, searched=self._of(wider, note))

    def _of(self, where: Filter, note: str = "") -> Searched:
        return Searched(articles=self._library.count(where), where=where, pending=self._library.pending, note=note)

    def _within(self, understood: Understood, where: Filter) -> Found:
        time, bound = understood.limits.told, understood.bound
        evidence = self._search(understood.looked_up, HITS, where, time, bound)
        searched = replace(understood.searched, pending=self._library.pending)  # searching notices a damaged index
        sure = _sure(understood, evidence)
        if before := told_before(understood):
            evidence = replace(evidence, told=before)
        if (topic := understood.topic) and not (topic.reported and sure >= DECLINE_BELOW):
            said, sure = leads(self._library, topic, evidence)
            return Found(understood, evidence, searched, sure, said)
        if topic or sure < DECLINE_BELOW:
            return Found(understood, evidence, searched, sure)
        phrases = (bound, time.phrase if time else "", *where.publishers)
        as_asked = "" if understood.question.turns else understood.question.text
        said_for_it = [phrase for phrase in phrases if phrase]
        lacking = unmet(evidence, self._text, self._library.knows, said_for_it, as_asked)
        return Found(understood, evidence, searched, min(sure, OTHER) if lacking else sure, lacking=lacking)

    def _text(self, article_id: str) -> str:
        return self._library.article(article_id).text


def told_before(understood: Understood) -> tuple[Told, ...]:
    """The sentences of the last answer, where the question leans on it."""
    turns = understood.question.turns
    if not turns or understood.read_as == understood.question.text or not isinstance(turns[-1].answer, Answer):
        return ()
    answer = turns[-1].answer
    return tuple(Told(c.article.id, c.start, normal(answer.short) if c.number == 1 else "") for c in answer.citations)


def _sure(understood: Understood, evidence: Evidence) -> float:
    """The confidence, 0 to 1; hardly any where only sentences on the same subject, or of another time, were found."""
    sure = confidence(evidence)
    if understood.quotation and understood.quotation.asked:
        return min(sure, NOT_FOUND)  # sentences on the same subject are no answer to "where is this from"
    time = understood.limits.told
    if time and evidence.candidates and time.fit(evidence.hits[evidence.candidates[0].rank]) == AGAINST:
        return min(sure, OTHER)
    return sure
