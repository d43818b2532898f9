"""For whom a server works: the run whose marks it inherited, or the person's own program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from lmawep_tui.engine.own_run import own_run
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import Refused
from lmawep_tui.model.ids import PodId, TicketId, parse_pod_id
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.run import Run
from lmawep_tui.store.queries import must_have_pod


@dataclass(frozen=True, slots=True)
class Caller:
    """Where it works, and for whom: `pod` and `run` are set inside a run, and every tool acts for that pod alone."""

    start: Path
    pod: PodId | None = None
    run: str = ""

    @property
    def inside(self) -> bool:
        """Whether an agent calls, rather than a program that the person started."""
        return self.pod is not None


def caller_of(environment: Mapping[str, str], start: Path) -> Caller:
    """The caller by the marks of a run; raises UsageError when they are not whole."""
    run = environment.get("LMAWEP_RUN", "")
    if not run:
        return Caller(start)
    return Caller(start, parse_pod_id(environment.get("LMAWEP_POD", "")), run)


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the project as it is now, and whether its client still waits for what it returns."""

    caller: Caller
    ws: Workspace
    given_up: Callable[[], bool] = lambda: False

    @property
    def pod(self) -> PodId:
        """The caller's own pod; raises Refused outside a run."""
        if self.caller.pod is None:
            raise Refused("This works only inside a run.", "An agent that lmawep started can call it.")
        return self.caller.pod

    def record(self) -> PodRecord:
        """The caller's own pod; raises Refused outside a run, NotFound when it was removed."""
        return must_have_pod(self.ws.snapshot(), self.pod).record

    def live_run(self) -> Run:
        """The caller's own run; raises Refused when it is over."""
        return own_run(self.ws, self.pod, self.caller.run)

    def ticket(self) -> TicketId:
        """The ticket of the caller's own pod."""
        return self.record().ticket
