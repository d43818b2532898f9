"""Quota walls and missing logins, told from last words and from nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lmawep_tui.agents.limited import recognise, reset_time
from lmawep_tui.model.run import Outcome

NOW = datetime(2026, 1, 15, 14, 0, tzinfo=UTC)

FAILED = [
    ("exceeded retry limit, last status: 429 Too Many Requests", Outcome.RATE_LIMITED),
    ("API Error: Request rejected (429) · Rate limit reached for requests", Outcome.RATE_LIMITED),
    ("  status: 429\n}", Outcome.RATE_LIMITED),
    ("You have exhausted your quota: quota exceeded for today", Outcome.RATE_LIMITED),
    ("Your credit balance is too low to access the API", Outcome.RATE_LIMITED),
    ("Claude AI usage limit reached|1768500000", Outcome.RATE_LIMITED),
    ("litellm.BadRequestError: OpenAIException - Invalid API key.", Outcome.AUTH),
    ("Failed to authenticate. API Error: 401 Invalid API key", Outcome.AUTH),
    ("Error: not logged in. Please run /login", Outcome.AUTH),
    ("Segmentation fault", None),
    ("Traceback (most recent call last):\nKeyError: 'x'", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "outcome"), FAILED)
def test_last_words_of_a_failed_agent(text: str, outcome: Outcome | None) -> None:
    found = recognise(text, failed=True, now=NOW)
    assert (found.outcome if found else None) is outcome


EXIT_0 = [
    ("Working.\n429 Rate limit reached for requests", Outcome.RATE_LIMITED),
    ("litellm.BadRequestError: OpenAIException - Invalid API key", Outcome.AUTH),
    ("[API Error: Rate limit reached for requests]", Outcome.RATE_LIMITED),
    ("I added the rate limit to src/limits.py and committed it.", None),
    ("The login now answers 401 for a wrong password.", None),
    ("429 Rate limit reached\nGoing on after a pause.\nAll done, committed.", None),
]


@pytest.mark.parametrize(("text", "outcome"), EXIT_0)
def test_who_only_writes_about_limits_ran_into_none(text: str, outcome: Outcome | None) -> None:
    found = recognise(text, failed=False, now=NOW)
    assert (found.outcome if found else None) is outcome


TIMES = [
    ("Please try again in 20s", timedelta(seconds=20)),
    ("try again in 5 minutes", timedelta(minutes=5)),
    ('"retry-after":"30"', timedelta(seconds=30)),
    ("Retry-After: 120", timedelta(seconds=120)),
    ("Claude AI usage limit reached|1768489200", timedelta(hours=1)),
    ("resets at 2026-01-15T16:30:00Z", timedelta(hours=2, minutes=30)),
    ("resets in 3h", timedelta(hours=3)),
    ("limit ended 2025-01-15T16:30:00Z", None),
    ("resets in 900h", None),
    ("nobody says when", None),
]


@pytest.mark.parametrize(("text", "passed"), TIMES)
def test_when_a_limit_ends(text: str, passed: timedelta | None) -> None:
    assert reset_time(text, NOW) == (NOW + passed if passed else None)


def test_a_time_of_day_is_the_next_one_on_the_persons_clock() -> None:
    found = reset_time("Your limit resets 3pm", NOW)
    assert found is not None and NOW < found <= NOW + timedelta(days=1)
    assert (found.astimezone().hour, found.minute) == (15, 0)
