"""What a person may type to go to a place in a log."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.model.log_goal import ToLine, ToShare, ToStep, ToTime, parse_goal


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("42", ToLine(42)), ("0", ToLine(1)), (" 50% ", ToShare(0.5)), ("150%", ToShare(1.0)),
        ("-5m", ToStep(-300)), ("+30s", ToStep(30)), ("+1h30m", ToStep(5400)), ("-90", ToStep(-90)),
        ("+ 2d", None), ("-1d 2h", ToStep(-93_600)), ("14:02", ToTime((14, 2, 0))), ("4:02:31", ToTime((4, 2, 31))),
        ("2026-01-15 14:02", ToTime((14, 2, 0), (2026, 1, 15))),
        ("2026-01-15T14:02:07", ToTime((14, 2, 7), (2026, 1, 15))),
        ("25:00", None), ("14:60", None), ("2026-13-01 10:00", None), ("", None), ("soon", None),
        ("5m", None), ("1e9", None),
    ],
)  # fmt: skip
def test_each_way_to_say_it(text: str, goal: object) -> None:
    assert parse_goal(text) == goal


@given(st.text(max_size=30))
def test_anything_else_is_refused_and_never_an_error(text: str) -> None:
    parse_goal(text)


def test_a_time_of_day_is_the_last_one_before_the_end_of_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    end = 1_768_000_000.0  # 2026-01-09 23:06:40
    assert ToTime((23, 0, 0)).moment(end) == end - 400
    assert ToTime((23, 7, 0)).moment(end) == end + 20  # so little after the end that it means now
    assert ToTime((23, 50, 0)).moment(end) == end + 2600 - 86_400
    assert ToTime((0, 0, 0), (2026, 1, 1)).moment(end) == 1_767_225_600.0
