"""The library as an MCP server, through the official client: over a real process's standard streams, and over HTTP."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from assistant import Article, Assistant
from assistant.json_codec import as_json
from assistant.server.access import Access, Scope
from assistant.server.api.limits import Rules
from assistant.server.app import serve
from assistant.server.mcp import server

TOOLS = {"search_articles", "read_article", "ask", "verify_text", "list_sources"}
QUESTION = "Why was the harbour bridge at Lowmere closed?"


def told(result: Any) -> str:
    """The text of a tool's result."""
    return "\n".join(block.text for block in result.content)


def with_client(where: Any, use: Callable[[Client], Awaitable[None]], mode: str = "auto") -> None:
    """Connect the official client, and use it. mode: "legacy" is the protocol of clients before 2026."""

    async def connected() -> None:
        async with Client(where, mode=mode) as client:
            await use(client)

    asyncio.run(connected())


def bearing(address: str, key: str) -> Any:
    """The official client's HTTP transport, with a key."""
    return streamable_http_client(
        f"{address}/mcp", http_client=httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"})
    )


@contextmanager
def served(desk: Assistant, access: Access | None = None, rate: str = "240/minute") -> Iterator[str]:
    """The address of the HTTP server over a desk."""
    running = serve(desk, port=0, access=access, rules=Rules(rate=rate), block=False)
    yield running.address
    running.stop()


@pytest.fixture
def address(desk: Assistant) -> Iterator[str]:
    with served(desk) as address:
        yield address


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_works_with_the_command_over_its_standard_streams(
    tmp_path: Path, articles: list[Article], mode: str
) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add(articles)
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "newsdesk", "mcp", "--library", str(tmp_path / "library")],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    )

    async def use(client: Client) -> None:
        assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
        answer = (await client.call_tool("ask", {"question": QUESTION})).structured_content
        assert answer is not None and not answer["abstained"]
        for citation in answer["citations"]:
            read = await client.call_tool(
                "read_article",
                {
                    "article_id": citation["article"]["id"],
                    "start": citation["start"],
                    "length": citation["end"] - citation["start"],
                },
            )
            assert read.structured_content is not None and read.structured_content["text"] == citation["quote"]

    with_client(stdio_client(command), use, mode)


def test_each_tool_tells_a_model_how_to_use_it(desk: Assistant) -> None:
    async def use(client: Client) -> None:
        for tool in (await client.list_tools()).tools:
            assert len(tool.description or "") > 100 and tool.output_schema
            assert tool.annotations is not None and tool.annotations.read_only_hint
            for name, described in tool.input_schema["properties"].items():
                assert described["description"], (tool.name, name)
        assert "ISO 8601" in str(client.instructions)
        assert not (await client.list_resources()).resources and not (await client.list_prompts()).prompts

    with_client(server(desk), use)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_tools_work_over_http(address: str, desk: Assistant, mode: str) -> None:
    async def use(client: Client) -> None:
        found = await client.call_tool("search_articles", {"query": "rye loaf prize", "limit": 2})
        assert found.structured_content is not None
        first = found.structured_content["passages"][0]
        text = desk.article(first["article_id"]).text
        assert text[first["start"] : first["end"]] == first["text"]
        assert first["title"] == "Quillan bakery wins rye prize again" and first["published"].startswith("2025-02-10")
        assert first["url"] in told(found) and first["article_id"] in told(found)
        sources = (await client.call_tool("list_sources", {})).structured_content
        assert sources == {
            "articles": 3,
            "oldest": "2025-02-10",
            "newest": "2025-04-20",
            "publishers": [{"name": "The Meridian", "articles": 2}, {"name": "Harbour Post", "articles": 1}],
        }
        whole = await client.call_tool("ask", {"question": QUESTION, "passages": True})
        assert whole.structured_content is not None and whole.structured_content["hits"]
        assert whole.structured_content == as_json(desk.ask(QUESTION))

    with_client(f"{address}/mcp", use, mode)


def test_an_article_is_read_in_parts_that_join_up(desk: Assistant) -> None:
    article = desk.articles()[0]

    async def use(client: Client) -> None:
        text, start = "", 0
        while True:
            part = (
                await client.call_tool("read_article", {"article_id": article.id, "start": start, "length": 60})
            ).structured_content
            assert part is not None and part["start"] == start
            text, start = text + part["text"], part["end"]
            if part["end"] == part["total"]:
                break
        assert text == desk.article(article.id).text

    with_client(server(desk), use)


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("read_article", {"article_id": "nowhere"}, "search_articles gives the ids"),
        ("ask", {"question": "Who won?", "since": "May"}, "a day is written as 2025-03-01, not 'May'"),
        ("ask", {"question": "Who won?", "since": "2025-05-01", "until": "2025-01-01"}, "swap them"),
        ("ask", {"question": " "}, "the question is empty"),
        (
            "search_articles",
            {"query": "prize", "publishers": ["Meridian"]},
            "The publishers are The Meridian, Harbour",
        ),
        ("search_articles", {"query": "prize", "limit": 5000}, "less than or equal to 50"),
    ],
)
def test_an_error_tells_the_model_what_to_do(desk: Assistant, tool: str, arguments: dict[str, Any], says: str) -> None:
    async def use(client: Client) -> None:
        result = await client.call_tool(tool, arguments)
        assert result.is_error and says in told(result)

    with_client(server(desk), use)


def test_filters_find_only_what_passes_them_and_publishers_in_any_case(desk: Assistant) -> None:
    async def use(client: Client) -> None:
        limits = {"publishers": ["the meridian"], "since": "2025-03-01T00:00:00Z", "until": None}
        found = (await client.call_tool("search_articles", {"query": "prize", **limits})).structured_content
        assert found is not None
        assert {passage["title"] for passage in found["passages"]} == {"Comet Okafor photographed"}

    with_client(server(desk), use)


def test_with_an_access_file_a_key_that_may_read_is_needed(tmp_path: Path, desk: Assistant) -> None:
    access = Access.open(tmp_path / "access.json")
    reads, writes = access.add_key("reader", [Scope.READ]), access.add_key("feeder", [Scope.WRITE])
    with served(desk, access) as address:
        ask = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        headers = {"Accept": "application/json, text/event-stream"}
        assert httpx2.post(f"{address}/mcp", json=ask, headers=headers).status_code == 401
        wrong = {**headers, "Authorization": f"Bearer {writes}"}
        assert httpx2.post(f"{address}/mcp", json=ask, headers=wrong).status_code == 403
        other = {**headers, "X-API-Key": reads}
        assert httpx2.post(f"{address}/mcp", json=ask, headers=other).status_code not in (401, 403)

        async def use(client: Client) -> None:
            assert not (await client.call_tool("ask", {"question": QUESTION})).is_error

        with_client(bearing(address, reads), use)


def test_the_rate_of_the_server_counts_here_too(desk: Assistant) -> None:
    with served(desk, rate="2/minute") as address:
        codes = [httpx2.post(f"{address}/mcp", json={}).status_code for _ in range(3)]
    assert codes[2] == 429 and 429 not in codes[:2]


def test_a_page_elsewhere_cannot_reach_a_server_of_this_machine(address: str) -> None:
    headers = {"Accept": "application/json, text/event-stream"}
    ask = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    port = address.rpartition(":")[2]
    named = {**headers, "Host": f"evil.example:{port}"}
    assert httpx2.post(f"{address}/mcp", json=ask, headers=named).status_code == 403
    foreign = {**headers, "Origin": "https://evil.example"}
    assert httpx2.post(f"{address}/mcp", json=ask, headers=foreign).status_code == 403


def test_the_pages_own_mcp_face_is_closed(desk: Assistant) -> None:
    from ui import serve

    address = serve(desk, port=0, block=False).rstrip("/")
    for path in ("/gradio_api/mcp", "/gradio_api/mcp/", "/gradio_api/mcp/sse", "/gradio_api/mcp/schema"):
        answer = httpx2.post(address + path, json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
        assert answer.status_code in (404, 405), path
        assert "tools" not in answer.text
