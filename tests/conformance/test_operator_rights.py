"""An operator's rights belong to the session that proved what was required, and to no other device.

https://modern.ircdocs.horse/#operators
"""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.support.irc import Client, Irc, commands, params
from tests.support.services import PASSWORD, device, member, nickserv
from trialogue_server.commands import requests as do

CERTIFICATE = "ab" * 32
BY_PASSWORD = {"name": "root", "password": "frenchfries"}
BY_CERTIFICATE = {"name": "root", "fingerprint": CERTIFICATE}
BY_ACCOUNT = {"name": "root", "account": "alice"}


def server(*entries: dict[str, Any], **settings: Any) -> Irc:
    return Irc(operators=[*entries], **settings)


def is_operator(client: Client) -> bool:
    """Whether this session has operator rights, and sees what operators see."""
    victim = client.irc.connect("victim", address="198.51.100.7")
    shown = params(client.ask("WHO victim %i"), "354")[0][-1]
    victim.send("QUIT")
    may = commands(client.ask("WALLOPS :x"))[-1:] != ["481"]
    assert (shown == "198.51.100.7") is may, "what is seen is the same right"
    return may


def test_another_device_does_not_become_operator_by_a_password_that_it_did_not_give() -> None:
    """ "the supplied name and password": the device with only the account's password has given neither."""
    irc = server(BY_PASSWORD)
    phone = member(irc, "alice")
    laptop = device(irc, "alice")
    laptop.send("OPER root frenchfries")
    later = device(irc, "alice")
    assert [is_operator(one) for one in (laptop, phone, later)] == [True, False, False]
    victim = irc.connect("bob")
    for one in (phone, later):
        assert commands(one.ask("KILL bob :x")) == ["481"]
        assert commands(one.ask("REHASH")) == ["481"]
    assert not victim.sink.finished


@pytest.mark.parametrize("entry", [BY_CERTIFICATE, {**BY_CERTIFICATE, "account": "alice"}])
def test_nor_by_a_certificate_that_it_did_not_show(entry: dict[str, str]) -> None:
    irc = server(entry)
    phone, laptop = member(irc, "alice"), device(irc, "alice")
    laptop.session.fingerprint = CERTIFICATE
    laptop.send("OPER root")
    assert [is_operator(one) for one in (laptop, phone)] == [True, False]


def test_an_account_s_entry_is_for_each_session_that_is_logged_in_to_it() -> None:
    irc = server(BY_ACCOUNT)
    phone = member(irc, "alice")
    laptop = device(irc, "alice")
    other = device(irc, "alice", nick="work")
    assert [is_operator(one) for one in (phone, laptop, other)] == [True] * 3


def test_what_the_administrator_grants_too() -> None:
    irc = Irc()
    phone, laptop = member(irc, "alice"), device(irc, "alice")
    irc.administer(do.GrantOperator("alice", ("wallops",)))
    later = device(irc, "alice")
    for one in (phone, laptop, later):
        assert commands(one.ask("WALLOPS :x")) == []
    irc.administer(do.GrantOperator("alice", ("kill",)))
    for one in (phone, laptop, later):
        assert commands(one.ask("WALLOPS :x")) == ["723"], "the new grant is in force at once"
    irc.administer(do.RevokeOperator("alice"))
    for one in (phone, laptop, later):
        assert commands(one.ask("WALLOPS :x"))[-1] == "481"


def test_each_session_comes_from_where_it_does() -> None:
    """ "the user is connecting from a valid host": that of the session which asks, and not of the first one."""
    irc = server({**BY_PASSWORD, "masks": ["*@192.0.2.*"]}, {**BY_ACCOUNT, "name": "home", "masks": ["*@192.0.2.*"]})
    first = irc.connect("alice", address="192.0.2.7")
    nickserv(first, f"REGISTER {PASSWORD}")
    stranger = device(irc, "alice")
    assert is_operator(first)
    assert commands(stranger.ask("OPER root frenchfries")) == ["491"]
    assert not is_operator(stranger)


def test_all_are_shown_as_operator_as_long_as_one_is() -> None:
    irc = server(BY_PASSWORD)
    phone, laptop = member(irc, "alice"), device(irc, "alice")
    phone.read()
    assert commands(laptop.ask("OPER root frenchfries")) == ["381", "MODE"]
    assert params(phone.read(), "MODE", "381") == [["alice", "+o"]], "the mark is the user's, the rights are not"
    bob = irc.connect("bob")
    assert params(bob.ask("WHOIS alice"), "313")
    laptop.drop()
    assert params(phone.read(), "MODE") == [["alice", "-o"]]
    assert not params(bob.ask("WHOIS alice"), "313")


def test_two_that_are_operators_lose_the_mark_with_the_last() -> None:
    irc = server(BY_PASSWORD, {**BY_PASSWORD, "name": "guard"})
    phone, laptop = member(irc, "alice"), device(irc, "alice")
    laptop.send("OPER root frenchfries")
    phone.send("OPER guard frenchfries")
    laptop.drop()
    phone.read()
    assert phone.session.user is not None
    assert (phone.session.user.oper, phone.session.user.modes) == ("guard", "o")
    assert is_operator(phone)


def test_stepping_down_ends_it_on_all_devices() -> None:
    irc = server(BY_ACCOUNT)
    phone, laptop = member(irc, "alice"), device(irc, "alice")
    phone.send("MODE alice -o")
    assert [is_operator(one) for one in (phone, laptop)] == [False, False]


def test_who_stays_without_a_connection_is_no_operator_meanwhile() -> None:
    irc = server(BY_PASSWORD)
    alice = member(irc, "alice")
    alice.send("NS SET ALWAYS-ON on", "OPER root frenchfries")
    alice.drop()
    user = irc.core.world.user("alice")
    assert user is not None
    assert (user.modes, user.oper) == ("", "")
    assert not is_operator(device(irc, "alice"))


def test_who_logs_in_to_another_account_takes_no_device_along() -> None:
    """The entry is for who is logged in to that account: the other device has only been moved."""
    irc = server({"name": "root", "account": "bob"})
    member(irc, "bob").send("QUIT")
    phone, laptop = member(irc, "alice"), device(irc, "alice")
    laptop.send("NS LOGOUT", f"NS IDENTIFY bob {PASSWORD}")
    assert [is_operator(one) for one in (laptop, phone)] == [True, False]


def test_an_entry_that_asks_for_the_account_too_ends_with_it() -> None:
    irc = server({**BY_PASSWORD, "account": "alice"})
    alice = member(irc, "alice")
    alice.send("OPER root frenchfries")
    assert is_operator(alice)
    alice.send("NS LOGOUT")
    assert not is_operator(alice)


# The settings change


CHANGED: dict[str, Any] = {
    "removed": None,
    "renamed": {"name": "boss"},
    "another password": {"password": "another"},
    "another certificate": {"fingerprint": "cd" * 32},
    "another account": {"account": "bob"},
    "from elsewhere": {"masks": ("*@192.0.2.*",)},
    "fewer privileges": {"privileges": ("wallops", "kill")},
}


@pytest.mark.parametrize("entry", [BY_PASSWORD, BY_CERTIFICATE, BY_ACCOUNT])
@pytest.mark.parametrize("change", CHANGED)
def test_an_entry_that_is_changed_or_removed_ends_the_rights_of_its_holders(entry: dict[str, str], change: str) -> None:
    """ "force the local server to re-read and process its configuration file"

    https://modern.ircdocs.horse/#rehash-message
    """
    irc = server(entry)
    alice, watcher = member(irc, "alice"), member(irc, "carol")
    alice.session.fingerprint = CERTIFICATE
    alice.send("OPER root frenchfries")
    assert is_operator(alice)
    alice.read()
    fields = CHANGED[change]
    entries = () if fields is None else (replace(irc.config.operators[0], **fields),)
    irc.change_settings(replace(irc.config, operators=entries))
    told = alice.read()
    assert commands(told) == ["NOTICE", "MODE"]
    assert "root was changed or removed" in told[0].params[-1]
    assert told[1].params == ["alice", "-o"]
    assert not is_operator(alice)
    assert commands(alice.ask("KILL carol :x")) == ["481"]
    assert not watcher.sink.finished


def test_a_class_that_is_changed_does_too() -> None:
    irc = server({**BY_PASSWORD, "class": "mods"}, operator_classes=[{"name": "mods", "privileges": ["wallops"]}])
    alice = irc.connect("alice")
    alice.send("OPER root frenchfries")
    classes = (replace(irc.config.operator_classes[0], privileges=("kill",)),)
    irc.change_settings(replace(irc.config, operator_classes=classes))
    assert commands(alice.ask("WALLOPS :x")) == ["481"]
    assert commands(alice.ask("OPER root frenchfries")) == ["381", "MODE"], "and may be proved anew"


@pytest.mark.parametrize("entry", [BY_PASSWORD, BY_ACCOUNT])
def test_other_settings_end_no_rights(entry: dict[str, str]) -> None:
    irc = server(entry)
    alice = member(irc, "alice")
    alice.send("OPER root frenchfries")
    another = replace(irc.config.operators[0], name="guard")
    irc.change_settings(replace(irc.config, operators=(another, *irc.config.operators)), ("new",))
    assert is_operator(alice)


def test_the_operator_who_had_it_read_again_is_told_as_well() -> None:
    irc = server(BY_PASSWORD)
    root = irc.oper("root")
    perform_before = irc.perform

    def reload(effect: Any) -> Any:
        irc.change_settings(replace(irc.config, operators=()))
        return perform_before(effect)

    irc.perform = reload  # type: ignore[method-assign]
    assert commands(root.ask("REHASH")) == ["382", "NOTICE", "MODE", "NOTE"]


# Accounts that go


def test_the_next_owner_of_a_name_has_nothing_of_an_entry_that_named_the_one_before() -> None:
    irc = server(BY_ACCOUNT)
    alice = member(irc, "alice")
    assert is_operator(alice)
    alice.send(f"NS DROP {PASSWORD}", "QUIT")
    heir = member(irc, "alice")
    assert not is_operator(heir)
    assert commands(heir.ask("OPER root"))[-1] in ("461", "464")
    assert not is_operator(device(irc, "alice"))
    assert "alice" in irc.administer(do.ListOperators())[0]
    irc.administer(do.RevokeOperator("alice"))
    assert is_operator(device(irc, "alice")), "the administrator says that it is meant for them"


def test_nor_of_what_was_granted() -> None:
    irc = Irc()
    alice = member(irc, "alice")
    irc.administer(do.GrantOperator("alice", ("kill",)))
    alice.send(f"NS DROP {PASSWORD}", "QUIT")
    assert not is_operator(member(irc, "alice"))
