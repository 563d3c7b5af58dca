"""Kills a process at random moments of adding, updating, removing and closing, and looks for what was lost.

    python -m bench.torture --rounds 100 --seed 1

Prints a line of JSON: how many kills, articles compared, lost, come back, libraries that did not open, and vectors
made again beyond what was on its way.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from assistant import Article, Assistant

_TOWNS = ("Lowmere", "Quillan", "Pellworm", "Astrup", "Tarnby")


def article(n: int, version: int) -> Article:
    """An article like no other."""
    town = _TOWNS[n % 5]
    lines = (f"In report {n} of {town}, item {n * 31 + k} names {version * 97 + k * 7} crates." for k in range(8))
    return Article(id=f"a{n}", title=f"Report {n} version {version}", text=" ".join(lines))


def work(folder: str, seed: int) -> None:
    """Change a library for ever, telling of each change before it and when it has taken effect."""
    chance = random.Random(seed)
    while True:
        with Assistant.open(folder) as desk:
            held = [one.id for one in desk.articles()]
            for _ in range(chance.randrange(1, 6)):
                if held and chance.random() < 0.3:
                    gone = held.pop(chance.randrange(len(held)))
                    print(json.dumps(["remove", gone]), flush=True)
                    desk.remove([gone])
                    print(json.dumps(["done"]), flush=True)
                    continue
                new = [article(chance.randrange(300), chance.randrange(1000)) for _ in range(chance.randrange(1, 8))]
                titles = {one.id: one.title for one in new}
                print(json.dumps(["add", titles]), flush=True)
                desk.add([one for one in new if titles[one.id] == one.title])
                print(json.dumps(["done"]), flush=True)
                held = [one.id for one in desk.articles()]


def one_round(folder: Path, seed: int, known: dict[str, str]) -> dict[str, int]:
    """Kill one process at work and compare what is there with what it acknowledged; known is brought up to date."""
    command = [sys.executable, "-m", "bench.torture", "--work", str(folder), "--seed", str(seed)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    begun = process.stdout.readline()
    threading.Timer(random.Random(seed).uniform(0, 3), os.kill, (process.pid, signal.SIGKILL)).start()
    lines = [json.loads(line) for line in [begun, *process.stdout] if line.endswith("\n")]
    process.wait()
    process.stdout.close()
    on_its_way: list[object] = []
    for kind, *what in lines:
        if kind != "done":
            on_its_way = [kind, *what]
            continue
        _apply(known, on_its_way)
        on_its_way = []
    return _compared(folder, known, on_its_way)


def _apply(known: dict[str, str], change: list[object]) -> None:
    if change[0] == "add":
        known.update(change[1])  # type: ignore[call-overload]
    else:
        known.pop(str(change[1]), None)


def _compared(folder: Path, known: dict[str, str], on_its_way: list[object]) -> dict[str, int]:
    open_to = set(on_its_way[1] if on_its_way and on_its_way[0] == "add" else on_its_way[1:])  # type: ignore[call-overload]
    try:
        with Assistant.open(folder) as desk:
            again = desk.pending
            desk.settle()
            there = {one.id: one.title for one in desk.articles()}
            out_of_step = int(not desk.check())
    except Exception as error:  # whatever it is, the library did not open
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return {"did not open": 1}
    sure = {key for key in known if key not in open_to}
    found = {
        "lost": sum(there.get(key) != known[key] for key in sure),
        "came back": sum(key not in known and key not in open_to for key in there),
        "vectors again": max(0, again - len(open_to)),
        "out of step": out_of_step,
    }
    known.clear()
    known.update(there)
    return found


def main() -> None:
    """Run as described above."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", default="")
    given = parser.parse_args()
    if given.work:
        work(given.work, given.seed)
    totals = {"kills": 0, "articles compared": 0, "lost": 0, "came back": 0, "did not open": 0}
    known: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for n in range(given.rounds):
            found = one_round(Path(folder) / "library", given.seed * 100_000 + n, known)
            totals["kills"] += 1
            totals["articles compared"] += len(known)
            for name, count in found.items():
                totals[name] = totals.get(name, 0) + count
    print(json.dumps(totals))


if __name__ == "__main__":
    main()
