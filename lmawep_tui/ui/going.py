"""From anywhere: the palette, the help, another theme, and to whatever was taken."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from lmawep_tui.model.ids import PodId
from lmawep_tui.model.pod import Pod
from lmawep_tui.ui import offers
from lmawep_tui.ui.actions import ACTIONS
from lmawep_tui.ui.finding import Search
from lmawep_tui.ui.palette import Palette
from lmawep_tui.ui.reach import go_home, perform, reach, situation_of, why_not

if TYPE_CHECKING:
    from lmawep_tui.ui.app import LmawepApp


def open_palette(app: LmawepApp, typed: str = "", start: str = "") -> None:
    """Offer everything by name, the actions of the present screen first; a theme is worn while the cursor is on it."""
    screen, looks = app.screen, app.looks
    s, parts = situation_of(app, screen), reach(screen)
    home = screen is app.mission
    why = {name: why_not(action, s, parts, home=home) for name, action in ACTIONS.items()}
    here = [name for name, (node, _) in parts.items() if node is not app]
    search = Search(
        chain(
            offers.action_offers(s, app.own_keys, here, why), offers.view_offers(), offers.theme_offers(looks.worn),
            offers.setting_offers(_settings(app)), offers.fleet_offers(s.snapshot),
        ), looks.recent,
    )  # fmt: skip

    def shows(key: str) -> None:
        kind, _, name = key.partition(":")
        looks.preview(name if kind == "theme" else None)

    def taken(key: str | None) -> None:
        looks.preview(None)
        if key:
            take(app, key)

    palette = Palette(search, typed=typed, start=start, shows=shows)
    app.ask(palette, taken)
    app.bridge.spawn_task(_read_files(app, palette), "files of the pods")


async def _read_files(app: LmawepApp, palette: Palette) -> None:
    """Offer the files of the pods as soon as git has told them."""
    from lmawep_tui.engine.pod_files import pod_files

    snapshot = app.bridge.snapshot
    if not snapshot.pods:
        return
    files = await app.bridge.reads.run(pod_files, app.bridge.ws, snapshot)
    if palette.is_attached:
        palette.add(offers.file_offers(files))


def _settings(app: LmawepApp) -> list[tuple[str, str, str]]:
    from lmawep_tui.files.config_file import explain

    return [(s.key, "" if s.value in (None, "", (), {}) else str(s.value), s.doc)
            for s in explain(app.bridge.snapshot.config)]  # fmt: skip


def take(app: LmawepApp, key: str, *, remember: bool = True) -> None:
    """Do, or go to, what was taken in the palette or the header."""
    kind, _, name = key.partition(":")
    if remember:
        app.looks.took(key)
    if kind == "do":
        perform(app, name)
    elif kind == "view":
        from lmawep_tui.ui.navigation import show_view

        show_view(app, name)
    elif kind == "theme":
        app.looks.take(name)
    elif kind == "set":
        from lmawep_tui.ui.navigation import open_settings

        open_settings(app.mission, name)
    else:
        _go(app, kind, name)


def _go(app: LmawepApp, kind: str, name: str) -> None:
    """Go to a pod or ticket on mission control, or into what belongs to a pod."""
    from lmawep_tui.ui import navigation

    pod, _, inside = name.partition(":")
    snapshot, mission = app.bridge.snapshot, app.mission
    found = snapshot.pods.get(PodId(pod))
    if kind in ("file", "memory", "pod") and found is None:
        app.say(f"{pod} is gone.", "warning")
        return
    if kind == "file" and found is not None:
        _show_file(app, found, inside)
        return
    watch = getattr(app.screen, "watch_pod", None)
    if kind == "pod" and watch is not None:
        watch(PodId(pod))
        return
    go_home(app)
    navigation.go_to(mission, pod)
    if kind == "memory":
        navigation.choose_tab(mission, "memory")
        mission.focus_detail()
        mission.detail.seek(inside)


def _show_file(app: LmawepApp, pod: Pod, path: str) -> None:
    """Go to a file in the review of its pod."""
    from lmawep_tui.ui import navigation
    from lmawep_tui.ui.screens.review import ReviewScreen

    if isinstance(app.screen, ReviewScreen) and app.screen.pod_id == pod.id:
        app.screen.go_to_path(path)
        return
    go_home(app)
    navigation.go_to(app.mission, pod.id)
    app.push_screen(ReviewScreen(app.bridge, pod, at=path))


def open_themes(app: LmawepApp) -> None:
    """Choose the colours; each is worn while the cursor is on it."""
    open_palette(app, "%", f"theme:{app.looks.worn}")


def open_help(app: LmawepApp) -> None:
    """Show every key, those of the present screen first."""
    from lmawep_tui.ui.screens.help import HelpScreen

    def taken(name: str | None) -> None:
        if name:
            perform(app, name)

    app.ask(HelpScreen(app.own_keys), taken)
