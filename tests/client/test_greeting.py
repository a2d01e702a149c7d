"""What greets us stands where one looks first, and is no news when the connection comes back."""

from datetime import UTC, datetime

from ircwire.source import Source
from trialogue_client.core import events as ev
from trialogue_client.core.chat import Chat
from trialogue_client.core.events.connection import Remark
from trialogue_client.core.state import Identity
from trialogue_client.engine.greeting import MOST
from trialogue_client.engine.model import Model

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BOB = Source("bob", "b", "h")
PRINT = "It shows a certificate. Its SHA-256 fingerprint is AB:CD"


def greet(model: Model, *lines: str) -> None:
    """Have the server take us in, with a message of the day, and come into two rooms."""
    model.handle(ev.Registered("bob", "s"), NOW)
    for line in lines:
        model.handle(ev.ServerReply("372", (f"- {line}",)), NOW)
    model.handle(ev.ServerReply("376", ("End of /MOTD command.",)), NOW)


def bodies(model: Model, name: str) -> list[str]:
    return [entry.body for entry in model.buffers[name].entries if entry.body]


def test_the_first_conversation_repeats_the_fingerprint_and_the_message_of_the_day() -> None:
    model = Model(Chat(Identity("bob")))
    model.handle(Remark(PRINT), NOW)
    greet(model, "Be kind.", "Tea at five.")
    for room in ("#lobby", "#den"):
        model.handle(ev.Joined(room, BOB, me=True), NOW)
    assert bodies(model, "#lobby")[:3] == [PRINT, "Be kind.", "Tea at five."]
    assert [body for body in bodies(model, "") if body in (PRINT, "Be kind.")] == [PRINT, "Be kind."]
    assert "Be kind." not in bodies(model, "#den")


def test_after_a_reconnection_it_is_in_the_conversation_with_the_server_alone() -> None:
    model = Model(Chat(Identity("bob")))
    greet(model, "Be kind.")
    model.handle(ev.Joined("#lobby", BOB, me=True), NOW)
    greet(model, "Be kind.")
    model.handle(ev.Joined("#lobby", BOB, me=True), NOW)
    assert bodies(model, "#lobby").count("Be kind.") == 1
    assert bodies(model, "").count("Be kind.") == 2


def test_a_message_of_the_day_that_was_asked_for_is_read_where_one_asked() -> None:
    model = Model(Chat(Identity("bob")))
    greet(model)
    model.handle(ev.Joined("#lobby", BOB, me=True), NOW)
    model.handle(ev.ServerReply("372", ("- Be kind.",)), NOW)
    assert "Be kind." in bodies(model, "#lobby")


def test_a_long_message_of_the_day_leaves_space_for_the_conversation() -> None:
    model = Model(Chat(Identity("bob")))
    greet(model, *(f"line {number}" for number in range(40)))
    model.handle(ev.Joined("#lobby", BOB, me=True), NOW)
    shown = [body for body in bodies(model, "#lobby") if body.startswith(("line", "…"))]
    assert len(shown) == MOST
    assert shown[-1] == "… 29 more lines stand in the conversation with the server: Alt+↑ goes there."
