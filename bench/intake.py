"""How much memory and time it takes to add many articles: `python -m bench.intake --articles 20000`.

Writes generated articles of some 60 words to a .jsonl file, adds them to a new library and prints this process's
resident memory as the run goes on. With --read N it also streams N lines through the reader alone.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from pathlib import Path

from assistant import Assistant, Progress
from index.sources.loading import load

TOWNS = "Lowmere Quillan Pellworm Astrup Tarnby Veltham Korsund Hallin Brede Skarholm Ostrand Mirefield".split()
NAMES = "Ines Marlow,Tom Adeyemi,Elin Sorby,Karl Idris,Rosa Lindholm,Peter Vang,Amalie Stroud,Jonas Keel".split(",")
VERBS = "approved rejected postponed announced cancelled reviewed extended reopened".split()
NOUNS = "bridge library ferry school budget harbour tunnel forest museum tram clinic market stadium reservoir".split()
LINES = (
    "{a} in {t} was {v} on day {d} of the month, {n} said.",
    "The {b} costs {x} million crowns, {y} per cent more than planned.",
    "{m} called the {a} a matter of {z} years, not of months.",
    "Some {w} people in {u} live beside the {b}.",
    "A vote on the {c} is due in {k} days, and {n} will not take part.",
    "Before {q}, the {c} in {u} had been closed for {j} weeks.",
)


def generated(number: int) -> dict[str, str]:
    """An article of its own words and figures; the same for the same number."""
    chance = random.Random(number)
    a, b, c = chance.sample(NOUNS, 3)
    t, u = chance.sample(TOWNS, 2)
    n, m = chance.sample(NAMES, 2)
    facts = {"a": f"The {a}" if chance.random() < 0.5 else f"A {a}", "b": b, "c": c, "t": t, "u": u, "n": n, "m": m}
    facts |= {letter: str(chance.randint(2, 9000)) for letter in "dxyzwkqj"} | {"v": chance.choice(VERBS)}
    text = " ".join(line.format(**facts) for line in chance.sample(LINES, len(LINES)))
    return {"id": f"g{number}", "title": f"{a.title()} in {t}: number {number}", "text": text, "date": "2025-03-14"}


def write(path: Path, count: int) -> None:
    """The articles, one a line."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            file.write(json.dumps(generated(number)) + "\n")


def resident() -> float:
    """This process's memory in MB (Linux)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS: this needs Linux")


def read_only(folder: Path, count: int) -> None:
    """Stream lines through the reader and print the memory."""
    path = folder / "long.jsonl"
    line = json.dumps(generated(1))
    with path.open("w", encoding="utf-8") as file:
        for _ in range(count):
            file.write(line + "\n")
    start, done = time.perf_counter(), 0
    for done, _ in enumerate(load(path), 1):
        if done % (count // 5) == 0:
            print(f"read {done:>9,} lines  {resident():7.0f} MB  {time.perf_counter() - start:7.1f} s", flush=True)
    path.unlink()


def main() -> None:
    """Generate, add, print."""
    cli = argparse.ArgumentParser(description=__doc__)
    cli.add_argument("--articles", type=int, default=20_000)
    cli.add_argument("--read", type=int, default=0)
    arg = cli.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if arg.read:
            read_only(folder, arg.read)
        write(folder / "articles.jsonl", arg.articles)
        start, shown = time.perf_counter(), {"words": 0, "vectors": 0}

        def tell(at: Progress) -> None:
            step = arg.articles // 10
            if at.done >= shown.get(at.stage, 0) + step or at.done == at.total:
                shown[at.stage] = at.done
                seconds = time.perf_counter() - start
                print(f"{at.stage:<8} {at.done:>7,}  {resident():7.0f} MB  {seconds:7.1f} s", flush=True)

        with Assistant.open(folder / "library") as desk:
            print(f"begun             {resident():7.0f} MB", flush=True)
            report = desk.add(folder / "articles.jsonl", progress=tell)
            print(report)
            print(desk.check())
        size = sum(file.stat().st_size for file in (folder / "library").rglob("*") if file.is_file())
        print(f"library on disk   {size / 1e6:7.0f} MB")


if __name__ == "__main__":
    main()
