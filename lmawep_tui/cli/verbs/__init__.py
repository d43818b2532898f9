"""A file a noun, imported when its command is called."""
