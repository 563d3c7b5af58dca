"""The HTTP API against its own OpenAPI description: requests made up by schemathesis, right and wrong ones."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx

from assistant import Article, Assistant
from assistant.server import app as server
from assistant.server.access import Access, Scope
from assistant.server.api.limits import Rules

HERE = Path(__file__).parent / "schemathesis"
BOUNDS = ["--phases", "examples,fuzzing,stateful", "--max-examples", "4", "--seed", "1", "--no-shrink"]


def test_every_operation_keeps_to_its_description(tmp_path: Path) -> None:
    access = Access.open(tmp_path / "access.json")
    key = access.add_key("tester", list(Scope))
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([Article(title="Bridge", text="The bridge at Lowmere is closed. Its cables are cracked.")])
        rules = Rules(rate="1000000/minute")
        running = server.serve(desk, port=0, access=access, rules=rules, block=False)
        description = httpx.get(f"{running.address}/v1/openapi.json").json()
        command = [Path(sys.executable).with_name("schemathesis"), "run", f"{running.address}/v1/openapi.json", *BOUNDS]
        done = subprocess.run(
            [*command, "--header", f"Authorization: Bearer {key}", "--no-color", "--request-timeout", "60"],
            cwd=HERE,
            env={**os.environ, "SCHEMATHESIS_HOOKS": "offline", "PYTHONPATH": str(HERE)},
            capture_output=True,
            text=True,
            check=False,
        )
        running.stop()
    assert done.returncode == 0, done.stdout + done.stderr
    operations = sum(len(methods) for methods in description["paths"].values())
    assert f"{operations} selected / {operations} total" in done.stdout


def test_every_error_is_described_as_a_problem_and_bodies_have_examples() -> None:
    from fastapi import FastAPI

    with_desk: FastAPI = server.app(None)  # type: ignore[arg-type]  # describing it asks nothing of the desk
    description = with_desk.openapi()
    for path, methods in description["paths"].items():
        for operation in methods.values():
            assert operation["summary"] and operation["description"], path
            errors = {status: one for status, one in operation["responses"].items() if status >= "400"}
            assert path in ("/v1/health", "/v1/ready") or {"401", "403", "429"} <= set(errors), path
            for one in errors.values():
                kind = "application/json" if "/chat/" in path or "/models" in path else "application/problem+json"
                assert list(one["content"]) == [kind], path
    assert description["components"]["schemas"]["Ask"]["properties"]["question"]["examples"]
