"""Observability: `logs` configures logging, `log_writer` writes lines in a thread, `log_limiter` bounds what strangers
cause.
"""
