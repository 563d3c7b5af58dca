"""Where is this from? A quotation, exact or slightly wrong, to the place in the article that it was taken from.

The words are looked up, and the quotation is aligned with the whole text of the best articles (the best-matching
stretch by normalised indel similarity, rapidfuzz): word search alone would name an article on the same subject.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from assistant.retrieval.ranking import fuse
from assistant.types import Answer, Citation, Searched, Statement
from index.library import Library
from index.passages import sentences
from index.types import Article, Filter, Hit

LOOKED_UP = 30  # passages looked up by the quotation's words
ALIGNED = 16  # articles whose text the quotation is aligned with
# Likeness of 100: two words changed leave a long sentence some 90, a short one 70, which is where chance begins; below
# LIKE a place must therefore stand out from the next best one by MARGIN, and share WORDS_KEPT of the words in order.
LIKE, LEAST, MARGIN, WORDS_KEPT = 82.0, 62.0, 6.0, 0.6
WORDS, UNASKED_WORDS = 4, 7  # the least in a quotation whose source is asked for; in one that stands alone
LONGEST = 2000  # characters
_QUOTED = re.compile(r"[“\"„«]([^”\"“»]+)[”\"“»]")
_ASKS_SOURCE = re.compile(
    r"\bwhere\b.*\bfrom\b|\bwho (?:said|says|wrote|told)\b|\bsource of\b|\bwhere (?:did|was|is)\b|"
    r"\b(?:which|what) (?:article|source|newspaper|paper|publisher|story|report)\b|"
    r"\b(?:find|trace) (?:this|the) (?:quote|quotation|sentence)\b",
    re.I,
)
_LEAD = re.compile(r"^(?:where is (?:this|it) from|who said(?: this)?|source)\s*[:?]\s*", re.I)
_ASKS = re.compile(
    r"^(?:what|who|whom|whose|which|when|where|why|how|is|are|was|were|do|does|did|can|has|have)\b", re.I
)
# One character for one, so that places in the simplified text are places in the text.
_SIMPLE = str.maketrans("“”„«»‘’‚`\u00a0\n\t–—", '"""""\'\'\'\'   --')


@dataclass(frozen=True, slots=True)
class Origin:
    """The stretch of an article that a quotation was taken from; likeness: 0 to 100, 100 is the very same words."""

    hit: Hit
    article: Article
    start: int
    end: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words whose source is wanted. asked: the question asks for nothing else, so that there is no answer without."""

    text: str
    asked: bool


def quotation_in(question: str) -> Quotation | None:
    """What of a question is a quotation: words in quotation marks beside "where is this from" or "who said", or with
    nothing beside them; or the whole of it, if it is a sentence and asks nothing."""
    quoted = max(_QUOTED.findall(question), key=len, default="")
    if len(quoted.split()) >= WORDS:
        rest = question.replace(quoted, " ")
        if _ASKS_SOURCE.search(rest) or len(re.findall(r"\w+", rest)) < 3:
            return Quotation(quoted[:LONGEST], True)
    if lead := _LEAD.match(question):
        words = question[lead.end() :]
        return Quotation(words[:LONGEST], True) if len(words.split()) >= WORDS else None
    asks = question.rstrip("”\"’' ").endswith("?") or _ASKS.match(question)
    return Quotation(question[:LONGEST], False) if not asks and len(question.split()) >= UNASKED_WORDS else None


def origin(library: Library, quotation: str, where: Filter = Filter()) -> Origin | None:
    """Where the quotation is from; None when no article has words enough like it. Of equals, the earliest article."""
    hits = fuse([library.by_runs(quotation, LOOKED_UP, where), library.by_words(quotation, LOOKED_UP, where)])
    first: dict[str, Hit] = {}
    for hit in hits:
        first.setdefault(hit.article.id, hit)
    wanted = _simple(quotation).strip(' "')
    found: list[Origin] = []
    for hit in list(first.values())[:ALIGNED]:
        article = library.article(hit.article.id)
        text = _simple(article.text)
        at = text.find(wanted)
        if at >= 0:
            found.append(Origin(hit, article, at, at + len(wanted), 100.0))
        elif aligned := fuzz.partial_ratio_alignment(wanted, text, score_cutoff=LEAST):
            found.append(Origin(hit, article, aligned.dest_start, aligned.dest_end, min(aligned.score, 99.9)))
    if not found:
        return None
    undated = "9999"
    best = min(found, key=lambda o: (-round(o.likeness, 1), o.article.day.isoformat() if o.article.day else undated))
    if best.likeness < LIKE:
        said = _simple(best.article.text[best.start : best.end])
        others = (o.likeness for o in found if _simple(o.article.text[o.start : o.end]) != said)
        if best.likeness < max(others, default=0.0) + MARGIN:
            return None
        words = re.findall(r"\w+", wanted)
        if LCSseq.similarity(words, re.findall(r"\w+", said)) < WORDS_KEPT * len(words):
            return None
    passage = next((h for h in hits if h.article.id == best.article.id and _within(best, h)), best.hit)
    return Origin(passage, best.article, best.start, best.end, best.likeness)


def _simple(text: str) -> str:
    """The text in one form of quotation marks, dashes and spaces, in lower case, character for character."""
    lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lowered.translate(_SIMPLE)


def _within(found: Origin, hit: Hit) -> bool:
    return hit.passage.start <= found.start < hit.passage.end


def answer_of(question: str, found: Origin, searched: Searched) -> Answer:
    """The answer that names title, publisher, date and address first, then the sentences the quotation stands in."""
    text = found.article.text
    spans = [(a, b) for a, b in sentences(text) if a < found.end and found.start < b]
    overlap = [(min(b, found.end) - max(a, found.start), a, b) for a, b in spans]
    most = max(length for length, _, _ in overlap)
    # An alignment may reach a few characters into the sentence before or after.
    kept = [(a, b) for length, a, b in overlap if length >= max(8, 0.1 * most) or length == most]
    start, end = kept[0][0], kept[-1][1]
    quote = text[start:end]
    article = found.article.without_text()
    day = f"{article.day:%-d %B %Y}" if article.day else None
    source = ", ".join(part for part in (article.publisher, day, article.url) if part)
    named = f"From “{article.title or 'Untitled'}”" + (f" ({source})" if source else "")
    wording = "" if found.likeness == 100 else " (the wording differs a little)"
    said = f"{named}{wording}: {' '.join(quote.split())}"
    citation = Citation(1, article, quote, start, end)
    return Answer(
        question,
        f"{said} [1]",
        (Statement(said, (1,)),),
        (citation,),
        False,
        min(1.0, found.likeness / 100),
        searched,
        (found.hit,),
    )
