"""How good the answers are: evaluate, feedback."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.json_codec import as_json as in_json
from index.types import Progress
from newsdesk.opening import open_desk
from newsdesk.options import AsOfOption, ChromaOption, JsonOption, LibraryOption
from newsdesk.telling import print_json, progress_bar


def evaluate(
    questions: Annotated[Path, typer.Argument(help="A .jsonl file: a question a line, with its answer.")],
    library: LibraryOption = None,
    chroma: ChromaOption = None,
    as_of: AsOfOption = None,
    compare_with: Annotated[
        Path | None, typer.Option("--compare", help="An earlier run's --out file: wins and losses against it.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write figures and every question's row here, as JSON.")] = None,
    misses: Annotated[bool, typer.Option("--misses", help="Also print each question that went wrong.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Score retrieval, answers and refusals over a file of questions, in the field's metrics."""
    from assistant import evaluation

    wanted = evaluation.read_questions(questions)
    before = evaluation.Evaluation.from_json(compare_with) if compare_with else None
    with open_desk(library, chroma=chroma, as_of=as_of) as desk, progress_bar(as_json) as bar:
        run = evaluation.evaluate(desk, wanted, bar and (lambda done, of: bar(Progress("questions", done, of))))
    change = evaluation.compare(before, run) if before else None
    if out:
        out.write_text(json.dumps(run.to_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if as_json:
        print_json({**run.to_json(), "comparison": asdict(change) if change else None})
        return
    _tell_evaluation(run, change)
    for row in run.rows if misses else ():
        if row.refused == (row.kind == evaluation.ANSWERABLE) or (row.kind == evaluation.ANSWERABLE and not row.right):
            typer.echo(f"\n- {row.question}\n  {row.kind}; first passage that answers: {row.first or 'none'}")
            typer.echo(f"  said: {row.said}")


def feedback(
    export: Annotated[
        Path | None, typer.Option("--export", help="Write them here, as questions that `newsdesk evaluate` reads.")
    ] = None,
    library: LibraryOption = None,
    chroma: ChromaOption = None,
    as_json: JsonOption = False,
) -> None:
    """The answers that people put a thumb up or down under, with question and evidence."""
    with open_desk(library, chroma=chroma) as desk:
        rows = desk.feedback()
    if export:
        lines = (json.dumps(in_json(row), ensure_ascii=False) + "\n" for row in rows)
        export.write_text("".join(lines), encoding="utf-8", errors="replace")
    if as_json:
        print_json(in_json(rows))
        return
    up = sum(row.thumb > 0 for row in rows)
    typer.echo(f"{up} up, {len(rows) - up} down{f', written to {export}' if export else ''}")
    for row in () if export else rows:
        typer.echo(f"{'+' if row.thumb > 0 else '-'} {row.question}\n    {' '.join(row.said.split())}")


def _tell_evaluation(run: Any, change: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    table = Table("figure", "value", *(("before",) if change else ()))
    for name, value in run.figures.items():
        earlier = (f"{change.figures[name][0]:.3g}" if name in change.figures else "",) if change else ()
        table.add_row(name, f"{value:.3g}", *earlier)
    console.print(table)
    table = Table("confidence", "questions", "mean", "share the articles answer")
    for low, high, count, sure, share in run.reliability:
        table.add_row(f"{low:.1f} to {high:.1f}", str(count), f"{sure:.2f}", f"{share:.2f}")
    console.print(table)
    if change:
        console.print(f"{len(change.won)} won, {len(change.lost)} lost; by chance with probability {change.p:.3f}")
        for sign, questions in (("+", change.won), ("-", change.lost)):
            for question in questions:
                console.print(f"  {sign} {question}", markup=False)
