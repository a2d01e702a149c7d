"""Runs the full screen, and returns an exit code."""

from trialogue_client import garbage
from trialogue_client.arguments import Options
from trialogue_client.core.visible import visible_lines
from trialogue_client.crash import complain, crashed
from trialogue_client.ending import EndSignals
from trialogue_client.tui.app import Trialogue


def start(options: Options, ending: EndSignals) -> int:
    """Run the full-screen client."""
    app = Trialogue(options, painted=garbage.settle, ending=ending)
    code = app.run()
    for sentence in (*app.drafts, *app.unsent):
        complain(visible_lines(sentence))
    if app.failure is not None:
        return crashed(app.failure, options.config_dir)
    return code or int(bool(app.unsent))
