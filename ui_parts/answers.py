"""Questions and their answers as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from assistant import Answer, Article, Citation, Hit, Statement
from assistant.conversations.citation_styles import with_sources
from assistant.conversations.types import Exchange
from assistant.types import REFUSAL, around
from ui_parts.drawing import TEMPLATES
from ui_parts.texts import Texts
from ui_parts.words import filter_in_words, sure

NEAREST = 3  # articles offered when they do not say


@dataclass(frozen=True, slots=True)
class Shown:
    """One exchange with what is told around it. copies: of the cited articles, by id. mine: may be changed.
    kept: its question is a standing one."""

    exchange: Exchange
    copies: Mapping[str, Sequence[Article]] = field(default_factory=dict)
    mine: bool = True
    kept: bool = False


def exchanges(shown: Sequence[Shown], say: Texts) -> str:
    """The conversation so far."""
    return _draw("exchanges", say, shown)


def writing(question: str, written: str, say: Texts) -> str:
    """A question whose answer is being written."""
    return _draw("writing", say, question, written)


def problem(message: str, question: str = "") -> str:
    """What went wrong and what to do, in place of an answer."""
    return _draw("problem", None, message, question)


def shared_note(exchange: Exchange, say: Texts) -> str:
    """What stands above an answer that someone else gave the address of."""
    return _draw("shared_note", say, say.day(exchange.asked.date()))


def suggestions(questions: Sequence[str], label: str) -> str:
    """Questions as buttons that ask them; "" for none."""
    return _draw("suggestions", None, questions, label) if questions else ""


class _Parted(NamedTuple):
    """A sentence in parts: up to the words that answer, these, what follows, and the last word of it."""

    before: str
    short: str
    between: str
    last: str


def _parted(text: str, short: str) -> _Parted:
    before, words, after = around(text, short)
    between, space, last = (after if words else before).rpartition(" ")
    return _Parted(before, words, between + space, last)


def _cited(statement: Statement, answer: Answer) -> list[Citation]:
    """The citations of a sentence that the answer has, in the sentence's order."""
    numbered = {citation.number: citation for citation in answer.citations}
    return [numbered[n] for n in statement.citations if n in numbered]


def _by_article(citations: Sequence[Citation]) -> list[list[Citation]]:
    """The citations of each article that is quoted."""
    found: dict[str, list[Citation]] = {}
    for citation in citations:
        found.setdefault(citation.article.id, []).append(citation)
    return list(found.values())


def _who_else_says(one: Shown) -> list[tuple[Article, bool]]:
    """Other articles that say the same, then copies of those cited; with whether it is a copy."""
    answer = one.exchange.answer
    cited = dict.fromkeys(c.article.id for c in answer.citations)
    copies = [copy for article_id in cited for copy in one.copies.get(article_id, ()) if copy.id not in cited]
    return [(other, False) for other in answer.agreement.others] + [(copy, True) for copy in copies]


def _lead(answer: Answer) -> str:
    """What an answer says before its first cited sentence: a short reply, how many articles there are."""
    first = answer.statements[0].text if answer.statements else ""
    before, found, _ = answer.text.partition(first) if first else (answer.text, "", "")
    return before.strip() if found or not first else ""


def _nearest(hits: Sequence[Hit]) -> list[Hit]:
    """The best passage of each of the nearest articles."""
    best: dict[str, Hit] = {}
    for hit in hits[:8]:
        best.setdefault(hit.article.id, hit)
    return list(best.values())[:NEAREST]


def _written_by(answer: Answer, say: Texts) -> str:
    """Which model wrote the answer and how many of its sentences stand, or why it did not; "" for no model."""
    parts = [answer.note] if answer.note else []
    if answer.model:
        struck = sum(not s.supported for s in answer.statements)
        name = "asked_model" if answer.abstained else "written_by_struck" if struck else "written_by"
        parts.insert(0, say(name, model=answer.model, count=struck))
    return " · ".join(parts)


def _searched(answer: Answer, say: Texts) -> str:
    """What was searched: how many articles, in which window, of whom; what is still being indexed."""
    searched = answer.searched
    within = filter_in_words(searched.where, say)
    parts = [say("searched", count=searched.articles) + (f" ({within})" if within else "")]
    if not answer.abstained:
        parts.append(sure(answer.confidence, say))
    if searched.pending:
        parts.append(say("pending", count=searched.pending))
    return " · ".join(parts)


def _draw(part: str, say: Texts | None, *values: object) -> str:
    return TEMPLATES.draw(
        "answers.html",
        part,
        *values,
        say=say,
        by_article=_by_article,
        cited=_cited,
        lead=_lead,
        nearest=_nearest,
        REFUSAL=REFUSAL,
        parted=_parted,
        searched=_searched,
        who_else_says=_who_else_says,
        with_sources=with_sources,
        written_by=_written_by,
    )
