"""Channels: JOIN, PART, NAMES, LIST, TOPIC, RENAME, KICK, INVITE, MODE, and what becomes of channels that are empty."""
