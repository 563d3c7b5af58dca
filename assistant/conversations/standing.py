"""Standing questions: kept, asked again when articles came, with what changed in their answers (SQLite).

They lie in the file of the conversations. A question belongs to its owner, as a conversation does: a signed-in person's
name, or "" for commands and for everybody where nobody signs in.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from assistant.conversations.comparing import changed, new_sentences
from assistant.conversations.types import AnswerChange, StandingQuestion
from assistant.json_codec import answer_from, as_json, filter_from
from assistant.types import Answer
from index.errors import InvalidValue, NewsdeskError, QuestionNotKept
from index.stores.database import Database
from index.types import Filter

MOST_KEPT = 100  # standing questions of one owner: each is asked, some half a second, whenever articles came
MOST_CHANGES = 1000  # of one call
TABLES = """
CREATE TABLE standing (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, question TEXT NOT NULL, filter TEXT NOT NULL, kept TEXT NOT NULL,
    asked TEXT,
    answer TEXT,                   -- JSON without hits; NULL: not asked yet
    UNIQUE (owner, question, filter)
) WITHOUT ROWID;
CREATE TABLE answer_changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    standing TEXT NOT NULL REFERENCES standing (id) ON DELETE CASCADE,
    noticed TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL
);
CREATE INDEX answer_changes_by_question ON answer_changes (standing, number);
"""
_COLUMNS = "id, question, filter, kept, asked, answer"
log = logging.getLogger(__name__)


class StandingQuestions:
    """The standing questions of one library. Safe to use from several threads.

    Every method looks only among the owner's: QuestionNotKept (a KeyError) for anything else.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, owner: str, question: str, where: Filter, answer: Answer) -> StandingQuestion:
        """Keep a question with its answer of now; the one that is kept when it is already. InvalidValue: too many."""
        limits, now = json.dumps(as_json(where)), datetime.now(UTC).isoformat()
        with self._database.writing() as db:
            row = db.execute(
                f"SELECT {_COLUMNS} FROM standing WHERE owner = ? AND question = ? AND filter = ?",
                (owner, question, limits),
            ).fetchone()
            if row is None:
                count = db.execute("SELECT count(*) FROM standing WHERE owner = ?", (owner,)).fetchone()[0]
                if count >= MOST_KEPT:
                    raise InvalidValue(f"{count} questions are kept, the most there can be; stop one of them first")
                row = (secrets.token_urlsafe(16), question, limits, now, now, _written(answer))
                db.execute(f"INSERT INTO standing ({_COLUMNS}, owner) VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, owner))
        return _kept(row)

    def stop(self, owner: str, question_id: str) -> None:
        """Keep a question no longer; nothing of it or of its changes is left in the library's files."""
        with self._database.writing() as db:
            if not db.execute("DELETE FROM standing WHERE id = ? AND owner = ?", (question_id, owner)).rowcount:
                raise QuestionNotKept(question_id)
        self._database.empty_log()

    def of(self, owner: str | None) -> list[StandingQuestion]:
        """The owner's questions, the last kept first; None: everybody's."""
        with self._database.reading() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM standing WHERE owner = ? OR ? IS NULL ORDER BY kept DESC, id", (owner, owner)
            ).fetchall()
        return [_kept(row) for row in rows]

    def get(self, owner: str, question_id: str) -> StandingQuestion:
        """One of the owner's questions."""
        found = [one for one in self.of(owner) if one.id == question_id]
        if not found:
            raise QuestionNotKept(question_id)
        return found[0]

    def changes(self, owner: str | None, after: int = 0, limit: int = 50) -> list[AnswerChange]:
        """What changed, the newest first; after: only changes with a higher number; owner None: everybody's."""
        if not 1 <= limit <= MOST_CHANGES or after < 0:
            raise InvalidValue(f"limit must be 1 to {MOST_CHANGES} and after 0 or more, not {limit} and {after}")
        with self._database.reading() as db:
            rows = db.execute(
                "SELECT number, standing, question, noticed, before, after FROM answer_changes"
                " JOIN standing AS s ON s.id = standing WHERE (owner = ? OR ? IS NULL) AND number > ?"
                " ORDER BY number DESC LIMIT ?",
                (owner, owner, after, limit),
            ).fetchall()
        return [_change(row) for row in rows]

    def answered(self, kept: StandingQuestion, answer: Answer) -> AnswerChange | None:
        """Keep the answer of now; what changed, or None. None too when somebody else asked meanwhile, or stopped it."""
        now, text = datetime.now(UTC).isoformat(), _written(answer)
        before = kept.asked.isoformat() if kept.asked else None
        with self._database.writing() as db:
            done = db.execute(
                "UPDATE standing SET asked = ?, answer = ? WHERE id = ? AND asked IS ?", (now, text, kept.id, before)
            )
            if not done.rowcount or kept.answer is None or not changed(kept.answer, answer):
                return None
            old = _written(kept.answer)
            made = db.execute(
                "INSERT INTO answer_changes (standing, noticed, before, after) VALUES (?, ?, ?, ?)",
                (kept.id, now, old, text),
            )
        return _change((made.lastrowid, kept.id, kept.question, now, old, text))

    def forget(self, db: Any, may_stay: Callable[[str], bool]) -> int:
        """Delete the answers, given as JSON, that may not stay: a question with one is asked anew, and what changed
        from or to one is forgotten. How many. db: in a change of the same file."""
        asked = db.execute("SELECT id, answer FROM standing WHERE answer IS NOT NULL").fetchall()
        told = db.execute("SELECT number, before, after FROM answer_changes").fetchall()
        gone = [(one,) for one, answer in asked if not may_stay(answer)]
        out = [(number,) for number, *answers in told if not all(map(may_stay, answers))]
        db.executemany("UPDATE standing SET asked = NULL, answer = NULL WHERE id = ?", gone)
        db.executemany("DELETE FROM answer_changes WHERE number = ?", out)
        return len(gone) + len(out)


def ask_again(
    kept: StandingQuestions, ask: Callable[[str, Filter], Answer], owner: str | None = None
) -> list[AnswerChange]:
    """Ask the owner's questions again, None: everybody's; what changed. One that cannot be asked holds up no other."""
    found = []
    for one in kept.of(owner):
        try:
            answer = ask(one.question, one.where)
        except NewsdeskError as error:
            log.warning("the standing question %s could not be asked: %s", one.id, error)
            continue
        if change := kept.answered(one, answer):
            found.append(change)
    return found


def _written(answer: Answer) -> str:
    """An answer as JSON, without the passages it was made from: only what it quotes is shown."""
    return json.dumps(as_json(replace(answer, hits=())))


def _kept(row: Sequence[Any]) -> StandingQuestion:
    question_id, question, where, kept, asked, answer = row
    return StandingQuestion(
        question_id,
        question,
        filter_from(json.loads(where)),
        datetime.fromisoformat(kept),
        datetime.fromisoformat(asked) if asked else None,
        answer_from(json.loads(answer)) if answer else None,
    )


def _change(row: Sequence[Any]) -> AnswerChange:
    number, standing, question, when, *answers = row
    before, after = (answer_from(json.loads(text)) for text in answers)
    new = new_sentences(before, after)
    return AnswerChange(number, standing, question, datetime.fromisoformat(when), before, after, new)
