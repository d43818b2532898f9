"""Facts to cells: pure functions, no textual."""
