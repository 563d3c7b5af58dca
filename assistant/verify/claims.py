"""The words in quotation marks of a claim, and the one form in which quotations are compared."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"[“\"„«]([^”\"“„«»]+)[”\"“»]")


def quoted(text: str) -> list[str]:
    """The words in quotation marks, without a comma or stop at their end."""
    return [words for m in _QUOTED.finditer(text) if (words := m[1].strip(" ,.;:!?…"))]


def same_words(text: str) -> str:
    """A text in the one form in which quotations are compared: white space, marks and case do not count."""
    table = str.maketrans("“”„«»‘’‚`–—", '"""""\'\'\'\'--')
    return " ".join(text.translate(table).lower().split())
