"""DeskOptions: every option of a desk, once; `Assistant.open`, the commands and the server's own door take them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack

from index.errors import InvalidValue
from index.stores.vectors import Server

if TYPE_CHECKING:
    from pydantic import SecretStr

    from assistant.language_model.providers import Model

OF_THE_LIBRARY = ("encoder", "reader", "wait", "chroma", "chroma_token", "read_only")  # one for all who share a library
SECOND_OPINION = "model"  # the name of a verifier that is the language model itself


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskOptions:
    """How a library is opened, and how its questions are answered.

    encoder: the embedding model, by name or folder; None takes the one the library was made with.
    as_of: the date that "today" means; None: the real one. No article dated later is found.
    reader: a cross-encoder that ranks instead of the reader that comes with newsdesk, by name or folder.
    wait: seconds to wait for another process that holds the library.
    model: a language model to write the answers, "ollama:qwen3" or "openai:gpt-5-mini"; None: none, they are made of
    the articles' own sentences. base_url: where it is served, if not at the provider's own address.
    strict: a sentence of the model's that the articles do not bear out is left out, and not only marked.
    verifier: a sequence classifier that tells whether they do instead of the one that comes with newsdesk, by name or
    folder; "model": the language model is asked too, and a sentence counts where both agree.
    api_key: the model's key; None takes the one in the environment. timeout: seconds for a whole answer.
    context: tokens that a prompt may have.
    allow_hosts: hosts, as named in addresses, that may be fetched from although they are private.
    robots: False fetches what a site's robots.txt asks programs to leave alone.
    chroma: a Chroma server that keeps the vectors, "http://host:port"; None: the folder does. chroma_token: a bearer
    token for what guards it. read_only: beside one process that writes, others only read; needs chroma.
    """

    encoder: str | None = None
    as_of: date | None = None
    reader: str | None = None
    wait: float = 3.0
    model: str | None = None
    base_url: str | None = None
    strict: bool = False
    verifier: str | None = None
    api_key: SecretStr | None = None
    timeout: float = 60.0
    context: int = 8192
    allow_hosts: tuple[str, ...] = ()
    robots: bool = True
    chroma: str | None = None
    chroma_token: SecretStr | None = None
    read_only: bool = False

    def __post_init__(self) -> None:
        hosts = (self.allow_hosts,) if isinstance(self.allow_hosts, str) else tuple(self.allow_hosts)
        object.__setattr__(self, "allow_hosts", hosts)

    def but(self, **given: Unpack[Given]) -> Self:
        """These options, but for those given by name."""
        changes: dict[str, Any] = {**given}
        return replace(self, **changes)

    def over(self, library: Self) -> Self:
        """These options for answers, over a library that is open with others."""
        return replace(self, **{name: getattr(library, name) for name in OF_THE_LIBRARY})

    @property
    def language_model(self) -> Model | None:
        """The language model that is named. InvalidValue for an address without a name."""
        if not self.model:
            if self.base_url:
                raise InvalidValue(
                    f"{self.base_url} is the address of a model, but no model is named; name the one it serves"
                )
            return None
        from assistant.language_model.providers import Model

        return Model(self.model, self.base_url, self.api_key, self.timeout, self.context)

    @property
    def server(self) -> Server | None:
        """The Chroma server that keeps the vectors; None: the folder does."""
        if not self.chroma:
            return None
        return Server(self.chroma, self.chroma_token.get_secret_value() if self.chroma_token else "")


class Given(TypedDict, total=False):
    """The fields of DeskOptions as arguments by name, for type checkers and editors; tests/test_desk.py compares."""

    encoder: str | None
    as_of: date | None
    reader: str | None
    wait: float
    model: str | None
    base_url: str | None
    strict: bool
    verifier: str | None
    api_key: SecretStr | None
    timeout: float
    context: int
    allow_hosts: Iterable[str]
    robots: bool
    chroma: str | None
    chroma_token: SecretStr | None
    read_only: bool
