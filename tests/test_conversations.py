"""Conversations: each person's own, kept, found, exported, rated, and deleted so that nothing is left."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from assistant import Answer, Article, Assistant, Filter, InvalidValue
from assistant.conversations.store import Conversations
from assistant.evaluation import evaluate, read_questions
from assistant.json_codec import as_json
from assistant.types import Citation, Searched, Statement
from index.errors import ConversationNotFound
from tests.test_cli import newsdesk

QUOTE = "The bridge <b>at Lowmere</b> [is] *closed*."
TO_QUOTE = "https://example.org/a?b=1&c=%3C2%3E#:~:text=The%20bridge%20%3Cb%3Eat%20Lowmere%3C%2Fb%3E%20%5Bis%5D%20%2Aclosed%2A."
HOSTILE = Article(
    id="a1", title='<script>alert("1")</script> [x](y)', url="https://example.org/a?b=1&c=<2>", publisher="Post & Co",
    published=date(2025, 3, 4),  # type: ignore[arg-type]
)  # fmt: skip


def answer(question: str, quote: str = QUOTE, of: Article = HOSTILE) -> Answer:
    return Answer(
        question=question,
        text=f"{quote} [1]",
        statements=(Statement(text=quote, citations=(1,)),),
        citations=(Citation(number=1, article=of, quote=quote, start=10, end=10 + len(quote)),),
        confidence=0.9,
        searched=Searched(articles=3, where=Filter(since=date(2025, 1, 1))),
    )


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    opened = Conversations(tmp_path / "conversations.sqlite3")
    yield opened
    opened.close()


def test_a_conversation_is_kept_as_it_was_and_named_after_its_first_question(tmp_path: Path) -> None:
    kept = Conversations(tmp_path / "c.sqlite3")
    where = Filter(since=date(2025, 1, 2), publishers=("The Meridian",), article_ids=("a1",))
    begun = kept.start("ann", where)
    asked = [answer("Why is  the bridge closed?"), answer("and when " + "was it " * 30)]
    recorded = [kept.record("ann", begun.id, one) for one in asked]
    kept.close()
    again = Conversations(tmp_path / "c.sqlite3").get("ann", begun.id)
    assert again.title == "Why is the bridge closed?" and again.where == where
    assert [e.answer for e in again.exchanges] == asked
    assert again.exchanges == tuple(recorded) and [t.answer for t in again.turns] == asked
    assert again.exchanges[0].asked.tzinfo is not None and again.changed >= again.created


def test_each_owner_has_conversations_of_their_own(kept: Conversations) -> None:
    hers, his = kept.start("ann"), kept.start("bo")
    exchange = kept.record("ann", hers.id, answer("Why?"))
    kept.record("bo", his.id, answer("When?"))
    assert [s.title for s in kept.list("ann")[0]] == ["Why?"]
    for attempt in (
        lambda: kept.get("bo", hers.id),
        lambda: kept.record("bo", hers.id, answer("x")),
        lambda: kept.replace("bo", exchange.id, answer("x")),
        lambda: kept.truncate("bo", hers.id),
        lambda: kept.rename("bo", hers.id, "mine"),
        lambda: kept.filter("bo", hers.id, Filter()),
        lambda: kept.rate("bo", exchange.id, 1),
        lambda: kept.delete("bo", hers.id),
        lambda: kept.export_html("bo", hers.id),
        lambda: kept.shared("guessed"),
    ):
        with pytest.raises(ConversationNotFound):
            attempt()
    assert kept.get("ann", hers.id).exchanges == (exchange,)
    assert kept.shared(exchange.id) == exchange  # whoever was given its id
    assert len({hers.id, his.id, exchange.id}) == 3 and len(exchange.id) > 20


def test_conversations_are_listed_the_last_changed_first_page_by_page_and_by_words(kept: Conversations) -> None:
    for n in range(5):
        kept.record("", kept.start("").id, answer(f"Question {n} about the ÉLAN?"))
    kept.start("")  # nothing asked yet: not listed
    summaries, total = kept.list("", limit=2, offset=1)
    assert [s.title for s in summaries] == ["Question 3 about the ÉLAN?", "Question 2 about the ÉLAN?"] and total == 5
    assert summaries[0].questions == 1
    assert [s.title[9] for s in kept.list("", "élan 4")[0]] == ["4"]
    kept.rename("", summaries[0].id, "The  tram")
    assert [s.title for s in kept.list("", "TRAM")[0]] == ["The tram"]
    assert kept.list("", "lowmere")[1] == 5 and kept.list("", "%")[1] == 0
    with pytest.raises(InvalidValue):
        kept.rename("", summaries[0].id, " ")


def test_an_answer_is_replaced_and_what_follows_an_edited_question_is_dropped(kept: Conversations) -> None:
    talk = kept.start("").id
    first, second, _ = (kept.record("", talk, answer(f"{n}?")) for n in range(3))
    kept.rate("", first.id, -1)
    changed = kept.replace("", first.id, answer("0 again?"))
    assert (changed.id, changed.question, changed.thumb) == (first.id, "0 again?", 0)
    kept.truncate("", talk, second.id)
    assert [e.question for e in kept.get("", talk).exchanges] == ["0 again?", "1?"]
    kept.truncate("", talk)
    assert kept.get("", talk).exchanges == () and kept.get("", talk).title == ""
    kept.record("", talk, answer("Anew?"))
    assert kept.get("", talk).title == "Anew?"
    kept.filter("", talk, Filter(publishers=("P",)))
    assert kept.get("", talk).where == Filter(publishers=("P",))


def test_nothing_of_a_deleted_conversation_is_left_in_any_file(desk: Assistant, tmp_path: Path) -> None:
    talks = desk.conversations
    other = talks.start("")
    talks.record("", other.id, answer("Is this one kept?"))
    doomed = talks.start("")
    for _ in range(40):  # more than one page of the file
        talks.record("", doomed.id, answer("Is the quizzaciously kept duck found?", "Umbriferous ducks are found."))
    for word in (b"quizzaciously", b"mbriferous"):
        assert any(word in file.read_bytes() for file in files_of(tmp_path))
    others = threading.Barrier(2)
    reader = threading.Thread(target=lambda: (talks.list("", "quizzaciously"), others.wait(30), others.wait(30)))
    reader.start()
    others.wait(30)  # another thread has its own connection open while this one deletes
    talks.delete("", doomed.id)
    for word in (b"quizzaciously", b"mbriferous"):
        assert not [f for f in files_of(tmp_path) if word in f.read_bytes()]
    others.wait(30)
    reader.join()
    assert talks.list("")[1] == 1
    exchange = talks.record("", other.id, answer("Is the quizzaciously edited question gone?"))
    talks.replace("", exchange.id, answer("Is it?"))
    talks.record("", other.id, answer("And this quizzaciously dropped one?"))
    talks.truncate("", other.id, exchange.id)
    assert not [f for f in files_of(tmp_path) if b"quizzaciously" in f.read_bytes()]


def files_of(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def test_several_threads_may_ask_at_once(kept: Conversations) -> None:
    talks = [kept.start(f"p{n}").id for n in range(6)]

    def ask(n: int) -> None:
        for turn in range(8):
            kept.record(f"p{n}", talks[n], answer(f"{n} {turn}"))
            kept.list(f"p{n}", "lowmere")

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(6)]
    [t.start() for t in threads], [t.join() for t in threads]
    for n, talk in enumerate(talks):
        assert [e.question for e in kept.get(f"p{n}", talk).exchanges] == [f"{n} {turn}" for turn in range(8)]


def test_half_a_character_in_a_question_breaks_nothing(kept: Conversations) -> None:
    talk = kept.start("\ud800").id
    kept.record("\ud800", talk, answer("Why \ud800 so?"))
    assert kept.get("\ud800", talk).title == "Why ? so?"
    assert kept.export_html("\ud800", talk).encode() and kept.export_markdown("\ud800", talk).encode()


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_html_export_is_one_file_with_every_quote_in_its_place(kept: Conversations) -> None:
    talk = kept.start("", Filter(publishers=("Post & Co",))).id
    kept.record("", talk, answer("Why <i>is</i> it closed?"))
    kept.record("", talk, Answer(question="Who?", text="The articles in this library do not say.", abstained=True))
    html = kept.export_html("", talk)
    read = Tags()
    read.feed(html)
    assert {tag for tag, _ in read.tags} <= {
        *"html head meta title style body main h1 h2 p section ol li a br span blockquote".split()
    }
    assert [a["href"] for tag, a in read.tags if tag == "a"] == ["#q1-1", TO_QUOTE]
    assert not any({"src", "onclick", "onload"} & set(a) for _, a in read.tags)
    for said in (QUOTE, HOSTILE.title, "Post & Co", "4 March 2025", f"characters 10 to {10 + len(QUOTE)}", "a1"):
        assert said in read.text, said
    assert "Why <i>is</i> it closed?" in read.text and "do not say" in read.text
    assert not re.search(r"url\(|@import|<script|<img|<link", html)


def test_the_markdown_export_shows_every_quote_and_reads_no_sign_of_an_article_as_its_own(kept: Conversations) -> None:
    talk = kept.start("").id
    kept.record("", talk, answer("# Why?"))
    text = kept.export_markdown("", talk)
    assert "## \\# Why?" in text and "[1]" in text
    assert "> “The bridge \\<b\\>at Lowmere\\</b\\> \\[is\\] \\*closed\\*.”" in text
    assert f"<{TO_QUOTE}>" in text and f"characters 10 to {10 + len(QUOTE)}" in text
    assert not re.search(r"(?<!\\)<script", text) and not re.search(r"(?<!\\)\](?:\(|:)", text)
    tricked = answer("Why?", "See [1](javascript:alert(1)) and [2]: http://x.")
    kept.record("", talk, tricked)
    assert not re.search(r"(?<!\\)\](?:\(|:)", kept.export_markdown("", talk))


def test_thumbs_become_an_evaluation_set_that_evaluate_reads(desk: Assistant, tmp_path: Path) -> None:
    talks = desk.conversations
    talk = talks.start("ann").id
    where = Filter(since=date(2025, 1, 1))
    good = desk.ask("Who is the chief engineer of the county at the Lowmere bridge?", where=where)
    follow = desk.ask("and how long will the work take there?", turns=talks.get("ann", talk).turns)
    none = desk.ask("Who won the cup in Norland?")
    assert none.abstained and not good.abstained and not follow.abstained
    for said, thumb in ((good, 1), (follow, -1), (none, 1), (good, 0)):
        exchange = talks.record("ann", talk, said)
        talks.rate("ann", exchange.id, thumb)
    refused = talks.record("bo", talks.start("bo").id, replace(none, question="Who baked it?"))
    talks.rate("bo", refused.id, -1)
    rows = talks.feedback()
    assert [row.kind for row in rows] == ["answerable", "disputed", "unsupported", "wrongly_refused"]
    assert rows[0].gold_articles == (good.citations[0].article.id,) and rows[0].since == date(2025, 1, 1)
    evidence = rows[0].evidence[0]
    assert desk.article(str(evidence["article"])).text[evidence["start"] : evidence["end"]] == evidence["quote"]
    assert "Lowmere bridge" in rows[1].question and rows[1].asked.startswith("and how long")
    with pytest.raises(InvalidValue):
        talks.rate("ann", exchange.id, 2)
    desk.close()
    out = tmp_path / "feedback.jsonl"
    done = newsdesk("feedback", "--export", out, "-l", tmp_path / "library")
    assert done.stdout.startswith("2 up, 2 down, written to")
    assert [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()] == as_json(list(rows))
    questions = read_questions(out)
    assert questions[0].where == where
    with Assistant.open(tmp_path / "library") as again:
        figures = evaluate(again, questions).figures
    assert figures["answer_accuracy"] == 1.0 and figures["refusals_unsupported"] == 1.0
    assert figures["wrong_again"] == 1.0  # nothing has been learned yet
