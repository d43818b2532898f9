"""Accepting commands that come from files which git tracks: which there are, which wait, and taking them all."""

from __future__ import annotations

from lmawep_tui.engine.trust import accept, accepted_commands, is_tracked
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.errors import Refused


def commands(ws: Workspace) -> list[tuple[str, ...]]:
    """Every command that the settings and tickets can make us run; raises Refused for one that is none."""
    from lmawep_tui.agents.profile import own_words, profile_of
    from lmawep_tui.engine.detect import detect_tests
    from lmawep_tui.model.command import words_of

    config = ws.config
    tickets = ws.snapshot().tickets.values()
    texts = [config.worktree.setup, config.tests.command or detect_tests(ws.layout.root), config.notify.command]
    texts += [
        *(rule.run for rule in config.tests.targeted),
        *(ticket.test for ticket in tickets),
    ]
    found = [own_words(profile_of(name, config)) for name in config.agents]
    found += [service.command for service in config.services if service.command]
    for text in dict.fromkeys(text for text in texts if text):
        try:
            found.append(words_of(text))
        except ValueError as error:  # a ticket's: the config itself would not have been read
            raise Refused(f"A test command {error}.", "Nothing was accepted. Mend the ticket, then accept.") from error
    return found


def not_accepted(ws: Workspace) -> list[tuple[str, ...]]:
    """Commands that do not run yet, because git tracks the files they come from and nobody accepted them here."""
    if not is_tracked(ws.git):
        return []
    return [command for command in commands(ws) if not accepted_commands(ws.layout, [command])]


def accept_commands(ws: Workspace) -> tuple[list[tuple[str, ...]], list[str]]:
    """Accepts every command as it stands, and the git config; returns the commands and the keys of the git config."""
    found = commands(ws)
    return found, accept(ws.layout, ws.git, found)
