"""Answers as JSON and back: nothing is lost, and what is no answer is refused."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Answer, Article, Assistant, Filter, InvalidValue
from assistant.json_codec import answer_from, as_json, filter_from
from assistant.types import Agreement, Citation, Searched, Statement
from index.types import Hit, Passage

texts = st.text(max_size=20)
said = texts.filter(str.strip)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=zones)
articles = st.builds(
    Article, id=texts, title=texts, url=st.none() | texts, publisher=st.none() | texts,
    authors=st.lists(texts, max_size=2).map(tuple), published=st.none() | moments,
    pages=st.sampled_from(((), (0, 5, 9))),
)  # fmt: skip
days = st.none() | st.dates()
filters = st.tuples(days, days, st.lists(texts, max_size=2), st.lists(texts, max_size=2), st.booleans()).map(
    lambda f: Filter(*sorted(d for d in f[:2] if d) if all(f[:2]) else f[:2], tuple(f[2]), tuple(f[3]), f[4])
)
citations = st.builds(
    lambda n, a, q, at: Citation(number=n, article=a, quote=q, start=at, end=at + len(q)),
    st.integers(1, 9),
    articles,
    said,
    st.integers(0, 99),
)
passages = st.builds(
    lambda t, at: Passage(id="a:0", article_id="a", text=t, start=at, end=at + len(t)), said, st.integers(0, 99)
)
answers = st.builds(
    Answer,
    question=texts,
    text=texts,
    statements=st.lists(
        st.builds(Statement, text=texts, citations=st.just((1,)), supported=st.booleans(), problem=texts), max_size=2
    ).map(tuple),
    citations=st.lists(citations, max_size=2).map(tuple),
    abstained=st.just(False),
    confidence=st.floats(0, 1),
    searched=st.builds(Searched, articles=st.integers(0, 9), where=filters, pending=st.integers(0, 9)),
    hits=st.lists(st.builds(Hit, passage=passages, article=articles, score=st.floats(-1e6, 1e6)), max_size=2).map(
        tuple
    ),
    model=texts,
    note=texts,
    agreement=st.builds(Agreement, articles=st.integers(1, 3), others=st.lists(articles, max_size=1).map(tuple)),
)


@given(answers)
def test_an_answer_comes_back_from_json_as_it_was(answer: Answer) -> None:
    back = answer_from(json.loads(json.dumps(as_json(answer))))
    assert back == answer
    assert [c.article.day for c in back.citations] == [c.article.day for c in answer.citations]


@given(filters)
def test_a_filter_comes_back_from_json_as_it_was(where: Filter) -> None:
    assert filter_from(json.loads(json.dumps(as_json(where)))) == where


def test_a_real_answer_comes_back(samples: Assistant) -> None:
    for question in ("what are Putin's ceasefire conditions", "what did Macron say about the ceasefire"):
        answer = samples.ask(question)
        assert answer_from(json.loads(json.dumps(as_json(answer)))) == answer


def test_what_is_no_answer_is_refused_and_a_newer_ones_fields_are_passed_over() -> None:
    with pytest.raises(InvalidValue, match="confidence"):
        answer_from({"question": "q", "text": "t", "confidence": 3})
    with pytest.raises(InvalidValue, match="the whole"):
        answer_from([])
    assert answer_from({"question": "q", "text": "t", "later": 1}) == Answer(question="q", text="t")
