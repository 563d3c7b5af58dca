"""How soon the page stands in a real browser, by the number of articles in the library.

    python -m bench.first_paint --articles 10 --articles 100000

Milliseconds from the request: the first paint with content (as the browser measures it), the chat ready to be asked,
and the first page of the Library tab, which is opened then. The articles are generated without vectors; medians.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

import ui
from assistant import Assistant
from bench.listing import fill
from bench.screenshots import ARGUMENTS

VISITS = 5
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def visit(browser: Browser, address: str) -> tuple[float, float, float]:
    """(first paint, chat ready, library listed) of one new visitor, milliseconds."""
    context = browser.new_context(viewport={"width": 1280, "height": 844})
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".filter-bar")
    ready = page.evaluate("performance.now()")
    page.get_by_role("tab", name="Library").click()
    page.wait_for_selector("#articles .lib-open")
    listed = page.evaluate("performance.now()")
    painted = page.evaluate(PAINTED)
    context.close()
    return painted, ready, listed


def main() -> None:
    """Print a row for each number of articles."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--articles", type=int, action="append", default=[])
    sizes = cli.parse_args().articles or [10, 100_000]
    print("articles  first paint  chat ready  library listed   (ms, medians)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        for articles in sizes:
            with tempfile.TemporaryDirectory() as folder, Assistant.open(Path(folder) / "library") as desk:
                fill(desk, articles)
                address = ui.serve(desk, port=0, block=False)
                visit(browser, address)  # the first loads what all share
                visits = [visit(browser, address) for _ in range(VISITS)]
                times = [statistics.median(column) for column in zip(*visits, strict=True)]
                print(f"{articles:8,}  {times[0]:11.0f}  {times[1]:10.0f}  {times[2]:14.0f}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
