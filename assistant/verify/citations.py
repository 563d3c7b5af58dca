"""A model's words to statements, each checked against what it cites, with the supporting quotations exact."""

from __future__ import annotations

import re
from collections.abc import Sequence
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
REPLACES = 0.45  # cosine from which the nearest sentence stands in for a struck one


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence as the model said it, its markers taken out. numbers: what they named."""

    text: str
    numbers: tuple[int, ...] = ()


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
    lead = ""
    spans = [(start, end) for start, end in sentences(bare) if _WORD.search(bare[start:end])]
    for place, (start, end) in enumerate(spans):
        until = spans[place + 1][0] if place + 1 < len(spans) else len(bare) + 1
        numbers = [n for where, n in marks if start < where <= end or end < where < until or (where == start == 0)]
        sentence = " ".join(bare[start:end].split())
        if sentence.endswith(":") and not numbers and place + 1 < len(spans):
            lead += sentence + " "  # "He named two:" says nothing without what follows
            continue
        out.append(Said(lead + sentence, tuple(dict.fromkeys(numbers))))
        lead = ""
    return out


def _numbers(inside: str) -> list[int]:
    found: list[int] = []
    for low, high, single in _RANGE.findall(inside):
        found += [int(single)] if single else range(int(low), min(int(high), int(low) + 20) + 1)
    return found


def check(text: str, hits: Sequence[Hit], checker: Checker, *, strict: bool = False, question: str = "") -> Checked:
    """Every sentence of an answer held against the passages it cites, or against all when it cites none.

    What a passage bears out is cited anew, to the sentence; numbers run from 1 in the order of the text. What fails
    is marked; with `strict` the nearest sentences of the evidence stand in its place, in their own words. What the
    question says is held against no sentence.
    """
    evidence = read_evidence(hits, checker.stems, checker.encode)
    book = _Book(hits)
    statements: list[Statement] = []
    parts: list[str] = []
    foreign = 0
    for sentence in said(text):
        strangers = [n for n in sentence.numbers if not 1 <= n <= len(hits)]
        book.remark_strangers(strangers, len(hits))
        cited = [s for s in evidence if s.passage in sentence.numbers]
        verdict = _verdict(sentence, cited or evidence, checker, question)
        foreign += verdict.foreign and not verdict.problem
        if not verdict.problem:
            numbers = book.cite(verdict.by)
            statements.append(Statement(sentence.text, numbers))
            parts.append(_marked(sentence.text, numbers))
            continue
        struck = neutral(sentence.text)
        statements.append(Statement(struck, (), False, verdict.problem))
        if not strict:
            parts.append(f"{struck} {NOT_SUPPORTED}")
        elif verdict.by and verdict.nearness >= REPLACES and not book.has(verdict.by[0]):
            own = " ".join(verdict.by[0].text.split())
            numbers = book.cite(verdict.by[:1])
            statements.append(Statement(own, numbers))
            parts.append(_marked(own, numbers))
    if foreign:
        book.remarks.append(
            f"of {foreign} sentences only figures and quotations were checked: they are in another language than the "
            "articles"
        )
    return Checked(" ".join(parts), tuple(statements), tuple(book.citations), tuple(book.remarks))


def _verdict(sentence: Said, evidence: Sequence[Sentence], checker: Checker, question: str) -> Verdict:
    verdict = checker.check(sentence.text, evidence, question)
    if REMOVED in neutral(sentence.text, [s.article.url for s in verdict.by if s.article.url]):
        return replace(verdict, problem="it held an address that is no cited article’s")
    return verdict


def _marked(text: str, numbers: Sequence[int]) -> str:
    return text + " " + "".join(f"[{number}]" for number in numbers)


class _Book:
    """The citations of one answer as they are made: each place once, numbered in order."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self._hits = hits
        self._places: dict[tuple[str, int, int], int] = {}
        self.citations: list[Citation] = []
        self.remarks: list[str] = []

    def cite(self, by: Sequence[Sentence]) -> tuple[int, ...]:
        """The numbers of these sentences, neighbours of one passage taken together."""
        numbers = []
        for passage, start, end in _runs(by):
            hit = self._hits[passage - 1]
            place = (hit.article.id, start, end)
            if place not in self._places:
                quote = hit.passage.text[start - hit.passage.start : end - hit.passage.start]
                self._places[place] = len(self.citations) + 1
                self.citations.append(Citation(len(self.citations) + 1, hit.article, quote, start, end))
            numbers.append(self._places[place])
        return tuple(numbers)

    def has(self, sentence: Sentence) -> bool:
        """Whether the sentence is quoted already."""
        return any(a == sentence.article.id and s <= sentence.start < e for a, s, e in self._places)

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
