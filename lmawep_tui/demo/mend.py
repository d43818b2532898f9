"""Bringing main into a branch: a real merge, its conflicts mended by editing, its red tests by adapting."""

from __future__ import annotations

from pathlib import Path

from lmawep_tui.demo import hands
from lmawep_tui.demo.desk import Desk
from lmawep_tui.demo.ideas import IDEAS, join_ideas
from lmawep_tui.demo.scripts import ADAPTATIONS, TOGETHER
from lmawep_tui.demo.steps import MAIN, Puzzled


def bring_in_main(desk: Desk) -> str:
    """Merges main, commits the result once all tests are green, and says what was done; empty when nothing was.

    Raises Puzzled when a conflict or a red test is not one that a script knows how to mend.
    """
    if not _merging(desk):
        if desk.git_says("merge-base", "--is-ancestor", MAIN, "HEAD"):
            return ""
        desk.say(f"$ git merge --no-commit {MAIN}", 0.8)
        desk.show(desk.git("merge", "--no-commit", "--no-edit", "--no-ff", MAIN, ok=(0, 1)))
    done = [f"Merged {MAIN} ({desk.git('rev-parse', '--short', MAIN)})"]
    done += [f"kept both sides of the conflict in {path}" for path in _join_conflicts(desk)]
    done += [f"fitted {path} to what changed there" for path in green(desk)]
    if _merging(desk):
        desk.commit(f"Merge {MAIN} into {desk.git('branch', '--show-current')}", "; ".join(done[1:]))
    return "; ".join(done)


def green(desk: Desk, *modules: str) -> list[str]:
    """Runs tests and, when they are red for a reason that is known, adapts: returns the files it changed.

    Raises Puzzled when the tests stay red.
    """
    if desk.tests(*modules):
        return []
    desk.say("· Red, though this branch was green: something changed under it.", 1.0)
    changed = _adapt(desk)
    if not changed or not desk.tests(*modules):
        raise Puzzled("the tests stay red, and nothing in my script tells me why")
    return changed


def _adapt(desk: Desk) -> list[str]:
    """Fits the files on this branch to what has changed under them; returns them."""
    changed: list[str] = []
    for known in ADAPTATIONS:
        seen = desk.worktree / known.seen
        if seen.is_file() and known.because in seen.read_text("utf-8") and hands.fits(desk, known.edit):
            desk.say(f"· {known.thought}", 1.0)
            hands.edit(desk, known.edit)
            changed.append(known.edit.path)
    return changed


def _join_conflicts(desk: Desk) -> list[str]:
    """Mends conflicted files; returns them."""
    paths = desk.git("diff", "--name-only", "--diff-filter=U").splitlines()
    for path in paths:
        if not (join_ideas(desk) if path == IDEAS else hands.join_sides(desk, path, TOGETHER)):
            raise Puzzled(f"I do not know how to join the two sides in {path}")
        desk.git("add", "--", path)
        for proof in (known.proof for known in TOGETHER if known.path == path):
            desk.say("· Both sides survive. A test of the two together makes sure that it stays so.", 0.8)
            hands.edit(desk, proof)
    return paths


def _merging(desk: Desk) -> bool:
    return Path(desk.worktree, desk.git("rev-parse", "--git-path", "MERGE_HEAD")).exists()
