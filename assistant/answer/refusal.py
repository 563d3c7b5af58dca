"""A refusal that helps: that the articles do not say, what they do not mention, and the nearest sentence, marked so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answer.overview import opening_sentences
from assistant.answer.sentence_form import said, sayable
from assistant.english.names import names
from assistant.question.filters import days_in_words
from assistant.question.language import Language
from assistant.retrieval.evidence import Candidate, Evidence, refers
from assistant.types import REFUSAL, Answer, Citation, Searched
from index.library import Library
from index.types import Article, Filter, Hit

LEAST_COVER = 0.35  # of the question's words, rare ones counting more, with the sentence offered as closest
NAME_PASSAGES = 20  # passages in which a name is sought
NEAREST = 3  # titles
EMPTY = "There are no articles here yet: add some first, with newsdesk add FILE, or on the page."


def refuse(
    library: Library, question: str, evidence: Evidence, sure: float, searched: Searched, text: Callable[[str], str],
    lacking: Sequence[str] = (),
) -> Answer:  # fmt: skip
    """The answer that the articles do not say, with what they do not mention, the closest sentence and what to try.

    text: an article's text, by its id. lacking: what the question names and the articles that were found do not.
    """
    absent = _absent(library, evidence, searched)
    closest = _closest(evidence, text)
    offer = [_offer(closest)] if closest else _titles(evidence.hits)
    return Answer(
        question=question,
        text=" ".join([REFUSAL, *_advice(library, absent, searched, lacking), *offer]),
        statements=(),
        citations=(),
        abstained=True,
        confidence=sure,
        searched=searched,
        hits=tuple(evidence.hits),
        closest=(closest,) if closest else (),
        unmentioned=tuple(dict.fromkeys([*absent, *lacking])),
    )


def in_other_language(
    question: str, language: Language, evidence: Evidence, searched: Searched, text: Callable[[str], str]
) -> Answer:
    """In the question's own language: that the articles are in English, and those that its names lead to."""
    first = list({hit.article.id: hit for hit in evidence.hits}.values())[:NEAREST]
    named = "; ".join(f"“{hit.article.title or hit.article.id}” ({_source(hit.article)})" for hit in first)
    closest = []
    for number, hit in enumerate(first, 1):
        whole = text(hit.article.id)
        for start, end in opening_sentences(whole)[:1]:
            cited = hit.article.without_text()
            closest.append(Citation(number=number, article=cited, quote=whole[start:end], start=start, end=end))
    return Answer(
        question=question,
        text=f"{language.told} {language.leads}{named}." if named else language.told,
        abstained=True,
        confidence=0.0,
        searched=searched,
        hits=tuple(evidence.hits),
        closest=tuple(closest),
    )


def refused(desk: Answer, sure: float) -> Answer:
    """The answer of the articles' own sentences as a refusal: a model read them and says that they do not tell."""
    if desk.abstained:
        return replace(desk, confidence=sure)
    text = " ".join([REFUSAL, *_titles(desk.hits)])
    return Answer(
        question=desk.question,
        text=text,
        statements=(),
        citations=(),
        abstained=True,
        confidence=sure,
        searched=desk.searched,
        hits=desk.hits,
        read_as=desk.read_as,
    )


def _absent(library: Library, evidence: Evidence, searched: Searched) -> tuple[str, ...]:
    """The names in the question that no article searched mentions."""
    if not searched.articles:
        return ()
    return tuple(name for name in names(evidence.asked.text) if not _mentioned(library, name, searched.where))


def _advice(library: Library, absent: Sequence[str], searched: Searched, lacking: Sequence[str]) -> list[str]:
    """What is not there, or what to leave out of the question, chosen for it."""
    if not library.count():
        return [EMPTY]
    limit = _limit(searched.where)
    if absent:
        named = " or ".join(f"“{name}”" for name in absent)
        return [f"None of the {searched.articles} articles searched{limit} mentions {named}."]
    if lacking:
        named = " or ".join(f"“{name}”" for name in lacking)
        return [f"What they tell of this says nothing of {named}."]
    if limit and searched.articles:  # where none could be searched, the note says why
        return [f"Searched were {searched.articles} articles{limit}; without that limit there are {library.count()}."]
    return []


def _limit(where: Filter) -> str:
    parts = [days_in_words(where), f"by {', '.join(where.publishers)}" if where.publishers else ""]
    told = ", ".join(part for part in parts if part)
    return f" ({told})" if told else ""


def _mentioned(library: Library, name: str, where: Filter) -> bool:
    """Whether one passage holds every word of a name."""
    wanted = frozenset(library.stems(name))
    found = library.by_words(name, NAME_PASSAGES, where)
    return any(wanted <= frozenset(library.stems(f"{hit.article.title} {hit.passage.text}")) for hit in found)


def _closest(evidence: Evidence, text: Callable[[str], str]) -> Citation | None:
    """The best sentence, where it is about what the question asks about."""
    best = next((c for c in evidence.candidates if sayable(c.text) and not refers(c.text)), None)
    if best is None or best.features["whole_cover"] < LEAST_COVER:
        return None
    return _citation(best, text)


def _citation(c: Candidate, text: Callable[[str], str]) -> Citation:
    return Citation(
        number=1, article=c.article.without_text(), quote=text(c.article.id)[c.start : c.end], start=c.start, end=c.end
    )


def _offer(closest: Citation) -> str:
    return f"Closest, not certain: “{said(closest.quote)}” ({_source(closest.article)})."


def _source(article: Article) -> str:
    day = f"{article.day:%-d %B %Y}" if article.day else ""
    return ", ".join(part for part in (article.publisher or article.title or "Untitled", day) if part)


def _titles(hits: Sequence[Hit]) -> list[str]:
    nearest = list(dict.fromkeys(hit.article.title or hit.article.id for hit in hits))[:NEAREST]
    return ["Nearest: " + "; ".join(f"“{title}”" for title in nearest) + "."] if nearest else []
