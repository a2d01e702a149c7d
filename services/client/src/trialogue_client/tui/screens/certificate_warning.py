"""Warns of a changed certificate, in front of everything until somebody decides."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from trialogue_client.core.certificates import ASKED, HOW, MISMATCH, CertificateChange
from trialogue_client.tui.formatting import harmless_lines
from trialogue_client.tui.screens.dialogs import BOX, CENTRED
from trialogue_client.tui.widgets.line_input import LineInput


class CertificateWarning(ModalScreen[bool]):
    """Asks whether a new certificate is accepted: only by its whole fingerprint, or by a whole word."""

    DEFAULT_CSS = f"""
    CertificateWarning {{ {CENTRED} }}
    CertificateWarning > Vertical {{ {BOX} border: round $error; }}
    CertificateWarning Static {{ height: auto; }}
    CertificateWarning #headline, CertificateWarning #problem {{ color: $text-error; text-style: bold; }}
    CertificateWarning #comparison, CertificateWarning #leave {{ margin-top: 1; }}
    CertificateWarning #how {{ margin: 1 0; }}
    CertificateWarning LineInput, CertificateWarning LineInput:focus {{
        border: none; border-left: outer $primary; height: 1; padding: 0 1; background: $boost;
    }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(False)", "Leave")]

    def __init__(self, changed: CertificateChange) -> None:
        super().__init__()
        self._changed = changed

    def compose(self) -> ComposeResult:
        """Say STOP first, then what is shown, then what can be done."""
        changed = self._changed
        with Vertical():
            yield Static(Text(harmless_lines(changed.headline)), id="headline")
            yield Static(Text(changed.danger))
            yield Static(Text(harmless_lines("\n".join(changed.comparison))), id="comparison")
            yield Static(Text(f"{ASKED} {HOW}"), id="how")
            yield LineInput(id="answer", placeholder="the whole fingerprint, or yes")
            yield Static(id="problem")
            yield Static(Text("Esc, or Enter on nothing: accept nothing and leave."), id="leave")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Accept it, leave, or say that this was neither."""
        if not event.value.strip():
            self.dismiss(False)
        elif self._changed.is_accepted_by(event.value):
            self.dismiss(True)
        else:
            self.query_one("#problem", Static).update(Text(f"! {MISMATCH}"))
