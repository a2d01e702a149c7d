"""The settings: kept, shown to be changed, and put into effect."""

from collections.abc import Callable, Mapping

from textual.app import App

from trialogue_client.settings import Settings
from trialogue_client.settings.memory import Memory
from trialogue_client.tui.connect import ConnectionOpener
from trialogue_client.tui.screens.settings_form import SettingsForm


class SettingsControl:
    """Has settings take effect. `paint` puts the theme on the screen."""

    def __init__(self, app: App[int], memory: Memory, opener: ConnectionOpener, paint: Callable[[], None]) -> None:
        self._app = app
        self._memory = memory
        self._opener = opener
        self._paint = paint

    def keep(self, changed: Settings) -> None:
        """Have these settings from now on."""
        unkept = self._memory.keep(changed)
        self.adopt()
        if unkept:
            self._opener.tell(unkept)

    def configure(self) -> None:
        """Show the settings; what is changed there is kept."""
        self._app.push_screen(SettingsForm(self._memory.settings, self._memory.path), self._configured)

    def adopt(self) -> None:
        """Have the settings take effect."""
        self._paint()
        if self._opener.talk is not None:
            self._opener.talk.adopt(self._memory.settings)

    def _configured(self, changes: Mapping[str, str] | None) -> None:
        settings = self._memory.settings
        for name, value in (changes or {}).items():
            settings = settings.set(name, value)
        self.keep(settings)
