"""Words in one form: how an answer is looked for in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence


def normal(text: str) -> str:
    """Lower-case letters and digits without accents, single spaces: how answers are compared."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]+|_", " ", plain.lower()).split())


def holds(answers: Sequence[str], text: str) -> bool:
    """Whether any of the answers' words stand in the text, in order."""
    within = f" {normal(text)} "
    return any(f" {normal(answer)} " in within for answer in answers)
