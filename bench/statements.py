"""How many false statements the check of a model's answers catches, how many true ones it strikes: the table of docs.

python -m bench.statements
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from assistant.samples import folder
from index.library import Library
from index.sources.loading import load
from tests.statements import PARTS, rows, table


def main() -> None:
    """Print the table, and with -v every statement that came out wrong."""
    with tempfile.TemporaryDirectory() as there:
        library = Library(Path(there) / "library")
        library.add(load(folder()))
        measured = rows(library)
        library.close()
    print(table(measured))
    for row in measured if "-v" in sys.argv else ():
        if row.part == PARTS[0] and row.marked_cited == (row.kind == "true"):  # those not tuned on stay unread
            print(f"{row.kind}: {row.text} {row.problem}")


if __name__ == "__main__":
    main()
