"""What must survive a restart. `base` says what the rest of the server asks of a store; the others are kinds of it."""
