"""The first load of a vector index that may be damaged, in a process of its own: Chroma's HNSW code can crash on one.

Two cut files each ended the process with a segmentation fault (chromadb 1.5.9).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

MOST_SECONDS = 300.0  # of one trial: an index that loads for longer is of no use


def try_to_load(folder: Path, collection: str) -> str:
    """Why the index of vectors in a folder cannot be used; "" when it can."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "index.stores.load_once", str(folder), collection]
    try:
        done = subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"it did not load within {MOST_SECONDS:.0f} seconds"
    if done.returncode < 0:
        return f"loading it ends with signal {-done.returncode}"
    last = done.stderr.strip().splitlines()[-1:] or ["loading it fails"]
    return last[0][:300] if done.returncode else ""
