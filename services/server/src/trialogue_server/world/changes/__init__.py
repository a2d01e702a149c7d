"""What each event changes: one small function for each event, listed in `world.world`."""
