"""The command line where something is not as it should be: one line that says what to do, and nothing made."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.samples import folder as samples_folder

ASCII = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def run(*arguments: str | bytes | Path, cwd: Path | None = None, **settings: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "newsdesk", *arguments]
    environment = os.environ | settings | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    return subprocess.run(command, capture_output=True, check=False, cwd=cwd, env=environment)


def one_line(done: subprocess.CompletedProcess[bytes], code: int = 1) -> str:
    told = done.stderr.decode()
    assert done.returncode == code and told.startswith("newsdesk: ") and told.count("\n") == 1, told
    assert "Traceback" not in told
    return told


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("line") / "library"
    assert run("add", samples_folder(), "--library", made).returncode == 0
    return made


@pytest.mark.parametrize(
    "command",
    [
        ["ask", "Who runs Aldra?"], ["retrieve", "Aldra"], ["list"], ["show", "x"], ["remove", "x"], ["timeline", "x"],
        ["refresh"], ["unfollow", "x"], ["follow"], ["check"], ["rebuild"], ["feedback"], ["serve"], ["mcp"],
        ["backup", "x"], ["vacuum"],
    ],
    ids=lambda command: command[0],
)  # fmt: skip
def test_a_mistyped_library_is_named_and_not_made(tmp_path: Path, command: list[str]) -> None:
    told = one_line(run(*command, "--library", tmp_path / "libary"))
    assert "there is no library in" in told and "newsdesk add" in told
    assert not (tmp_path / "libary").exists()


def test_an_empty_folder_is_no_library_to_ask(tmp_path: Path) -> None:
    assert "there is no library" in one_line(run("ask", "Who?", "--library", tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_any_locale_takes_json_and_text(library: Path) -> None:
    question = ["ask", "what did Zelenskyy say about ending the war", "--library", library]
    told = run(*question, "--json", **ASCII)
    assert told.returncode == 0 and "“good chance”" in json.loads(told.stdout.decode("ascii"))["text"]
    assert b"?good chance?" in run(*question, **ASCII).stdout


@pytest.mark.parametrize(
    ("name", "value"), [("NEWSDESK_TIMEOUT", "soon"), ("NEWSDESK_AS_OF", "2025-99-99"), ("NEWSDESK_PORT", "99999")]
)
def test_a_setting_that_cannot_be_read_is_named(library: Path, name: str, value: str) -> None:
    assert f"the setting {name} cannot be read" in one_line(run("list", "--library", library, **{name: value}))


def test_settings_in_a_file_that_is_no_text(library: Path, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"NEWSDESK_PORT=\xff\xfe\n")
    assert ".env cannot be read" in one_line(run("list", "--library", library, cwd=tmp_path))


def test_an_argument_that_is_not_utf_8(library: Path, tmp_path: Path) -> None:
    assert "no UTF-8 text" in one_line(run("ask", b"Who\xff?", "--library", library), 2)
    named = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    Path(os.fsdecode(named)).write_text("The café at Lowmere was closed on Tuesday by the health office.")
    assert b"1 added" in run("add", named, "--library", tmp_path / "library").stdout


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    told = one_line(run("add", samples_folder(), "--library", tmp_path / "file" / "library"))
    assert "file" in told and "not a directory" in told


def test_who_reads_the_output_may_stop(library: Path) -> None:
    command = f"{sys.executable} -m newsdesk list --library {library} | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
    assert b"Traceback" not in done.stderr and done.stdout.count(b"\n") == 1


def test_ctrl_c_while_the_parts_load_ends_without_a_traceback(library: Path) -> None:
    code = (
        "import _thread, sys; sys.argv = ['newsdesk', 'list', '--library', sys.argv[1]]\n"
        "class Interrupt:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'newsdesk.commands': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupt())\n"
        "from newsdesk.__main__ import main\nmain()"
    )
    done = subprocess.run([sys.executable, "-c", code, str(library)], capture_output=True, text=True, check=False)
    assert done.returncode == 128 + signal.SIGINT and "Traceback" not in done.stderr and "stopped" in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands(shell: str) -> None:
    asked = {"_NEWSDESK_COMPLETE": f"complete_{shell}", "COMP_WORDS": "newsdesk re", "COMP_CWORD": "1"}
    asked |= {"_TYPER_COMPLETE_ARGS": "newsdesk re", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    told = run(**asked).stdout.decode()
    assert all(name in told for name in ("retrieve", "remove", "rebuild"))
