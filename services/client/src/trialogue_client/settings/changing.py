"""The commands that change what is remembered: /set, /autoconnect, /mute. All interfaces carry them out by this."""

from trialogue_client.core.commands.actions import Autoconnect, Mute, Set
from trialogue_client.net.explain import Endpoint
from trialogue_client.settings.memory import Memory

Change = Set | Autoconnect | Mute


def carry_out(action: Change, memory: Memory, endpoint: Endpoint) -> tuple[str, ...]:
    """Do what was asked on a server, and return the sentences that say what was done. Raises SettingError."""
    match action:
        case Set():
            if action.name and action.value:
                memory.keep(memory.settings.set(action.name, action.value))
            return memory.settings.lines(action.name)
        case Autoconnect():
            memory.change(endpoint, connect=action.on)
            often = "at every start, if none is named then" if action.on else "only when you say so"
            return (f"The client goes to {endpoint} {often}.",)
        case Mute():
            memory.keep(memory.settings.muting(endpoint.host, action.name, on=action.on))
            done = f"Nothing new from {action.name} is counted or called out: /unmute {action.name} undoes it."
            undone = f"You are told again of what is new from {action.name}."
            return (done if action.on else undone,)
