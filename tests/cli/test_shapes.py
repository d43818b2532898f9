"""The shapes of `--json`, which scripts rely on, and the words commands print."""

from __future__ import annotations

from tests.repos import Project

TICKET = ["id", "title", "description", "status", "priority", "estimate", "assigned_to", "dependencies", "created",
          "assignee_notes", "blockers", "labels", "lane", "agent", "touches", "test", "acceptance",
          "review", "budget"]  # fmt: skip
POD = {"id", "ticket", "branch", "path", "base", "status", "run", "outcome", "ahead", "behind", "files_changed",
       "insertions", "deletions", "attention", "updated"}  # fmt: skip


def test_tickets(project: Project) -> None:
    assert project.lmawep("ticket", "create", "One", "-p", "high").out == "ticket-101\n"
    project.lmawep("ticket", "create", "Two", "-d", "101")
    listed = project.lmawep("ticket", "list", "--json").json["tickets"]
    assert [list(ticket) for ticket in listed] == [TICKET, TICKET]
    assert (listed[0]["priority"], listed[1]["dependencies"]) == ("high", [101])
    assert [t["id"] for t in project.lmawep("ticket", "ready", "--json").json["tickets"]] == [101]
    assert project.lmawep("ticket", "show", "102", "--json").json == listed[1]


def test_pods(project: Project) -> None:
    project.lmawep("ticket", "create", "One")
    assert project.lmawep("spawn", "101").out == "pod-1\n"
    (pod,) = project.lmawep("pods", "--json").json["pods"]
    assert set(pod) >= POD
    assert (pod["id"], pod["ticket"], pod["branch"], pod["status"]) == ("pod-1", 101, "pod-1-ticket-101", "assigned")
    assert (pod["run"], pod["outcome"], pod["ahead"], pod["attention"]) == (None, None, 0, None)


def test_status_counts_and_says_what_waits(project: Project) -> None:
    project.lmawep("ticket", "create", "One")
    project.lmawep("ticket", "create", "Two", "-d", "101")
    status = project.lmawep("status", "--json").json
    assert status["tickets"] == {"total": 2, "invalid": 0, "by_status": {"ready": 2}}
    assert status["waiting"] == {"102": "waits for 101"}
    assert status["slots"] == {"used": 0, "total": 6}


def test_filters(project: Project) -> None:
    project.lmawep("ticket", "create", "Blue car", "--label", "paint")
    project.lmawep("ticket", "create", "Red car", "-p", "critical")
    project.lmawep("ticket", "update", "102", "--status", "blocked", "--why", "no paint")

    def found(*flags: str) -> list[int]:
        return [t["id"] for t in project.lmawep("ticket", "list", "--json", *flags).json["tickets"]]

    assert found("--status", "blocked") == [102]
    assert found("--label", "paint") == [101]
    assert found("--priority", "critical") == [102]
    assert found("blue") == [101]
    assert "no paint" in project.lmawep("ticket", "show", "102").out


def test_templates_and_the_editor(project: Project) -> None:
    folder = project.root / ".lmawep" / "templates"
    (folder / "bug.yaml").write_text("priority: critical\nlabels: [bug]\nseverity: high\n")
    editor = "sed -i 's/^title: .*/title: Edited/'"
    project.lmawep("ticket", "create", "Broken", "--template", "bug", "--edit", env={"EDITOR": editor, "VISUAL": ""})
    ticket = project.lmawep("ticket", "show", "101", "--json").json
    assert (ticket["title"], ticket["priority"], ticket["labels"]) == ("Edited", "critical", ["bug"])
    assert "severity:" in (project.root / ".lmawep/tickets/ticket-101.yaml").read_text()
    assert "no ticket template" in project.lmawep("ticket", "create", "X", "-t", "nope", ok=False).err


def test_why(project: Project) -> None:
    project.lmawep("ticket", "create", "One")
    project.lmawep("ticket", "create", "Two", "-d", "101")
    waiting = project.lmawep("why", "102").out.splitlines()
    assert waiting[0] == "Not now: waits for #101."
    assert waiting[1].startswith("#102 waits for #101: next: make its pod; autopilot is off")
    assert project.lmawep("why", "101").out.startswith("Next: make its pod; autopilot is off")
    assert project.lmawep("why", "101", "--json").json["causes"][0].startswith("Next: make its pod")


def test_logs_of_the_newest_and_of_an_earlier_run(project: Project) -> None:
    project.spawn()
    for word in ("first", "second"):
        project.lmawep("run", "pod-1", "--role", "command", "--", "sh", "-c", f"seq 3; echo {word}", ok=True)
    assert project.lmawep("logs", "pod-1").out == "1\n2\n3\nsecond\n"
    assert project.lmawep("logs", "pod-1", "--run", "1", "-n", "2").out == "3\nfirst\n"
