"""The record of truth: every article with its text, its passages' places and its state (SQLite).

Vectors and words can be made again from it. An article's state:

    pending   stored; not yet findable
    words     found by its words; its vectors are still to be made
    ready     found by words and vectors
    copy      a copy of another article, which is searched in its place
    gone      replaced or removed; its entries in the stores are still to be cleared, then it is deleted

Keys are never used again, so an entry that a crash left in a store matches no passage and is passed over.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from pathlib import Path

from index.stores.admitted import Admitted, admitted_by, is_admitted
from index.stores.compression import FUNCTIONS
from index.stores.copies import kin_of, primary_of, replace_by, retire, sign_unsigned, still_kin, take_over
from index.stores.database import Database
from index.stores.identity import identify
from index.stores.near_copies import signature
from index.stores.rows import LIVE, META, Stored, article_of, digests, insert, marks
from index.stores.schema import STEPS
from index.stores.undo import Removed, put_versions_back
from index.stores.versions import put_versions
from index.types import Article, Filter, Hit, Passage, Version, Visit

_REMEDY = "It holds the articles themselves: restore it from a copy, or move it away and add the articles again."


class Catalogue(Database):
    """The catalogue in one file. Each thread has its own connection; `writing` is the one way to change anything."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        super().__init__(path, STEPS, _REMEDY, functions=FUNCTIONS, read_only=read_only)

    # facts about the library

    def fact(self, name: str) -> str | None:
        """What is recorded under this name: the model, say."""
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def record(self, **facts: str) -> None:
        """Record facts, replacing what was there."""
        with self.writing() as db:
            db.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts.items())

    # articles in

    def take_in(self, article: Article, visit: Visit | None = None, origin: str = "") -> tuple[str, str, str]:
        """Store one article: ("added" | "updated" | "unchanged" | "copy", the id it goes by, id of the article it
        copies, or ""). It goes by its own id unless an article of another source has it (index/stores/identity.py).

        What it replaces stays findable until `found_by_words` (a copy replaces at once: there is nothing to wait for).
        visit: remembered with it, all or nothing. origin: the source that its id and address belong to.
        """
        with self.writing() as db:
            article, known = identify(db, article, origin)
            digest, text_digest = digests(article)
            if visit:
                values = (visit.place, article.id, visit.etag, visit.modified, visit.mark)
                db.execute("INSERT OR REPLACE INTO visits VALUES (?, ?, ?, ?, ?)", values)
            if any(row.origin != origin for row in known):  # `found_by_words` compares them once more
                db.executemany("UPDATE articles SET origin = ? WHERE key = ?", [(origin, row.key) for row in known])
            if known and known[0].digest == digest:
                return "unchanged", article.id, ""
            bands = signature(article.text)
            kin = kin_of(db, article, text_digest, bands)
            first = primary_of(kin, article)  # None with kin: it takes their place once it is found
            state, head = ("copy", first[0]) if first else ("pending", None)
            key = insert(db, article, state, head, (digest, text_digest), bands, origin)
            if first:
                replace_by(db, [row.key for row in known], key, article.id)
                return "copy", article.id, first[1]
            db.executemany("INSERT INTO takeovers VALUES (?, ?)", [(key, old) for old, *_ in kin])
            return ("updated" if known else "added"), article.id, ""

    def put_versions(self, article_id: str, earlier: Sequence[Version]) -> None:
        """Store what an article was in the library it comes from; one that has versions here keeps those."""
        with self.writing() as db:
            put_versions(db, article_id, earlier)

    def sign_unsigned(self, limit: int) -> int:
        """Make the near-copy signatures of articles that a version without them stored; how many were made."""
        with self.writing() as db:
            return sign_unsigned(db, limit)

    def retire(self, article_ids: Iterable[str]) -> list[str]:
        """Mark articles gone by id, their earlier versions with them; the ids that were there."""
        removed = []
        with self.writing() as db:
            for article_id in article_ids:
                rows = db.execute("SELECT key FROM articles WHERE id = ? AND state != 'gone'", (article_id,))
                if keys := [row[0] for row in rows]:
                    retire(db, keys)
                    db.execute("DELETE FROM versions WHERE id = ?", (article_id,))
                    removed.append(article_id)
        return removed

    def judge(self, article: Article, origin: str = "") -> tuple[str, str]:
        """A dry run of `take_in`: what it would do with an article, by the same names, and the id of what it copies;
        nothing is stored."""
        with self.reading() as db:
            article, known = identify(db, article, origin)
            digest, text_digest = digests(article)
            if known:
                return ("unchanged" if known[0].digest == digest else "updated"), ""
            first = primary_of(kin_of(db, article, text_digest, signature(article.text)), article)
        return ("copy", first[1]) if first else ("added", "")

    def put_back(self, removed: Removed) -> bool:
        """Store again what was removed, with its versions and copies; False when it has come in again since."""
        article = removed.article
        with self.writing() as db:
            if db.execute(
                "SELECT 1 FROM articles WHERE state != 'gone' AND (id = ? OR (url = ? AND origin IN ('', ?)))",
                (article.id, article.url, removed.origin),
            ).fetchone():
                return False
            kin = still_kin(db, article, (removed.copy_of, *removed.copies))  # what has changed stands for itself
            head = kin.pop(removed.copy_of, None)
            key = insert(
                db,
                article,
                "copy" if head else "pending",
                head,
                digests(article),
                signature(article.text),
                removed.origin,
            )
            put_versions_back(db, removed)
            if not head:
                db.executemany("INSERT INTO takeovers VALUES (?, ?)", [(key, heir) for heir in kin.values()])
            return True

    def in_state(self, state: str, limit: int) -> list[Stored]:
        """The oldest articles in a state, with their texts."""
        rows = self._db.execute(
            f"SELECT {META}, state, unpacked(text) FROM articles JOIN texts ON article = key WHERE state = ?"
            " ORDER BY key LIMIT ?",
            (state, limit),
        )
        return [Stored(row[0], row[8], article_of(row, row[9])) for row in rows]

    def stored(self, keys: Sequence[int]) -> list[Stored]:
        """Articles by their keys, with their texts."""
        marks = ", ".join("?" * len(keys))
        rows = self._db.execute(
            f"SELECT {META}, state, unpacked(text) FROM articles JOIN texts ON article = key WHERE key IN ({marks})",
            list(keys),
        )
        return [Stored(row[0], row[8], article_of(row, row[9])) for row in rows]

    def articles_of(self, passage_keys: Iterable[int]) -> list[int]:
        """The keys of the articles that these passages belong to, in order."""
        wanted = set(passage_keys)
        rows = self._db.execute("SELECT key, article FROM passages") if wanted else ()
        return sorted({article for key, article in rows if key in wanted})

    def count_in(self, *states: str) -> int:
        """How many articles are in any of these states."""
        marks = ", ".join("?" * len(states))
        return int(self._db.execute(f"SELECT count(*) FROM articles WHERE state IN ({marks})", states).fetchone()[0])

    def put_passages(self, passages: Iterable[tuple[int, Sequence[Passage]]]) -> list[list[int]]:
        """Store the passages of articles (by key), replacing theirs; the new passage keys of each article."""
        made = []
        with self.writing() as db:
            for key, of in passages:
                db.execute("DELETE FROM passages WHERE article = ?", (key,))
                insert = "INSERT INTO passages (article, ordinal, start, end) VALUES (?, ?, ?, ?)"
                made.append([db.execute(insert, (key, n, p.start, p.end)).lastrowid or 0 for n, p in enumerate(of)])
        return made

    def found_by_words(self, keys: Iterable[int]) -> None:
        """These articles are in the word index now: they take the place of what they replace."""
        with self.writing() as db:
            for key in keys:
                db.execute("UPDATE articles SET state = 'words' WHERE key = ? AND state = 'pending'", (key,))
                older = db.execute(
                    "SELECT old.key, new.id FROM articles AS new JOIN articles AS old"
                    " ON (old.id = new.id OR (old.url = new.url AND old.origin = new.origin)) AND old.key < new.key"
                    " WHERE new.key = ? AND new.state = 'words' AND old.state != 'gone'",
                    (key,),
                ).fetchall()
                if older:
                    replace_by(db, [row[0] for row in older], key, older[0][1])
                take_over(db, key)

    def found_by_vectors(self, keys: Iterable[int]) -> None:
        """The vectors of these articles are stored."""
        with self.writing() as db:
            db.executemany(
                "UPDATE articles SET state = 'ready' WHERE key = ? AND state = 'words'", [(k,) for k in keys]
            )

    def passages_of(self, keys: Sequence[int]) -> list[tuple[int, int, int, int]]:
        """(passage key, article key, start, end) of these articles, in order."""
        marks = ", ".join("?" * len(keys))
        return self._db.execute(
            f"SELECT key, article, start, end FROM passages WHERE article IN ({marks}) ORDER BY article, ordinal",
            list(keys),
        ).fetchall()

    def gone(self) -> dict[int, list[int]]:
        """Article key to passage keys of everything whose entries in the stores are still to be cleared."""
        found: dict[int, list[int]] = {}
        for article, passage in self._db.execute(
            "SELECT a.key, p.key FROM articles AS a LEFT JOIN passages AS p ON p.article = a.key WHERE a.state = 'gone'"
        ):
            found.setdefault(article, []).extend([passage] if passage else [])
        return found

    def forget(self, keys: Iterable[int]) -> None:
        """Delete articles whose entries in the stores have been cleared."""
        rows = [(key,) for key in keys]
        with self.writing() as db:
            for (key,) in rows:
                bands = db.execute("SELECT bands FROM articles WHERE key = ?", (key,)).fetchone()
                pairs = [(band, key) for band in array("q", (bands and bands[0]) or b"")]
                db.executemany("DELETE FROM bands WHERE band = ? AND article = ?", pairs)
            for statement in (
                "DELETE FROM takeovers WHERE new = ?",
                "DELETE FROM takeovers WHERE old = ?",
                "DELETE FROM passages WHERE article = ?",
                "DELETE FROM texts WHERE article = ?",
                "DELETE FROM articles WHERE key = ?",
            ):
                db.executemany(statement, rows)

    # a rebuild beside what is there

    def searched_after(self, key: int, limit: int) -> list[Stored]:
        """The articles that are searched, with their texts, from the one after `key` on, in the order of their keys."""
        rows = self._db.execute(
            f"SELECT {META}, state, unpacked(text) FROM articles JOIN texts ON article = key WHERE key > ?"
            " AND state IN ('words', 'ready') ORDER BY key LIMIT ?",
            (key, limit),
        )
        return [Stored(row[0], row[8], article_of(row, row[9])) for row in rows]

    def put_next(self, passages: Iterable[tuple[int, Sequence[Passage]]]) -> list[list[int]]:
        """Store passages for the rebuild on its way; the new keys of each article."""
        with self.writing() as db:
            insert = "INSERT INTO next_passages (article, ordinal, start, end) VALUES (?, ?, ?, ?)"
            return [
                [db.execute(insert, (key, n, p.start, p.end)).lastrowid or 0 for n, p in enumerate(of)]
                for key, of in passages
            ]

    def searched_keys(self) -> list[int]:
        """The keys of the articles that are searched, in order."""
        return [
            row[0]
            for row in self._db.execute("SELECT key FROM articles WHERE state IN ('words', 'ready') ORDER BY key")
        ]

    def last_key(self) -> int:
        """The highest key that a passage was ever given; 0 when there was none."""
        row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'passages'").fetchone()
        return int(row[0]) if row else 0

    def swap_in(self, **facts: str) -> None:
        """Make the passages of a whole rebuild the library's, and record what they were made with."""
        with self.writing() as db:
            db.execute("DELETE FROM passages")
            db.execute(
                "INSERT INTO passages SELECT n.* FROM next_passages AS n JOIN articles AS a ON a.key = n.article"
                " WHERE a.state IN ('words', 'ready')"
            )
            db.execute("DELETE FROM next_passages")
            db.execute("UPDATE articles SET state = 'ready' WHERE state = 'words'")
            self.record(**facts)

    def drop_next(self) -> None:
        """Forget the passages of a rebuild that was cut short."""
        with self.writing() as db:
            db.execute("DELETE FROM next_passages")

    def mend(self) -> None:
        """Repair states that a crash left wrong: a copy of something that is not searched, or an article that is
        searched without passages, is searched again."""
        with self.writing() as db:
            db.execute(
                "UPDATE articles SET state = 'pending', copy_of = NULL WHERE state = 'copy' AND NOT EXISTS (SELECT 1"
                " FROM articles AS a WHERE a.key = articles.copy_of AND a.state IN ('pending', 'words', 'ready'))"
            )
            db.execute(
                "UPDATE articles SET state = 'pending' WHERE state IN ('words', 'ready')"
                " AND key NOT IN (SELECT article FROM passages)"
            )

    def vectors_lost(self, passage_keys: Iterable[int]) -> None:
        """Set the articles of these passages back to words: their vectors are to be made again."""
        with self.writing() as db:
            db.executemany(
                "UPDATE articles SET state = 'words' WHERE state = 'ready'"
                " AND key = (SELECT article FROM passages WHERE key = ?)",
                [(key,) for key in passage_keys],
            )

    def passage_keys(self, *states: str) -> set[int]:
        """The keys of every passage of the articles in these states."""
        marks = ", ".join("?" * len(states))
        return {
            row[0]
            for row in self._db.execute(
                f"SELECT p.key FROM passages AS p JOIN articles AS a ON a.key = p.article WHERE a.state IN ({marks})",
                states,
            )
        }

    def count_passages(self, *states: str) -> int:
        """How many passages the articles in these states have."""
        marks = ", ".join("?" * len(states))
        row = self._db.execute(
            f"SELECT count(*) FROM passages AS p JOIN articles AS a ON a.key = p.article WHERE a.state IN ({marks})",
            states,
        ).fetchone()
        return int(row[0])

    # articles out

    def article(self, article_id: str) -> Article | None:
        """The article with its text, or None; a newer version that is still pending does not show yet."""
        row = self._db.execute(
            f"SELECT {META}, state, unpacked(text) FROM articles JOIN texts ON article = key WHERE id = ? AND {LIVE}"
            " ORDER BY key DESC LIMIT 1",
            (article_id,),
        ).fetchone()
        return article_of(row, row[9]) if row else None

    def holds(self, article_id: str) -> bool:
        """True when an article of that id is in the library, or on its way in."""
        row = self._db.execute("SELECT 1 FROM articles WHERE id = ? AND state != 'gone' LIMIT 1", (article_id,))
        return row.fetchone() is not None

    def faults(self) -> list[str]:
        """What does not agree within the catalogue itself, in words."""
        found = [
            f"the catalogue's file is damaged: {row[0]}"
            for row in self._db.execute("PRAGMA integrity_check(3)")
            if row[0] != "ok"
        ]
        for said, query in (
            ("articles have no text", "SELECT count(*) FROM articles WHERE key NOT IN (SELECT article FROM texts)"),
            ("texts cannot be read", "SELECT count(*) FROM texts WHERE unpacked(text) IS NULL"),
            ("earlier versions cannot be read", "SELECT count(*) FROM versions WHERE unpacked(text) IS NULL"),
            (
                "copies hang on nothing that is searched",
                "SELECT count(*) FROM articles AS c LEFT JOIN articles AS a ON a.key = c.copy_of WHERE c.state = 'copy'"
                " AND coalesce(a.state, 'gone') NOT IN ('pending', 'words', 'ready')",
            ),
            (
                "searched articles have no passages",
                "SELECT count(*) FROM articles WHERE state IN ('words', 'ready')"
                " AND key NOT IN (SELECT article FROM passages)",
            ),
        ):
            if count := self._db.execute(query).fetchone()[0]:
                found.append(f"{count} {said}")
        beyond = sum(
            end > len(text)
            for end, text in self._db.execute(
                "SELECT max(p.end), unpacked(t.text) FROM passages AS p JOIN texts AS t USING (article)"
                " WHERE unpacked(t.text) IS NOT NULL GROUP BY article"
            )
        )
        return [*found, f"{beyond} articles have passages beyond the end of their text"] if beyond else found

    def articles(self) -> list[Article]:
        """All articles without their texts, newest first, those without a date last."""
        rows = self._db.execute(f"SELECT {META} FROM articles WHERE {LIVE} ORDER BY day DESC, published DESC, key")
        return [article_of(row) for row in rows]

    def copies(self, article_id: str) -> list[Article]:
        """The articles that are copies of this one, without their texts, oldest first."""
        columns = ", ".join(f"c.{name}" for name in META.split(", "))
        rows = self._db.execute(
            f"SELECT {columns} FROM articles AS a JOIN articles AS c ON c.copy_of = a.key"
            " WHERE a.id = ? AND a.state != 'gone' AND c.state = 'copy' ORDER BY c.day = 0, c.day, c.published, c.key",
            (article_id,),
        )
        return [article_of(row) for row in rows]

    def newest(self) -> date | None:
        """The day of the newest dated article that can be found."""
        day = self._db.execute(f"SELECT max(day) FROM articles WHERE {LIVE}").fetchone()[0]
        return date.fromordinal(day) if day else None

    def publishers(self) -> list[tuple[str, int]]:
        """Each publisher with its number of articles, most first."""
        return self._db.execute(
            "SELECT publisher, count(*) AS n FROM articles INDEXED BY listed_by_publisher"
            f" WHERE publisher IS NOT NULL AND {LIVE} GROUP BY publisher ORDER BY n DESC, publisher"
        ).fetchall()

    def admitted(self, where: Filter) -> Admitted | None:
        """A filter in the terms of the stores; None when nothing in the library can pass it."""
        return admitted_by(self._db, where)

    def count(self, admitted: Admitted | None = Admitted()) -> int:
        """How many findable articles pass a filter, copies not counted."""
        if admitted is None:
            return 0
        passes, values = is_admitted(admitted)
        row = self._db.execute(f"SELECT count(*) FROM articles AS a WHERE {passes}", values).fetchone()
        return int(row[0])

    def passing(self, passage_keys: Sequence[int], admitted: Admitted) -> set[int]:
        """Which of these passages are of articles that pass a filter."""
        passes, values = is_admitted(admitted)
        rows = self._db.execute(
            f"SELECT p.key FROM passages AS p CROSS JOIN articles AS a ON a.key = p.article"
            f" WHERE p.key IN ({marks(passage_keys)}) AND {passes}",
            [*passage_keys, *values],
        )
        return {row[0] for row in rows}

    def articles_passing(self, article_ids: Collection[str], admitted: Admitted) -> set[str]:
        """Which of these articles pass a filter, by their ids: a copy passes when what stands for it does."""
        passes, values = is_admitted(admitted)
        rows = self._db.execute(
            f"SELECT c.id FROM articles AS c JOIN articles AS a ON a.key = coalesce(c.copy_of, c.key)"
            f" WHERE c.id IN (SELECT value FROM json_each(?)) AND c.{LIVE} AND {passes}",
            [json.dumps(list(article_ids)), *values],
        )
        return {row[0] for row in rows}

    def hits(self, scored: Sequence[tuple[int, float]]) -> list[tuple[int, Hit]]:
        """(passage key, Hit) of each (passage key, score), in the same order; keys no longer in use are left out."""
        if not scored:
            return []
        marks = ", ".join("?" * len(scored))
        columns = ", ".join(f"a.{name}" for name in META.split(", "))
        rows = self._db.execute(
            # CROSS: from the passages asked for; SQLite would begin with every article of these states
            f"SELECT p.key, p.ordinal, p.start, p.end, {columns} FROM passages AS p CROSS JOIN articles AS a"
            f" ON a.key = p.article WHERE p.key IN ({marks}) AND a.state IN ('words', 'ready')",
            [key for key, _ in scored],
        ).fetchall()
        keys = {row[4] for row in rows}
        marks = ", ".join("?" * len(keys))
        texts = dict(
            self._db.execute(f"SELECT article, unpacked(text) FROM texts WHERE article IN ({marks})", list(keys))
        )
        found: dict[int, tuple[Article, Passage]] = {}
        articles: dict[int, Article] = {}
        for key, ordinal, start, end, *meta in rows:
            if texts.get(meta[0]) is None:  # forgotten between the two queries, or damaged
                continue
            article = articles.get(meta[0]) or articles.setdefault(meta[0], article_of(meta))
            text = texts[meta[0]][start:end]
            found[key] = (
                article,
                Passage(id=f"{article.id}:{ordinal}", article_id=article.id, text=text, start=start, end=end),
            )
        return [
            (key, Hit(passage=found[key][1], article=found[key][0], score=score))
            for key, score in scored
            if key in found
        ]
