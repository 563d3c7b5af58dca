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
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

SHINGLE_WORDS = 3  # words in a run: an edit touches three runs, and chance repeats few
LEAST_WORDS = 25  # a shorter text is compared for equality only: a notice or a result repeats its form
LEAD_WORDS = 90  # the beginning, signed apart from the whole
BAND_ROWS = 3  # hash values in one
WHOLE_BANDS, LEAD_BANDS = 24, 8  # together: texts that share half their runs meet 98 times in 100
# Chosen on the planted pairs of tests/planted.py, seed 1; tests/test_duplicates.py measures with other seeds.
LEAST_SHARED = 0.55  # of the shorter text's runs
LEAST_FACTS = 0.75  # of the shorter text's figures and names
Vectors64 = NDArray[np.uint64]
_WORD = re.compile(r"\w+(?:[.,]\d+)*")
_UNSPACED = re.compile("[\u2e80-\U0003ffff]")  # Han, kana, Hangul
_NAME = re.compile(r"(?<![.!?:\n“\"'] )(?<!^)(?<!\n)\b[A-Z][\w’'-]{2,}|\b\d+(?:[.,:]\d+)*")


def words(text: str) -> list[str]:
    """The words of a text in lower case; figures with their decimals are one word; scripts without spaces give runs
    of two characters."""
    all_words: list[str] = _WORD.findall(text.lower())
    if not _UNSPACED.search(text):
        return all_words
    found: list[str] = []
    for word in all_words:
        if word[0] > "\u2e7f" and len(word) > 2:  # Han, kana, Hangul
            found.extend(word[n : n + 2] for n in range(len(word) - 1))
        else:
            found.append(word)
    return found


def _runs(of: list[str]) -> set[int]:
    return {hash(tuple(of[n : n + SHINGLE_WORDS])) for n in range(len(of) - SHINGLE_WORDS + 1)}


@lru_cache(maxsize=1)
def _hasher() -> Any:
    from datasketch import MinHash

    # the scheme is part of what is stored: another version's default would find nothing
    return MinHash(num_perm=BAND_ROWS * WHOLE_BANDS, seed=1, scheme="affine32", hashfunc=int)


def _minima(runs: Vectors64) -> Vectors64:
    """The MinHash of runs of words: the least hash under each permutation; shape (72,), uint64. No runs give the
    largest number."""
    from datasketch import MinHash

    first = _hasher()
    made = MinHash(num_perm=first.num_perm, seed=1, scheme="affine32", hashfunc=int, permutations=first.permutations)
    made.update_batch(np.unique(runs).tolist())
    return np.asarray(made.hashvalues, np.uint64)


class _WordHashes(dict[str, int]):
    """The hash of every word seen: news repeats its words."""

    def __missing__(self, word: str) -> int:
        value = self[word] = crc32(word.encode("utf-8", "replace"))
        return value


_known = _WordHashes()


def _run_hashes(of: list[str]) -> Vectors64:
    """A number below 2**32 for each run of words, in order; the same in every process.

    Each word is hashed once and three numbers are mixed to one, for a whole text at a time: hashing every run as a
    text by itself took half the time of storing an article.
    """
    if len(_known) > 400_000:  # some 40 MB; odd input must not grow it without end
        _known.clear()
    word = np.fromiter(map(_known.__getitem__, of), np.uint64, len(of))
    runs = np.zeros(max(0, len(of) - SHINGLE_WORDS + 1), np.uint64)
    for place in range(SHINGLE_WORDS):
        runs = _mix(runs, word[place : place + len(runs)])
    return runs >> np.uint64(32)


def signature(text: str) -> tuple[int, ...]:
    """The bands of a text, as signed 64-bit integers; () for a text too short to tell. The same in every process."""
    of = words(text)
    if len(of) < LEAST_WORDS:
        return ()
    runs = _run_hashes(of)
    parts = ((runs, WHOLE_BANDS, 1), (runs[: LEAD_WORDS - SHINGLE_WORDS + 1], LEAD_BANDS, 1001))
    bands: list[int] = []
    for part, count, first in parts:
        minima = _minima(part)[: count * BAND_ROWS].reshape(count, BAND_ROWS)
        mixed = np.arange(first, first + count, dtype=np.uint64)
        for row in range(BAND_ROWS):
            mixed = _mix(mixed, minima[:, row])
        bands += mixed.astype(np.int64).tolist()
    return tuple(bands)


def _mix(one: Vectors64, two: Vectors64) -> Vectors64:
    """Two numbers to one, of whole arrays, wrapping at 64 bits (the finaliser of SplitMix64)."""
    value = one * np.uint64(0x9E3779B97F4A7C15) + two + np.uint64(0x632BE59BD9B4E019)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


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
