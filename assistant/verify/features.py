"""Features of a claim in its evidence: words, pairs and triples of words that stand there, figures, names, meaning.

`training/fit_verifier.py` fits weights for these numbers and `verdicts.py` adds them up, both through this file.
Shares are from 0 to 1. A word counts by its rarity in news (inverse document frequency, in natural logarithms).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from assistant.english.names import name_words
from assistant.english.numbers import numbers

Stems = Callable[[str], list[str]]
Features = dict[str, float]
_DENIES = re.compile(
    r"\b(?:not|no|nobody|none|never|neither|nor|nothing|without|cannot|den(?:y|ies|ied))\b|n[’']t\b", re.I
)


@dataclass(frozen=True)
class Text:
    """A text taken to pieces, each when first asked for."""

    text: str
    stems_of: Stems

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """Its words' stems, in order."""
        return tuple(self.stems_of(self.text))

    @cached_property
    def words(self) -> frozenset[str]:
        """Its stems, each once."""
        return frozenset(self.stems)

    def runs(self, length: int) -> frozenset[tuple[str, ...]]:
        """Its runs of so many stems."""
        return frozenset(zip(*(self.stems[at:] for at in range(length)), strict=False))

    @cached_property
    def pairs(self) -> frozenset[tuple[str, ...]]:
        """Its pairs of neighbouring stems."""
        return self.runs(2)

    @cached_property
    def triples(self) -> frozenset[tuple[str, ...]]:
        """Its triples of neighbouring stems."""
        return self.runs(3)

    @cached_property
    def values(self) -> frozenset[float]:
        """The numbers in it."""
        return frozenset(n.value for n in numbers(self.text))

    @cached_property
    def figures(self) -> frozenset[float]:
        """The numbers that it claims: not "one" and "first"."""
        return frozenset(n.value for n in numbers(self.text) if not n.light)

    @cached_property
    def names(self) -> frozenset[str]:
        """The stems of the names in it."""
        return frozenset(stem for name in name_words(self.text) for stem in self.stems_of(name))

    @cached_property
    def denies(self) -> bool:
        """Whether a word of denial stands in it."""
        return bool(_DENIES.search(self.text))


@cache
def _rarities() -> tuple[dict[str, float], float]:
    kept = json.loads((Path(__file__).parent / "rarity.json").read_text(encoding="utf-8"))
    return kept["stems"], kept["rest"]


def rarity(stem: str) -> float:
    """How rare a stem is in news; the same for all that are not among the common ones."""
    stems, rest = _rarities()
    return stems.get(stem, rest)


def covered(claim: Text, words: frozenset[str]) -> float:
    """The share of the claim's words that stand among these, by rarity."""
    total = sum(map(rarity, claim.words))
    return sum(rarity(stem) for stem in claim.words & words) / total if total else 1.0


def _share(some: frozenset[tuple[str, ...]], others: frozenset[tuple[str, ...]]) -> float:
    return len(some & others) / len(some) if some else 0.0


def _missing(wanted: frozenset[float] | frozenset[str], there: frozenset[float] | frozenset[str]) -> float:
    return len(wanted - there) / len(wanted) if wanted else 0.0


def features(claim: Text, heading: Text, evidence: Sequence[Text], near: float) -> Features:
    """Features of a claim and its evidence. near: the highest cosine of the claim's vector to a sentence's.

    evidence: the sentences that it is held against, in order; at least one.
    """
    best = max(evidence, key=lambda s: covered(claim, s.words))
    words = heading.words.union(*(s.words for s in evidence))
    pairs = heading.pairs.union(*(s.pairs for s in evidence))
    triples = heading.triples.union(*(s.triples for s in evidence))
    values = heading.values.union(*(s.values for s in evidence))
    return {
        "words_best": covered(claim, best.words),
        "words_all": covered(claim, words),
        "pairs_best": max(_share(claim.pairs, s.pairs) for s in evidence),
        "pairs_all": _share(claim.pairs, pairs),
        "triples_best": max(_share(claim.triples, s.triples) for s in evidence),
        "triples_all": _share(claim.triples, triples),
        "near": near,
        "figures_best": _missing(claim.figures, best.values),
        "figures_all": _missing(claim.figures, values),
        "figures": float(bool(claim.figures)),
        "names_all": _missing(claim.names, words),
        "names": float(bool(claim.names)),
        "denial": float(claim.denies != best.denies),
        "length": math.log(1 + len(claim.stems)),
        "size": math.log(1 + len(evidence)),
    }
