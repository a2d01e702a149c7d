"""What is remembered from one run to the next: a TOML file in the configuration directory, kept by the client.

schema   the settings, and how they are typed
file     reading and writing, without losing what somebody wrote in there by hand
memory   the settings while the client runs;  merging: with those of another client
profile  connection profiles;  passwords: those in the key_ring of the system
"""

from trialogue_client.settings.file import FILE, read, write
from trialogue_client.settings.schema import Server, SettingError, Settings

__all__ = ["FILE", "Server", "SettingError", "Settings", "read", "write"]
