"""The settings, to be looked at and changed: what is on and what is off is told by signs, never by colour alone."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from trialogue_client.settings import SettingError, Settings
from trialogue_client.settings.schema import CHOICES, MEANINGS, SWITCHES, WORDS
from trialogue_client.tui.screens.dialogs import CENTRED
from trialogue_client.tui.widgets.flags import Choice, OnOff
from trialogue_client.tui.widgets.line_input import LineInput

_HOW = "↑ ↓ go to a setting, Space or a click changes it."
_NAME = 11
"""Columns for a setting's name."""


class SettingsForm(ModalScreen[Mapping[str, str] | None]):
    """Its result is what was changed, by name and as one would type it; None for nothing."""

    DEFAULT_CSS = f"""
    SettingsForm {{ {CENTRED} }}
    SettingsForm > VerticalScroll {{
        width: 80; max-width: 100%; height: auto; max-height: 100%; padding: 0 1;
        border: round $primary; background: $panel;
    }}
    SettingsForm Static {{ height: auto; padding: 0 1; }}
    SettingsForm #problem {{ color: $text-error; height: 2; }}
    SettingsForm .what {{ margin-top: 1; }}
    SettingsForm #file {{ color: $text-muted; margin-top: 1; }}
    SettingsForm LineInput, SettingsForm OnOff, SettingsForm Choice {{
        border: none; border-left: blank; height: 1; padding: 0 1; background: $panel; width: 1fr;
    }}
    SettingsForm LineInput {{ background: $boost; }}
    SettingsForm LineInput:focus, SettingsForm OnOff:focus, SettingsForm Choice:focus {{
        border: none; border-left: outer $primary; background: $primary 30%;
    }}
    SettingsForm Horizontal {{ height: auto; }}
    SettingsForm Button {{ margin-right: 2; }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Leave as it was", priority=True),
        Binding("enter", "enter", "Keep"),
        Binding("up", "app.focus_previous", "Up", priority=True),
        Binding("down", "app.focus_next", "Down", priority=True),
    ]

    def __init__(self, settings: Settings, path: Path) -> None:
        """`path` is the file in which they are kept."""
        super().__init__()
        self._settings, self._path = settings, path

    def compose(self) -> ComposeResult:
        """Show each setting as it is, with what it does."""
        with VerticalScroll(can_focus=False):
            yield Static(Text(_HOW))
            for name, choices in CHOICES.items():
                yield Choice(_label(name), choices, self._settings.value(name), MEANINGS[name], id=name)
            for name in SWITCHES:
                yield OnOff(_label(name) + MEANINGS[name], value=bool(getattr(self._settings, name)), id=name)
            for name in WORDS:
                yield Static(Text(f"{_label(name)}{MEANINGS[name]}"), classes="what")
                yield LineInput(self._settings.value(name), placeholder="none", select_on_focus=False, id=name)
            yield Static(id="problem")
            with Horizontal():
                yield Button("Keep (Enter)", id="keep", variant="primary", compact=True)
                yield Button("Leave as it was (Esc)", id="leave", compact=True)
            yield Static(Text(f"Kept in {self._path}"), id="file")

    def on_mount(self) -> None:
        """Begin at the top."""
        self.query_one(f"#{next(iter(CHOICES))}").focus()

    @on(LineInput.Changed)
    def _typed(self) -> None:
        _, sentence = self._wrong()
        self.query_one("#problem", Static).update(Text(sentence and f"! {sentence}"))

    @on(LineInput.Submitted)
    def _submitted(self) -> None:
        self._keep()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Keep all, or leave it as it was."""
        if event.button.id == "leave":
            self.dismiss(None)
        else:
            self._keep()

    def action_enter(self) -> None:
        """Keep all: Enter was pressed on what is no button."""
        self._keep()

    def _keep(self) -> None:
        name, _ = self._wrong()
        if name:
            self.query_one(f"#{name}").focus()
            return
        shown = self._shown()
        self.dismiss({one: value for one, value in shown.items() if value != self._settings.value(one)})

    def _shown(self) -> dict[str, str]:
        """Return all values as they are on the screen."""
        return {
            **{name: self.query_one(f"#{name}", Choice).value for name in CHOICES},
            **{name: "on" if self.query_one(f"#{name}", OnOff).value else "off" for name in SWITCHES},
            **{name: self.query_one(f"#{name}", LineInput).value for name in WORDS},
        }

    def _wrong(self) -> tuple[str, str]:
        """Return the first setting that cannot be so, and a sentence on it; or twice ""."""
        for name, value in self._shown().items():
            try:
                self._settings.set(name, value)
            except SettingError as error:
                return name, str(error)
        return "", ""


def _label(name: str) -> str:
    return f"{name:<{_NAME}}"
