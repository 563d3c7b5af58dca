"""Memory given back: every hundredth search, by the C library's own function."""

from __future__ import annotations

import sys

import pytest

from assistant.trimming import EVERY, Trimmer


def test_every_hundredth_search_gives_back_what_is_free() -> None:
    asked: list[int] = []

    def trim(pad: int) -> int:
        asked.append(pad)
        return 1

    trimmer = Trimmer(trim)
    for _ in range(2 * EVERY + 1):
        trimmer.searched()
    assert asked == [0, 0]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc has the function")
def test_the_real_one_can_be_called() -> None:
    trimmer = Trimmer()
    assert trimmer._trim is not None and trimmer._trim(0) in (0, 1)


def test_without_such_a_function_nothing_happens() -> None:
    trimmer = Trimmer(None)
    for _ in range(EVERY):
        trimmer.searched()
