"""The command line: arguments, checks before a start, administration, archives, small tasks, the health check."""
