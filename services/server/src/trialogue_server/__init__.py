"""Trialogue's chat server: IRCv3 on Trio. Start reading at `commands.table`, or at docs/design.md."""

__version__ = "0.1.0"
