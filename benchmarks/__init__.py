"""Measures a chat server's delivery rate, CPU time per delivery, latency, joining and memory."""
