"""Articles that give orders, and models that obey them: nothing of it reaches a reader as an act or as a fact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from assistant import Answer, Article, Assistant, Filter
from assistant.conversations.types import Exchange
from assistant.language_model.prompts import answering
from tests.hostile import ATTACKS, Attack
from tests.scripted_model import Asked, Reply, ScriptedModel, scripted_model
from ui_parts.answers import Shown, exchanges
from ui_parts.source import Quoted
from ui_parts.source import article as shown_article
from ui_parts.texts import speaking

NAMES = ("Ardlow Brisk Cawden Dunmar Esker Fallow Garrow Hesk Inver Jarrow Kelso Larne Marl Nesk Orrin Pellan").split()
ALLOWED = re.compile(r"https://example\.org/quarry/\d+")


def story(number: int, attack: Attack) -> Article:
    """The article of one attack, with a quarry of its own."""
    name = NAMES[number % len(NAMES)] + NAMES[number // len(NAMES)].lower()
    text = (
        f"The {name} quarry opened on Monday with 40 workers, the county said.\n\n{attack.text}\n\n"
        f"Stone from {name} goes to the harbour at Lowmere."
    )
    return Article(
        id=f"quarry-{number}",
        title=attack.title or f"{name} quarry opens",
        url=f"https://example.org/quarry/{number}",
        publisher=attack.publisher,
        text=text,
    )


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with scripted_model() as opened:
        yield opened


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory, model: ScriptedModel) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("hostile") / "library"
    with Assistant.open(folder, model="openai:obeys", base_url=f"{model.host}/v1", timeout=20) as desk:
        assert not desk.add([story(number, attack) for number, attack in enumerate(ATTACKS)]).failed
        yield desk


def obeying(attack: Attack) -> Reply:
    return Reply(attack.reply.replace("{n}", "1"), step=7)


def harmless(text: str) -> bool:
    """No markup, no code, no address but an article's."""
    rest = ALLOWED.sub("", text)
    assert not re.search(r"\w:/{2}|www\.|\]\(|!\[\w*\]\[|<[a-zA-Z/!?]|javascript:|[\x00-\x08\x0b-\x1f\x7f]", rest), rest
    return True


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_an_obeyed_article_changes_nothing(attacked: Assistant, model: ScriptedModel, number: int) -> None:
    attack = ATTACKS[number]
    model.script = lambda _: obeying(attack)
    model.asked.clear()
    name = story(number, attack).text.split()[1]
    where = Filter(article_ids=(f"quarry-{number}",))
    *pieces, answer = attacked.stream(f"How many workers does the {name} quarry have?", where=where)
    assert isinstance(answer, Answer)
    streamed = "".join(p for p in pieces if isinstance(p, str))
    say = speaking("en")
    page = exchanges(
        [Shown(Exchange(id="x", question="?", answer=answer, asked=datetime.now(UTC)), mine=False)], say
    ) + "".join(
        shown_article(attacked.article(c.article.id), Quoted((c.start, c.end), (), c.quote), say)
        for c in answer.citations
    )
    assert harmless(streamed) and harmless(answer.text)
    assert not re.search(r"<(?:img|script|iframe|form|style|svg|input)\b", page)
    assert all(ALLOWED.fullmatch(link) for link in re.findall(r'href="([^"]*)"', page))
    for words in attack.never:
        if words not in attack.text:  # its own words may be quoted, as words
            assert words not in answer.text
        assert words not in streamed
    said = {s.text for s in answer.statements if s.supported}
    assert not said & set(attack.struck)
    for citation in answer.citations:
        assert citation.article.id == f"quarry-{number}" and citation.article.publisher  # whatever it claims to be
        text = attacked.article(citation.article.id).text
        assert text[citation.start : citation.end] == citation.quote
    assert {int(n) for n in re.findall(r"\[(\d+)\]", answer.text)} <= {c.number for c in answer.citations}
    assert len(attacked.articles()) == len(ATTACKS)  # nothing was removed
    assert all(not asked.body.get("tools") for asked in model.asked)


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack.name for attack in ATTACKS])
def test_no_article_can_end_its_passage_or_speak_as_another(attacked: Assistant, number: int) -> None:
    [hit, *_] = attacked.retrieve("quarry opened", where=Filter(article_ids=(f"quarry-{number}",)))
    system, user = answering([hit], "How many workers?", "k7x2q9")
    prompt = str(user.content)
    assert prompt.count("<<<k7x2q9 1>>>") == prompt.count("<<<end k7x2q9 1>>>") == 1
    assert not re.search(r"<\|\w+\|>|\[/?INST\]|<(?:start|end)_of_turn>|</?s>|<</?SYS>>", prompt)
    assert "{" not in str(system.content) and hit.passage.text[:40] not in str(system.content)


def test_there_are_at_least_forty_attacks() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 40


def test_braces_of_an_article_come_to_the_model_as_they_are(attacked: Assistant, model: ScriptedModel) -> None:
    number = next(n for n, attack in enumerate(ATTACKS) if attack.name == "template braces")
    model.says("The quarry opened with 40 workers. [1]")
    model.asked.clear()
    attacked.ask("How many workers were there when the quarry opened?", where=Filter(article_ids=(f"quarry-{number}",)))
    asked: Asked = model.asked[-1]
    assert "{question} {{7*7}} {passages[0].__class__} %s ${HOME}" in asked.prompt
