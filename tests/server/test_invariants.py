"""Whatever five people send, valid or not, certain things hold after each line."""

from __future__ import annotations

from itertools import count
from random import Random

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ircwire import Message, parse
from tests.support.irc import OPERATORS, Client, Irc
from trialogue_server.commands.table import COMMANDS
from trialogue_server.session.capabilities import BATCH, LABELED_RESPONSE

_LABELS = BATCH | LABELED_RESPONSE
CAPS = [
    "account-tag", "away-notify", "batch", "chghost", "echo-message", "extended-join", "invite-notify",
    "labeled-response", "message-tags", "multi-prefix", "no-implicit-names", "server-time", "setname",
    "userhost-in-names",
]  # fmt: skip
NICKS = ["alice", "Bob", "carol", "dave", "BOB", "erin", "nobody"]
CHANNELS = ["#a", "#A", "#b", "#b", "#c", "#c", "#a,#b", "#a,,#c", "#nowhere", "@#a", "+#b", "0"]
TEXTS = ["hi", "", "two words", ":-)", "é" * 200, "x" * 480, "\x01ACTION waves\x01"]
MODES = ["+m", "-m", "+i", "-i", "+s-s", "+k key", "-k key", "+l 2", "-l", "+o {n}", "-o {n}", "+v-v+v {n} {n} {n}",
         "+b {n}", "-b {n}", "b", "+e *!*@*", "-n+s", "+kl", "+xyz", ":+: x", "+t-t+n", "+bb a b"]  # fmt: skip
COMMON = [
    "JOIN {c}", "JOIN {c}", "JOIN {c}", "JOIN {c} key", "PART {c} :{t}", "PRIVMSG {c} :{t}", "PRIVMSG {c} :{t}",
    "PRIVMSG {n} :{t}", "PRIVMSG {c},{n} :{t}", "NOTICE {c} :{t}", "TAGMSG {c}", "@+a=b;c=d TAGMSG {n}",
    "TOPIC {c} :{t}", "KICK {c} {n} :{t}", "INVITE {n} {c}", "MODE {c} {m}", "MODE {c} {m}", "MODE {c} {m}",
    "NICK {n}", "AWAY :{t}", "OPER root frenchfries",
]  # fmt: skip
RARE = [
    "TOPIC {c}", "INVITE", "MODE {n} +iw", "MODE {n} -iwo", "SETNAME :{t}", "NAMES {c}", "WHO {c}",
    "WHO {n} %tcuihsnfdlaor,1", "WHOIS {n}", "WHOWAS {n}", "LIST {c}", "ISON {n}", "USERHOST {n}", "QUIT :{t}",
    "KILL {n} :{t}", "WALLOPS :{t}", "LUSERS", "PING :{t}", "CAP LIST", "CAP LS 302", "CAP REQ :server-time",
    "CAP REQ :-server-time message-tags", "VERSION", "HELP {t}",
]  # fmt: skip
QUICK = sorted(COMMANDS.keys() - {"OPER", "REGISTER", "AUTHENTICATE", "BATCH"})
"""Commands that hash no password, and are answered one by one."""


def line_of(chance: Random) -> str:
    """Make up a line: mostly something that people do, sometimes any words after any command."""
    kind = chance.random()
    if kind < 0.1:
        words = chance.choices([*NICKS, *CHANNELS, *TEXTS, "*", ",", ":", "+o", "-1"], k=chance.randrange(5))
        return " ".join([chance.choice(QUICK), *words])
    template = chance.choice(COMMON if kind < 0.8 else RARE)
    words_for = {"c": chance.choice(CHANNELS), "n": chance.choice(NICKS), "t": chance.choice(TEXTS)}
    return template.format(m=chance.choice(MODES).format(**words_for), **words_for)


class Chat(RuleBasedStateMachine):
    """Up to five connections, and everything that they may say."""

    def __init__(self) -> None:
        super().__init__()
        self.irc = Irc(operators=OPERATORS, limits={"list_entries": 3, "channels_per_user": 3, "whowas_entries": 5})
        self.clients: list[Client] = []
        self.labels = count(1)
        self.addresses = count(1)

    def come(self, chance: Random) -> None:
        """Open a connection that may find its nick taken, with some of the capabilities."""
        client = self.irc.open(address=f"192.0.2.{next(self.addresses) % 250}")
        self.clients.append(client)
        caps = " ".join(chance.sample(CAPS, chance.randrange(len(CAPS) + 1)))
        client.send(f"CAP REQ :{caps}", f"NICK {chance.choice(NICKS)}", "USER u 0 * :R", "CAP END")
        if client.session.user is None and chance.random() < 0.9:
            client.send(f"NICK guest{next(self.labels)}")
        self.hear(client, "", {})

    @precondition(lambda self: self.clients)
    @rule(place=st.integers(0, 4))
    def drop(self, place: int) -> None:
        self.clients.pop(place % len(self.clients)).drop()

    @rule(seconds=st.floats(0, 1000))
    def wait(self, seconds: float) -> None:
        self.irc.wait(seconds)

    @rule(seed=st.integers(0, 2**32))
    def talk(self, seed: int) -> None:
        """Let everybody talk for a while. Lines come from the seed: drawn one by one they would be too alike."""
        chance = Random(seed)
        for _ in range(40):
            while len(self.clients) < 5:
                self.come(chance)
            client, line = chance.choice(self.clients), self.line_of(chance)
            note(f"{client.session.nick}: {line}")
            self.say(client, line)
            self.check_all()

    def line_of(self, chance: Random) -> str:
        """Make up a line."""
        return line_of(chance)

    def say(self, client: Client, line: str) -> None:
        rooms = {id(one): self.rooms(one) for one in self.clients}
        label = f"l{next(self.labels)}"
        tags, _, rest = line[1:].partition(" ") if line[0] == "@" else ("", "", line)
        answered = self.labels_work(client) and len(rest.encode()) <= 510
        client.feed(f"@{tags};label={label} {rest}\r\n".encode())
        self.hear(client, label if answered else "", rooms)
        for one in [one for one in self.clients if one.session.closing]:
            one.drop()
            self.clients.remove(one)

    def labels_work(self, client: Client) -> bool:
        """Whether labels are negotiated."""
        return client.session.caps & _LABELS == _LABELS

    def rooms(self, client: Client) -> set[str]:
        """Return the folded names of the rooms that a client is in."""
        return set(client.session.user.channels) if client.session.user else set()

    def hear(self, sender: Client, label: str, rooms: dict[int, set[str]]) -> None:
        """Read what everybody got, and check each line."""
        for client in self.clients:
            texts = client.lines()
            messages = [self.checked(text) for text in texts]
            labels = sorted(message.tags["label"] for message in messages if "label" in message.tags)
            assert labels == (self.labels_due(sender, label) if client is sender else []), texts
            for message in messages:
                self.check_entitled(client, sender, message, rooms)

    def labels_due(self, sender: Client, label: str) -> list[str]:
        """Return the labels that are to be answered now, given that of the line that was just sent."""
        return [label] if label else []

    def checked(self, text: str) -> Message:
        """Check the form of a line."""
        assert text
        assert "\n" not in text
        tags, _, body = text.partition(" ") if text[0] == "@" else ("", "", text)
        assert len(tags) + 1 <= 8191
        assert len(body.encode()) <= 510
        message = parse(text)
        assert all(param and " " not in param for param in message.params[:-1])
        return message

    def check_entitled(self, client: Client, sender: Client, message: Message, rooms: dict[int, set[str]]) -> None:
        """What is said in a room is for those in it, and for its sender's echo."""
        if message.command not in ("PRIVMSG", "NOTICE", "TAGMSG") or "#" not in message.params[0]:
            return
        name = self.irc.core.world.fold(message.params[0].lstrip("@+"))
        assert client is sender or name in rooms[id(client)]

    @invariant()
    def check_all(self) -> None:
        self.memberships_agree()
        self.everybody_is_found()
        self.sessions_belong_to_users()
        self.what_is_kept_is_true()

    def memberships_agree(self) -> None:
        world = self.irc.core.world
        for folded, channel in world.channels.items():
            assert channel.folded == folded == world.fold(channel.name)
            stays = channel.ownership is not None or world.emptied.get(folded) is channel
            assert channel.members or stays
            assert not (channel.members and folded in world.emptied)
            for uid, member in channel.members.items():
                assert world.users[uid] is member.user
                assert member.user.channels[folded] is channel
            for uid in channel.invited:
                assert channel in world.users[uid].invited
        for user in world.users.values():
            for folded, channel in user.channels.items():
                assert world.channels[folded] is channel
                assert user.uid in channel.members
            for channel in user.invited:
                assert world.channels[channel.folded] is channel
                assert user.uid in channel.invited

    def everybody_is_found(self) -> None:
        world = self.irc.core.world
        assert all(world.user(user.nick) is user for user in world.users.values())
        assert len(world.nicks) == len(world.users) <= world.most_users
        for letter in "iow":
            assert world.with_mode[letter] == sum(letter in user.modes for user in world.users.values())

    def sessions_belong_to_users(self) -> None:
        registry, world = self.irc.core.registry, self.irc.core.world
        for client in self.clients:
            user = client.session.user
            if user is None:
                continue
            assert (client.session in registry.of(user.uid)) is (user.uid in world.users)
        attached = {uid for uid, user in world.users.items() if user.attached}
        assert {uid for uid in world.users if registry.of(uid)} == attached, "only who is always on has no session"

    def what_is_kept_is_true(self) -> None:
        audience = self.irc.core.audience
        for channel in self.irc.core.world.channels.values():
            fresh = audience.users(member.user for member in channel.members.values())
            assert set(audience.channel(channel).outboxes) == set(fresh.outboxes)


def test_what_always_holds() -> None:
    """Memberships, names, lines, labels: see `Chat`."""
    run_state_machine_as_test(
        Chat,
        settings=settings(
            max_examples=80,
            stateful_step_count=12,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
