"""Snoozes and pins: when something comes back, and in which order things stand."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.model.errors import UsageError
from lmawep_tui.model.event import Ask
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.pod import Hold, HoldKind, Pod, PodRecord
from lmawep_tui.model.question import Question
from lmawep_tui.model.snapshot import Snapshot
from lmawep_tui.model.ticket import Status
from lmawep_tui.model.triage import Snooze, Triage, in_force, until_when
from lmawep_tui.store.asks import asks_of
from lmawep_tui.store.queries import Group, attention_count, decision_list, needing_you

NOON = time.mktime((2026, 1, 15, 12, 0, 0, 0, 0, -1))


def stamp(at: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))


def pod(number: int, status: Status = Status.WORKING, attention: str | None = None, **more: object) -> Pod:
    record = PodRecord(id=PodId(f"pod-{number}"), ticket=TicketId(100 + number), branch="b", base=Sha("0" * 40),
                       path="/x")  # fmt: skip
    return Pod(record=record, status=status, title="Steep", attention=attention, **more)  # type: ignore[arg-type]


def fleet(*pods: Pod, **more: object) -> Snapshot:
    return Snapshot(pods={one.id: one for one in pods}, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "after_s"),
    [("15m", 900), ("1h", 3600), ("1h30m", 5400), ("2d", 172_800), ("45s", 45), ("12:30", 1800), ("11:00", 23 * 3600),
     ("tomorrow", 20 * 3600), (" 1H ", 3600)],
)  # fmt: skip
def test_times_as_people_say_them(text: str, after_s: int) -> None:
    assert until_when(text, NOON) == stamp(NOON + after_s)


def test_change_has_no_end() -> None:
    assert until_when("change", NOON) is None
    assert Snooze(asks="x").words(NOON) == "until it changes"


@pytest.mark.parametrize("text", ["", "0s", "soon", "5", "25:00", "-1h", "400d", "h", "1h; rm", "\u0661h"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no time to snooze"):
        until_when(text, NOON)


@given(
    end=st.one_of(st.none(), st.integers(-10_000, 10_000)),
    asked=st.sampled_from(["", "a", "b"]),
    asks=st.sampled_from(["", "a", "b"]),
)
def test_a_snooze_holds_only_while_the_same_is_asked_and_its_time_is_not_up(
    end: int | None, asked: str, asks: str
) -> None:
    until = None if end is None else stamp(NOON + end)
    triage = Triage(snoozed={"pod-1": Snooze(until=until, asks=asked)})
    holds = bool(in_force(triage, lambda _: asks, NOON))
    assert holds == (bool(asked) and asked == asks and (end is None or end > 0))


def test_another_question_in_the_same_words_is_another_question() -> None:
    hold = Hold(was=Status.WORKING, kind=HoldKind.QUESTION, why="Which?", at="2026-01-15T10:00:00Z")
    one = pod(1, Status.BLOCKED, "asks: Which?", hold=hold)
    later = replace(one, hold=replace(hold, at="2026-01-15T11:00:00Z"))
    assert asks_of(fleet(one), "pod-1") != asks_of(fleet(later), "pod-1")
    assert asks_of(fleet(replace(one, attention=None)), "pod-1") == ""
    assert asks_of(fleet(one), "pod-9") == asks_of(fleet(one), "nonsense") == ""


def test_the_decision_list_in_its_groups() -> None:
    asking = Question(number=1, ask=Ask.QUESTION, title="Which?", tool="", detail="", options=(), since="")
    pods = (pod(1), pod(2, Status.REVIEW, "waits for your review"), pod(3, Status.BLOCKED, "failed: x"),
            pod(4, Status.WORKING, "asks: Which?", asks=(asking,), live=True), pod(5, Status.TESTING),
            pod(6, Status.ASSIGNED), pod(7, Status.REVIEW, "waits for your review"))  # fmt: skip
    snapshot = fleet(*pods, snoozed={"pod-7": Snooze(asks="x")}, pinned=("pod-6",))
    assert [(group, [one.id for one in found]) for group, found in decision_list(snapshot).groups] == [
        (Group.PINNED, ["pod-6"]),
        (Group.NEEDS_YOU, ["pod-4", "pod-3", "pod-2"]),
        (Group.TO_LAND, ["pod-5"]),
        (Group.IN_FLIGHT, ["pod-1"]),
        (Group.SNOOZED, ["pod-7"]),
    ]
    assert [one.id for one in needing_you(snapshot)] == ["pod-4", "pod-3", "pod-2"]
    assert attention_count(snapshot) == 3


@given(
    wanting=st.sets(st.integers(1, 8)),
    snoozed=st.sets(st.integers(1, 8)),
    pinned=st.lists(st.integers(1, 9), unique=True),
)
def test_every_pod_stands_exactly_once_and_pins_keep_their_order(
    wanting: set[int], snoozed: set[int], pinned: list[int]
) -> None:
    pods = [pod(n, Status.BLOCKED if n in wanting else Status.WORKING, "asks: x" if n in wanting else None)
            for n in range(1, 9)]  # fmt: skip
    snapshot = fleet(*pods, snoozed={f"pod-{n}": Snooze(asks="x") for n in snoozed & wanting},
                     pinned=tuple(f"pod-{n}" for n in pinned))  # fmt: skip
    listed = decision_list(snapshot)
    assert sorted(one.id for one in listed.flat) == sorted(one.id for one in pods)
    on_top = [one.id for one in listed.flat][: len([n for n in pinned if n < 9])]
    assert on_top == [f"pod-{n}" for n in pinned if n < 9]
    assert {one.id for one in needing_you(snapshot)} == {f"pod-{n}" for n in wanting - snoozed}


def test_pins_and_snoozes_come_and_go() -> None:
    triage = Triage().with_pins(("pod-1", "104"), on=True).with_pins(("pod-1",), on=True)
    assert triage.pinned == ("104", "pod-1")
    assert triage.with_pins(("104",), on=False).pinned == ("pod-1",)
    triage = triage.with_snoozed({"pod-1": "a", "104": "b"}, None, "now").without(("104",))
    assert list(triage.snoozed) == ["pod-1"]
    assert triage.pruned(lambda key: key == "104", lambda _: "other", NOON) == Triage(pinned=("104",))
