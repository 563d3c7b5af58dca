"""What a program that uses the packages gets: type annotations (PEP 561) and every error by name."""

import tomllib
from pathlib import Path

import pytest

import assistant
from index import errors

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("package", ["assistant", "index"])
def test_the_marker_of_a_typed_package_is_there_and_is_installed(package: str) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert (ROOT / package / "py.typed").is_file()
    assert "py.typed" in settings["tool"]["setuptools"]["package-data"][package]


def test_every_error_of_the_tree_is_public() -> None:
    tree = {
        name for name, kind in vars(errors).items() if isinstance(kind, type) and kind.__module__ == errors.__name__
    }
    assert tree <= set(assistant.__all__)
