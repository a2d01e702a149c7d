"""The keys of rooms, in the system's key ring where there is one, and nowhere else."""

from trialogue_client.address import Endpoint
from trialogue_client.core.chat import Chat
from trialogue_client.settings.key_ring import VaultError
from trialogue_client.settings.passwords import Passwords


class RoomKeys:
    """Those of one server. Of which rooms there are keys is remembered in the settings."""

    def __init__(self, passwords: Passwords, endpoint: Endpoint, chat: Chat) -> None:
        self._memory = passwords.memory
        self._passwords = passwords
        self._endpoint = endpoint
        self._chat = chat
        self._kept: dict[str, str] = {}
        """What is in the key ring, as far as we know, or could not be put there."""

    def unkept(self) -> list[str]:
        """Return the rooms whose key is to be kept: we are in them, and it is new."""
        session = self._chat.session
        if session is None or not self._memory.settings.key_ring:
            return []
        keys = self._chat.wanted.items()
        return [room for room, key in keys if key and self._kept.get(room) != key and session.state.rooms.get(room)]

    async def keep(self, room: str) -> str:
        """Keep the key of a room; return the sentence that says so, or "" where there is no key ring."""
        key = self._chat.wanted.get(room, "")
        if not key or self._kept.get(room) == key:
            return ""
        self._kept[room] = key
        try:
            return await self._passwords.keep_key(self._endpoint, room, key)
        except VaultError:
            return ""

    async def find(self, room: str, tried: str) -> str:
        """Return the key of a room, if another one than was tried is in the key ring, or ""."""
        names = {self._chat.fold(name): name for name in self._memory.server(self._endpoint).keys}
        name = names.get(self._chat.fold(room))
        if name is None:
            return ""
        try:
            key = await self._passwords.look_up_key(self._endpoint, name)
        except VaultError:
            return ""
        self._kept[room] = key
        return key if key != tried else ""
