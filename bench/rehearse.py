"""The Dockerfile's steps without Docker: `python -m bench.rehearse --prefix DIR [--replace OLD=NEW …]`.

Every ENV, WORKDIR, COPY and RUN of docs/deploy/Dockerfile is carried out in its order with the image's paths below the
prefix, then the entry point is started as the image starts it (as its user and with everything but /data and /tmp
read-only, where this machine lets a process have a file system of its own), and its health check is run until it
passes. What cannot be done without Docker is said: the base image, making the user. --replace changes the text of a
step, for a machine that cannot reach what it names.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import time
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
DOCKERFILE = REPOSITORY / "docs" / "deploy" / "Dockerfile"
PLACES = ("/opt/newsdesk", "/src", "/data", "/tmp/trial", "/tmp/gradio")
# A file system of its own: all of it read-only, but for the prefix's /data and a new /tmp; then the image's user.
JAIL = """set -eu
mount --make-rprivate /
for place in {data}; do mount --bind "$place" "$place"; done
mount -o remount,bind,ro /
exec setpriv --reuid 10001 --regid 10001 --clear-groups --no-new-privs --bounding-set=-all "$@"
"""


def steps(text: str) -> list[tuple[str, str]]:
    """(instruction, rest) of each step, continuation lines joined."""
    bare = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    joined = re.sub(r"\\\n\s*", "", bare)
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


class Rehearsal:
    """Carries out the steps below a prefix."""

    def __init__(self, prefix: Path, replaced: dict[str, str]) -> None:
        self.prefix = prefix
        self.replaced = replaced
        mine = ("NEWSDESK_", "PYTHON", "VIRTUAL_ENV", "XDG_", "HF_")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(mine)}
        self.folder = prefix
        self.entry: list[str] = []
        self.command: list[str] = []
        self.health: list[str] = []
        self.stage = 0

    def moved(self, text: str) -> str:
        """The text with the image's paths below the prefix."""
        for old, new in self.replaced.items():
            text = text.replace(old, new)
        for place in PLACES:
            text = re.sub(rf"(?<![\w.}}-]){re.escape(place)}\b", str(self.prefix) + place, text)
        return text

    def take(self, word: str, rest: str) -> None:
        """Carry out one step."""
        print(f"{word} {rest[:110]}", flush=True)
        rest = self.moved(rest)
        if word == "FROM":
            self.stage += 1
            print("  not here: the base image; this machine's own system stands in for it")
        elif word == "ENV":
            for pair in shlex.split(rest):
                name, _, value = pair.partition("=")
                self.environment[name] = value.replace("$PATH", self.environment["PATH"])
        elif word == "ARG":
            self.environment.setdefault(*rest.partition("=")[::2])
        elif word == "WORKDIR":
            self.folder = Path(rest)
            self.folder.mkdir(parents=True, exist_ok=True)
        elif word == "COPY" and not rest.startswith("--from"):
            *sources, target = rest.split()
            for source in sources:
                self._copy(REPOSITORY / source, self.folder / target)
        elif word == "RUN" and self.stage == 2:
            (self.prefix / "data").mkdir(exist_ok=True)
            shutil.chown(self.prefix / "data", 10001, 10001)
            print("  not here: a user in this machine's list; its number is enough")
        elif word == "RUN":
            subprocess.run(["sh", "-euc", rest], cwd=self.folder, env=self.environment, check=True)
        elif word == "HEALTHCHECK":
            self.health = json.loads(rest[rest.index("[") :])
        elif word in ("ENTRYPOINT", "CMD"):
            setattr(self, "entry" if word == "ENTRYPOINT" else "command", json.loads(rest))

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)

    def start(self, port: str) -> None:
        """Start it as the image would and wait for the health check; an error when it does not pass."""
        (self.prefix / "tmp" / "gradio").mkdir(parents=True, exist_ok=True)
        (self.prefix / "tmp" / "gradio").chmod(0o1777)
        self.environment["TMPDIR"] = str(self.prefix / "tmp" / "gradio")
        writable = shlex.join([str(self.prefix / "data"), str(self.prefix / "tmp")])
        program = [*self.entry, *(port if part == "7860" else part for part in self.command)]
        jailed = ["unshare", "--mount", "sh", "-c", JAIL.format(data=writable), "sh", *program]
        running = subprocess.Popen(jailed, cwd=self.folder, env=self.environment)
        try:
            for attempt in range(90):
                time.sleep(1)
                check = [part.replace("7860", port) for part in self.health]
                if subprocess.run(check, env=self.environment, capture_output=True, check=False).returncode == 0:
                    print(f"healthy after {attempt + 1} s, as user 10001, read-only but for /data and /tmp")
                    return
                if running.poll() is not None:
                    raise SystemExit(f"it ended with {running.returncode}")
            raise SystemExit("it did not get healthy within 90 s")
        finally:
            running.terminate()
            print(f"stopped: exit code {running.wait()}")


def main() -> None:
    """Carry out every step, then start it."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--prefix", type=Path, required=True, help="a folder to make; an absolute path")
    cli.add_argument("--replace", action="append", default=[], metavar="OLD=NEW", help="change the text of the steps")
    cli.add_argument("--port", default="17860")
    cli.add_argument("--again", action="store_true", help="the steps were carried out before: only start it")
    arg = cli.parse_args()
    arg.prefix.mkdir(parents=True, exist_ok=arg.again)
    rehearsal = Rehearsal(arg.prefix.resolve(), dict(one.split("=", 1) for one in arg.replace))
    for word, rest in steps(DOCKERFILE.read_text(encoding="utf-8")):
        if not (arg.again and word in ("RUN", "COPY")):
            rehearsal.take(word, rest)
    used = sum(
        file.stat().st_size for file in (arg.prefix / "opt").rglob("*") if file.is_file() and not file.is_symlink()
    )
    print(f"/opt/newsdesk: {used / 1e6:,.0f} MB")
    rehearsal.start(arg.port)


if __name__ == "__main__":
    main()
