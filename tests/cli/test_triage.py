"""Snooze and pin from a script, and what everybody else sees of it."""

from __future__ import annotations

from tests.repos import Project


def test_what_is_snoozed_does_not_need_you_until_it_changes(project: Project) -> None:
    project.lmawep("ticket", "create", "One")
    project.lmawep("ticket", "create", "Two")
    project.lmawep("ticket", "update", "101", "--status", "blocked", "--why", "no water")
    assert project.lmawep("status", "--json").json["attention"] == 1
    assert "#101 is snoozed until " in project.lmawep("snooze", "101", "1h").out
    status = project.lmawep("status", "--json").json
    assert (status["attention"], list(status["snoozed"])) == (0, ["101"])
    assert "You snoozed it until " in project.lmawep("why", "101").out
    project.lmawep("ticket", "update", "101", "--status", "ready")
    project.lmawep("ticket", "update", "101", "--status", "blocked", "--why", "no tea")
    assert project.lmawep("status", "--json").json["attention"] == 1
    assert "until it changes: blocked: no tea" in project.lmawep("snooze", "101", "change").out
    assert project.lmawep("snooze", "--wake").out == "Nothing is snoozed.\n"


def test_refusals_say_what_to_do(project: Project) -> None:
    project.lmawep("ticket", "create", "One")
    for words, code, said in (
        (("101", "1h"), 1, "#101 does not need you now."),
        (("109", "1h"), 1, "There is no ticket 109."),
        (("1h",), 2, "Nothing to snooze was named."),
        (("101", "soon"), 2, "'soon' is no time to snooze for."),
        (("101", "1h", "--wake"), 2, "--wake takes no time."),
    ):
        assert said in project.refuses("snooze", *words, status=code)


def test_pins_are_kept_in_their_order(project: Project) -> None:
    for title in ("One", "Two"):
        project.lmawep("ticket", "create", title)
    project.lmawep("spawn", "102")
    assert project.lmawep("pin", "pod-1", "101").out == "Pinned: pod-1, #101\n"
    assert project.lmawep("pin", "pod-1", "--off").out == "Pinned: #101\n"
    assert project.lmawep("status", "--json").json["pinned"] == ["101"]
    assert "There is no pod-7." in project.refuses("pin", "pod-7")


def test_a_damaged_file_takes_nothing_down(project: Project) -> None:
    project.lmawep("ticket", "create", "One")
    project.ws.layout.triage.write_text("{")
    assert "triage.json" in str(project.lmawep("status", "--json").json["problems"])
    assert project.lmawep("pin", "101").out == "Pinned: #101\n"
    assert project.lmawep("status", "--json").json["problems"] == []


def test_a_digest_from_a_script(project: Project) -> None:
    assert "Nothing landed, failed or asked for you in the last 24h." in project.lmawep("digest").out
    project.lmawep("ticket", "create", "One")
    project.lmawep("ticket", "update", "101", "--status", "blocked", "--why", "no water")
    assert "asks    #101 is blocked: no water" in project.lmawep("digest", "--since", "1h").out
    found = project.lmawep("digest", "--since", "1h", "--json").json
    assert [(line["kind"], line["goal"]) for line in found["lines"]] == [("asks", "101")]
    project.ws.layout.looked.write_text('{"at": 99999999999}')
    assert project.lmawep("digest", "--json").json["lines"] == []
