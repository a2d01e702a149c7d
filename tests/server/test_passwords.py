"""Passwords: hashes that verify, and nothing else does."""

import re

import pytest

from trialogue_server.store.passwords import HashCost, hash_password, is_hash, verify


def test_a_hash_verifies_its_password_only() -> None:
    kept = hash_password("correct horse")
    assert verify(kept, "correct horse")
    assert not verify(kept, "correct horsE")
    assert not verify(kept, "")
    assert not verify(kept, kept)


def test_a_hash_is_argon2id_with_a_salt_of_its_own() -> None:
    one, other = hash_password("x"), hash_password("x")
    assert re.match(r"\$argon2id\$v=19\$m=19456,t=2,p=1\$", one)
    assert one != other
    assert "x" not in one.split("$")
    assert is_hash(one)


def test_a_hash_costs_what_is_asked_for_and_verifies_when_the_cost_has_changed() -> None:
    kept = hash_password("x", HashCost(memory=1, passes=3))
    assert "$m=1024,t=3,p=1$" in kept
    assert verify(kept, "x")
    assert not verify(kept, "y")


def test_a_password_kept_as_it_is_verifies() -> None:
    assert verify("straße", "straße")
    assert not verify("straße", "strasse")


def test_nothing_matches_when_none_is_kept() -> None:
    assert not verify("", "")


def test_bytes_that_are_no_utf8_count_as_they_came() -> None:
    kept = hash_password("caf\udce9")
    assert verify(kept, "caf\udce9")
    assert not verify(kept, "caf\udce8")


@pytest.mark.parametrize("kept", ["$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA", "$argon2id$v=19$m=8,t=0,p=0$AA$AA"])
def test_a_damaged_hash_matches_nothing(kept: str) -> None:
    assert is_hash(kept)
    assert not verify(kept, "x")


@pytest.mark.parametrize("text", ["hunter2", "", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv", "x$argon2id$v=19"])
def test_other_texts_are_no_hashes(text: str) -> None:
    assert not is_hash(text)
