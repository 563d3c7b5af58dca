"""The short form of `make torture`: a process killed at random moments of its work loses nothing it acknowledged."""

from __future__ import annotations

from pathlib import Path

from bench.torture import one_round


def test_kills_at_random_moments_lose_nothing_and_bring_nothing_back(tmp_path: Path) -> None:
    known: dict[str, str] = {}
    for seed in range(3):
        found = one_round(tmp_path / "library", 700 + seed, known)
        assert found == {"lost": 0, "came back": 0, "vectors again": 0, "out of step": 0}
