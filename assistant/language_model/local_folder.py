"""A chat model out of a folder, run in this process by transformers: "transformers:FOLDER", no server needed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, SystemMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from index.errors import InvalidValue

LONGEST_TOKENS = 512  # tokens of an answer


def open_folder(folder: Path) -> FolderModel:
    """The model in a folder saved by transformers' save_pretrained, with its tokenizer. Imports torch."""
    folder = folder.expanduser()
    if not (folder / "config.json").is_file():
        raise InvalidValue(f"{folder} holds no model: give a folder with config.json, weights and tokenizer")
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    engine = AutoModelForCausalLM.from_pretrained(str(folder), local_files_only=True)
    engine.eval()  # type: ignore[no-untyped-call]
    return FolderModel(folder=folder, engine=engine, tokenizer=tokenizer)


class FolderModel(BaseChatModel):
    """Runs one question at a time, always choosing the likeliest next token."""

    folder: Path
    engine: Any
    tokenizer: Any

    @property
    def _llm_type(self) -> str:
        return "transformers-folder"

    def get_token_ids(self, text: str) -> list[int]:
        """The text in this model's tokens."""
        ids: list[int] = self.tokenizer.encode(text, add_special_tokens=False)
        return ids

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # LangChain's own signature
    ) -> ChatResult:
        pieces = [chunk.text for chunk in self._stream(messages, stop, run_manager, **kwargs)]
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content="".join(pieces)))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002 LangChain's own signature
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> Iterator[ChatGenerationChunk]:
        from transformers import StoppingCriteriaList, TextIteratorStreamer

        inputs = self.tokenizer(self._prompt(messages), return_tensors="pt", add_special_tokens=False)
        room = int(getattr(self.engine.config, "max_position_embeddings", 0) or 0)
        if room and inputs["input_ids"].shape[1] >= room:
            raise ValueError(f"input length {inputs['input_ids'].shape[1]} is over the model's context of {room}")
        said = TextIteratorStreamer(self.tokenizer, skip_prompt=True, skip_special_tokens=True)
        enough = threading.Event()
        failures: list[BaseException] = []

        def run() -> None:
            try:
                self.engine.generate(
                    **inputs,
                    streamer=said,
                    max_new_tokens=LONGEST_TOKENS,
                    do_sample=False,
                    pad_token_id=self.tokenizer.eos_token_id,
                    stopping_criteria=StoppingCriteriaList([lambda *_, **__: enough.is_set()]),
                )
            except BaseException as error:  # it is raised again below
                failures.append(error)
                said.end()  # type: ignore[no-untyped-call]

        worker = threading.Thread(target=run, name="newsdesk-model", daemon=True)
        worker.start()
        try:
            for piece in said:
                yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        finally:
            enough.set()
        if failures:
            raise failures[0]
        yield ChatGenerationChunk(message=AIMessageChunk(content="", response_metadata={"finish_reason": "stop"}))

    def _prompt(self, messages: list[BaseMessage]) -> str:
        """The messages in the model's own form, or, when it has none, one after the other."""
        if self.tokenizer.chat_template:
            rows = [{"role": _role(message), "content": str(message.text)} for message in messages]
            text: str = self.tokenizer.apply_chat_template(rows, tokenize=False, add_generation_prompt=True)
            return text
        return "\n\n".join(str(message.text) for message in messages) + "\n\nAnswer:"


def _role(message: BaseMessage) -> str:
    return {SystemMessage: "system", HumanMessage: "user"}.get(type(message), "assistant")
