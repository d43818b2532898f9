"""Which actions the screen before the person can carry out, and through which of its parts.

Every screen binds what it can do with the ids of the one table, so nothing has to be told twice: whoever adds a screen
has its actions in the palette, in `?` and under the mouse.
"""

from __future__ import annotations

from collections.abc import Iterator
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from lmawep_tui.ui.actions import ACTIONS, Action, Scope, Situation, refusal
from lmawep_tui.ui.key_table import HEADINGS
from lmawep_tui.ui.widgets.semantic import SemanticView

if TYPE_CHECKING:
    from lmawep_tui.ui.app import LmawepApp

_IN_PLACE = ("undo", "autopilot", "views", "why")
"""What is done from anywhere without going back to mission control first."""


def reach(screen: Screen[Any]) -> dict[str, tuple[DOMNode, str]]:
    """Return action id → the part that carries it out and what it does; what has the focus comes first."""
    found: dict[str, tuple[DOMNode, str]] = {}
    for node in _parts(screen):
        for binding in _bindings(node):
            if binding.id in ACTIONS:
                found.setdefault(binding.id, (node, binding.action))
    return found


def _parts(screen: Screen[Any]) -> Iterator[DOMNode]:
    if screen.focused is not None:
        yield from (node for node in screen.focused.ancestors_with_self if node is not screen.app)
    yield screen
    yield from (view for view in screen.query(SemanticView) if view.is_on_screen)
    yield screen.app


def _bindings(node: DOMNode) -> Iterator[Binding]:
    """The bindings of a part, its own before those of the classes it is built on."""
    for cls in type(node).__mro__:
        for binding in cls.__dict__.get("BINDINGS", ()):
            if isinstance(binding, Binding):
                yield binding


def situation_of(app: LmawepApp, screen: Screen[Any]) -> Situation:
    """Return what an action would act on from this screen; a view's row may be a pod or a ticket."""
    from dataclasses import replace

    make = getattr(screen, "situation", None)
    s: Situation = make() if make is not None else app.mission.situation()
    page = getattr(screen, "page", None)
    goal = page.goes.get(s.row, "") if page is not None and s.row else ""
    if s.pod is None and s.ticket is None and goal:
        pod = next((pod for pod in s.snapshot.pods.values() if pod.id == goal), None)
        number = pod.ticket if pod else int(goal) if goal.isdigit() else None
        ticket = next((t for t in s.snapshot.tickets.values() if t.id == number), None)
        s = replace(s, pod=pod, ticket=ticket)
    return s


def why_not(action: Action, s: Situation, parts: dict[str, tuple[DOMNode, str]], *, home: bool) -> str:
    """Return why an action is not possible from here now, as a sentence; nothing when it is."""
    if action.id not in parts and not _by_mission(action):
        return f"Works in: {HEADINGS[action.scope].partition(' (')[0].lower()}."
    if action.id in parts and action.by_widget and not (home and not action.when(s)):
        return ""
    return "" if action.when(s) else refusal(action, s)


def _by_mission(action: Action) -> bool:
    return not action.by_widget and action.scope in (Scope.PODS, Scope.TICKETS, Scope.GLOBAL)


def perform(app: LmawepApp, name: str) -> None:
    """Carry out an action as its key would; one that belongs to mission control is done there, or from here.

    At once, where it may open something that is typed into: the next key is meant for that.
    """
    action, screen = ACTIONS[name], app.screen
    found = reach(screen).get(name)
    if found is not None:
        _run(app, action, *found)
        return
    situation = situation_of(app, screen)
    if not _by_mission(action):
        app.say(why_not(action, situation, {}, home=False), "warning")
    elif action.scope is Scope.GLOBAL and name not in _IN_PLACE:
        go_home(app)
        app.mission.action_do(name)
    elif action.when(situation):
        app.mission.carry_out(action, situation)
    else:
        app.say(refusal(action, situation), "warning")


def _run(app: LmawepApp, action: Action, node: DOMNode, what: str) -> None:
    do = getattr(node, "action_do", None)
    if node is app:
        app.action_anywhere(action.id)
    elif do is not None and what == f"do('{action.id}')":
        doing = do(action.id)
        if isawaitable(doing):
            app.bridge.spawn_task(doing, f"do {action.id}")
    else:
        if action.by_widget and isinstance(node, SemanticView) and not node.has_focus:
            node.focus()
        app.bridge.spawn_task(app.run_action(what, node), f"do {action.id}")


def go_home(app: LmawepApp) -> None:
    """Leave whatever is shown over mission control."""
    while app.screen is not app.mission and len(app.screen_stack) > 1:
        app.pop_screen()
