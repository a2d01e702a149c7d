"""What may a half-typed line become? The core knows; the screen only shows it."""

from trialogue_client.core.completion import Completion, complete, explain

__all__ = ["Completion", "complete", "explain"]
