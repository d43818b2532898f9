"""A setting: a field with a default and a sentence that explains it."""

from __future__ import annotations

from dataclasses import field
from typing import Any


def key(default: Any, doc: str, unit: str = "") -> Any:
    """A field of a settings class; `unit` says how the text in the file becomes its value (files/config_file.py)."""
    metadata = {"doc": doc, "unit": unit}
    if callable(default):
        return field(default_factory=default, metadata=metadata)
    return field(default=default, metadata=metadata)
