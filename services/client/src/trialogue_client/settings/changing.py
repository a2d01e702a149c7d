"""The commands that change what is remembered: /set, /autoconnect, /mute. All interfaces carry them out by this."""

from trialogue_client.address import Endpoint
from trialogue_client.core.commands.actions import Autoconnect, Configure, Mute, Set
from trialogue_client.settings.memory import Memory

Change = Set | Configure | Autoconnect | Mute


def carry_out(action: Change, memory: Memory, endpoint: Endpoint) -> tuple[str, ...]:
    """Do what was asked on a server, and return the sentences that say what was done. Raises SettingError."""
    match action:
        case Set():
            return _set(action, memory)
        case Configure():
            return _set(Set("", ""), memory)
        case Autoconnect():
            memory.change(endpoint, connect=action.on)
            often = "at every start, if none is named then" if action.on else "only when you say so"
            return (f"The client goes to {endpoint} {often}.",)
        case Mute():
            unkept = memory.keep(memory.settings.muting(endpoint.host, action.name, on=action.on))
            done = f"Nothing new from {action.name} is counted or called out: /unmute {action.name} undoes it."
            undone = f"You are told again of what is new from {action.name}."
            return _sentences(done if action.on else undone, unkept)


def _set(action: Set, memory: Memory) -> tuple[str, ...]:
    if not action.name:
        return (
            *memory.settings.lines(),
            f"Change one as in /set bell off. They are kept in {memory.path}",
        )
    unkept = memory.keep(memory.settings.set(action.name, action.value)) if action.value else ""
    return _sentences(*memory.settings.lines(action.name), unkept)


def _sentences(*sentences: str) -> tuple[str, ...]:
    return tuple(sentence for sentence in sentences if sentence)
