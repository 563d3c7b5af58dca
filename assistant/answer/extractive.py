"""An answer without a language model: which of the articles' own sentences to say, and how."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answer.agreement import Accounts, accounts
from assistant.answer.pronouns import leans, name_for
from assistant.answer.sentence_form import LEAST_FORM_WORDS, TERSE_WORDS, said, sayable
from assistant.answer.short_answer import LONG, short_of
from assistant.question.answer_kind import Asks, is_yes_no
from assistant.retrieval.evidence import Candidate, Evidence, refers
from assistant.types import Agreement, Answer, Citation, Searched, Statement
from index.passages import sentences
from index.types import Article, Hit

WORDS, MORE_WORDS = 60, 130  # the length of an answer; the second for lists and reasons
SENTENCES = 5  # of a list or a reason that goes on; of any other answer two
# How far below the best a second sentence may score and still be said: beyond it words grow, right answers hardly do;
# the second where a reason, a list or somebody's words are asked for, which one sentence seldom tells.
SECOND_SENTENCE_LOGITS, LONG_ANSWER_LOGITS = 1.5, 3.0
BESIDE = 0.5  # of the best sentence's share of the question's words: a passage with less is about something else
# How a sentence begins that goes on with the list or the reason of the one before it.
_GOES_ON = re.compile(
    r"^[“\"]?(?:Moreover|Also|In addition|Furthermore|Besides|Additionally|Finally|Lastly|First|Second|Third|Next|"
    r"Another|(?:He|She|It|They) (?:also|further|then|added|said|wants?|demands?|must|would)|They are|Among|"
    r"These (?:are|include)|The (?:first|second|third|other|last|criteria|conditions|demands|terms|reasons|steps|"
    r"measures|list|goals|points)\b)"
)
EARLIER = "Earlier reports: "  # before what a later article corrects
Text = Callable[[str], str]  # an article's text, by its id


def choose(kind: Asks, ranked: Sequence[Candidate], near: float | None = None, terse: bool = False) -> list[Candidate]:
    """Sentences to say, the best first. One is enough where it stands out; a second follows where it is nearly as good
    and says another answer, or for a reason, somebody's words or a list, something more.

    What is no whole sentence of the article's own is left out, unless there is nothing else. A list or a reason that
    goes on in the sentences after the best one is kept whole, from its beginning where the best one goes on with it
    itself ("Moreover, …"), and nothing is added to it. terse: two words may settle it ("Nobody died.").
    """
    ranked = [c for c in ranked if _sayable(c.text, terse) and not refers(c.text)] or ranked
    if not ranked:
        return []
    if kind in (Asks.LIST, Asks.REASON) and len(whole := _whole(ranked[0], ranked, MORE_WORDS)) > 1:
        return whole
    best = ranked[0]
    room = WORDS - len(best.text.split())
    near = near if near is not None else LONG_ANSWER_LOGITS if kind in LONG else SECOND_SENTENCE_LOGITS
    nearly = (c for c in ranked[1:] if c.score >= best.score - near and len(c.text.split()) <= room)
    second = next((c for c in nearly if _adds(kind, c, best)), None)
    return [best, second] if second else [best]


def _sayable(text: str, terse: bool) -> bool:
    """Whether a sentence may be said; a short one where it settles the question, or comes with the one it leans on."""
    return sayable(text, TERSE_WORDS if terse or leans(text) else LEAST_FORM_WORDS)


def _adds(kind: Asks, c: Candidate, best: Candidate) -> bool:
    """Whether a sentence says more of what is asked for than the best one does, and is about the same."""
    if c.features["whole_cover"] < BESIDE * best.features["whole_cover"] or _repeats(c, best):
        return False
    return kind in LONG or not (c.features["restates"] or f" {c.said} " in f" {best.words} ")


def _whole(best: Candidate, found: Sequence[Candidate], room: int) -> list[Candidate]:
    """The best sentence with those of its passage that it goes on with and those that go on with it, in their order."""
    near = {c.place: c for c in found if c.article.id == best.article.id and c.rank == best.rank}
    run, room = [best], room - len(best.text.split())
    while _GOES_ON.match(run[0].text) and len(run) < SENTENCES and (before := near.get(run[0].place - 1)):
        room -= len(before.text.split())
        if room < 0:
            break
        run.insert(0, before)
    while len(run) < SENTENCES and (after := near.get(run[-1].place + 1)) and _GOES_ON.match(after.text):
        room -= len(after.text.split())
        if room < 0:
            break
        run.append(after)
    return run


def _repeats(a: Candidate, b: Candidate) -> bool:
    """The same words, or the same answer once more."""
    if a.article.id == b.article.id and a.start < b.end and b.start < a.end:
        return True
    shared = len(a.stems & b.stems) / max(1, min(len(a.stems), len(b.stems)))
    return shared > 0.75 or (a.said != "" and a.said == b.said)


def answer_from(
    question: str, evidence: Evidence, these: Sequence[Candidate] | None, sure: float, searched: Searched, text: Text
) -> Answer:
    """The answer that these sentences make; None: that the best ones make. Where independent articles differ, it is one
    sentence of each, the newer first."""
    told = accounts(evidence) if these is None else Accounts()
    chosen = told.differing or (
        choose(evidence.asked.kind, evidence.candidates, terse=is_yes_no(evidence.asked.text))
        if these is None
        else these
    )
    short = short_of(evidence.asked.kind, chosen[0], text(chosen[0].article.id)) if chosen else ""
    return _compose(question, chosen, told, sure, evidence.hits, searched, text, short)


def _compose(
    question: str, chosen: Sequence[Candidate], told: Accounts, sure: float, hits: Sequence[Hit], searched: Searched,
    text: Text, short: str,
) -> Answer:  # fmt: skip
    room = max(0, WORDS - sum(len(c.text.split()) for c in chosen))
    statements, citations = [], []
    for number, c in enumerate(chosen, 1):
        whole = text(c.article.id)
        c = _with_the_one_before(c, whole, room) if not told.differing and not _follows(c, chosen) else c
        room -= len(whole[c.start : c.end].split()) - len(c.text.split())
        quote = whole[c.start : c.end]
        told_as = said(_named(quote, c, whole, chosen))
        if told.differing:
            earlier = EARLIER if number > 1 and _later(chosen[0], c) else ""
            told_as = f"{earlier}{_source(c.article)}: “{told_as}”"
        statements.append(Statement(text=told_as, citations=(number,)))
        citations.append(
            Citation(number=number, article=c.article.without_text(), quote=quote, start=c.start, end=c.end)
        )
    lead = "The articles differ. " if told.differing and not _later(chosen[0], chosen[-1]) else ""
    answer = lead + " ".join(f"{s.text} [{s.citations[0]}]" for s in statements)
    agreement = Agreement(articles=told.articles, others=tuple(told.others), differ=bool(told.differing))
    return Answer(
        question=question,
        text=answer,
        statements=tuple(statements),
        citations=tuple(citations),
        abstained=False,
        confidence=sure,
        searched=searched,
        hits=tuple(hits),
        agreement=agreement,
        short=short,
    )


def _later(c: Candidate, other: Candidate) -> bool:
    """Whether a sentence is of a later day: it is then the newest word, and the other an earlier report."""
    return bool(c.article.day and other.article.day and c.article.day > other.article.day)


def _follows(c: Candidate, chosen: Sequence[Candidate]) -> bool:
    """Whether the sentence before it is said too."""
    return any(o.rank == c.rank and o.place == c.place - 1 and o.article.id == c.article.id for o in chosen)


def _with_the_one_before(c: Candidate, whole: str, room: int) -> Candidate:
    """The sentence, or it and the one before it, where it leans on that one ("It …", "They …") and there is room."""
    if not leans(c.text):
        return c
    spans = [span for span in sentences(whole[max(0, c.start - 1500) : c.start]) if span[1]]
    if not spans:
        return c
    start = max(0, c.start - 1500) + spans[-1][0]
    added = len(whole[start : c.start].split())
    apart = "\n\n" in whole[start : c.start]
    return c if apart or added > room or c.start - start > 400 else replace(c, start=start)


def _named(quote: str, c: Candidate, whole: str, chosen: Sequence[Candidate]) -> str:
    """The quote, with the name that a leading "He" or "She" stands for in brackets behind it."""
    if _follows(c, chosen) or (name := name_for(whole, c.start, quote)) is None:
        return quote
    first, _, rest = quote.partition(" ")
    return f"{first} [{name}] {rest}"


def _source(article: Article) -> str:
    day = f"{article.day:%-d %B %Y}" if article.day else ""
    return ", ".join(part for part in (article.publisher or article.title or "Untitled", day) if part)
