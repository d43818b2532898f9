"""Quota walls and missing logins, told from last words and from nothing else."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.agents.limited import recognise
from lmawep_tui.agents.listen import Listener
from lmawep_tui.agents.reset_time import reset_time
from lmawep_tui.agents.stream_outcome import wall_of
from lmawep_tui.agents.streams import parser_for
from lmawep_tui.agents.streams.walls import wall_of as wall_in
from lmawep_tui.model.event import Wall
from lmawep_tui.model.run import Outcome
from tests.agents.recordings import Recording, recordings

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
    ("You've hit your limit · resets 3pm (Europe/Berlin)", Outcome.RATE_LIMITED),
    ("5-hour limit reached ∙ resets 10pm", Outcome.RATE_LIMITED),
    ("You've hit your session limit · resets 1:30am (UTC)", Outcome.RATE_LIMITED),
    ("You're out of extra usage · resets 3pm (America/New_York)", Outcome.RATE_LIMITED),
    ("You've hit your usage limit. Upgrade to Pro or try again in 3 days 4 hours 5 minutes.", Outcome.RATE_LIMITED),
    (
        '{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": [{"retryDelay": "34s"}]}}',
        Outcome.RATE_LIMITED,
    ),
    ("You have exhausted your capacity on this model. Your quota will reset after 10h12m3s.", Outcome.RATE_LIMITED),
    ("Resource has been exhausted (e.g. check quota).", Outcome.RATE_LIMITED),
    (
        "litellm.RateLimitError: OpenAIException - Rate limit reached. Please try again in 6m12.5s.",
        Outcome.RATE_LIMITED,
    ),
    ("Missing environment variable: `OPENAI_API_KEY`.", Outcome.AUTH),
    ("Missing environment variable: `HOME`.", None),
    ("OAuth token has expired. Please obtain a new token or refresh your existing token.", Outcome.AUTH),
    ("Your access token could not be refreshed. Please log out and log in again.", Outcome.AUTH),
    ("Please set an Auth method in your settings.json", Outcome.AUTH),
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
    ("retry-after-ms: 1500", timedelta(seconds=1.5)),
    ("Retry-After: Thu, 15 Jan 2026 15:30:00 GMT", timedelta(hours=1, minutes=30)),
    ("Claude AI usage limit reached|1768489200", timedelta(hours=1)),
    ("Claude AI usage limit reached|1735689600", None),
    ("resets at 2026-01-15T16:30:00Z", timedelta(hours=2, minutes=30)),
    ("anthropic-ratelimit-requests-reset: 2026-01-15T14:00:30Z", timedelta(seconds=30)),
    ("resets in 3h", timedelta(hours=3)),
    # Claude Code
    ("You've hit your limit · resets 3pm (Europe/Berlin)", timedelta(days=1)),  # it is three just now, there
    ("You've hit your limit · resets 3:30pm (Europe/Berlin)", timedelta(minutes=30)),
    ("You've hit your session limit · resets 1:30am (UTC)", timedelta(hours=11, minutes=30)),
    ("You're out of extra usage · resets 10am (America/New_York)", timedelta(hours=1)),
    ("You've hit your weekly limit · resets Jan 18, 9am (Asia/Tokyo)", timedelta(days=2, hours=10)),
    ("You've hit your weekly limit · resets Monday at 9:00am (UTC)", timedelta(days=3, hours=19)),
    ("You've hit your limit · resets 3:30pm (Atlantis/Capital)", ...),
    ("You've hit your limit · resets 3:30pm (../../etc/passwd)", ...),
    # Codex
    (
        "You've hit your usage limit. Upgrade to Pro or try again in 3 days 4 hours 5 minutes.",
        timedelta(days=3, hours=4, minutes=5),
    ),
    ("Try again in 4 days, 2 hours and 30 minutes.", timedelta(days=4, hours=2, minutes=30)),
    ("or try again at 3:05 PM.", ...),
    ("or try again at Jan 16th, 2026 3:05 PM.", ...),
    # Gemini
    ('"retryDelay": "34s"', timedelta(seconds=34)),
    ('"retryDelay":"34.074824224s"', timedelta(seconds=34.074824)),
    ("Your quota will reset after 10h12m3s.", timedelta(hours=10, minutes=12, seconds=3)),
    # OpenAI and those who speak as it does
    ("Please try again in 6m12.5s. Visit https://platform.openai.com", timedelta(minutes=6, seconds=12.5)),
    ("Please try again in 1.234s.", timedelta(seconds=1.234)),
    ("Please try again in 500ms.", timedelta(seconds=0.5)),
    ("x-ratelimit-reset-requests: 6m0s", timedelta(minutes=6)),
    ("Retrying in 60s (attempt 1/10): [API Error: 429 Rate limit reached for requests]", timedelta(seconds=60)),
    ("Retrying in 0.2 seconds...", timedelta(seconds=0.2)),
    # what is no time, or none to be believed
    ("limit ended 2025-01-15T16:30:00Z", None),
    ("resets in 900h", None),
    ("try again 3 times", None),
    ("try again in 99999999999999999999999 days", None),
    ("resets Feb 31 at 3:00 pm", None),
    ("try again at 77:99", None),
    ("resets May 1, 2031 at 3pm", None),
    ("finished in 12s, all green", None),
    ("nobody says when", None),
]


@pytest.mark.parametrize(("text", "passed"), TIMES)
def test_when_a_limit_ends(text: str, passed: Any) -> None:
    """Where it depends on the person's clock, there has to be some time (`...`)."""
    found = reset_time(text, NOW)
    if passed is ...:
        assert found is not None and NOW < found <= NOW + timedelta(days=2)
        assert found.astimezone().minute in (5, 30)
    else:
        assert found == (NOW + passed if passed else None)


def test_a_time_of_day_is_the_next_one_on_the_persons_clock() -> None:
    found = reset_time("Your limit resets 3pm", NOW)
    assert found is not None and NOW < found <= NOW + timedelta(days=1)
    assert (found.astimezone().hour, found.minute) == (15, 0)


@given(st.text(st.sampled_from("resets again in 0123456789 :,dhms pm()/UTCJan"), max_size=80))
def test_no_words_about_time_are_too_odd(text: str) -> None:
    found = reset_time(text, NOW)
    assert found is None or NOW < found <= NOW + timedelta(days=8)


STOPPED = {
    "aider/auth-error": Outcome.AUTH, "mini/auth-error": Outcome.AUTH,
    "claude/auth-error": Outcome.AUTH, "claude/no-key": Outcome.AUTH,
    "claude/rate-limit-gives-up": Outcome.RATE_LIMITED,
    "cline/auth-error": Outcome.AUTH, "cline/rate-limit-gives-up": Outcome.RATE_LIMITED,
    "codex/auth-error": Outcome.AUTH, "codex/no-key": Outcome.AUTH, "codex/rate-limit-gives-up": Outcome.RATE_LIMITED,
    "gemini/auth-error": Outcome.AUTH, "gemini/rate-limit-gives-up": Outcome.RATE_LIMITED,
    "opencode/auth-error": Outcome.AUTH, "opencode/rate-limit-gives-up": Outcome.RATE_LIMITED,
    "pi/auth-error": Outcome.AUTH, "pi/rate-limit-gives-up": Outcome.RATE_LIMITED, "pi-0.87/auth-error": Outcome.AUTH,
    "qwen/auth-error": Outcome.AUTH, "qwen/rate-limit-gives-up": Outcome.RATE_LIMITED,
}  # fmt: skip
"""Recordings of programs that a wall stopped; all the others with such a name got past it."""
FORMATS = {"claude": "claude-stream", "qwen": "claude-stream", "codex": "codex-exec", "gemini": "gemini-stream",
           "opencode": "opencode-parts", "pi": "pi-events", "pi-0.87": "pi-events",
           "cline": "cline-events"}  # fmt: skip
SILENT = ("pi/auth-error", "pi/rate-limit-gives-up", "pi-0.87/auth-error")
"""They exit 0 after a line that is no error to anybody who cannot read its format."""
AT_THE_WALL = [each for each in recordings(*FORMATS, "aider", "mini") if re.search("auth|key|rate-limit", each.name)]


@pytest.mark.parametrize("recorded", AT_THE_WALL, ids=lambda each: each.id)
def test_what_real_programs_say_at_a_wall_read_as_mere_text(recorded: Recording) -> None:
    """Somebody may run any of them as a command of his own, of which no format is known."""
    text = (recorded.data + b"\n" + recorded.stderr).decode("utf-8", "replace")
    found = recognise(text, failed=recorded.exit != 0, now=NOW)
    expected = None if recorded.id in SILENT else STOPPED.get(recorded.id)
    assert (found.outcome if found else None) is expected


@pytest.mark.parametrize("recorded", [each for each in AT_THE_WALL if each.cli in FORMATS], ids=lambda each: each.id)
def test_what_real_programs_say_at_a_wall_read_as_events(recorded: Recording, tmp_path: Path) -> None:
    log = tmp_path / "output.log"
    log.write_bytes(recorded.stderr + b"\n" + recorded.data)
    told = Listener(log, parser_for(FORMATS[recorded.cli])).finish()
    found = wall_of(told, failed=recorded.exit != 0, now=NOW)
    assert (found.outcome if found else None) is STOPPED.get(recorded.id)
    assert found is None or "{" not in found.words[:1]


@pytest.mark.parametrize(("text", "outcome"), [row for row in FAILED if row[1] is not None and "status:" not in row[0]])
def test_an_error_that_a_program_tells_as_an_event_is_the_same_wall(text: str, outcome: Outcome) -> None:
    assert wall_in(text) is (Wall.RATE_LIMIT if outcome is Outcome.RATE_LIMITED else Wall.AUTH)
