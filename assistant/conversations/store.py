"""Conversations: what each person asked and was answered, kept until they delete it (SQLite).

A conversation belongs to its owner, a name; whoever asks for another's gets the same error as for one that never was.
One exchange can be shared: whoever knows its id, which cannot be guessed, may read it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from assistant.conversations.standing import TABLES, StandingQuestions
from assistant.conversations.types import Conversation, Exchange, RatedAnswer, Summary
from assistant.json_codec import answer_from, as_json, filter_from
from assistant.types import Answer
from index.errors import ConversationNotFound, InvalidValue
from index.stores.database import Database
from index.types import Filter

TITLE = 80  # characters of the first question that name a conversation
EMPTY_KEPT = timedelta(days=1)  # how long a conversation without a question stays
_STEPS = (
    """
CREATE TABLE conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, created TEXT NOT NULL, changed TEXT NOT NULL,
    filter TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX conversations_by_owner ON conversations (owner, changed);
CREATE TABLE exchanges (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    asked TEXT NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,          -- JSON, as `newsdesk ask --json` prints it
    words TEXT NOT NULL,           -- question and answer as they are searched: case folded
    thumb INTEGER NOT NULL DEFAULT 0 CHECK (thumb IN (-1, 0, 1))
);
CREATE INDEX exchanges_by_conversation ON exchanges (conversation, key);
""",
    TABLES,
)
_REMEDY = "It holds the conversations: restore it from a copy, or move it away to begin anew."


class Conversations:
    """The conversations of one library. Safe to use from several threads.

    owner: a signed-in person's name, a browser's token, or "" for the only person of an unprotected page. Every method
    but `shared` and `rated` looks only among the owner's: ConversationNotFound (a KeyError) for anything else.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _STEPS, _REMEDY, forgetful=True)
        self.standing = StandingQuestions(self._database)

    def list(self, owner: str, words: str = "", limit: int = 50, offset: int = 0) -> tuple[tuple[Summary, ...], int]:
        """A page of the owner's conversations, the last changed first, and how many there are.

        words: all of which a conversation's title, questions or answers must hold. Those without a question are left
        out.
        """
        if limit < 1 or offset < 0:
            raise InvalidValue(f"limit must be 1 or more and offset 0 or more, not {limit} and {offset}")
        wanted, values = "", [owner]
        for word in words.casefold().split():
            wanted += (
                " AND EXISTS (SELECT 1 FROM exchanges AS e WHERE e.conversation = c.id AND"
                " (instr(e.words, ?) OR instr(lower(c.title), ?)))"
            )
            values += [_storable(word)] * 2
        found = (
            "FROM conversations AS c WHERE owner = ?"
            f" AND EXISTS (SELECT 1 FROM exchanges WHERE conversation = c.id){wanted}"
        )
        with self._database.reading() as db:
            total = int(db.execute(f"SELECT count(*) {found}", values).fetchone()[0])
            rows = db.execute(
                "SELECT id, title, created, changed, (SELECT count(*) FROM exchanges WHERE conversation = c.id)"
                f" {found} ORDER BY changed DESC, id LIMIT ? OFFSET ?",
                [*values, limit, offset],
            ).fetchall()
        return tuple(
            Summary(id=i, title=t, created=_time(made), changed=_time(changed), questions=n)
            for i, t, made, changed, n in rows
        ), total

    def start(self, owner: str, where: Filter = Filter()) -> Conversation:
        """A new conversation, without a name until its first question; where: the filter its questions have."""
        now = _now()
        made = Conversation(id=secrets.token_urlsafe(16), title="", created=now, changed=now, where=where)
        stamp, old = now.isoformat(), (now - EMPTY_KEPT).isoformat()
        with self._database.writing() as db:
            db.execute(
                "DELETE FROM conversations WHERE owner = ? AND changed < ?"
                " AND NOT EXISTS (SELECT 1 FROM exchanges WHERE conversation = conversations.id)",
                (_storable(owner), old),
            )
            db.execute(
                "INSERT INTO conversations VALUES (?, ?, '', ?, ?, ?)",
                (made.id, _storable(owner), stamp, stamp, json.dumps(as_json(where))),
            )
        return made

    def get(self, owner: str, conversation_id: str) -> Conversation:
        """The conversation, with its exchanges in the order they were asked."""
        with self._database.reading() as db:
            row = db.execute(
                "SELECT id, title, created, changed, filter FROM conversations WHERE id = ? AND owner = ?",
                (_storable(conversation_id), _storable(owner)),
            ).fetchone()
            rows = db.execute(
                "SELECT id, question, answer, asked, thumb FROM exchanges WHERE conversation = ? ORDER BY key",
                (_storable(conversation_id),),
            ).fetchall()
        if row is None:
            raise ConversationNotFound(conversation_id)
        title, created, changed, where = row[1:]
        exchanges = tuple(map(_exchange, rows))
        return Conversation(
            id=row[0],
            title=title,
            created=_time(created),
            changed=_time(changed),
            where=filter_from(json.loads(where)),
            exchanges=exchanges,
        )

    def record(self, owner: str, conversation_id: str, answer: Answer) -> Exchange:
        """Keep an answer as the conversation's next exchange; the first question names it."""
        made = Exchange(id=secrets.token_urlsafe(16), question=answer.question, answer=answer, asked=_now())
        with self._changing(owner, conversation_id) as db:
            db.execute(
                "INSERT INTO exchanges (id, conversation, asked, question, answer, words) VALUES (?, ?, ?, ?, ?, ?)",
                (made.id, conversation_id, made.asked.isoformat(), *_kept(answer)),
            )
            self._named(db, conversation_id)
        return made

    def replace(self, owner: str, exchange_id: str, answer: Answer) -> Exchange:
        """Put another answer in the place of an exchange's, as after "ask again"; its thumb is taken back."""
        conversation_id = self._conversation_of(owner, exchange_id)
        made = Exchange(id=exchange_id, question=answer.question, answer=answer, asked=_now())
        with self._changing(owner, conversation_id) as db:
            db.execute(
                "UPDATE exchanges SET asked = ?, question = ?, answer = ?, words = ?, thumb = 0 WHERE id = ?",
                (made.asked.isoformat(), *_kept(answer), exchange_id),
            )
            self._named(db, conversation_id)
        self._database.empty_log()
        return made

    def truncate(self, owner: str, conversation_id: str, after: str = "") -> None:
        """Delete every exchange that was asked after this one ("": all), as when an earlier question is edited."""
        if after and self._conversation_of(owner, after) != conversation_id:
            raise ConversationNotFound(after)
        with self._changing(owner, conversation_id) as db:
            db.execute(
                "DELETE FROM exchanges WHERE conversation = ?"
                " AND key > coalesce((SELECT key FROM exchanges WHERE id = ?), 0)",
                (conversation_id, after),
            )
            if not after:
                db.execute("UPDATE conversations SET title = '' WHERE id = ?", (conversation_id,))
        self._database.empty_log()

    def rename(self, owner: str, conversation_id: str, title: str) -> None:
        """Give a conversation another name; InvalidValue for none at all."""
        if not (title := _storable(" ".join(title.split()))):
            raise InvalidValue("a conversation needs a name; give it a few words")
        with self._changing(owner, conversation_id) as db:
            db.execute("UPDATE conversations SET title = ? WHERE id = ?", (title[:TITLE], conversation_id))

    def filter(self, owner: str, conversation_id: str, where: Filter) -> None:
        """Give a conversation another filter."""
        with self._changing(owner, conversation_id) as db:
            db.execute(
                "UPDATE conversations SET filter = ? WHERE id = ?", (json.dumps(as_json(where)), conversation_id)
            )

    def delete(self, owner: str, conversation_id: str) -> None:
        """Delete a conversation for good: nothing of it is left in the library's files."""
        with self._changing(owner, conversation_id) as db:
            db.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,))
        self._database.empty_log()

    def vacuum(self, article_ids: Collection[str]) -> int:
        """Delete every answer that tells of an article other than these, whoever asked; how many there were. Passages
        that were only looked at are taken out of the others. Nothing of them is left in the file."""
        with self._database.writing() as db:
            rows = db.execute("SELECT key, conversation, answer FROM exchanges").fetchall()
            deleted = [row for row in rows if not self._cleaned(db, row[0], row[2], set(article_ids))]
            for conversation in {row[1] for row in deleted}:
                db.execute("UPDATE conversations SET title = '' WHERE id = ?", (conversation,))
                if db.execute("SELECT 1 FROM exchanges WHERE conversation = ?", (conversation,)).fetchone():
                    self._named(db, conversation)
            standing = self.standing.forget(db, lambda text: set(_told_of(json.loads(text))) <= set(article_ids))
        self._database.vacuum()
        return len(deleted) + standing

    @staticmethod
    def _cleaned(db: Any, key: int, text: str, article_ids: set[str]) -> bool:
        """Take the passages of other articles out of a kept answer; False, and it is deleted, when it tells of them."""
        answer = json.loads(text)
        if set(_told_of(answer)) <= article_ids:
            return True
        answer["hits"] = [hit for hit in answer.get("hits", ()) if set(_told_of(hit)) <= article_ids]
        if set(_told_of(answer)) <= article_ids:
            db.execute("UPDATE exchanges SET answer = ? WHERE key = ?", (json.dumps(answer), key))
            return True
        db.execute("DELETE FROM exchanges WHERE key = ?", (key,))
        return False

    def rate(self, owner: str, exchange_id: str, thumb: int) -> None:
        """Put a thumb up (1) or down (-1) under an answer, or take it back (0)."""
        if thumb not in (-1, 0, 1):
            raise InvalidValue(f"a thumb is 1 (up), -1 (down) or 0 (neither), not {thumb}")
        with self._changing(owner, self._conversation_of(owner, exchange_id)) as db:
            db.execute("UPDATE exchanges SET thumb = ? WHERE id = ?", (thumb, exchange_id))

    def shared(self, exchange_id: str) -> Exchange:
        """The exchange of this id, whoever asked it: the id is the permission to read it."""
        with self._database.reading() as db:
            row = db.execute(
                "SELECT id, question, answer, asked, thumb FROM exchanges WHERE id = ?", (_storable(exchange_id),)
            ).fetchone()
        if row is None:
            raise ConversationNotFound(exchange_id)
        return _exchange(row)

    def export_markdown(self, owner: str, conversation_id: str) -> str:
        """The conversation as Markdown, every quote with its place."""
        from assistant.conversations.export import markdown

        return markdown(self.get(owner, conversation_id))

    def export_html(self, owner: str, conversation_id: str) -> str:
        """The conversation as one HTML file that asks for nothing else, every quote with its place."""
        from assistant.conversations.export import page

        return page(self.get(owner, conversation_id))

    def feedback(self) -> Sequence[RatedAnswer]:
        """A row of an evaluation set for each answer of anybody's that has a thumb: `newsdesk evaluate` reads them."""
        from assistant.conversations.feedback import row_of

        with self._database.reading() as db:
            rows = db.execute(
                "SELECT conversation, owner FROM exchanges JOIN conversations AS c ON c.id = conversation"
                " WHERE thumb != 0 GROUP BY conversation ORDER BY min(key)"
            ).fetchall()
        rated = (self.get(owner, conversation) for conversation, owner in rows)
        return [
            row_of(exchange, conversation.turns[:place])
            for conversation in rated
            for place, exchange in enumerate(conversation.exchanges)
            if exchange.thumb
        ]

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def _changing(self, owner: str, conversation_id: str) -> Iterator[Any]:
        """One change of one of the owner's conversations, which is the last changed from then on."""
        with self._database.writing() as db:
            done = db.execute(
                "UPDATE conversations SET changed = ? WHERE id = ? AND owner = ?",
                (_now().isoformat(), _storable(conversation_id), _storable(owner)),
            )
            if not done.rowcount:
                raise ConversationNotFound(conversation_id)
            yield db

    def _conversation_of(self, owner: str, exchange_id: str) -> str:
        with self._database.reading() as db:
            row = db.execute(
                "SELECT c.id FROM exchanges AS e JOIN conversations AS c ON c.id = e.conversation"
                " WHERE e.id = ? AND c.owner = ?",
                (_storable(exchange_id), _storable(owner)),
            ).fetchone()
        if row is None:
            raise ConversationNotFound(exchange_id)
        return str(row[0])

    @staticmethod
    def _named(db: Any, conversation_id: str) -> None:
        """Name a conversation that has no name yet after its first question."""
        row = db.execute(
            "SELECT question FROM exchanges WHERE conversation = ? ORDER BY key LIMIT 1", (conversation_id,)
        ).fetchone()
        db.execute(
            "UPDATE conversations SET title = ? WHERE id = ? AND title = ''", (_shortened(row[0]), conversation_id)
        )


def _kept(answer: Answer) -> tuple[str, str, str]:
    """(question, answer as JSON, words it is found by)."""
    words = _storable(f"{answer.question}\n{answer.text}".casefold())
    return _storable(answer.question), json.dumps(as_json(answer)), words


def _told_of(value: Any) -> Iterator[str]:
    """The ids of the articles that stand anywhere in an answer's JSON."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "article_id" and isinstance(inner, str):
                yield inner
            elif name == "article" and isinstance(inner, dict) and "id" in inner:
                yield str(inner["id"])
            else:
                yield from _told_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _told_of(inner)


def _exchange(row: Sequence[Any]) -> Exchange:
    exchange_id, question, answer, asked, thumb = row
    return Exchange(
        id=exchange_id, question=question, answer=answer_from(json.loads(answer)), asked=_time(asked), thumb=thumb
    )


def _shortened(question: str) -> str:
    question = " ".join(question.split())
    return question if len(question) <= TITLE else question[: TITLE - 2].rsplit(" ", 1)[0] + " …"


def _storable(text: str) -> str:
    """A text without halves of characters, which a browser may send and SQLite refuses."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _now() -> datetime:
    return datetime.now(UTC)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
