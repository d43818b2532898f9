"""The verbs: what the command line, the screen and scripts call."""
