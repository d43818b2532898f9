"""How they lie on disk: paths, atomic writes, locks, YAML, journal, watching."""
