"""The terminal: its driver, its keys, the notifications of its desktop, and Trio as the guest of its event loop."""
