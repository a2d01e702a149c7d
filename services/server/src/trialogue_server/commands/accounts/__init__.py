"""Accounts: making, changing and removing them, and logging in (AUTHENTICATE, REGISTER, VERIFY)."""
