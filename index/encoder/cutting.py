"""The beginning of a text, as many tokens as a model has room for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def cutter(tokenizer: Path, most: int) -> Callable[[str], str]:
    """What cuts a text after its first `most` tokens, by the tokenizer in a file (tokenizer.json).

    A number of characters does not do: 400 of English are some 90 tokens, 400 of Chinese or of "(" are 400."""
    from tokenizers import Tokenizer

    made = Tokenizer.from_file(str(tokenizer))
    made.no_padding()
    made.enable_truncation(most)

    def cut(text: str) -> str:
        found = made.encode(text, add_special_tokens=False)
        return text[: found.offsets[-1][1]] if found.overflowing else text

    return cut
