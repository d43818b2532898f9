"""Git: the only package that runs git."""
