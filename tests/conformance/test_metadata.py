"""metadata: facts about users and channels, in both drafts that clients know.

https://ircv3.net/specs/extensions/metadata (work in progress). Quoted is the text of draft/metadata-3, which differs
from draft/metadata-2 in the form of notifications and in the codes of failures.
"""

from base64 import b64encode
from pathlib import Path

import pytest

from ircwire import Message
from ircwire.caps import parse_caps
from ircwire.casemap import ascii_fold
from tests.support.irc import OPERATORS, Client, Irc, commands, params
from tests.support.services import PASSWORD, member
from trialogue_server.store.database import Database
from trialogue_server.world.events import OperatorActed

TWO, THREE = "draft/metadata-2", "draft/metadata-3"


@pytest.fixture(params=[TWO, THREE])
def draft(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def told(draft: str, target: str, key: str, value: str = "") -> list[str]:
    """Return a notification's command and parameters."""
    if draft == TWO:
        return ["METADATA", target, key, "*", *([value] if value else [])]
    return ["761", "*", target, key, "*", value] if value else ["766", "*", target, key, "Key not set"]


def whole(messages: list[Message]) -> list[list[str]]:
    return [[message.command, *message.params] for message in messages]


def in_batch(messages: list[Message], target: str, kind: str = "metadata") -> list[list[str]]:
    """Return what is in the one batch that these messages are."""
    first, *inside, last = messages
    reference = first.params[0][1:]
    assert [first.command, *first.params] == ["BATCH", f"+{reference}", kind, *([target] if target else [])]
    assert [last.command, *last.params] == ["BATCH", f"-{reference}"]
    assert {message.tags.get("batch") for message in inside} <= {reference}
    return whole(inside)


def pair(irc: Irc, draft: str, *keys: str) -> tuple[Client, Client]:
    """Return two people in one room, of whom the second has subscribed to keys."""
    alice, bob = irc.connect("alice", "batch", draft), irc.connect("bob", "batch", draft)
    irc.enter("#room", alice, bob)
    if keys:
        bob.ask(f"METADATA * SUB {' '.join(keys)}")
    return alice, bob


# The capability.


def test_the_limits_are_in_the_value() -> None:
    """ "max-subs: The maximum number of keys a client is allowed in its subscription list." "If the server does not
        provide a token indicating one of the above maximum limits, clients SHOULD assume that particular item has no
    limit."
        https://ircv3.net/specs/extensions/metadata#draftmetadata-3-capability
    """

    def offered(irc: Irc) -> dict[str, str]:
        return parse_caps(" ".join(answer[-1] for answer in params(irc.open().ask("CAP LS 302"), "CAP")))

    caps = offered(Irc(limits={"metadata_subs": 5, "metadata_keys": 6, "metadata_value_length": 70}))
    assert caps[TWO] == "before-connect,max-subs=5,max-keys=6,max-value-bytes=70"
    assert caps[THREE] == "before-connect,max-subs=5,max-keys=6,max-value-bytes=70,max-key-bytes=64"
    unbounded = {"metadata_subs": 0, "metadata_keys": 0}
    assert offered(Irc(limits=unbounded))[TWO] == "before-connect,max-value-bytes=256"


def test_both_drafts_at_once_are_refused(irc: Irc) -> None:
    """ "Clients MUST NOT request more than one of metadata-notify, draft/metadata-2, and draft/metadata-3. Servers MUST
    NOT accept these requests either."

    https://ircv3.net/specs/extensions/metadata#relation-with-other-specifications
    """
    client = irc.open()
    assert params(client.ask(f"CAP REQ :{TWO} {THREE}"), "CAP")[0][1] == "NAK"
    assert params(client.ask(f"CAP REQ :{TWO}"), "CAP")[0][1] == "ACK"
    assert params(client.ask(f"CAP REQ :{THREE}"), "CAP")[0][1] == "NAK"
    assert params(client.ask(f"CAP REQ :-{TWO} {THREE}"), "CAP")[0][1] == "ACK"


@pytest.mark.parametrize("lost", ["batch", THREE])
def test_who_gives_it_up_is_subscribed_to_nothing(irc: Irc, lost: str) -> None:
    """ "If a client removes this capability or the batch capability from themselves, servers MUST clear that client's
    subscription list."

    https://ircv3.net/specs/extensions/metadata#draftmetadata-3-capability
    """
    alice, bob = pair(irc, THREE, "url")
    bob.ask(f"CAP REQ -{lost}")
    alice.send("METADATA * SET url :http://a")
    assert bob.read() == []
    bob.ask(f"CAP REQ {lost}")
    assert in_batch(bob.ask("METADATA * SUBS"), "", "metadata-subs") == []


# SET, GET, LIST, CLEAR.


@pytest.mark.parametrize("setting", ["*", "alice", "ALICE"])
@pytest.mark.parametrize("asking", ["*", "alice"])
def test_what_is_set_can_be_got(irc: Irc, draft: str, setting: str, asking: str) -> None:
    """ "If the request is successful, the server carries out the requested change and responds with one 761
    RPL_KEYVALUE event, representing the new value"

    https://ircv3.net/specs/extensions/metadata#metadata-set
    """
    alice = irc.connect("alice", "batch", draft)
    answer = ["761", "alice", "alice", "display-name", "*", "-> 💜 <-"]
    assert whole(alice.ask(f"METADATA {setting} SET display-name :-> 💜 <-")) == [answer]
    assert in_batch(alice.ask(f"METADATA {asking} GET display-name"), "alice") == [answer]
    assert in_batch(alice.ask(f"METADATA {asking} LIST"), "alice") == [answer]


def test_keys_are_answered_in_order(irc: Irc, draft: str) -> None:
    """ "The ordering of responses within the batch MUST match the order keys were specified by the client."

    https://ircv3.net/specs/extensions/metadata#metadata-get
    """
    alice = irc.connect("alice", "batch", draft)
    alice.ask("METADATA * SET b :2")
    got = in_batch(alice.ask("METADATA * GET c B! b a"), "alice")
    bad = ["FAIL", "METADATA", "KEY_INVALID", "B!"] if draft == TWO else ["WARN", "METADATA", "INVALID_KEY", "B!"]
    assert [line[: len(bad)] if line[0] in ("FAIL", "WARN") else line[:4] for line in got] == [
        ["766", "alice", "alice", "c"],
        bad,
        ["761", "alice", "alice", "b"],
        ["766", "alice", "alice", "a"],
    ]


@pytest.mark.parametrize("line", ["METADATA * SET url", "METADATA * SET url :"])
def test_a_key_without_a_value_is_removed(irc: Irc, draft: str, line: str) -> None:
    """ "If the Value parameter is omitted or is an empty string, the key is removed. … responds with … 766
    RPL_KEYNOTSET if no value is set."

    https://ircv3.net/specs/extensions/metadata#metadata-set
    """
    alice = irc.connect("alice", "batch", draft)
    alice.ask("METADATA * SET url :http://a")
    gone = ["766", "alice", "alice", "url", "Key not set"]
    assert whole(alice.ask(line)) == [gone]
    assert in_batch(alice.ask("METADATA * LIST"), "alice") == []
    again = [["FAIL", "METADATA", "KEY_NOT_SET", "alice", "url", "Key not set"]] if draft == TWO else [gone]
    assert whole(alice.ask(line)) == again


def test_all_can_be_removed(irc: Irc, draft: str) -> None:
    """ "If the request is successful, the server responds with a metadata batch containing one 766 RPL_KEYNOTSET
    message per cleared key." In the earlier draft: one RPL_KEYVALUE event per cleared key.

    https://ircv3.net/specs/extensions/metadata#metadata-clear
    """
    alice = irc.connect("alice", "batch", draft)
    alice.ask("METADATA * SET a :1", "METADATA * SET b :2")
    numeric = "761" if draft == TWO else "766"
    cleared = in_batch(alice.ask("METADATA * CLEAR"), "alice")
    assert [line[:4] for line in cleared] == [[numeric, "alice", "alice", key] for key in "ab"]
    assert in_batch(alice.ask("METADATA * LIST"), "alice") == []


def test_channels_have_metadata_from_their_operators(irc: Irc, draft: str) -> None:
    """ "Clients can set or delete metadata on themselves and on channels they administer."

    https://ircv3.net/specs/extensions/metadata#concepts
    """
    alice, bob = pair(irc, draft)
    assert whole(alice.ask("METADATA #ROOM SET url :http://r")) == [["761", "alice", "#room", "url", "*", "http://r"]]
    assert in_batch(bob.ask("METADATA #room GET url"), "#room") == [["761", "bob", "#room", "url", "*", "http://r"]]
    for line, key in (("SET url :http://evil", "url"), ("SET url", "url"), ("CLEAR", "*")):
        (refusal,) = bob.ask(f"METADATA #room {line}")
        assert refusal.params[:-1] == ["METADATA", "KEY_NO_PERMISSION", "#room", key]
    assert in_batch(bob.ask("METADATA #room LIST"), "#room") == [["761", "bob", "#room", "url", "*", "http://r"]]


def test_nobody_sets_anothers(irc: Irc, draft: str) -> None:
    """ "FAIL METADATA KEY_NO_PERMISSION if the client does not have permission to set keys on the specified target"

    https://ircv3.net/specs/extensions/metadata#metadata-set
    """
    alice, bob = pair(irc, draft)
    for line, key in (("SET url :x", "url"), ("CLEAR", "*")):
        (refusal,) = alice.ask(f"METADATA bob {line}")
        assert refusal.params[:-1] == ["METADATA", "KEY_NO_PERMISSION", "bob", key]
    assert bob.read() == []


@pytest.mark.parametrize("subcommand", ["GET url", "LIST", "SYNC", "SET url :x", "CLEAR"])
@pytest.mark.parametrize("target", ["nobody", "#none", "#secret", "$a:user"])
def test_an_invalid_target_is_all_that_is_answered(irc: Irc, draft: str, subcommand: str, target: str) -> None:
    """ "If the target is not valid, the server MUST reply with FAIL METADATA INVALID_TARGET instead of a batch."

    https://ircv3.net/specs/extensions/metadata#metadata-list
    """
    irc.connect("carol").send("JOIN #secret", "METADATA #secret SET url :hidden")
    alice = irc.connect("alice", "batch", draft)
    (refusal,) = alice.ask(f"METADATA {target} {subcommand}")
    assert [refusal.command, *refusal.params][:-1] == ["FAIL", "METADATA", "INVALID_TARGET", target]


LIMITS = {"metadata_keys": 2, "metadata_subs": 2, "metadata_value_length": 64}


def test_the_number_of_keys_is_limited(draft: str) -> None:
    """ "FAIL METADATA LIMIT_REACHED if trying to add a new key when the maximum number of keys has already been set on
    the target"

    https://ircv3.net/specs/extensions/metadata#metadata-set
    """
    alice = Irc(limits=LIMITS).connect("alice", "batch", draft)
    alice.ask("METADATA * SET a :1", "METADATA * SET b :1")
    (refusal,) = alice.ask("METADATA * SET c :1")
    context = ["*"] if draft == TWO else ["SET", "*", "2"]
    assert refusal.params[:-1] == ["METADATA", "LIMIT_REACHED", *context]
    assert commands(alice.ask("METADATA * SET b :2")) == ["761"]


def test_the_length_of_values_is_limited_in_bytes(draft: str) -> None:
    """ "max-value-bytes: The maximum size of values a client is allowed to set."

    https://ircv3.net/specs/extensions/metadata#draftmetadata-3-capability
    """
    alice = Irc(limits=LIMITS).connect("alice", "batch", draft)
    assert commands(alice.ask(f"METADATA * SET a :{'💜' * 16}")) == ["761"]
    (refusal,) = alice.ask(f"METADATA * SET a :{'💜' * 17}")
    code = ["VALUE_INVALID"] if draft == TWO else ["INVALID_VALUE", "a"]
    assert [refusal.command, *refusal.params][:-1] == ["FAIL", "METADATA", *code]


@pytest.mark.parametrize("key", ["URL", "$url$", "a:b", "ü", "x" * 65])
def test_keys_are_checked(irc: Irc, draft: str, key: str) -> None:
    """ "Key names are restricted to the ranges a-z, 0-9, and _./-."

    https://ircv3.net/specs/extensions/metadata#keys-and-values
    """
    (refusal,) = irc.connect("alice", "batch", draft).ask(f"METADATA * SET {key} :x")
    code = "KEY_INVALID" if draft == TWO else "INVALID_KEY"
    assert [refusal.command, *refusal.params][:-1] == ["FAIL", "METADATA", code, key]


@pytest.mark.parametrize(
    ("line", "subcommand"),
    [
        ("METADATA", "*"),
        ("METADATA *", "*"),
        ("METADATA * SNEEZE", "SNEEZE"),
        ("METADATA * :: hi!", "*"),
        ("METADATA * GET", "GET"),
        ("METADATA * SET", "SET"),
        ("METADATA * SET a b c", "SET"),
        ("METADATA * LIST x", "LIST"),
    ],
)
def test_what_makes_no_sense(irc: Irc, line: str, subcommand: str) -> None:
    """ "If the server receives a syntactically invalid METADATA command, e.g., an unknown subcommand, missing
    parameters, or excess parameters, the server SHOULD reply with FAIL METADATA INVALID_PARAMS."

    https://ircv3.net/specs/extensions/metadata#metadata-client-command
    """
    (refusal,) = irc.connect("alice", "batch", THREE).ask(line)
    assert [refusal.command, *refusal.params][:-1] == ["FAIL", "METADATA", "INVALID_PARAMS", subcommand]


# Subscriptions and notifications.


def test_subscriptions_are_confirmed_and_listed(irc: Irc, draft: str) -> None:
    """ "770 RPL_METADATASUBOK for successful subscriptions or when the client is already subscribed to that key" "The
    server MUST NOT list the same key multiple times"

    https://ircv3.net/specs/extensions/metadata#metadata-sub
    """
    alice = irc.connect("alice", "batch", draft)
    assert whole(alice.ask("METADATA * SUB url avatar url"))[0] == ["770", "alice", "url", "avatar"]
    assert whole(alice.ask("METADATA * SUB url")) == [["770", "alice", "url"]]
    assert in_batch(alice.ask("METADATA * SUBS"), "", "metadata-subs") == [["772", "alice", "url", "avatar"]]
    assert whole(alice.ask("METADATA * UNSUB url never")) == [["771", "alice", "url", "never"]]
    assert in_batch(alice.ask("METADATA alice SUBS"), "", "metadata-subs") == [["772", "alice", "avatar"]]
    (refusal,) = alice.ask("METADATA bob SUB url")
    assert refusal.params[1:3] == ["INVALID_TARGET", "bob"]


def test_a_full_list_stops_at_the_first_key_that_does_not_fit(draft: str) -> None:
    """ "If the server sends this, it MUST stop processing any further keys. The <Item> parameter of the FAIL METADATA
    LIMIT_REACHED reply MUST be this first key that the client could not subscribe to"

    https://ircv3.net/specs/extensions/metadata#metadata-sub
    """
    alice = Irc(limits=LIMITS).connect("alice", "batch", draft)
    answers = whole(alice.ask("METADATA * SUB a B c d e"))
    refused = ["TOO_MANY_SUBS", "d"] if draft == TWO else ["LIMIT_REACHED", "SUB", "d", "2"]
    bad = ["FAIL", "METADATA", "KEY_INVALID"] if draft == TWO else ["WARN", "METADATA", "INVALID_KEY"]
    assert [*bad, "B"] in [answer[:4] for answer in answers]
    assert ["770", "alice", "a", "c"] in answers
    assert ["FAIL", "METADATA", *refused] in [answer[:-1] for answer in answers]
    assert in_batch(alice.ask("METADATA * SUBS"), "", "metadata-subs") == [["772", "alice", "a", "c"]]


@pytest.mark.parametrize("target", ["*", "#room"])
def test_subscribers_are_told_of_changes(irc: Irc, draft: str, target: str) -> None:
    """ "Servers MUST send notifications to subscribers the key is visible to for changes made: to that subscriber
    (excluding changes the subscriber made on themselves), to channels that subscriber is joined to, to other clients in
    the channels that subscriber is joined to"

    https://ircv3.net/specs/extensions/metadata#notifications
    """
    alice, bob = pair(irc, draft, "url", "avatar")
    alice.ask("METADATA * SUB url")
    name = "alice" if target == "*" else target
    for value in ("http://one", "http://two", ""):
        assert len(alice.ask(f"METADATA {target} SET url :{value}")) == 1
        assert whole(bob.read()) == [told(draft, name, "url", value)]
    alice.ask(f"METADATA {target} SET unheard :x", f"METADATA {target} SET url")
    assert bob.read() == []
    alice.ask(f"METADATA {target} SET avatar :y", f"METADATA {target} CLEAR")
    assert whole(bob.read()) == [told(draft, name, "avatar", "y"), told(draft, name, "avatar")]


def test_what_changes_nothing_is_not_told(irc: Irc, draft: str) -> None:
    """ "When metadata is updated or removed, users who have subscribed to the changed key will receive messages
    notifying them of the change."

    https://ircv3.net/specs/extensions/metadata#concepts
    """
    alice, bob = pair(irc, draft, "url")
    alice.ask("METADATA * SET url :x")
    bob.read()
    assert commands(alice.ask("METADATA * SET url :x")) == ["761"]
    assert bob.read() == []


def test_strangers_are_not_told(irc: Irc, draft: str) -> None:
    """ "Visible channels or visible users … mean channels or users that a client would receive metadata notifications
    about."
        https://ircv3.net/specs/extensions/metadata#definitions
    """
    alice, stranger = irc.connect("alice", "batch", draft), irc.connect("stranger", "batch", draft)
    stranger.ask("METADATA * SUB url")
    alice.ask("METADATA * SET url :x")
    assert stranger.read() == []


def test_both_drafts_are_told_the_same(irc: Irc) -> None:
    """ "These updates will be either a 761 RPL_KEYVALUE indicating the key on the target was set to a particular value
    or a 766 RPL_KEYNOTSET indicating that the key was removed from the target."

    https://ircv3.net/specs/extensions/metadata#notifications
    """
    alice, bob = pair(irc, TWO, "url")
    carol = irc.connect("carol", "batch", THREE)
    irc.enter("#room", carol)
    carol.ask("METADATA * SUB url")
    bob.read()
    alice.ask("METADATA * SET url :x")
    assert whole(bob.read()) == [told(TWO, "alice", "url", "x")]
    assert whole(carol.read()) == [told(THREE, "alice", "url", "x")]


def test_an_answer_is_labelled_once(irc: Irc) -> None:
    """ "In the event that the client has also negotiated labeled-response, the metadata batch MUST be nested within the
    labeled-response batch."

    https://ircv3.net/specs/extensions/metadata#metadata-sub
    """
    alice = irc.connect("alice", "batch", "labeled-response", THREE)
    alice.ask("METADATA * SET url :x")
    outer, ok, later, outer_end = alice.ask("@label=s METADATA * SUB url")
    assert (outer.tags["label"], outer.params[1]) == ("s", "labeled-response")
    assert (ok.command, later.command) == ("770", "774")
    assert {message.tags["batch"] for message in (ok, later)} == {outer.params[0][1:]}
    assert outer_end.params == [f"-{outer.params[0][1:]}"]
    opening, value, closing = alice.ask("@label=t METADATA *ALL SYNC")
    assert (opening.tags["label"], opening.params[1:], value.command) == ("t", ["metadata", "*ALL"], "761")
    assert value.tags == {"batch": opening.params[0][1:]}
    assert closing.params == [f"-{opening.params[0][1:]}"]


# Synchronization.


def test_who_joins_is_told_of_the_channel_and_its_members(irc: Irc, draft: str) -> None:
    """ "When a metadata-aware client joins a channel, the server MUST send either a metadata batch containing the
    channel's metadata as well as the metadata for all users on the channel or a 774 ERR_METADATASYNCLATER message"

    https://ircv3.net/specs/extensions/metadata#automatic-synchronization
    """
    alice, bob = irc.connect("alice", "batch", draft), irc.connect("bob", "batch", draft)
    alice.ask("JOIN #room", "METADATA * SET url :a", "METADATA #room SET url :r", "METADATA * SET other :x")
    bob.ask("METADATA * SUB url")
    after_names = bob.ask("JOIN #room")[3:]
    expected = [told(draft, "#room", "url", "r"), told(draft, "alice", "url", "a")]
    if draft == THREE:
        expected = [[line[0], "bob", *line[2:]] for line in expected]
    assert in_batch(after_names, "#room") == expected
    assert in_batch(bob.ask("METADATA #room SYNC"), "#room") == expected
    assert in_batch(bob.ask("METADATA alice SYNC"), "alice") == expected[1:]


def test_an_empty_answer_is_one(irc: Irc) -> None:
    """ "This parameter contains the target for which the metadata was requested, allowing the client to correctly
    process empty batches."

    https://ircv3.net/specs/extensions/metadata#batch-types
    """
    bob = irc.connect("bob", "batch", THREE)
    assert in_batch(bob.ask("JOIN #room")[3:], "#room") == []
    assert commands(bob.ask("METADATA * SUB url")) == ["770", "774"]
    assert in_batch(bob.ask("METADATA *ALL SYNC"), "*ALL") == []


def test_what_new_subscriptions_bring_is_for_sync(irc: Irc, draft: str) -> None:
    """ "When subscribing to a key, clients SHOULD receive the current value of that key for channels/users they are
    receiving updates for." One draft has it in a batch of *ALL, and the text of SUB in the other allows nothing but
    RPL_METADATASUBOK and faults. Both have RPL_METADATASYNCLATER: "This numeric indicates that the specified target has
    some metadata set that the client SHOULD request synchronization of".

    https://ircv3.net/specs/extensions/metadata#postponed-synchronization
    """
    alice, bob = pair(irc, draft, "other")
    watched, stranger = irc.connect("watched", "batch", draft), irc.connect("stranger", "batch", draft)
    bob.ask("MONITOR + WATCHED,nobody", "METADATA * SET url :b")
    alice.ask("METADATA #room SET url :r", "METADATA * SET url :a", "METADATA * SET other :o")
    watched.ask("METADATA * SET url :w")
    stranger.ask("METADATA * SET url :s")
    ok, *later = bob.ask("METADATA * SUB url other")
    assert ok.params == ["bob", "url", "other"]
    assert {message.command for message in later} == {"774"}
    targets = [message.params[1:] for message in later]
    assert targets == ([["#room"], ["watched"]] if draft == TWO else [["*ALL"]])
    values: dict[str, str] = {}
    for (target,) in targets:
        batch = in_batch(bob.ask(f"METADATA {target} SYNC"), target)
        values |= {
            line[-4 if draft == TWO else 2]: line[-1] for line in batch if line[-3 if draft == TWO else 3] == "url"
        }
    assert values == {"#room": "r", "alice": "a", "bob": "b", "watched": "w"}
    assert commands(bob.ask("METADATA * SUB url")) == ["770"], "nothing is new"
    assert commands(bob.ask("METADATA * SUB mood")) == (["770"] if draft == TWO else ["770", "774"])


def test_watched_people_bring_theirs_when_they_come(irc: Irc, draft: str) -> None:
    """ "When server sends 730 RPL_MONONLINE to a metadata-aware client, the server MUST additionally send either a
    metadata batch containing the monitored user's metadata to the client or a 774 ERR_METADATASYNCLATER message"

    https://ircv3.net/specs/extensions/metadata#automatic-synchronization
    """
    alice, bob = irc.connect("alice", "batch", draft), irc.connect("bob", "batch", draft)
    alice.ask("METADATA * SET url :a")
    bob.ask("METADATA * SUB url")
    value = told(draft, "alice", "url", "a")
    if draft == THREE:
        value[1] = "bob"
    online, *batch = bob.ask("MONITOR + alice")
    assert (online.command, in_batch(batch, "alice")) == ("730", [value])
    bob.ask("MONITOR + alicia")
    alice.send("NICK alicia")
    _, online, *batch = bob.read()
    assert online.command == "730"
    assert [line[-4:] for line in in_batch(batch, "alicia")] == [["alicia", *value[-3:]]]


def test_watchers_are_told_of_changes_once(irc: Irc, draft: str) -> None:
    """ "…and to users that subscriber is currently monitoring."

    https://ircv3.net/specs/extensions/metadata#notifications
    """
    alice, bob = pair(irc, draft, "url")
    watcher = irc.connect("watcher", "batch", draft)
    bob.ask("MONITOR + alice")
    watcher.ask("MONITOR + alice", "METADATA * SUB url")
    alice.ask("METADATA * SET url :a")
    assert whole(bob.read()) == whole(watcher.read()) == [told(draft, "alice", "url", "a")]


def test_whois_shows_what_people_read(irc: Irc, draft: str) -> None:
    """ "760 RPL_WHOISKEYVALUE <Target> <Key> <Visibility> :<Value>"

    https://ircv3.net/specs/extensions/metadata#replies
    """
    alice, bob = pair(irc, draft)
    plain = irc.connect("plain")
    alice.ask("METADATA * SET display-name :Alice A.", "METADATA * SET avatar :https://a")
    assert params(bob.ask("WHOIS alice"), "760") == [["bob", "alice", "display-name", "*", "Alice A."]]
    assert params(plain.ask("WHOIS alice"), "760") == []


# Before registration.


def arrive(irc: Irc, draft: str, *lines: str) -> tuple[Client, list[Message], list[Message]]:
    """Connect, saying these lines before registration; returns their answers and the welcome too."""
    client = irc.open()
    client.ask("CAP LS 302", f"CAP REQ :batch {draft}")
    early = client.ask(*lines)
    return client, early, client.ask("NICK abc", "USER u s e r", "CAP END")


def test_metadata_before_registration(irc: Irc, draft: str) -> None:
    """ "before-connect: If present, indicates the server supports METADATA commands during connection registration."
    "Clients that have not completed connection registration MUST use * to target themselves"

    https://ircv3.net/specs/extensions/metadata#draftmetadata-3-capability
    """
    lines = ["SUB display-name", "SET display-name :a b c", "SET gone :x", "SET gone", "GET display-name gone"]
    client, early, _ = arrive(irc, draft, *[f"METADATA * {line}" for line in lines])
    assert whole(early[:4]) == [
        ["770", "*", "display-name"],
        ["761", "*", "*", "display-name", "*", "a b c"],
        ["761", "*", "*", "gone", "*", "x"],
        ["766", "*", "*", "gone", "Key not set"],
    ]
    assert [line[0] for line in in_batch(early[4:], "*")] == ["761", "766"]
    listed = in_batch(client.ask("METADATA * LIST"), "abc")
    assert listed == [["761", "abc", "abc", "display-name", "*", "a b c"]]
    assert in_batch(client.ask("METADATA * SUBS"), "", "metadata-subs") == [["772", "abc", "display-name"]]


def test_ones_own_is_in_the_welcome(irc: Irc, draft: str) -> None:
    """ "…servers MUST send clients a list of their current metadata … in a metadata batch with their own nick as target
    as part of the registration burst, i.e. before RPL_ENDOFMOTD or ERR_NOMOTD. This batch MUST include all visible keys
    set on the client, irrespective of whether the client has subscribed to that key."

    https://ircv3.net/specs/extensions/metadata#automatic-synchronization
    """
    _, _, welcome = arrive(irc, draft, "METADATA * SET display-name :a b c")
    names = commands(welcome)
    begin, end = names.index("BATCH"), len(names) - names[::-1].index("BATCH")
    assert names.index("005") < begin < end <= names.index("422")
    value = told(draft, "abc", "display-name", "a b c")
    if draft == THREE:
        value[1] = "abc"
    assert in_batch(welcome[begin:end], "abc") == [value]


def test_the_others_come_after_registration(irc: Irc, draft: str) -> None:
    """ "Clients that have not completed connection registration MUST use * to target themselves"

    https://ircv3.net/specs/extensions/metadata#metadata-client-command
    """
    irc.connect("alice").send("JOIN #room")
    lines = [f"METADATA {target} LIST" for target in ("alice", "#room", "*ALL")]
    _, early, _ = arrive(irc, draft, *lines)
    assert [message.params[1] for message in early] == ["INVALID_TARGET"] * 3
    stranger = irc.open()
    assert commands(stranger.ask("METADATA * LIST")) == ["451"]


def test_metadata_goes_with_a_changed_nick_and_ends_with_its_user(irc: Irc, draft: str) -> None:
    """ "Clients and channels can both contain metadata."

    https://ircv3.net/specs/extensions/metadata#concepts
    """
    alice, bob = pair(irc, draft)
    alice.ask("METADATA * SET url :a", "NICK alicia")
    bob.read()
    assert in_batch(bob.ask("METADATA alicia GET url"), "alicia")[0][-1] == "a"
    alice.send("QUIT")
    irc.connect("alicia")
    bob.read()
    assert in_batch(bob.ask("METADATA alicia LIST"), "alicia") == []


# Changing it too often.


def test_too_many_changes_have_to_wait(draft: str) -> None:
    """ "Servers MAY respond with FAIL METADATA RATE_LIMITED and fail the request. … If the FAIL METADATA RATE_LIMITED
    event contains the <RetryAfter> parameter, the parameter value MUST be a positive integer indicating the minimum
    number of seconds the client should wait before retrying the request."

    https://ircv3.net/specs/extensions/metadata#metadata-set
    """
    irc = Irc(flood={"metadata_rate": 0.5, "metadata_burst": 3})
    alice = irc.connect("alice", "batch", draft)
    for value in ("one", "two", "three"):
        assert commands(alice.ask(f"METADATA * SET mood :{value}")) == ["761"]
    for line, key in (("SET mood :four", "mood"), ("SET mood", "mood"), ("CLEAR", "*")):
        (refusal,) = alice.ask(f"METADATA * {line}")
        assert [refusal.command, *refusal.params][:-1] == ["FAIL", "METADATA", "RATE_LIMITED", "*", key, "2"]
    assert in_batch(alice.ask("METADATA * LIST"), "alice") == [["761", "alice", "alice", "mood", "*", "three"]]
    irc.wait(2)
    assert commands(alice.ask("METADATA * SET mood :five")) == ["761"]
    assert commands(alice.ask("METADATA * SET mood :six")) == ["FAIL"]
    assert commands(irc.connect("bob", "batch", draft).ask("METADATA * SET mood :mine")) == ["761"]


def test_what_is_refused_for_another_reason_is_no_change(draft: str) -> None:
    irc = Irc(flood={"metadata_rate": 0.5, "metadata_burst": 1})
    alice = irc.connect("alice", "batch", draft)
    assert commands(alice.ask("METADATA * SET $ :x", "METADATA nobody SET url :x")) == ["FAIL", "FAIL"]
    assert commands(alice.ask("METADATA * SET url :x")) == ["761"]


# Privileges.


def test_operators_may_set_what_others_tell(draft: str) -> None:
    """ "Privileged users (e.g. network admins) may be able to set certain metadata on other users, and set special keys
    on themselves or channels."

    https://ircv3.net/specs/extensions/metadata#concepts
    """
    irc = Irc(operators=OPERATORS)
    root, guard = irc.oper("root", "batch", draft), irc.oper("guard", "batch", draft, name="guard")
    alice, bob = pair(irc, draft, "url")
    alice.send("METADATA * SUB url")
    alice.read()
    irc.flush()
    assert whole(root.ask("METADATA alice SET url :http://x")) == [["761", "root", "alice", "url", "*", "http://x"]]
    assert whole(alice.read()) == whole(bob.read()) == [told(draft, "alice", "url", "http://x")]
    assert commands(root.ask("METADATA #room SET url :http://r")) == ["761"]
    for target in ("alice", "#room"):
        (refusal,) = guard.ask(f"METADATA {target} SET url :x")
        assert refusal.params[1] in ("KEY_NO_PERMISSION", "INVALID_TARGET")


def test_that_is_on_record_without_the_values() -> None:
    irc = Irc(operators=OPERATORS)
    root = irc.oper("root", "batch", TWO)
    irc.room("#room", "alice")
    irc.flush()
    for line in ("alice SET url :http://private", "alice CLEAR", "#room SET url :http://private"):
        root.begin(f"METADATA {line}")
    deeds = [event for event in irc.core.tick.journal if isinstance(event, OperatorActed)]
    assert [(deed.action, deed.target) for deed in deeds] == [
        ("METADATA", "alice url"),
        ("METADATA", "alice *"),
        ("METADATA", "#room url"),
    ]
    assert "private" not in repr(deeds)


# What stays.


def listed(client: Client, target: str) -> dict[str, str]:
    """Return what is set there, by key."""
    return {
        message.params[2]: message.params[4]
        for message in client.ask(f"METADATA {target} LIST")
        if message.command == "761"
    }


def test_what_an_account_tells_outlasts_the_server(tmp_path: Path) -> None:
    """ "Upon requesting the metadata capability, clients receive their non-transient metadata (for example, metadata
    stored by the server or by services)"

    https://ircv3.net/specs/extensions/metadata#notifications
    """
    database = Database(tmp_path / "test.db", durability="process", fold=ascii_fold)
    irc = Irc(database=database)
    alice = member(irc, "alice", "batch", TWO)
    alice.ask("METADATA * SET url :http://a", "METADATA * SET mood :fine", "METADATA * SET url", "NS SET ENFORCE off")
    irc.connect("guest", "batch", TWO).ask("METADATA * SET url :http://g")
    irc = Irc(database=database)
    again = irc.open()
    again.send("CAP LS 302", f"CAP REQ :sasl batch {TWO}", "NICK alice", "USER alice 0 * :x", "AUTHENTICATE PLAIN")
    again.send(f"AUTHENTICATE {b64encode(f'{chr(0)}alice{chr(0)}{PASSWORD}'.encode()).decode()}", "CAP END")
    assert ["METADATA", "alice", "mood", "*", "fine"] in whole(again.read())
    assert listed(again, "*") == {"mood": "fine"}
    assert listed(irc.connect("guest", "batch", TWO), "*") == {}
    database.close()


def test_what_a_room_tells_outlasts_the_server(tmp_path: Path) -> None:
    database = Database(tmp_path / "test.db", durability="process", fold=ascii_fold)
    irc = Irc(database=database)
    alice = member(irc, "alice", "batch", TWO)
    alice.send("JOIN #room,#other", "METADATA #room SET early :before", "CS REGISTER #room")
    alice.send("METADATA #room SET url :http://r", "METADATA #room SET gone :soon", "METADATA #room SET gone")
    alice.send("METADATA #other SET url :http://o")
    alice.read()
    irc = Irc(database=database)
    bob = irc.connect("bob", "batch", TWO)
    irc.enter("#room", bob)
    irc.enter("#other", bob)
    assert listed(bob, "#room") == {"early": "before", "url": "http://r"}
    assert listed(bob, "#other") == {"url": "http://o"}, "nor is a restart the end of one that is not registered"
    database.close()


def test_logging_in_and_out_exchanges_what_one_tells(draft: str) -> None:
    """ "When a user's metadata is updated, all users sharing a channel with that user … will receive a METADATA message
    notifying them of the change."

    https://ircv3.net/specs/extensions/metadata#concepts
    """
    irc = Irc()
    owner = member(irc, "alice", "batch", draft)
    owner.ask("METADATA * SET url :http://a", "METADATA * SET mood :fine", "QUIT")
    guest, bob = irc.connect("guest", "batch", draft), irc.connect("bob", "batch", draft)
    irc.enter("#room", guest, bob)
    bob.ask("METADATA * SUB url mood extra")
    guest.ask("METADATA * SET mood :curious", "METADATA * SET extra :mine")
    bob.read()
    guest.send(f"NS IDENTIFY alice {PASSWORD}")
    nick = guest.session.nick
    assert listed(guest, "*") == {"url": "http://a", "mood": "curious", "extra": "mine"}, "the newest word counts"
    heard = [line for line in whole(bob.read()) if nick in line]
    assert heard[-2:] == [told(draft, nick, "mood", "curious"), told(draft, nick, "extra", "mine")]
    assert told(draft, nick, "url", "http://a") in heard
    guest.send("NS LOGOUT")
    nick = guest.session.nick
    assert listed(guest, "*") == {}
    assert [line for line in whole(bob.read()) if "extra" in line] == [told(draft, nick, "extra")]
    account = irc.core.world.accounts.get("alice")
    assert account is not None
    assert dict(account.metadata) == {"url": "http://a", "mood": "curious", "extra": "mine"}


def test_of_one_account_nothing_comes_to_another(irc: Irc) -> None:
    first = member(irc, "alice", "batch", TWO)
    member(irc, "bob").send("QUIT")
    first.ask("METADATA * SET url :http://a")
    first.send("NICK someone", "CAP REQ sasl", "AUTHENTICATE PLAIN")
    first.send(f"AUTHENTICATE {b64encode(f'{chr(0)}bob{chr(0)}{PASSWORD}'.encode()).decode()}")
    assert listed(first, "*") == {}
    accounts = irc.core.world.accounts
    assert {one.name: dict(one.metadata) for one in accounts} == {"alice": {"url": "http://a"}, "bob": {}}
