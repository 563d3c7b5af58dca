"""The tree of errors: each message says what happened, to what, and what to do next.

NewsdeskError
├── InvalidValue (ValueError)       a value that cannot be right
├── UnreadableSource                a file, row or page that gives no article
│   └── Forbidden                   an address that is not fetched for safety's sake
├── ArticleNotFound (KeyError)      no such article in the library
├── ConversationNotFound (KeyError) no such conversation, or somebody else's
├── QuestionNotKept (KeyError)      no such standing question, or somebody else's
├── LibraryLocked                   another process holds the library
├── LibraryClosed                   used after close()
├── ForkedProcess                   used in a process that forked after it was opened
├── ReadOnly                        opened to read, and asked to change something
├── Unreachable                     the Chroma server that keeps the vectors does not answer
├── WrongModel                      the library was embedded with another model
├── DamagedLibrary                  a part on disk cannot be read
└── MissingPart (ImportError)       an optional package is not installed
"""

from __future__ import annotations


class NewsdeskError(Exception):
    """Everything this project raises on purpose."""


class InvalidValue(NewsdeskError, ValueError):
    """A value that cannot be right, refused when it is made."""


class UnreadableSource(NewsdeskError):
    """A file, row or page that gives no article; the message is the reason alone, without the source's name."""


class Forbidden(UnreadableSource):
    """An address that is not fetched for safety's sake: another scheme, or a host that only this network reaches."""


class ArticleNotFound(NewsdeskError, KeyError):
    """No article of that id is in the library."""

    def __init__(self, article_id: str) -> None:
        super().__init__(f"no article {article_id!r} in this library; `newsdesk list` shows the ids there are")

    def __str__(self) -> str:
        """The message itself: KeyError would show it quoted."""
        return str(self.args[0])


class ConversationNotFound(NewsdeskError, KeyError):
    """No conversation or exchange of that id is this person's."""

    def __init__(self, wanted: str) -> None:
        super().__init__(f"no conversation {wanted!r} of yours is kept here; it may have been deleted, so ask anew")

    def __str__(self) -> str:
        """The message itself: KeyError would show it quoted."""
        return str(self.args[0])


class QuestionNotKept(NewsdeskError, KeyError):
    """No standing question of that id, or in those words, is this person's."""

    def __init__(self, wanted: str) -> None:
        super().__init__(f"no standing question {wanted!r} of yours is kept here; `newsdesk watch --list` shows them")

    def __str__(self) -> str:
        """The message itself: KeyError would show it quoted."""
        return str(self.args[0])


class NoLibrary(NewsdeskError):
    """There is no library in a folder; the message says how to make one."""


class LibraryLocked(NewsdeskError):
    """Another process holds the library; the message says which."""


class LibraryClosed(NewsdeskError):
    """The library was used after it was closed."""

    def __init__(self) -> None:
        super().__init__("this library is closed; open it again with Assistant.open(folder)")


class ForkedProcess(NewsdeskError):
    """The library is used in a process that forked off the one that opened it."""

    def __init__(self, opened_by: int) -> None:
        super().__init__(
            f"process {opened_by} opened this library, and this process forked off it afterwards: locks, threads and "
            "connections do not come along. Start such processes with multiprocessing's 'spawn' or before opening, and "
            "let one of them serve the library to the others: `newsdesk serve`"
        )


class ReadOnly(NewsdeskError):
    """The library was opened to read only, and is asked to change something."""

    def __init__(self) -> None:
        super().__init__("this library is open to read only; the one process that holds it can change it")


class Unreachable(NewsdeskError):
    """The Chroma server that keeps the vectors does not answer, or refuses; the message says where it was sought."""


class WrongModel(NewsdeskError):
    """The library was embedded with another model; the message says which, and how to rebuild."""


class DamagedLibrary(NewsdeskError):
    """A part of the library on disk cannot be read; the message says which, and how to rebuild it."""


class MissingPart(NewsdeskError, ImportError):
    """An optional package is not installed; the message is the exact command that installs it."""
