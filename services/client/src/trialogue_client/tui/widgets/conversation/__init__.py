"""The conversation: messages over rows (without choosing), measured and laid out as lines of styled text."""
