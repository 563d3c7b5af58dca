"""The page in a real browser: asking, reading the sources, refusing, the library, hostile articles."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from assistant import Article, Assistant
from assistant.samples import folder as samples_folder

QUESTION = "what are Putin's ceasefire conditions"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
HOSTILE = Article(
    id="hostile",
    title='<img src=x onerror="window.hacked=1">Quarry inquiry</template><script>window.hacked=2</script>',
    url="javascript:window.hacked=3",
    publisher="<b>Bold</b>",
    text="The quarry inquiry at Veltham heard <script>window.hacked=4</script> from 12 witnesses on Monday.\n\n"
    "![steal](http://192.0.2.1/?q=1) </template><img src=http://192.0.2.1/x onerror=window.hacked=5> ${window.hacked=6}"
    " {{constructor.constructor('window.hacked=7')()}} The quarry inquiry at Veltham ends in May.",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None and not os.environ.get("CI"):
        pytest.skip("no chromium on this machine: install it (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    import ui

    with Assistant.open(tmp_path_factory.mktemp("page") / "library") as desk:
        desk.add(samples_folder())
        desk.add([HOSTILE])
        yield ui.serve(desk, port=0, block=False)


@pytest.fixture(params=[1280, 390], ids=["laptop", "phone"])
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": request.param, "height": 844})
    opened = context.new_page()
    opened.requested = []  # type: ignore[attr-defined]
    opened.on("request", lambda r: opened.requested.append(r.url))  # type: ignore[attr-defined]
    opened.goto(address)
    expect(opened.locator("#examples button").first).to_be_visible(timeout=30_000)
    yield opened
    context.close()


def ask(page: Page, question: str) -> None:
    before = page.locator(".answer").count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    expect(page.locator(".answer")).to_have_count(before + 1, timeout=30_000)
    expect(page.locator(".answer.writing")).to_have_count(0, timeout=30_000)


def test_a_question_is_answered_with_a_source_that_opens_at_its_quote(page: Page) -> None:
    page.evaluate(
        """() => { window.states = new Set(); new MutationObserver(() => {
            const said = document.querySelector('.answer .said'); if (said) window.states.add(said.innerText);
        }).observe(document.body, {childList: true, subtree: true, characterData: true}); }"""
    )
    ask(page, QUESTION)
    assert page.evaluate("window.states.size") > 1  # it came in pieces
    said = page.locator(".answer .said")
    for word in ("NATO", "territories", "sanctions", "elections"):
        expect(said).to_contain_text(word)
    page.locator(".cite").first.click()
    mark = page.locator("#reader mark.here")
    expect(mark).to_be_visible()
    expect(mark).to_be_in_viewport()
    quote = mark.inner_text()
    assert quote in said.inner_text()
    expect(page.locator("#reader h2 a")).to_have_attribute("rel", "noopener noreferrer")
    expect(page.locator("#reader .facts")).to_contain_text("2025")


def test_a_source_opens_and_closes_by_keyboard(page: Page) -> None:
    ask(page, QUESTION)
    page.locator(".cite").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#reader mark.here")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".cite").first).to_be_focused()


def test_a_refusal_looks_different_and_offers_the_nearest_articles(page: Page) -> None:
    ask(page, "what did Macron say about the ceasefire")
    expect(page.locator(".answer.refusal .said")).to_have_text("The articles in this library do not say.")
    expect(page.locator(".cite")).to_have_count(0)
    page.locator(".refusal .card").first.click()
    expect(page.locator("#reader h2")).to_be_visible()


def test_a_follow_up_is_understood_and_a_new_conversation_forgets(page: Page) -> None:
    ask(page, QUESTION)
    ask(page, "and what did Zelenskyy say about it?")
    expect(page.locator(".answer").last).to_contain_text("good chance")
    page.click("#clear button, #clear")
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.locator(".answer")).to_have_count(0)


def test_an_example_question_can_be_chosen(page: Page) -> None:
    page.locator("#examples button").first.click()
    expect(page.locator(".answer .cite").first).to_be_visible(timeout=30_000)


def test_a_hostile_article_does_nothing_and_no_request_leaves_the_machine(page: Page) -> None:
    ask(page, "What did the quarry inquiry at Veltham hear from witnesses on Monday?")
    page.locator(".cite").first.click()
    expect(page.locator("#reader h2")).to_contain_text("<img src=x")
    expect(page.locator("#reader h2 a")).to_have_count(0)
    assert page.evaluate("window.hacked") is None
    assert page.locator("#reader .text script, #reader .text img, #talk .answer img").count() == 0
    assert all(url.startswith(("http://127.0.0.1", "data:", "blob:")) for url in page.requested)  # type: ignore[attr-defined]


def test_nothing_is_wider_than_the_window(page: Page) -> None:
    ask(page, QUESTION)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_role("tab", name="Library").click()
    expect(page.locator("#articles")).to_contain_text("The Kremlin’s price", timeout=30_000)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
