"""What the actions of the settings screen do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from lmawep_tui.files.clean import clean_line
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.setting_shape import Shape, Where, fields_of, shape_of

if TYPE_CHECKING:
    from lmawep_tui.engine.settings import Row
    from lmawep_tui.ui.screens.settings import SettingsScreen


def _edit(screen: SettingsScreen) -> None:
    row = screen.row
    assert row is not None  # the action's `when` said so
    if row.shape.kind == "file":
        _file(screen)
    elif row.shape.kind == "table":
        _add(screen, row)
    else:
        text = row.value if row.value != "—" else ""
        if row.shape.kind == "list":
            from lmawep_tui.engine.settings import typed

            text = "\n".join(typed(row.where, text)) if text else ""
        ask_value(screen, row.where, row.shape, text)


def ask_value(screen: SettingsScreen, where: Where, shape: Shape, text: str) -> None:
    """Ask for the value of a setting, and set it."""
    from lmawep_tui.engine import settings
    from lmawep_tui.ui.modals.setting_editor import NOTHING, SettingEditor

    bridge, name = screen.bridge, ".".join(where)

    async def check(said: str) -> str:
        config = await bridge.reads.run(settings.config_text, bridge.ws)
        return await bridge.reads.run(settings.check, bridge.ws, config, where, said)

    def told(row: Row) -> None:
        screen.lmawep.settings_changed()
        screen.lmawep.say(f"{row.key} is {row.value} now." + _later(where))
        screen.go_to(name)

    def done(said: str | None) -> None:
        if said is None or said == (text or (NOTHING if shape.kind == "choice" else text)):
            return
        bridge.do("settings", "setting", settings.put, where, said, then=told)

    screen.lmawep.ask(SettingEditor(name, shape, "" if text == "''" else text, check), done)


def _later(where: Where) -> str:
    return " It counts from the next start of the screen." if where == ("worktree", "dir") else ""


def _add(screen: SettingsScreen, row: Row) -> None:
    """A new name in a table, and then what stands under it; in an entry with settings of its own, one of those."""
    from lmawep_tui.ui.modals.pick import Item, Pick

    if isinstance(row.shape.names, type) and hasattr(row.shape.names, "__dataclass_fields__"):
        fields = fields_of(row.shape.names)
        items = [Item(name, f"{name}  {clean_line(shape.doc)}") for name, shape in fields.items()]

        def chosen(keys: tuple[str, ...] | None) -> None:
            if keys:
                _edit_at(screen, (*row.where, keys[0]))

        screen.lmawep.ask(Pick(f"Which setting of {row.key}?", items, many=False), chosen)
        return
    _ask_name(screen, row)


def _ask_name(screen: SettingsScreen, row: Row) -> None:
    from lmawep_tui.ui.modals.pick import Item, Pick

    def named(name: str | None) -> None:
        if name:
            _edit_at(screen, (*row.where, name))

    if row.where == ("keys",):
        from lmawep_tui.ui.actions import ACTIONS
        from lmawep_tui.ui.keymap import keys_of, shown

        own = screen.lmawep.own_keys
        items = [Item(a.id, f"{a.id}  {a.help}", " ".join(map(shown, keys_of(a, own)))) for a in ACTIONS.values()]
        screen.lmawep.ask(Pick("A key for which action?", items, many=False), lambda k: named(k[0] if k else None))
        return
    from lmawep_tui.ui.modals.prompt import Prompt

    async def known(name: str) -> None:
        shape_of((*row.where, name))

    says = [f"{row.shape.doc[:1].upper()}{row.shape.doc[1:]}."]
    screen.lmawep.ask(Prompt(f"A name for {row.key}", says, send="go on", line=True, deliver=known), named)


def _edit_at(screen: SettingsScreen, where: Where) -> None:
    found = screen.rows.get(".".join(where))
    if found is not None and found.shape.kind != "table":
        screen.table.move_to(found.key)
        _edit(screen)
        return
    try:
        shape = shape_of(where)
    except LmawepError as error:
        screen.lmawep.say(str(error), "warning")
        return
    if shape.kind == "table":
        from lmawep_tui.engine.settings import Row

        _add(screen, Row(where, shape, "", ""))
    else:
        ask_value(screen, where, shape, "")


def _default(screen: SettingsScreen) -> None:
    from lmawep_tui.engine import settings
    from lmawep_tui.ui.modals.confirm import Confirm

    row = screen.row
    assert row is not None
    if not row.is_set:
        screen.lmawep.say(f"{row.key} is at its default.")
        return

    def told(_: None) -> None:
        screen.lmawep.settings_changed()
        screen.lmawep.say(f"{row.key} is at its default{f', {row.default}' if row.default else ''}.")
        screen.load()

    def take_out(yes: bool | None = True) -> None:
        if yes:
            screen.bridge.do("settings", "setting", settings.unset, row.where, then=told)

    if row.shape.kind in ("table", "file"):
        says = [f"All that stands under it goes: {row.value}."]
        screen.lmawep.ask(Confirm(f"Take {row.key} out of the config?", says, yes="take it out"), take_out)
    else:
        take_out()


def _filter(screen: SettingsScreen) -> None:
    from lmawep_tui.ui.panes.filter_line import FilterLine

    if not screen.query(FilterLine):
        line = FilterLine("settings", screen.needle)
        screen.mount(line, before="#settings-footer")
        screen.lmawep.key_line.hold_until(lambda: line.takes_keys)


def _only_set(screen: SettingsScreen) -> None:
    screen.only_set = not screen.only_set
    screen.show_rows()


def _file(screen: SettingsScreen) -> None:
    """The config in the person's editor; stored when it can be read, kept as a copy when not."""
    screen.run_worker(_edit_file(screen), exit_on_error=False, group="file", exclusive=True)


async def _edit_file(screen: SettingsScreen) -> None:
    from lmawep_tui.engine import editor, settings

    bridge, row = screen.bridge, screen.row
    copy = None
    try:
        was = await bridge.reads.run(settings.config_text, bridge.ws)
        copy = await bridge.reads.run(editor.copy_for_editor, was, "config.yaml")
        with screen.app.suspend():
            editor.run_editor(editor.editor_command(copy, row.line if row else None))
        screen.app.refresh()
        new = await bridge.reads.run(editor.edited, copy)
        await bridge.verbs.run(settings.replace_config, bridge.ws, was, new)
        await bridge.reads.run(editor.forget, copy)
    except SuspendNotSupported:
        screen.lmawep.say("This terminal cannot be given to an editor.", "warning")
        return
    except LmawepError as error:
        words = str(error).replace(str(bridge.ws.layout.config), "The config")
        screen.lmawep.say(f"{words} Your text is kept in {copy}." if copy else words, "warning")
        return
    screen.lmawep.settings_changed()
    screen.load()


def _accept(screen: SettingsScreen) -> None:
    from lmawep_tui.engine import accept
    from lmawep_tui.ui.modals.confirm import Confirm

    def ask(waiting: list[tuple[str, ...]]) -> None:
        if not waiting:
            screen.lmawep.say("Nothing waits to be accepted.")
            return
        says = ["Git tracks the config, so its commands may come from somebody else. Read them:", ""]
        says += [clean_line(" ".join(command))[:300] for command in waiting]

        def decided(yes: bool | None) -> None:
            if yes:
                screen.bridge.do("settings", "accepting", accept.accept_commands, then=lambda _: screen.load())

        screen.lmawep.ask(Confirm("Let these run on this machine?", says, yes="accept them"), decided)

    screen.bridge.do("settings", "looking", accept.not_accepted, then=ask)


def _back(screen: SettingsScreen) -> None:
    """Leave one thing: the filter line, the filter, the screen."""
    was_open = screen.close_filter()
    if screen.needle:
        screen.needle = ""
        screen.show_rows()
    elif not was_open:
        screen.dismiss(None)


def _help(screen: SettingsScreen) -> None:
    from lmawep_tui.ui.going import open_help

    open_help(screen.lmawep)


DEEDS: dict[str, Callable[[SettingsScreen], object]] = {
    "settings.edit": _edit,
    "settings.default": _default,
    "settings.filter": _filter,
    "settings.changed": _only_set,
    "settings.file": _file,
    "settings.accept": _accept,
    "settings.back": _back,
    "help": _help,
}
