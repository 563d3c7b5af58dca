"""Answers about the library itself: how many articles there are, which, what is new, a summary, a timeline.

Made of the listing and of the articles' first sentences, each cited, since news puts what matters first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answer.overview import opening_sentences
from assistant.answer.timeline import Timeline
from assistant.english.lexicon import SAME_NAMES
from assistant.question.filters import days_in_words
from assistant.question.library_question import LibraryQuestion, Wants
from assistant.types import Answer, Citation, Searched, Statement
from index.errors import DamagedLibrary
from index.library import Library
from index.stores.listing import MOST_ROWS, Listing
from index.types import Article, Filter

LISTED_ARTICLES = 8  # articles that are listed with a sentence of each; the rest are counted
NEWEST = 5  # articles that stand for a whole library, or for its news
SUMMARY = 3  # sentences of a summary
MOST_SAID_ROWS = 12  # of a timeline that is said as an answer
OpenTimeline = Callable[[str, Filter], Timeline]


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence to be said with its place. lead: what stands before it: the title, or a day."""

    lead: str
    article: Article
    start: int
    end: int
    quote: str


def about_library(
    library: Library, question: str, asked: LibraryQuestion, searched: Searched, timeline: OpenTimeline
) -> Answer | None:
    """The answer to a question about the library; None where nothing in it is about the topic."""
    where = searched.where
    if asked.wants is Wants.TIMELINE:
        rows = [(row, row.citation) for row in timeline(asked.topic, where).rows[:MOST_SAID_ROWS]]
        lines = [_Line(f"{row.day:%-d %B %Y}: ", c.article, c.start, c.end, c.quote) for row, c in rows]
        return _answer(question, "", lines, searched) if rows else None
    newest_first = asked.wants is not Wants.OLDEST
    listing = _listing(library, asked.topic, where, newest_first)
    if not listing.total:
        return None
    if asked.wants is Wants.PUBLISHERS:
        return _answer(question, _publishers(library, where), [], searched)
    if asked.wants in (Wants.OLDEST, Wants.NEWEST):
        first = next((article for article in listing.articles if article.day), listing.articles[0])
        return _answer(question, "", list(_first(library, first)), searched)
    if asked.wants is Wants.SUMMARY:
        return _answer(question, "", list(_summary(library, listing.articles[0])), searched)
    most = LISTED_ARTICLES if asked.topic else NEWEST
    lines = [line for article in listing.articles[:most] for line in _first(library, article)]
    return _answer(question, _told(library, asked, listing.total, len(lines), searched), lines, searched)


def _listing(library: Library, topic: str, where: Filter, newest_first: bool) -> Listing:
    """The articles about a topic, under whichever way its name is written: Zelensky or Zelenskyy."""
    names = next((same for same in SAME_NAMES if topic.casefold() in [one.casefold() for one in same]), (topic,))
    found = [library.listing(name, where, "date", newest_first, 0, MOST_ROWS if len(names) > 1 else LISTED_ARTICLES)
             for name in names]  # fmt: skip
    if len(found) == 1:
        return found[0]
    articles = {article.id: article for listing in found for article in listing.articles}
    ordered = sorted(articles.values(), key=lambda one: (one.day is not None, one.day), reverse=newest_first)
    return Listing(total=len(articles), articles=tuple(ordered[:LISTED_ARTICLES]))


def _publishers(library: Library, where: Filter) -> str:
    """How many publishers there are, and each with its number of articles."""
    found = [(name, library.count(replace(where, publishers=(name,)))) for name in library.publishers()]
    named = [(name, count) for name, count in found if count]
    listed = ", ".join(f"{name} ({count})" for name, count in sorted(named, key=lambda one: -one[1]))
    return (
        f"There {'is 1 publisher' if len(named) == 1 else f'are {len(named)} publishers'}: {listed}."
        if named
        else ("The articles name no publisher.")
    )


def _told(library: Library, asked: LibraryQuestion, total: int, shown: int, searched: Searched) -> str:
    """What is said of the articles as a whole, before the first of them."""
    noun = "article" if total == 1 else "articles"
    days = days_in_words(searched.where)
    within = f" ({days})" if days else ""
    if asked.topic:
        verb = "mentions" if total == 1 else "mention"
        whole = f"{total} {noun} {verb} “{asked.topic}”{within}"
    elif asked.wants is Wants.NEWS:
        whole = f"{total} {noun}{within}"
    else:
        publishers = len(library.publishers())
        whole = f"There {'is' if total == 1 else 'are'} {total} {noun}{within}"
        whole += f" by {publishers} publishers" if publishers > 1 and not searched.where.publishers else ""
    if not shown:
        return f"{whole}."
    return f"{whole}: " if shown == total else f"{whole}; the newest {'is' if shown == 1 else 'are'}: "


def _first(library: Library, article: Article) -> Iterator[_Line]:
    """An article's title and its first sentence; nothing where its text cannot be read."""
    for line in _sentences(library, article, 1):
        source = ", ".join(
            part for part in (article.publisher, f"{article.day:%-d %B %Y}" if article.day else "") if part
        )
        named = f"“{article.title or 'Untitled'}”" + (f" ({source})" if source else "")
        yield _Line(f"{named}: ", line.article, line.start, line.end, line.quote)


def _summary(library: Library, article: Article) -> Iterator[_Line]:
    return _sentences(library, article, SUMMARY)


def _sentences(library: Library, article: Article, most: int) -> Iterator[_Line]:
    try:
        text = library.article(article.id).text
    except DamagedLibrary:
        return
    for start, end in opening_sentences(text)[:most]:
        yield _Line("", article.without_text(), start, end, text[start:end])


def _answer(question: str, told: str, lines: Sequence[_Line], searched: Searched) -> Answer:
    statements = tuple(
        Statement(text=f"{x.lead}{' '.join(x.quote.split())}", citations=(n,)) for n, x in enumerate(lines, 1)
    )
    citations = tuple(
        Citation(number=n, article=x.article.without_text(), quote=x.quote, start=x.start, end=x.end)
        for n, x in enumerate(lines, 1)
    )
    text = told + " ".join(f"{s.text} [{s.citations[0]}]" for s in statements)
    return Answer(
        question=question,
        text=text,
        statements=statements,
        citations=citations,
        abstained=False,
        confidence=1.0,
        searched=searched,
    )
