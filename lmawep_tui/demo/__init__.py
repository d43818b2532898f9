"""The throw-away repository of `lmawep demo` and its scripted agents."""
