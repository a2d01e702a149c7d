"""Somebody who tries to get in without the proof that is asked for, in any order, with effects that take any time.

The intruder has many connections and says whatever might help; the owner and the administrator change, drop, remake and
ban the account meanwhile, and read the settings again. After each step: whoever came to be in an account, or became an
operator, or changed what is the account's, had the proof that held at that moment.
"""

from functools import cache
from random import Random

from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from msgspec.structs import replace
from scramp import ScramClient, ScramException

from tests.support.irc import Client, Denied, Irc
from tests.support.sasl import Slow, encoded, plain
from trialogue_server.commands import requests as do
from trialogue_server.session.session import Session
from trialogue_server.store.credentials import make_credentials
from trialogue_server.store.passwords import HashCost, verify
from trialogue_server.world.accounts import Account, Credentials

OWN = "mallory-s-own-password"
PASSWORDS = [f"password-{number}" for number in range(5)]
OPERATORS = [f"operator-{number}" for number in range(3)]
SECRET = "TOPSECRET"
CHEAP = HashCost(1, 1)
CAPS = "sasl batch message-tags draft/chathistory draft/message-redaction labeled-response"

LINES = [
    "AUTHENTICATE PLAIN", "AUTHENTICATE {plain}", "AUTHENTICATE {half}", "AUTHENTICATE +", "AUTHENTICATE +",
    "AUTHENTICATE *", "AUTHENTICATE SCRAM-SHA-256", "AUTHENTICATE SCRAM-SHA-512", "{scram}", "{scram}",
    "AUTHENTICATE EXTERNAL", "AUTHENTICATE =", "CAP REQ :sasl", "CAP REQ :-sasl", "CAP LS 302", "CAP END", "NICK alice",
    "NICK mallory{n}", "USER alice 0 * :x", "USER boss 0 * :x", "NS IDENTIFY alice {p}", "NS IDENTIFY alice {p}",
    "NS IDENTIFY mallory " + OWN, "NS LOGOUT", "NS SET PASSWORD {p} {q}", "NS DROP {p}", "NS GHOST alice", "NS RECLAIM",
    "NS SET EMAIL x@example.org 12345678", "NS CERT ADD", "NS SESSIONS", "NS SESSIONS END 1", "OPER root {o}",
    "OPER root", "MODE alice +o", "MODE mallory{n} +o", "KILL alice :x", "REHASH", "VERIFY alice 123456",
    "REGISTER * * {p}", "NS REGISTER {p}", "QUIT",
]  # fmt: skip
PRYING = [
    "JOIN #vault", "JOIN #vault key", "NAMES #vault", "TOPIC #vault", "MODE #vault b", "WHO #vault", "LIST", "INVITE",
    "INVITE mallory{n} #vault", "RENAME #own #vault", "JOIN #own", "CHATHISTORY LATEST #vault * 10",
    "CHATHISTORY LATEST alice * 10", "SEARCH text=" + SECRET, "METADATA #vault LIST", "CS INFO #vault",
    "CS INVITE #vault", "CS OP #vault", "CS ACCESS #vault LIST", "PRIVMSG #vault :hi", "WHOIS alice", "MONITOR + alice",
    "CS UNBAN #vault", "PART #vault", "AWAY :x", "NICK owner", "NS IDENTIFY owner {p}",
]  # fmt: skip


@cache
def credentials(password: str) -> Credentials:
    return make_credentials(password, CHEAP)


class Intruder(Slow):
    """One of the intruder's connections."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self.peer: ScramClient | None = None
        self.word = ""

    def next_word(self, password: str) -> str:
        """Return the next line of SCRAM, as far as what was heard allows."""
        heard = [line for line in self.client.lines() if line.startswith("AUTHENTICATE ") and line != "AUTHENTICATE +"]
        try:
            if self.peer is None or not heard:
                self.peer = ScramClient(["SCRAM-SHA-256"], "alice", password)
                return f"AUTHENTICATE {encoded(self.peer.get_client_first())}"
            self.peer.set_server_first(encoded(heard[-1].split()[1], back=True))
            final, self.peer = self.peer.get_client_final(), None
        except (ScramException, ValueError):
            self.peer = None
            return "AUTHENTICATE +"
        return f"AUTHENTICATE {encoded(final)}"


class Siege(RuleBasedStateMachine):
    """The intruder once knew some of the passwords."""

    known = frozenset(PASSWORDS[:2])
    known_operator = frozenset(OPERATORS[:1])

    def __init__(self) -> None:
        super().__init__()
        operator = {"name": "root", "password": OPERATORS[1], "masks": ["boss@*", "*@*"]}
        self.irc = Irc(
            operators=[operator],
            accounts={"hash_memory": 1, "hash_passes": 1, "login_attempts": 0, "account_attempts": 0},
        )
        self.owner = self.irc.connect("owner", address="203.0.113.9")
        for name, password in (("alice", PASSWORDS[2]), ("mallory", OWN), ("owner", "nobody-knows-this")):
            self.irc.administer(do.AddAccount(name, "", credentials(password)))
        self.password, self.operator = PASSWORDS[2], OPERATORS[1]
        self.owner.send("NS IDENTIFY owner nobody-knows-this", "JOIN #vault", f"TOPIC #vault :{SECRET}")
        self.owner.send("CS REGISTER #vault", "MODE #vault +sik key2", f"METADATA #vault SET url :{SECRET}")
        self.intruders: list[Intruder] = []
        self.guests = 0

    def line(self, chance: Random, intruder: Intruder) -> str:
        """Make up a line."""
        password = chance.choice(sorted(self.known) or ["guess"])
        if self.password in self.known and chance.random() < 0.7:
            password = self.password
        if chance.random() < 0.6:
            return self.best_line(chance, intruder, password)
        template = chance.choice(LINES if chance.random() < 0.7 else PRYING)
        if template == "{scram}":
            return intruder.next_word(password)
        return template.format(
            p=password,
            q=chance.choice(PASSWORDS),
            o=chance.choice(sorted(self.known_operator) or ["guess"]),
            n=self.guests,
            plain=plain("alice", password),
            half=plain("alice", "x" * 400)[:400],
        )

    def best_line(self, chance: Random, intruder: Intruder, password: str) -> str:
        """Go on with what was begun, as somebody does who knows the protocol."""
        exchange = intruder.client.session.sasl
        if exchange is None:
            oper = f"OPER root {chance.choice(sorted(self.known_operator) or ['guess'])}"
            begin = ["AUTHENTICATE PLAIN", "AUTHENTICATE SCRAM-SHA-256", f"NS IDENTIFY alice {password}", "NS LOGOUT"]
            return chance.choice([*begin, oper])
        if exchange.mechanism == "PLAIN":
            return f"AUTHENTICATE {plain('alice', password)}"
        return "AUTHENTICATE +" if exchange.is_proved else intruder.next_word(password)

    @rule(seed=st.integers(0, 2**32))
    def besiege(self, seed: int) -> None:
        """Let the intruder, and others, do several things."""
        chance = Random(seed)
        for _ in range(30):
            is_open = any(one.pending is not None or _is_proved(one) for one in self.intruders)
            if chance.random() < (0.4 if is_open else 0.1):
                self.change(chance)
            else:
                self.attack(chance)
            for one in [one for one in self.intruders if one.client.session.closing]:
                one.client.drop()
                self.intruders.remove(one)

    def attack(self, chance: Random) -> None:
        if len(self.intruders) < 4:
            self.guests += 1
            client = self.irc.open(address=f"192.0.2.{chance.randrange(4)}")
            client.send(f"CAP REQ :{CAPS}")
            if chance.random() < 0.6:
                client.send(f"NICK mallory{self.guests}", "USER x 0 * :x", "CAP END")
            self.intruders.append(Intruder(client))
        intruder = chance.choice(self.intruders)
        before, rights = self.snapshot(), intruder.client.session.rights
        if intruder.pending is not None:
            intruder.step()
            note(f"{intruder.client.session.sid}: (goes on)")
        else:
            line = self.line(chance, intruder)
            note(f"{intruder.client.session.sid}: {line}")
            intruder.say(line)
        self.check(before)
        session = intruder.client.session
        if session.rights is not None and rights is None:
            assert self.operator in self.known_operator, "an operator without its password"

    def snapshot(self) -> tuple[dict[int, str], Account | None]:
        """Return which sessions are whose, and what alice's account is."""
        mine = {one.client.session.sid: account_of(one.client.session) for one in self.intruders}
        return mine, self.irc.core.world.accounts.get("alice")

    def check(self, before: tuple[dict[int, str], Account | None]) -> None:
        """What an intruder's step has changed, the proof allowed."""
        was, alice = before
        now = self.irc.core.world.accounts.get("alice")
        entered = [sid for sid, name in self.snapshot()[0].items() if name == "alice" and was.get(sid) != "alice"]
        if entered:
            made_it = alice is None and now is not None
            assert made_it or self.password in self.known, "in an account without its password"
        if alice is not None and (now is None or now.credentials != alice.credentials):
            assert self.password in self.known, "an account changed without its password"
        if now is not None and (alice is None or now.credentials != alice.credentials):
            self.password = next(one for one in PASSWORDS if matches(now, one))
            self.known |= {self.password}  # they have just chosen it
        assert not any(account_of(one.client.session) == "owner" for one in self.intruders)
        for intruder in [] if self.known_operator else self.intruders:  # who may be operator sees every room
            assert SECRET not in "".join(line for line in self.heard(intruder) if f"text={SECRET}" not in line)

    def heard(self, intruder: Intruder) -> list[str]:
        """Look at what is on its way, and leave it there for the next step."""
        self.irc.flush()
        return intruder.client.sink.data.decode().splitlines()

    def change(self, chance: Random) -> None:
        """Let the owner or the administrator do something."""
        password = chance.choice(PASSWORDS)
        try:
            match chance.randrange(7):
                case 0:
                    self.irc.administer(do.SetPassword("alice", credentials(password)))
                    self.password = password
                case 1:
                    self.irc.administer(do.DropAccount("alice"))
                    assert "alice" not in self.snapshot()[0].values(), "in an account that is no more"
                case 2:
                    self.irc.administer(do.AddAccount("alice", "", credentials(password)))
                    self.password = password
                case 3:
                    self.irc.administer(do.AddBan("account", "alice", 0, "x"))
                case 4:
                    self.irc.administer(do.LiftBan("account", "alice"))
                case 5:
                    was, self.operator = self.operator, chance.choice(OPERATORS)
                    entries = (replace(self.irc.core.config.operators[0], password=self.operator),)
                    self.irc.change_settings(replace(self.irc.core.config, operators=entries))
                    assert not any(one.client.session.rights for one in self.intruders if self.operator != was)
                case _:
                    self.owner.send(f"PRIVMSG #vault :{SECRET}")
                    self.irc.wait(1)
        except Denied:
            return
        note(f"changed: alice has {self.password}, root has {self.operator}")


class BlindSiege(Siege):
    """The intruder never knew any."""

    known: frozenset[str] = frozenset()
    known_operator: frozenset[str] = frozenset()


def _is_proved(intruder: Intruder) -> bool:
    exchange = intruder.client.session.sasl
    return exchange is not None and exchange.is_proved


def account_of(session: Session) -> str:
    return session.user.account if session.user is not None else session.registration.account


def matches(account: Account, password: str) -> bool:
    return verify(account.credentials.argon2, password)


def run(machine: type[Siege], examples: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=12,
            derandomize=True,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_nobody_gets_in_without_the_proof_that_holds_then() -> None:
    run(Siege, 15)


def test_nobody_gets_in_who_knows_nothing() -> None:
    run(BlindSiege, 6)
