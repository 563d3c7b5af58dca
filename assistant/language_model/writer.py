"""An answer with a language model: evidence to a streamed answer, checked, with the extractive one to fall back on."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.runnables import Runnable, RunnableLambda

from assistant.answer.finding import Found
from assistant.answer.refusal import refused
from assistant.english.names import names
from assistant.language_model.async_bridge import BEAT_SECONDS, read
from assistant.language_model.prompts import answering, judging, rewriting
from assistant.language_model.providers import MARGIN, Model, ModelFailed
from assistant.question import follow_up as conversation
from assistant.types import Answer, Turn
from assistant.untrusted import Cleaner, neutral
from assistant.verify.citations import Checked, check, declines
from assistant.verify.language import same_language
from assistant.verify.support import Checker
from index.errors import NewsdeskError
from index.library import Library
from index.types import Hit

TRIES = 3
FIRST_WAIT = 0.5  # seconds before the second try, doubled before the third, unless the server says otherwise
LEAST_SURE = 0.35  # confidence when a model found supported sentences where the desk alone would have declined
MOST_UNSURE = 0.3  # confidence when a model declines
REWRITE_SHARE, REWRITE_SECONDS = 0.25, 15.0  # of the time that an answer may take, for rewriting a follow-up
LONGEST_REWRITTEN_CHARACTERS = 400  # characters of a rewritten question
EARLIER_AT = 6  # place among the hits where the last turns' evidence comes in
_ENDED = ("finish_reason", "done_reason", "stop_reason")
_CUT = {"length", "max_tokens"}
_OPINION = re.compile(r"^\W*(\d{1,3})\W+(yes|no)\b", re.I | re.M)
LOOP = range(9, 241)  # characters that a looping model repeats
LOOPS = 4  # times over, from which it is stopped
log = logging.getLogger(__name__)
Pieces = Generator[str, None, None]


@dataclass
class ModelDraft:
    """What a model has written by now, from which passages, and whether it had to stop at its longest."""

    text: str = ""
    hits: Sequence[Hit] = ()
    cut: bool = False
    looped: bool = False


class Writer:
    """Writes answers with one model over one library. Safe to use from several threads."""

    def __init__(
        self, model: Model, library: Library, checker: Checker, *, strict: bool = False, second: bool = False
    ) -> None:
        """second: the model is asked for its own opinion of each sentence, and a sentence counts where both agree."""
        self._model = model
        self._library = library
        self._strict = strict
        self._checker = checker
        self._second = second

    # follow-ups

    def stand_alone(self, question: str, turns: Sequence[Turn]) -> str:
        """The question as it would be asked first: by the model, or by rules when the model fails."""
        if not turns:
            return question
        said = [(t.question, t.answer if isinstance(t.answer, str) else t.answer.text) for t in turns]
        until = time.monotonic() + min(self._model.timeout * REWRITE_SHARE, REWRITE_SECONDS)
        try:
            written = "".join(self._once(rewriting(said, question), until))
        except ModelFailed as failure:
            log.info("%s did not rewrite the follow-up: %s", self._model.name, failure)
            return conversation.stand_alone(question, turns)
        alone = " ".join(neutral(written).strip(" \"“”'\n").split())
        known = self._words(f"{question} " + " ".join(f"{asked} {answer}" for asked, answer in said))
        if not alone or len(alone) > LONGEST_REWRITTEN_CHARACTERS or not self._words(alone) & known:
            return conversation.stand_alone(question, turns)
        return alone

    def _words(self, text: str) -> frozenset[str]:
        return frozenset(stem for stem in self._library.stems(text) if len(stem) > 2)

    # answers

    def stream(self, found: Found, desk: Answer) -> Iterator[str | Answer]:
        """Pieces of text as the model writes them, then the checked Answer. desk: the answer made without the model.

        An empty piece comes now and then while the model is silent. Closing the iterator stops the model.
        """
        hits, asked = self._evidence(found), found.understood.read_as
        settled = found.origin or found.understood.reply or found.understood.library
        if settled or not hits or self._overruled(asked, desk, hits):
            yield from told(desk)
            return
        share = 1 - REWRITE_SHARE if found.understood.question.turns else 1.0
        until = time.monotonic() + self._model.timeout * share
        draft = ModelDraft()
        try:
            with closing(self._written(hits, asked, until, draft)) as pieces:
                for piece in pieces:
                    draft.text += piece
                    yield piece
                    if again := repeated(draft.text):
                        draft.text, draft.looped = draft.text[:-again], True
                        break
        except ModelFailed as failure:
            yield from self._fallen_back(
                desk, f"{self._model.name} did not answer: {failure}", bool(draft.text.strip())
            )
            return
        yield from self._finished(desk, draft)

    def _finished(self, desk: Answer, draft: ModelDraft) -> Iterator[str | Answer]:
        name = self._model.name
        if declines(draft.text):
            sure = desk.confidence if desk.abstained else min(desk.confidence, MOST_UNSURE)
            yield replace(refused(desk, sure), model=self._model.full_name)
            return
        checked = check(draft.text, draft.hits, self._checker, strict=self._strict, doubted=self._doubted(draft))
        if not checked.supported:
            note = f"nothing that {name} said is borne out by the articles"
            if desk.abstained:
                yield replace(desk, statements=checked.statements, note=note)
            else:
                yield from self._fallen_back(desk, note, True)
            return
        yield self._answer(desk, checked, draft)

    def _doubted(self, draft: ModelDraft) -> Callable[[Sequence[str]], frozenset[int]] | None:
        """What asks the model for its own opinion, where it is wanted: sentences to the places of those it doubts."""
        if not self._second:
            return None

        def doubted(sentences: Sequence[str]) -> frozenset[int]:
            until = time.monotonic() + min(self._model.timeout * REWRITE_SHARE, REWRITE_SECONDS)
            try:
                written = "".join(self._once(judging(draft.hits, sentences, secrets.token_hex(3)), until))
            except ModelFailed as failure:
                log.info("%s gave no opinion: %s", self._model.name, failure)
                return frozenset()
            said = {int(m[1]) - 1: m[2].lower() for m in _OPINION.finditer(written)}
            return frozenset(place for place, opinion in said.items() if opinion == "no")

        return doubted

    def _answer(self, desk: Answer, checked: Checked, draft: ModelDraft) -> Answer:
        remarks = list(checked.remarks)
        remarks += ["it was cut off at its longest"] if draft.cut else []
        remarks += ["it repeated itself and was stopped"] if draft.looped else []
        sure = max(desk.confidence, LEAST_SURE) if desk.abstained else desk.confidence
        return Answer(
            question=desk.question,
            text=checked.text,
            statements=checked.statements,
            citations=checked.citations,
            abstained=False,
            confidence=sure,
            searched=desk.searched,
            hits=tuple(draft.hits),
            model=self._model.full_name,
            note="; ".join(remarks),
        )

    @staticmethod
    def _fallen_back(desk: Answer, why: str, emitted: bool) -> Iterator[str | Answer]:
        note = why if desk.abstained else f"{why}; these are the articles’ own sentences"
        *pieces, _ = told(desk)
        if not emitted:
            yield from pieces
        yield replace(desk, note=note)

    def _overruled(self, asked: str, desk: Answer, hits: Sequence[Hit]) -> bool:
        """Whether the question names somebody of whom no passage says anything: then no model is asked."""
        if not desk.abstained or not same_language(asked, " ".join(hit.passage.text for hit in hits)):
            return False
        there = set(self._library.stems(" ".join(f"{hit.article.title} {hit.passage.text}" for hit in hits)))
        named = {stem for name in names(asked) for stem in self._library.stems(name)}
        return bool({stem for stem in named if len(stem) > 1} - there)

    def _evidence(self, found: Found) -> list[Hit]:
        """The hits, with the passages that the last turns cite among them."""
        hits = list(found.evidence.hits)
        if not hits:
            return []
        known = {hit.passage.id for hit in hits}
        turns, where = found.understood.question.turns, found.understood.limits.where
        earlier = [hit for hit in conversation.evidence(turns) if hit.passage.id not in known]
        passing = self._library.passing({hit.article.id for hit in earlier}, where)
        still = [hit for hit in earlier if hit.article.id in passing and self._stands(hit)]
        return [*hits[:EARLIER_AT], *still, *hits[EARLIER_AT:]]

    def _stands(self, hit: Hit) -> bool:
        """Whether an earlier hit's article is still in the library, unchanged."""
        try:
            text = self._library.article(hit.article.id).text
        except NewsdeskError:
            return False
        return text[hit.passage.start : hit.passage.end] == hit.passage.text

    # the model

    def _written(self, hits: list[Hit], asked: str, until: float, draft: ModelDraft) -> Pieces:
        """The model's answer, cleaned, as it comes; tried again while nothing has come. Raises ModelFailed."""
        share = 1.0
        for attempt in range(1, TRIES + 1):
            draft.hits = shown = self._fitting(hits, asked, share)
            cleaner = Cleaner(hit.article.url for hit in shown if hit.article.url)
            emitted = False
            try:
                for piece in self._once(answering(shown, asked, secrets.token_hex(3)), until, draft):
                    clean = cleaner.take(piece)
                    emitted = emitted or bool(clean.strip())
                    yield clean
                rest = cleaner.rest()
                if not emitted and not rest.strip():  # nothing but hidden thinking
                    raise ModelFailed("its answer was empty", again=True)
                yield rest
                return
            except ModelFailed as failure:
                if emitted or not failure.again or attempt == TRIES:
                    raise
                share *= 0.5 if failure.too_long else 1.0
                yield from self._wait(failure, attempt, until)

    def _fitting(self, hits: Sequence[Hit], asked: str, share: float) -> list[Hit]:
        """As many passages from the front as the model's context holds; at least one."""
        room = self._model.context * share / MARGIN
        shown = list(hits)
        while len(shown) > 1:
            used = sum(self._model.count(str(m.content)) for m in answering(shown, asked, "000000"))
            if used <= room:
                break
            shown = shown[: max(1, min(len(shown) - 1, int(len(shown) * room / used)))]
        return shown

    @staticmethod
    def _wait(failure: ModelFailed, attempt: int, until: float) -> Pieces:
        """Wait before another try, in empty pieces, so that nobody who wants to stop has to wait for it."""
        wait = 0.0 if failure.too_long else FIRST_WAIT * 2 ** (attempt - 1)
        if failure.wait is not None:
            wait = failure.wait
        if time.monotonic() + wait >= until:
            raise ModelFailed(f"{failure}, and asked to wait {wait:g} seconds" if failure.wait else str(failure))
        end = time.monotonic() + wait
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(BEAT_SECONDS, left))
            yield ""

    def _once(self, messages: list[BaseMessage], until: float, draft: ModelDraft | None = None) -> Pieces:
        """One call: its words as they come. ModelFailed, with the reason, for whatever goes wrong."""
        chain: Runnable[list[BaseMessage], AIMessageChunk] = RunnableLambda(self._model.answering)
        whole: AIMessageChunk | None = None

        def stream() -> AsyncIterator[AIMessageChunk]:
            return chain.astream(messages)

        try:
            with closing(read(stream, until)) as chunks:  # type: ignore[type-var]
                for chunk in chunks:
                    if chunk is None:
                        yield ""
                        continue
                    whole = chunk if whole is None else whole + chunk
                    if text := str(chunk.text):
                        yield text
        except Exception as error:
            raise self._model.failed(error, begun=whole is not None) from None
        if whole is None or not str(whole.text).strip():
            raise ModelFailed("its answer was empty", again=True)
        ended = {str(whole.response_metadata.get(key) or "").lower() for key in _ENDED} - {""}
        if not ended:
            raise ModelFailed("its answer broke off", again=True)
        if draft and ended & _CUT:
            draft.cut = True
        if whole.usage_metadata:
            self._model.learn(messages, whole.usage_metadata["input_tokens"])


def repeated(text: str) -> int:
    """How many characters at the end say again what stands right before them, three times or more; 0 for none."""
    for length in LOOP:
        if len(text) >= LOOPS * length and text[-length:] * LOOPS == text[-LOOPS * length :] and text[-length:].strip():
            return (LOOPS - 1) * length
    return 0


def told(answer: Answer) -> Iterator[str | Answer]:
    """An answer made without a model, in pieces of a sentence each, then itself."""
    at = 0
    for statement in answer.statements if not answer.abstained else ():
        end = answer.text.index("]", answer.text.index(f"[{statement.citations[0]}]", at)) + 1
        yield answer.text[at:end]
        at = end
    if at < len(answer.text):
        yield answer.text[at:]
    yield answer
