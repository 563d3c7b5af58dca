"""Below an answer: who else reports it, and where the sources disagree, each side with its publisher and date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant import Assistant
from tests.browser import ask, chromium, opened
from tests.conftest import article
from tests.test_agreement import FIRE, MORE, QUESTION

OLDER = article(FIRE.format("four") + MORE, "Mill burns in Tarnby", "2025-03-04")
NEWER = article(
    "Six firefighters were injured in the fire at the paper mill in Tarnby, the hospital said on Wednesday.\n\n"
    "Two of them are still being treated there.",
    "Mill fire: two still in hospital", "2025-03-06", "The Meridian",
)  # fmt: skip
COPY = replace(OLDER, id="copy", url="https://b.test/mill", title="Old mill on fire", publisher="Northern Wire")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    import ui

    with Assistant.open(tmp_path_factory.mktemp("accounts") / "library") as desk:
        desk.add([OLDER, NEWER, COPY])
        yield ui.serve(desk, port=0, block=False)


@pytest.fixture(params=[True, False], ids=["laptop", "phone"])
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    found = opened(browser, address, wide=request.param)
    yield found
    assert found.complained == []  # type: ignore[attr-defined]
    found.context.close()


def test_sides_that_disagree_stand_with_publisher_and_date_and_each_opens(page: Page) -> None:
    ask(page, QUESTION)
    sides = page.locator(".answer .sides li")
    expect(sides).to_have_count(2)
    for side, words in ((sides.first, ("Six", "The Meridian", "6 March 2025")), (sides.last, ("four", "4 March 2025"))):
        for word in words:
            expect(side).to_contain_text(word)
    expect(page.locator(".answer")).to_contain_text("Northern Wire")  # the copy: who else has it
    sides.last.locator(".cite").first.click()
    expect(page.locator("#reader mark.here")).to_be_in_viewport()
    expect(page.locator("#reader mark.here")).to_contain_text("four firefighters")
