"""Pictures of the page over the sample articles, for the documentation: `make screenshots`.

    python -m bench.screenshots --out docs/images

Chat, reader, library and timeline, each light, dark and on a phone. Needs Chromium and the development dependencies.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

import ui
from assistant import Assistant
from assistant.samples import folder as samples_folder

QUESTION = "what are Putin's ceasefire conditions"
OVER_TIME = "How many people died in the Vessa flood?"
LOOKS = {
    "light": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 780}, "color_scheme": "light", "device_scale_factor": 1.5},
}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"]
MOST = 200_000  # bytes of a picture


def chat(page: Page) -> None:
    """A question and its answer."""
    page.fill("#question textarea", QUESTION)
    page.press("#question textarea", "Enter")
    page.wait_for_selector("#shown .cite")
    page.wait_for_selector("#next .suggestion")


def reader(page: Page) -> None:
    """The source of a sentence beside it."""
    chat(page)
    page.locator("#shown .cite").first.click()
    page.wait_for_selector("#reader mark.here")


def timeline(page: Page) -> None:
    """A question over time."""
    page.get_by_role("tab", name="Timeline").click()
    page.fill("#timeline-question textarea", OVER_TIME)
    page.press("#timeline-question textarea", "Enter")
    page.wait_for_selector(".days > li")


def library(page: Page) -> None:
    """The articles."""
    page.get_by_role("tab", name="Library").click()
    page.get_by_text("The Meridian").locator("visible=true").first.wait_for()


VIEWS: tuple[Callable[[Page], None], ...] = (chat, reader, timeline, library)


def picture(browser: Browser, address: str, look: str, view: Callable[[Page], None], out: Path) -> Path:
    """One picture, as out/VIEW-LOOK.png."""
    context = browser.new_context(**LOOKS[look], reduced_motion="reduce", locale="en-GB")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("#next .suggestion")
    view(page)
    page.mouse.move(2, 2)
    page.wait_for_timeout(600)
    file = out / f"{view.__name__}-{look}.png"
    page.screenshot(path=file)
    context.close()
    return file


def main() -> None:
    """Make all of them."""
    cli = argparse.ArgumentParser(description=__doc__)
    cli.add_argument("--out", type=Path, default=Path("docs/images"))
    out: Path = cli.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Assistant.open(Path(folder) / "library") as desk:
        desk.add(samples_folder())
        address = ui.serve(desk, port=0, block=False)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
            for look in LOOKS:
                for view in VIEWS:
                    file = picture(browser, address, look, view, out)
                    size = file.stat().st_size
                    print(f"{file}  {size:,} bytes{'  TOO LARGE' if size > MOST else ''}")
            browser.close()


if __name__ == "__main__":
    main()
