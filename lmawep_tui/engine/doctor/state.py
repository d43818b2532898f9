"""The state file: damaged or lost it is made again, and pods it does not know are taken in (safety C10)."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace

from lmawep_tui.engine.doctor.findings import Findings
from lmawep_tui.engine.rebuild import rebuilt_state
from lmawep_tui.files import journal
from lmawep_tui.files.atomic import write_text
from lmawep_tui.files.clean import clean_line
from lmawep_tui.files.read import read_text
from lmawep_tui.files.state_file import MAX_STATE_BYTES, parse_state, state_text
from lmawep_tui.model.errors import BadFile, LmawepError
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.state import State
from lmawep_tui.vcs.repo import main_branch
from lmawep_tui.vcs.vault_list import all_kept


def state_is_usable(found: Findings) -> bool:
    """Whether the state can be read, after mending. Must be called under the state lock."""
    usable: list[bool] = []
    found.check(lambda each: usable.append(_look(each)))
    return bool(usable) and usable[0]


def _look(found: Findings) -> bool:
    ws, layout = found.ws, found.ws.layout
    state: State | None = None
    with contextlib.suppress(FileNotFoundError):
        try:
            state = parse_state(read_text(layout.state, MAX_STATE_BYTES), layout.state)
        except BadFile as error:
            found.add(str(error).removesuffix(" " + error.hint), found.fix)
            if found.fix:
                layout.state.rename(layout.state.with_name(f"{layout.state.name}.damaged-{time.time_ns()}"))
    if state is None:
        if not layout.state.exists() and not any("state" in finding.what for finding in found.found):
            found.add(
                f"{layout.state} is missing{': made again from git and the tickets' if found.fix else ''}.", found.fix
            )
        if not found.fix:
            return False
        layout.redo.unlink(missing_ok=True)  # it belonged to the state that is gone; tickets are whole by themselves
    if state is not None and state.pending is not None and state.pending.get("op") == "spawn":
        return True  # a spawn under way: recovery decides about it
    rebuilt = rebuilt_state(layout, ws.git, state or State(main=_main(found)))
    added = [pod for pod in rebuilt.pods if state is None or pod not in state.pods]
    for pod in added:
        found.add(
            f"{pod} (ticket {rebuilt.pods[pod].ticket}) was not in the state{': taken in' if found.fix else ''}.",
            found.fix,
        )
    if found.fix and rebuilt != state:
        write_text(layout.state, state_text(replace(rebuilt, version=rebuilt.version + 1)))
        ws.journal("state rebuilt", pods=list(added))
        if state is None:
            _name_the_gone(found, rebuilt)
    return True


def _name_the_gone(found: Findings, rebuilt: State) -> None:
    """Pods that the history knows, nobody removed, and git has no worktree of: what the vault has can come back."""
    there: dict[str, int] = {}
    for entry in journal.read(found.ws.layout.journal):
        pod = str(entry.get("pod"))
        if entry["event"] == "spawned" and type(entry.get("ticket")) is int:
            there[pod] = entry["ticket"]
        elif entry["event"] == "removed":
            there.pop(pod, None)
    kept = {one.pod: one for one in all_kept(found.ws.git)}  # the newest of each
    for pod, ticket in there.items():
        if pod in rebuilt.pods:
            continue
        newest = kept.get(PodId(pod))
        back = (f"`lmawep vault restore {newest.short}` brings {newest.why!r} back" if newest is not None
                else "the vault has nothing of it")  # fmt: skip
        found.add(f"{clean_line(pod)} (ticket {ticket}) is gone with its worktree; {back}.")


def _main(found: Findings) -> str:
    with contextlib.suppress(LmawepError):  # a config that cannot be read is a finding of its own
        if found.ws.config.main:
            return found.ws.config.main
    return main_branch(found.ws.git)
