"""The notes of reviews: `reviews/pod-1.json`, written by the screen and the command line alone."""

from __future__ import annotations

import json
from pathlib import Path

from lmawep_tui.files.atomic import make_folder, write_text
from lmawep_tui.files.plain import from_plain, to_plain
from lmawep_tui.files.read import read_text
from lmawep_tui.model.errors import BadFile
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.model.review_notes import ReviewNotes

_MAX_BYTES = 16 * 1024 * 1024


def read_notes(path: Path, pod: PodId, ticket: TicketId) -> ReviewNotes:
    """The notes on a pod, empty ones when there is no file; raises BadFile for one that cannot be read."""
    try:
        data = json.loads(read_text(path, _MAX_BYTES))
        return from_plain(ReviewNotes, data)
    except FileNotFoundError:
        return ReviewNotes(pod=pod, ticket=ticket)
    except ValueError as error:
        hint = "Move it away to begin anew; nothing in it is overwritten."
        raise BadFile(path, f"is damaged: {error}", hint=hint) from error


def write_notes(path: Path, notes: ReviewNotes) -> None:
    """Replaces the file atomically; raises LmawepError when the disk refuses."""
    make_folder(path.parent)
    write_text(path, json.dumps(to_plain(notes), indent=1) + "\n")
