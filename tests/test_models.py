"""Names of models, missing packages, counting, and a real engine: weights on disk, loaded and run in this process."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant import Answer, Article, Assistant, InvalidValue, MissingPart
from assistant.language_model.providers import Model, ModelFailed, install_line
from tests.conftest import HARBOUR
from tests.programs import needs_torch

WORDS = "the bridge at Lowmere is closed for six weeks and some 14,000 vehicles cross it each day . [ ] 1 2 passage"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A language model of random weights, saved as transformers saves one: it babbles, but by the real path."""
    needs_torch()
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    words = Tokenizer(models.BPE(unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=["<unk>", "<s>", "</s>"], initial_alphabet=alphabet)
    words.train_from_iterator([WORDS] * 4, trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, bos_token="<s>", eos_token="</s>", unk_token="<unk>")
    tokenizer.chat_template = (
        "{% for m in messages %}<s>{{ m['role'] }}: {{ m['content'] }}</s>{% endfor %}<s>assistant:"
    )
    tokenizer.save_pretrained(folder)
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=8192, bos_token_id=1, eos_token_id=2, pad_token_id=2,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


def test_a_real_engine_is_loaded_asked_and_its_babble_overruled(tiny: Path, tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library", model=f"transformers:{tiny}", timeout=120) as desk:
        desk.add([Article(title="Bridge closed", text=HARBOUR)])
        *pieces, answer = desk.stream("How many vehicles cross the Lowmere bridge each day?")
    assert isinstance(answer, Answer)
    assert len([p for p in pieces if p]) > 3  # it was really run, and streamed
    assert "14,000" in answer.text and answer.model == "" and "borne out" in answer.note


def test_a_real_engine_counts_with_its_own_tokenizer_and_stops_when_nobody_reads(tiny: Path) -> None:
    model = Model(f"transformers:{tiny}")
    assert model.count("the bridge at Lowmere") == len(model.chat.get_token_ids("the bridge at Lowmere")) > 2
    stream = model.chat.stream("the bridge")
    assert next(stream).text is not None
    stream.close()  # type: ignore[attr-defined]


def test_a_folder_without_a_model_is_refused_with_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match=r"config\.json"):
        _ = Model(f"transformers:{tmp_path}").chat


def test_a_provider_that_is_not_installed_gives_the_exact_line() -> None:
    with pytest.raises(MissingPart, match=r"pip install langchain-mistralai$"):
        Model("mistralai:small")


@pytest.mark.parametrize("provider", ["ollama", "openai", "anthropic", "google_genai"])
def test_a_known_provider_s_line_names_an_extra_that_there_is(provider: str) -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    extra = install_line(provider).removeprefix("pip install '.[").removesuffix("]'")
    assert any(
        f"langchain-{provider.replace('_', '-')}" in wanted for wanted in project["optional-dependencies"][extra]
    )


@pytest.mark.parametrize("name", ["", "qwen3", "ollama:", ":x", "Ollama qwen"])
def test_a_name_that_names_no_model_is_refused(name: str) -> None:
    with pytest.raises(InvalidValue, match="names no model"):
        Model(name)


def test_an_address_alone_means_a_server_that_speaks_openai_s_protocol() -> None:
    assert Model("llama-3", "http://127.0.0.1:8080/v1").provider == "openai"
    with pytest.raises(InvalidValue, match="no address"):
        Model("llama-3", "127.0.0.1:8080")
    with pytest.raises(InvalidValue, match="no model is named"):
        Assistant.open("nowhere-is-made", base_url="http://127.0.0.1:8080/v1")
    assert not Path("nowhere-is-made").exists()


@pytest.mark.parametrize("provider", ["openai", "anthropic", "google_genai", "ollama"])
def test_each_provider_s_client_is_made_with_a_key_that_no_text_shows(provider: str) -> None:
    model = Model(f"{provider}:x", key=SecretStr("sk-secret-1"))
    assert model.chat is not None
    assert "sk-secret-1" not in repr(model) + str(model)


def test_the_estimate_of_tokens_learns_from_what_the_model_reports() -> None:
    model = Model("ollama:x")
    messages = [model_message(HARBOUR * 4)]
    before = model.count(HARBOUR)
    model.learn(messages, model.count(HARBOUR * 4) * 2)
    assert 1.8 * before < model.count(HARBOUR) < 2.2 * before
    model.learn(messages, 1)  # a cache may make a server report next to nothing
    assert model.count(HARBOUR) > 0.6 * before


def model_message(text: str) -> object:
    from langchain_core.messages import HumanMessage

    return HumanMessage(text)


def test_an_unknown_failure_is_told_by_its_kind_and_never_by_its_text() -> None:
    failure = Model("ollama:x").failed(RuntimeError("sk-secret-1 in https://user:pass@host/"))
    assert isinstance(failure, ModelFailed) and "RuntimeError" in str(failure) and "secret" not in str(failure)
