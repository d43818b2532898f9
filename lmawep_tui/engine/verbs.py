"""Every verb of lmawep with its one sentence: `--help`, the `?` screen and the README read it here."""

from __future__ import annotations

from lmawep_tui.model.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class VerbHelp:
    """One command of the command line."""

    name: str
    usage: str
    help: str
    group: str
    module: str
    """Where its command is, imported when it is called."""
    hidden: bool = False


def _verb(name: str, usage: str, text: str, group: str, module: str, *, hidden: bool = False) -> VerbHelp:
    return VerbHelp(name, usage, text, group, f"lmawep_tui.cli.verbs.{module}", hidden)


VERBS: dict[str, VerbHelp] = {
    verb.name: verb
    for verb in (
        _verb("tui", "", "Open the screen (the same as lmawep alone).", "Start", "tui"),
        _verb("init", "[--agent NAME]", "Prepare this repository and settle on an agent.", "Start", "setup"),
        _verb("demo", "[--headless]", "See it all work in a throw-away repository.", "Start", "demo"),
        _verb("ticket", "create|list|show|update|depend|edit|ready|templates", "Create, list and change tickets.",
              "Work", "ticket"),
        _verb("spawn", "ID", "Make a pod for a ticket: worktree, branch, memory bank.", "Work", "pod"),
        _verb("run", "POD [-- CMD…]", "Start an agent, or any command, in a pod.", "Work", "run"),
        _verb("tell", "POD MESSAGE | - | --drop", "Say something to a pod's agent: now, or when its run has ended.",
              "Work", "run"),
        _verb("attach", "POD [--stop] [--shell]", "Take over: the agent's own program, or your shell, in the pod.",
              "Work", "attach"),
        _verb("open", "POD [NAME] [--file F]", "Open a pod in a program of the config's open:, or a file in $EDITOR.",
              "Work", "attach"),
        _verb("stop", "POD", "End the pod's live run, its whole process tree.", "Work", "run"),
        _verb("pause", "POD", "Freeze a pod: its run stands still, autopilot leaves it alone.", "Work", "run"),
        _verb("resume", "POD", "Let a paused pod go on.", "Work", "run"),
        _verb("unblock", "ID|POD [--fix|--rescope TEXT|--later|--abandon]", 
              "Let a blocked ticket go on, or decide otherwise.", "Work", "escalation"),
        _verb("answer", "POD [TEXT | --option ID]", "Answer what a live run waits for, or list what that is.", "Work",
              "answer"),
        _verb("submit", "POD", "Put what you committed by hand up for review.", "Work", "escalation"),
        _verb("up", "[--until-done]", "Autopilot: drive ready tickets to landed without a screen.", "Work", "up"),
        _verb("snooze", "[POD|ID…] [15m|1h|tomorrow|change] [--wake]", "Put aside what needs you for a while, or list"
              " what is.", "Work", "triage"),
        _verb("pin", "POD|ID… [--off]", "Keep pods or tickets on top of their list.", "Work", "triage"),
        _verb("review", "POD [--approve|--reject WHY|…]",
              "Approve a pod's commit, request changes, comment on lines.", "Land", "review"),
        _verb("test", "POD", "Run the project's tests in a pod.", "Land", "review"),
        _verb("merge", "POD [--now]", "Land a pod: test the combined result, then move main.", "Land", "review"),
        _verb("train", "", "Show the merge queue.", "Land", "review"),
        _verb("undo", "[ID|POD|COMMIT] [--dry-run]", "Take the newest landing or removal back, tested first.",
              "Land", "undo"),
        _verb("resolve", "POD [--start|--done|…]", "Show a pod's conflict with main, and resolve it.", "Land",
              "resolve"),
        _verb("remove", "POD [--force]", "Remove a pod; what is not on main stays in the vault.", "Land", "pod"),
        _verb("vault", "list|show|restore|prune", "What was kept of pods: look, bring it back.", "Land", "vault"),
        _verb("status", "[--watch]", "The whole fleet on one page.", "Look", "status"),
        _verb("pods", "[move POD DIR]", "List the pods, or move one.", "Look", "pod"),
        _verb("logs", "POD [--follow]", "Show what the newest run prints.", "Look", "logs"),
        _verb("diff", "POD", "Show what a pod would bring to main.", "Look", "pod"),
        _verb("attempts", "POD [--diff A B]", "What each run of a pod came to, and how their work differs.", "Look",
              "attempts"),
        _verb("memory", "list|show|history|edit|search", "The notes agents leave: read, edit, what each run changed.",
              "Look", "memory"),
        _verb("radar", "", "Show which pods would conflict, with each other or with main.", "Look", "radar"),
        _verb("graph", "[ID] [--all|--mermaid|--dot]", "Draw what waits for what, and the critical path.", "Look",
              "graph"),
        _verb("digest", "[--since WHEN]", "What happened since you last looked: asked, failed, landed, cost.", "Look",
              "digest"),
        _verb("timeline", "[--since WHEN]", "Who ran when, and how it ended, as bars on one clock.", "Look",
              "timeline"),
        _verb("why", "ID|POD", "Say why something is not moving.", "Look", "status"),
        _verb("alerts", "", "List announced breaking changes, for whom they are, and who has seen them.", "Look",
              "agent"),
        _verb("postmortem", "[--since WHEN]", "Tell how it went: times, attempts, conflicts, what waited for whom.",
              "Look", "postmortem"),
        _verb("costs", "[--by WHAT] [--since WHEN]", "Tokens and money: by ticket, pod, role, agent, day or run.",
              "Look", "costs"),
        _verb("agents", "[--check [NAME]|--go-on NAME]", "List agents: which are installed, which answer,"
              " which wait; `agents parse` reads a saved log.", "Look", "agents"),
        _verb("config", "[set KEY VALUE|unset KEY]", "Print every setting with its meaning, or set one.", "Look",
              "setup"),
        _verb("doctor", "[--fix]", "Find what is not in order, and mend it without losing anything.", "Look", "setup"),
        _verb("report", "--status S --progress …", "Report how the run went, as the printed block does.", "Agents",
              "agent"),
        _verb("alert", "--file F --change … | --ack N", "Announce a breaking change to whom it concerns.", "Agents",
              "agent"),
        _verb("claim", "[PATH…] [--release]", "Claim paths for a pod, or list what is claimed.", "Agents", "agent"),
        _verb("signal", "NAME [--data K=V]", "Give a signal that a trigger in the config waits for.", "Agents",
              "agent"),
        _verb("mcp", "[--config]", "Serve these, the memory bank and the tickets as MCP tools (stdio).", "Agents",
              "mcp"),
        _verb("settle", "POD", "Act on the end of a run (supervisors call this).", "Look", "run", hidden=True),
    )
}  # fmt: skip
