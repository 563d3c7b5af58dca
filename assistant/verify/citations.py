"""A model's words to statements, each checked against what it cites, with the supporting quotations exact."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.types import NOT_SUPPORTED, REFUSAL, Citation, Statement
from assistant.untrusted import REMOVED, neutral
from assistant.verify.support import Checker, Sentence, Verdict, read_evidence
from index.passages import sentences
from index.types import Hit

# [2], [2, 3], [1-3], [passage 2], [^2], 【2】; neutral() has turned the last into the first
_MARKER = re.compile(
    r"\s*\[\^?(?:(?:passages?|sources?|articles?|documents?|no\.?)\s*)?(\d{1,4}(?:\s*(?:,|;|-|–|&|and)\s*\d{1,4})*)\]",
    re.I,
)
_RANGE = re.compile(r"(\d+)\s*[-–]\s*(\d+)|(\d+)")
_BULLET = re.compile(r"^[ \t]*(?:[-*•+]\s+|\d{1,2}[.)]\s+|#{1,6}\s+|>\s+)", re.M)
_EMPHASIS = re.compile(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1")
_WORD = re.compile(r"\w")
DOUBTED = "the model itself does not find it in the passages"
LIST_ITEM_WORDS = 8  # words: longer items of a list are sentences by themselves


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence as the model said it, its markers taken out. numbers: what they named."""

    text: str
    numbers: tuple[int, ...] = ()
    lead: str = ""  # "He named two:", which stands before a list and is read with each of its items

    @property
    def claim(self) -> str:
        """What is checked: the sentence, with what leads to it."""
        return f"{self.lead}{self.text}"


@dataclass(frozen=True, slots=True)
class Checked:
    """An answer after the check. remarks: what a person should be told, such as a number that no passage has."""

    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    remarks: tuple[str, ...] = ()

    @property
    def supported(self) -> int:
        """How many statements the evidence bears out."""
        return sum(s.supported for s in self.statements)


def declines(text: str) -> bool:
    """Whether the model says that the articles do not say."""
    bare = _MARKER.sub("", text).strip(" \"'“”*_\n").lower()
    return bare.startswith(REFUSAL.lower().rstrip("."))


def said(text: str) -> list[Said]:
    """The sentences of a model's answer. A marker belongs to the sentence it stands in or right after."""
    text = _BULLET.sub("", _EMPHASIS.sub(r"\2", text))
    bare, marks = "", list[tuple[int, int]]()
    at = 0
    for marker in _MARKER.finditer(text):
        bare += text[at : marker.start()]
        marks += [(len(bare), number) for number in _numbers(marker[1])]
        at = marker.end()
    bare += text[at:]
    out: list[Said] = []
    lead = above = ""
    spans = [(start, end) for start, end in sentences(bare) if _WORD.search(bare[start:end])]
    for place, (start, end) in enumerate(spans):
        until = spans[place + 1][0] if place + 1 < len(spans) else len(bare) + 1
        numbers = [n for where, n in marks if start < where <= end or end < where < until or (where == start == 0)]
        sentence = " ".join(bare[start:end].split())
        if sentence.endswith(":") and not numbers and place + 1 < len(spans):
            lead += sentence + " "  # "He named two:" says nothing without what follows
            continue
        above = (
            above if len(sentence.split()) <= LIST_ITEM_WORDS else ""
        )  # a list's items end with its first whole sentence
        out.append(Said(lead + sentence, tuple(dict.fromkeys(numbers)), above))
        lead, above = "", lead or above
    return out


def _numbers(inside: str) -> list[int]:
    found: list[int] = []
    for low, high, single in _RANGE.findall(inside):
        found += [int(single)] if single else range(int(low), min(int(high), int(low) + 20) + 1)
    return found


def check(
    text: str,
    hits: Sequence[Hit],
    checker: Checker,
    *,
    strict: bool = False,
    doubted: Callable[[Sequence[str]], frozenset[int]] | None = None,
) -> Checked:
    """Every sentence of an answer held against the passages it cites, or against all when it cites none.

    What a passage bears out is cited anew, to the sentence; numbers run from 1 in the order of the text. A sentence of
    which only a number is wrong gets the article's number. What else fails is marked, or, with `strict`, left out.
    doubted: a second opinion, sentences to the places of those that it takes not to be borne out.
    """
    evidence = read_evidence(hits, checker.stems, checker.encode)
    book = Book()
    statements: list[Statement] = []
    parts: list[str] = []
    foreign = 0
    sentences_ = said(text)
    verdicts = _verdicts(sentences_, evidence, checker)
    for place in doubted([words for _, words in verdicts]) if doubted and verdicts else ():
        if place < len(verdicts) and not verdicts[place][0].problem:
            verdicts[place] = (replace(verdicts[place][0], problem=DOUBTED), verdicts[place][1])
    for sentence, (verdict, words) in zip(sentences_, verdicts, strict=True):
        book.remark_strangers([n for n in sentence.numbers if not 1 <= n <= len(hits)], len(hits))
        foreign += verdict.foreign and not verdict.problem
        struck = neutral(sentence.text)
        if verdict.problem or words != sentence.text:
            statements.append(
                Statement(
                    text=struck,
                    citations=(),
                    supported=False,
                    problem=verdict.problem or _corrected(sentence.text, words),
                )
            )
        if not verdict.problem:
            numbers = book.cite(verdict.by, hits)
            statements.append(Statement(text=words, citations=numbers))
            parts.append(_marked(words, numbers))
        elif not strict:
            parts.append(f"{struck} {NOT_SUPPORTED}")
    if foreign:
        book.remarks.append(
            f"of {foreign} sentences only figures and quotations were checked: they are in another language than the "
            "articles"
        )
    return Checked(" ".join(parts), tuple(statements), tuple(book.citations), tuple(book.remarks))


def _verdicts(said_: Sequence[Said], evidence: Sequence[Sentence], checker: Checker) -> list[tuple[Verdict, str]]:
    """The verdict on each sentence with the words that it is on: its own, or those with the article's number."""
    told = [[s for s in evidence if s.passage in one.numbers] or evidence for one in said_]
    verdicts = checker.check_all([one.claim for one in said_], told)
    again = [i for i, verdict in enumerate(verdicts) if verdict.right]
    righted = checker.check_all([verdicts[i].right for i in again], [told[i] for i in again])
    words = [one.text for one in said_]
    for i, verdict in zip(again, righted, strict=True):
        lead = said_[i].lead
        if not verdict.problem and verdicts[i].right.startswith(lead):
            words[i], verdicts[i] = verdicts[i].right.removeprefix(lead), verdict
    return [(_addressed(one, verdict), new) for one, verdict, new in zip(said_, verdicts, words, strict=True)]


def _addressed(sentence: Said, verdict: Verdict) -> Verdict:
    if REMOVED in neutral(sentence.text, [s.article.url for s in verdict.by if s.article.url]):
        return replace(verdict, problem="it held an address that is no cited article’s")
    return verdict


def _corrected(old: str, new: str) -> str:
    """What was put right, in words."""
    before, after = old.split(), new.split()
    while before and after and before[0] == after[0]:
        before, after = before[1:], after[1:]
    while before and after and before[-1] == after[-1]:
        before, after = before[:-1], after[:-1]
    return f"the article says {' '.join(after)}, not {' '.join(before)}"


def _marked(text: str, numbers: Sequence[int]) -> str:
    return text + " " + "".join(f"[{number}]" for number in numbers)


class Book:
    """Citations as they are made: each place once, numbered in order."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, int, int], int] = {}
        self.citations: list[Citation] = []
        self.remarks: list[str] = []

    def cite(self, by: Sequence[Sentence], hits: Sequence[Hit]) -> tuple[int, ...]:
        """The numbers of these sentences of these passages, neighbours of one passage taken together."""
        numbers = []
        for passage, start, end in _runs(by):
            hit = hits[passage - 1]
            place = (hit.article.id, start, end)
            if place not in self._places:
                quote = hit.passage.text[start - hit.passage.start : end - hit.passage.start]
                self._places[place] = len(self.citations) + 1
                self.citations.append(
                    Citation(number=len(self.citations) + 1, article=hit.article, quote=quote, start=start, end=end)
                )
            numbers.append(self._places[place])
        return tuple(numbers)

    def remark_strangers(self, numbers: Sequence[int], passages: int) -> None:
        """Report numbers that no passage has."""
        for number in numbers:
            remark = f"it cited [{number}], which is none of the {passages} passages it was given"
            if remark not in self.remarks:
                self.remarks.append(remark)


def _runs(by: Sequence[Sentence]) -> list[tuple[int, int, int]]:
    """(passage, start, end), neighbours with nothing but white space between them as one."""
    runs: list[tuple[int, int, int]] = []
    for s in sorted(by, key=lambda s: (by[0].passage != s.passage, s.passage, s.start)):
        if runs and runs[-1][0] == s.passage and 0 <= s.start - runs[-1][2] <= 2:
            runs[-1] = (s.passage, runs[-1][1], s.end)
        else:
            runs.append((s.passage, s.start, s.end))
    return runs
