"""Questions worth asking: first ones from what is in the library, follow-ups from what an answer left open.

Each is made of an article's own sentence (question_making) and asked on the quiet: it is offered when the library
answers it, surely enough, and from that article. There is a budget of time; what is not found within it is not offered.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from assistant.answer.confidence import confidence
from assistant.answer.overview import leads
from assistant.answer.question_writing import KINDS, Made, questions_of, topic_in
from assistant.question.topic import topic_of
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.quotation_source import origin
from assistant.types import Answer
from index.library import Library
from index.passages import sentences
from index.types import Article, Filter

LEAST_CONFIDENCE = 0.6  # confidence from which a question is offered: well above the one at which an answer is declined
FIRST_SECONDS, FOLLOWING_SECONDS = 4.0, 2.0
NEWEST_ARTICLES = 60  # newest articles that first questions are made of
TELLING = 4  # of KINDS: these come before "Who is …?" and "What is the latest on …?"
NAMED = 2  # times that an article, with its title, names what it is said to be about
MOST_READ = 6000  # characters of an article: news puts what matters first
Search = Callable[[str, int, Filter], Evidence]  # words to passages


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A question, the article and the sentence it was made of (its place in the text)."""

    made: Made
    article_id: str
    start: int
    end: int


def first_questions(library: Library, search: Search, where: Filter, count: int) -> tuple[str, ...]:
    """At most `count` questions about the newest articles that pass the filter, each about another article."""
    articles = library.listing("", where, "date", True, 0, NEWEST_ARTICLES).articles
    offered: list[_Candidate] = []
    until = time.monotonic() + FIRST_SECONDS
    of_articles = [_of_article(library, article) for article in articles]
    telling = [[one for one in of if one.made.kind in KINDS[:TELLING]] for of in of_articles]
    others = [[one for one in of if one.made.kind not in KINDS[:TELLING]] for of in of_articles]
    for candidate in chain(_in_turn(telling, offered), _in_turn(others, offered)):
        if len(offered) == count or time.monotonic() > until:
            break
        if _answered(library, search, candidate, where):
            offered.append(candidate)
    return tuple(candidate.made.question for candidate in offered)


def _in_turn(articles: Sequence[list[_Candidate]], offered: Sequence[_Candidate]) -> Iterator[_Candidate]:
    """The candidates of the articles in turn, none about what was offered already; kinds not offered yet come first."""
    left = [candidates for candidates in articles if candidates]
    while left:
        for candidates in left:
            about = [names_in(one.made.question) for one in offered]
            kinds = [one.made.kind for one in offered]
            candidates[:] = [
                one for one in candidates if not any(names_in(one.made.question) & names for names in about)
            ]
            candidates.sort(key=lambda one: kinds.count(one.made.kind))
            if candidates:
                yield candidates.pop(0)
        left = [candidates for candidates in left if candidates]


def names_in(question: str) -> frozenset[str]:
    """The capitalised words of a question, its first word left out."""
    return frozenset(re.findall(r"(?<=\s)[A-Z][\w-]+", question))


def following_questions(library: Library, search: Search, answer: Answer, count: int) -> tuple[str, ...]:
    """At most `count` questions about what the cited articles tell besides; of a refusal, about the nearest articles.

    What the question asked or the answer said is not asked again.
    """
    cited = [*(c.article for c in answer.citations), *(hit.article for hit in answer.hits[:3])]
    spans = [(c.article.id, c.start, c.end) for c in answer.citations]
    asked = frozenset(library.stems(answer.question))
    offered: list[str] = []
    until = time.monotonic() + FOLLOWING_SECONDS
    made = [_of_article(library, article) for article in {a.id: a for a in cited}.values()]
    seen: set[str] = set()
    for candidate in (one for turn in _zipped(made) for one in turn):
        if len(offered) == count or time.monotonic() > until:
            break
        question = candidate.made.question
        said = any(i == candidate.article_id and s < candidate.end and candidate.start < e for i, s, e in spans)
        new = frozenset(library.stems(question)) - asked
        if question in seen or (said and candidate.made.kind != "who") or len(new) < 2 or candidate.made.kind in seen:
            continue
        if _answered(library, search, candidate, answer.searched.where):
            offered.append(question)
            seen |= {question, candidate.made.kind}
    return tuple(offered)


def _zipped(of: Sequence[Sequence[_Candidate]]) -> Iterator[Sequence[_Candidate]]:
    for place in range(max(map(len, of), default=0)):
        yield [candidates[place] for candidates in of if place < len(candidates)]


def _of_article(library: Library, article: Article) -> list[_Candidate]:
    """The questions an article's sentences answer, those of its beginning first, each once."""
    text = library.article(article.id).text[:MOST_READ]
    topic = topic_in(article.title)
    found: dict[str, _Candidate] = {}
    for start, end in sentences(text):
        for made in questions_of(text[start:end], topic):
            if not _names_what_is_told(made, topic, f"{article.title}\n{text}"):
                continue
            found.setdefault(made.question, _Candidate(made, article.id, start, end))
    latest = Made(f"What is the latest on {topic}?", "latest")
    if topic and _names_what_is_told(latest, topic, f"{article.title}\n{text}"):
        found.setdefault(latest.question, _Candidate(latest, article.id, 0, 0))
    return sorted(found.values(), key=lambda one: KINDS.index(one.made.kind))


def _names_what_is_told(made: Made, topic: str, text: str) -> bool:
    """Whether what the question names is never a common word of the text, and what it is about is named in it more than
    once: "No" of a title is neither a person nor a thing."""
    plain = made.question.partition("“")[0]
    words = Counter(re.findall(r"[\w-]+", text))
    about = names_in(f"about {topic}") if made.kind in ("words", "latest") else frozenset()
    return not any(words[name.lower()] for name in names_in(plain)) and all(words[name] >= NAMED for name in about)


def _answered(library: Library, search: Search, candidate: _Candidate, where: Filter) -> bool:
    """Whether the library answers a question surely enough, and from the sentence it was made of or beside it."""
    question = candidate.made.question
    if candidate.made.kind == "quote":
        return origin(library, question.partition("“")[2].partition("”")[0], where) is not None
    if topic := topic_of(question):
        chosen, sure = leads(library, topic, search(topic.text, 20, where))
        return sure >= LEAST_CONFIDENCE and len(chosen) > 1
    evidence = search(question, 20, where)
    if confidence(evidence) < LEAST_CONFIDENCE:
        return False
    first = evidence.candidates[:3]
    return any(c.article.id == candidate.article_id for c in first)
