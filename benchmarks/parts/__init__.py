"""The parts of the programme: each says what it measures, and how that is shown."""
