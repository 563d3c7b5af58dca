"""Newsdesk beside LangChain's tutorial, txtai, LlamaIndex and Haystack: the same articles, weights and machine.

    make bench                                      # 100 articles of news-dev, three interleaved rounds
    .venv-bench/bin/python bench/compare.py --articles 400 --rounds 5

Each round indexes the same articles once with every system, in turn, so that a machine whose speed drifts slows all
alike; figures are medians over the rounds, ratios are to LangChain's tutorial round by round. Then every system is
asked every answerable question whose article is among those, in a fresh process of its own: its first answer
counts from the start of that process, imports and models included. Newsdesk ranks by reading too, which the others do
not; of it the time from the start of `add` until words can be searched is taken as well. A system
that cannot be installed or fails is named with its error, and the others go on. `beside_x` is how many times longer the
median question takes while another process keeps one core busy.

Behind the table come, for Newsdesk alone: the encoder in int8 against the original in fp32, question by question
(bench/encoders.py), how far it is from the cores' int8 peak (bench/peak.py), and at 28,000 and at a million passages
made of the articles' sentences (bench/scale.py) where the time of a question goes, with and without the reader and
beside a busy process, the first words of `newsdesk ask`, memory and disk (bench/asking.py); at 28,000 also whether
memory stays flat over 100,000 questions. All of it takes about two hours; --passages 50000 --flat 2000 a quarter of
one.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from systems import SYSTEMS

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))


class Failed(Exception):
    """A system could not do its job; the message is the end of what it said."""


def job(python: str, name: str, kind: str, folder: Path, file: Path) -> dict[str, Any]:
    """Run one system's job in its own process; its report. Raises Failed."""
    environment = os.environ | {"PYTHONPATH": str(HERE.parent)}
    done = subprocess.run(
        [python, str(HERE / "systems.py"), name, kind, str(folder), str(file)],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    if done.returncode:
        raise Failed(f"{name}, {kind}: " + (done.stderr.strip().split("\n")[-1] or f"exit code {done.returncode}"))
    report: dict[str, Any] = json.loads(done.stdout.strip().split("\n")[-1])
    return report


def alone(python: str, module: str, *arguments: str) -> None:
    """Run one of the other scripts of this folder with Newsdesk's own Python; what it prints is printed."""
    print(f"\n## python -m bench.{module} {' '.join(arguments)}", flush=True)
    environment = os.environ | {"PYTHONPATH": str(HERE.parent)}
    done = subprocess.run([python, "-m", f"bench.{module}", *arguments], check=False, env=environment)
    if done.returncode:
        print(f"bench.{module} ended with exit code {done.returncode}")


def size_of(folder: Path) -> int:
    """Bytes below a folder."""
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())


def recall(questions: list[dict[str, Any]], found: list[list[str]], k: int, norm: Any) -> float:
    """The share of questions whose answer stands in one of the first k passages."""
    right = 0
    for question, passages in zip(questions, found, strict=True):
        right += any(f" {norm(question['answer'])} " in f" {norm(p)} " for p in passages[:k])
    return right / len(questions)


def measured(
    arg: argparse.Namespace, work: Path, articles: Path, questions: Path
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """(figures, why not) of each system: indexing in interleaved rounds, then questions."""
    figures: dict[str, dict[str, Any]] = {name: {"index_s": []} for name in arg.systems}
    failed: dict[str, str] = {}
    pythons = {name: arg.newsdesk_python if name == "newsdesk" else sys.executable for name in arg.systems}
    for round_ in range(arg.rounds):
        for name in list(figures):
            folder = work / f"{name}-{round_}"
            try:
                report = job(pythons[name], name, "index", folder, articles)
            except Failed as error:
                failed[name] = str(error)
                del figures[name]
                continue
            row = figures[name]
            row["index_s"].append(report.pop("seconds"))
            row |= {"index_peak_mb": report.pop("peak_mb"), "disk": size_of(folder)} | report
            print(f"round {round_ + 1} {name}: {row['index_s'][-1]:.1f} s", flush=True)
            if round_ + 1 < arg.rounds:
                shutil.rmtree(folder)
    for name in list(figures):
        folder = work / f"{name}-{arg.rounds - 1}"
        try:
            report = job(pythons[name], name, "ask", folder, questions)
        except Failed as error:
            failed[name] = str(error)
            del figures[name]
            continue
        took = sorted(report["retrieve_s"])
        figures[name] |= {
            "found": report["found"],
            "first_answer_s": report["first_answer_s"],
            "p50_ms": took[len(took) // 2] * 1e3,
            "p95_ms": took[round(0.95 * (len(took) - 1))] * 1e3,
            "beside_x": statistics.median(report["beside_s"]) / statistics.median(report["retrieve_s"][:40]),
            "serve_peak_mb": report["peak_mb"],
        }
    return figures, failed


def show(figures: dict[str, dict[str, Any]], articles: int, characters: int, questions: int, rounds: int) -> None:
    """Print the table; ratios are to LangChain's tutorial, or to the first system where that is not there."""
    if not figures:
        return
    base = figures.get("langchain", next(iter(figures.values())))["index_s"]
    print(f"\n{articles} articles, {characters} characters, {questions} questions, {rounds} rounds")
    columns = (
        "articles/s characters/s ratio words_s recall@1 recall@5 recall@20 p50_ms p95_ms beside_x first_answer_s "
        "index_peak_mb serve_peak_mb disk_x"
    ).split()
    print("| system | " + " | ".join(columns) + " |\n|---" + "|---" * len(columns) + "|")
    for name, row in figures.items():
        row["articles/s"] = articles / statistics.median(row["index_s"])
        row["characters/s"] = characters / statistics.median(row["index_s"])
        row["ratio"] = statistics.median(t / mine for t, mine in zip(base, row["index_s"], strict=True))
        print(f"| {name} | " + " | ".join(f"{row[c]:.4g}" if c in row else "" for c in columns) + " |")


def main() -> None:
    """Print the table, and write it as JSON."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--data", type=Path, default=HERE.parent.parent / "shared" / "bench" / "news-dev")
    cli.add_argument("--articles", type=int, default=100)
    cli.add_argument("--rounds", type=int, default=3)
    cli.add_argument("--systems", nargs="+", default=list(SYSTEMS))
    cli.add_argument("--newsdesk-python", default=str(HERE.parent / ".venv" / "bin" / "python"))
    cli.add_argument("--passages", type=int, default=1_000_000, help="of the large library")
    cli.add_argument("--made", type=Path, help="where the large libraries are kept for the next run; else nowhere")
    cli.add_argument("--flat", type=int, default=100_000, help="questions asked for the look at memory")
    cli.add_argument("--table-only", action="store_true", help="only the systems side by side")
    cli.add_argument("--json", type=Path)
    arg = cli.parse_args()
    sys.path.insert(0, str(arg.data.parent))
    from newsbench import norm

    with gzip.open(arg.data / "articles.jsonl.gz", "rt", encoding="utf-8") as packed:
        articles = [json.loads(line) for line in packed]
    questions = [json.loads(line) for line in (arg.data / "questions.jsonl").open(encoding="utf-8")]
    gold = {i for q in questions for i in q["gold_articles"]}
    articles = sorted(articles, key=lambda a: a["id"] not in gold)[: arg.articles]
    kept = {a["id"] for a in articles}
    questions = [q for q in questions if q["kind"] == "answerable" and kept & set(q["gold_articles"])]
    work = Path(tempfile.mkdtemp())
    article_file, question_file = work / "articles.jsonl", work / "questions.jsonl"
    article_file.write_text("".join(json.dumps(a) + "\n" for a in articles), encoding="utf-8")
    question_file.write_text("".join(json.dumps(q) + "\n" for q in questions), encoding="utf-8")
    characters = sum(len(a["text"]) for a in articles)
    figures, failed = measured(arg, work, article_file, question_file)
    for row in figures.values():
        found = row.pop("found")
        row |= {f"recall@{k}": recall(questions, found, k, norm) for k in (1, 5, 20)}
        row["disk_x"] = row["disk"] / characters
    show(figures, len(articles), characters, len(questions), arg.rounds)
    for name, why in failed.items():
        print(f"{name} could not be measured: {why}")
    if arg.json:
        arg.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    mine = work / f"newsdesk-{arg.rounds - 1}"
    if mine.exists() and not arg.table_only:
        python = arg.newsdesk_python
        alone(python, "encoders", "--library", str(mine), "--questions", str(question_file), "--ways", "fp32")
        alone(python, "peak")
        every, asked = arg.data / "articles.jsonl.gz", arg.data / "questions.jsonl"
        for passages in (28_000, arg.passages):
            made = (arg.made or work) / f"made-{passages}"
            alone(python, "scale", str(every), "--library", str(made), "--passages", str(passages))
            flat = arg.flat if passages == 28_000 else 0
            alone(python, "asking", "--library", str(made), str(asked), "--flat", str(flat))
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
