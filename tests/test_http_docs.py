"""docs/http.md: every example runs, with the real curl, against a real server."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant
from assistant.samples import folder as samples_folder
from tests.programs import program
from tests.test_http import served

PAGE = (Path(__file__).parent.parent / "docs" / "http.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"^```bash title=\"(\S+)\"\n(.*?)^```$", PAGE, re.M | re.S))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program("curl")
    with Assistant.open(tmp_path_factory.mktemp("docs") / "library") as desk:
        desk.add(samples_folder())
        with served(desk) as (running, _):
            yield running.address


def test_every_example_does_what_the_page_says(address: str, tmp_path: Path) -> None:
    def printed(name: str) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", EXAMPLES.pop(name)], cwd=tmp_path, capture_output=True, text=True,
            check=False, env={**os.environ, "NEWSDESK": address},
        )  # fmt: skip
        assert done.returncode == 0, (name, done.stderr)
        return done.stdout

    def told(name: str) -> Any:
        return json.loads(printed(name))

    answer = told("ask")
    assert answer["citations"] and {c["article"]["publisher"] for c in answer["citations"]} == {"The Meridian"}
    assert printed("stream").startswith("event: text\ndata: ")
    assert len(told("retrieve")) == 3 and told("timeline")["rows"]
    assert len(told("list")["articles"]) == 2
    assert told("add")["sources"] == ["articles"] and told("upload")["sources"] == ["pell.txt"]
    assert "good chance" in told("converse")["answer"]["text"]
    assert '"short":"11"' in (kept := printed("watch")) and kept.endswith("}[]")
    message = told("openai")["choices"][0]["message"]
    assert message["annotations"] and message["newsdesk"]["citations"]
    assert told("remove") == {"removed": ["kite"]}
    assert not EXAMPLES, "an example that this test does not run"
