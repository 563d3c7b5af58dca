"""Vectors on a Chroma server, a real one that these tests start: one process writes, others read."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr

from assistant import Article, Assistant
from assistant.server.api.problems import status_of
from index.errors import DamagedLibrary, InvalidValue, LibraryLocked, ReadOnly, Unreachable
from index.stores.vectors import Server
from tests.test_cli import newsdesk
from tests.test_crash import generated
from tests.test_library import in_step, other_encoder

__all__ = ["other_encoder"]  # a fixture
QUESTION = "Which bridge has cracked cables?"
LIGHTHOUSE = Article(
    id="light", title="Lighthouse lit again", text="The lighthouse at Ondle shines again after 9 years."
)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Chroma server, run as its users run it."""
    port = free_port()
    command = [Path(sys.executable).with_name("chroma"), "run", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        [*map(str, command), "--path", str(tmp_path_factory.mktemp("chroma"))],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            httpx2.get(f"{address}/api/v2/heartbeat")
            break
        except httpx2.TransportError:
            assert process.poll() is None
            time.sleep(0.1)
    yield address
    process.terminate()
    process.wait()


def titles(desk: Assistant, question: str = QUESTION) -> list[str]:
    return [hit.article.title for hit in desk.retrieve(question, k=3)]


def test_a_library_on_a_server_answers_as_one_in_its_folder(
    tmp_path: Path, chroma: str, articles: list[Article], desk: Assistant
) -> None:
    folder = tmp_path / "remote"
    with Assistant.open(folder, chroma=chroma) as remote:
        remote.add(articles)
        assert titles(remote) == titles(desk)
        assert remote.ask(QUESTION).citations == desk.ask(QUESTION).citations
    assert not (folder / "chroma").exists()
    with Assistant.open(folder, chroma=chroma) as remote:
        remote.remove([articles[1].id])
        assert remote.check() and in_step(remote._library)
    assert "2 articles, 2 passages: in step" in newsdesk("check", "-l", folder, "--chroma", chroma).stdout


def test_readers_see_what_the_writer_adds_and_removes(tmp_path: Path, chroma: str, articles: list[Article]) -> None:
    folder = tmp_path / "library"
    with Assistant.open(folder, chroma=chroma) as writer:
        writer.add(articles)
        with Assistant.open(folder, chroma=chroma, read_only=True) as reader:
            assert titles(reader) == titles(writer)
            writer.add([LIGHTHOUSE])
            assert titles(reader, "When does the lighthouse at Ondle shine?")[0] == "Lighthouse lit again"
            writer.remove(["light"])
            assert "Lighthouse lit again" not in titles(reader, "When does the lighthouse at Ondle shine?")
            done = newsdesk("ask", QUESTION, "-l", folder, "--chroma", chroma, "--read-only", "--json")
            mine = [(c.article.id, c.quote, c.start, c.end) for c in writer.ask(QUESTION).citations]
            told = json.loads(done.stdout)["citations"]
            assert [(c["article"]["id"], c["quote"], c["start"], c["end"]) for c in told] == mine
            with pytest.raises(LibraryLocked):
                Assistant.open(folder, chroma=chroma, wait=0)


def test_a_reader_asks_on_while_articles_come_in(tmp_path: Path, chroma: str, articles: list[Article]) -> None:
    folder = tmp_path / "library"
    with Assistant.open(folder, chroma=chroma) as writer:
        writer.add(articles)
        adding = threading.Thread(target=writer.add, args=(generated(60),))
        with Assistant.open(folder, chroma=chroma, read_only=True) as reader:
            adding.start()
            while adding.is_alive():
                answer = reader.ask("Why was the harbour bridge at Lowmere closed?")
                assert answer.citations[0].quote in reader.article(articles[0].id).text
            adding.join()
            assert len(reader.articles()) == 63 and reader.pending == 0
            assert titles(reader, "What was decided in Quillan?") == titles(writer, "What was decided in Quillan?")


def test_a_reader_changes_nothing(tmp_path: Path, chroma: str, articles: list[Article]) -> None:
    folder = tmp_path / "library"
    with Assistant.open(folder, chroma=chroma) as writer:
        writer.add(articles)
    with Assistant.open(folder, chroma=chroma, read_only=True) as reader:
        for change in (
            lambda: reader.add([LIGHTHOUSE]),
            lambda: reader.remove([articles[0].id]),
            reader.rebuild,
            reader.repair,
        ):
            with pytest.raises(ReadOnly, match="open to read only"):
                change()
        assert len(reader.articles()) == 3 and reader.check()
    assert (status_of(ReadOnly()), status_of(Unreachable("no answer"))) == (403, 503)  # over HTTP
    with pytest.raises(InvalidValue, match="--chroma"):
        Assistant.open(folder, read_only=True)
    with pytest.raises(DamagedLibrary, match="only a library that is there"):
        Assistant.open(tmp_path / "nowhere", chroma=chroma, read_only=True)
    assert not (tmp_path / "nowhere").exists()


def test_a_rebuild_moves_the_vectors_and_readers_follow(
    tmp_path: Path, chroma: str, articles: list[Article], other_encoder: str
) -> None:
    folder = tmp_path / "library"
    with Assistant.open(folder) as desk:
        desk.add(articles)
    with pytest.raises(InvalidValue, match="lie in its folder: open it without --chroma"):
        Assistant.open(folder, chroma=chroma)
    assert "3 articles rebuilt" in newsdesk("rebuild", "-l", folder, "--chroma", chroma).stdout
    assert not list(folder.glob("chroma*"))
    with pytest.raises(InvalidValue, match="lie on a Chroma server"):
        Assistant.open(folder)
    with Assistant.open(folder, chroma=chroma) as writer:
        assert writer.check() and titles(writer)[0].startswith("Lowmere bridge")
        with Assistant.open(folder, chroma=chroma, read_only=True) as reader:
            assert titles(reader) == titles(writer)
            writer.rebuild(other_encoder)
            assert titles(reader) == titles(writer)
            assert reader._library.encoder.name == writer._library.encoder.name == other_encoder
    assert "3 articles rebuilt" in newsdesk("rebuild", "-l", folder).stdout
    with Assistant.open(folder) as desk:
        assert desk.check() and titles(desk)


def test_an_old_copy_opened_to_write_harms_nothing(tmp_path: Path, chroma: str, articles: list[Article]) -> None:
    folder, copy = tmp_path / "library", tmp_path / "copy"
    with Assistant.open(folder, chroma=chroma) as writer:
        writer.add(articles)
    shutil.copytree(folder, copy)
    with Assistant.open(folder, chroma=chroma) as writer:
        writer.add([LIGHTHOUSE])
    with Assistant.open(copy, chroma=chroma) as wrong, pytest.raises(DamagedLibrary, match="newer than the catalogue"):
        wrong.retrieve(QUESTION)
    with Assistant.open(copy, chroma=chroma, read_only=True) as reader:
        assert titles(reader)[0].startswith("Lowmere bridge") and "Lighthouse lit again" not in titles(reader)
    with Assistant.open(folder, chroma=chroma) as writer:
        assert writer.check()


def test_a_server_that_is_not_there_is_named(tmp_path: Path, articles: list[Article]) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    with Assistant.open(tmp_path / "library", chroma=address) as desk, pytest.raises(Unreachable, match=address):
        desk.add(articles)
    assert len(articles) == 3
    for wrong in ("127.0.0.1:8000", "ftp://host", "http://", "http://host/path", "http://me:secret@host"):
        with pytest.raises(InvalidValue, match="a Chroma server's address is"):
            Server(wrong)


def test_a_token_goes_to_what_guards_the_server_and_into_no_message(tmp_path: Path, articles: list[Article]) -> None:
    came = []

    class Guard(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            came.append(self.headers["Authorization"])
            self.send_error(401)

        def log_message(self, format: str, *args: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Guard) as guard:
        threading.Thread(target=guard.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{guard.server_port}"
        with (
            Assistant.open(tmp_path / "library", chroma=address, chroma_token=SecretStr("open-sesame")) as desk,
            pytest.raises(Unreachable) as refused,
        ):
            desk.add(articles)
        guard.shutdown()
    assert set(came) == {"Bearer open-sesame"}
    assert "open-sesame" not in str(refused.value) + repr(Server(address, "open-sesame"))
