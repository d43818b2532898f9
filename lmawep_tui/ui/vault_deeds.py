"""What is brought back from the vault: a whole snapshot, or one file of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lmawep_tui.engine.vault import Inside
    from lmawep_tui.engine.vault_file import BackInPlace
    from lmawep_tui.engine.workspace import Workspace
    from lmawep_tui.model.ids import PodId
    from lmawep_tui.model.pod import PodRecord
    from lmawep_tui.ui.screens.view import ViewScreen

_MOST = 300


def restore(screen: ViewScreen) -> None:
    """Ask, then bring the snapshot back as a new pod."""
    from lmawep_tui.ui.modals.confirm import Confirm

    ref = screen.row

    def bring_back(ws: Workspace) -> PodRecord:
        from lmawep_tui.engine import vault

        return vault.restore_pod(ws, vault.find(ws, ref))

    def told(record: PodRecord) -> None:
        screen.lmawep.say(f"It is back as {record.id}, for #{record.ticket}.")

    def decided(yes: bool | None) -> None:
        if yes:
            screen.bridge.do("vault", "bringing back", bring_back, then=told)

    says = ["A new pod with everything the snapshot holds. Nothing that is there is touched."]
    screen.lmawep.ask(Confirm("Bring it back?", says, yes="bring it back"), decided)


def one_file(screen: ViewScreen) -> None:
    """Ask which file, and into which pod; then bring it back."""
    ref = screen.row

    def inside(ws: Workspace) -> Inside:
        from lmawep_tui.engine import vault

        return vault.look_into(ws, vault.find(ws, ref))

    screen.bridge.do("vault", "looking", inside, then=lambda found: _choose_file(screen, found))


def _choose_file(screen: ViewScreen, inside: Inside) -> None:
    from lmawep_tui.ui.modals.choose import Choose

    rows = [(change.path, "binary" if change.insertions is None else f"+{change.insertions} −{change.deletions}")
            for change in inside.files[:_MOST]]  # fmt: skip
    if not rows:
        screen.lmawep.say(f"{inside.kept.short} holds no file that differs from main.", "warning")
        return
    heading = f"Which file of {inside.kept.short}?"
    screen.lmawep.ask(Choose(heading, rows), lambda path: _choose_pod(screen, inside, path) if path else None)


def _choose_pod(screen: ViewScreen, inside: Inside, path: str) -> None:
    from lmawep_tui.ui.modals.choose import Choose

    pods = [pod for pod in screen.bridge.snapshot.pods.values() if not pod.live and not pod.status.closed]
    pods.sort(key=lambda pod: (pod.ticket != inside.kept.ticket, int(pod.id[4:])))
    if not pods:
        screen.lmawep.say("There is no pod at rest to bring it into: R brings the whole snapshot back.", "warning")
        return
    rows: list[tuple[str, str]] = [(pod.id, f"#{pod.ticket} {pod.title}") for pod in pods]
    screen.lmawep.ask(Choose("Into which pod?", rows), lambda pod: _ask(screen, inside, path, pod) if pod else None)


def _ask(screen: ViewScreen, inside: Inside, path: str, name: str) -> None:
    from lmawep_tui.engine.vault_file import restore_file
    from lmawep_tui.model.ids import parse_pod_id
    from lmawep_tui.ui.modals.confirm import Confirm

    pod: PodId = parse_pod_id(name)

    def told(done: BackInPlace) -> None:
        kept = " What stood there is in the vault." if done.kept else ""
        screen.lmawep.say(f"{done.path} is in {done.pod}, not committed.{kept}")

    def decided(yes: bool | None) -> None:
        if yes:
            screen.bridge.do(pod, "bringing back", restore_file, inside.kept, path, pod, then=told)

    says = [path, "", f"It is written into the worktree of {pod} and not committed.",
            "What stands there now is kept in the vault first."]  # fmt: skip
    screen.lmawep.ask(Confirm(f"Bring it into {pod}?", says, yes="bring it back"), decided)
