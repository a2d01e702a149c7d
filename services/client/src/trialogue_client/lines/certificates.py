"""Asks in line mode whether a changed certificate is accepted: the next line decides."""

from trialogue_client.core.certificates import ASKED, HOW, MISMATCH
from trialogue_client.core.events.connection import CertificateChanged
from trialogue_client.lines.questions import LineQuestion, Questions
from trialogue_client.lines.row_printer import RowPrinter

_PROMPT = "The whole fingerprint, or yes (Enter alone leaves): "


def ask_about(event: CertificateChanged, questions: Questions, sheet: RowPrinter) -> None:
    """Say STOP, and have the next line decide whether what is shown is accepted."""
    changed = event.changed
    for line in (changed.headline, changed.danger, *changed.comparison, ASKED, HOW):
        sheet.trouble(line)

    def answered(text: str) -> None:
        if not text.strip() or changed.is_accepted_by(text):
            event.decide(bool(text.strip()))
        else:
            sheet.trouble(MISMATCH)
            questions.ask(question)

    question = LineQuestion(_PROMPT, answered)
    questions.ask(question)
