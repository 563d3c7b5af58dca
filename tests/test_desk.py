"""One desk: this process's, another process's, the server's door, the settings and the commands do not disagree."""

from __future__ import annotations

import inspect
from dataclasses import fields
from datetime import date
from typing import get_type_hints

import pytest
from pydantic import SecretStr

from assistant import Assistant, Desk, DeskOptions
from assistant.options import OF_THE_LIBRARY, Given
from assistant.remote.client import RemoteAssistant
from assistant.remote.protocol import CALLED, CALLS, HERE, RUN, _ours, hints, received, sent
from assistant.settings import Settings
from index.errors import InvalidValue
from newsdesk.opening import Chosen, options_of

STREAMED = ("ask", "aask", "stream", "astream")  # answers: pieces, then the Answer
PLAIN = {str, int, bool, float, type(None)}  # what JSON has as it is
SENT = ("str | None", "Iterable[str]", "Mapping[str, str]", "Path")  # and what the client makes so


def methods(kind: type) -> set[str]:
    return {name for name in vars(kind) if not name.startswith("_")}


def shape(kind: type, name: str) -> list[tuple[str, object, object]]:
    """A method's arguments: name, kind of argument, default."""
    found = inspect.getattr_static(kind, name)
    found = found.fget if isinstance(found, property) else found
    return [(one.name, one.kind, one.default) for one in inspect.signature(found).parameters.values()]


def test_every_method_of_a_desk_goes_through_the_door() -> None:
    assert methods(Desk) == {*CALLED, *RUN, *STREAMED, "close"}


@pytest.mark.parametrize("name", sorted(methods(Desk)))
def test_both_desks_take_the_same_and_what_they_take_can_be_sent(name: str) -> None:
    assert shape(Assistant, name) == shape(RemoteAssistant, name) == shape(Desk, name)
    if name in {*CALLED, *RUN}:
        kinds = {one: kind for one, kind in hints(name).items() if one not in {"return", "source", *HERE}}
        for argument, kind in kinds.items():
            text = str(kind)
            plain = kind in PLAIN or any(
                word in text for word in ("str | None", "Iterable[str]", "Mapping[str, str]", "Path")
            )
            assert plain or _ours(kind), f"{name}({argument}) of {kind} cannot be sent"


def test_no_desk_has_a_public_method_of_its_own_that_a_command_would_miss() -> None:
    only_here = methods(Assistant) - methods(Desk)
    assert only_here == {
        "announce", "as_retriever", "as_tool", "chain", "conversations", "count_tokens", "like", "on", "open",
        "open_to_check", "open_to_rebuild", "preview", "warm",
    }  # fmt: skip
    assert methods(RemoteAssistant) - methods(Desk) == {"answers"}


def test_a_desk_that_lacks_a_method_cannot_be_made() -> None:
    class Half(Desk):
        pass

    with pytest.raises(TypeError, match="abstract"):
        Half()


def test_what_comes_back_has_a_kind() -> None:
    assert all(CALLS[name] == hints(name)["return"] for name in CALLED)


def test_options_by_name_are_the_options() -> None:
    names = {"SecretStr": SecretStr}
    given, whole = get_type_hints(Given, localns=names), get_type_hints(DeskOptions, localns=names)
    assert given.keys() == whole.keys()
    assert {name for name in whole if given[name] != whole[name]} == {"allow_hosts"}  # any iterable; kept as a tuple
    assert Chosen.__annotations__.keys() <= whole.keys()


def test_every_setting_is_an_option_of_a_desk_or_of_a_server() -> None:
    server = {"library", "host", "port", "access", "root_path", "rate", "trusted_proxies", "host_names"}
    options = {one.name: one.default for one in fields(DeskOptions)}
    assert Settings.model_fields.keys() - server == options.keys() - {"wait", "allow_hosts", "robots"}
    assert all(Settings.model_fields[name].default == options[name] for name in Settings.model_fields.keys() - server)


def test_a_command_line_goes_before_the_settings() -> None:
    settings = Settings(model="ollama:qwen3", strict=True, as_of=date(2025, 1, 1), reader="r", api_key=SecretStr("k"))
    assert options_of(settings, True, {"model": None, "strict": None}) == DeskOptions(
        model="ollama:qwen3", strict=True, as_of=date(2025, 1, 1), reader="r", api_key=SecretStr("k")
    )
    plain = options_of(settings, False, {"strict": False})
    assert (plain.model, plain.api_key, plain.strict, plain.reader) == (None, None, False, "r")


def test_options_arrive_as_they_were_sent_but_for_those_of_the_library() -> None:
    options = DeskOptions(
        as_of=date(2025, 3, 1), model="openai:m", base_url="http://127.0.0.1:1/v1", strict=True, verifier="model",
        api_key=SecretStr("secret"), timeout=3, context=600, allow_hosts=("127.0.0.1",), robots=False, encoder="e",
        wait=9, chroma="http://127.0.0.1:2",
    )  # fmt: skip
    came = received(sent(options))
    assert came == options.over(DeskOptions()) and hash(came) == hash(options.over(DeskOptions()))
    assert {name for name in OF_THE_LIBRARY if getattr(came, name) != getattr(options, name)} == {
        "encoder",
        "wait",
        "chroma",
    }


def test_an_option_that_is_none_is_told() -> None:
    with pytest.raises(TypeError, match="modle"):
        Assistant.open("nowhere", modle="x")  # type: ignore[call-arg]
    with pytest.raises(InvalidValue, match="no model is named"):
        Assistant.open("nowhere", base_url="http://127.0.0.1:1")
