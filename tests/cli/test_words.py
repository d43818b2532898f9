"""What commands say to people, and to scripts, about what is not plain."""

from __future__ import annotations

import json

import yaml

from lmawep_tui.engine.conductor import Conductor
from lmawep_tui.files.yaml_io import flow
from tests.repos import Project


def made(project: Project) -> None:
    project.lmawep("ticket", "create", "One")
    project.lmawep("spawn", "101")


def test_resume_of_what_is_not_paused_is_refused(project: Project) -> None:
    made(project)
    done = project.lmawep("resume", "pod-1", ok=False)
    assert done.code == 1 and "pod-1 is not paused" in done.err
    project.lmawep("pause", "pod-1")
    assert project.lmawep("resume", "pod-1").out == "pod-1 goes on.\n"


def test_a_ticket_with_an_unknown_agent_is_refused(project: Project) -> None:
    done = project.lmawep("ticket", "create", "One", "--agent", "nix", ok=False)
    assert done.code == 1 and "no agent profile 'nix'" in done.err
    assert project.lmawep("ticket", "list", "--json").json["tickets"] == []
    project.lmawep("ticket", "create", "One", "--agent", "me")
    assert project.lmawep("ticket", "update", "101", "--agent", "nix", ok=False).code == 1


def test_a_ticket_names_its_pod(project: Project) -> None:
    made(project)
    project.lmawep("ticket", "create", "Two")
    assert project.lmawep("diff", "101", "--json").json["pod"] == "pod-1"
    assert project.lmawep("pause", "#101").out == "pod-1 is paused.\n"
    done = project.lmawep("diff", "102", ok=False)
    assert done.code == 1 and "Ticket 102 has no pod." in done.err
    assert "neither pod-9 nor a ticket 9" in project.lmawep("logs", "9", ok=False).err


def test_an_unknown_verb_is_met_with_the_nearest(project: Project) -> None:
    done = project.lmawep("stauts", ok=False)
    assert done.code == 2 and "Did you mean status" in done.err
    assert "Did you mean" not in project.lmawep("zzzz", ok=False).err


def test_json_of_why_logs_and_diff(project: Project) -> None:
    made(project)
    why = project.lmawep("why", "101", "--json").json
    assert why["pod"] == "pod-1" and why["why"].startswith("Next: start a task run")
    project.lmawep("run", "pod-1", "--", "sh", "-c", "echo hello; printf '\\033[31mred\\033[0m'")
    logs = project.lmawep("logs", "pod-1", "--json").json
    assert logs["lines"] == ["hello", "red"]
    assert (logs["name"], logs["outcome"], logs["live"]) == ("0001-task", "completed", False)
    diff = project.lmawep("diff", "pod-1", "--json").json
    assert diff["ahead"] == 0 and diff["patch"] == ""


def test_settings_are_printed_as_yaml(project: Project) -> None:
    for line in project.lmawep("config").out.splitlines():
        _, _, value = line.partition(": ")
        yaml.safe_load(value)
        assert "'{" not in value and "()" not in value, line
    assert [flow(v) for v in (None, True, ["a"], {"a": 1}, "x: y", 15.0)] == [
        "null", "true", "[a]", "{a: 1}", "'x: y'", "15.0"]  # fmt: skip


def test_times_are_for_people(project: Project) -> None:
    made(project)
    assert "ago" in project.lmawep("ticket", "show", "101").out
    assert json.dumps(project.lmawep("ticket", "show", "101", "--json").json).count("Z") == 1


def test_a_pod_removed_while_a_conductor_drives_is_not_begun_anew(project: Project) -> None:
    import threading

    from lmawep_tui.engine.driven import is_driven
    from tests.world import until

    made(project)
    project.lmawep("pause", "pod-1")
    conductor = Conductor(project.ws)
    thread = threading.Thread(target=conductor.run)
    thread.start()
    try:
        until(lambda: is_driven(project.ws), "driving")
        assert "ticket 101 is held" in project.lmawep("remove", "pod-1").out
        snapshot = project.ws.snapshot()
        assert not snapshot.pods and str(snapshot.tickets[101].status) == "blocked"  # type: ignore[index]
    finally:
        conductor.stop()
        thread.join()


def test_only_the_nearest_verb_is_meant(project: Project) -> None:
    assert "Did you mean status?" in project.lmawep("stauts", ok=False).err


def test_all_tickets_closed(project: Project) -> None:
    project.lmawep("ticket", "create", "One")
    project.lmawep("ticket", "update", "101", "--status", "abandoned")
    assert project.lmawep("ticket", "list").out == "The one ticket is closed; --all shows it.\n"
    assert "One" in project.lmawep("ticket", "list", "--all").out


def test_a_dry_undo_says_what_it_would_do(project: Project) -> None:
    from lmawep_tui.engine.train import merge_pod

    pod = project.queued({"x.txt": "x\n"})
    merge_pod(project.ws, pod.id)
    said = project.lmawep("undo", "--dry-run").out
    assert said == f"Would undo #{pod.ticket} ({project.main()[:7]}): changes 1 file, x.txt.\n"


def test_one_commit_is_one(project: Project) -> None:
    pod = project.reviewed({"x.txt": "x\n"})
    project.lmawep("remove", pod.id, "--force")
    assert "1 commit that is not on main" in project.lmawep("vault", "show", pod.id).out
