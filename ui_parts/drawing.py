"""The page's templates, and the words that all of them may use."""

from __future__ import annotations

from pathlib import Path

from assistant.templates import Templates
from ui_parts import words

TEMPLATES = Templates(
    Path(__file__).parent / "templates",
    described=words.described,
    facts=words.facts,
    one_line=words.one_line,
    title=words.title,
    web_address=words.web_address,
)
