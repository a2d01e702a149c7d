"""The message of the day.  https://modern.ircdocs.horse/#motd-message"""

from pathlib import Path

from trialogue_server.config.problem import ConfigError
from trialogue_server.config.schema import Config
from trialogue_server.config.unreadable import reason


def load_motd(config: Config) -> tuple[str, ...]:
    """Return the message of the day, line by line; empty if there is none.

    Raises ConfigError when `server.motd_file` cannot be read.
    """
    text = config.server.motd or _read(config.server.motd_file)
    return tuple(_plain(line) for line in text.rstrip().splitlines())


def _read(name: str) -> str:
    if not name:
        return ""
    advice = "Correct server.motd_file, or leave it out to have no message of the day."
    try:
        return Path(name).expanduser().read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError([f"{name}: the message of the day {reason(error)}. {advice}"]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{name}: the message of the day is not UTF-8 text. Save it as UTF-8."]) from error


def _plain(line: str) -> str:
    """Remove what a line on the wire may not contain; formatting codes stay."""
    return line.expandtabs(4).rstrip().replace("\0", "")
