"""Library: one folder on disk in which catalogue, words and vectors stay in step.

Articles go through three steps, each done for a batch and safe to do again: stored in the catalogue (pending), put in
the word index (words), put in the vector index (ready). What a crash left half way goes on from where its state says.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path

from index.encoder.open import find_model, load_encoder
from index.encoder.passage_vectors import embed_passages
from index.encoder.types import DEFAULT_ENCODER, Encoder, Vectors
from index.errors import ArticleNotFound, DamagedLibrary, InvalidValue, LibraryClosed, ReadOnly, Unreachable, WrongModel
from index.passages import Splitter
from index.stores.admitted import Admitted
from index.stores.catalogue import Catalogue
from index.stores.check import CheckReport, check
from index.stores.intake import Note, take_all
from index.stores.listing import Bar, Listing, histogram, listing
from index.stores.lock import Owner
from index.stores.preview import Preview, preview
from index.stores.rebuild import agree_on_place, build, clear_others, stores_of
from index.stores.undo import RemovedLately, kept_of
from index.stores.vectors import Place, Server, VectorIndex
from index.stores.versions import Change, changes, versions_of
from index.stores.visits import Memory
from index.stores.words import WordEntry, WordIndex, remove_folder
from index.types import AddReport, Article, Filter, Hit, Item, Progress

WORDS_BATCH = 500  # articles in one commit of the word index: a commit costs some 20 ms, whatever its size
WIDER = 5  # times as many of the nearest are looked at before Chroma is asked to filter
VECTORS_BATCH = 64  # articles embedded between two looks at stop and progress: some 8 seconds on two cores
Tell = Callable[[Progress], None]
Ranking = list[tuple[int, float]]  # (passage key, score), best first


def _silent(_: Progress) -> None:
    return None


def _never() -> bool:
    return False


class Library:
    """The articles in one folder. Safe to use from several threads of one process; other processes are kept out.

    Opening it costs milliseconds: encoder and vector index are loaded when first needed.
    """

    def __init__(
        self,
        folder: str | Path,
        *,
        encoder: str | None = None,
        wait: float = 3.0,
        rebuilding: bool = False,
        mend: bool = True,
        server: Server | None = None,
        read_only: bool = False,
    ) -> None:
        """Open the folder, making it if it is missing.

        encoder: the model's name or folder; None takes the one the library was made with.
        wait: seconds to wait for another process to let go of it.
        rebuilding: open it whatever model it was made with, because `rebuild` is what comes next.
        mend: False leaves the stores as they are found, because `check` is what comes next.
        server: a Chroma server that keeps the vectors; None: the folder does.
        read_only: change nothing, and leave the lock to the process that writes. Needs a server: a second process
        would not see what is written to vectors in a folder.
        """
        if read_only and server is None:
            raise InvalidValue(f"{folder} can be opened to read only when a Chroma server keeps its vectors: --chroma")
        self.folder = Path(folder).expanduser()
        self._server, self._read_only = server, read_only
        self._owner = Owner(self.folder)
        if not read_only:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._owner.take(wait)
        self._closed = False
        self._stop = threading.Event()
        self._embedding = threading.Lock()  # one batch of vectors is made at a time; words never wait for it
        self._splitting = threading.RLock()
        self._changing = threading.Condition()  # guards _changes, the calls of other threads that change the library
        self._changes = 0
        self._mends = mend and not read_only
        self._background: threading.Thread | None = None
        self._adding = 0  # runs of `add` on their way: they make the vectors of whatever else comes in meanwhile
        self._removed = RemovedLately()
        try:
            self.catalogue = Catalogue(self.folder / "catalogue.sqlite3", read_only=read_only)
            self.memory = Memory(self.catalogue)
            self._encoder_name = self._agreed_encoder(encoder, rebuilding)
            if not (rebuilding and mend):  # a rebuild may move them
                agree_on_place(self.folder, self.catalogue, server)
            if not read_only:
                clear_others(self.folder, self.catalogue, server)
            self._generation = self.catalogue.fact("generation")
            self.words = self._open_words()
            if self._mends:
                self._mend()
        except BaseException:
            self._owner.release()
            raise

    def _agreed_encoder(self, asked: str | None, rebuilding: bool) -> str:
        made_with = self.catalogue.fact("encoder")
        if made_with is None:
            return find_model(asked or DEFAULT_ENCODER).name
        if rebuilding:
            return made_with
        source = find_model(asked or made_with)
        revision = self.catalogue.fact("encoder_revision") or ""
        if source.name != made_with or (source.revision and revision and source.revision != revision):
            raise WrongModel(
                f"the library {self.folder} was embedded with {made_with} (revision {revision}, "
                f"{self.catalogue.fact('encoder_dimension')} numbers); you opened it with {source.name} (revision "
                f"{source.revision or 'unknown'}). Vectors of two models cannot be compared: open it with {made_with}, "
                f"or embed it anew with `newsdesk rebuild --library {self.folder} --model {source.name}`."
            )
        return made_with

    def _open_words(self) -> WordIndex:
        folder = stores_of(self.folder, self.catalogue, self._server).words
        try:
            return WordIndex(folder, read_only=self._read_only)
        except DamagedLibrary:  # everything in it can be made again from the catalogue
            if self._read_only:
                raise
            remove_folder(folder)
            return WordIndex(folder)

    def _write_words(self, entries: Iterable[WordEntry], gone: Iterable[int]) -> None:
        """Put entries into the word index and take articles out; where its files do not let it be written, it is made
        again from the catalogue, with these entries."""
        entries, gone = list(entries), list(gone)
        try:
            self.words.replace(entries, gone)
        except DamagedLibrary:
            remove_folder(self.words.folder)
            self.words = WordIndex(self.words.folder)
            self._mend_words()
            self.words.replace(entries, gone)

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder; its name, revision and dimension are recorded the first time."""
        encoder = load_encoder(self._encoder_name)
        if not self._read_only:
            self.catalogue.record(
                encoder=encoder.name, encoder_revision=encoder.revision, encoder_dimension=str(encoder.dimension)
            )
        return encoder

    @cached_property
    def _splitter(self) -> Splitter:
        return Splitter(self.encoder.count_tokens, self.encoder.max_tokens)

    @cached_property
    def vectors(self) -> VectorIndex:
        """The vector index, loaded and brought in step with the catalogue when first needed."""
        vectors = VectorIndex(self._place)
        if not self._mends:
            return vectors
        if self._server:
            vectors.clear_others(f"{self.catalogue.fact('collection')}-")
        held = len(vectors)
        if held != self.catalogue.count_passages("ready"):  # equal counts mean equal keys: keys are never used again
            self._mend_vectors(vectors)
        return vectors

    @property
    def _place(self) -> Place:
        return stores_of(self.folder, self.catalogue, self._server).vectors

    # keeping the stores in step

    def _mend(self) -> None:
        """After a crash: finish what was on its way into the word index, and drop what was on its way out."""
        self._clear_gone()
        if len(self.words) != self.catalogue.count_passages("words", "ready"):
            self._mend_words()
        while self._index_words():
            pass

    def _mend_words(self) -> None:
        """Put what lacks into the word index and take out what is in no searched article or is there twice; passages
        keep their keys, and so their vectors."""
        wanted, held = self.catalogue.passage_keys("words", "ready"), Counter(self.words.keys())
        twice = {key for key, times in held.items() if times > 1}
        lacking = (wanted - held.keys()) | (wanted & twice)
        self.words.amend((), (held.keys() - wanted) | twice)
        articles = self.catalogue.articles_of(lacking)
        for at in range(0, len(articles), WORDS_BATCH):
            entries = self._word_entries(articles[at : at + WORDS_BATCH])
            self.words.amend((entry for entry in entries if entry.key in lacking), ())

    def _word_entries(self, article_keys: Sequence[int]) -> Iterator[WordEntry]:
        """The passages of articles, as the catalogue has them, as entries of the word index."""
        rows = {row.key: row.article for row in self.catalogue.stored(article_keys)}
        for key, article_key, start, end in self.catalogue.passages_of(article_keys):
            yield _entry(key, article_key, rows[article_key], start, end)

    def _mend_vectors(self, vectors: VectorIndex) -> None:
        """Drop the vectors of passages no longer in use; articles that miss one get theirs made again."""
        held = set(vectors.keys())
        if self._server and max(held, default=0) > self.catalogue.last_key():
            raise DamagedLibrary(
                f"the Chroma server keeps vectors that are newer than the catalogue in {self.folder}. If this is a "
                "copy of a library that goes on elsewhere, open it with --read-only; if it is the library itself, out "
                "of a backup, make them anew with "
                f"`newsdesk rebuild --library {self.folder} --chroma {self._server.address}`"
            )
        vectors.drop(held - self.catalogue.passage_keys("words", "ready"))
        self.catalogue.vectors_lost(self.catalogue.passage_keys("ready") - held)

    def _clear_gone(self) -> None:
        gone = self.catalogue.gone()
        if not gone:
            return
        self._write_words((), gone)
        if self._place.exists():
            self.vectors.drop(key for keys in gone.values() for key in keys)
        self.catalogue.forget(gone)

    def _index_words(self) -> int:
        """Put one batch of pending articles into the word index; how many there were."""
        with self._splitting:
            batch = self.catalogue.in_state("pending", WORDS_BATCH)
            if not batch:
                return 0
            passages = self._splitter.split([row.article for row in batch])
            keys = self.catalogue.put_passages((row.key, of) for row, of in zip(batch, passages, strict=True))
            entries = (
                _entry(key, row.key, row.article, p.start, p.end)
                for row, of, made in zip(batch, passages, keys, strict=True)
                for key, p in zip(made, of, strict=True)
            )
            self._write_words(entries, [row.key for row in batch])
            self.catalogue.found_by_words(row.key for row in batch)
            self._clear_gone()
            return len(batch)

    def _index_vectors(self) -> int:
        """Embed one batch of articles; how many there were."""
        with self._embedding:
            batch = self.catalogue.in_state("words", VECTORS_BATCH)
            if not batch:
                return 0
            by_key = {row.key: row for row in batch}
            rows = self.catalogue.passages_of(list(by_key))
            texts = [(by_key[a].article.title, by_key[a].article.text[s:e]) for _, a, s, e in rows]
            vectors = embed_passages(self.encoder, texts)
            facts = [(a, _day(by_key[a].article), by_key[a].article.publisher or "") for _, a, _, _ in rows]
            self.vectors.put([key for key, *_ in rows], vectors, facts)
            self.catalogue.found_by_vectors(by_key)
            return len(batch)

    def index_waiting_words(self) -> None:
        """Make every stored article findable by its words."""
        while self._index_words():
            pass

    def embed_waiting(self, tell: Tell = _silent, stop: Callable[[], bool] = _never) -> None:
        """Make the vectors of every article that still waits for them; stops early when the library is closed."""
        total = self.catalogue.count_in("words")
        done = 0
        while not self._stop.is_set() and not stop() and (count := self._index_vectors()):
            done += count
            tell(Progress("vectors", done, max(total, done)))

    def resume(self) -> None:
        """Go on in the background with vectors that an earlier process left to be made."""
        if self._background is None and not self._read_only and self.catalogue.count_in("words"):
            self._background = threading.Thread(target=self.embed_waiting, name="newsdesk-vectors", daemon=True)
            self._background.start()

    # changing

    def add(
        self,
        items: Iterable[Item],
        tell: Tell = _silent,
        total: int | None = None,
        stop: Callable[[], bool] = _never,
        note: Note | None = None,
    ) -> AddReport:
        """Add articles and return when they can be found by words and vectors; by words they are found much sooner.

        stop: asked between two articles and between two batches of vectors; what was stored until then stays, and
        vectors still to be made are made by the next `add`, or after the next opening. note: told of each article.
        """
        with self._change():
            while count := self.catalogue.sign_unsigned(WORDS_BATCH):  # of a library with signatures of another kind
                tell(Progress("reading", count))
            with self._run():
                report = take_all(self, items, tell, total, lambda: stop() or self._stop.is_set(), note)
                self._clear_gone()
                self.embed_waiting(tell, stop)
            if not self._adding:
                self.embed_waiting(tell, stop)  # what was removed or put back meanwhile left to this run
            stopped = (stop() or self._stop.is_set()) and self.pending
            return replace(report, stopped=True) if stopped else report

    @contextmanager
    def _change(self, writing: bool = True) -> Iterator[None]:
        """While it lasts, `close` waits: nothing is taken away under a call that is still at work."""
        with self._changing:
            self._check_open()
            if writing and self._read_only:
                raise ReadOnly()
            self._changes += 1
        try:
            yield
        finally:
            with self._changing:
                self._changes -= 1
                self._changing.notify_all()

    @contextmanager
    def _run(self) -> Iterator[None]:
        with self._changing:
            self._adding += 1
        try:
            yield
        finally:
            with self._changing:
                self._adding -= 1

    def _readable(self, article_id: str) -> Article | None:
        """The article; None when it is not there, or its text is damaged: then it can be removed all the same."""
        try:
            return self.catalogue.article(article_id)
        except DamagedLibrary:
            return None

    def _follow_up(self) -> None:
        """Make findable what a small change brought back; a long run on its way makes its vectors in passing."""
        self.index_waiting_words()
        if not self._adding:
            self.embed_waiting()

    def remove(self, article_ids: Iterable[str]) -> tuple[str, ...]:
        """Take articles out of every store; the ids. ArticleNotFound, and nothing removed, if one is not there.

        They are kept in memory for a while, for `restore`.
        """
        with self._change():
            wanted = list(dict.fromkeys(article_ids))
            with self._splitting:  # not in the middle of a rebuild
                with self.catalogue.writing() as db:
                    kept = [one for article_id in wanted if (one := kept_of(db, self._readable(article_id)))]
                    removed = self.catalogue.retire(wanted)
                    missing = set(wanted) - set(removed)
                    if missing:
                        raise ArticleNotFound(min(missing))
                self._removed.put(kept)
                self._clear_gone()
            self._follow_up()  # a copy that takes the place of what was removed
            return tuple(removed)

    def restore(self, article_ids: Iterable[str]) -> tuple[str, ...]:
        """Put back what was removed lately, with versions and copies; the ids of what had not come in again since.

        InvalidValue, and nothing put back, if one of them is not kept any more.
        """
        with self._change():
            removed = self._removed.take(list(dict.fromkeys(article_ids)))
            with self._splitting, self.catalogue.writing():
                back = [one.article.id for one in removed if self.catalogue.put_back(one)]
            self._follow_up()
            return tuple(back)

    def rebuild(self, encoder: str | None = None, tell: Tell = _silent) -> None:
        """Make words and vectors anew from the catalogue, with another encoder if one is named.

        They are made beside the old ones, which are searched until the new ones are whole; cut short, nothing changed.
        """
        with self._change():
            with self._embedding, self._splitting:  # what is added meanwhile waits
                made_with = load_encoder(find_model(encoder).name if encoder else self._encoder_name)
                build(self.folder, self.catalogue, made_with, tell, self._server)
                self._let_go_of_vectors()
                self._encoder_name = made_with.name
                self.__dict__.pop("_splitter", None)
                self.__dict__["encoder"] = made_with
                self.words = self._open_words()
                clear_others(self.folder, self.catalogue, self._server)
            self.index_waiting_words()
            self.embed_waiting(tell)

    def check(self) -> CheckReport:
        """Whether catalogue, words and vectors agree, one to one."""
        with self._change(writing=False), self._embedding, self._splitting:
            there = self._place.exists()
            return check(self.catalogue, self.words.keys(), self.vectors.keys() if there else ())

    def repair(self, tell: Tell = _silent) -> None:
        """Mend words and vectors from the catalogue: what lacks is made, what belongs to nothing is dropped."""
        with self._change():
            with self._embedding, self._splitting:
                self._clear_gone()
                self._mend_words()
                self.catalogue.mend()
                self.index_waiting_words()
                self._mend_vectors(self.vectors)
            self.embed_waiting(tell)

    # asking

    def article(self, article_id: str) -> Article:
        """The article with its text. ArticleNotFound if there is none of that id."""
        self._check_open()
        found = self.catalogue.article(article_id)
        if found is None:
            raise ArticleNotFound(article_id)
        return found

    def history(self, article_id: str) -> list[Change]:
        """What each new version of an article changed, the newest first; [] when it has always been the same."""
        with self.catalogue.reading() as db:
            return changes(versions_of(db, article_id), self.article(article_id))

    def copies(self, article_id: str) -> list[Article]:
        """The articles that are copies of this one, without their texts, oldest first."""
        self._check_open()
        return self.catalogue.copies(article_id)

    def articles(self) -> list[Article]:
        """Every article without its text, newest first."""
        self._check_open()
        return self.catalogue.articles()

    def listing(self, words: str, where: Filter, sort: str, descending: bool, offset: int, limit: int) -> Listing:
        """A page of the articles that hold every word and pass the filter."""
        self._check_open()
        with self.catalogue.reading() as db:
            return listing(db, words, self._holding(words), where, sort, descending, offset, limit)

    def histogram(self, words: str, where: Filter) -> tuple[Bar, ...]:
        """How many of them there are over time."""
        self._check_open()
        with self.catalogue.reading() as db:
            return histogram(db, words, self._holding(words), where)

    def _holding(self, words: str) -> list[int]:
        return self.words.articles_holding(words) if words.strip() else []

    def by_words(self, text: str, n: int, where: Filter = Filter()) -> list[Hit]:
        """The n best passages by BM25, best first."""
        self._check_open()
        admitted = self.catalogue.admitted(where)
        if admitted is None:
            return []
        return self._found(lambda: self.words.search(text, n, admitted))

    def by_runs(self, text: str, n: int, where: Filter = Filter()) -> list[Hit]:
        """The n passages that share most runs of three words with a quotation, best first."""
        self._check_open()
        admitted = self.catalogue.admitted(where)
        if admitted is None:
            return []
        return self._found(lambda: self.words.search_runs(text, n, admitted))

    def by_vector(self, vector: Vectors, n: int, where: Filter = Filter()) -> list[Hit]:
        """The n nearest passages by cosine similarity, nearest first. vector: shape (dimension,), unit length."""
        self._check_open()
        admitted = self.catalogue.admitted(where)
        if admitted is None or not self.catalogue.count_in("ready"):
            return []
        return self._found(lambda: self._nearest(vector, n, admitted))

    def by_both(
        self,
        text: str,
        vector: Vectors,
        n: int,
        where: Filter,
        fuse: Callable[[list[list[int]]], Ranking],
        most: int | None,
    ) -> list[Hit]:
        """Words and vectors searched, n passages each, and made one ranking by `fuse` (passage keys in, best first;
        out with scores): its first `most` hits, all for None. Only their texts are read."""
        self._check_open()
        admitted = self.catalogue.admitted(where)
        if admitted is None:
            return []

        def search() -> Ranking:
            rankings = [self.words.search(text, n, admitted)]
            if self.catalogue.count_in("ready"):
                rankings.append(self._nearest(vector, n, admitted))
            return fuse([[key for key, _ in ranking] for ranking in rankings])

        return self._found(search, most)

    def _nearest(self, vector: Vectors, n: int, admitted: Admitted) -> Ranking:
        """The n nearest passages that pass a filter.

        For a filter Chroma looks through what it knows of every passage: 64 ms at 20,000 of which most pass, and in
        proportion. So first some more of the nearest are taken without it, and it is only asked to filter when too few
        of them pass."""
        if admitted == Admitted():
            return self.vectors.search(vector, n)
        near = self.vectors.search(vector, WIDER * n)
        passing = self.catalogue.passing([key for key, _ in near], admitted)
        kept = [(key, score) for key, score in near if key in passing]
        return kept[:n] if len(kept) >= n or len(near) < WIDER * n else self.vectors.search(vector, n, admitted)

    def _found(self, search: Callable[[], Ranking], most: int | None = None) -> list[Hit]:
        """What a search of the stores finds, the first `most` of it; a reader looks again when the writer has swapped
        the stores meanwhile."""
        while True:
            generation = self._follow() if self._read_only else None
            try:
                found = self._first(search(), most)
            except Unreachable:  # not there, or no longer
                if not self._read_only or self.catalogue.fact("generation") == generation:
                    raise
                continue
            if not self._read_only or self.catalogue.fact("generation") == generation:
                return found

    def _first(self, ranking: Ranking, most: int | None) -> list[Hit]:
        wanted = len(ranking) if most is None else most
        found: list[Hit] = []
        while ranking and len(found) < wanted:  # keys no longer in use give no hit: the next take their places
            part = wanted - len(found)
            found += [hit for _, hit in self.catalogue.hits(ranking[:part])]
            ranking = ranking[part:]
        return found

    def _follow(self) -> str | None:
        """Take up what the writer has done since: other words, and other stores after a rebuild. The generation."""
        with self._splitting:
            generation = self.catalogue.fact("generation")
            if generation == self._generation:
                self.words.reload()
                return generation
            self._let_go_of_vectors()
            self._encoder_name = self.catalogue.fact("encoder") or self._encoder_name
            for name in ("encoder", "_splitter"):
                self.__dict__.pop(name, None)
            self.words, self._generation = self._open_words(), generation
            return generation

    def stems(self, text: str) -> list[str]:
        """Every word of a text as the word index holds it, in order."""
        return self.words.stems(text)

    def terms(self, question: str) -> dict[str, float]:
        """The stems a question is looked up by, each with its inverse document frequency (BM25's) over passages."""
        stems = self.words.terms(question)
        return dict(zip(stems, self.words.idf(stems), strict=True))

    def count(self, where: Filter = Filter()) -> int:
        """How many articles pass the filter, copies not counted."""
        self._check_open()
        return self.catalogue.count(self.catalogue.admitted(where))

    def passing(self, article_ids: Collection[str], where: Filter) -> set[str]:
        """Which of these articles pass a filter, as they do in a search: by what stands for their story."""
        self._check_open()
        admitted = self.catalogue.admitted(where)
        return self.catalogue.articles_passing(article_ids, admitted) if admitted else set()

    def preview(self, items: Iterable[Item], most: int) -> list[Preview]:
        """What adding the first of these would do; nothing is stored."""
        self._check_open()
        return preview(self.catalogue, items, most)

    def publishers(self) -> list[str]:
        """The publishers in the library, those with most articles first."""
        self._check_open()
        return [name for name, _ in self.catalogue.publishers()]

    def newest(self) -> date | None:
        """The day of the newest dated article."""
        self._check_open()
        return self.catalogue.newest()

    @property
    def pending(self) -> int:
        """How many articles are found by their words only, their vectors still to be made."""
        return self.catalogue.count_in("pending", "words")

    def warm(self) -> None:
        """Load encoder and vectors, so that the first question does not wait for them."""
        self._check_open()
        self.encoder.encode(["warm"])
        if self.catalogue.count_in("ready"):
            _ = self.vectors

    def announce(self, address: str, secret: str) -> None:
        """Write into the owner's note where the library is served, and the key that its user's commands use."""
        if not self._read_only:  # the note is the owner's
            self._owner.announce(address, secret)

    # the end

    def _check_open(self) -> None:
        if self._closed:
            raise LibraryClosed()

    def close(self) -> None:
        """Let go of the folder; what is still to be embedded goes on at the next open. An `add` in another thread is
        stopped between two articles and waited for."""
        with self._changing:
            if self._closed:
                return
            self._closed = True
            self._stop.set()
            self._changing.wait_for(lambda: self._changes == 0)
        if self._background is not None:
            self._background.join()
        self._let_go_of_vectors()
        self.catalogue.close()
        self._owner.release()

    def _let_go_of_vectors(self) -> None:
        if "vectors" in self.__dict__:
            self.__dict__.pop("vectors").close()


def _entry(key: int, article_key: int, article: Article, start: int, end: int) -> WordEntry:
    text, publisher = article.text[start:end], article.publisher or ""
    return WordEntry(key, article_key, article.title, text, _day(article), publisher)


def _day(article: Article) -> int:
    return article.day.toordinal() if article.day else 0
