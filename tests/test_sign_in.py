"""A page with a login: who may come in, what each may do, and that hidden endpoints ask the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from assistant import Assistant
from assistant.samples import folder as samples_folder
from assistant.server.access import Access, Scope
from index.errors import InvalidValue
from tests.browser import QUESTION, READY, ask, chromium

PASSWORD = "a long password"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant.open(tmp_path_factory.mktemp("sign-in") / "library") as found:
        found.add(samples_folder())
        yield found


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Access:
    made = Access.open(tmp_path_factory.mktemp("people") / "people.json")
    made.add_person("Reader", PASSWORD, [Scope.READ])
    made.add_person("Writer", PASSWORD, [Scope.READ, Scope.WRITE])
    made.add_person("Guest", PASSWORD, [Scope.READ])
    made.add_person("Second", PASSWORD, [Scope.READ, Scope.WRITE])
    return made


@pytest.fixture(scope="module")
def address(desk: Assistant, access: Access) -> str:
    import ui

    return ui.serve(desk, port=0, block=False, access=access)


def signed_in(browser: Browser, address: str, name: str) -> Page:
    page = browser.new_page()
    page.goto(address)
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("button")
    expect(page.locator(".filter-bar")).to_be_visible(timeout=READY)
    return page


@contextmanager
def client(address: str, name: str) -> Iterator[httpx.Client]:
    """Someone who talks to the server without the page."""
    with httpx.Client(base_url=address, timeout=60) as made:
        came = made.post("/sign-in", data={"name": name, "password": PASSWORD})
        assert came.status_code == 303
        yield made


def call(http: httpx.Client, function: int, data: list[Any]) -> dict[str, Any]:
    """Run one of the page's functions by its number, as its script would; what the queue says at the end."""
    asked = http.post(
        "/gradio_api/queue/join",
        json={"fn_index": function, "data": data, "session_hash": "outside", "event_data": None, "trigger_id": None},
    )
    assert asked.status_code == 200, asked.text
    with http.stream("GET", "/gradio_api/queue/data", params={"session_hash": "outside"}) as lines:
        for line in lines.iter_lines():
            if line.startswith("data:") and (told := json.loads(line[5:]))["msg"] == "process_completed":
                return dict(told)
    raise AssertionError("the queue ended without a word")


def test_people_sign_in_keep_their_own_conversations_and_sign_out(browser: Browser, address: str) -> None:
    page = signed_in(browser, address, "Reader")
    expect(page.locator(".who-is")).to_have_text("Reader")
    ask(page, QUESTION)
    other = signed_in(browser, address, "Guest")
    expect(other.locator(".conversations .open")).to_have_count(0)
    again = signed_in(browser, address, "Reader")  # another browser, the same person
    expect(again.locator(".conversations .open b")).to_have_text([QUESTION])
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("[name=password]")).to_be_visible()
    page.goto(address)
    expect(page.locator("[name=password]")).to_be_visible()
    for one in (page, other, again):
        one.close()


def test_nobody_comes_in_without_signing_in(address: str) -> None:
    with httpx.Client(base_url=address) as http:
        assert http.get("/").headers["location"] == "sign-in"
        assert http.post("/sign-in", data={"name": "Reader", "password": "wrong password"}).status_code == 401
        for path in ("/config", "/gradio_api/info", "/conversations/x.md", "/gradio_api/queue/data?session_hash=x"):
            assert http.get(path).status_code in (401, 403), path
        joined = http.post("/gradio_api/queue/join", json={"fn_index": 0, "data": [], "session_hash": "x"})
        assert joined.status_code == 401
        foreign = {"sec-fetch-site": "cross-site"}
        assert http.post("/sign-in", data={"name": "Reader", "password": PASSWORD}, headers=foreign).status_code == 403


def test_a_hidden_function_refuses_who_may_only_read(address: str, desk: Assistant) -> None:
    """Every function of the page is called by number, as one who may only read: none changes the library."""
    before = {article.id for article in desk.articles()}
    some = sorted(before)[0]
    with client(address, "Reader") as http:
        functions = http.get("/config").json()["dependencies"]
        refused = 0
        for place, function in enumerate(functions):
            if function["backend_fn"] and not function["cancels"]:
                given = [some] * len(function["inputs"])
                told = call(http, function.get("id", place), given)
                refused += not told["success"] and "may read and ask here" in str(told["output"])
    assert {article.id for article in desk.articles()} == before
    assert refused >= 2  # adding, and the samples
    with client(address, "Writer") as http:
        assert http.get("/config").status_code == 200


def test_every_response_says_what_a_browser_may_do(address: str) -> None:
    with client(address, "Reader") as http:
        for path in ("/", "/page/page.js", "/theme.css", "/v1/openapi.json", "/sign-in"):
            got = http.get(path)
            policy = got.headers["content-security-policy"]
            for part in ("default-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "base-uri 'self'"):
                assert part in policy, path
            assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
            assert got.headers["x-content-type-options"] == "nosniff"
            assert got.headers["referrer-policy"] == "no-referrer"
        html = http.get("/").text
        nonce = html.partition('nonce="')[2].partition('"')[0]
        assert html.count("<script") == html.count(f'<script nonce="{nonce}"')
        assert nonce not in http.get("/").text


def test_a_cookie_is_out_of_reach_of_scripts_and_of_other_sites(address: str) -> None:
    with httpx.Client(base_url=address) as http:
        cookie = http.post("/sign-in", data={"name": "Reader", "password": PASSWORD}).headers["set-cookie"].lower()
        assert "httponly" in cookie and "samesite=lax" in cookie


def test_who_is_taken_off_the_list_is_out_at_once(address: str, access: Access) -> None:
    with client(address, "Guest") as http:
        assert http.get("/").status_code == 200
        access.remove("Guest")
        assert http.get("/").status_code == 303
        assert http.get("/config").status_code == 401


def opening(http: httpx.Client, path: str) -> dict[str, Any]:
    """What becomes of a path that is handed to the function that reads uploaded files."""
    functions = http.get("/config").json()["dependencies"]
    number = next(f.get("id", n) for n, f in enumerate(functions) if f["api_name"] == "look_at_files")
    file = {"path": path, "orig_name": Path(path).name, "size": 1, "meta": {"_type": "gradio.FileData"}}
    return call(http, number, [[file], None])


def uploaded(http: httpx.Client, name: str, text: str) -> str:
    sent = http.post("/gradio_api/upload", files={"files": (name, text.encode(), "text/plain")})
    assert sent.status_code == 200
    return str(sent.json()[0])


def test_only_a_file_that_this_visitor_uploaded_is_opened(
    address: str, tmp_path: Path, access: Access, desk: Assistant
) -> None:
    secret = "The vault at Orrin holds four keys. Nobody may know of them."
    (tmp_path / "secret.txt").write_text(secret)
    with client(address, "Writer") as writer, client(address, "Second") as second:
        own = uploaded(writer, "own.txt", "The bridge at Lowmere is closed. Two cables are cracked.")
        assert "Lowmere" in str(opening(writer, own)["output"])
        linked = Path(own).with_name("link.txt")
        linked.unlink(missing_ok=True)  # of an earlier run: Gradio names the folder by the content
        linked.symlink_to(tmp_path / "secret.txt")
        around = f"{Path(own).parent}/../../../../../../../..{tmp_path / 'secret.txt'}"
        theirs = uploaded(writer, "theirs.txt", secret)
        for path in (str(tmp_path / "secret.txt"), around, str(linked)):
            assert "vault" not in str(opening(writer, path)["output"]), path
        assert "vault" not in str(opening(second, theirs)["output"])  # another visitor's upload
        assert "vault" in str(opening(writer, theirs)["output"])


def test_wrong_passwords_are_limited_by_name_logged_and_hold_nobody_up(
    desk: Assistant, access: Access, caplog: pytest.LogCaptureFixture
) -> None:
    import ui

    address = ui.serve(desk, port=0, block=False, access=access)  # a server of its own: its limits are its own

    def try_once(_: int) -> int:
        return httpx.post(f"{address}/sign-in", data={"name": "Writer", "password": "wrong"}, timeout=60).status_code

    with ThreadPoolExecutor(40) as pool:
        said = list(pool.map(try_once, range(40)))
    assert sorted(set(said)) == [401, 429] and said.count(401) <= 10
    assert "a wrong name or password: 'Writer' from 127.0.0.1" in caplog.text and PASSWORD not in caplog.text
    other = httpx.post(f"{address}/sign-in", data={"name": "Second", "password": PASSWORD}, timeout=60)
    assert other.status_code == 429  # so many came from its address too


def test_a_request_to_the_pages_own_routes_may_not_be_of_any_size(address: str) -> None:
    with client(address, "Writer") as http:
        assert http.post("/gradio_api/queue/join", content=b" " * (33 * 1024 * 1024)).status_code == 413


def test_a_session_ends_with_its_password(address: str, access: Access) -> None:
    access.add_person("Leaver", PASSWORD, [Scope.READ])
    with client(address, "Leaver") as http:
        assert http.get("/config").status_code == 200
        access.add_key("Leaver")
        access.remove("Leaver")
        access.add_person("Leaver", "another password", [Scope.READ])  # the password is changed
        access.add_key("Leaver")
        assert http.get("/config").status_code == 401 and http.get("/").status_code == 303


def test_who_may_only_read_uploads_nothing(address: str) -> None:
    with client(address, "Reader") as http:
        sent = http.post("/gradio_api/upload", files={"files": ("own.txt", b"A text.", "text/plain")})
        assert sent.status_code == 403 and "may read and ask here" in sent.text


def test_an_upload_is_deleted_when_all_who_sent_it_are_done_and_after_a_while(tmp_path: Path) -> None:
    import os

    from ui_parts.uploads import Uploads, own_folder

    folder = Path(own_folder()) / "content"
    folder.mkdir()
    both, late, half = (folder / name for name in ("both.txt", "late.txt", "cut off"))
    for file in (both, late, half):
        file.write_text("A text.")
    uploads = Uploads()
    uploads.record("ann", [str(both), str(late)])
    uploads.record("ann", [str(both)])
    uploads.record("bob", [str(both)])
    for owner in ("ann", "bob"):
        uploads.release(owner, both)
        assert both.exists()
    uploads.release("ann", both)
    assert not both.exists()
    long_ago = 1_000_000_000
    for file in (late, half):
        os.utime(file, (long_ago, long_ago))
    uploads.record("bob", [])
    assert late.exists() and not half.exists()  # it waits to go in
    Uploads(kept=-1).record("bob", [])
    assert not late.exists()


def test_the_pages_functions_have_the_rate_of_the_api(desk: Assistant, access: Access) -> None:
    import ui
    from assistant.server.api.guard import EVENTS
    from assistant.server.api.limits import Rules

    address = ui.serve(desk, port=0, block=False, access=access, rules=Rules(rate="5/minute"))
    event = {"fn_index": 0, "data": [], "session_hash": "x"}
    with client(address, "Reader") as http:
        said = [http.post("/gradio_api/queue/join", json=event) for _ in range(5 * EVENTS + 1)]
        assert [one.status_code for one in said].count(429) == 1 and int(said[-1].headers["retry-after"]) > 0
        assert http.get("/page/page.js").status_code == 200  # files are only sent
    with httpx.Client(base_url=address) as stranger:
        assert stranger.post("/gradio_api/queue/join", json=event).status_code == 401  # counted by the address


def test_a_server_with_a_login_is_called_by_its_names_and_used_by_its_own_pages(
    desk: Assistant, access: Access
) -> None:
    import ui
    from assistant.server.api.limits import Rules

    address = ui.serve(desk, port=0, block=False, access=access, rules=Rules(names=("news.example.org",)))
    with client(address, "Reader") as http:
        for path in ("/", "/config", "/sign-in", "/v1/health", "/mcp", "/page/page.js"):
            assert http.get(path, headers={"Host": "evil.example"}).status_code == 403, path
            assert http.get(path, headers={"Host": "news.example.org"}).status_code != 403, path
        event = {"fn_index": 0, "data": [], "session_hash": "x"}
        for path in ("/gradio_api/queue/join", "/v1/ask", "/sign-in", "/sign-out"):
            for origin in ("https://evil.example", "null", "https://news.example.org.evil.example"):
                assert http.post(path, json=event, headers={"Origin": origin}).status_code == 403, path
        through_a_proxy = {"Host": "news.example.org", "Origin": "https://news.example.org:8443"}
        assert http.post("/gradio_api/queue/join", json=event, headers=through_a_proxy).status_code == 200


def test_only_a_named_proxy_says_whom_it_asks_for(
    desk: Assistant, access: Access, caplog: pytest.LogCaptureFixture
) -> None:
    import ui
    from assistant.server.api.limits import Rules

    told = {"X-Forwarded-For": "203.0.113.7"}
    for rules, seen in ((Rules(), "127.0.0.1"), (Rules(proxies=("127.0.0.0/8",)), "203.0.113.7")):
        address = ui.serve(desk, port=0, block=False, access=access, rules=rules)
        httpx.post(f"{address}/sign-in", data={"name": "Nobody", "password": "wrong"}, headers=told, timeout=60)
        assert f"'Nobody' from {seen}" in caplog.text
        caplog.clear()
    with pytest.raises(InvalidValue, match="no address of a proxy"):
        ui.serve(desk, port=0, block=False, rules=Rules(proxies=("the proxy",)))
