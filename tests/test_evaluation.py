"""The metrics are the field's; and over the sample articles none falls below its floor, which only rises."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from sklearn.metrics import ndcg_score, roc_auc_score

from assistant import Assistant
from assistant.english.wording import holds
from assistant.evaluation import (
    Evaluation,
    EvaluationQuestion,
    auroc,
    compare,
    evaluate,
    ndcg,
    read_questions,
    reliability,
    sign_test,
)
from index.errors import InvalidValue
from tests.test_cli import newsdesk

HERE = Path(__file__).parent / "evaluation"
QUESTIONS, FLOORS = HERE / "questions.jsonl", HERE / "floors.json"


@pytest.fixture(scope="module")
def run(samples: Assistant) -> Evaluation:
    return evaluate(samples, read_questions(QUESTIONS))


def test_no_figure_falls_below_its_floor(run: Evaluation, request: pytest.FixtureRequest) -> None:
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    missed = {name: (run.figures[name], floor) for name, floor in floors.items() if run.figures[name] < floor - 1e-9}
    assert not missed
    if request.config.getoption("--raise-floors"):
        raised = {name: max(floor, math.floor(run.figures[name] * 100) / 100) for name, floor in floors.items()}
        FLOORS.write_text(json.dumps(raised, indent=1) + "\n", encoding="utf-8")


def test_a_run_kept_in_a_file_compares_as_equal_to_itself(run: Evaluation, tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    file.write_text(json.dumps(run.to_json()), encoding="utf-8")
    change = compare(Evaluation.from_json(file), run)
    assert change.won == change.lost == [] and change.p == 1.0
    assert all(before == pytest.approx(after) for before, after in change.figures.values())


def test_wins_and_losses_are_told_question_by_question(run: Evaluation) -> None:
    right = next(row for row in run.rows if row.right)
    worse = replace(run, rows=[replace(row, right=False) if row is right else row for row in run.rows])
    assert compare(run, worse).lost == [right.question]
    assert compare(worse, run).won == [right.question]


def test_every_question_falls_into_one_bin_of_the_reliability_table(run: Evaluation) -> None:
    assert sum(count for _, _, count, _, _ in run.reliability) == len(run.rows)
    one = replace(run.rows[0], confidence=1.0)
    assert reliability([one])[0][:3] == (0.8, 1.0, 1)


@pytest.mark.parametrize("gains", [(1, 0, 0), (0, 1, 1), (0, 0, 0, 1), (1, 0, 1, 0, 1)])
def test_ndcg_and_auroc_agree_with_scikit_learn(gains: tuple[int, ...]) -> None:
    ranks = [-float(n) for n in range(len(gains))]
    assert ndcg(gains, 10) == pytest.approx(ndcg_score([gains], [ranks]))
    labels = [1, 1, 0, 0, 0]
    scores = [0.9, 0.4, 0.4, 0.2, 0.95]
    assert auroc(scores[:2], scores[2:]) == pytest.approx(roc_auc_score(labels, scores))


def test_nothing_found_scores_nothing() -> None:
    assert ndcg((0, 0, 0), 10) == 0.0


def test_the_sign_test_is_two_sided() -> None:
    assert sign_test(0, 0) == 1.0 and sign_test(3, 3) == 1.0
    assert sign_test(8, 0) == sign_test(0, 8) == pytest.approx(2 / 2**8)


def test_answers_are_compared_by_words_without_accents_and_signs() -> None:
    assert holds(("São Paulo",), "…in Sao Paulo’s centre") and holds(("$1,000",), "It cost 1 000 dollars")
    assert not holds(("rain",), "trains")
    assert holds(("Київ",), "у місті Київ.")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{broken", "line 1"),
        ('["a list"]', "line 1"),
        ('{"answer": "x"}', "'question'"),
        ('{"question": "Who?"}', 'needs "answer"'),
        ("", "holds no questions"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_line(tmp_path: Path, line: str, reason: str) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(InvalidValue, match=reason):
        read_questions(file)


def test_a_question_may_be_judged_by_its_articles_alone(samples: Assistant) -> None:
    wolves = next(a.id for a in samples.articles() if "wolves" in a.title)
    made = evaluate(samples, [EvaluationQuestion("1", "How many wolves live in Norland?", (), articles=(wolves,))])
    assert made.rows[0].right and made.figures["recall@1"] == 1.0


def test_the_command_prints_tables_compares_and_writes_json(tmp_path: Path) -> None:
    library, out = tmp_path / "library", tmp_path / "run.json"
    newsdesk("add", "--samples", "-l", library)
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(QUESTIONS.read_text(encoding="utf-8").splitlines()[:5]), encoding="utf-8")
    assert "answer_accuracy" in newsdesk("evaluate", few, "-l", library, "--out", out).stdout
    assert "0 won, 0 lost" in newsdesk("evaluate", few, "-l", library, "--compare", out, "--misses").stdout
    kept = json.loads(newsdesk("evaluate", few, "-l", library, "--compare", out, "--json").stdout)
    assert kept["figures"]["questions"] == 5 and kept["comparison"]["won"] == []
    assert "cannot be compared with" in newsdesk("evaluate", few, "-l", library, "--compare", few, code=1).stderr
