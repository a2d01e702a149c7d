"""Error replies of METADATA. Here the two drafts of the specification differ most.

https://ircv3.net/specs/extensions/metadata#replies (work in progress)
"""

from dataclasses import dataclass

from trialogue_server.commands import params as p
from trialogue_server.commands.context import Context
from trialogue_server.session.capabilities import METADATA_2
from trialogue_server.world.refused import Failed

_COMMAND = "METADATA"


def invalid_target(target: str) -> Failed:
    """Nobody has this name, or the asker may not see their metadata."""
    return Failed(
        _COMMAND, "INVALID_TARGET", p.echoed(target), text="There is no such user or channel that you may see"
    )


def no_permission(target: str, key: str) -> Failed:
    """The asker may not set it. `key` is "*" for all keys."""
    return Failed(
        _COMMAND, "KEY_NO_PERMISSION", target, key, text="You may set only your own metadata and that of your channels"
    )


@dataclass(frozen=True, slots=True)
class Faults:
    """The error codes of one draft."""

    later: bool
    """Whether this is draft/metadata-3, not draft/metadata-2."""

    @property
    def unset_twice(self) -> bool:
        """Whether it is an error to remove a key that is not set."""
        return not self.later

    def subcommand(self, name: str) -> Failed:
        """The subcommand is missing or unknown."""
        code = "INVALID_PARAMS" if self.later else "SUBCOMMAND_INVALID"
        return Failed(
            _COMMAND, code, name, text="Give GET, LIST, SET, CLEAR, SUB, UNSUB, SUBS or SYNC after the target"
        )

    def params(self, subcommand: str) -> Failed:
        """There are too few or too many parameters."""
        return Failed(
            _COMMAND, "INVALID_PARAMS", subcommand, text=f"{subcommand} takes a different number of parameters"
        )

    def invalid_key(self, key: str) -> Failed:
        """The key is invalid."""
        return Failed(_COMMAND, self._key_code, p.echoed(key), text=_INVALID_KEY)

    def invalid_key_among_others(self, key: str) -> str:
        """Return the standard reply for an invalid key in a list; the command continues with the next one."""
        return f"{'WARN' if self.later else 'FAIL'} {_COMMAND} {self._key_code} {p.echoed(key)} :{_INVALID_KEY}"

    @property
    def _key_code(self) -> str:
        return "INVALID_KEY" if self.later else "KEY_INVALID"

    def invalid_value(self, key: str) -> Failed:
        """The value is too long."""
        if self.later:
            return Failed(_COMMAND, "INVALID_VALUE", key, text=_LONG_VALUE)
        return Failed(_COMMAND, "VALUE_INVALID", text=_LONG_VALUE)

    def not_set(self, target: str, key: str) -> Failed:
        """The key is not set."""
        return Failed(_COMMAND, "KEY_NOT_SET", target, key, text="Key not set")

    def too_many_keys(self, target: str, limit: int) -> Failed:
        """Too many keys are set."""
        context = ("SET", target, str(limit)) if self.later else (target,)
        return Failed(_COMMAND, "LIMIT_REACHED", *context, text="There are too many keys: remove another one first")

    def too_fast(self, target: str, key: str, wait: int) -> Failed:
        """Too many changes of late; `wait` is in seconds. The drafts differ on the rest, servers do not."""
        text = f"You change metadata too often: try again in {wait} seconds"
        return Failed(_COMMAND, "RATE_LIMITED", p.echoed(target), p.echoed(key), str(wait), text=text)

    def too_many_subs(self, key: str, limit: int) -> Failed:
        """Too many subscriptions; `key` is the first that was refused."""
        text = "You are subscribed to too many keys: unsubscribe from another one first"
        if self.later:
            return Failed(_COMMAND, "LIMIT_REACHED", "SUB", key, str(limit), text=text)
        return Failed(_COMMAND, "TOO_MANY_SUBS", key, text=text)


_INVALID_KEY = "Keys are made of small letters, digits and _./-"
_LONG_VALUE = "The value is too long"


def faults_of(ctx: Context) -> Faults:
    """Return the error codes of the draft that the asker knows; of the later one if it knows neither."""
    return Faults(later=not ctx.session.caps & METADATA_2)
