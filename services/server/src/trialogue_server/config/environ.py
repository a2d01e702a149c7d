"""Settings from the environment: `limits.nick_length` is TRIALOGUE_LIMITS_NICK_LENGTH."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any, get_args, get_origin

from trialogue_server.config.problem import Given, marked
from trialogue_server.config.suggest import did_you_mean

PREFIX = "TRIALOGUE_"
FILE_VARIABLE = "TRIALOGUE_CONFIG"
"""Names the settings file; `--config` overrides it."""

CLIENTS = frozenset(
    {
        "TRIALOGUE_CONFIG_DIR",
        "TRIALOGUE_NICK",
        "TRIALOGUE_PASSWORD",
        "TRIALOGUE_SERVER_HOST",
        "TRIALOGUE_PLAIN_SECRETS",
        "TRIALOGUE_SERVER_PASSWORD",
        "TRIALOGUE_SERVER_PORT",
    }
)
"""Variables of trialogue-client, which are ignored here and often set for both."""

# Kubernetes and old container links describe each neighbour to every container: a service that is called "trialogue"
# puts TRIALOGUE_SERVICE_HOST, TRIALOGUE_PORT=tcp://… and the like there. None of them is a setting.
_NEIGHBOUR = re.compile(r"_SERVICE_(HOST|PORT(_\w+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$|_ENV_\w+$")

_SWITCH = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def variable(section: str, key: str) -> str:
    """Return the name of the variable that overrides a setting."""
    return f"{PREFIX}{section}_{key}".upper()


def from_environ(
    environ: Mapping[str, str], kinds: Mapping[tuple[str, str], Any], problems: list[str]
) -> dict[tuple[str, str], Given]:
    """Return the settings from the environment, by (section, key). Unknown variables are added to ``problems``."""
    settings = {variable(*name): name for name in kinds}
    given: dict[tuple[str, str], Given] = {}
    for name in sorted(name for name in environ if name.startswith(PREFIX)):
        text = environ[name]
        if name == FILE_VARIABLE or (name in CLIENTS and name not in settings) or _NEIGHBOUR.search(name):
            continue
        if text.startswith(("tcp://", "udp://", "sctp://")) and name.endswith("_PORT"):
            continue
        if name not in settings:
            problems.append(f"{name} is not a setting.{did_you_mean(name, [FILE_VARIABLE, *settings])}")
        elif not _is_text(text) and not marked(kinds[settings[name]], "path"):
            problems.append(f"{name} is not UTF-8 text. Set it with the locale of UTF-8.")
        else:
            given[settings[name]] = Given(_read(text, kinds[settings[name]]), name, f"{name}=")
    return given


def _is_text(text: str) -> bool:
    """Return whether it is valid UTF-8; other bytes could be sent to nobody."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _read(text: str, kind: Any) -> object:
    """Read a variable as its field's type says; what does not fit stays text, to be refused as such."""
    base = get_args(kind)[0] if hasattr(kind, "__metadata__") else kind
    if base is bool:
        return _SWITCH.get(text.strip().lower(), text)
    if base in (int, float):
        return _number(text.strip(), base) if text.strip() else text
    if get_origin(base) is tuple:
        return _texts(text.strip())
    return text


def _number(text: str, base: type[int] | type[float]) -> object:
    try:
        return base(text)
    except ValueError:
        return text


def _texts(text: str) -> object:
    if not text.startswith("["):
        return tuple(item.strip() for item in text.split(",") if item.strip())
    try:
        return tomllib.loads(f"list = {text}")["list"]
    except tomllib.TOMLDecodeError:
        return text
