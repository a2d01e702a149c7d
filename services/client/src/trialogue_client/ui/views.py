"""What the parts around the conversation say: rooms, people, topic, status."""

from rich.style import Style

from ircwire.text import strip_formatting
from trialogue_client.core.chat import Chat
from trialogue_client.core.rooms import Member
from trialogue_client.ui.buffers import Buffer, Sort
from trialogue_client.ui.entries import Look
from trialogue_client.ui.formatting import harmless
from trialogue_client.ui.lists import Item
from trialogue_client.ui.model import Model
from trialogue_client.ui.palette import DIM, tone_of

SERVER = "server"
SERVER_KEY = "\0"
"""Stands before the key of each conversation, since the server's own name is empty."""
_RANKS = "~&@%+"
_RECENT = 200


def room(buffer: Buffer, *, active: bool) -> Item:
    """Return one line of the list at the left: ``▸`` where we are, the count of what is new, ``@`` if it calls us."""
    style = Style(bold=active or buffer.unread > 0, reverse=active)
    sign = "▸" if active else " " if buffer.here else "×"
    return Item(SERVER_KEY + buffer.name, buffer.name or SERVER, sign, news(buffer), style)


def news(buffer: Buffer) -> str:
    """Return ``@2`` for two calls, ``7`` for seven new messages, "" for nothing."""
    return f"@{buffer.mentions}" if buffer.mentions else str(buffer.unread or "")


def people(chat: Chat, buffer: Buffer, *, coloured: bool) -> list[Item]:
    """Return who is in the room: those with a status first, those who are away in brackets."""
    there = chat.session.state.rooms.get(buffer.name) if chat.session else None
    if there is None:
        return []
    members = sorted(there.members.values(), key=lambda one: (_rank(one), chat.fold(one.nick)))
    away = sum(member.away for member in members)
    heading = f"{len(members)} here" + (f", {away} away" if away else "")
    return [Item("", heading, style=DIM), *(_person(member, coloured=coloured) for member in members)]


def _rank(member: Member) -> int:
    return _RANKS.find(member.symbols[:1]) if member.symbols else len(_RANKS)


def _person(member: Member, *, coloured: bool) -> Item:
    name = f"({member.nick})" if member.away else member.nick
    return Item(
        member.nick,
        name,
        member.symbols[:1] or " ",
        style=DIM if member.away else tone_of(member.nick) if coloured else Style(),
    )


def topic(buffer: Buffer) -> str:
    """Return the line above the conversation."""
    name = buffer.name or SERVER
    left = "" if buffer.here else " (you are not in this room)"
    about = f"  {harmless(strip_formatting(buffer.topic))}" if buffer.topic else ""
    return f"{name}{left}{about}"


def status(model: Model, where: str, below: int) -> str:
    """Return the line at the bottom."""
    unsent = sum(line.waits for line in model.chat.lines)
    parts = [
        f"{model.chat.nick} on {where}",
        model.state,
        f"{unsent} not sent yet" if unsent else "",
        f"↓ {below} lines below" if below else "",
        "F1 keys",
    ]
    return " · ".join(part for part in parts if part)


def names(model: Model) -> tuple[list[str], list[str]]:
    """Return the nicks and the rooms that one may want to type: who talked last first."""
    chat, buffer = model.chat, model.active
    there = chat.session.state.rooms.get(buffer.name) if chat.session else None
    present = {chat.fold(one.nick): one.nick for one in there.members.values()} if there else {}
    if buffer.sort is Sort.PERSON:
        present.setdefault(chat.fold(buffer.name), buffer.name)
    talked = [entry.who for entry in reversed(buffer.entries[-_RECENT:]) if entry.look is Look.TALK and not entry.me]
    order = dict.fromkeys(nick for who in talked if (nick := present.get(chat.fold(who))))
    others = sorted(present.values(), key=str.casefold)
    nicks = [nick for nick in dict.fromkeys([*order, *others]) if chat.fold(nick) != chat.fold(chat.nick)]
    rooms = [one.name for one in model.ordered() if one.sort is Sort.ROOM]
    return nicks, rooms
