"""From an event to everybody who should know: commit (the choke point), audience, render, reply, pulse."""
