"""What doctor says about main itself: the branch, a move of it that was cut off, and landings that are gone from it."""

from __future__ import annotations

from dataclasses import replace

from lmawep_tui.engine.landing import refuse_while_stuck
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.errors import BadFile, LmawepError
from lmawep_tui.vcs.repo import branch_ref, commit_of


def look_at_main(ws: Workspace, *, fix: bool) -> list[tuple[str, bool]]:
    """Findings as (sentence, mended)."""
    main = ws.snapshot().state.main
    found: list[tuple[str, bool]] = []
    if commit_of(ws.git, branch_ref(main)) is None:
        found += [finding for finding in [_missing(ws, main, fix=fix)] if finding is not None]
        main = ws.snapshot().state.main
    if ws.snapshot().state.stuck is not None:
        found.append(_stuck(ws, fix=fix))
    if commit_of(ws.git, branch_ref(main)) is not None:
        found += [(text, False) for text in _lost(ws, main)]
    return found


def _missing(ws: Workspace, main: str, *, fix: bool) -> tuple[str, bool] | None:
    """The branch was renamed or deleted; the config may name the one to use from now on."""
    what = f"The branch {main}, on which work lands, does not exist."
    try:
        named = ws.config.main
    except BadFile:  # that is a finding of its own
        named = None
    if named and named != main and commit_of(ws.git, branch_ref(named)) is not None:
        if fix:
            with ws.change("doctor --fix") as change:
                change.state = replace(change.state, main=named)
                if change.state.stuck is not None:
                    change.state = replace(change.state, stuck={**change.state.stuck, "branch": named})
                change.note("main branch", was=main, now=named)
                change.save()
        return f"{what} The config names {named}.", fix
    return None  # preflight says so, and what to do


def _stuck(ws: Workspace, *, fix: bool) -> tuple[str, bool]:
    with ws.change("doctor") as change:
        stuck = change.state.stuck or {}
        what = f"A move of main ({stuck.get('op')} {stuck.get('pod')}) was cut off: {stuck.get('why', '')}"
        if fix:
            try:
                refuse_while_stuck(ws, change)
            except LmawepError as error:
                return f"{what} Nothing else lands until then. {error.hint}", False
            return what, True
    return f"{what} Nothing else lands until it is settled; `lmawep doctor --fix` tries.", False


def _lost(ws: Workspace, main: str) -> list[str]:
    """Landings that somebody took off main again by moving it by hand: asked of git once for all of them."""
    landed = ws.snapshot().state.landed
    if not landed:
        return []
    listed = "".join(f"{commit}\n" for commit in set(landed.values()))
    asked = ws.git("rev-list", "--no-walk=unsorted", "--ignore-missing", "--stdin", stdin=(
        f"{listed}^{branch_ref(main)}\n").encode())  # fmt: skip
    gone = set(asked.text.splitlines())
    return [
        f"#{ticket} landed as {commit[:7]}, which is not on {main} any more: main was moved by hand. "
        f"`lmawep ticket update {ticket} --status ready` starts it again."
        for ticket, commit in landed.items()
        if commit in gone
    ]
