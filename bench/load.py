"""Many people at once: how long answers take, and how many fail, by how many ask.

`python -m bench.load [--seconds 10] [--clients 1 4 16 64] [--alike 0.3]`: a server of its own over the samples, and
from another process so many clients, each of which asks the next question when its last is answered. alike: the part of
the questions that are asked in the same words by others at the time, as after an alert; the rest are all different.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx

from assistant import Assistant
from assistant.samples import folder as samples_folder

HOT = ("what are Putin's ceasefire conditions", "Why did the talks fail?", "Who won the election?")
FORMS = ("What did {} say in {}?", "Why was {} in the news in {}?", "How many people did {} affect in {}?")
NAMES = "Putin Zelensky Trump Macron Merz Rubio Witkoff Erdogan Starmer Rutte Vance Xi".split()
MONTHS = "January February March April May June July August".split()


def question(number: int, alike: float, chance: random.Random) -> str:
    """One of a few that many ask, or one that nobody else does."""
    if chance.random() < alike:
        return HOT[int(time.time() * 2) % len(HOT)]
    form, name, month = FORMS[number % 3], chance.choice(NAMES), chance.choice(MONTHS)
    return form.format(f"{name} and case {number}", f"{month} 2025")


async def client(http: httpx.AsyncClient, until: float, alike: float, seed: int, told: list[tuple[int, float]]) -> None:
    """Ask, one question after the other."""
    chance, number = random.Random(seed), seed * 1000
    while time.monotonic() < until:
        number += 1
        begun = time.monotonic()
        try:
            asked = {"question": question(number, alike, chance)}
            status = (await http.post("/v1/ask", json=asked)).status_code
        except httpx.HTTPError:
            status = 0
        told.append((status, time.monotonic() - begun))
        if status != 200:
            await asyncio.sleep(1)


async def level(address: str, count: int, seconds: float, alike: float) -> str:
    """A line of the table."""
    told: list[tuple[int, float]] = []
    limits = httpx.Limits(max_connections=count)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as http:
        until = time.monotonic() + seconds
        await asyncio.gather(*(client(http, until, alike, seed, told) for seed in range(1, count + 1)))
    taken = sorted(spent for status, spent in told if status == 200)
    others = Counter(status for status, _ in told if status != 200)
    p50, p95 = statistics.median(taken), taken[int(0.95 * (len(taken) - 1))]
    return f"| {count} | {len(taken) / seconds:.1f} | {p50:.2f} | {p95:.2f} | {dict(others) or 'none'} |"


def main() -> None:
    """Start a server, ask it, print the table."""
    cli = argparse.ArgumentParser(description=__doc__)
    cli.add_argument("--seconds", type=float, default=10)
    cli.add_argument("--clients", type=int, nargs="+", default=[1, 4, 16, 64])
    cli.add_argument("--alike", type=float, default=0.3)
    arg = cli.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = str(Path(folder) / "library")
        with Assistant.open(library) as desk:
            desk.add(samples_folder())
        command = [sys.executable, "-m", "newsdesk", "serve", "--library", library, "--port", "0", "--no-page"]
        server = subprocess.Popen(
            [*command, "--rate", "1000000/minute"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=os.environ,
        )  # fmt: skip
        try:
            assert server.stdout
            address = server.stdout.readline().split()[2]
            while httpx.get(f"{address}/v1/ready").status_code != 200:
                time.sleep(0.2)
            sys.stdout.write("| clients | answers a second | p50, s | p95, s | errors |\n|---|---|---|---|---|\n")
            for count in arg.clients:
                sys.stdout.write(asyncio.run(level(address, count, arg.seconds, arg.alike)) + "\n")
                sys.stdout.flush()
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
