"""Which sentences may be said, and how: whole ones that are the article's own word, without the dateline before them.

A fitted linear model tells boilerplate (promotions, bylines, captions, teasers) from news by words and pairs of words;
`training/fit_boilerplate.py` fits it on what a site's articles share.
"""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

LEAST_FORM_WORDS, TERSE_WORDS = 5, 2  # of a sentence; of one that leans on the one before, or settles a yes or no
MAX_LOGIT = -1.0  # of boilerplate, in a sentence that may be said: catches half of it, and one in 180 other sentences
_ENDS = re.compile(r"[.!?…][\"'”’)\]»]*$")
_TOKEN = re.compile(r"[\w.+-]+@[\w-]+\.\w+|@\w+|https?://\S+|\w+(?:['’]\w+)?|[^\w\s]")
# "KYIV, Ukraine (AP) — ", "London, March 3 (Reuters) - ", "(CNN) — ": a place or an agency, before a dash.
PATTERNS = re.compile(  # what one would write by hand, a feature among the others
    r"follow .{0,60} on (?:twitter|x|facebook|instagram)|read more|getty images|ap photo|photo(?:graph)? (?:by|credit)"
    r"|sign up|newsletter|click here|subscribe|contributing:|@\w+|advertisement",
    re.I,
)
_PLACE = r"[A-Z][A-Z.'’/-]+(?: [A-Z][A-Z.'’-]+){0,3}(?:,(?: [A-Z][\w.]+){1,3})?"
_DAY = r"(?:,? (?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.? \d{1,2})?"
_DATELINE = re.compile(
    rf"^(?:{_PLACE}{_DAY},? ?(?:\([\w .,/&’'-]{{2,30}}\) ?)?|"
    r"(?:[A-Z][\w.,’'-]* ){0,4}\([A-Z][\w .,/&’'-]{1,30}\) ?)"
    r"(?:[—–]|--?)\s*(?=[A-Z0-9“\"‘'$£€])"
)


def sayable(sentence: str, least: int = LEAST_FORM_WORDS) -> bool:
    """Whether a sentence may be said: it is whole, with so many words at least, and no boilerplate."""
    return whole(sentence, least) and boilerplate(sentence) < MAX_LOGIT


def whole(sentence: str, least: int = LEAST_FORM_WORDS) -> bool:
    """Whether it has the form of a sentence: some words, and an end. Headings, captions and list items have none."""
    stripped = sentence.strip()
    return len(stripped.split()) >= least and _ENDS.search(stripped) is not None


def said(sentence: str) -> str:
    """What of a sentence is said: all but a dateline before it, on one line."""
    line = " ".join(sentence.split())
    return line[match.end() :] if (match := _DATELINE.match(line)) and whole(line[match.end() :]) else line


def boilerplate(sentence: str) -> float:
    """The logit of a sentence being boilerplate."""
    bias, weights = _model()
    return bias + sum(weights.get(gram, 0.0) for gram in set(grams(sentence)))


def grams(sentence: str) -> list[str]:
    """The words of a sentence and their pairs; addresses, names on networks and numbers as one sign each."""
    words = ["^", *map(_sign, _TOKEN.findall(sentence)), "$"]
    pairs = [f"{a} {b}" for a, b in pairwise(words)]
    return words[1:-1] + pairs + ["<pattern>"] * bool(PATTERNS.search(sentence))


def _sign(token: str) -> str:
    if "@" in token:
        return "<handle>" if token.startswith("@") else "<e-mail>"
    if token.startswith("http"):
        return "<address>"
    return re.sub(r"\d+", "0", token.lower())


@cache
def _model() -> tuple[float, dict[str, float]]:
    kept = json.loads((Path(__file__).parent / "boilerplate.json").read_text(encoding="utf-8"))
    return kept["bias"], kept["weights"]
