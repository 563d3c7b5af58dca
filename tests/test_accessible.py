"""What axe-core finds on the page (WCAG 2.2 AA), in each view, light and dark, on a laptop and on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from assistant import Assistant
from assistant.server.access import Access
from tests.browser import QUESTION, READY, ask, chromium, opened, tab

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def address(samples: Assistant) -> str:
    import ui

    return ui.serve(samples, port=0, block=False)


def faults(page: Page, where: str) -> list[str]:
    """What axe finds, of any weight."""
    page.wait_for_timeout(150)
    told = Axe().run(page, options=RULES).response
    assert len(told["passes"]) > 15, told  # it looked
    return [
        f"{where}: {fault['id']} at {node['target']}: {node['failureSummary']}"
        for fault in told["violations"]
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("wide", [True, False], ids=["laptop", "phone"])
def test_axe_finds_no_fault_in_any_view(browser: Browser, address: str, wide: bool, theme: str) -> None:
    page = opened(browser, address, wide, color_scheme=theme, reduced_motion="reduce")
    found = faults(page, "welcome")
    ask(page, "what did Macron say about the ceasefire")
    found += faults(page, "refusal")
    ask(page, QUESTION)
    found += faults(page, "chat")
    page.locator(".filter-form summary").click()
    found += faults(page, "filter")
    page.keyboard.press("Escape")
    page.locator("#shown .cite").first.click()
    expect(page.locator("#reader mark.here")).to_be_visible()
    found += faults(page, "reader")
    page.keyboard.press("Escape")
    if not page.locator("#panel .search").is_visible():
        page.locator(".masthead [data-do=panel]").click()
    page.locator(".conversations .more summary").first.click()
    found += faults(page, "conversations")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.locator(".masthead [data-do=help]").click()
    found += faults(page, "help")
    page.keyboard.press("Escape")
    tab(page, "Timeline")
    page.fill("#timeline-question textarea", "How many people were hurt when the ferry ran aground?")
    page.press("#timeline-question textarea", "Enter")
    expect(page.locator(".days > li").first).to_be_visible(timeout=READY)
    found += faults(page, "timeline")
    tab(page, "Draft")
    page.fill("#draft-text textarea", "The Bank of Sorrel cut its rate on Thursday. The ferry had 900 men on board.")
    page.locator("#draft-check").click()
    expect(page.locator(".checked-draft .claim").first).to_be_visible(timeout=READY)
    found += faults(page, "draft")
    tab(page, "Library")
    expect(page.locator("#library")).to_contain_text("The Meridian", timeout=READY)
    found += faults(page, "library")
    assert found == []
    page.context.close()


def test_axe_finds_no_fault_where_people_sign_in(browser: Browser, samples: Assistant, tmp_path: str) -> None:
    import ui

    access = Access.open(f"{tmp_path}/people.json")
    access.add_person("Ada", "a long password")
    page = browser.new_page()
    page.goto(ui.serve(samples, port=0, block=False, access=access))
    expect(page.locator("form")).to_be_visible()
    page.fill("[name=name]", "Ada")
    page.fill("[name=password]", "not her password")
    page.click("button")
    expect(page.get_by_role("alert")).to_be_visible()
    assert faults(page, "sign-in") == []
    page.close()
