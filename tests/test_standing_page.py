"""Standing questions on the page, in a real browser: kept below an answer, with what changed in the Timeline tab."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant import Assistant
from assistant.samples import folder as samples_folder
from tests.browser import READY, ask, chromium, opened, tab
from tests.test_accessible import faults

DEAD = "How many people died in the Vessa flood?"
SAMPLES = samples_folder()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(params=[True, False], ids=["laptop", "phone"])
def page_of(browser: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Page, Assistant]]:
    import ui

    with Assistant.open(tmp_path / "library") as desk:
        desk.add(SAMPLES / "vessa-flood-first.md")
        found = opened(browser, ui.serve(desk, port=0, block=False), wide=request.param)
        yield found, desk
        assert found.complained == []  # type: ignore[attr-defined]
        found.context.close()


def test_a_question_is_kept_and_what_changed_stands_beside_what_was(page_of: tuple[Page, Assistant]) -> None:
    page, desk = page_of
    ask(page, DEAD)
    page.get_by_role("button", name="Keep this question").click()
    kept = page.get_by_role("button", name="Kept", exact=True)
    expect(kept).to_have_attribute("aria-pressed", "true", timeout=READY)
    assert [one.question for one in desk.watched()] == [DEAD]
    tab(page, "Timeline")
    one = page.locator(".standing-one")
    expect(one).to_contain_text("At least four people died", timeout=READY)
    expect(one.locator(".change")).to_have_count(0)
    page.get_by_role("button", name="Ask all again").click()
    expect(page.locator(".standing [role=status]")).to_have_text("Asked again: no answer changed.", timeout=READY)
    desk.add(SAMPLES / "vessa-flood-eleven.md")
    tab(page, "Ask")
    tab(page, "Timeline")
    expect(one.locator(".change-now .value")).to_have_text("11", timeout=READY)
    expect(one.locator(".change-before .value")).to_have_text("four")
    expect(one.locator(".change-now")).to_contain_text("Capital Ledger · 9 June 2024")
    expect(one.locator(".change-before")).to_contain_text("Northern Wire · 2 June 2024")
    now, before = (one.locator(f".change-{name}").bounding_box() for name in ("now", "before"))
    assert now and before
    wide = page.viewport_size["width"] > 1000  # type: ignore[index]
    assert (now["y"] == before["y"]) if wide else (now["y"] + now["height"] <= before["y"])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults(page, "standing questions") == []
    one.locator(".change-before .cite").first.click()
    expect(page.locator("#reader mark.here")).to_contain_text("At least four people died")
    page.keyboard.press("Escape")
    one.get_by_role("button", name="Stop keeping").click()
    expect(one).to_have_count(0, timeout=READY)
    assert desk.watched() == []


def test_keeping_is_taken_back_by_the_same_button(page_of: tuple[Page, Assistant]) -> None:
    page, desk = page_of
    ask(page, DEAD)
    page.get_by_role("button", name="Keep this question").click()
    page.get_by_role("button", name="Kept", exact=True).click(timeout=READY)
    expect(page.get_by_role("button", name="Keep this question")).to_be_enabled(timeout=READY)
    assert desk.watched() == []
