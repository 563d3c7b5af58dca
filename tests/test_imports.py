"""What an import pulls in, proved in fresh processes: the light ways stay light."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from index.encoder.openvino_runtime import cache_folder

HEAVY = (
    "torch", "gradio", "chromadb", "sentence_transformers", "transformers", "onnxruntime", "trafilatura", "httpx",
    "feedparser", "datasketch", "pypdf", "docx", "pyarrow", "openai", "ollama", "mcp",
)  # fmt: skip


def loaded_after(code: str) -> set[str]:
    """Which heavy modules a process has loaded after running some code."""
    report = f"{code}\nimport sys\nprint('LOADED', *[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True)
    return set(done.stdout.rpartition("LOADED")[2].split())


def test_importing_the_assistant_loads_nothing_heavy() -> None:
    assert loaded_after("import assistant") == set()


def test_the_help_of_the_command_loads_nothing_heavy() -> None:
    code = """
import sys
sys.argv = ["newsdesk", "--help"]
from newsdesk.__main__ import main
try:
    main()
except SystemExit:
    pass
"""
    assert loaded_after(code) == set()


@pytest.mark.usefixtures("samples")
def test_asking_loads_neither_torch_nor_gradio(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("ask") / "library"
    code = (
        "from assistant import Assistant, Article\n"
        f"desk = Assistant.open({str(folder)!r})\n"
        "desk.add([Article(title='Bridge', text='The bridge at Lowmere is closed. Its cables are cracked.')])\n"
        "print(desk.ask('Why is the bridge at Lowmere closed?').text)\n"
        "desk.close()"
    )
    assert (
        loaded_after(code) & {"openai", "ollama", "torch", "gradio", "sentence_transformers", "transformers"} == set()
    )


def test_the_engines_write_home_about_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    code = (
        "from assistant import Assistant, Article\n"
        f"desk = Assistant.open({str(tmp_path / 'library')!r})\n"
        "desk.add([Article(title='Bridge', text='The bridge at Lowmere is closed. Its cables are cracked.')])\n"
        "print(desk.ask('Why is the bridge at Lowmere closed?').text)\n"
        "desk.close()"
    )
    variables = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("XDG_")}
    variables |= {"HOME": str(home), "NEWSDESK_CACHE": str(cache_folder())}
    done = subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True, text=True, check=True)
    assert "Lowmere" in done.stdout
    assert [file for file in home.rglob("*") if file.is_file()] == []


def test_the_public_names_are_the_ones_exported_on_purpose() -> None:
    import assistant

    public = {name for name in vars(assistant) if not name.startswith("_")}
    modules = {name for name in public if type(getattr(assistant, name)).__name__ == "module"}
    assert public - modules == set(assistant.__all__) - {"__version__"}


def test_nothing_below_the_page_imports_it() -> None:
    for floor in ("index", "assistant", "newsdesk", "ui_parts"):
        for file in Path(floor).rglob("*.py"):
            imported = {
                name
                for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
                for name in (
                    [alias.name for alias in node.names]
                    if isinstance(node, ast.Import)
                    else [node.module or ""]
                    if isinstance(node, ast.ImportFrom)
                    else []
                )
            }
            assert "ui" not in imported, file


@pytest.mark.parametrize(
    ("engine", "owner"),
    [
        ("chromadb", "index/stores/vectors.py"),
        ("tantivy", "index/stores/words.py"),
        ("sqlite3", "index/stores/database.py"),
        ("sentencex", "index/passages.py"),
        ("trafilatura", "index/sources/page.py"),
        ("httpx_sse", "assistant/remote/client.py"),
        ("jinja2", "assistant/templates.py"),
        ("protego", "index/sources/robots.py"),
        ("feedparser", "index/sources/feeds.py"),
        ("datasketch", "index/stores/near_copies.py"),
        ("pypdf", "index/sources/documents.py"),
        ("docx", "index/sources/documents.py"),
        ("striprtf", "index/sources/documents.py"),
        ("pyarrow", "index/sources/records.py"),
        ("chardet", "index/sources/decoding.py"),
        ("sentence_transformers", "index/encoder/plain.py"),
        ("openvino", "index/encoder/openvino_runtime.py"),
        ("onnxruntime", "index/encoder/sessions.py"),
        ("mcp", "assistant/server/mcp.py"),
        ("pydantic_settings", "assistant/settings.py"),
        ("uvicorn", "assistant/server/running.py"),
        ("limits", "assistant/server/api/guard.py"),
        ("prometheus_client", "assistant/server/api/metrics.py"),
        ("opentelemetry", "assistant/server/api/tracing.py"),
    ],
)
def test_each_engine_is_imported_in_one_file_only(engine: str, owner: str) -> None:
    assert [str(file) for file in importing(engine)] == [owner]


def test_http_is_spoken_by_the_fetcher_and_by_the_desk_of_another_process_only() -> None:
    assert {str(file) for file in importing("httpx")} == {"index/sources/fetching.py", "assistant/remote/client.py"}


def test_the_command_line_framework_stays_in_the_commands() -> None:
    assert {str(file.parent) for file in importing("typer")} == {"newsdesk"}


def test_the_web_framework_stays_in_the_server() -> None:
    assert {str(file) for file in importing("fastapi") if file.parent.name != "api"} == {"assistant/server/app.py"}


def test_html_is_made_by_templates_which_escape_and_not_by_hand() -> None:
    reading = {f"index/sources/{name}.py" for name in ("page", "fields", "feeds", "live_blogs")}  # these read HTML
    assert {file.as_posix() for file in importing("html")} == reading


def importing(engine: str) -> list[Path]:
    """The files that import a package."""
    pattern = re.compile(rf"^\s*(?:import|from) {engine}\b", re.M)
    files = [file for floor in ("index", "assistant", "newsdesk", "ui_parts") for file in Path(floor).rglob("*.py")]
    return [file for file in [*files, Path("ui.py")] if pattern.search(file.read_text(encoding="utf-8"))]


def test_gradio_is_imported_by_the_page_and_its_library_tab_only() -> None:
    found = {file.as_posix() for file in importing("gradio")}
    assert "ui.py" in found and all(name == "ui.py" or name.startswith("ui_parts/library") for name in found)
