"""A draft to findings: each sentence that claims something, held against what the library says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.english.names import name_words
from assistant.types import Searched
from assistant.verify.citations import Book
from assistant.verify.claims import quoted
from assistant.verify.support import Checker, Verdict, read_evidence
from assistant.verify.types import Finding, Outcome, Verified
from index.errors import InvalidValue
from index.passages import sentences
from index.types import Hit

LONGEST_CHARACTERS = 100_000  # characters of a draft
PASSAGES = 8  # that a sentence is held against
AT_ONCE = 8  # sentences between two reports of progress
QUOTED_WORDS = 3  # a shorter quotation is a word in quotation marks
FEWEST_WORDS = 4
_OPINION = re.compile(
    r"^(?:in (?:my|our) (?:view|opinion)|(?:perhaps|maybe|arguably|let us|let’s|let's|imagine|consider|please)\b)"
    r"|\b(?:I|we) (?:think|believe|hope|fear|feel|suspect|wonder|doubt|recommend)\b|\b(?:should|ought to)\b",
    re.I,
)
_SAYS = re.compile(r"\b(?:said|says|told|according to|argued|argues|wrote|warned|called|urged|demanded)\b", re.I)
_POINTS_BACK = re.compile(r"^(?:he|she|it|they|this|that|these|those|his|her|its|their|both)\b", re.I)
Find = Callable[[str, int], Sequence[Hit]]
Origin = Callable[[str], Hit | None]
Tell = Callable[[int, int], None]


def verify(text: str, find: Find, origin: Origin, checker: Checker, searched: Searched, tell: Tell) -> Verified:
    """What the library makes of every sentence of a draft.

    find: a text and a number to so many passages, best first. origin: the passage that words in quotation marks stand
    in. tell: told how many of how many sentences are done. InvalidValue for a draft that is empty or too long.
    """
    if not text.strip():
        raise InvalidValue("the draft is empty: there is nothing to verify")
    if len(text) > LONGEST_CHARACTERS:
        raise InvalidValue(f"the draft has {len(text):,} characters; verify up to {LONGEST_CHARACTERS:,} at a time")
    spans = sentences(text)
    book = Book()
    findings: list[Finding] = []
    for at in range(0, len(spans), AT_ONCE):
        findings += _some(text, spans, range(at, min(at + AT_ONCE, len(spans))), find, origin, checker, book)
        tell(len(findings), len(spans))
    return Verified(text=text, findings=tuple(findings), citations=tuple(book.citations), searched=searched)


def claims_something(sentence: str) -> bool:
    """Whether a sentence says that something is so: no question, no opinion of its writer's, no heading."""
    bare = re.sub(r"[“\"][^”\"]*[”\"]", "", sentence)
    if (
        sentence.rstrip('”"’ ').endswith("?")
        or len(sentence.split()) < FEWEST_WORDS
        or sentence.rstrip('”"’) ')[-1:] not in ".!"
    ):
        return False
    return not _OPINION.search(bare) or _SAYS.search(bare) is not None


def _some(
    text: str, spans: Sequence[tuple[int, int]], places: range, find: Find, origin: Origin, checker: Checker, book: Book
) -> list[Finding]:
    asked = [i for i in places if claims_something(text[slice(*spans[i])])]
    found = {i: _passages(text, spans, i, find, origin) for i in asked}
    evidence = [read_evidence(found[i], checker.stems, checker.encode) for i in asked]
    verdicts = checker.check_all([" ".join(text[slice(*spans[i])].split()) for i in asked], evidence)
    of = dict(zip(asked, verdicts, strict=True))
    return [_finding(text, spans[i], of.get(i), book, found.get(i, ())) for i in places]


def _passages(text: str, spans: Sequence[tuple[int, int]], place: int, find: Find, origin: Origin) -> list[Hit]:
    """The passages that a sentence is held against: the places of its quotations, then those most like it."""
    sentence = text[slice(*spans[place])]
    query = sentence
    if place and (
        _POINTS_BACK.match(sentence) or not name_words(sentence)
    ):  # whom it speaks of stands in the one before
        query = f"{text[slice(*spans[place - 1])]} {sentence}"
    quotes = [words for words in quoted(sentence) if len(words.split()) >= QUOTED_WORDS]
    hits = [hit for words in quotes if (hit := origin(words))]
    known = {hit.passage.id for hit in hits}
    return [*hits, *(hit for hit in find(query, PASSAGES) if hit.passage.id not in known)]


def _finding(text: str, span: tuple[int, int], verdict: Verdict | None, book: Book, hits: Sequence[Hit]) -> Finding:
    start, end = span
    sentence = text[start:end]
    if verdict is None:
        return Finding(text=sentence, start=start, end=end, outcome=Outcome.PASSED_OVER)
    kind = outcome(sentence, verdict)
    sources = book.cite(verdict.by, hits) if kind is not Outcome.NOT_FOUND else ()
    same = " ".join(sentence.split()) == sentence  # spans are of the sentence without line breaks
    wrong = verdict.wrong if same and kind is not Outcome.BORNE_OUT else ()
    return Finding(
        text=sentence,
        start=start,
        end=end,
        outcome=kind,
        support=round(verdict.support, 3),
        wrong=wrong,
        problem=verdict.problem,
        sources=sources,
    )


def outcome(sentence: str, verdict: Verdict) -> Outcome:
    """What a verdict comes to for somebody who prints the sentence."""
    if not verdict.problem:
        return Outcome.BORNE_OUT
    if verdict.opposed:
        return Outcome.CONTRADICTED
    if not verdict.close:
        return Outcome.NOT_FOUND
    wrong = sum(end - start for start, end in verdict.wrong)
    return Outcome.PARTLY if 0 < wrong < 0.6 * len(sentence) else Outcome.NOT_FOUND
