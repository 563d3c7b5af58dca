"""What a test needs beside Python: skipped with a reason where it is missing, but for CI, where it must be there."""

from __future__ import annotations

import os
import shutil

import pytest


def program(name: str, package: str = "") -> str:
    """The path of a program. package: Debian's name for it."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None and not os.environ.get("CI"):
        pytest.skip(f"no {name} on this machine: install it (Debian: apt-get install {package or name})")
    assert found, f"{name} is missing"
    return found


def needs_torch() -> None:
    """Skips where torch is not installed: it is an extra, for other encoders, verifiers and a local model's folder."""
    if not os.environ.get("CI"):
        pytest.importorskip("torch", reason="torch is not installed: pip install '.[encoders]'")
