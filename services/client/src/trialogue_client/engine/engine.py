"""The rules that a face is built on."""

from trialogue_client.engine.commands import Commands
from trialogue_client.engine.passwords import KeyRing, Passwords
from trialogue_client.engine.reactions import Reactions
from trialogue_client.engine.room_keys import RoomKeys
from trialogue_client.engine.startup import Startup


class Engine:
    """One client without a screen, a task or a socket: a face shows its outcomes, and asks what they want to know."""

    def __init__(self, startup: Startup, ring: KeyRing, *, asks: bool) -> None:
        """With `asks`, there is a person who answers questions."""
        self.startup = startup
        self.memory = startup.memory
        self.passwords = Passwords(ring, startup)
        self.room_keys = RoomKeys(ring, startup.memory)
        self.commands = Commands(startup.memory, self.passwords, asks=asks)
        self.reactions = Reactions(startup.memory, self.passwords, self.room_keys, keeps=asks)
