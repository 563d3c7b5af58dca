"""Standing questions: kept, asked again when articles come, and what changed told by desk, commands, HTTP and feed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import feedparser
import httpx
import pytest

from assistant import Answer, Article, Assistant, Filter, InvalidValue, QuestionNotKept
from assistant.conversations.changes_feed import ATOM, atom
from assistant.conversations.comparing import changed, new_sentences
from assistant.conversations.standing import MOST_KEPT
from assistant.conversations.store import _STEPS, Conversations
from assistant.conversations.types import AnswerChange
from assistant.remote.client import reach
from assistant.samples import folder as samples_folder
from assistant.server import app as server
from assistant.server.access import Access, Scope
from assistant.types import REFUSAL, Agreement, Citation, Statement
from tests.test_cli import newsdesk

DEAD = "How many people died in the Vessa flood?"
SAMPLES = samples_folder()


def said(short: str, *sentences: str) -> Answer:
    """An answer of these sentences, each from an article of its own."""
    citations = tuple(
        Citation(
            number=n,
            article=Article(id=f"a{n}", title=f"Report {n}", publisher="Post"),
            quote=one,
            start=0,
            end=len(one),
        )
        for n, one in enumerate(sentences, 1)
    )
    text = " ".join(f"{one} [{n}]" for n, one in enumerate(sentences, 1))
    statements = tuple(Statement(text=one, citations=(n,)) for n, one in enumerate(sentences, 1))
    return Answer(
        question="How many died?", text=text, statements=statements, citations=citations, short=short, confidence=0.9
    )


DECLINED = Answer(question="How many died?", text=REFUSAL, abstained=True)


@pytest.mark.parametrize(
    ("before", "after", "is_change"),
    [
        (DECLINED, said("nine", "The flood killed nine."), True),
        (said("nine", "The flood killed nine."), DECLINED, True),
        (DECLINED, replace(DECLINED, question="?"), False),
        (said("nine", "The flood killed nine."), said("eleven", "The flood killed eleven."), True),
        (said("eleven", "The flood killed eleven."), said("11 people", "In all, 11 people died in the flood."), False),
        (said("11", "11 people died on 2 June 2024."), said("11", "Of the flood of 4 June, 11 are dead."), False),
        (said("11", "11 died, 40 are missing."), said("11", "11 died, 12 are missing."), True),
        (said("11", "11 died, 40 are missing."), said("11", "11 died."), False),
        (said("4", "4 died."), replace(said("4", "4 died.", "11 died."), agreement=Agreement(differ=True)), True),
        (said("Ines Marlow", "Ines Marlow leads it."), said("Dr. Ines Marlow", "It is led by Dr. Ines Marlow."), False),
        (said("guilty", "He was found guilty."), said("not guilty", "He was found not guilty."), True),
        (said("Ines Marlow", "Ines Marlow leads it."), said("Tom Adeyemi", "Tom Adeyemi leads it."), True),
        (said("", "Talks broke down."), said("", "The strike ends on Monday."), True),
        (said("", "The talks broke down on Monday."), said("", "On Monday the talks broke down."), False),
        (said("", "Talks broke down.", "A vote is due."), said("", "A vote is due."), False),
        (said("", "The union wants 5 percent more."), said("", "The union wants 7 percent more."), True),
    ],
)
def test_an_answer_has_changed_when_its_words_or_its_figure_did(before: Answer, after: Answer, is_change: bool) -> None:
    assert changed(before, after) is is_change


def test_what_is_new_are_the_sentences_that_tell_what_none_did() -> None:
    before, after = said("", "A vote is due."), said("", "A vote is due.", "The mayor resigned.")
    assert new_sentences(before, after) == ("The mayor resigned.",)
    assert new_sentences(DECLINED, after) == ("A vote is due.", "The mayor resigned.")
    assert new_sentences(before, DECLINED) == ()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Assistant]:
    """A desk that knows the flood's first report only."""
    with Assistant.open(tmp_path / "library") as opened:
        opened.add(SAMPLES / "vessa-flood-first.md")
        yield opened


def test_a_kept_question_is_asked_again_when_articles_come_and_tells_both_answers_with_their_sources(
    desk: Assistant,
) -> None:
    kept = desk.watch(DEAD)
    assert kept.answer and "four" in kept.answer.text and not kept.answer.hits
    assert desk.watched() == [kept] and desk.changes() == []
    desk.add(SAMPLES / "vessa-flood-eleven.md")
    (change,) = desk.changes()
    assert (change.question, change.standing, change.number) == (DEAD, kept.id, 1)
    assert change.before == kept.answer and "11" in change.after.short
    for one, title in ((change.before, "kills four"), (change.after, "eleven dead")):
        assert title in one.citations[0].article.title
        source = desk.article(one.citations[0].article.id).text
        assert source[one.citations[0].start : one.citations[0].end] == one.citations[0].quote
    assert change.new and desk.watched()[0].answer == change.after
    desk.add(SAMPLES / "wolves-count.md")  # has nothing to do with it
    desk.add(SAMPLES / "wolves-count.md")
    assert desk.changes(after=change.number) == [] and desk.ask_watched() == []


def test_a_declined_question_that_is_answered_now_has_changed(desk: Assistant) -> None:
    kept = desk.watch("Why did the Bank of Sorrel cut its rate?")
    assert kept.answer and kept.answer.abstained
    desk.add(SAMPLES / "sorrel-bank-cuts.md")
    (change,) = desk.changes()
    assert change.before.abstained and not change.after.abstained and change.after.citations


def test_a_filter_holds_for_the_question_that_is_kept_and_the_same_question_is_kept_once(desk: Assistant) -> None:
    kept = desk.watch(f" {DEAD} ", Filter(since=date(2024, 6, 5)))
    assert desk.watch(DEAD, Filter(since=date(2024, 6, 5))) == kept
    assert desk.watch(DEAD).id != kept.id
    desk.add(SAMPLES / "vessa-flood-eleven.md")
    seen = {change.standing: change.before.abstained for change in desk.changes()}
    assert len(seen) == 2 and seen[kept.id]  # before, no article admitted by its filter answered it


def test_each_owner_has_questions_of_their_own_and_what_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    kept = Conversations(tmp_path / "c.sqlite3").standing
    hers = kept.keep("ann", "Is the quarry open?", Filter(), said("nine", "Of the quarries nine."))
    assert kept.of("bo") == [] and kept.of(None) == [hers]
    assert kept.answered(hers, said("eleven", "Of the quarries eleven."))
    assert kept.answered(hers, said("twelve", "Of the quarries twelve.")) is None  # somebody else was quicker
    assert len(kept.changes("ann")) == 1 and kept.changes("bo") == []
    for attempt in (lambda: kept.stop("bo", hers.id), lambda: kept.get("bo", hers.id)):
        with pytest.raises(QuestionNotKept):
            attempt()
    kept.stop("ann", hers.id)
    assert kept.of("ann") == [] and kept.changes("ann") == []
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"quarr" not in left
    for n in range(MOST_KEPT):
        kept.keep("ann", f"Question {n}?", Filter(), DECLINED)
    with pytest.raises(InvalidValue, match="stop one"):
        kept.keep("ann", "One more?", Filter(), DECLINED)


def test_conversations_of_an_earlier_version_get_room_for_standing_questions(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "c.sqlite3") as old:
        old.executescript(_STEPS[0] + "PRAGMA user_version = 1;")
    opened = Conversations(tmp_path / "c.sqlite3")
    assert opened.standing.keep("", "Why?", Filter(), DECLINED) in opened.standing.of("")


def test_vacuum_leaves_no_answer_that_quotes_a_removed_article(desk: Assistant) -> None:
    desk.watch(DEAD)
    desk.add(SAMPLES / "vessa-flood-eleven.md")
    quoted = {c.article.id for c in desk.changes()[0].before.citations}
    desk.remove(quoted)
    desk.vacuum()
    assert desk.changes() == []
    assert desk.watched()[0].answer is None and desk.watched()[0].asked is None  # it told of the earlier report too
    desk.add(SAMPLES / "vessa-flood-nine.md")
    assert desk.watched()[0].answer and desk.changes() == []  # nothing was there to compare with


def test_a_library_without_standing_questions_makes_no_file_for_them(desk: Assistant, tmp_path: Path) -> None:
    assert desk.watched() == [] and desk.changes() == [] and desk.ask_watched() == []
    assert not (tmp_path / "library" / "conversations.sqlite3").exists()


def test_the_feed_of_changes_is_atom_with_what_is_said_now_and_what_was() -> None:
    before, after = said("nine", "Some & nine died."), said("eleven", "Now <eleven>\x00 died.")
    source = replace(after.citations[0], article=replace(after.citations[0].article, url="https://example.org/a?b=1&c"))
    after = replace(after, citations=(source,))
    change = AnswerChange(7, "s1", "How many died?", datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC), before, after)
    text = atom([change], "http://127.0.0.1:1/v1/standing.atom")
    read = feedparser.parse(text)
    assert not read.bozo and read.version == "atom10"
    (entry,) = read.entries
    assert entry.title == "How many died? eleven, before: nine"
    assert entry.updated == "2025-03-04T05:06:07Z" == read.feed.updated
    assert [one.href for one in entry.links] == ["https://example.org/a?b=1&c"]
    told = entry.content[0].value
    assert told.startswith("Now: Now <eleven>") and "Before: Some & nine died. [1]\n[1] “Report 1”, Post" in told
    names = f"{{{ATOM}}}"
    root = ET.fromstring(text)
    for element in (root, root.find(f"{names}entry")):  # RFC 4287, 4.1: each exactly once
        assert element is not None
        assert [len(element.findall(names + name)) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert element.findtext(f"{names}id", "").startswith("urn:uuid:")
    assert root.findtext(f"{names}author/{names}name") == "Newsdesk"
    empty = feedparser.parse(atom([], "http://127.0.0.1:1/v1/standing.atom"))
    assert not empty.bozo and not empty.entries and empty.feed.updated == "1970-01-01T00:00:00Z"


def test_http_keeps_checks_tells_and_stops_for_each_key_its_own(desk: Assistant, tmp_path: Path) -> None:
    access = Access.open(tmp_path / "access.json")
    keys = [access.add_key(name, list(Scope)) for name in ("ann", "bo")]
    running = server.serve(desk, port=0, access=access, block=False)
    ann, bo = (
        httpx.Client(base_url=running.address, headers={"Authorization": f"Bearer {key}"}, timeout=60) for key in keys
    )
    try:
        made = ann.post("/v1/standing", json={"question": DEAD})
        place = made.headers["location"]
        assert made.status_code == 201 and "four" in made.json()["answer"]["text"]
        assert ann.get("/v1/standing").json() == [ann.get(place).json()] == [made.json()]
        assert bo.get("/v1/standing").json() == [] and bo.get(place).status_code == 404
        assert bo.delete(place).status_code == 404
        assert ann.post("/v1/standing/check").json() == []
        text = (SAMPLES / "vessa-flood-eleven.md").read_text(encoding="utf-8").split("---")[2]
        later = {
            "title": "Vessa flood: eleven dead",
            "text": text,
            "published": "2024-06-09",
            "publisher": "Capital Ledger",
        }
        job = ann.post("/v1/articles", json={"articles": [later]}).headers["location"]
        while ann.get(job).json()["state"] in ("waiting", "running"):
            pass
        (change,) = ann.get("/v1/standing/changes").json()
        assert "four" in change["before"]["text"] and "11" in change["after"]["text"] and change["number"] == 1
        assert ann.get("/v1/standing/changes", params={"after": 1}).json() == []
        feed = ann.get("/v1/standing.atom")
        assert feed.headers["content-type"].startswith("application/atom+xml")
        assert [entry.title for entry in feedparser.parse(feed.text).entries] == [f"{DEAD} 11, before: four"]
        assert feedparser.parse(bo.get("/v1/standing.atom").text).entries == []
        assert httpx.get(f"{running.address}/v1/standing.atom").status_code == 401
        assert ann.delete(place).status_code == 204 and ann.get("/v1/standing/changes").json() == []
    finally:
        running.stop()
        ann.close()
        bo.close()


def test_the_desk_of_another_process_keeps_questions_too(desk: Assistant, tmp_path: Path) -> None:
    running = server.serve(desk, port=0, block=False)
    try:
        there = reach(tmp_path / "library")
        assert there is not None
        kept = there.watch(DEAD, Filter(until=date(2025, 1, 1)))
        assert there.watched() == [kept] == desk.watched()
        there.add(SAMPLES / "vessa-flood-eleven.md")
        assert there.changes() == desk.changes() != [] and there.ask_watched() == []
        assert there.changes(after=1) == []
        there.unwatch(kept.id)
        with pytest.raises(QuestionNotKept, match="newsdesk watch"):
            there.unwatch(kept.id)
    finally:
        running.stop()


def test_the_command_keeps_lists_checks_and_stops(tmp_path: Path) -> None:
    library = tmp_path / "library"
    newsdesk("add", SAMPLES / "vessa-flood-first.md", "-l", library)
    assert not (library / "conversations.sqlite3").exists()
    out = newsdesk("watch", "-l", library).stdout
    assert out.startswith("no question is kept")
    out = newsdesk("watch", DEAD, "-l", library).stdout
    assert "four" in out and "https://example.org/northern-wire/vessa-flood-first" in out
    out = newsdesk("watch", "--check", "-l", library).stdout
    assert out == "nothing changed\n"
    out = newsdesk("add", SAMPLES / "vessa-flood-eleven.md", "-l", library).stdout
    assert f": {DEAD}\n    now 11" in out and "    was four" in out
    out = newsdesk("watch", "--changes", "--json", "-l", library).stdout
    assert [one["question"] for one in json.loads(out)] == [DEAD]
    out = newsdesk("watch", "--list", "--json", "-l", library).stdout
    (kept,) = json.loads(out)
    assert kept["question"] == DEAD and kept["answer"]["short"] == "11"
    newsdesk("watch", DEAD, "--list", "-l", library, code=2)
    newsdesk("watch", "--stop", DEAD, "-l", library)
    error = newsdesk("watch", "--stop", kept["id"], "-l", library, code=1).stderr
    assert "no standing question" in error


def test_what_a_followed_feed_brings_is_told_after_refresh(tmp_path: Path) -> None:
    from tests.site import serving

    library = tmp_path / "library"
    with serving() as web:
        item = "<item><title>{0}</title><link>{1}</link></item>"

        def page(name: str, headline: str) -> str:
            body = (SAMPLES / name).read_text(encoding="utf-8").split("---")[2].strip().split("\n\n")
            told = "".join(f"<p>{one}</p>" for one in body)
            return item.format(
                headline, web.put(f"/{name}", f"<html><article><h1>{headline}</h1>{told}</article></html>")
            )

        first = page("vessa-flood-first.md", "Vessa valley flood kills four")
        feed = "<rss version='2.0'><channel><title>Wire</title>{0}</channel></rss>"
        address = web.put("/feed", feed.format(first), "application/rss+xml")
        newsdesk("follow", address, "-l", library, "--allow-host", "127.0.0.1")
        newsdesk("watch", DEAD, "-l", library)
        web.put(
            "/feed",
            feed.format(first + page("vessa-flood-eleven.md", "Vessa flood: search ends with eleven dead")),
            "application/rss+xml",
        )
        out = newsdesk("refresh", "-l", library, "--allow-host", "127.0.0.1").stdout
        assert f": {DEAD}\n    now " in out and "11 people" in out
