"""Autopilot inside the screen: the same conductor as `lmawep up`, in one thread of its own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from lmawep_tui.model.errors import Busy, LmawepError

if TYPE_CHECKING:
    from lmawep_tui.engine.conductor import Conductor, Told
    from lmawep_tui.ui.bridge import Bridge, Severity

_LEAVE_S = 0.25
"""How long quitting waits for the loop; what its threads do is crash-safe and may be cut off."""


class Autopilot:
    """Switches the conductor on and off."""

    def __init__(self, bridge: Bridge) -> None:
        """Prepare; nothing is driven yet."""
        self._bridge = bridge
        self._conductor: Conductor | None = None
        self._thread: threading.Thread | None = None
        self._driving: Conductor | None = None
        self.trouble = ""
        """Why it is off though the person wants it on, in words."""

    @property
    def wanted(self) -> bool:
        """Whether it is on, or about to be."""
        return self._thread is not None and self._thread.is_alive() and self._conductor is not None

    @property
    def on(self) -> bool:
        """Whether this screen drives the repository: all was in order, and nobody else does."""
        return self.wanted and self._driving is self._conductor

    def words(self) -> str:
        """`on`, `starting`, `off`, or that it is on in another process."""
        if self.wanted:
            return "on" if self.on else "starting"
        return "on (elsewhere)" if self._bridge.snapshot.autopilot and not self._ending else "off"

    @property
    def _ending(self) -> bool:
        """Whether our own conductor was told to stop and has not quite."""
        return self._conductor is None and self._thread is not None and self._thread.is_alive()

    def toggle(self) -> None:
        """Switch it on, or off."""
        if self.wanted:
            self.stop()
        else:
            self.start()

    def start(self) -> None:
        """Drive the repository from now on; whatever is not in order is said and nothing is driven."""
        if self._ending and self._thread is not None:
            self._thread.join(_LEAVE_S)
        self.trouble = ""
        self._thread = threading.Thread(target=self._drive, name="autopilot", daemon=True)
        self._conductor = _make(self._bridge)
        self._bridge.wake = self._conductor.wake
        self._thread.start()

    def stop(self, *, wait: bool = False) -> None:
        """Stop driving; runs go on. With `wait`, give the loop a moment to say goodbye."""
        conductor, self._conductor = self._conductor, None
        self._bridge.wake = lambda: None
        if conductor is not None:
            conductor.stop()
        if wait and self._thread is not None:
            self._thread.join(_LEAVE_S)

    def _drive(self) -> None:
        from lmawep_tui.engine.preflight import preflight

        conductor, bridge = self._conductor, self._bridge
        if conductor is None:
            return
        try:
            troubles = preflight(bridge.ws)
            if troubles:
                self._give_up("Autopilot stays off. " + " ".join(troubles), "warning")
                return
            conductor.run(started=lambda: self._started(conductor))
        except Busy:
            bridge.post("Autopilot is on already, in another process.", "warning")
        except LmawepError as error:
            self._give_up(f"Autopilot stopped, and is off: {error}")
        except Exception as error:  # noqa: BLE001 - a thread that dies in silence would leave "on" on the screen
            self._give_up(f"Autopilot stopped, and is off: unexpected {type(error).__name__}: {error}.")
        finally:
            if self._conductor is conductor:
                self._conductor = None
            bridge.renew()

    def _give_up(self, words: str, severity: Severity = "error") -> None:
        self.trouble = words
        self._bridge.post(words, severity)

    def _started(self, conductor: Conductor) -> None:
        """It drives now; said only here, where all was found in order and the lock is ours."""
        self._driving = conductor
        if self._conductor is conductor:
            self._bridge.post("Autopilot is on. It stops for whatever needs you.")
            self._bridge.renew()


def _make(bridge: Bridge) -> Conductor:
    """Return a conductor whose troubles are told on the screen."""
    from lmawep_tui.engine.conductor import Conductor

    def tell(told: Told) -> None:
        if told.trouble:
            bridge.post(told.text, "warning")

    return Conductor(bridge.ws, tell)
