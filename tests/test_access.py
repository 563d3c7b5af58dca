"""People and keys: what is kept of a secret, who gets in, who does not."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from assistant.server.access import Access, Person, Scope
from index.errors import InvalidValue, NewsdeskError

READ, WRITE = Scope.READ, Scope.WRITE


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "access.json"


def test_a_person_signs_in_with_the_right_password_only(file: Path) -> None:
    access = Access.open(file)
    access.add_person("Ines Marlow", "cables and cracks", [READ, WRITE])
    assert access.sign_in("Ines Marlow", "cables and cracks") == Person("Ines Marlow", frozenset({READ, WRITE}))
    assert access.sign_in("Ines Marlow", "cables and crack") is None
    assert access.sign_in("ines", "cables and cracks") is None
    assert access.sign_in("Ines Marlow", "x" * 100_000) is None


def test_a_key_opens_with_its_scopes_and_a_changed_one_does_not(file: Path) -> None:
    access = Access.open(file)
    key = access.add_key("ingest", [READ])
    for _ in range(2):  # the second time it is known already
        person = access.by_key(key)
        assert person == Person("ingest", frozenset({READ}))
        assert person.may(READ) and not person.may(WRITE)
    last = "B" if key.endswith("A") else "A"
    for wrong in (key[:-1] + last, key[:20], "", "nd__", "nd_x_y", key + "\u00e9", "sk-" + key):
        assert access.by_key(wrong) is None


def test_nothing_secret_stands_in_the_file_and_only_its_owner_reads_it(file: Path) -> None:
    access = Access.open(file)
    key = access.add_key("ingest")
    access.add_person("anna", "a long password")
    kept = file.read_text()
    assert key not in kept and key.split("_", 2)[2] not in kept and "a long password" not in kept
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    with pytest.raises(InvalidValue, match="chmod 600"):
        Access.open(file)


def test_what_another_process_changes_is_seen_at_once(file: Path) -> None:
    serving, command = Access.open(file), Access.open(file)
    key = command.add_key("ingest")
    assert serving.by_key(key)
    command.remove("ingest")
    assert serving.by_key(key) is None and serving.people() == ()


def test_people_are_told_once_with_all_they_may(file: Path) -> None:
    access = Access.open(file)
    access.add_person("anna", "a long password", [READ])
    access.add_key("anna", [WRITE])
    assert access.people() == (Person("anna", frozenset({READ, WRITE})),)
    assert [entry.kind for entry in access.entries()] == ["password", "key"]
    access.remove("anna")
    assert access.people() == ()


@pytest.mark.parametrize(
    ("name", "password", "scopes"),
    [("", "long enough", [READ]), ("a\x1b", "long enough", [READ]), ("a", "short", [READ]), ("a", "long enough", [])],
)
def test_what_cannot_be_right_is_refused(file: Path, name: str, password: str, scopes: list[Scope]) -> None:
    with pytest.raises(InvalidValue):
        Access.open(file).add_person(name, password, scopes)


def test_a_name_is_given_once(file: Path) -> None:
    access = Access.open(file)
    access.add_key("ingest")
    with pytest.raises(InvalidValue, match="already"):
        access.add_key("ingest")
    with pytest.raises(InvalidValue, match="nobody"):
        access.remove("egress")


def test_a_file_of_something_else_is_named(file: Path) -> None:
    file.write_text("[1]")
    file.chmod(0o600)
    with pytest.raises(NewsdeskError, match=r"access\.json is not a file of people"):
        Access.open(file)


def test_two_who_add_at_once_lose_nothing(file: Path) -> None:
    threads = [threading.Thread(target=Access.open(file).add_key, args=(f"program {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Access.open(file).people()) == 4
