"""Library: one folder on disk in which catalogue, words and vectors stay in step.

Its parts are put together here: index/stores/indexing.py puts articles into the stores, index/stores/searching.py finds
passages in them, index/stores/calls.py counts who is at work.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import date
from enum import Enum
from pathlib import Path

from index.encoder.open import find_model, load_encoder
from index.encoder.types import DEFAULT_ENCODER, Encoder, Vectors
from index.errors import ArticleNotFound, DamagedLibrary, InvalidValue, WrongModel
from index.stores.calls import Calls
from index.stores.catalogue import Catalogue
from index.stores.check import CheckReport, check
from index.stores.copying import back_up
from index.stores.exchange import ExportReport, export
from index.stores.generations import agree_on_place, clear_other_generations
from index.stores.indexing import WORDS_BATCH_ARTICLES, Indexer
from index.stores.intake import take_all
from index.stores.listing import Bar, Listing, histogram, listing
from index.stores.lock import Owner
from index.stores.opened import OpenStores
from index.stores.orphans import refuse_orphans
from index.stores.preview import Preview, preview
from index.stores.rebuild import build
from index.stores.searching import Fuse, Matched, Searcher
from index.stores.undo import RemovedLately, kept_of
from index.stores.vectors import Server, VectorIndex
from index.stores.versions import Change, changes, versions_of
from index.stores.visits import Visits
from index.stores.words import WordIndex
from index.types import AddReport, Article, Filter, Hit, OnOutcome, OnProgress, Progress, SourceItem


class Opening(Enum):
    """What a library is opened for."""

    USE = "use"  # to search and to change: what a crash left is mended at once
    READ = "read"  # beside the process that changes it, whose lock it is
    REBUILD = "rebuild"  # whatever model it was made with, because `rebuild` is what comes next
    CHECK = "check"  # likewise, and its stores left as they are found, because `check` is what comes next


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
        opening: Opening = Opening.USE,
        server: Server | None = None,
    ) -> None:
        """Open the folder, making it if it is missing.

        encoder: the model's name or folder; None takes the one the library was made with.
        wait: seconds to wait for another process to let go of it.
        opening: what for. To READ needs a server: a second process would not see what is written to vectors in a
        folder.
        server: a Chroma server that keeps the vectors; None: the folder does.
        """
        read_only = opening is Opening.READ
        if read_only and server is None:
            raise InvalidValue(f"{folder} can be opened to read only when a Chroma server keeps its vectors: --chroma")
        self.folder = Path(folder).expanduser()
        self._server, self._read_only = server, read_only
        self._owner = Owner(self.folder)
        if not read_only:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # what is in it is its owner's alone
            self._owner.take(wait)
        self._calls = Calls(read_only=read_only)
        self._background: threading.Thread | None = None
        self._removed = RemovedLately()
        try:
            self._open(encoder, opening)
        except BaseException:
            self._owner.release()
            raise

    def _open(self, encoder: str | None, opening: Opening) -> None:
        refuse_orphans(self.folder, self.folder / "catalogue.sqlite3")
        self.catalogue = Catalogue(self.folder / "catalogue.sqlite3", read_only=self._read_only)
        self.visits = Visits(self.catalogue)
        name = self._agreed_encoder(encoder, any_model=opening in (Opening.REBUILD, Opening.CHECK))
        if opening is not Opening.REBUILD:  # which may move them
            agree_on_place(self.folder, self.catalogue, self._server)
        if not self._read_only:
            clear_other_generations(self.folder, self.catalogue, self._server)
        mends = opening in (Opening.USE, Opening.REBUILD)
        self._stores = OpenStores(
            self.folder,
            self.catalogue,
            self._server,
            name,
            read_only=self._read_only,
            mends=mends,
            on_lost=self.resume,
        )
        self._indexer = Indexer(self.catalogue, self._stores)
        self._searcher = Searcher(self.catalogue, self._stores, follows=self._read_only)
        if mends:
            self._indexer.mend()

    def _agreed_encoder(self, asked: str | None, *, any_model: bool) -> str:
        made_with = self.catalogue.fact("encoder")
        if made_with is None:
            return find_model(asked or DEFAULT_ENCODER).name
        if any_model:
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

    @property
    def encoder(self) -> Encoder:
        """The encoder, loaded when first needed."""
        self._calls.check_open()
        return self._stores.encoder

    @property
    def words(self) -> WordIndex:
        """The word index."""
        self._calls.check_open()
        return self._stores.words

    @property
    def vectors(self) -> VectorIndex:
        """The vector index, loaded and brought in step with the catalogue when first needed."""
        self._calls.check_open()
        return self._stores.vectors

    def embed_waiting(self, tell: OnProgress = _silent, stop: Callable[[], bool] = _never) -> None:
        """Make the vectors of every article that still waits for them; stops early when the library is closed."""
        self._indexer.index_vectors(tell, lambda: self._calls.stopped or stop())

    def resume(self) -> None:
        """Go on in the background with vectors that are still to be made: an earlier process left them, or their index
        was damaged and begun anew."""
        at_work = self._background is not None and self._background.is_alive()
        if not at_work and not self._read_only and not self._calls.stopped and self.catalogue.count_in("words"):
            self._background = threading.Thread(target=self.embed_waiting, name="newsdesk-vectors", daemon=True)
            self._background.start()

    # changing

    def add(
        self,
        items: Iterable[SourceItem],
        tell: OnProgress = _silent,
        total: int | None = None,
        stop: Callable[[], bool] = _never,
        note: OnOutcome | None = None,
    ) -> AddReport:
        """Add articles and return when they can be found by words and vectors; by words they are found much sooner.

        stop: asked between two articles and between two batches of vectors; what was stored until then stays, and
        vectors still to be made are made by the next `add`, or after the next opening. note: told of each article.
        """

        def ended() -> bool:
            return stop() or self._calls.stopped

        with self._calls.change():
            while count := self.catalogue.sign_unsigned(WORDS_BATCH_ARTICLES):  # stored by an earlier version
                tell(Progress("reading", count))
            with self._calls.add():
                report = take_all(self.catalogue, self._indexer, items, tell, total, ended, note)
                self._indexer.clear_gone()
                self.embed_waiting(tell, stop)
            if not self._calls.adding:
                self.embed_waiting(tell, stop)  # what was removed or put back meanwhile left to this run
            stopped = ended() and self.pending
            return replace(report, stopped=True) if stopped else report

    def _readable(self, article_id: str) -> Article | None:
        """The article; None when it is not there, or its text is damaged: then it can be removed all the same."""
        try:
            return self.catalogue.article(article_id)
        except DamagedLibrary:
            return None

    def _follow_up(self) -> None:
        """Make findable what a small change brought back; a long run on its way makes its vectors in passing."""
        self._indexer.index_words()
        if not self._calls.adding:
            self.embed_waiting()

    def remove(self, article_ids: Iterable[str]) -> tuple[str, ...]:
        """Take articles out of every store; the ids. ArticleNotFound, and nothing removed, if one is not there.

        They are kept in memory for a while, for `restore`.
        """
        with self._calls.change():
            wanted = list(dict.fromkeys(article_ids))
            with self._indexer.words_held():  # not in the middle of a rebuild
                with self.catalogue.writing() as db:
                    kept = [one for article_id in wanted if (one := kept_of(db, self._readable(article_id)))]
                    removed = self.catalogue.retire(wanted)
                    missing = set(wanted) - set(removed)
                    if missing:
                        raise ArticleNotFound(min(missing))
                self._removed.put(kept)
                self._indexer.clear_gone()
            self._follow_up()  # a copy that takes the place of what was removed
            return tuple(removed)

    def restore(self, article_ids: Iterable[str]) -> tuple[str, ...]:
        """Put back what was removed lately, with versions and copies; the ids of what had not come in again since.

        InvalidValue, and nothing put back, if one of them is not kept any more.
        """
        with self._calls.change():
            removed = self._removed.take(list(dict.fromkeys(article_ids)))
            with self._indexer.words_held(), self.catalogue.writing():
                back = [one.article.id for one in removed if self.catalogue.put_back(one)]
            self._follow_up()
            return tuple(back)

    def rebuild(self, encoder: str | None = None, tell: OnProgress = _silent) -> None:
        """Make words and vectors anew from the catalogue, with another encoder if one is named.

        They are made beside the old ones, which are searched until the new ones are whole; cut short, nothing changed.
        """
        with self._calls.change():
            with self._indexer.all_held():
                made_with = load_encoder(find_model(encoder).name if encoder else self._stores.encoder_name)
                build(self.folder, self.catalogue, made_with, tell, self._server)
                self._stores.take_up_rebuilt(made_with)
            self._indexer.index_words()
            self.embed_waiting(tell)

    def check(self, *, deep: bool = False) -> CheckReport:
        """Whether catalogue, words and vectors agree, one to one, and hold what they should: a sample of articles, or
        all of them for a deep check."""
        with self._calls.change(writing=False), self._indexer.all_held():
            return check(self.catalogue, self._stores, deep=deep)

    def repair(self, tell: OnProgress = _silent, *, deep: bool = False) -> None:
        """Mend words and vectors from the catalogue: what lacks or is wrong is made, what belongs to nothing is
        dropped. deep: looks for what is wrong in all of them, not only in a sample."""
        with self._calls.change():
            self._indexer.repair(deep=deep)
            self.embed_waiting(tell)

    def vacuum(self) -> None:
        """Leave nothing of removed articles in any file of the library; what `restore` could put back is forgotten."""
        with self._calls.change(), self._indexer.all_held():
            self._removed.forget()
            self._indexer.clear_gone()
            self._stores.vacuum()
            self.catalogue.vacuum()

    def back_up(self, into: str | Path) -> None:
        """Copy the library into a new folder, which opens as one, or into a .tar or .zip; articles may be added
        meanwhile."""
        with self._calls.change(writing=False):
            vectors = self._stores.vectors if self._stores.place.exists() else None
            back_up(self.folder, vectors, Path(into).expanduser())

    def export(self, into: str | Path) -> ExportReport:
        """Write every article with its earlier versions into a new file, a line of JSON each."""
        with self._calls.change(writing=False):
            return export(self.catalogue, Path(into).expanduser())

    # asking

    def article(self, article_id: str) -> Article:
        """The article with its text. ArticleNotFound if there is none of that id."""
        self._calls.check_open()
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
        self._calls.check_open()
        return self.catalogue.copies(article_id)

    def articles(self) -> list[Article]:
        """Every article without its text, newest first."""
        self._calls.check_open()
        return self.catalogue.articles()

    def listing(self, words: str, where: Filter, sort: str, descending: bool, offset: int, limit: int) -> Listing:
        """A page of the articles that hold every word and pass the filter."""
        self._calls.check_open()
        with self.catalogue.reading() as db:
            return listing(db, words, self._holding(words), where, sort, descending, offset, limit)

    def histogram(self, words: str, where: Filter) -> tuple[Bar, ...]:
        """How many of them there are over time."""
        self._calls.check_open()
        with self.catalogue.reading() as db:
            return histogram(db, words, self._holding(words), where)

    def _holding(self, words: str) -> list[int]:
        return self.words.articles_holding(words) if words.strip() else []

    def by_words(self, text: str, n: int, where: Filter = Filter()) -> list[Hit]:
        """The n best passages by BM25, best first."""
        self._calls.check_open()
        return self._searcher.by_words(text, n, where)

    def by_runs(self, text: str, n: int, where: Filter = Filter()) -> list[Hit]:
        """The n passages that share most runs of three words with a quotation, best first."""
        self._calls.check_open()
        return self._searcher.by_runs(text, n, where)

    def by_likeness(self, word: str, distance: int, n: int) -> list[Hit]:
        """n passages that hold a word at most `distance` typing errors (0 to 2) from this one, in any article."""
        self._calls.check_open()
        return self._searcher.by_likeness(word, distance, n)

    def knows(self, word: str) -> bool:
        """Whether an article's text or title holds every stem of a word."""
        self._calls.check_open()
        return self.words.knows(word)

    def by_vector(self, vector: Vectors, n: int, where: Filter = Filter()) -> list[Hit]:
        """The n nearest passages by cosine similarity, nearest first. vector: shape (dimension,), unit length."""
        self._calls.check_open()
        return self._searcher.by_vector(vector, n, where)

    def by_both(self, text: str, vector: Vectors, n: int, where: Filter, fuse: Fuse, most: int | None) -> list[Matched]:
        """Words and vectors searched, n passages each, and made one ranking by `fuse` (passage keys in, best first;
        out with scores): its first `most` passages, all for None, each with its cosine."""
        self._calls.check_open()
        return self._searcher.by_both(text, vector, n, where, fuse, most)

    @property
    def english_only(self) -> bool:
        """Whether its vectors are those of the encoder that comes along, which knows English alone."""
        return self._stores.encoder_name == DEFAULT_ENCODER

    def stems(self, text: str) -> list[str]:
        """The stems of a text, in order: its words as the word index holds them."""
        return self.words.stems(text)

    def terms(self, question: str) -> dict[str, float]:
        """The stems a question is looked up by, each with its inverse document frequency (BM25's) over passages."""
        stems = self.words.terms(question)
        return dict(zip(stems, self.words.idf(stems), strict=True))

    def count(self, where: Filter = Filter()) -> int:
        """How many articles pass the filter, copies not counted."""
        self._calls.check_open()
        return self.catalogue.count(self.catalogue.admitted(where))

    def passing(self, article_ids: Collection[str], where: Filter) -> set[str]:
        """Which of these articles pass a filter, as they do in a search: by what stands for their story."""
        self._calls.check_open()
        admitted = self.catalogue.admitted(where)
        return self.catalogue.articles_passing(article_ids, admitted) if admitted else set()

    def preview(self, items: Iterable[SourceItem], most: int) -> list[Preview]:
        """What adding the first of these would do; nothing is stored."""
        self._calls.check_open()
        return preview(self.catalogue, items, most)

    def publishers(self) -> list[str]:
        """The publishers in the library, those with most articles first."""
        self._calls.check_open()
        return [name for name, _ in self.catalogue.publishers()]

    def newest(self) -> date | None:
        """The day of the newest dated article."""
        self._calls.check_open()
        return self.catalogue.newest()

    @property
    def pending(self) -> int:
        """How many articles are found by their words only, their vectors still to be made."""
        return self.catalogue.count_in("pending", "words")

    def warm(self) -> None:
        """Load encoder and vectors, so that the first question does not wait for them."""
        self._calls.check_open()
        self.encoder.encode(["warm"])
        if self.catalogue.count_in("ready"):
            _ = self.vectors

    def announce(self, address: str, secret: str) -> None:
        """Write into the owner's note where the library is served, and the key that its user's commands use."""
        if not self._read_only:  # the note is the owner's
            self._owner.announce(address, secret)

    # the end

    def close(self) -> None:
        """Let go of the folder; what is still to be embedded goes on at the next open. An `add` in another thread is
        stopped between two articles and waited for."""
        if not self._calls.end():
            return
        if self._background is not None:
            self._background.join()
        self._stores.close()
        self.catalogue.close()
        self._owner.release()
