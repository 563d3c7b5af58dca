"""A model's name to a LangChain chat model, with its key, its limits, and why it failed when it did."""

from __future__ import annotations

import importlib.util
import logging
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from langchain_core.exceptions import ContextOverflowError
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.runnables import Runnable
from pydantic import SecretStr

from index.errors import InvalidValue, MissingPart

# provider: (its module, the extra of newsdesk that brings it, the variable its key stands in)
_PROVIDERS: dict[str, tuple[str, str, str]] = {
    "ollama": ("langchain_ollama", "ollama", ""),
    "openai": ("langchain_openai", "openai", "OPENAI_API_KEY"),
    "anthropic": ("langchain_anthropic", "anthropic", "ANTHROPIC_API_KEY"),
    "google_genai": ("langchain_google_genai", "google-genai", "GOOGLE_API_KEY"),
    "transformers": ("transformers", "encoders", ""),
}
ANSWER_TOKENS = 2048  # room kept for the answer, a model's thinking included
OLLAMA_STEP = 2048  # num_ctx goes up in such steps: Ollama loads the model anew whenever it changes
MARGIN = 1.05  # a count is taken for this much more than it says
log = logging.getLogger(__name__)
_WORD = re.compile(r"[A-Za-z]+|\d|[^\sA-Za-z\d]")
_CONTEXT = re.compile(r"context|too long|maximum.{0,20}tokens|token limit|input length", re.I)
_BROKEN = re.compile(r"protocol|incomplete|peer closed|disconnected", re.I)


def _module(provider: str) -> str:
    return _PROVIDERS[provider][0] if provider in _PROVIDERS else f"langchain_{provider}"


def install_line(provider: str) -> str:
    """The command that installs what a provider needs."""
    extra = _PROVIDERS.get(provider, ("", "", ""))[1]
    return f"pip install '.[{extra}]'" if extra else f"pip install {_module(provider).replace('_', '-')}"


class ModelFailed(Exception):
    """A model gave no usable answer. The message says why in one line, in words of ours: no key, no server's text.

    again: another try may help. wait: seconds the server asked to wait, or None. too_long: the prompt must be shorter.
    """

    def __init__(self, why: str, *, again: bool = False, wait: float | None = None, too_long: bool = False) -> None:
        super().__init__(why)
        self.again, self.wait, self.too_long = again, wait, too_long


@dataclass(frozen=True)
class Model:
    """A configured model. Nothing is loaded, and no connection made, before it is first used.

    name: "provider:model". base_url: where it is served, None for the provider's own address. timeout: seconds for a
    whole answer, retries included. context: tokens of a prompt, at most.
    """

    name: str
    base_url: str | None = None
    key: SecretStr | None = field(default=None, repr=False)
    timeout: float = 60.0
    context: int = 8192

    def __post_init__(self) -> None:
        if not self.timeout > 0 or self.context < 512:
            raise InvalidValue(
                f"a model needs a timeout above 0 ({self.timeout}) and a context of 512 ({self.context})"
            )
        if self.base_url and urlsplit(self.base_url).scheme not in ("http", "https"):
            raise InvalidValue(f"{self.base_url!r} is no address of a model; write it as http://127.0.0.1:8080/v1")
        provider, model = self._parts
        if not model:
            raise InvalidValue(f'{self.name!r} names no model; write it as "ollama:qwen3" or "openai:gpt-5-mini"')
        if importlib.util.find_spec(_module(provider)) is None:
            line = install_line(provider)
            raise MissingPart(f"the model {self.name} needs a package that is not installed: {line}")

    @property
    def _parts(self) -> tuple[str, str]:
        provider, colon, model = self.name.partition(":")
        if colon and re.fullmatch(r"[a-z_]+", provider):
            return provider, model
        return ("openai", self.name) if self.base_url else ("", "")

    @property
    def provider(self) -> str:
        """What stands before the colon; "openai" when only an address was given."""
        return self._parts[0]

    @property
    def full_name(self) -> str:
        """ "provider:model", also where only an address was given."""
        return ":".join(self._parts)

    @property
    def host(self) -> str:
        """Where it is asked, for messages."""
        default = {"ollama": "127.0.0.1:11434", "transformers": "this machine"}.get(self.provider, self.provider)
        return urlsplit(self.base_url).netloc.rpartition("@")[2] if self.base_url else default

    @cached_property
    def chat(self) -> BaseChatModel:
        """The chat model, through LangChain's init_chat_model. ModelFailed when it cannot be made."""
        from langchain.chat_models import init_chat_model

        if self.provider == "transformers":
            from assistant.language_model.local_folder import open_folder

            return open_folder(Path(self._parts[1]))
        try:
            made: BaseChatModel = init_chat_model(self._parts[1], model_provider=self.provider, **self._options())
        except Exception as error:
            variable = _PROVIDERS.get(self.provider, ("", "", ""))[2]
            if "key" in str(error).lower() and variable:
                raise ModelFailed(f"there is no key for it: set {variable} or NEWSDESK_API_KEY") from None
            raise ModelFailed(f"it could not be set up ({type(error).__name__})") from None
        return made

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"temperature": 0.0}
        if self.base_url:
            options["base_url"] = self.base_url
        if self.provider == "ollama":
            return options | {"client_kwargs": {"timeout": self.timeout} | self._bearer()}
        options |= {"timeout": self.timeout, "max_retries": 0}  # tries are counted here: a client's own would add up
        if self.provider == "google_genai":
            options["max_retries"] = 1  # its count includes the first
        if self.key:
            options["api_key"] = self.key
        elif self.base_url:  # a provider's key in the environment is for the provider, not for another address
            options["api_key"] = SecretStr("none")
        if self.provider == "openai":
            options["stream_usage"] = True
        return options

    def _bearer(self) -> dict[str, Any]:
        return {"headers": {"Authorization": f"Bearer {self.key.get_secret_value()}"}} if self.key else {}

    def answering(self, messages: Sequence[BaseMessage]) -> Runnable[Any, Any]:
        """The chat model ready for these messages; for Ollama with the context that they need."""
        if self.provider != "ollama":
            return self.chat
        needed = int(sum(self.count(str(m.content)) for m in messages) * MARGIN) + ANSWER_TOKENS
        return self.chat.bind(options={"num_ctx": -(-needed // OLLAMA_STEP) * OLLAMA_STEP, "temperature": 0.0})

    # counting

    @cached_property
    def _tokens(self) -> _Tokens:
        return _Tokens()

    def count(self, text: str) -> int:
        """The tokens of a text for this model.

        By its own tokenizer where it is on this machine; else by an estimate on the safe side, which the counts that
        the model reports with its answers correct.
        """
        if self.provider == "transformers":
            return self.chat.get_num_tokens(text)
        if self.provider == "openai" and not self.base_url and self._tokens.ready(self.chat):
            return self.chat.get_num_tokens(text)
        return self._tokens.estimate(text)

    def learn(self, messages: Sequence[BaseMessage], reported: int) -> None:
        """Correct the estimate by the tokens that the model says these messages had."""
        self._tokens.learn("\n".join(str(m.content) for m in messages), reported)

    # failures

    def failed(self, error: BaseException, *, begun: bool = False) -> ModelFailed:
        """Why it failed, in words for a person. begun: part of the answer had come."""
        if isinstance(error, ModelFailed):
            return error
        kinds = {kind.__name__ for kind in type(error).__mro__}
        names = " ".join(kinds)
        status = _status(error)
        if isinstance(error, ContextOverflowError) or (status in (400, 413, 500) and _CONTEXT.search(str(error))):
            return ModelFailed("the passages are too long for it", again=True, too_long=True)
        if isinstance(error, TimeoutError) or "Timeout" in names:
            return ModelFailed(f"it did not answer within {self.timeout:g} seconds")
        if status in (401, 403):
            return ModelFailed(f"{self.host} refused the key")
        if status == 404:
            return ModelFailed(f"{self.host} has no model {self._parts[1]!r}")
        if status == 429:
            return ModelFailed(f"{self.host} had too many requests (429)", again=True, wait=_retry_after(error))
        if status is not None and status >= 500:
            return ModelFailed(f"{self.host} failed ({status})", again=True, wait=_retry_after(error))
        if status is not None:
            return ModelFailed(f"{self.host} refused the request ({status})")
        if begun or _BROKEN.search(names) or _BROKEN.search(str(error)):
            return ModelFailed("its answer broke off", again=True)
        if kinds & {"ConnectionError", "APIConnectionError", "ConnectError", "TransportError", "ServiceUnavailable"}:
            return ModelFailed(f"there is no route to {self.host}", again=True)
        return ModelFailed(f"its reply could not be read ({type(error).__name__})", again=True)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def _status(error: BaseException) -> int | None:
    """The HTTP status that an error carries, if it carries one."""
    for at in _causes(error):
        for name in ("status_code", "code"):
            value = getattr(at, name, None)
            if isinstance(value, int) and 400 <= value < 600:
                return value
    return None


def _retry_after(error: BaseException) -> float | None:
    """Seconds the server asked to wait."""
    for at in _causes(error):
        headers = getattr(getattr(at, "response", None), "headers", None) or {}
        text = headers.get("retry-after", "")
        if re.fullmatch(r"\d+(?:\.\d+)?", text):
            return float(text)
    return None


class _Tokens:
    """Counts tokens without a model's own tokenizer, and learns from what the model reports."""

    def __init__(self) -> None:
        self._ratio = 1.0
        self._asked = threading.Event()
        self._exact = threading.Event()

    def estimate(self, text: str) -> int:
        """Tokens, rather too many: a word of n letters is 1 + n // 5, each digit and mark one, each other letter two.

        Over the sample articles 1.3 times the count of GPT-4's tokenizer (cl100k), 1.2 to 1.4 for each of them.
        """
        raw = sum(1 + len(p) // 5 if p.isascii() else 2 for p in _WORD.findall(text))
        return int(raw * self._ratio) + 1

    def learn(self, text: str, reported: int) -> None:
        """Take over a reported count, within reason: a server's cache may report less than there was."""
        estimated = self.estimate(text) / self._ratio
        if reported > 0 and estimated > 200:
            self._ratio = min(2.5, max(0.7, reported / estimated))

    def ready(self, chat: BaseChatModel) -> bool:
        """Whether the model's own tokenizer has been read. It may be fetched once from the network: not waited for."""
        if not self._asked.is_set():
            self._asked.set()
            threading.Thread(target=self._read, args=(chat,), name="newsdesk-tokenizer", daemon=True).start()
        return self._exact.is_set()

    def _read(self, chat: BaseChatModel) -> None:
        try:
            chat.get_num_tokens("one two three")
        except (OSError, ValueError) as error:  # no network, or not what was expected: the estimate goes on
            log.info("the model's tokenizer could not be read: %s", type(error).__name__)
        else:
            self._exact.set()
