"""Whatever people with accounts, devices and history send, what a restart brings back is what there was.

Beside that everything holds that `test_invariants` checks, with all capabilities that there are.
"""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from msgspec.structs import replace

from ircwire.casemap import ascii_fold
from tests.server.test_invariants import COMMON, MODES, RARE, TEXTS, Chat
from tests.support.irc import OPERATORS, Client, Irc
from tests.support.services import PASSWORD
from trialogue_server.commands.effects import Effect, MadeCredentials, MakeCredentials, VerifyPassword
from trialogue_server.commands.requests import GrantOperator
from trialogue_server.session.capabilities import BIT, METADATA_2
from trialogue_server.store.credentials import make_credentials
from trialogue_server.store.database import Database
from trialogue_server.store.passwords import HashCost
from trialogue_server.world.registered_channels import record_of

if TYPE_CHECKING:
    from random import Random

    from trialogue_server.world.world import World

CAPS = sorted(name for name, bit in BIT.items() if bit != METADATA_2)
"""All but the one that excludes another."""
ACCOUNTS = ["alice", "bob", "carol"]
NICKS = [*ACCOUNTS, *ACCOUNTS, "BOB", "nobody"]
CHANNELS = ["#a", "#a", "#a", "#A", "#b", "#b", "#c", "#a,#b", "#nowhere"]
NEWEST = 12
"""So many of the latest messages are what people react to and take back."""
ACCOUNT_LINES = [
    "NS REGISTER {p}", "NS IDENTIFY {a} {p}", "NS IDENTIFY {p}", "NS IDENTIFY {a} wrong-password", "NS LOGOUT",
    "NS INFO", "NS SESSIONS", "NS SET ALWAYS-ON ON", "NS SET ALWAYS-ON OFF", "NS DROP {p}", "NS GHOST {n}",
    "NS HELP", "REGISTER * * {p}", "VERIFY {a} 123456",
]  # fmt: skip
ROOM_LINES = [
    "CS REGISTER {c}", "CS REGISTER {c}", "CS INFO {c}", "CS ACCESS {c} LIST", "CS ACCESS {c} ADD {a} OP",
    "CS ACCESS {c} DEL {a}", "CS OP {c} {n}", "CS DEOP {c}", "CS SET {c} HISTORY JOINED", "CS SET {c} HISTORY NONE",
    "CS SET {c} KEEPTOPIC OFF", "CS TRANSFER {c} {a}", "CS DROP {c} {c}", "CS UNBAN {c}", "RENAME {c} {c} :{t}",
    "RENAME {c} {c}", "CS AKICK {c} ADD {a} {t}", "CS AKICK {c} ADD {n}!*@*", "CS AKICK {c} DEL {a}",
    "CS AKICK {c} LIST",
]  # fmt: skip
HISTORY_LINES = [
    "CHATHISTORY LATEST {c} * 10", "CHATHISTORY BEFORE {c} msgid={i} 5", "CHATHISTORY AROUND {n} msgid={i} 5",
    "CHATHISTORY BETWEEN {c} msgid={i} timestamp=2030-01-01T00:00:00.000Z 9", "CHATHISTORY LATEST {n} msgid={i} 3",
    "CHATHISTORY TARGETS timestamp=2020-01-01T00:00:00.000Z timestamp=2030-01-01T00:00:00.000Z 10",
    "REDACT {c} {i} :{t}", "REDACT {n} {i}", "SEARCH text=hi", "SEARCH in={c};text=words", "MARKREAD {c}",
    "MARKREAD {c} timestamp=2023-11-14T22:13:20.000Z", "MARKREAD {n} timestamp=2030-01-01T00:00:00.000Z",
]  # fmt: skip
OTHER_LINES = [
    "METADATA {c} SET url :{t}", "METADATA * SET color :{t}", "METADATA {n} GET color", "METADATA {c} LIST",
    "METADATA * SUB color url", "METADATA * SUBS", "METADATA {c} SYNC", "MONITOR + {n},{n}", "MONITOR L", "MONITOR C",
    "BAN ACCOUNT {a} 1h :{t}", "KLINE 5 *@203.0.113.9 :{t}", "UNKLINE *@203.0.113.9", "OPER guard frenchfries",
    "BATCH +1 draft/multiline {c}", "@batch=1 PRIVMSG {c} :{t}", "@batch=1;draft/multiline-concat PRIVMSG {c} :{t}",
    "BATCH -1", "@+draft/react=x;+draft/reply={i} TAGMSG {c}", "@+typing=active TAGMSG {n}", "MODE {n} +B", "ISUPPORT",
    "PRIVMSG NickServ :{t}", "PRIVMSG {c},ChanServ :HELP",
]  # fmt: skip
SETTINGS: dict[str, Any] = {"operators": OPERATORS, "limits": {"list_entries": 3}}
GROUPS = (COMMON, RARE, ACCOUNT_LINES, ROOM_LINES, HISTORY_LINES, OTHER_LINES)
WEIGHTS = (12, 3, 4, 4, 6, 5)


class QuickIrc(Irc):
    """A server whose passwords take no time: each is kept as if it were the one that everybody has."""

    credentials = make_credentials(PASSWORD, HashCost())

    def perform(self, effect: Effect) -> Any:
        match effect:
            case VerifyPassword():
                return effect.password in (PASSWORD, "frenchfries")
            case MakeCredentials():
                return MadeCredentials(self.credentials, "123456")
        return super().perform(effect)


class Society(Chat):
    """People with accounts, several devices each, rooms that stay, and history."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = TemporaryDirectory()
        path = Path(self.directory.name, "trialogue.db")
        self.database = Database(path, durability="process", fold=ascii_fold)
        self.irc = QuickIrc(database=self.database, **SETTINGS)
        self.msgids = ["00000000000000ff"]
        for account in ACCOUNTS:
            client = self.irc.connect(account, "message-tags", "echo-message")
            client.send(f"NS REGISTER {PASSWORD}", "JOIN #a", "JOIN #b", "PRIVMSG #a :hi", "PRIVMSG alice :hi")
            client.send("CS REGISTER #a")
            self.clients.append(client)
        self.irc.administer(GrantOperator("bob", ("kill", "channels", "metadata")))
        for client in self.clients:
            client.read()
        self.opened: dict[int, str] = {}
        """By client: the label of the batch that it has opened."""

    def come(self, chance: Random) -> None:
        """Open a connection; every other one logs in first, so that it may be a further device of somebody."""
        client = self.irc.open(address=f"192.0.2.{next(self.addresses) % 250}")
        self.clients.append(client)
        caps = {*chance.sample(CAPS, chance.randrange(len(CAPS) + 1)), "sasl"}
        account = chance.choice(ACCOUNTS)
        client.send(f"CAP REQ :{' '.join(sorted(caps))}")
        if chance.random() < 0.5:
            password = b64encode(f"\0{account}\0{PASSWORD}".encode()).decode()
            client.send("AUTHENTICATE PLAIN", f"AUTHENTICATE {password}")
        client.send(f"NICK {account}", "USER u 0 * :R", "CAP END")
        if client.session.user is None:
            client.send(f"NICK guest{next(self.labels)}")
        self.hear(client, "", {})

    def line_of(self, chance: Random) -> str:
        """Make up a line of one of the kinds."""
        [group] = chance.choices(GROUPS, WEIGHTS)
        words = {
            "c": chance.choice(CHANNELS), "n": chance.choice(NICKS), "t": chance.choice(TEXTS), "p": PASSWORD,
            "a": chance.choice(ACCOUNTS), "i": chance.choice(self.msgids[-NEWEST:]),
        }  # fmt: skip
        return chance.choice(group).format(m=chance.choice(MODES).format(**words), **words)

    def labels_due(self, sender: Client, label: str) -> list[str]:
        """Return the labels that are to be answered now: what opens a batch is answered when the batch is over."""
        opened, batch = self.opened.pop(id(sender), ""), sender.session.multiline
        if batch is not None and batch.label:
            self.opened[id(sender)] = batch.label
        waits = self.opened.get(id(sender), "")
        return sorted(one for one in {label, opened} if one and one != waits)

    def checked(self, text: str) -> Any:
        """Check the form of a line, and remember the ids of messages."""
        self.msgids += re.findall(r"msgid=(\w+)", text)
        return super().checked(text)

    def what_is_kept_is_true(self) -> None:
        super().what_is_kept_is_true()
        self.rights_and_facts_are_their_account_s()
        self.irc.flush()
        again = Irc(database=self.database).core.world
        assert lasting(again) == lasting(self.irc.core.world)

    def rights_and_facts_are_their_account_s(self) -> None:
        """Who is operator through an account is logged in to it, and who has none tells nothing of one."""
        world = self.irc.core.world
        for user in world.users.values():
            if user.oper_through:
                assert user.oper == user.account
                assert world.grants.get(user.account) is not None
            account = world.accounts.get(user.account) if user.account else None
            assert account is not None or not user.account

    def teardown(self) -> None:
        self.irc.close()
        self.database.close()
        self.directory.cleanup()


def lasting(world: World) -> dict[str, Any]:
    """Return what must be the same after a restart."""
    return {
        "accounts": {account.name: account for account in world.accounts},
        "rooms": {name: replace(record_of(room, room.ownership), speakers=()) for name, room in world.channels.items()},
        "emptied": set(world.emptied),
        "operators": {grant.account: grant for grant in world.grants},
        "bans": sorted((ban.kind, ban.target) for ban in world.server_bans),
    }


def test_what_a_restart_brings_back_is_what_there_was() -> None:
    """And memberships, names, lines and labels hold: see `Society`."""
    run_state_machine_as_test(
        Society,
        settings=settings(
            max_examples=30,
            stateful_step_count=8,
            derandomize=True,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
