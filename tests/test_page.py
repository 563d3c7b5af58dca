"""The chat in a real browser: asking, citing, reading, filters, conversations, sharing, keys, languages, people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant import Article, Assistant
from assistant.samples import folder as samples_folder
from tests.browser import QUESTION, READY, ask, chromium, opened, reload, tab

HOSTILE = Article(
    id="hostile",
    title='<img src=x onerror="window.hacked=1">Quarry inquiry</template><script>window.hacked=2</script>',
    url="javascript:window.hacked=3",
    publisher="<b>Bold</b>",
    published=datetime.fromisoformat("2025-01-07"),
    text="The quarry inquiry at Veltham heard <script>window.hacked=4</script> from 12 witnesses on Monday.\n\n"
    "![steal](http://192.0.2.1/?q=1) </template><img src=http://192.0.2.1/x onerror=window.hacked=5> ${window.hacked=6}"
    " {{constructor.constructor('window.hacked=7')()}} The quarry inquiry at Veltham ends in May.",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant.open(tmp_path_factory.mktemp("page") / "library") as found:
        found.add(samples_folder())
        found.add([HOSTILE])
        yield found


@pytest.fixture(scope="module")
def address(desk: Assistant) -> str:
    import ui

    return ui.serve(desk, port=0, block=False)


@pytest.fixture(params=[True, False], ids=["laptop", "phone"])
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    found = opened(browser, address, wide=request.param)
    yield found
    assert found.complained == []  # type: ignore[attr-defined]
    assert all(url.startswith(("http://127.0.0.1", "data:", "blob:")) for url in found.requested)  # type: ignore[attr-defined]
    found.context.close()


def panel(page: Page) -> None:
    """Open the conversations, which stand beside the chat on a laptop and over it on a phone."""
    if not page.locator("#panel .search").is_visible():
        page.locator(".masthead [data-do=panel]").click()


def test_an_answer_comes_in_pieces_and_moves_nothing_that_is_read(page: Page) -> None:
    page.evaluate(
        """() => { window.states = new Set(); window.moved = 0;
        new MutationObserver(() => { const said = document.querySelector('.answer .said');
          if (said) window.states.add(said.innerText); })
          .observe(document.body, {childList: true, subtree: true, characterData: true});
        new PerformanceObserver((list) => {
          for (const e of list.getEntries()) if (!e.hadRecentInput) window.moved += e.value; })
          .observe({type: 'layout-shift'}); }"""
    )
    ask(page, QUESTION)
    assert page.evaluate("window.states.size") > 1
    for word in ("NATO", "territories", "sanctions", "elections"):
        expect(page.locator(".answer .said")).to_contain_text(word)
    page.wait_for_timeout(400)
    assert page.evaluate("window.moved") < 0.05  # a shift below 0.1 counts as good (web.dev, CLS)
    expect(page.locator(".searched")).to_contain_text("Searched 21 articles")
    expect(page.locator(".asked h2")).to_be_in_viewport()


def test_a_number_shows_its_source_and_opens_it_at_the_sentence(page: Page) -> None:
    ask(page, QUESTION)
    cite = page.locator(".cite").first
    cite.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")  # focus by keyboard, which is when it shows
    tip = page.locator(".tip").first
    expect(tip).to_be_visible()
    for words in ("The Kremlin’s price", "The Meridian · 14 March 2025", "Putin named four conditions"):
        expect(tip).to_contain_text(words)
    page.keyboard.press("Escape")
    expect(tip).not_to_be_visible()
    page.keyboard.press("Enter")
    mark = page.locator("#reader mark.here")
    expect(mark).to_be_in_viewport()
    assert mark.inner_text() in page.locator(".answer .said").inner_text()
    expect(page.locator("#reader h2")).to_be_focused()
    expect(page.locator("#reader h2 a")).to_have_attribute("rel", "noopener noreferrer")
    page.keyboard.press("Escape")
    expect(page.locator("#reader")).not_to_be_visible()
    expect(cite).to_be_focused()


def test_a_quote_is_copied_in_the_style_that_is_chosen(page: Page) -> None:
    ask(page, QUESTION)
    page.locator(".cite").first.click()
    quote = page.locator("#reader mark.here").inner_text()
    for name, begins in (("Plain text", f"“{quote}”\nThe Meridian, “"), ("RIS", "TY  - NEWS\n"), ("BibTeX", "@misc{")):
        page.locator(".copy-as summary").click()
        page.locator(".copy-as").get_by_role("button", name=name, exact=True).click()
        expect(page.locator(".copy-as summary")).to_have_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(begins) and quote in copied and "https://example.org/" in copied
        expect(page.locator(".copy-as summary")).to_have_text("Copy quote")


def test_keys_and_arrows_go_from_quote_to_quote(page: Page) -> None:
    ask(page, "What is the latest on the Vessa flood?")
    page.locator(".cite").first.click()
    mark = page.locator("#reader mark.here").first
    expect(mark).to_be_in_viewport()
    expect(page.locator("#reader .at")).to_have_text(re.compile(r"Quote 1 of [2-9]"))
    quotes = page.locator("#reader .at").inner_text().rpartition(" ")[2]
    first = mark.inner_text()
    page.keyboard.press("n")
    expect(page.locator("#reader .at")).to_have_text(f"Quote 2 of {quotes}")
    expect(mark).not_to_have_text(first)
    expect(mark).to_be_in_viewport()
    page.keyboard.press("p")
    expect(page.locator("#reader .at")).to_have_text(f"Quote 1 of {quotes}")
    page.locator("#reader .step").last.click()
    expect(page.locator("#reader .at")).to_have_text(f"Quote 2 of {quotes}")


def test_a_refusal_looks_different_and_offers_articles_and_what_to_try(page: Page) -> None:
    ask(page, "what did Macron say about the ceasefire")
    refusal = page.locator(".answer.refusal")
    expect(refusal.locator("> .said")).to_have_text("The articles in this library do not say.")
    expect(refusal.locator(".cite")).to_have_count(0)
    expect(refusal).to_contain_text("The articles found do not tell of: Macron.")
    expect(refusal).to_contain_text("Closest, not certain")
    expect(refusal.locator(".try li")).to_have_text(re.compile("names the articles use"))
    refusal.locator(".card").first.click()
    expect(page.locator("#reader mark.here").first).to_be_in_viewport()


def test_a_question_is_asked_again_edited_copied_and_rated(page: Page, desk: Assistant) -> None:
    ask(page, QUESTION)
    ask(page, "and what did Zelenskyy say about it?")
    expect(page.locator("#shown .answer").last).to_contain_text("good chance")
    last = page.locator("#shown .exchange").last
    last.locator(".answer").evaluate("old => old.dataset.old = 1")
    last.get_by_role("button", name="Ask again").click()
    expect(page.locator("[data-old]")).to_have_count(0, timeout=READY)  # the new answer stands in its place
    expect(page.locator(".answer.writing")).to_have_count(0, timeout=READY)
    expect(page.locator("#shown .exchange")).to_have_count(2)
    expect(page.locator("#shown .answer").last).to_contain_text("good chance")
    last.get_by_role("button", name="Copy", exact=True).click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "good chance" in copied and "\n\n[1] " in copied and "https://example.org/" in copied.splitlines()[-1]
    last.get_by_role("button", name="Good answer").click()
    expect(last.get_by_role("button", name="Good answer")).to_have_attribute("aria-pressed", "true")
    page.locator("#shown .exchange").first.get_by_role("button", name="Edit the question").click()
    page.locator(".edit-form textarea").fill("Why did the Bank of Sorrel cut its rate?")
    page.keyboard.press("Enter")
    expect(page.locator("#shown .exchange")).to_have_count(1, timeout=READY)
    expect(page.locator("#shown .answer")).to_contain_text("rate", timeout=READY)
    expect(page.locator("#shown h2")).to_have_text("Why did the Bank of Sorrel cut its rate?")


def test_questions_are_suggested_and_follow_ups_offered(page: Page) -> None:
    page.locator("#next .suggestion").first.click()
    expect(page.locator("#shown .cite").first).to_be_visible(timeout=READY)
    follow_up = page.locator("#next .suggestion").first
    expect(page.locator("#next")).to_contain_text("Ask next", timeout=READY)
    words = follow_up.inner_text()
    follow_up.click()
    expect(page.locator("#shown h2").last).to_have_text(words, timeout=READY)
    expect(page.locator("#shown .answer")).to_have_count(2)


def test_a_filter_is_set_shown_kept_and_removed(page: Page) -> None:
    page.locator(".filter-form summary").click()
    page.locator(".filter-form input[name=since]").fill("2025-03-01")
    page.locator(".filter-form label", has_text="The Meridian").locator("input").check()
    page.locator(".filter-form").get_by_role("button", name="Apply").click()
    expect(page.locator(".chip")).to_have_text([re.compile("from 1 March 2025"), re.compile("The Meridian")])
    ask(page, QUESTION)
    expect(page.locator(".searched").last).to_contain_text("(from 1 March 2025, The Meridian)")
    expect(page).to_have_url(re.compile(r"\?c=.+&since=2025-03-01&publisher=The\+Meridian"))
    reload(page)
    expect(page.locator("#shown .answer")).to_have_count(1, timeout=READY)
    expect(page.locator(".chip")).to_have_count(2)
    page.locator(".chip").first.click()
    expect(page.locator(".chip")).to_have_count(1)
    page.locator(".cite").first.click()
    page.get_by_role("button", name="Ask only this article").click()
    expect(page.locator(".chip").last).to_contain_text("only “The Kremlin’s price")
    page.keyboard.press("Escape")
    ask(page, "How many people were hurt when the ferry ran aground?")
    page.locator(".refusal").get_by_role("button", name="ask all articles").click()
    expect(page.locator(".chip")).to_have_count(0)


def test_days_the_wrong_way_round_are_told_beside_their_fields(page: Page, desk: Assistant) -> None:
    page.locator(".filter-form summary").click()
    problem = page.locator(".filter-form .problem")
    expect(problem).to_be_hidden()
    page.locator(".filter-form input[name=since]").fill("2025-03-02")
    page.locator(".filter-form input[name=until]").fill("2025-03-01")
    page.locator(".filter-form").get_by_role("button", name="Apply").click()
    expect(problem).to_have_text("“From” is after “To”: nothing can lie between.")
    expect(page.locator(".filter-form input[name=since]")).to_have_value("2025-03-02")
    expect(page.locator(".filter-form input[name=until]")).to_be_focused()
    turned = {"set": {"since": "2025-03-02", "until": "2025-03-01"}}  # sent all the same
    page.evaluate("d => dispatchEvent(new CustomEvent('newsdesk', {detail: {name: 'apply', data: d}}))", turned)
    expect(page.locator(".filter-form input[aria-invalid]")).to_have_count(0)  # the server's form is there
    expect(problem).to_be_visible()
    page.locator(".filter-form input[name=since]").fill("2025-02-01")
    page.locator(".filter-form input[name=until]").fill("2025-03-01")
    page.locator(".filter-form").get_by_role("button", name="Apply").click()
    expect(page.locator(".chip")).to_have_count(2)


def test_a_cards_numbers_stand_beside_its_title(page: Page) -> None:
    ask(page, "What is the latest on the Vessa flood?")
    page.evaluate("document.querySelector('.badge').textContent = '1 2 3 4 5 6 7 8'")  # of an article quoted that often
    title, badge = (page.locator(f".card {part}").first.bounding_box() for part in (".card-title", ".badge"))
    assert title and badge and title["x"] + title["width"] <= badge["x"]
    column, composer = (page.locator(part).bounding_box() for part in ("#shown", "#question"))
    assert column and composer
    assert abs(column["x"] + column["width"] / 2 - composer["x"] - composer["width"] / 2) < 1


def test_conversations_are_kept_found_renamed_exported_and_deleted(page: Page, desk: Assistant) -> None:
    ask(page, QUESTION)
    panel(page)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".welcome")).to_be_visible()
    ask(page, "Why did the Bank of Sorrel cut its rate?")
    panel(page)
    expect(page.locator(".conversations .open b")).to_have_text(["Why did the Bank of Sorrel cut its rate?", QUESTION])
    page.locator("#panel .search").fill("ceasefire")
    expect(page.locator(".conversations .open b")).to_have_text([QUESTION])
    page.locator(".conversations .more summary").click()
    page.get_by_role("button", name="Rename").click()
    page.locator("#confirm-value").fill("About the truce")
    page.locator("#confirm-yes").click()
    expect(page.locator(".conversations .open b").filter(has_text="About the truce")).to_have_count(1)
    for name, holds, ending in (("Markdown", "> “Putin named", "md"), ("HTML", "<blockquote>", "html")):
        row = page.locator(".conversations li", has_text="About the truce")
        row.locator("summary").click()
        with page.expect_download() as coming:
            row.get_by_role("link", name=name).click()
        assert coming.value.suggested_filename == f"about-the-truce.{ending}"
        assert holds in Path(coming.value.path()).read_text(encoding="utf-8")
    row = page.locator(".conversations li", has_text="About the truce")
    row.locator(".open").click()
    expect(page.locator("#shown h2")).to_have_text(QUESTION)
    panel(page)
    row.locator("summary").click()
    row.get_by_role("button", name="Delete").click()
    page.locator("#confirm-no").click()
    expect(page.locator("#shown h2")).to_have_text(QUESTION)
    row.locator("summary").click()
    row.get_by_role("button", name="Delete").click()
    page.locator("#confirm-yes").click()
    expect(page.locator(".welcome")).to_be_visible()
    expect(row).to_have_count(0)


def test_one_answer_is_shared_and_two_people_see_nothing_else_of_each_other(
    page: Page, browser: Browser, address: str
) -> None:
    page.locator(".filter-form summary").click()
    page.locator(".filter-form input[name=since]").fill("2025-03-01")
    page.locator(".filter-form").get_by_role("button", name="Apply").click()
    ask(page, QUESTION)
    page.locator(".exchange [data-do=link]").click()
    expect(page.locator(".exchange [data-do=link]")).to_have_text("Copied")
    link = page.evaluate("navigator.clipboard.readText()")
    mine = page.url
    other = opened(browser, link)
    expect(other.locator("#shown h2")).to_have_text(QUESTION)
    expect(other.locator(".shared")).to_be_visible()
    expect(other.locator("[data-do=retry], [data-do=edit], [data-do=rate]")).to_have_count(0)
    other.locator(".cite").first.click()
    expect(other.locator("#reader mark.here")).to_be_in_viewport()
    other.keyboard.press("Escape")
    expect(other.locator(".conversations .open")).to_have_count(0)
    expect(other.locator(".chip")).to_have_count(0)
    other.goto(mine)  # the address of the conversation is no way into it
    expect(other.locator(".welcome .problem")).to_contain_text("belongs to another browser", timeout=READY)
    stolen = mine.rpartition("c=")[2].partition("&")[0]
    assert other.request.get(f"{address}/conversations/{stolen}.md").status == 404
    ask(other, "Why did the Bank of Sorrel cut its rate?")
    panel(page)
    expect(page.locator(".conversations .open b")).to_have_text([QUESTION])
    other.goto(f"{address}/?answer=nothing")
    expect(other.locator(".welcome .problem")).to_contain_text("not here any more", timeout=READY)
    other.context.close()


def test_a_question_over_time_is_a_row_for_each_date(page: Page) -> None:
    tab(page, "Timeline")
    page.fill("#timeline-question textarea", "How many people were hurt when the ferry ran aground?")
    page.press("#timeline-question textarea", "Enter")
    expect(page.locator(".days > li").first).to_be_visible(timeout=READY)
    page.locator(".days .cite").first.click()
    expect(page.locator("#reader mark.here").first).to_be_in_viewport()


DRAFT = """The ferry story

The Bank of Sorrel cut its rate on Thursday. Talks in Veltham were attended by 900 dentists from Mars.

Why did it take so long? The quarry inquiry at Veltham ended in April. <b>Nobody</b> won the regatta of <i>1850</i>.
"""


def test_a_draft_is_coloured_by_verdict_and_its_sentences_open_their_sources(page: Page) -> None:
    tab(page, "Draft")
    page.locator("#draft-check").click()
    expect(page.locator("#draft .problem")).to_contain_text("the draft is empty", timeout=READY)
    page.evaluate(
        """(text) => { const data = new DataTransfer(); data.items.add(new File([text], 'story.md'));
        document.querySelector('#draft-text textarea').dispatchEvent(
          new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true})); }""",
        DRAFT,
    )
    expect(page.locator("#draft-text textarea")).to_have_value(DRAFT)
    page.locator("#draft-check").click()
    expect(page.locator(".checked-draft")).to_be_visible(timeout=READY)
    assert (
        page.locator(".draft-text").evaluate(
            "(e) => { const c = e.cloneNode(true); c.querySelectorAll('.cite-at, .unseen').forEach((x) => x.remove());"
            " return c.textContent; }"
        )
        == DRAFT
    )  # nothing of it is lost, and no tag in it is one
    assert not page.locator(".draft-text b:not(.tip b), .draft-text i:not(.tip i)").count()
    told = page.locator(".claim").evaluate_all("(all) => all.map((e) => [e.className, e.textContent])")
    assert any("not_found_here" in kind for kind, text in told if "dentists" in text), told
    assert not any("Why did it" in text or "ferry story" in text for _, text in told)
    page.locator(".claim .cite").first.click()
    expect(page.locator("#reader mark.here").first).to_be_in_viewport(timeout=READY)


def test_back_returns_from_the_reader_and_from_tabs_and_a_reload_keeps_the_tab(page: Page) -> None:
    ask(page, QUESTION)
    page.locator("#shown .cite").first.click()
    expect(page.locator("#reader mark.here").first).to_be_visible(timeout=READY)
    page.go_back()
    expect(page.locator("#reader")).not_to_be_visible()
    expect(page.locator("#shown .answer")).to_be_visible()
    page.locator("#shown .cite").first.click()
    page.locator("#reader .close").click()
    expect(page.locator("#reader")).not_to_be_visible()
    tab(page, "Timeline")
    tab(page, "Library")
    page.go_back()
    expect(page.locator("#timeline-question textarea")).to_be_visible()
    reload(page)
    expect(page.locator("#timeline-question textarea")).to_be_visible(timeout=READY)
    page.go_back()
    expect(page.locator("#shown .answer")).to_be_visible(timeout=READY)


def test_replies_counts_other_languages_and_half_answers_are_shown(page: Page) -> None:
    for question, shown in (
        ("thanks", "You are welcome."),
        ("How many articles are there?", "There are "),
        ("Wer sagt etwas über die Fähre Astrid?", "auf Deutsch"),
        (f"{QUESTION} and who won the cricket world cup of Norland?", "do not tell of"),
    ):
        ask(page, question)
        expect(page.locator("#shown .answer").last).to_contain_text(shown)


def test_it_is_used_by_keyboard_and_the_sheet_says_how(page: Page) -> None:
    page.locator(".masthead [data-do=help]").focus()
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    expect(page.locator("#help kbd")).to_contain_text(["/", "n", "p"])
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#question textarea")).to_be_focused()
    page.keyboard.type("n?")  # letters are letters in a field
    expect(page.locator("#question textarea")).to_have_value("n?")
    page.locator(".masthead [data-do=help]").click()
    page.locator("#keys-on").uncheck()
    page.locator("#help [data-do=dismiss]").click()
    page.keyboard.press("t")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.locator(".masthead [data-do=help]").click()
    page.locator("#keys-on").check()
    page.locator("#help [data-do=dismiss]").click()
    page.keyboard.press("t")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("body")).to_have_class(re.compile("dark"))


def test_a_hostile_article_does_nothing(page: Page) -> None:
    ask(page, "What did the quarry inquiry at Veltham hear from witnesses on Monday?")
    page.locator(".cite").first.click()
    expect(page.locator("#reader h2")).to_contain_text("<img src=x")
    expect(page.locator("#reader h2 a")).to_have_count(0)
    page.get_by_role("button", name="Ask only this article").click()
    expect(page.locator(".chip")).to_contain_text("<script>")
    assert page.evaluate("window.hacked") is None
    assert page.locator("#reader .text script, #reader .text img, #shown .answer img").count() == 0
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hacked=8\">')")
    page.wait_for_timeout(300)
    assert page.evaluate("window.hacked") is None  # the policy: even a tag that got through would run nothing
    page.complained = [c for c in page.complained if "Content Security Policy" not in c and "404" not in c]  # type: ignore[attr-defined]


def test_nothing_is_wider_than_the_window(page: Page) -> None:
    ask(page, QUESTION)
    for name in ("Ask", "Timeline", "Library"):
        tab(page, name)
        page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_page_speaks_german(browser: Browser, address: str) -> None:
    page = opened(browser, address, locale="de-DE")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("tab", name="Zeitleiste")).to_be_visible()
    expect(page.locator("#question textarea")).to_have_attribute("placeholder", "Fragen Sie etwas zu den Artikeln…")
    expect(page.locator(".welcome h1")).to_have_text("Fragen Sie Ihre Artikel")
    ask(page, QUESTION)
    expect(page.locator(".searched")).to_contain_text("21 Artikel durchsucht")
    expect(page.locator(".card-facts").first).to_contain_text("14. März 2025")
    page.context.close()


def test_an_empty_library_says_how_to_fill_it_and_takes_the_samples(browser: Browser, tmp_path: Path) -> None:
    import ui

    with Assistant.open(tmp_path / "library") as desk:
        page = opened(browser, ui.serve(desk, port=0, block=False))
        expect(page.locator(".welcome h1")).to_have_text("The library is empty")
        expect(page.locator(".welcome code")).to_have_text("newsdesk add articles/")
        page.get_by_role("button", name="Load the sample articles").first.click()
        expect(page.locator("#next .suggestion").first).to_be_visible(timeout=60_000)
        ask(page, QUESTION)
        expect(page.locator(".answer .said")).to_contain_text("NATO")
        page.context.close()
