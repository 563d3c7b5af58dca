"""Every text of the page, in English and German: `texts*.json` hold them by language and name."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

ENGLISH = "en"


@cache
def table() -> dict[str, dict[str, str]]:
    """All texts: language code to name to text. Every language has the same names."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted(Path(__file__).parent.glob("texts*.json")):
        for language, words in json.loads(file.read_text(encoding="utf-8")).items():
            found.setdefault(language, {}).update(words)
    return found


@cache
def _reasons(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Why a source gives no article, in the order in which they are tried: (English form, in this language)."""
    told = json.loads((Path(__file__).parent / "reasons.json").read_text(encoding="utf-8")).get(language, {})
    forms = sorted(told, key=lambda form: (form.startswith("{}"), -len(form)))  # the most particular ones first
    return tuple((re.compile("(.*?)".join(map(re.escape, form.split("{}"))), re.S), told[form]) for form in forms)


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts in one language: `say("searched", articles=20)`."""

    language: str
    words: Mapping[str, str]

    def __call__(self, name: str, /, **fields: str | int) -> str:
        """One text with its {fields} filled in; numbers get the separators of the language. KeyError for no such text.

        With a field `count` of 1 the text NAME_one is taken where there is one.
        """
        if fields.get("count") == 1 and f"{name}_one" in self.words:
            name = f"{name}_one"
        return self.words[name].format(**{k: self.number(v) if isinstance(v, int) else v for k, v in fields.items()})

    def reason(self, message: str) -> str:
        """Why a source gives no article, in this language; as it is where reasons.json does not know it."""
        for form, told in _reasons(self.language):
            if found := form.fullmatch(message):
                return told.format(*found.groups())
        return message

    def number(self, value: int) -> str:
        """A number with its thousands separated."""
        return f"{value:,}".replace(",", self.words["thousands"])

    def day(self, day: date, short: bool = False) -> str:
        """A day as people write it: 14 March 2025, 14. März 2025; short: 14 Mar 2025."""
        month = self.words["months"].split()[day.month - 1]
        return self("day", day=str(day.day), month=month[:3] if short else month, year=str(day.year))


def speaking(accepted: str) -> Texts:
    """Content negotiation: the texts in the first language of an Accept-Language header that there is, else English."""
    for part in accepted.split(","):
        language = part.split(";")[0].split("-")[0].strip().lower()
        if language in table():
            return Texts(language, table()[language])
    return Texts(ENGLISH, table()[ENGLISH])
