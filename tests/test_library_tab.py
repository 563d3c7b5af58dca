"""The Library tab in a real browser, on a laptop and on a phone: paging, sorting, finding, the histogram, adding with a
preview, stopping, removing and undoing, history; and what is sent does not grow with the library."""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from assistant import Article, Assistant
from assistant.server.access import EVERYTHING, Person, Scope
from bench.listing import fill
from tests.browser import ARGUMENTS
from tests.site import Site, serving
from tests.site import page as news_page
from ui_parts import shelf_view
from ui_parts.library import Shelf
from ui_parts.shelf_view import ListView
from ui_parts.texts import speaking
from ui_parts.uploads import own_folder
from ui_parts.visitors import NotAllowed, PageVisitor

BRIDGE = Article(
    id="bridge", title="Bridge closed", url="https://example.org/bridge", publisher="Harbour Post",
    published=datetime(2025, 3, 4),
    text="The bridge at Lowmere is closed. Two cables are cracked. Repairs take six weeks.",
)  # fmt: skip
HOSTILE = Article(
    id="<img src=x onerror=window.hacked=1>", title='"><script>window.hacked=2</script>',
    url="javascript:window.hacked=3", publisher="<b onmouseover=window.hacked=4>", published=datetime(2025, 3, 5),
    text="A note <img src=http://192.0.2.1/x onerror=window.hacked=5> of the archivist.",
)  # fmt: skip


def library(folder: Path) -> Assistant:
    desk = Assistant.open(folder, allow_hosts=["127.0.0.1"])
    dated = [
        Article(id=f"m{n}", title=f"Meeting {n:02} of the council", publisher=("Post", "Courier")[n % 2],
                published=datetime(2025, 1, 1) + timedelta(days=n), text=f"The motion {n} about ward {n % 7} was lost.")
        for n in range(58)
    ]  # fmt: skip
    desk.add([*dated, HOSTILE, BRIDGE])
    desk.add(Article(**{**BRIDGE.__dict__, "title": "Bridge to reopen", "text": BRIDGE.text.replace("Two", "Three")}))
    return desk


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
def site() -> Iterator[Site]:
    with serving() as served:
        yield served


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Assistant, str]]:
    import ui

    with library(tmp_path_factory.mktemp("tab") / "library") as desk:
        yield desk, ui.serve(desk, port=0, block=False)


@pytest.fixture(params=[1280, 390], ids=["laptop", "phone"])
def page(browser: Browser, served: tuple[Assistant, str], request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": request.param, "height": 844})
    opened = context.new_page()
    opened.requested = []  # type: ignore[attr-defined]
    opened.on("request", lambda r: opened.requested.append(r.url))  # type: ignore[attr-defined]
    opened.goto(served[1])
    opened.get_by_role("tab", name="Library").click()
    expect(opened.locator("#articles .lib-open").first).to_be_visible(timeout=30_000)
    yield opened
    assert all(url.startswith(("http://127.0.0.1", "data:", "blob:")) for url in opened.requested)  # type: ignore[attr-defined]
    assert opened.evaluate("window.hacked") is None
    context.close()


def titles(page: Page) -> list[str]:
    return page.locator("#articles .lib-open").all_inner_texts()


def test_the_table_is_paged_sorted_and_searched_by_the_server(page: Page) -> None:
    expect(page.locator(".lib-count")).to_contain_text("60 articles")
    expect(page.locator("#articles tbody tr")).to_have_count(50)
    assert titles(page)[0] == HOSTILE.title and titles(page)[1] == "Bridge to reopen"
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#articles tbody tr")).to_have_count(10)
    expect(page.locator(".lib-pages")).to_contain_text("51 to 60 of 60")
    page.get_by_role("button", name="Previous").click()
    expect(page.locator("#articles tbody tr")).to_have_count(50)
    if page.viewport_size and page.viewport_size["width"] > 760:
        page.get_by_role("button", name="Sort by Title").click()
        expect(page.locator("#articles .lib-open").nth(1)).to_have_text("Bridge to reopen")
        expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Title")
        page.get_by_role("button", name="Sort by Title").click()
        expect(page.locator("#articles .lib-open").first).to_have_text("Meeting 57 of the council")
    page.fill("#library input[name=words]", "cracked")
    expect(page.locator("#articles tbody tr")).to_have_count(1)
    expect(page.locator(".lib-count")).to_contain_text("1 of 60 articles")
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#articles tbody tr")).to_have_count(50)
    expect(page.locator("#library input[name=words]")).to_have_value("")
    page.locator("#articles tbody").get_by_role("button", name="Courier").first.click()
    expect(page.locator(".lib-count")).to_contain_text("29 of 60 articles")
    page.fill("#library input[name=words]", "nothing of the kind")
    expect(page.locator(".lib-none")).to_contain_text("No article fits")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_histogram_filters_by_a_drag_and_by_keyboard(page: Page) -> None:
    bars = page.locator(".lib-bar")
    count = bars.count()
    assert count > 8 and bars.nth(3).get_attribute("aria-label")
    page.locator(".lib-histogram").scroll_into_view_if_needed()
    first, last = bars.nth(2).bounding_box(), bars.nth(4).bounding_box()
    assert first and last
    page.mouse.move(first["x"] + first["width"] / 2, first["y"] + first["height"] / 2)
    page.mouse.down()
    page.mouse.move(last["x"] + last["width"] / 2, last["y"] + last["height"] / 2, steps=4)
    page.mouse.up()
    expect(page.locator(".lib-bar[aria-pressed=true]")).to_have_count(3)
    expect(page.locator(".lib-count")).to_contain_text(re.compile("of 60 articles"))
    assert 0 < page.locator("#articles tbody tr").count() < 50
    expect(bars).to_have_count(count)  # what is left out can still be chosen
    page.get_by_role("button", name=re.compile("All days")).click()
    expect(page.locator("#articles tbody tr")).to_have_count(50)
    page.locator(".lib-bar").first.focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".lib-bar[aria-pressed=true]")).to_have_count(2)


def test_an_article_opens_with_its_history_and_is_escaped(page: Page) -> None:
    page.get_by_role("button", name="Bridge to reopen", exact=True).click()
    reader = page.locator("#opened .lib-reader")
    expect(reader.locator("h2")).to_be_focused()
    expect(reader).to_contain_text("title: Bridge closed → Bridge to reopen")
    expect(reader.locator("del")).to_have_text("Two cables are cracked.")
    expect(reader.locator("ins")).to_have_text("Three cables are cracked.")
    expect(reader.locator("h2 a")).to_have_attribute("rel", "noopener noreferrer")
    expect(page.get_by_role("link", name="Ask about this article")).to_have_attribute("href", "./?article=bridge")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Bridge to reopen", exact=True)).to_be_focused()
    page.locator("#articles .lib-open").first.click()
    expect(reader.locator("h2")).to_have_text(HOSTILE.title)
    assert reader.locator("h2 a, img, script, b").count() == 0
    expect(reader).to_contain_text("It has not changed")


def test_text_and_files_and_addresses_are_previewed_added_removed_and_put_back(
    page: Page, served: tuple[Assistant, str], site: Site, tmp_path: Path
) -> None:
    desk, mark = served[0], f"Kite {page.viewport_size['width']}"  # type: ignore[index]
    body = "The kite festival in Astrup drew 900 kites on Sunday, more than ever before, the organisers said. " * 3
    address = site.put(f"/{mark.replace(' ', '-')}", news_page(f"{mark} by address", f"{body}\n\n{mark} flew high."))
    (tmp_path / "kite.md").write_text(f"---\ntitle: {mark} by file\n---\n\nThe file about {mark} kites.\n")
    (tmp_path / "empty.txt").write_text("  ")
    before = desk.listing(limit=1).total
    page.fill("textarea[name=addresses]", f"{address}\n{site.address}/missing")
    page.locator("form[data-lib=addresses]").get_by_role("button", name="Preview").click()
    expect(page.locator(".lib-card").first).to_contain_text(f"{mark} by address", timeout=30_000)
    expect(page.locator(".lib-card").first).to_contain_text("Harbour Post")
    expect(page.locator(".lib-card").first).to_contain_text("no date found")
    expect(page.locator(".lib-card").nth(1)).to_contain_text("404")
    page.set_input_files("#files input[type=file]", [str(tmp_path / "kite.md"), str(tmp_path / "empty.txt")])
    expect(page.locator(".lib-card").nth(2)).to_contain_text(f"{mark} by file", timeout=30_000)
    expect(page.locator(".lib-card").nth(3)).to_contain_text("it holds no text")
    page.locator(".lib-paste summary").click()
    page.fill("textarea[name=text]", f"A pasted text of {mark}.")
    page.fill("input[name=title]", f"{mark} by paste")
    page.fill("input[name=date]", "3 May 2025")
    page.locator("form[data-lib=paste]").get_by_role("button", name="Preview").click()
    expect(page.locator(".lib-card").nth(4)).to_contain_text("3 May 2025", timeout=30_000)
    assert desk.listing(limit=1).total == before  # nothing is in yet
    page.get_by_role("button", name=f"Leave out: {site.address}/missing").click()
    expect(page.locator(".lib-card")).to_have_count(4)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".lib-job.done")).to_have_count(3, timeout=60_000)
    expect(page.locator("#library-queue")).to_contain_text("kite.md 1 added")
    assert not list(Path(own_folder()).rglob("*.md")) + list(Path(own_folder()).rglob("*.txt"))  # uploads are deleted
    page.fill("#library input[name=words]", mark)
    expect(page.locator("#articles tbody tr")).to_have_count(3)
    dropped = next(a for a in desk.listing(words=f"{mark} by file", limit=1).articles)
    assert dropped.url is None  # and not the place where the page kept the file for a moment
    page.get_by_role("button", name=f"Remove “{mark} by file”").click()
    expect(page.locator("#articles tbody tr")).to_have_count(2, timeout=30_000)
    expect(page.locator(".lib-notice")).to_contain_text(f"Removed “{mark} by file”.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#articles tbody tr")).to_have_count(3, timeout=30_000)
    expect(page.locator(".lib-notice")).to_contain_text("is back")
    desk.remove([a.id for a in desk.listing(mark).articles])
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_adding_shows_its_progress_is_stopped_and_nobody_waits_for_it(browser: Browser, tmp_path: Path) -> None:
    import ui

    rows = tmp_path / "many.jsonl"
    text = "The council of ward {0} met on Monday and heard {0} speakers. A vote is due in {0} days."
    rows.write_text("".join(json.dumps({"id": f"w{n}", "text": text.format(n)}) + "\n" for n in range(6000)))
    with library(tmp_path / "library") as desk:
        address = ui.serve(desk, port=0, block=False)
        mine, other = browser.new_page(), browser.new_page()
        for one in (mine, other):
            one.goto(address)
            one.get_by_role("tab", name="Library").click()
            expect(one.locator("#articles .lib-open").first).to_be_visible(timeout=30_000)
        mine.set_input_files("#files input[type=file]", str(rows))
        expect(mine.locator(".lib-source")).to_contain_text("The first 5 of this source", timeout=30_000)
        mine.get_by_role("button", name="Add", exact=True).click()
        expect(mine.locator(".lib-job progress")).to_be_visible(timeout=30_000)
        assert not desk.ask("Why is the bridge at Lowmere closed?").abstained  # asked while they go in
        expect(other.locator(".lib-job")).to_have_count(0)  # another visitor's list is its own
        mine.get_by_role("button", name="Stop adding many.jsonl").click()
        expect(mine.locator(".lib-job")).to_contain_text("stopped; what was stored stays", timeout=60_000)
        assert desk._library.pending  # in whichever step it was stopped, vectors are still to be made
        mine.get_by_role("button", name="Clear the list").click()
        expect(mine.locator(".lib-job")).to_have_count(0)
        mine.close(), other.close()


def test_the_samples_go_into_an_empty_library(browser: Browser, tmp_path: Path) -> None:
    import ui

    with Assistant.open(tmp_path / "library") as desk:
        page = browser.new_page()
        page.goto(ui.serve(desk, port=0, block=False))
        page.get_by_role("tab", name="Library").click()
        expect(page.locator(".lib-none")).to_contain_text("The library is empty", timeout=30_000)
        page.locator("#library-adding").get_by_role("button", name="Load the sample articles").click()
        expect(page.locator("#articles tbody tr")).to_have_count(20, timeout=60_000)
        page.close()


def visitor(name: str = "ann", *scopes: Scope) -> PageVisitor:
    return PageVisitor(name, Person(name, frozenset(scopes) or EVERYTHING), speaking("en"))


def test_who_may_only_read_neither_adds_nor_removes(served: tuple[Assistant, str]) -> None:
    desk, reader = served[0], visitor("bo", Scope.READ)
    shelf = Shelf(desk)
    for attempt in (
        lambda: shelf.removed(ListView(), {"id": "bridge"}, reader),
        lambda: shelf.restored(ListView(), reader),
        lambda: shelf.looked_at([("x", "x")], reader),
        lambda: shelf.add([], reader),
        lambda: shelf.cancel({}, reader),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    shown = shelf.shown(ListView(), reader)
    assert 'data-lib="remove"' not in shown and 'data-lib="open"' in shown


def _held(begun: threading.Event, held: threading.Event) -> None:
    begun.set()
    held.wait(20)


def test_a_job_is_its_owners_alone(served: tuple[Assistant, str]) -> None:
    shelf = Shelf(served[0])
    begun, held = threading.Event(), threading.Event()
    job = shelf.jobs.start("add", "ann", ("notes",), lambda _: _held(begun, held))
    assert begun.wait(20) and [one.id for one in shelf.of(visitor("ann"))] == [job.id] and not shelf.of(visitor("bo"))
    shelf.cancel({"job": job.id}, visitor("bo"))
    held.set()
    shelf.jobs.close()


def test_what_is_sent_does_not_grow_with_the_library(tmp_path: Path) -> None:
    sizes = {}
    for count in (1000, 20_000):
        with Assistant.open(tmp_path / str(count)) as desk:
            fill(desk, count)
            shelf = Shelf(desk)
            shown = shelf.shown(ListView(), visitor())
            assert shown.count("<tr>") == shelf_view.PAGE + 1 and shown.count("lib-bar") <= 2 * 140
            later = shelf.shown(ListView(offset=50, sort="title"), visitor())
            sizes[count] = max(len(shown), len(later))
    assert sizes[20_000] < 1.1 * sizes[1000]


@pytest.mark.parametrize(
    "sent",
    [{"do": "page", "offset": "-5"}, {"do": "sort", "column": "key; DROP TABLE articles"}, {"do": "days", "start": "x"},
     {"do": "days", "start": "2025-02-01", "end": "2025-01-01"}, {"do": "all"}, {}],
)  # fmt: skip
def test_what_a_browser_makes_up_changes_nothing(sent: dict[str, str]) -> None:
    assert Shelf.moved(ListView(), sent) == ListView()


def test_every_text_of_the_tab_is_there_in_every_language() -> None:
    languages = [json.loads(file.read_text(encoding="utf-8")) for file in Path("ui_parts").glob("texts_library.json")]
    for table in languages:
        assert table["en"].keys() == table["de"].keys()
        for name, text in table["en"].items():
            assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", table["de"][name])), name
