"""Which articles are copies of one story: near copies by MinHash over shingles (datasketch), then by comparison.

A signature is a few numbers, its bands: two texts that share one are worth comparing. Bands are made of the whole text
and, apart from it, of its beginning, because agency copy is cut from the end. The comparison then asks how many runs
of words of the shorter text stand in the longer one, and whether the same figures and names do: a weather report or a
market report repeats yesterday's words with other figures, and a follow-up repeats yesterday's background.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

SHINGLE = 3  # words in a run: an edit touches three runs, and chance repeats few
LEAST_WORDS = 25  # a shorter text is compared for equality only: a notice or a result repeats its form
LEAD_WORDS = 90
ROWS = 3  # hash values in a band
WHOLE_BANDS, LEAD_BANDS = 24, 8  # together: texts that share half their runs meet 98 times in 100
# Chosen on the planted pairs of tests/planted.py, seed 1; tests/test_duplicates.py measures with other seeds.
LEAST_SHARED = 0.55  # of the shorter text's runs
LEAST_FACTS = 0.75  # of the shorter text's figures and names
_WORD = re.compile(r"\w+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<![.!?:\n“\"'] )(?<!^)(?<!\n)\b[A-Z][\w’'-]{2,}|\b\d+(?:[.,:]\d+)*")


def words(text: str) -> list[str]:
    """The words of a text in lower case; figures with their decimals are one word; scripts without spaces give runs
    of two characters."""
    found: list[str] = []
    for word in _WORD.findall(text.lower()):
        if word[0] > "\u2e7f" and len(word) > 2:  # Han, kana, Hangul
            found.extend(word[n : n + 2] for n in range(len(word) - 1))
        else:
            found.append(word)
    return found


def _runs(of: list[str]) -> set[int]:
    return {hash(tuple(of[n : n + SHINGLE])) for n in range(len(of) - SHINGLE + 1)}


@lru_cache(maxsize=1)
def _hasher() -> Any:
    from datasketch import MinHash

    # the scheme is part of what is stored: another version's default would find nothing
    return MinHash(num_perm=ROWS * WHOLE_BANDS, seed=1, scheme="affine32")


def _minima(of: list[str]) -> Any:
    """The least hash value of a text's runs under each permutation; shape (72,), uint64. Empty runs give None."""
    from datasketch import MinHash

    runs = {" ".join(of[n : n + SHINGLE]).encode("utf-8", "replace") for n in range(len(of) - SHINGLE + 1)}
    first = _hasher()
    made = MinHash(num_perm=first.num_perm, seed=1, scheme="affine32", permutations=first.permutations)
    made.update_batch(sorted(runs))
    return made.hashvalues


def signature(text: str) -> tuple[int, ...]:
    """The bands of a text, as signed 64-bit integers; () for a text too short to tell. The same in every process."""
    of = words(text)
    if len(of) < LEAST_WORDS:
        return ()
    bands = []
    parts = ((of, WHOLE_BANDS, 0), (of[:LEAD_WORDS], LEAD_BANDS, 1000))
    for part, count, first in parts:
        minima = np.asarray(_minima(part), np.uint64)
        for band in range(count):
            mixed = np.uint64(first + band + 1)
            for value in minima[band * ROWS : (band + 1) * ROWS]:
                mixed = _mix(mixed, value)
            bands.append(int(mixed.astype(np.int64)))
    return tuple(bands)


def _mix(one: np.uint64, two: np.uint64) -> np.uint64:
    """Two numbers to one (the finaliser of SplitMix64)."""
    value = (int(one) * 0x9E3779B97F4A7C15 + int(two) + 0x632BE59BD9B4E019) & 0xFFFFFFFFFFFFFFFF
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    return np.uint64(value ^ (value >> 31))


def same_story(one: str, two: str) -> bool:
    """True when the shorter of two texts is a copy of the longer one, whole or in part, edited or not."""
    if one == two:
        return True
    short, long = sorted((_told(one), _told(two)), key=lambda told: told.count)
    if short.count < LEAST_WORDS:
        return words(one) == words(two)
    if len(short.runs & long.runs) < LEAST_SHARED * min(len(short.runs), len(long.runs)):
        return False
    return _facts_shared(short.facts, long.facts) >= LEAST_FACTS


@dataclass(frozen=True, slots=True)
class _Told:
    """A text as it is compared: how many words, its runs, its figures and names with their number."""

    count: int
    runs: set[int]
    facts: Counter[str]


@lru_cache(maxsize=32)
def _told(text: str) -> _Told:
    of = words(text)
    return _Told(len(of), _runs(of), Counter(_NAME.findall(text)))


def _facts_shared(said: Counter[str], there: Counter[str]) -> float:
    """The share of a text's figures and names that stand in another; 1.0 when it has hardly any."""
    figures = [fact for fact in said if fact[0].isdigit()]
    if sum(said.values()) < 3:
        return 1.0
    all_kept = sum(min(n, there[fact]) for fact, n in said.items()) / sum(said.values())
    if len(figures) < 3:
        return all_kept
    return min(all_kept, sum(fact in there for fact in figures) / len(figures))
