"""METADATA: its commands, whose metadata it is, subscriptions, and its error replies."""
