"""What each event changes: one small function for each, listed in `world.world`."""
