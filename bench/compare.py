"""Newsdesk beside LangChain's tutorial, txtai, LlamaIndex and Haystack: the same articles, weights and machine.

    make bench                                      # 250 articles of news-dev, three interleaved rounds
    .venv-bench/bin/python bench/compare.py --articles 400 --rounds 5

Each round indexes the same articles once with every system, in turn, so that a machine whose speed drifts slows all
alike; figures are medians over the rounds, ratios are to LangChain's tutorial round by round. Then every system is
asked every answerable question whose article is among those, in a fresh process of its own.
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


def job(python: str, name: str, kind: str, folder: Path, file: Path) -> dict[str, Any]:
    """Run one system's job in its own process; its report."""
    environment = os.environ | {"PYTHONPATH": str(HERE.parent)}
    done = subprocess.run(
        [python, str(HERE / "systems.py"), name, kind, str(folder), str(file)],
        capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{name} {kind} failed:\n{done.stderr[-3000:]}")
    report: dict[str, Any] = json.loads(done.stdout.strip().split("\n")[-1])
    return report


def size_of(folder: Path) -> int:
    """Bytes below a folder."""
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())


def recall(questions: list[dict[str, Any]], found: list[list[str]], k: int, norm: Any) -> float:
    """The share of questions whose answer stands in one of the first k passages."""
    right = 0
    for question, passages in zip(questions, found, strict=True):
        right += any(f" {norm(question['answer'])} " in f" {norm(p)} " for p in passages[:k])
    return right / len(questions)


def main() -> None:
    """Print the table, and write it as JSON."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--data", type=Path, default=HERE.parent.parent / "shared" / "bench" / "news-dev")
    cli.add_argument("--articles", type=int, default=250)
    cli.add_argument("--rounds", type=int, default=3)
    cli.add_argument("--systems", nargs="+", default=list(SYSTEMS))
    cli.add_argument("--newsdesk-python", default=str(HERE.parent / ".venv" / "bin" / "python"))
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
    figures: dict[str, dict[str, Any]] = {name: {"index_s": []} for name in arg.systems}
    for round_ in range(arg.rounds):
        for name in arg.systems:
            folder = work / f"{name}-{round_}"
            python = arg.newsdesk_python if name == "newsdesk" else sys.executable
            report = job(python, name, "index", folder, article_file)
            figures[name]["index_s"].append(report["seconds"])
            figures[name]["index_peak_mb"] = report["peak_mb"]
            figures[name]["disk_x"] = size_of(folder) / characters
            print(f"round {round_ + 1} {name}: {len(articles) / report['seconds']:.2f} articles/s", flush=True)
            if round_ + 1 < arg.rounds:
                shutil.rmtree(folder)
    for name in arg.systems:
        python = arg.newsdesk_python if name == "newsdesk" else sys.executable
        report = job(python, name, "ask", work / f"{name}-{arg.rounds - 1}", question_file)
        took = sorted(report["retrieve_s"])
        figures[name] |= {
            "first_answer_s": report["first_answer_s"],
            "p50_ms": took[len(took) // 2] * 1e3,
            "p95_ms": took[round(0.95 * (len(took) - 1))] * 1e3,
            "serve_peak_mb": report["peak_mb"],
        } | {f"recall@{k}": recall(questions, report["found"], k, norm) for k in (1, 5, 20)}
    tutorial = figures.get("langchain", figures[arg.systems[0]])["index_s"]
    print(f"\n{len(articles)} articles, {characters} characters, {len(questions)} questions, {arg.rounds} rounds")
    columns = "articles/s ratio p50_ms p95_ms first_answer_s recall@1 recall@5 recall@20 serve_peak_mb disk_x".split()
    print("| system | " + " | ".join(columns) + " |\n|---" * 1 + "|---" * len(columns) + "|")
    for name, row in figures.items():
        row["articles/s"] = len(articles) / statistics.median(row["index_s"])
        row["ratio"] = statistics.median(t / mine for t, mine in zip(tutorial, row["index_s"], strict=True))
        print(f"| {name} | " + " | ".join(f"{row[c]:.3g}" for c in columns) + " |")
    if arg.json:
        arg.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
