"""Text that would drive a terminal, or become markup, if anybody let it."""

HOSTILE = "\x1b]52;c;ZXZpbA==\x07\x1b[2J[@click=app.quit]x[/] \u202eevil\u200b"
