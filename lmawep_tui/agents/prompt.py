"""The prompt of a run: a template with the ticket, the memory bank and the rules put in.

Everything that was written elsewhere is quoted line by line with `| `. That tells material from instructions, and a
program that echoes its prompt can never be taken for an agent that reports: no quoted line parses as a report.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from lmawep_tui.files.clean import clean_line, clean_text
from lmawep_tui.files.read import read_text
from lmawep_tui.model.errors import BadFile, LmawepError
from lmawep_tui.model.run import Role
from lmawep_tui.model.ticket import Ticket

_BUILT_IN = Path(__file__).parent / "prompts"
_PLACEHOLDER = re.compile(r"\{\{([a-z_]+)\}\}")
_MEMORY_CAP = 16_000
_TEXT_CAP = 64_000

RULES = """## Rules

- Work only in {{worktree}}. Do not change files outside it: other agents are at work in the folders beside it.
- Commit your work on {{branch}}, in commits with clear messages. Work that is not committed does not count.
- Never merge to {{main}}, never check it out, never push, never rewrite commits that were there before you came.
- Do not commit `memory-bank/`, `.lmawep/`, `.lmawep-shared/` or generated files.
- `.lmawep-shared/` is the same in every pod: what others announce, claim and work on. A decision that binds others
  goes into a file of its own there.
- Keep the memory bank up to date; the next agent on this ticket knows nothing but what stands there. In short, plain
  sentences: `memory-bank/activeContext.md` (what you are doing and why, what comes next), `memory-bank/progress.md`
  (what is done, with commits), `memory-bank/blockers.md` (what is in the way, or "None"),
  `memory-bank/systemPatterns.md` (what you learned about the code that will matter again).
- If you have to change something that others use (a signature, a format, a schema, a name), announce it. Print a line
  that says only `BREAKING CHANGE ALERT`, and below it five lines, each starting with its key: `POD:` ({{pod}}),
  `FILE:` (what file), `CHANGE:` (what changed), `AFFECTS:` (who has to follow), `MIGRATION:` (how).
- If you need an answer from the person, do not guess at what cannot be undone and do not wait: commit what you have,
  and end with status QUESTION and the one question that would let you go on.
- Start no server or watcher that outlives you: it is ended when you end.
"""

_STATUS: Mapping[Role, tuple[tuple[str, str], ...]] = {
    Role.TASK: (
        ("COMPLETE", "everything is done, tested and committed"),
        ("NO_CHANGE", "nothing needed to be changed; say in PROGRESS how you made sure"),
        ("NEEDS_REVIEW", "done and committed, but a person should look before it goes on; say at what in NEXT"),
        ("BLOCKED", "you cannot go on; say in BLOCKERS what is in the way"),
        ("QUESTION", "you need an answer from the person"),
        ("PARTIAL", "a part is done and committed; say in NEXT what is left"),
        ("FAILED", "you tried and it did not work; say in BLOCKERS why"),
    ),
    Role.REVIEW: (
        ("APPROVED", "it may land as it is"),
        ("CHANGES_REQUESTED", "it must not land; each finding stands in BLOCKERS"),
    ),
}


TOOLS = """
## Tools of lmawep

Your program may offer you the tools of the MCP server `lmawep`. With `ask_person` you reach the person while you work
and wait for the answer: use it for what only they can decide, and do as it says when nobody answers. What you say by
its `report` counts as if you had printed it.
"""
"""Stands at the end of the prompt of a run that is given them."""


def report_format(role: Role) -> str:
    """The report format in words. Not as a block to copy: an echoed prompt must not parse as a report."""
    words = _STATUS.get(role, _STATUS[Role.TASK])
    lines = [
        "## Your report",
        "",
        "The very last thing you print is your report: plain text, no Markdown, each key at the start of a line of its",
        "own, followed by a colon. Be truthful: your commits, the tests and the memory bank are checked against it.",
        "",
        f"1. `STATUS` and one of these words: {', '.join(word for word, _ in words)}",
        "2. `PROGRESS` and what you did, in one or two sentences",
        "3. `BLOCKERS` and what is in the way, or None",
        "4. `NEXT` and what should be done next, or None",
    ]
    if any(word == "QUESTION" for word, _ in words):
        lines.append("5. `QUESTION` and the question, only with status QUESTION")
    lines += ["", "What the words mean:", "", *(f"- {word}: {meaning}" for word, meaning in words)]
    return "\n".join(lines)


def build_prompt(
    *,
    role: Role,
    ticket: Ticket,
    pod: str,
    branch: str,
    main: str,
    worktree: str,
    memory: Mapping[str, str],
    brief: str = "",
    message: str = "",
    history: str = "",
    alerts: str = "",
    template_dir: Path | None = None,
    template: str | None = None,
) -> str:
    """The prompt for a run. `memory` is file name to content, `brief` what failed before, `message` the person's words,
    `alerts` what other pods announced.

    `template_dir/ROLE.md` (or `template` there) takes the place of the built-in template; raises BadFile when it
    cannot be used.
    """
    names = {
        "role": role.value,
        "pod": pod,
        "branch": branch,
        "main": main,
        "worktree": worktree,
        "ticket": str(ticket.id),
        "title": clean_line(ticket.title),
        "priority": ticket.priority.value,
        "estimate": f", estimated at {clean_line(ticket.estimate)}" if ticket.estimate else "",
    }
    blocks = {
        "description": quote(asked(ticket)),
        "notes": section("Notes on the ticket", ticket.assignee_notes),
        "touches": section("Files it is expected to touch", "\n".join(ticket.touches)),
        "message": section("The person says", message),
        "brief": section("What happened before", brief),
        "history": section("Earlier runs on this ticket", history),
        "alerts": section("What other pods announced", alerts),
        "memory": _memory(memory),
        "rules": _fill(RULES, names),
        "report": report_format(role),
    }
    path, text = _template(role, template_dir, template)
    values = {**names, **blocks}
    unknown = sorted(set(_PLACEHOLDER.findall(text)) - set(values))
    if unknown:
        known = ", ".join(f"{{{{{name}}}}}" for name in sorted(values))
        raise BadFile(path, f"uses {{{{{unknown[0]}}}}}, which means nothing", hint=f"Known: {known}.")
    if blocks["alerts"] and "{{alerts}}" not in text and role.writes:  # a template of one's own must not hide them
        text = f"{text.rstrip()}\n{{{{alerts}}}}"
    if "{{report}}" not in text:  # without the format no agent reports, and every run would look like a mute one
        text = f"{text.rstrip()}\n\n{{{{report}}}}\n"
    return _fill(text, values)


def _fill(text: str, values: Mapping[str, str]) -> str:
    """One pass: what a value holds is never looked at again."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def asked(ticket: Ticket) -> str:
    """What a ticket asks for: its description, and what has to hold at the end."""
    text = ticket.description or ticket.title
    if not ticket.acceptance:
        return text
    return "\n".join([text.rstrip(), "", "It is done when:", *(f"- {line}" for line in ticket.acceptance)])


def quote(text: str, cap: int = _TEXT_CAP) -> str:
    """Text from elsewhere, each line marked as a quotation, cut in words when it is long."""
    text = clean_text(text).strip("\n")
    if len(text) > cap:
        text = f"{text[:cap]}\n[… cut here, {len(text) - cap} more characters …]"
    return "\n".join(f"| {line}".rstrip() for line in text.split("\n")) + "\n"


def quote_ends(text: str, cap: int) -> str:
    """As quote, but what is cut is the middle: how it began, and what was written last."""
    text = clean_text(text).strip("\n")
    if len(text) > cap:
        head, tail = text[: cap // 4], text[-(cap - cap // 4) :]
        head, tail = head[: head.rfind("\n") + 1] or head, tail[tail.find("\n") + 1 :] or tail
        left_out = len(text) - len(head) - len(tail)
        text = f"{head.rstrip()}\n[… {left_out} characters left out here; the file has them …]\n{tail}"
    return quote(text, cap + 200)


def section(title: str, text: str) -> str:
    """A heading with quoted material below it; nothing when there is none."""
    return f"\n## {title}\n\n{quote(text)}" if text.strip() else ""


def _memory(memory: Mapping[str, str]) -> str:
    parts = [
        f"### {clean_line(name)}\n\n{quote_ends(text, _MEMORY_CAP)}" for name, text in memory.items() if text.strip()
    ]
    body = "\n".join(parts) or "It is empty: you are the first agent on this ticket.\n"
    return f"\n## The memory bank\n\nWhat the agents before you left in `memory-bank/`.\n\n{body}\n"


def _template(role: Role, folder: Path | None, name: str | None) -> tuple[Path, str]:
    """The person's template when there is one, else the built-in; a name that was asked for has to exist."""
    if name is not None and (Path(name).name != name or name.startswith(".")):
        raise LmawepError(f"{name!r} is not the name of a prompt template.", "Give a file name such as task.md.")
    if folder is not None:
        path = folder / (name or f"{role.value}.md")
        try:
            return path, read_text(path)
        except FileNotFoundError:
            if name is not None:
                raise BadFile(path, "does not exist", hint="Make it, or take `template` out of the config.") from None
    path = _BUILT_IN / f"{role.value}.md"
    try:
        return path, path.read_text("utf-8")
    except FileNotFoundError:
        raise LmawepError(f"There is no prompt for runs of role {role.value}.") from None
