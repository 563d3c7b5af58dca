"""The part of a passage that is read where there is no time for all of it: the sentences most like the question."""

from __future__ import annotations

from assistant.retrieval.features import Asked
from index.passages import sentences

SIZE = 300  # characters: some 65 tokens


def part_to_read(asked: Asked, text: str, size: int = SIZE) -> tuple[int, int]:
    """The run of whole sentences, of at most `size` characters where one alone is not longer, that holds most of the
    question's words, rare ones counting more; of equals the longest. The whole text when it is no longer than that."""
    if len(text) <= size:
        return 0, len(text)
    spans = sentences(text)
    stems = [frozenset(asked.library.stems(text[a:b])) for a, b in spans]
    best, most = (0, len(text)), (-1.0, 0)
    for first, (start, _) in enumerate(spans):
        held: frozenset[str] = frozenset()
        for last in range(first, len(spans)):
            end = spans[last][1]
            if last > first and end - start > size:
                break
            held |= stems[last]
            worth = (round(asked.cover(held), 9), end - start)
            if worth > most:
                best, most = (start, end), worth
    return best
