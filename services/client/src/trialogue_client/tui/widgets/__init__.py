"""The widgets: the conversation, the sidebar, the composer, and small ones."""
