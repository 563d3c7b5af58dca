"""What runs Newsdesk for others: image, compose file, unit and proxies are linted, and a real proxy is gone through."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from mcp.client import Client
from playwright.sync_api import sync_playwright

from assistant import Assistant
from assistant.samples import folder as samples_folder
from tests.programs import program

REPOSITORY = Path(__file__).parent.parent
DEPLOY = REPOSITORY / "docs" / "deploy"
PACKAGES = {"systemd-analyze": "systemd"}
QUESTION = "what are Putin's ceasefire conditions"


def passes(*command: str | Path) -> str:
    """Run a tool of this environment or of the system; it must be content."""
    name, *rest = map(str, command)
    tool = Path(sys.executable).with_name(name)
    found = str(tool) if tool.exists() else program(name, PACKAGES.get(name, ""))
    done = subprocess.run([found, *rest], capture_output=True, text=True, check=False, cwd=REPOSITORY)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def test_the_dockerfile_passes_the_linter() -> None:
    passes("hadolint", DEPLOY / "Dockerfile")


def test_the_image_gets_every_package_and_nothing_is_left_out_of_its_context() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    wanted = {name.split(".")[0] for name in project["packages"]} | {f"{name}.py" for name in project["py-modules"]}
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    copied = {name for line in re.findall(r"^COPY (?!--from)(.*)$", dockerfile, re.M) for name in line.split()[:-1]}
    context = re.findall(r"^!(\S+)$", (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8"), re.M)
    assert wanted <= copied <= set(context)


def test_the_compose_file_fits_its_schema() -> None:
    passes("check-jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml")


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "newsdesk.service"
    text = (DEPLOY / "newsdesk.service").read_text(encoding="utf-8")
    unit.write_text(text.replace("/opt/newsdesk/bin/newsdesk", "/bin/true"), encoding="utf-8")  # it must be there
    assert passes("systemd-analyze", "verify", unit) == ""


def test_caddy_takes_its_file() -> None:
    assert "Valid configuration" in passes(
        "caddy", "validate", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile"
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with a page behind nginx, under the prefix /desk, both real processes."""
    folder = tmp_path_factory.mktemp("site")
    with Assistant.open(folder / "library") as desk:
        desk.add(samples_folder())
    behind, before = free_port(), free_port()
    command = [sys.executable, "-m", "newsdesk", "serve", "--library", str(folder / "library")]
    newsdesk = subprocess.Popen(
        [*command, "--port", str(behind), "--root-path", "/desk", "--open"],
        cwd=REPOSITORY, env=os.environ | {"PYTHONPATH": str(REPOSITORY)}, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    inside = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    inside = inside.replace("listen 443 ssl", f"listen 127.0.0.1:{before}").replace(":7860", f":{behind}")
    inside = re.sub(r"^\s*ssl_.*\n", "", inside, flags=re.M)
    paths = "".join(f"{kind}_temp_path {folder};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log stderr; worker_processes 1;\n"
        f"events {{}}\nhttp {{ access_log off; {paths}\n{inside}\n}}\n",
        encoding="utf-8",
    )
    nginx = subprocess.Popen(
        [program("nginx", "nginx-light"), "-c", str(folder / "nginx.conf"), "-p", str(folder)],
        stderr=subprocess.DEVNULL,
    )
    assert newsdesk.stdout is not None
    assert newsdesk.stdout.readline().strip().startswith(f"Newsdesk on http://127.0.0.1:{behind}/desk")
    address = f"http://127.0.0.1:{before}/desk"
    for _ in range(600):
        try:
            if httpx2.get(f"{address}/v1/ready").status_code == 200:
                break
        except httpx2.TransportError:
            assert nginx.poll() is None
        time.sleep(0.1)
    yield address
    for process in (nginx, newsdesk):
        process.terminate()
        process.wait()
    newsdesk.stdout.close()


def test_the_api_answers_under_a_prefix(site: str) -> None:
    answer = httpx2.post(f"{site}/v1/ask", json={"question": QUESTION}, timeout=60).json()
    assert answer["citations"]
    described = httpx2.get(f"{site}/v1/openapi.json").json()
    assert described["servers"] == [{"url": "/desk"}]
    with httpx2.stream("POST", f"{site}/v1/ask", json={"question": QUESTION}, headers={"Accept": "text/event-stream"},
                       timeout=60) as stream:  # fmt: skip
        events = [line for line in stream.iter_lines() if line.startswith("event:")]
    assert events[-1] == "event: answer" and "event: text" in events
    moved = httpx2.get(site, follow_redirects=False)
    assert moved.status_code == 308 and moved.headers["location"].endswith("/desk/")


def test_mcp_answers_under_a_prefix(site: str) -> None:
    async def ask() -> None:
        async with Client(f"{site}/mcp") as client:
            result = await client.call_tool("ask", {"question": QUESTION})
            assert result.structured_content is not None and result.structured_content["citations"]

    asyncio.run(ask())


def test_the_page_works_under_a_prefix(site: str) -> None:
    lost: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
                  "--disable-sync", "--no-first-run"],
        )  # fmt: skip
        page = browser.new_page()
        page.on("response", lambda response: lost.append(response.url) if response.status >= 400 else None)
        page.on("request", lambda request: None if "/desk/" in request.url else lost.append(request.url))
        page.goto(f"{site}/")
        page.locator("#question textarea").fill(QUESTION)
        page.locator("#question textarea").press("Enter")
        page.locator(".answer", has_text="hope of joining NATO").first.wait_for(timeout=120_000)
        browser.close()
    assert [url for url in lost if url.startswith("http")] == []
