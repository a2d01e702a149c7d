"""The commands that change what is remembered: /set, /settings, /autoconnect, /mute."""

from collections.abc import Iterator

from trialogue_client.core.commands.actions import Autoconnect, Configure, Mute, Set
from trialogue_client.engine.network import Network
from trialogue_client.engine.outcomes import Outcome, Sentence, SettingsChanged, SettingsWanted
from trialogue_client.settings.memory import Memory
from trialogue_client.wording.rows import RowKind


class Preferences:
    """Changes what is remembered, and tells what was done. All of these raise SettingError."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def listed(self) -> Iterator[Outcome]:
        """Tell all settings."""
        yield from _hints(*self._memory.settings.lines())
        yield from _hints(f"Change one as in /set bell off. They are kept in {self._memory.path}")

    def set(self, _: Network, action: Set) -> Iterator[Outcome]:
        """Change a setting, or tell it if there is no value."""
        memory, unkept = self._memory, ""
        if action.value:
            unkept = memory.keep(memory.settings.set(action.name, action.value))
            yield SettingsChanged()
        yield from _hints(*memory.settings.lines(action.name), unkept)

    def show(self, _: Network, __: Configure) -> Iterator[Outcome]:
        """Have all settings shown."""
        yield SettingsWanted()

    def autoconnect(self, network: Network, action: Autoconnect) -> Iterator[Outcome]:
        """Go to this server at every start, or not any more."""
        endpoint = network.profile.endpoint
        self._memory.change(endpoint, connect=action.on)
        often = "at every start, if none is named then" if action.on else "only when you say so"
        yield from _hints(f"The client goes to {endpoint} {often}.")

    def mute(self, network: Network, action: Mute) -> Iterator[Outcome]:
        """Count nothing of a room or a person any more, or do so again."""
        muting = self._memory.settings.muting(network.profile.endpoint.host, action.name, on=action.on)
        unkept = self._memory.keep(muting)
        yield SettingsChanged()
        done = f"Nothing new from {action.name} is counted or called out: /unmute {action.name} undoes it."
        undone = f"You are told again of what is new from {action.name}."
        yield from _hints(done if action.on else undone, unkept)


def _hints(*sentences: str) -> Iterator[Outcome]:
    return (Sentence(RowKind.HINT, sentence) for sentence in sentences if sentence)
