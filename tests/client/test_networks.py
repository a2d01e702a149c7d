"""Where one is with a server, which every face has by the same rules."""

from tests.support.lines import HERE
from trialogue_client.address import Endpoint
from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.state import Identity
from trialogue_client.engine.networks import Networks
from trialogue_client.lines.network import LineNetwork
from trialogue_client.settings.profile import ConnectionProfile

TAKEN = ev.NickTaken("bob", "Nickname is already in use")


def network(nick: str = "bob", endpoint: Endpoint = HERE, *, may_number: bool = False) -> LineNetwork:
    made = LineNetwork(ConnectionProfile(endpoint, nick), Chat(Identity(nick)), may_number=may_number)
    made.chat.connected("nonce")
    made.chat.data_to_send()
    return made


def asked_nicks(made: LineNetwork, times: int) -> list[str]:
    """Return the nicks that are asked for when one after the other is taken."""
    assert all(made.falls_back(TAKEN) for _ in range(times))
    return [
        line.removeprefix("NICK ")
        for line in made.chat.data_to_send().decode().split("\r\n")
        if line.startswith("NICK")
    ]


def test_the_numbers_behind_a_nick_begin_anew_with_each_connection() -> None:
    made = network(may_number=True)
    assert asked_nicks(made, 2) == ["bob2", "bob3"]
    made.note(ev.Registered("bob3", "s"))
    made.chat.rename("bob")
    made.chat.data_to_send()
    assert asked_nicks(made, 1) == ["bob2"]


def test_a_person_chooses_another_nick_unless_the_connection_was_ours_before() -> None:
    made = network()
    assert not made.falls_back(TAKEN)
    made.note(ev.Registered("bob", "s"))
    assert made.falls_back(TAKEN)
    assert not made.falls_back(ev.NickRefused("bob", "Erroneous nickname"))


def test_a_server_is_found_by_its_address_and_by_the_nick_there_if_one_is_named() -> None:
    networks: Networks[LineNetwork] = Networks()
    bob, robert = network("bob"), network("Robert")
    networks.add(bob)
    networks.add(robert)
    assert networks.find(HERE) is bob
    assert networks.find(Endpoint(HERE.host.upper(), HERE.port), "robert") is robert
    assert networks.find(HERE, "carol") is None
    assert networks.find(Endpoint(HERE.host, 7000)) is None


def test_who_leaves_a_server_talks_on_the_one_before_it() -> None:
    networks: Networks[LineNetwork] = Networks()
    first, second, third = (network(endpoint=Endpoint("fake.test", port)) for port in (1, 2, 3))
    for one in (first, second, third):
        networks.add(one)
    networks.go(third)
    networks.drop(third)
    assert networks.current is second
    networks.drop(first)
    assert networks.current is second
    networks.drop(second)
    assert networks.current is second, "what is said last has to be said somewhere"
