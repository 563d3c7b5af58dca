"""Memory of a process that answers many questions: python -m bench.memory [--questions 100000].

Asks over the samples, each question with another word in it so that no cache answers; prints the resident size in MB
as it goes. Flat after the first thousands: nothing is kept.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from assistant import Assistant
from assistant.samples import folder

QUESTIONS = (
    "How many people died in the Vessa flood{}?",
    "what are Putin's ceasefire conditions{}",
    "Who is the chief engineer of the county{}?",
    "Why was the harbour bridge at Lowmere closed{}?",
    "latest on the ferry{}",
)


def resident() -> int:
    """MB of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=100_000)
    parser.add_argument("--every", type=int, default=2_500)
    arg = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, Assistant.open(Path(place) / "library") as desk:
        desk.add(folder())
        begun = time.monotonic()
        for done in range(arg.questions + 1):
            if done % arg.every == 0:
                print(f"{done:>7} questions {resident():>5} MB {time.monotonic() - begun:>7.0f} s", flush=True)
            desk.ask(QUESTIONS[done % len(QUESTIONS)].format(f" in case {done}"))


if __name__ == "__main__":
    main()
