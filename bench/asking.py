"""Where the time of a question goes, and whether memory stays flat.

    python -m bench.asking --library LIB QUESTIONS.jsonl [--flat 100000]

Prints, in milliseconds at the median and the 95th percentile: each step of finding (words, the question embedded,
vectors, both fused), finding without and with the reader, whole answers without and with it, all of it again beside
another process that keeps one core busy, and the seconds from the start of `newsdesk ask` to its first words. With
--flat N it then asks N times, each time other words, and prints the resident memory on the way: --flat asks finding,
which is what holds caches and stores, and every fiftieth time a whole answer.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from assistant import Assistant
from assistant.retrieval.reader import Reading
from assistant.retrieval.search import DEPTH_PASSAGES, SEEN, fused
from index.types import Filter, Hit


class NoReader:
    """Reads nothing: what answering costs before any reading model."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:  # noqa: ARG002
        """The same poor reading of each."""
        nothing = np.zeros(0, np.float32)
        return [Reading(-8.0, nothing, nothing, np.zeros((0, 2), np.int64)) for _ in passages]


def spin() -> None:
    """Keep one core busy."""
    while True:
        pass


@contextmanager
def neighbour() -> Iterator[None]:
    """A second process that keeps one core busy."""
    process = multiprocessing.get_context("spawn").Process(target=spin, daemon=True)
    process.start()
    time.sleep(2)
    try:
        yield
    finally:
        process.terminate()
        process.join()


def timed(do: Callable[[str], object], questions: Sequence[str]) -> tuple[float, float]:
    """(p50, p95) in milliseconds, after one question to warm up."""
    do(questions[0])
    took = []
    for question in questions:
        start = time.perf_counter()
        do(question)
        took.append((time.perf_counter() - start) * 1e3)
    return float(np.percentile(took, 50)), float(np.percentile(took, 95))


def resident() -> float:
    """This process's memory in MB (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def disk(folder: Path) -> float:
    """MB below a folder."""
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6


def first_words(folder: Path, question: str, python: str = sys.executable) -> float:
    """Seconds from the start of `newsdesk ask` to the first words of its answer."""
    root = str(Path(__file__).resolve().parent.parent)
    command = [python, "-m", "newsdesk", "ask", question, "--library", str(folder)]
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": root}) as asked:
        assert asked.stdout
        asked.stdout.read(1)
        took = time.perf_counter() - begun
        asked.stdout.read()
    return took


def steps(desk: Assistant, unread: Assistant, questions: Sequence[str]) -> dict[str, tuple[float, float]]:
    """(p50, p95) of each step, in milliseconds."""
    library = desk._library
    vectors = {question: library.encoder.encode([question])[0] for question in questions}

    def found(question: str) -> list[Hit]:
        return fused(library, question, DEPTH_PASSAGES, Filter(), SEEN)

    return {
        "words searched": timed(lambda q: library.by_words(q, DEPTH_PASSAGES), questions),
        "question embedded": timed(lambda q: library.encoder.encode([q]), questions),
        "vectors searched": timed(lambda q: library.by_vector(vectors[q], DEPTH_PASSAGES), questions),
        "found (both, fused)": timed(found, questions),
        "retrieve, unread": timed(lambda q: unread.retrieve(q, k=20), questions),
        "answer, unread": timed(unread.ask, questions),
        "retrieve, read": timed(lambda q: desk.retrieve(q, k=20), questions),
        "answer, read": timed(desk.ask, questions),
    }


def unread_of(desk: Assistant) -> Assistant:
    """Another face of the same library that reads nothing."""
    other = Assistant(desk._library)
    other.__dict__["_reader"] = NoReader()
    return other


def flat(desk: Assistant, questions: Sequence[str], times: int) -> None:
    """Ask so many times, with words mixed from all questions, and print the memory on the way."""
    words = [word for question in questions for word in question.split()]
    chance = random.Random(5)
    for number in range(times + 1):
        if number % max(1, times // 10) == 0:
            print(f"  {number:>9,} questions {resident():6.0f} MB", flush=True)
        mixed = " ".join(chance.sample(words, 10))
        fused(desk._library, mixed, DEPTH_PASSAGES, Filter(), SEEN)
        if number % 50 == 0:
            desk.ask(mixed)


def flat_over(folder: Path, questions: Sequence[str], times: int) -> None:
    """`flat` over the library in a folder."""
    with Assistant.open(folder) as desk:
        flat(desk, questions, times)


def report(folder: Path, questions: Sequence[str], starts: int) -> None:
    """Print the table of one library."""
    with Assistant.open(folder) as desk:
        unread = unread_of(desk)
        alone = steps(desk, unread, questions)
        with neighbour():
            beside = steps(desk, unread, questions)
        passages, memory = desk._library.catalogue.count_passages("words", "ready"), resident()
        listed = desk.articles()
        sample = random.Random(1).sample(listed, min(500, len(listed)))
        text = sum(len(desk.article(a.id).text) for a in sample) / max(1, len(sample)) * len(listed) / 1e6
    print(f"{passages:,} passages, {len(questions)} questions; resident {memory:.0f} MB; disk {disk(folder):.0f} MB,")
    print(f"{disk(folder) / max(text, 1e-9):.1f} times the text (from {len(sample)} articles)")
    print("| step | p50 ms | p95 ms | p50 beside a busy process | p95 | times |\n|---|---|---|---|---|---|")
    for name, (p50, p95) in alone.items():
        q50, q95 = beside[name]
        print(f"| {name} | {p50:.1f} | {p95:.1f} | {q50:.1f} | {q95:.1f} | {q50 / p50:.1f} |")
    if starts:
        took = sorted(first_words(folder, questions[n % len(questions)]) for n in range(starts))
        print(
            f"first words of `newsdesk ask`: median {statistics.median(took):.2f} s, least {took[0]:.2f} s of {starts}"
        )


def read_questions(path: Path, most: int) -> list[str]:
    """The first questions of a .jsonl file."""
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.open(encoding="utf-8")]
    return [row["question"] for row in rows][:most]


def main() -> None:
    """Print the tables."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("questions", type=Path, help=".jsonl with a field question")
    cli.add_argument("--library", type=Path, required=True)
    cli.add_argument("--most", type=int, default=100, help="questions asked")
    cli.add_argument("--starts", type=int, default=5, help="cold starts")
    cli.add_argument("--flat", type=int, default=0, help="times to ask for the look at memory")
    arg = cli.parse_args()
    questions = read_questions(arg.questions, arg.most)
    report(arg.library, questions, arg.starts)
    if arg.flat:  # in a process of its own: this one keeps what it read for the table
        alone = multiprocessing.get_context("spawn").Process(target=flat_over, args=(arg.library, questions, arg.flat))
        alone.start()
        alone.join()


if __name__ == "__main__":
    main()
