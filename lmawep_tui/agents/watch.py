"""What a supervisor looks at while its agent works: limits, stop requests, pauses."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lmawep_tui.agents.child import open_log
from lmawep_tui.agents.log_clock import LogClock
from lmawep_tui.agents.order import PAUSED, STOP_JSON, stop_reason
from lmawep_tui.agents.outcome import Killed, has_reported
from lmawep_tui.agents.process_tree import Tree, freeze, thaw
from lmawep_tui.agents.questions import Asked
from lmawep_tui.files.run_file import OUTPUT
from lmawep_tui.model.run import Outcome, Run

if TYPE_CHECKING:
    from lmawep_tui.agents.listen import Listener

_TICK_S = 0.5
_QUIET_TICK_S = 1.0
_LOOK_S = 5.0
_FLOOD_TICK_S = 0.02


class Wakeup:
    """Sleeps until a signal arrives; a signal just before the sleep is not missed."""

    def __init__(self) -> None:
        self.told_to_end = False
        self._read, self._write = os.pipe()
        for fd in (self._read, self._write):
            os.set_blocking(fd, False)
        self._poll = select.poll()
        self._poll.register(self._read, select.POLLIN)
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        for sig in (signal.SIGCHLD, signal.SIGUSR1):
            signal.signal(sig, lambda *_: None)
        signal.signal(signal.SIGTERM, self._end)
        for sig in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
            signal.signal(sig, signal.SIG_IGN)

    def _end(self, *_: object) -> None:
        self.told_to_end = True

    @property
    def fds(self) -> tuple[int, int]:
        return self._read, self._write

    def sleep(self, seconds: float) -> bool:
        """Until a signal, at most so long; tells whether there was one."""
        if not self._poll.poll(max(0.0, seconds) * 1000 + 0.5):
            return False
        with contextlib.suppress(BlockingIOError):
            while os.read(self._read, 4096):
                pass
        return True


class Watch:
    """The clocks of one run. Time spent paused, or waiting for the person's answer, counts for none of them."""

    def __init__(self, run_dir: Path, run: Run, tree: Tree, wakeup: Wakeup) -> None:
        self._run, self._limits = run, run.limits
        self._format = run.format if run.role.by_agent else "text"
        self._cwd = run.cwd
        self._tree = tree
        self._wakeup = wakeup
        self._log = str(run_dir / OUTPUT)
        self._run_dir = run_dir
        self._clock = LogClock(run_dir)
        self._stop = str(run_dir / STOP_JSON)
        self._pause = str(run_dir / PAUSED)
        self._started = self._printed = self._looked = time.monotonic()
        self._size = _size(self._log)
        self._tick = _TICK_S
        self._paused_at: float | None = None
        self._asked = Asked(run_dir)
        self._looked_into = -1
        self._has_ended = False
        self._patience = 0.0
        """Seconds of silence beyond the limit that it has announced itself."""
        self.told: Listener | None = None
        """What its log has told so far, for a program that prints events; None before anybody had to know."""

    def until(self, over: Callable[[], bool]) -> Killed | None:
        """Sleeps and looks until the agent is `over` (None) or has to be ended (why).

        Everything but the log comes with a signal, so a tick without one looks at the log alone: there may be fifty
        supervisors. Every few seconds all is looked at all the same, should a signal have been lost.
        """
        look_at, told = 0.0, True
        while True:
            now = time.monotonic()
            if told or now >= look_at:
                look_at = now + (_LOOK_S if look_at else _TICK_S)
                if over():
                    return None
                killed = self._requested(now)
                if killed is not None:
                    return killed
            killed = self._over_limit(now) if self._paused_at is None else None
            if killed is not None:
                return killed
            told = self._wakeup.sleep(self._tick)

    def _requested(self, now: float) -> Killed | None:
        if self._wakeup.told_to_end:
            return Killed(Outcome.KILLED, "its supervisor was told to end (SIGTERM)")
        if os.path.lexists(self._stop):
            return Killed(Outcome.KILLED, stop_reason(self._run_dir))
        self._mind_pause(now)
        return None

    def _mind_pause(self, now: float) -> None:
        wanted = os.path.lexists(self._pause)
        if wanted and self._paused_at is None:
            freeze(self._tree)
            self._paused_at = now
        elif not wanted and self._paused_at is not None:
            still = now - self._paused_at
            self._started += still
            self._printed += still
            self._looked = now
            self._paused_at = None
            thaw(self._tree)

    def _over_limit(self, now: float) -> Killed | None:
        limits, size = self._limits, _size(self._log)
        grown, passed = size - self._size, now - self._looked
        self._clock.saw(size)
        if self._asked.now():
            self._started += passed
            self._printed += passed
        if grown:
            self._size, self._printed = size, now
        self._looked = now
        if limits.log_bytes and size > limits.log_bytes:
            return Killed(Outcome.CRASHED, f"its log passed {size_words(limits.log_bytes)}")
        if limits.timeout_s and now - self._started >= limits.timeout_s:
            return Killed(Outcome.TIMEOUT, f"ran longer than {time_words(limits.timeout_s)}")
        killed = self._over_budget() if size != self._looked_into else None
        if killed is not None:
            return killed
        quiet = now - self._printed
        if limits.final_s and quiet >= limits.final_s and not grown and self._turn_over():
            return Killed(Outcome.COMPLETED, "it had reported and did not exit")
        if limits.silence_s and quiet >= limits.silence_s and quiet >= limits.silence_s + self._announced():
            return Killed(Outcome.STALLED, f"printed nothing for {time_words(limits.silence_s + self._patience)}")
        self._tick = self._next_tick(now, grown / passed if passed > 0 else 0.0)
        return None

    def _over_budget(self) -> Killed | None:
        """Whether it has used more than it may, as far as it has told; read as the log grows only where that counts."""
        if self._limits.cost is None and self._limits.tokens is None:
            return None
        self._look_into()
        if self.told is None or self.told.turn_over:
            return None  # what is done is done: ending it now would save nothing
        from lmawep_tui.agents.budget import over_budget

        digest = self.told.digest
        return over_budget(self._limits, digest.usage.since(self._run.counted), digest.model)

    def _turn_over(self) -> bool:
        """Whether the last it said is that it is done."""
        self._look_into()
        return self._has_ended

    def _announced(self) -> float:
        """Seconds of silence that it has announced itself: it waits to try again."""
        self._look_into()
        return self._patience

    def _look_into(self) -> None:
        """Reads what the log tells, once for each size of it: when it has stopped to grow, or a budget is minded."""
        if self._looked_into == self._size:
            return
        self._looked_into = self._size
        if self._format == "text":
            self._has_ended = has_reported(Path(self._log))
            return
        self.told = (self.told or self._listen()).catch_up()
        self._has_ended = self.told.over
        self._patience = self.told.retry.wait_s if self.told.retry is not None else 0.0

    def _listen(self) -> Listener:
        """What reads events is imported only when it is needed: there may be fifty supervisors."""
        from lmawep_tui.agents.listen import Listener
        from lmawep_tui.agents.streams import parser_for

        return Listener(Path(self._log), parser_for(self._format, self._cwd))

    def _next_tick(self, now: float, rate: float) -> float:
        """As long as nothing can happen meanwhile: until the next limit, sooner when the log grows towards its cap."""
        limits = self._limits
        tick = _TICK_S if now - self._printed < _LOOK_S else _QUIET_TICK_S
        if limits.timeout_s:
            tick = min(tick, limits.timeout_s - (now - self._started))
        if limits.silence_s:
            tick = min(tick, max(_FLOOD_TICK_S, limits.silence_s + self._patience - (now - self._printed)))
        if limits.log_bytes and rate > 0:
            tick = min(tick, max(_FLOOD_TICK_S, (limits.log_bytes - self._size) / rate / 2))
        return tick


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116 (called twice a second in every supervisor)
    except OSError:
        return 0


def cap_log(run_dir: Path, log_bytes: int) -> None:
    """Cuts the log to its cap and says so in one more line, when it is over."""
    if not log_bytes or _size(str(run_dir / OUTPUT)) <= log_bytes:
        return
    fd = open_log(run_dir)
    try:
        os.ftruncate(fd, log_bytes)
        os.write(fd, f"\n[lmawep] cut here: the log passed {size_words(log_bytes)}\n".encode())
    finally:
        os.close(fd)


def time_words(seconds: float) -> str:
    """`15m`, `1h 30m`, `0.5s`."""
    if seconds < 60:
        return f"{seconds:g}s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "m"), (rest, "s"))
    return " ".join(f"{number}{unit}" for number, unit in parts if number)


def size_words(count: int) -> str:
    """`100 MB`, `4096 bytes`."""
    for factor, unit in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if count >= factor and count % (factor // 10) == 0:
            return f"{count / factor:g} {unit}"
    return f"{count} bytes"
