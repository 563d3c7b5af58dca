"""Borders between sentences that the splitter gets wrong in news: some are taken away, some are added.

Kinds found by reading where 577,000 sentences of American and British news begin and end: the state behind a
politician's name ("R-N.Y."), a time and its zone ("4 p.m. ET"), initials ("J.D. Vance"), a month before its day, a
sentence that goes on in lower case; and words that are abbreviations elsewhere ("He was seriously ill. Doctors came.").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Span = tuple[int, int]
_ZONE = r"(?:ET|CT|MT|PT|[ECMP][SD]T|GMT|BST|UTC|CET|IST|JST|AEST|Eastern|Central|Mountain|Pacific|local)\b"
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b"
_MONTH = r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
_OPENERS = (
    "A An The This That These Those It He She They We You I His Her Their Its Our My There Here In On At By For From "
    "With To Of As If And But Or So Yet No Not What When Where Who Why How After Before During Since While Although "
    "Though Because One Two Three Some Many Most Other Another Such All Both Each Now Then Still Also"
)
_OPENS = rf"(?:{'|'.join(_OPENERS.split())})\b"  # words that begin sentences and are no surname
# Two letters with stops that are a place, an office or a degree, and no person's initials.
_NO_INITIALS = "U.S.|U.K.|U.N.|E.U.|D.C.|L.A.|N.Y.|N.J.|N.C.|S.C.|N.D.|S.D.|W.V.|N.H.|N.M.|R.I.|P.M.|A.M.|B.C.|A.D."
_NO_INITIALS = (_NO_INITIALS + "|D.A.|M.D.|V.P.|P.R.|I.D.|B.A.|M.A.|T.V.|O.J.").replace(".", r"\.")
_JOINED = tuple(  # (what a piece ends in, what the next begins with): no border there
    (re.compile(f"{before}$"), re.compile(after))
    for before, after in (
        (r"\b[A-Z]-[A-Z]\.", r"[A-Z][a-z]?\."),
        (r"\d ?[ap]\.m\.", rf"\(?(?:{_ZONE}|{_WEEKDAY}|{_MONTH}[a-z]*\.? \d)"),
        (rf"\b{_MONTH}\.", r"\d"),
        (rf"(?<![\w.])(?!{_NO_INITIALS})[A-Z]\.[A-Z]\.", rf"(?!{_OPENS})[A-Z][a-z]"),
        (r"[A-Za-z0-9]\.", r"[a-z]{2,}(?:['’][a-z]+)?[ ,;:]"),
        (r"\b(?:approx|est|ca|incl)\.", r"[\d$£€]"),
        (r"\b(?:Jeopardy|Yahoo|Yum|Jumanji|Moulin Rouge|Hamilton|Oklahoma)!", r"[a-z]"),
        (r"\b(?:Wash|Calif|Fla|Mass|Mich|Minn|Pa|Tex|Wis)\.", r"(?:Gov|Sen|Rep|Atty)\."),
    )
)
_WORDS = "no me may art miss ill fed con arc reps ok ore".split()  # taken for abbreviations in lower case too
_MISSED = re.compile(rf"(?:(?<![\w.-])(?:{'|'.join(_WORDS)})|\w\.(?:gov|co))\.(?P<gap>\s+)(?=[“\"(]?[A-Z][a-z])")


def mended(text: str, spans: Sequence[Span]) -> list[Span]:
    """The spans of a paragraph's sentences with such borders put right."""
    joined: list[Span] = []
    for start, end in (piece for span in spans for piece in _split(text, *span)):
        if joined and _goes_on(text, joined[-1], start, end):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _goes_on(text: str, before: Span, start: int, end: int) -> bool:
    left, right = text[max(before[0], before[1] - 30) : before[1]], text[start : min(end, start + 30)]
    return any(ends.search(left) and begins.match(right) for ends, begins in _JOINED)


def _split(text: str, start: int, end: int) -> list[Span]:
    """One piece at the borders it was not cut at; none within quotation marks or brackets."""
    pieces = []
    for match in _MISSED.finditer(text, start, end):
        if not _is_open(text[start : match.start()]):
            pieces.append((start, match.start("gap")))
            start = match.end("gap")
    return [*pieces, (start, end)]


def _is_open(text: str) -> bool:
    """Whether a quotation or a bracket has begun and not ended."""
    return text.count("“") > text.count("”") or text.count("(") > text.count(")") or text.count('"') % 2 == 1
