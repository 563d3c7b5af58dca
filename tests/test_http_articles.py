"""Articles, jobs and conversations over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant import Article, Assistant
from assistant.json_codec import as_json
from assistant.samples import folder as samples_folder
from assistant.server.access import Scope
from tests.test_http import QUESTION, events, served


@pytest.fixture
def api(desk: Assistant) -> Iterator[httpx.Client]:
    with served(desk) as (running, _), httpx.Client(base_url=running.address, timeout=60) as client:
        yield client


def finished(api: httpx.Client, started: httpx.Response) -> dict[str, Any]:
    """The job that a request started, when it has ended."""
    assert started.status_code == 202, started.text
    *_, (name, job) = events(api.get(f"{started.headers['location']}/events"))
    assert name == "job" and job == api.get(started.headers["location"]).json()
    return job  # type: ignore[no-any-return]


def test_articles_are_listed_in_pages_and_by_filter(api: httpx.Client, desk: Assistant) -> None:
    first = api.get("/v1/articles", params={"limit": 2}).json()
    rest = api.get("/v1/articles", params={"limit": 2, "offset": 2}).json()
    assert first["total"] == rest["total"] == 3
    assert [a["id"] for a in first["articles"] + rest["articles"]] == [a.id for a in desk.articles()]
    assert "text" not in first["articles"][0]
    found = api.get("/v1/articles", params={"publisher": "The Meridian", "since": "2025-03-01", "words": "comet"})
    assert [a["title"] for a in found.json()["articles"]] == ["Comet Okafor photographed"]
    by_title = api.get("/v1/articles", params={"sort": "title", "order": "ascending"}).json()["articles"]
    assert [a["title"] for a in by_title] == sorted(a["title"] for a in by_title)
    assert api.get("/v1/articles", params={"limit": 0}).json()["detail"].startswith("query.limit")


def test_an_article_is_read_whole_whatever_its_id(api: httpx.Client, desk: Assistant) -> None:
    odd = Article(id="a/b c?é", text="The quarry at Veltham is closed. It had 40 workers.")
    desk.add([odd])
    assert api.get("/v1/articles/a%2Fb%20c%3F%C3%A9").json() == as_json(odd)
    assert api.get("/v1/articles/none").status_code == 404


def test_articles_given_as_json_are_added_and_removed(api: httpx.Client) -> None:
    body = {
        "articles": [{"id": "kite", "title": "Kites", "text": "A kite festival in Astrup drew 900 kites on Sunday."}]
    }
    job = finished(api, api.post("/v1/articles", json=body))
    assert job["state"] == "done" and job["reports"]["articles"]["added"] == ["kite"]
    said = api.post("/v1/ask", json={"question": "How many kites did the festival in Astrup draw?"}).json()
    assert "900 kites" in said["text"]
    assert api.delete("/v1/articles/kite").json() == {"removed": ["kite"]}
    assert api.delete("/v1/articles/kite").status_code == api.get("/v1/articles/kite").status_code == 404
    wrong = api.post("/v1/articles", json={"articles": [{"title": "no text"}]})
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["where"] == ["body", "articles", 0, "text"]


def test_files_are_added_and_no_name_leads_out_of_their_folder(api: httpx.Client) -> None:
    ferry = (samples_folder() / "ferry-astrid-aground.md").read_bytes()
    files = [("files", ("../../etc/ferry.md", ferry)), ("files", ("x\\y.rtfx", b"?")), ("files", ("e.txt", b" "))]
    job = finished(api, api.post("/v1/files", files=files))
    assert job["sources"] == ["ferry.md", "y.rtfx", "e.txt"]
    assert len(job["reports"]["ferry.md"]["added"]) == 1
    again = finished(api, api.post("/v1/files", files=[("files", ("note.txt", b"The quarry is shut."))] * 2))
    assert [one["counts"]["added"] for one in again["reports"].values()] == [1, 0]
    assert "is not read" in job["reports"]["y.rtfx"]["failed"][0][1]
    assert job["reports"]["e.txt"]["failed"][0][1] == "it holds no text"
    assert api.post("/v1/files", files={"other": b"x"}).status_code == 422


def test_an_address_of_this_network_is_not_fetched(api: httpx.Client) -> None:
    job = finished(api, api.post("/v1/articles", json={"addresses": [f"{api.base_url}/v1/health"]}))
    (report,) = job["reports"].values()
    assert report["counts"]["failed"] == 1 and "loopback" in report["failed"][0][1]
    for wrong in ("file:///etc/passwd", "/etc/passwd", "-"):
        assert api.post("/v1/articles", json={"addresses": [wrong]}).status_code == 422


def test_a_job_is_cancelled_and_what_was_stored_stays(api: httpx.Client, tmp_path: Path) -> None:
    text = "The council of ward {0} met on Monday and heard {0} speakers. A vote is due in {0} days."
    rows = [{"id": f"w{n}", "text": text.format(n)} for n in range(3000)]
    started = api.post("/v1/articles", json={"articles": rows})
    while api.get("/v1/articles", params={"limit": 1}).json()["total"] == 3:
        pass
    place = started.headers["location"]
    assert api.post(f"{place}/cancel").json()["id"] == started.json()["id"]
    job = finished(api, started)
    assert job["state"] == "cancelled" and 0 < job["reports"]["articles"]["counts"]["added"] <= 3000
    assert api.get("/v1/jobs").json()["jobs"][0]["id"] == job["id"]
    assert api.get("/v1/jobs/none").status_code == 404


def test_only_a_key_that_may_write_changes_anything(desk: Assistant, tmp_path: Path) -> None:
    with served(desk, tmp_path / "access.json") as (running, access):
        assert access
        reading = {"X-API-Key": access.add_key("reader", [Scope.READ])}
        with httpx.Client(base_url=running.address, headers=reading, timeout=60) as client:
            assert client.get("/v1/articles").status_code == 200
            refused = (
                client.post("/v1/articles", json={"articles": [{"text": "x"}]}), client.delete("/v1/articles/a"),
                client.post("/v1/files", files={"files": b"x"}), client.get("/v1/jobs"),
            )  # fmt: skip
            assert [one.status_code for one in refused] == [403] * 4
    assert len(desk.articles()) == 3


def test_a_conversation_is_kept_understood_exported_and_deleted_for_its_key_alone(
    samples: Assistant, tmp_path: Path
) -> None:
    with served(samples, tmp_path / "access.json") as (running, access):
        assert access
        keys = [{"X-API-Key": access.add_key(name, [Scope.READ])} for name in ("anna", "bert")]
        anna, bert = (httpx.Client(base_url=running.address, headers=key, timeout=60) for key in keys)
        with anna, bert:
            place = anna.post("/v1/conversations", json={"where": {"since": "2025-01-01"}}).headers["location"]
            first = anna.post(f"{place}/ask", json={"question": QUESTION}).json()
            later = anna.post(f"{place}/ask", json={"question": "and what did Zelenskyy say about it?"}).json()
            assert first["answer"]["citations"] and "good chance" in later["answer"]["text"]
            whole = anna.get(place).json()
            assert [one["id"] for one in whole["exchanges"]] == [first["id"], later["id"]]
            assert anna.patch(place, json={"title": "Truce"}).json()["title"] == "Truce"
            assert anna.get("/v1/conversations", params={"words": "truce"}).json()["total"] == 1
            assert anna.get(f"{place}/export").text.startswith("# Truce")
            assert "<h1" in anna.get(f"{place}/export", params={"form": "html"}).text
            assert anna.put(f"/v1/exchanges/{first['id']}/thumb", json={"thumb": 1}).status_code == 204
            assert bert.get("/v1/conversations").json()["total"] == 0
            answers = (bert.get(place), bert.delete(place), bert.post(f"{place}/ask", json={"question": QUESTION}))
            assert [one.status_code for one in answers] == [404] * 3
            assert anna.delete(place).status_code == 204 and anna.get(place).status_code == 404
