"""Everything that somebody may want to change: `schema` says what there is, `load` reads it."""

from trialogue_server.config.problem import ConfigError
from trialogue_server.config.schema import Config

__all__ = ["Config", "ConfigError"]
