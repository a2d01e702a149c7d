"""Passwords: hashes that verify, and nothing else does."""

import re

import pytest
from argon2 import PasswordHasher

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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("caf\u00e9", "cafe\u0301"),
        ("\u1ec7 tone", "\u0065\u0323\u0302 tone"),
        ("\uac00 hangul", "\u1100\u1161 hangul"),
        ("two words", "two\u00a0words"),
        ("two words", "two\u3000words"),
        ("\u212bngstr\u00f6m", "\u00c5ngstr\u00f6m"),
    ],
)
def test_what_reads_the_same_is_the_same_password(one: str, other: str) -> None:
    """ "Additional Mapping Rule: Any instances of non-ASCII space MUST be mapped to ASCII space … Normalization
    Rule: Unicode Normalization Form C (NFC) MUST be applied".

    https://www.rfc-editor.org/rfc/rfc8265#section-4.2.1
    """
    for kept, typed in ((one, other), (other, one)):
        assert verify(hash_password(kept), typed)
        assert verify(kept, typed), "also where it is kept as it is"
        assert not verify(hash_password(kept), f"{typed}x")


def test_case_and_width_count() -> None:
    """ "Case Mapping Rule: There is no case mapping rule … Width Mapping Rule: Fullwidth and halfwidth code points MUST
    NOT be mapped".

    https://www.rfc-editor.org/rfc/rfc8265#section-4.2.1
    """
    assert not verify(hash_password("CAF\u00c9"), "caf\u00e9")
    assert not verify(hash_password("\uff41bc"), "abc")


@pytest.mark.parametrize("form", ["caf\u00e9", "cafe\u0301", "two\u00a0words"])
def test_hashes_of_earlier_versions_go_on_working(form: str) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(form.encode())
    assert verify(old, form)
    assert not verify(old, "other")


def test_an_old_hash_of_a_decomposed_password_takes_the_composed_one() -> None:
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash("cafe\u0301".encode())
    assert verify(old, "caf\u00e9")


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
