"""An article to sentences and passages, with exact character offsets.

Sentences come from sentencex (rules for some 300 languages, 70 million characters a second); tests/test_passages.py
holds the sentences it was chosen by. A passage is a run of whole sentences of one article that fits the encoder, and
together with the title a reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from sentencex import get_sentence_boundaries

from index.sentence_borders import mended
from index.types import Article, Passage

Span = tuple[int, int]
TITLE_CHARACTERS = 160  # of a title read before a passage, which the rest of the reader's window belongs to
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_LINE = re.compile(r"\n\s*")
_LINK = re.compile(r"https?://\S{60,}")
_HAS_WORD = re.compile(r"\w")


def paragraphs(text: str) -> list[Span]:
    """Spans of the paragraphs, without the white space around them.

    A line end is the end of a paragraph, unless the text is wrapped at a fixed width: then only a blank line is.
    """
    return _pieces(text, 0, len(text), _BLANK_LINE if _is_wrapped(text) else _LINE)


def _is_wrapped(text: str) -> bool:
    """True when lines are broken at a fixed width (old wire copy, e-mail, narrow columns): most do not end where a
    sentence does, and are 50 to 120 long, or many that follow go on in lower case. A long link is no line."""
    blocks = [block.strip().split("\n") for block in _BLANK_LINE.split(text)]
    pairs = [(one.rstrip(), two.lstrip()) for block in blocks for one, two in pairwise(block) if not _LINK.search(one)]
    inner = [line for line, _ in pairs]
    if len(inner) < 2 or max(map(len, inner)) > 120:
        return False
    long = sum(len(line) >= 50 for line in inner)
    ended = sum(line.endswith((".", "!", "?", "”", '"', ":")) for line in inner)
    goes_on = sum(following[:1].islower() for line, following in pairs if len(line) >= 20)
    return ended <= 0.5 * len(inner) and (long >= 0.6 * len(inner) or (len(inner) > 3 and goes_on >= 0.4 * len(inner)))


def _pieces(text: str, start: int, end: int, between: re.Pattern[str]) -> list[Span]:
    cuts = [(start, start), *(m.span() for m in between.finditer(text, start, end)), (end, end)]
    return [span for (_, a), (b, _) in pairwise(cuts) if (span := _stripped(text, a, b))]


def _stripped(text: str, start: int, end: int) -> Span | None:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    end = start + len(piece.strip())
    return (start, end) if end > start else None


def sentences(text: str) -> list[Span]:
    """Spans of the sentences, in order, without the white space around them; no sentence crosses a paragraph.

    Together they hold every character of the text that is not white space.
    """
    return [span for paragraph in paragraphs(text) for span in _sentences_of(text, *paragraph)]


def _sentences_of(text: str, start: int, end: int) -> list[Span]:
    spans: list[Span] = []
    for boundary in get_sentence_boundaries("en", text[start:end]):
        span = _stripped(text, start + boundary["start_index"], start + boundary["end_index"])
        if span is None:
            continue
        if spans and not _HAS_WORD.search(text, *span):  # a closing quote or dash left alone belongs to what it ends
            spans[-1] = (spans[-1][0], span[1])
        else:
            spans.append(span)
    return mended(text, spans)


class PieceCounter:
    """Counts word pieces by remembering the count of every word seen.

    Word-piece encoders split at white space before anything else, so a text's count is the sum over its words; news
    repeats its words, and a look-up is several times faster than tokenising the text again. Texts without spaces
    come out the same, only slower.
    """

    def __init__(self, count_tokens: Callable[[Sequence[str]], list[int]]) -> None:
        self._count_tokens = count_tokens
        self._known: dict[str, int] = {}

    def __call__(self, texts: Sequence[str]) -> list[int]:
        """The number of word pieces of each text."""
        split = [text.split() for text in texts]
        if len(self._known) > 400_000:  # some 40 MB; odd input must not grow it without end
            self._known.clear()
        new = list({word for words in split for word in words if word not in self._known})
        if new:
            self._known.update(zip(new, self._count_tokens(new), strict=True))
        return [sum(map(self._known.__getitem__, words)) for words in split]


@dataclass(frozen=True)
class Splitter:
    """Cuts articles into passages of at most max_tokens word pieces, title and end marks included."""

    count_tokens: Callable[[Sequence[str]], list[int]]
    max_tokens: int

    @cached_property
    def _count(self) -> PieceCounter:
        return PieceCounter(self.count_tokens)

    def split(self, articles: Sequence[Article]) -> list[list[Passage]]:
        """The passages of each article, in order. Together they hold every sentence once."""
        spans = [sentences(article.text) for article in articles]
        titles = self._count([encoder_title(a.title) for a in articles])
        texts = [a.text[start:end] for a, of in zip(articles, spans, strict=True) for start, end in of]
        counts = iter(self._count(texts))
        made = []
        for article, title, of in zip(articles, titles, spans, strict=True):
            # 3: the two end marks, and one to spare
            room = max(self.max_tokens - 3 - title, 32)
            sized = [piece for span in of for piece in self._fit(article.text, span, next(counts), room)]
            made.append(
                [
                    Passage(
                        id=f"{article.id}:{n}",
                        article_id=article.id,
                        text=article.text[start:end],
                        start=start,
                        end=end,
                    )
                    for n, (start, end) in enumerate(_packed(article.text, sized, room))
                ]
            )
        return made

    def _fit(self, text: str, span: Span, count: int, room: int) -> list[tuple[Span, int]]:
        """The sentence with its count; one too long for the encoder is halved, between words where it can be."""
        if count <= room or span[1] - span[0] < 2:
            return [(span, count)]
        start, end = span
        middle = (start + end) // 2
        space = max(text.rfind(mark, start, middle) for mark in (" ", "\n", "\t"))
        cut = space if space > start else middle
        halves = [half for piece in ((start, cut), (cut, end)) if (half := _stripped(text, *piece))]
        counts = self.count_tokens([text[a:b] for a, b in halves])
        return [p for half, n in zip(halves, counts, strict=True) for p in self._fit(text, half, n, room)]


def _packed(text: str, sized: Sequence[tuple[Span, int]], room: int) -> list[Span]:
    """Runs of sentences of about equal size, none above room; a paragraph's end is preferred as a border.

    Equal rather than full: packing to the brim leaves a last passage of a line or two, which ranks badly.
    """
    total = sum(count for _, count in sized)
    target = total / max(1, -(-total // room))
    runs: list[Span] = []
    size = 0
    for place, (span, count) in enumerate(sized):
        new_paragraph = place > 0 and "\n" in text[sized[place - 1][0][1] : span[0]]
        full = size + count > room or (size >= target and new_paragraph) or size >= 1.15 * target
        if not runs or full:
            runs.append(span)
            size = 0
        else:
            runs[-1] = (runs[-1][0], span[1])
        size += count
    return runs


def encoder_title(title: str) -> str:
    """The title as the encoder and readers see it: a very long one is cut at a word."""
    return title if len(title) <= TITLE_CHARACTERS else title[:TITLE_CHARACTERS].rsplit(" ", 1)[0]
