"""The settings: `schema` declares them, `load` reads them.

`checks` finds combinations that cannot work and `remarks` those that may surprise; `problem` and `suggest` word errors;
`environ`, `directory`, `motd` and `example` are for the environment, the data directory, the message of the day and the
commented example.
"""

from trialogue_server.config.problem import ConfigError
from trialogue_server.config.schema import Config

__all__ = ["Config", "ConfigError"]
