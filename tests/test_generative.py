"""Answers by a language model: streamed, stopped, falling back, following up; the clients and protocols are real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant import Answer, Assistant, Filter, Turn
from assistant.samples import folder as samples_folder
from assistant.types import NOT_SUPPORTED, REFUSAL
from tests.scripted_model import Asked, Reply, ScriptedModel, scripted_model

QUESTION = "what are Putin's ceasefire conditions"
TRUE = "Putin set four conditions for a truce, among them that Ukraine drop its hope of joining NATO. [{n}]"
FALSE = "Putin told this to the Pope in Rome on Sunday. [{n}]"
KEY = "sk-very-secret-0123456789"
Open = Callable[..., Assistant]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    there = tmp_path_factory.mktemp("generative") / "library"
    with Assistant.open(there) as desk:
        desk.add(samples_folder())
    return there


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with scripted_model() as opened:
        yield opened


def opened(library: Path, model: ScriptedModel, provider: str = "openai", **options: object) -> Assistant:
    address = f"{model.host}/v1" if provider == "openai" else model.host
    options = {"timeout": 20.0, **options}
    return Assistant.open(library, model=f"{provider}:scripted", base_url=address, **options)  # type: ignore[arg-type]


@pytest.fixture(params=["openai", "ollama"])
def desk(library: Path, model: ScriptedModel, request: pytest.FixtureRequest) -> Iterator[Assistant]:
    with opened(library, model, request.param, api_key=SecretStr(KEY)) as assistant:
        yield assistant


def about_the_truce(text: str, **options: object) -> Callable[[Asked], Reply]:
    """A script that cites the passage with the conditions, whatever its number."""

    def script(asked: Asked) -> Reply:
        number = asked.passage_with("four conditions")
        return Reply(text.replace("{n}", str(number)), **options)  # type: ignore[arg-type]

    return script


# answering


def test_the_answer_comes_in_pieces_and_is_checked_and_cited(desk: Assistant, model: ScriptedModel) -> None:
    model.script = about_the_truce(f"{TRUE} {FALSE}")
    *pieces, answer = desk.stream(QUESTION)
    assert isinstance(answer, Answer) and len([p for p in pieces if p]) > 3
    assert "four conditions for a truce" in "".join(str(p) for p in pieces)
    assert answer.model.endswith(":scripted") and not answer.abstained
    assert [s.supported for s in answer.statements] == [True, False]
    assert NOT_SUPPORTED in answer.text and answer.statements[1].problem
    for citation in answer.citations:
        text = desk.article(citation.article.id).text
        assert text[citation.start : citation.end] == citation.quote
    assert len(model.asked) == 1


def test_ask_gives_what_stream_ends_with(desk: Assistant, model: ScriptedModel) -> None:
    model.script = about_the_truce(TRUE)
    *_, last = desk.stream(QUESTION)
    assert desk.ask(QUESTION) == last


def test_the_first_piece_comes_before_the_last_is_written(library: Path, model: ScriptedModel) -> None:
    model.script = about_the_truce(TRUE, pause=0.2)
    with opened(library, model) as desk:
        stream = desk.stream(QUESTION)
        first = next(piece for piece in stream if piece)
        assert isinstance(first, str) and not first.strip().endswith("]")
        stream.close()  # type: ignore[attr-defined]
        assert model.stopped.wait(10)  # and closing it hung up on the model


def test_strictly_what_fails_is_left_out(library: Path, model: ScriptedModel) -> None:
    model.script = about_the_truce(f"{TRUE} {FALSE}")
    with opened(library, model, strict=True) as desk:
        answer = desk.ask(QUESTION)
    assert [s.supported for s in answer.statements] == [True, False]
    assert "Pope" not in answer.text and "four conditions" in answer.text


def test_strictly_a_true_sentence_that_answers_another_question_does_not_stand_in(
    library: Path, model: ScriptedModel
) -> None:
    model.script = about_the_truce(FALSE)
    with opened(library, model, strict=True) as desk:
        answer = desk.ask(QUESTION)
    assert answer.model == "" and "own sentences" in answer.note
    assert "Pope" not in answer.text and "NATO" in answer.text


def test_a_model_named_by_its_address_alone_is_named_with_its_provider(library: Path, model: ScriptedModel) -> None:
    model.script = about_the_truce(TRUE)
    with Assistant.open(library, model="scripted", base_url=f"{model.host}/v1", timeout=20) as desk:
        assert desk.ask(QUESTION).model == "openai:scripted"


def test_a_model_that_repeats_itself_is_stopped_and_says_it_once(desk: Assistant, model: ScriptedModel) -> None:
    model.script = about_the_truce(" ".join([TRUE] * 40), pause=0.01)
    answer = desk.ask(QUESTION)
    assert answer.text.count("four conditions") == 1 and "repeated itself" in answer.note


@pytest.mark.parametrize(("opinion", "supported"), [("1 yes", True), ("1. no", False), ("what?", True)])
def test_the_model_is_asked_for_a_second_opinion_in_one_call(
    library: Path, model: ScriptedModel, opinion: str, supported: bool
) -> None:
    first = about_the_truce(f"{TRUE} {TRUE.replace('set', 'named')}")
    model.script = lambda asked: Reply(opinion) if "Sentences:" in asked.prompt else first(asked)
    with opened(library, model, verifier="model") as desk:
        answer = desk.ask(QUESTION)
    assert [asked.prompt.count("Sentences:") for asked in model.asked] == [0, 1]
    assert bool(answer.statements[0].supported) is supported


def test_the_prompt_numbers_the_passages_and_marks_them_as_material(desk: Assistant, model: ScriptedModel) -> None:
    model.script = about_the_truce(TRUE)
    desk.ask(QUESTION)
    prompt = model.asked[-1].prompt
    assert "1>>> " in prompt and "| The Meridian | 14 March 2025" in prompt and "never instructions" in prompt
    assert "language of the question" in prompt and prompt.rstrip().endswith(f"Question: {QUESTION}")
    assert not model.asked[-1].body.get("tools")


def test_ollama_gets_a_context_that_holds_the_prompt(library: Path, model: ScriptedModel) -> None:
    model.script = about_the_truce(TRUE)
    with opened(library, model, "ollama") as desk:
        desk.ask(QUESTION)
    body = model.asked[-1].body
    assert model.asked[-1].path == "/api/chat"
    assert body["options"]["num_ctx"] >= len(model.asked[-1].prompt) / 4 + 2000


@pytest.mark.parametrize("context", [512, 1500, 8192])
def test_whole_passages_are_dropped_from_the_end_until_the_prompt_fits(
    library: Path, model: ScriptedModel, context: int
) -> None:
    model.script = about_the_truce(TRUE)
    with opened(library, model, context=context) as desk:
        question = "What did Putin demand for a ceasefire?"  # the passage with the conditions comes first
        answer = desk.ask(question)
        best = [hit.passage.id for hit in desk.retrieve(question, k=20)]
    prompt = model.asked[-1].prompt
    assert [hit.passage.id for hit in answer.hits] == best[: len(answer.hits)]
    assert all(hit.passage.text in prompt for hit in answer.hits)
    assert prompt.count("<<<end ") == len(answer.hits) and len(prompt) / 5 < max(context, 700)
    assert (len(answer.hits) < 20) == (context < 8192)


# declining


def test_a_model_that_declines_gives_the_one_refusal(desk: Assistant, model: ScriptedModel) -> None:
    model.says(REFUSAL)
    answer = desk.ask(QUESTION)
    assert answer.abstained and answer.text.startswith(REFUSAL) and answer.citations == ()
    assert answer.model.endswith(":scripted")


def test_an_answer_from_memory_is_overruled(desk: Assistant, model: ScriptedModel) -> None:
    model.says("Magnus Carlsen won the tournament in Reykjavik with nine points.")
    answer = desk.ask("Who won the chess tournament in Reykjavik?")
    assert answer.abstained and answer.text.startswith(REFUSAL) and "Carlsen" not in answer.text
    assert model.asked == []  # no passage names Reykjavik: no model was asked


def test_without_any_evidence_no_model_is_asked(desk: Assistant, model: ScriptedModel) -> None:
    model.says("Putin named four conditions.")
    answer = desk.ask(QUESTION, where=Filter(publishers=("Nobody’s Paper",)))
    assert answer.abstained and answer.text.startswith(REFUSAL) and model.asked == []


def test_when_nothing_said_is_borne_out_the_articles_speak_for_themselves(
    desk: Assistant, model: ScriptedModel
) -> None:
    model.says("Paris is the capital of France and lies on the Seine.")
    answer = desk.ask(QUESTION)
    assert answer.model == "" and "NATO" in answer.text and "borne out" in answer.note
    assert all(s.supported for s in answer.statements)


# failing

FAILURES = [
    (Reply(status=401, error=f"Incorrect API key provided: {KEY}"), "refused the key", 1),
    (Reply(status=404), "has no model 'scripted'", 1),
    (Reply(status=429, headers={"Retry-After": "0.1"}), "too many requests", 3),
    (Reply(status=429, headers={"Retry-After": "600"}), "asked to wait 600 seconds", 1),
    (Reply(status=500), "failed (500)", 3),
    (Reply(status=503), "failed (503)", 3),
    (Reply(""), "its answer was empty", 3),
    (Reply("  \n "), "its answer was empty", 3),
    (Reply(raw=b"<html>a proxy's page</html>"), "could not be read", 3),
    (Reply(raw=b"[]"), "", 3),
    (Reply(status=400, error="This model's maximum context length is 4096 tokens"), "too long for it", 3),
    (Reply(TRUE, break_after=4), "broke off", 1),
    (Reply(TRUE, silent_end=True), "broke off", 1),
]


@pytest.mark.parametrize(("reply", "why", "tries"), FAILURES, ids=[f"{r.status} {w}" for r, w, _ in FAILURES])
def test_a_failure_ends_in_the_extractive_answer_with_one_line_why(
    desk: Assistant, model: ScriptedModel, reply: Reply, why: str, tries: int, caplog: pytest.LogCaptureFixture
) -> None:
    model.says_in_turn(reply)
    answer = desk.ask(QUESTION)
    assert answer.model == "" and "NATO" in answer.text and answer.citations and not answer.abstained
    assert why in answer.note and "\n" not in answer.note and "own sentences" in answer.note
    assert len(model.asked) == tries
    assert KEY not in repr(answer) + caplog.text + repr(desk.__dict__)


def test_a_second_try_that_works_is_taken(desk: Assistant, model: ScriptedModel) -> None:
    replies = [Reply(status=500), Reply(status=429, headers={"Retry-After": "0"})]
    good = about_the_truce(TRUE)
    model.script = lambda asked: replies.pop(0) if replies else good(asked)
    answer = desk.ask(QUESTION)
    assert answer.model and answer.note == "" and len(model.asked) == 3


def test_a_prompt_too_long_is_tried_again_with_fewer_passages(desk: Assistant, model: ScriptedModel) -> None:
    good = about_the_truce(TRUE)
    model.script = lambda asked: (
        Reply(status=400, error="prompt is too long: context length exceeded")
        if asked.prompt.count("<<<end ") > 12
        else good(asked)
    )
    answer = desk.ask(QUESTION)
    assert answer.model and len(answer.hits) <= 12 and len(model.asked) > 1


@pytest.mark.parametrize("reply", [Reply(TRUE, before=60), Reply(TRUE, step=1, pause=0.5)], ids=["silent", "slow"])
@pytest.mark.parametrize("provider", ["openai", "ollama"])
def test_nothing_hangs_past_the_configured_time(
    library: Path, model: ScriptedModel, reply: Reply, provider: str
) -> None:
    model.says_in_turn(reply)
    with opened(library, model, provider, timeout=1.5) as desk:
        answer = desk.ask(QUESTION)  # the server would take 30 seconds or more
    assert "did not answer within 1.5 seconds" in answer.note and "NATO" in answer.text
    assert model.stopped.wait(10)


@pytest.mark.parametrize(("provider", "path"), [("openai", "/v1"), ("ollama", "")])
def test_no_route_is_said_as_such(library: Path, provider: str, path: str) -> None:
    with Assistant.open(library, model=f"{provider}:x", base_url=f"http://127.0.0.1:9{path}", timeout=20) as desk:
        answer = desk.ask(QUESTION)
    assert "there is no route to 127.0.0.1:9" in answer.note and "NATO" in answer.text


def test_an_answer_cut_off_at_its_longest_says_so(desk: Assistant, model: ScriptedModel) -> None:
    model.script = about_the_truce(TRUE, finish="length")
    assert "cut off" in desk.ask(QUESTION).note


def test_the_key_goes_to_the_server_and_a_provider_s_key_goes_to_no_other_address(
    library: Path, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-for-openai-only")
    model.script = about_the_truce(TRUE)
    with opened(library, model) as desk:
        desk.ask(QUESTION)
    with opened(library, model, api_key=SecretStr(KEY)) as desk:
        desk.ask(QUESTION)
    sent = [asked.headers["authorization"] for asked in model.asked]
    assert "sk-for-openai-only" not in sent[0] and sent[1] == f"Bearer {KEY}"


def test_a_missing_key_is_said_with_the_variable_to_set(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with Assistant.open(library, model="openai:gpt-5-mini") as desk:
        answer = desk.ask(QUESTION)
    assert "set OPENAI_API_KEY or NEWSDESK_API_KEY" in answer.note and "NATO" in answer.text


# following up


def test_a_follow_up_is_rewritten_by_the_model_and_its_evidence_stays(desk: Assistant, model: ScriptedModel) -> None:
    first = about_the_truce(TRUE)
    model.script = first
    answer = desk.ask(QUESTION)
    model.asked.clear()
    model.script = lambda asked: (
        Reply("What did Zelenskyy say about Putin's ceasefire conditions?") if asked.rewriting else first(asked)
    )
    later = desk.ask("and what did he say there?", turns=[Turn(QUESTION, answer)])
    rewriting, answering = model.asked
    assert rewriting.rewriting and answer.text[:40] in rewriting.prompt
    assert answering.prompt.rstrip().endswith("Question: What did Zelenskyy say about Putin's ceasefire conditions?")
    assert later.question == "and what did he say there?"
    cited = answer.citations[0].quote
    assert cited in answering.prompt


def test_evidence_of_the_last_turn_is_among_the_passages_of_an_unlike_question(
    desk: Assistant, model: ScriptedModel
) -> None:
    model.script = about_the_truce(TRUE)
    answer = desk.ask(QUESTION)
    model.script = lambda asked: Reply(
        "How many wolves live in Norland?" if asked.rewriting else "Norland has 212 wolves."
    )
    turns = [Turn(QUESTION, answer)]
    desk.ask("how many wolves are there?", turns=turns)
    assert answer.citations[0].quote in model.asked[-1].prompt
    desk.ask("how many wolves are there?", turns=turns, where=Filter(article_ids=(desk.articles()[-1].id,)))
    assert answer.citations[0].quote not in model.asked[-1].prompt  # a filter holds for it too


@pytest.mark.parametrize("reply", [Reply(status=500), Reply(""), Reply("x" * 900), Reply("Bananas?")])
def test_rules_rewrite_a_follow_up_when_the_model_does_not(desk: Assistant, model: ScriptedModel, reply: Reply) -> None:
    good = about_the_truce(TRUE)
    model.script = lambda asked: reply if asked.rewriting else good(asked)
    desk.ask("and what did Zelenskyy say about it?", turns=[Turn(QUESTION, "Putin named four.")])
    assert "Question: what did Zelenskyy say about Putin's ceasefire conditions" in model.asked[-1].prompt


def test_a_first_question_is_not_rewritten(desk: Assistant, model: ScriptedModel) -> None:
    model.script = about_the_truce(TRUE)
    desk.ask(QUESTION)
    assert not any(asked.rewriting for asked in model.asked)
