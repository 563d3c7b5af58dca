"""An event that is named as a time is dated by the articles."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from assistant import Article, Assistant, Filter
from assistant.question.event_dates import find_event


@pytest.mark.parametrize(
    ("question", "name", "before"),
    [
        ("What has the mayor promised since the election?", "election", False),
        ("what did Lowmere spend in the weeks after the harbour flood", "harbour flood", False),
        ("Who resigned in the days before the vote?", "vote", True),
        ("Since the collapse of the bridge, who has paid?", "collapse of the bridge", False),
        ("What is the highest price since the war?", None, None),
        ("What happened after the election?", None, None),
        ("What has been built since 2019?", None, None),
        ("Who has been in prison since the age of 18?", None, None),
    ],
)
def test_only_what_says_when_is_an_event(question: str, name: str | None, before: bool | None) -> None:
    found = find_event(question)
    assert (found and found.name, found and found.before) == (name, before)


def articles() -> list[Article]:
    rows = (
        ("a", "2025-05-01", "Before the vote", "Mayor Ines Marlow promised a new tram before the election."),
        ("b", "2025-05-07", "Marlow wins", "Ines Marlow won Tuesday's election in Lowmere with 52 per cent."),
        ("c", "2025-05-09", "The count", "In the May 6 election some 40,000 people voted, the council said."),
        ("d", "2025-05-20", "A promise", "Mayor Ines Marlow promised on Tuesday to rebuild the swimming hall."),
        ("e", "2025-05-21", "Older times", "The election on 9 March 1998 was the closest that Lowmere ever saw."),
    )
    return [
        Article(id=i, title=t, text=text, published=datetime.fromisoformat(d)) for i, d, t, text in rows
    ]  # fmt: skip


def test_since_the_election_searches_from_its_day_on_and_says_so(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add(articles())
        answer = desk.ask("What has Mayor Ines Marlow promised since the election?")
        assert answer.searched.where.since == datetime(2025, 5, 6).date() and answer.searched.articles == 4
        cited = [c.article.id for c in answer.citations]
        assert cited[0] == "d" and "a" not in cited
        assert "since 6 May 2025" in answer.searched.note
        earlier = desk.ask("What did Mayor Ines Marlow promise in the weeks before the election?")
        assert earlier.searched.where.until == datetime(2025, 5, 5).date() and earlier.citations[0].article.id == "a"
        unknown = desk.ask("What has Mayor Ines Marlow promised since the coronation?")
        assert unknown.searched.where == Filter() and "“coronation”" in unknown.searched.note
