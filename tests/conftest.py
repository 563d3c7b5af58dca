"""What the tests share: the real encoder, small libraries of articles written here, and the samples."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from assistant import Article, Assistant
from assistant.samples import folder as samples_folder

os.environ["HF_HUB_OFFLINE"] = "1"

HARBOUR = """The harbour bridge at Lowmere was closed on Tuesday after engineers found cracks in two of its cables.

"We will not reopen it until every cable has been tested," said Dr. Ines Marlow, the county's chief engineer. She \
expects the work to take six weeks.

Some 14,000 vehicles cross the bridge each day. Ferries will run every 20 minutes, and fares will be waived, Mayor \
Tom Adeyemi said."""
BAKERY = """A bakery in Quillan has won the national prize for the best rye loaf for the third year running.

The baker, Sofia Brandt, said the secret was patience. "The dough rests for 40 hours," she said.

The prize is worth 5,000 crowns and was handed over on Saturday."""
COMET = """Astronomers at the Pellworm observatory have photographed a comet that will not return for 9,000 years.

The comet, named Okafor after its discoverer, passes closest to Earth on 3 May. It can be seen with binoculars."""


# A browser, servers, commands in processes of their own, engines that take long to load: `make quick` leaves these out.
SLOW = frozenset(
    "accessible checking chroma_server citations cli command_line conversations crash deploy embedding evaluation "
    "generative http http_articles http_description http_docs intake keeping library_tab model_page models one_owner "
    "page page_accounts question_forms remote_events same_answer sign_in timeline torture training vector_index_faults "
    "verifier versions web word_index_faults".split()
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, by file."""
    for item in items:
        if item.path.stem.removeprefix("test_") in SLOW:
            item.add_marker("slow")


def pytest_addoption(parser: pytest.Parser) -> None:
    """--raise-floors: what an evaluation over the sample articles reached becomes the least it may reach."""
    parser.addoption("--raise-floors", action="store_true", help="raise tests/evaluation/floors.json to this run")


def article(text: str, title: str, day: str, publisher: str = "Harbour Post") -> Article:
    """An article of its own address."""
    address = "https://example.org/" + title.lower().replace(" ", "-")
    return Article(title=title, text=text, url=address, publisher=publisher, published=datetime.fromisoformat(day))


@pytest.fixture
def articles() -> list[Article]:
    """Three articles on subjects of their own."""
    return [
        article(HARBOUR, "Lowmere bridge closed over cracked cables", "2025-03-04"),
        article(BAKERY, "Quillan bakery wins rye prize again", "2025-02-10", "The Meridian"),
        article(COMET, "Comet Okafor photographed", "2025-04-20", "The Meridian"),
    ]


@pytest.fixture
def desk(tmp_path: Path, articles: list[Article]) -> Iterator[Assistant]:
    """A desk over the three articles."""
    with Assistant.open(tmp_path / "library") as opened:
        opened.add(articles)
        yield opened


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """A desk over the sample articles; tests must not change it."""
    with Assistant.open(tmp_path_factory.mktemp("samples") / "library") as opened:
        report = opened.add(samples_folder())
        assert not report.failed
        yield opened
