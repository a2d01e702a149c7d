"""What is remembered from one run to the next: a TOML file in the configuration directory, kept by the client.

schema   what there is to set, and how it is typed
file     reading and writing, without losing what somebody wrote in there by hand
memory   the settings while the client runs;  changing: the commands that change them
passwords   those in the system's key ring;  wanted: where to go, and as whom
"""

from trialogue_client.settings.file import FILE, read, write
from trialogue_client.settings.schema import Server, SettingError, Settings

__all__ = ["FILE", "Server", "SettingError", "Settings", "read", "write"]
