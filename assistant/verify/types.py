"""What checking a draft gives: Outcome, Finding, Verified. Frozen values, checked once when made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistant.types import Citation, Searched
from index.errors import InvalidValue

Span = tuple[int, int]


class Outcome(StrEnum):
    """What the library makes of a sentence."""

    BORNE_OUT = "borne out"
    PARTLY = "partly"
    CONTRADICTED = "contradicted"
    NOT_FOUND = "not found here"
    PASSED_OVER = "passed over"  # a question, an opinion, a heading: it claims nothing that could be looked up


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One sentence of a draft. start, end: its characters in the draft.

    support: 0 to 1. wrong: spans of the sentence, in characters from its beginning, that are not borne out. problem:
    what is wrong, in words; "" when it is borne out or passed over. sources: the numbers of the quotations that it
    rests on, that contradict it, or that come nearest.
    """

    text: str
    start: int
    end: int
    outcome: Outcome
    support: float = 0.0
    wrong: tuple[Span, ...] = ()
    problem: str = ""
    sources: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.end - self.start != len(self.text):
            raise InvalidValue(
                f"a sentence of {len(self.text)} characters cannot stand from {self.start} to {self.end}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A draft with what the library makes of each of its sentences.

    `text[finding.start:finding.end] == finding.text` for every finding. citations: the quotations, numbered from 1.
    """

    text: str
    findings: tuple[Finding, ...]
    citations: tuple[Citation, ...] = ()
    searched: Searched = Searched(articles=0)

    def __post_init__(self) -> None:
        if any(self.text[f.start : f.end] != f.text for f in self.findings):
            raise InvalidValue("a finding does not stand where it says")

    @property
    def counts(self) -> Mapping[Outcome, int]:
        """How many sentences have each outcome."""
        return {outcome: sum(f.outcome is outcome for f in self.findings) for outcome in Outcome}
