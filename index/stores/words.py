"""Words to hits: BM25 over titles and bodies, on disk and incremental (tantivy).

300,000 passages, any of a question's words: 3 ms at the median, where SQLite's FTS5 needed 554 ms.
"""

from __future__ import annotations

import json
import math
import re
import shutil
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import tantivy

from index.errors import DamagedLibrary
from index.stop_words import STOP_WORDS
from index.stores.admitted import Admitted

TITLE_WEIGHT = 0.5
RUN_WORDS, MOST_RUNS = 3, 60  # a quotation shares runs with its source; so many are looked up
HEAP_BYTES = 64_000_000  # what tantivy may hold before it writes a segment; 15 MB is the least it takes
LEAST_PASSAGES = 300  # a smaller library is taken for one of so many when rarity is told
FIRST_DAY, LAST_DAY = 0, date.max.toordinal()  # tantivy asks for both ends of a range
_ANALYZER = "english"


@dataclass(frozen=True, slots=True)
class WordEntry:
    """A passage as the word index holds it. day: days since 0001-01-01, 0 when not known."""

    key: int
    article_key: int
    title: str
    body: str
    day: int
    publisher: str


_ACRONYM = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_ACRONYM_DOTS = re.compile(r"\.[A-Za-z]\.")  # what every acronym holds: sought from its dot, ten times as fast
# Signs that stand on a letter (vowels of Hindi and Thai, Arabic and combining accents): the tokenizer ends a word at
# some of them and Python at others, so that a question's words were not the index's.
_SIGNS = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903\u093a-\u094f\u0962\u0963\u0981-\u0983"
    "\u09bc-\u09cd\u0a01-\u0a03\u0a3c-\u0a51\u0a81-\u0a83\u0abc-\u0acd\u0b3c-\u0b57\u0bbe-\u0bcd\u0c3e-\u0c56\u0cbc-\u0cd6\u0d3b-\u0d4d"
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b6-\u17d3\u200c\u200d]"
)
# Scripts written without spaces are indexed as runs of two characters: Thai, Lao, Burmese, Khmer, kana, Han.
_UNSPACED = re.compile("[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")


_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


def _folded(text: str) -> str:
    """A text as it is cut into words: soft hyphens and characters without width left out, acronyms without their dots
    ("U.S." as "US": the tokenizer would leave single letters of them), signs on letters left out, scripts without
    spaces in runs of two characters."""
    if _ACRONYM_DOTS.search(text):
        text = _ACRONYM.sub(lambda m: m[0].replace(".", "") + " ", text)
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text.translate(_UNSEEN))
    return _UNSPACED.sub(lambda m: f" {' '.join(_pairs(m[0]))} ", _SIGNS.sub("", text))


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def stemmer() -> Callable[[str], list[str]]:
    """What gives every word of a text as the index holds it, in order, without an index."""
    analyzer = _analyzer()
    return lambda text: analyzer.analyze(_folded(text))


def _analyzer() -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (
        tantivy.Filter.remove_long(60),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stemmer("english"),
    ):
        builder = builder.filter(step)
    return builder.build()


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("key", stored=True, indexed=True, fast=True)
    builder.add_integer_field("article", indexed=True, fast=True)
    builder.add_integer_field("day", indexed=True, fast=True)
    builder.add_text_field("publisher", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title", tokenizer_name=_ANALYZER)
    builder.add_text_field("body", tokenizer_name=_ANALYZER)
    return builder.build()


class WordIndex:
    """The word index in one folder; made when missing. One writer at a time; reading needs no lock."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        """Open the index; DamagedLibrary when it cannot be read. read_only: another process may be writing to it."""
        self.folder = folder
        self._writing = threading.Lock()
        self._analyzer = _analyzer()
        self._schema = _schema()
        folder.mkdir(parents=True, exist_ok=True)
        if not read_only:
            _drop_leftovers(folder)
        try:
            self._index = tantivy.Index(self._schema, str(folder))
        except ValueError as error:
            raise _damaged(folder, error) from error
        self._index.register_tokenizer(_ANALYZER, self._analyzer)

    def __len__(self) -> int:
        return int(self._index.searcher().num_docs)

    def replace(self, entries: Iterable[WordEntry], gone: Iterable[int] = ()) -> None:
        """Drop every passage of the articles in `gone`, then put the entries in; found as soon as this returns.

        DamagedLibrary when the files of the index do not let it be written.
        """
        self._write("article", gone, entries)

    def amend(self, entries: Iterable[WordEntry], dropped: Iterable[int]) -> None:
        """Drop single passages by their keys, then put the entries in; as `replace` otherwise."""
        self._write("key", dropped, entries)

    def _write(self, field: str, dropped: Iterable[int], entries: Iterable[WordEntry]) -> None:
        with self._changed() as writer:
            for key in dropped:
                writer.delete_documents_by_term(field, key)
            for entry in entries:
                document = tantivy.Document()
                document.add_integer("key", entry.key)
                document.add_integer("article", entry.article_key)
                document.add_integer("day", entry.day)
                document.add_text("publisher", entry.publisher)
                document.add_text("title", _folded(entry.title))
                document.add_text("body", _folded(entry.body))
                writer.add_document(document)

    @contextmanager
    def _changed(self) -> Iterator[Any]:
        """A writer of tantivy's, committed at the end of the block; its errors as ours."""
        with self._writing:
            try:
                writer = self._index.writer(HEAP_BYTES, 1)
                yield writer
                writer.commit()
                writer.wait_merging_threads()
                self._index.reload()
            except (ValueError, OSError) as error:
                raise _damaged(self.folder, error) from error

    def reload(self) -> None:
        """See what another process has written since."""
        self._index.reload()

    def clear(self) -> None:
        """Empty the index, as before a rebuild."""
        with self._changed() as writer:
            writer.delete_all_documents()

    def terms(self, text: str) -> list[str]:
        """The stems a question is looked up by, in order, each once, stop words left out unless nothing else is."""
        text = _folded(text)
        words = [word for word in self._plain(text) if word not in STOP_WORDS]
        stems = [stem for word in words for stem in self._analyzer.analyze(word)]
        return list(dict.fromkeys(stems or self._analyzer.analyze(text)))

    def stems(self, text: str) -> list[str]:
        """The stems of a text, in order, stop words and repetitions included: its words as the index holds them."""
        return self._analyzer.analyze(_folded(text))

    def idf(self, stems: Sequence[str]) -> list[float]:
        """The inverse document frequency (BM25's) of each stem over passages; highest for a stem not in the library.

        Told as if there were at least LEAST_PASSAGES: in a library of three articles about a quake every passage has
        "quake", and a word that none has would count for more than all that they have."""
        searcher = self._index.searcher()
        total = max(searcher.num_docs, LEAST_PASSAGES)
        found = [searcher.doc_freq("body", stem) for stem in stems]
        return [math.log(1 + (total - n + 0.5) / (n + 0.5)) for n in found]

    @staticmethod
    def _plain(text: str) -> list[str]:
        return "".join(c if c.isalnum() else " " for c in text.lower()).split()

    def search(self, text: str, n: int, admitted: Admitted = Admitted()) -> list[tuple[int, float]]:
        """The n best passages as (key, BM25 score), best first; [] when no word of the text is in the library."""
        terms = self.terms(text)
        if not terms:
            return []
        wanted = [
            (tantivy.Occur.Should, query)
            for term in terms
            for query in (
                tantivy.Query.term_query(self._schema, "body", term),
                tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, "title", term), TITLE_WEIGHT),
            )
        ]
        query = tantivy.Query.boolean_query(wanted)
        if limits := self._limits(admitted):
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), *limits])
        return self._run(query, n)

    def search_runs(self, text: str, n: int, admitted: Admitted = Admitted()) -> list[tuple[int, float]]:
        """The n passages that share most runs of three words with a text, stop words counting: for quotations."""
        stems = self.stems(text)
        all_runs = (tuple(stems[at : at + RUN_WORDS]) for at in range(max(1, len(stems) - RUN_WORDS + 1)))
        runs = list(dict.fromkeys(all_runs))[:MOST_RUNS]
        wanted = [
            (tantivy.Occur.Should, tantivy.Query.phrase_query(self._schema, "body", list(run)))
            for run in runs
            if len(run) > 1  # tantivy has no phrases of one word
        ]
        if not wanted:
            return self.search(text, n, admitted)
        query = tantivy.Query.boolean_query(wanted)
        if limits := self._limits(admitted):
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), *limits])
        return self._run(query, n)

    def search_like(self, word: str, distance: int, n: int) -> list[int]:
        """The keys of n passages whose body or title holds a stem at most `distance` typing errors (0 to 2; two letters
        changed about are one) from the word's."""
        wanted = [
            (tantivy.Occur.Should, tantivy.Query.fuzzy_term_query(self._schema, field, stem, distance, True, False))
            for stem in self.stems(word)
            for field in ("title", "body")
        ]
        return [key for key, _ in self._run(tantivy.Query.boolean_query(wanted), n)] if wanted else []

    def knows(self, word: str) -> bool:
        """Whether a passage or a title holds every stem of a word."""
        searcher = self._index.searcher()
        return all(any(searcher.doc_freq(field, stem) for field in ("title", "body")) for stem in self.stems(word))

    def articles_holding(self, text: str) -> list[int]:
        """The keys of the articles one of whose passages, with the title, holds every word of a text; stop words do
        not count."""
        terms = self.terms(text)
        if not terms:
            return []
        fields = ("title", "body")
        either = [
            tantivy.Query.boolean_query(
                [(tantivy.Occur.Should, tantivy.Query.term_query(self._schema, field, term)) for field in fields]
            )
            for term in terms
        ]
        query = tantivy.Query.boolean_query([(tantivy.Occur.Must, one) for one in either])
        searcher = self._index.searcher()
        found = searcher.search(tantivy.Query.const_score_query(query, 0.0), max(1, searcher.num_docs)).hits
        keys = searcher.fast_field_values("article", [address for _, address in found])
        return sorted({int(key) for key in keys if key is not None})

    def _run(self, query: tantivy.Query, n: int) -> list[tuple[int, float]]:
        searcher = self._index.searcher()
        with self._read():
            found = searcher.search(query, n).hits
            return [(searcher.doc(address)["key"][0], float(score)) for score, address in found]

    @contextmanager
    def _read(self) -> Iterator[None]:
        """Its errors at reading damaged files as ours."""
        try:
            yield
        except BaseException as error:
            if isinstance(error, ValueError | OSError | LookupError) or type(error).__name__ == "PanicException":
                raise _damaged(self.folder, error) from error
            raise

    def _limits(self, admitted: Admitted) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        """A filter as conditions that must hold and do not score."""
        limits, schema = [], self._schema
        if admitted.first_day is not None or admitted.last_day is not None:
            first = FIRST_DAY if admitted.first_day is None else admitted.first_day
            last = LAST_DAY if admitted.last_day is None else admitted.last_day
            limits.append(tantivy.Query.range_query(schema, "day", tantivy.FieldType.Integer, first, last, True, True))
        if admitted.publishers:
            named = [tantivy.Query.term_set_query(schema, "publisher", list(admitted.publishers))]
            if admitted.reprinted:
                named.append(tantivy.Query.term_set_query(schema, "article", list(admitted.reprinted)))
            limits.append(tantivy.Query.boolean_query([(tantivy.Occur.Should, one) for one in named]))
        if admitted.article_keys:
            limits.append(tantivy.Query.term_set_query(schema, "article", list(admitted.article_keys)))
        return [(tantivy.Occur.Must, tantivy.Query.const_score_query(limit, 0.0)) for limit in limits]

    def has(self, key: int) -> bool:
        """Whether the passage of this key is in the index."""
        return bool(self._run(tantivy.Query.term_query(self._schema, "key", key), 1))

    def holds(self, entry: WordEntry) -> bool:
        """Whether a passage is found by its key, its article, its day, and each word of its title and body."""
        exact: list[tuple[str, int | str]] = [("key", entry.key), ("article", entry.article_key), ("day", entry.day)]
        exact += [("title", term) for term in set(self.stems(entry.title))]
        exact += [("body", term) for term in set(self.stems(entry.body))]
        if entry.publisher:
            exact.append(("publisher", entry.publisher))
        terms = [(tantivy.Occur.Must, tantivy.Query.term_query(self._schema, *one)) for one in exact]
        return len(self._run(tantivy.Query.boolean_query(terms), 2)) == 1

    def keys(self) -> Sequence[int]:
        """Every passage key in the index, for checking it against the catalogue."""
        count = len(self)
        return [key for key, _ in self._run(tantivy.Query.all_query(), count)] if count else []


def _drop_leftovers(folder: Path) -> None:
    """Delete the lists of deleted documents that no commit speaks of: a process was killed between writing one and
    writing the commit, and the next commit, which takes the same number, would fail because the file is there."""
    try:
        segments = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["segments"]
        kept = {f"{s['segment_id'].replace('-', '')}.{s['deletes']['opstamp']}.del" for s in segments if s["deletes"]}
    except (OSError, ValueError, LookupError, TypeError):
        return  # there is no index yet, or opening it tells what is wrong
    for found in folder.glob("*.del"):
        if found.name not in kept:
            found.unlink()


def _damaged(folder: Path, error: BaseException) -> DamagedLibrary:
    return DamagedLibrary(
        f"the word index in {folder} cannot be used ({error}). Delete that folder: it is made again from the "
        "catalogue at the next start."
    )


def remove_folder(folder: Path) -> None:
    """Delete an index that cannot be read."""
    shutil.rmtree(folder, ignore_errors=True)
