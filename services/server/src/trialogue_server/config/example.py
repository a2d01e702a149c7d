"""The commented example of all settings that comes with the server."""

from pathlib import Path

EXAMPLE = "config.example.toml"


def example_config() -> str:
    """Return the example: every setting with its default, its reason and its variable.

    Built distributions have it inside the package; a source tree has it beside `src`.
    """
    package = Path(__file__).resolve().parents[1]
    installed = package / EXAMPLE
    return (installed if installed.exists() else package.parents[1] / EXAMPLE).read_text(encoding="utf-8")
