"""The texts around the conversation: rooms, people, topic, status."""

from collections.abc import Iterable

from rich.style import Style

from ircwire.text import strip_formatting
from trialogue_client.core.chat import Chat
from trialogue_client.core.completion import others_in
from trialogue_client.core.rooms import Member
from trialogue_client.engine.buffered import BufferedNetwork, BufferedNetworks
from trialogue_client.engine.buffers import Buffer, BufferKind
from trialogue_client.engine.model import Model
from trialogue_client.tui.formatting import harmless
from trialogue_client.tui.palette import DIM, tone_of
from trialogue_client.tui.widgets.sidebar import Item
from trialogue_client.wording.rows import RowKind

SERVER = "server"
_BETWEEN = "\0"
"""Stands between the server's number and the conversation's name in the key of a line: no name has it."""
_RANKS = "~&@%+"
_RECENT = 200


def rooms(networks: BufferedNetworks) -> list[Item]:
    """Return the list at the left, server by server."""
    here = (networks.current, networks.current.model.active)
    return [
        _room(networks, number, buffer, active=(network, buffer) == here)
        for number, network in enumerate(networks.all)
        for buffer in network.model.ordered()
    ]


def chosen(networks: BufferedNetworks, key: str) -> tuple[BufferedNetwork, Buffer]:
    """Return the conversation that a line of that list is about."""
    number, _, name = key.partition(_BETWEEN)
    network = networks.all[int(number)]
    return network, network.model.open(name)


def _room(networks: BufferedNetworks, number: int, buffer: Buffer, *, active: bool) -> Item:
    """Return one line: ``▸`` where we are, ``×`` where we are not let in, the count of what is new, ``@`` if it calls.

    On several servers, a server's line has the count of all that is new there, and its conversations are indented.
    """
    network = networks.all[number]
    heading = networks.several and buffer.sort is BufferKind.SERVER
    style = Style(bold=active or buffer.unread > 0 or heading, reverse=active)
    here = buffer.here and not (heading and not network.model.chat.online)
    sign = "▸" if active else " " if here else "×"
    return Item(
        f"{number}{_BETWEEN}{buffer.name}",
        f" {buffer.name}" if networks.several and not heading else title(networks, network, buffer),
        sign,
        _news(network.model.buffers.values()) if heading else _note(network, buffer),
        style,
    )


def _note(network: BufferedNetwork, buffer: Buffer) -> str:
    return "muted" if network.model.is_muted(buffer.name) else news(buffer)


def title(networks: BufferedNetworks, network: BufferedNetwork, buffer: Buffer) -> str:
    """Return what a conversation is called beside the others of its server."""
    return buffer.name or (networks.label(network) if networks.several else SERVER)


def titles(networks: BufferedNetworks) -> dict[str, tuple[BufferedNetwork, Buffer]]:
    """Return all conversations by a name that no other has."""
    return {
        f"{buffer.name} · {networks.label(network)}"
        if networks.several and buffer.name
        else title(networks, network, buffer): (network, buffer)
        for network, buffer in networks.ordered()
    }


def news(buffer: Buffer) -> str:
    """Return ``@2`` for two calls, ``7`` for seven new messages, "" for nothing."""
    return _news([buffer])


def _news(buffers: Iterable[Buffer]) -> str:
    unread, mentions = (sum(counts) for counts in zip(*((one.unread, one.mentions) for one in buffers), strict=True))
    return f"@{mentions}" if mentions else str(unread or "")


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


def topic(buffer: Buffer, name: str) -> str:
    """Return the line above the conversation of this name."""
    left = "" if buffer.here else " (you are not in this room)"
    about = f"  {harmless(strip_formatting(buffer.topic))}" if buffer.topic else ""
    return f"{name}{left}{about}"


def invitation(buffer: Buffer) -> str:
    """Return what stands in the empty input: for whom it is."""
    return "Commands begin with /" if buffer.sort is BufferKind.SERVER else f"Message {harmless(buffer.name)}"


def status(networks: BufferedNetworks, below: int) -> str:
    """Return the line at the bottom, but for what always stands at its end."""
    network = networks.current
    chat = network.model.chat
    unsent = sum(line.waits for line in chat.lines)
    others = [
        f"{networks.label(one)} {new}"
        for one in networks.all
        if one is not network and (new := _news(one.model.buffers.values()))
    ]
    state, place = network.model.state, f"{chat.nick} on {network.profile.where}"
    parts = [  # what matters most comes first: a narrow window cuts the end
        f"{unsent} not sent yet" if unsent else "",
        f"↓ {below} lines below" if below else "",
        *others,
        *((place, state) if chat.online else (state, place)),
    ]
    return " · ".join(part for part in parts if part)


def names(model: Model) -> tuple[list[str], list[str]]:
    """Return the nicks and the rooms that one may want to type: who talked last first."""
    chat, buffer = model.chat, model.active
    others = {chat.fold(nick): nick for nick in others_in(chat, buffer.name)}
    talked = [entry.who for entry in reversed(buffer.entries[-_RECENT:]) if entry.kind is RowKind.TALK and not entry.me]
    first = (nick for who in talked if (nick := others.get(chat.fold(who))))
    nicks = list(dict.fromkeys([*first, *others.values()]))
    rooms = [one.name for one in model.ordered() if one.sort is BufferKind.ROOM]
    return nicks, rooms
