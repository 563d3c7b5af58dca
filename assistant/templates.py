"""HTML from templates (Jinja2): every value put into one is escaped."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension


class Templates:
    """The templates of a folder. Each file is a set of macros; a macro is a part of a page.

    functions: what every template may call; what they give back is escaped too.
    """

    def __init__(self, folder: Path, **functions: object) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, extensions=[_Indented]
        )
        self._environment.globals.update(functions)

    def draw(self, file: str, part: str, /, *values: object, **seen: object) -> str:
        """One part of a file as HTML. values: what its macro takes; seen: names that all macros of the file know."""
        macros = self._environment.get_template(file).make_module(seen)
        try:
            return str(getattr(macros, part)(*values))
        except Exception:
            self._environment.handle_exception()  # raises it again, with the template's lines in its traceback


class _Indented(Extension):
    """Line breaks and indentation beside a tag or a block are there for who reads the template: they are left out of
    the page, where the space between two buttons would be seen. Those of values stay."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """The template without them; the comments keep the line numbers of its errors right."""
        return re.sub(r"(?<=[>}])[ \t]*\n\s*|[ \t]*\n\s*(?=[<{])", _comment, source)


def _comment(found: re.Match[str]) -> str:
    return "{#" + "\n" * found[0].count("\n") + "#}"
