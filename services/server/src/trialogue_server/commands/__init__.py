"""What a client can ask for. `table` lists every command: the file to open first."""
