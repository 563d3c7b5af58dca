"""A real Chromium for the tests of the page, and what they do in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.programs import program

QUESTION = "what are Putin's ceasefire conditions"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDE, PHONE = {"width": 1280, "height": 844}, {"width": 390, "height": 844}
READY = 30_000  # milliseconds


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; the test is skipped where there is none, unless in CI."""
    found = program("chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield opened
        opened.close()


def opened(browser: Browser, address: str, wide: bool = True, **how: object) -> Page:
    """The page in a browser of its own, such as another person's; close it by `page.context.close()`."""
    context = browser.new_context(viewport=WIDE if wide else PHONE, **how)  # type: ignore[arg-type]
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.requested = []  # type: ignore[attr-defined]
    page.complained = []  # type: ignore[attr-defined]
    page.on("request", lambda r: page.requested.append(r.url))  # type: ignore[attr-defined]
    page.on("console", lambda m: page.complained.append(m.text) if m.type == "error" else None)  # type: ignore[attr-defined]
    page.on("pageerror", lambda e: page.complained.append(str(e)))  # type: ignore[attr-defined]
    page.goto(address)
    expect(page.locator("#shown .welcome, #shown .exchange").first).to_be_visible(timeout=READY)
    expect(page.locator(".filter-bar")).to_be_visible(timeout=READY)
    return page


def ask(page: Page, question: str) -> None:
    """Ask, and wait for the finished answer."""
    before = page.locator("#shown .answer").count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    expect(page.locator("#shown .answer")).to_have_count(before + 1, timeout=READY)
    expect(page.locator(".answer.writing")).to_have_count(0, timeout=READY)


def reload(page: Page) -> None:
    """Load the page again, as a person does; what Gradio says of its connection, which the reload ended, is dropped."""
    page.reload()
    page.complained.clear()  # type: ignore[attr-defined]


def tab(page: Page, name: str) -> None:
    """Another tab of the page."""
    page.get_by_role("tab", name=name).click()
