"""One round of the train: build, test, land; a red batch is halved until the guilty car is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from lmawep_tui.engine.batch import Built, Car, Conflict, build, lands_nothing, look_at, look_at_followers, may_land
from lmawep_tui.engine.checks import Checked
from lmawep_tui.engine.combined import test_combined
from lmawep_tui.engine.landing import MainMoved, advance_main, close_landed, refuse_while_stuck
from lmawep_tui.engine.send_back import conflict, failed_attempt
from lmawep_tui.engine.testing import hold_for_outside, result_of, test_command
from lmawep_tui.engine.train_steps import Step, StepsWriter, told_steps
from lmawep_tui.engine.transaction import Change
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import Refused
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.lifecycle import Event
from lmawep_tui.model.run import Role
from lmawep_tui.vcs import merge
from lmawep_tui.vcs.merge import Target

_MAX_REBUILDS = 5
_RED_MAIN_S = 900.0


@dataclass(frozen=True, slots=True)
class Landing:
    """What became of one car: the commit on main, or why it was sent back."""

    pod: PodId
    ticket: TicketId
    commit: Sha | None
    why: str = ""
    complete: bool = False
    """The ticket is closed: by a landing, or because there was nothing to land."""
    waits: bool = False
    """It stays in the train: nothing is wrong with it, but main itself is red."""

    @property
    def words(self) -> str:
        if self.commit:
            return f"landed as {self.commit[:7]}"
        return self.why if self.complete else f"{'waits' if self.waits else 'sent back'}: {self.why}"


class _BuildAgain(Exception):
    """A car of the batch may no longer land: what was tested is not what would land."""


@dataclass(frozen=True, slots=True)
class _Round:
    """What the steps of one round share."""

    ws: Workspace
    steps: StepsWriter
    tell: Callable[[str], None]


def drive(ws: Workspace, head: PodId, followers: tuple[PodId, ...], tell: Callable[[str], None]) -> list[Landing]:
    """Lands `head`, and with it those `followers` that may be tested together; call with the merge lock held.

    Only these are built again when main moves: what stands behind them was never built. Raises Refused when the head
    cannot land as things stand.
    """
    with told_steps(ws) as steps:
        for _ in range(_MAX_REBUILDS):
            try:
                return _once(ws, head, followers, tell, steps)
            except MainMoved:
                tell(f"{head}: main moved meanwhile, building again")
            except _BuildAgain as why:
                tell(f"{why}, building again")
    raise Refused(f"Main moved {_MAX_REBUILDS} times while {head} was tested.", "Try again when it is quieter.")


def _once(
    ws: Workspace, head: PodId, followers: tuple[PodId, ...], tell: Callable[[str], None], steps: StepsWriter
) -> list[Landing]:
    steps.say(Step.BUILDING, [head])
    tell(f"{head}: merging with main in memory")
    limit = max(1, ws.config.train.batch)
    with ws.change(f"merge {head}") as change:
        refuse_while_stuck(ws, change)
        main = change.state.main
        car = look_at(ws, change, head)
        if car is None:
            return [Landing(head, change.pod(head).ticket, None, "it is no longer approved for landing")]
        others = look_at_followers(ws, change, car, followers) if limit > 1 else []
    target = merge.read_target(ws.git, main)
    if lands_nothing(ws, target, car):
        return [_close(ws, car, target)]
    test_command(ws, car.test)  # refused before anything is built
    try:
        chain = build(ws, target, car, others, limit)
    except Conflict:
        return [_conflict(ws, car, target)]
    return _test_and_land(_Round(ws, steps, tell), target, chain)


def _test_and_land(this: _Round, target: Target, chain: list[Built]) -> list[Landing]:
    tested = _test(this, target, chain)
    if tested.killed:
        return [_pause(this.ws, chain[0].car, tested)]
    if tested.green:
        return _land(this, target, chain)
    if len(chain) == 1 or tested.outside:
        return [_red(this.ws, chain[0].car, target, tested)]
    return _bisect(this, target, chain, tested)


def _bisect(this: _Round, target: Target, chain: list[Built], red: Checked) -> list[Landing]:
    """Halves a red batch: green beginnings land, the first car with which it turns red is sent back.

    At most log2 of the cars in further runs. What stands behind the guilty car was not judged and goes on in the
    train; a run that somebody stopped judges nobody.
    """
    landings: list[Landing] = []
    low, high = 0, len(chain)
    while high - low > 1:
        middle = (low + high) // 2
        this.tell(f"the batch is red; trying without {_names(chain[middle:high])}")
        tested = _test(this, target, chain[low:middle])
        if tested.killed:
            return [*landings, _pause(this.ws, chain[low].car, tested)]
        if tested.green:
            try:
                landings += _land(this, target, chain[low:middle])
            except (MainMoved, _BuildAgain):
                if landings:
                    return landings
                raise
            target = replace(target, old=chain[middle - 1].commit)
            low = middle
        else:
            high, red = middle, tested
    return [*landings, _red(this.ws, chain[low].car, target, red)]


def _test(this: _Round, target: Target, chain: Sequence[Built]) -> Checked:
    pods = [built.car.pod for built in chain]
    last = chain[-1]
    this.steps.say(Step.TESTING, pods)
    this.tell(f"{_names(chain)}: testing the combined result {last.commit[:7]}")
    return test_combined(
        this.ws,
        pods[0],
        chain[0].car.ticket,
        last.commit,
        base=target.old,
        changed=frozenset(_changed(chain)),
    )


def _land(this: _Round, target: Target, chain: Sequence[Built]) -> list[Landing]:
    """Moves main to the end of a tested chain, if every car of it still may land."""
    ws = this.ws
    this.steps.say(Step.LANDING, [built.car.pod for built in chain])
    with ws.change(f"merge {chain[0].car.pod}") as change:
        for built in chain:
            if not may_land(ws, change, built.car.pod)[1]:
                if len(chain) == 1:
                    return [Landing(built.car.pod, built.car.ticket, None, "it changed while it was tested")]
                raise _BuildAgain(f"{built.car.pod} changed while it was tested")
        advance_main(ws, change, target, [built.arrival for built in chain], _changed(chain))
    for built in chain:
        this.tell(f"{built.car.pod}: landed as {built.commit[:7]}")
    return [Landing(built.car.pod, built.car.ticket, built.commit, complete=True) for built in chain]


def _close(ws: Workspace, car: Car, target: Target) -> Landing:
    """Nothing to land: main is left alone, and the ticket is complete all the same."""
    with ws.change(f"merge {car.pod}") as change:
        if not may_land(ws, change, car.pod)[1]:
            return Landing(car.pod, car.ticket, None, "it changed meanwhile")
        close_landed(change, car.pod, car.ticket)
        change.state = replace(change.state, landed={**change.state.landed, car.ticket: target.old})
        change.note("closed", pod=car.pod, ticket=car.ticket, main=target.old, why="nothing to land")
        change.save()
    return Landing(car.pod, car.ticket, None, f"complete without a commit: {target.branch} has it all", complete=True)


def _pause(ws: Workspace, car: Car, tested: Checked) -> Landing:
    """Somebody stopped the tests: the car they ran for waits for the person, and nobody is blamed."""
    with ws.change(f"merge {car.pod}") as change:
        if may_land(ws, change, car.pod)[1]:
            change.put_pod(replace(change.pod(car.pod), paused=True))
            change.save()
    return Landing(car.pod, car.ticket, None, f"the tests were killed: {tested.summary}")


def _conflict(ws: Workspace, car: Car, target: Target) -> Landing:
    with ws.change(f"merge {car.pod}") as change:
        record, approved = may_land(ws, change, car.pod)
        if not approved:
            return Landing(car.pod, car.ticket, None, "it changed meanwhile")
        words = conflict(ws, change, record, target.old, car.tip)
        change.save()
    return Landing(car.pod, car.ticket, None, words)


def _red(ws: Workspace, car: Car, target: Target, tested: Checked) -> Landing:
    brief = (
        f"This branch is fine alone, but the tests are red when it is combined with {target.branch} "
        f"({target.old[:7]}). Merge {target.branch} into this branch, mend it, run the tests, commit.\n\n"
        f"{tested.summary}\n\n{tested.output}"
    )
    with ws.change(f"merge {car.pod}") as change:
        record, approved = may_land(ws, change, car.pod)
        if not approved:
            return Landing(car.pod, car.ticket, None, "it changed while it was tested")
        if tested.main_red:
            return _wait_for_main(change, car, target, tested)
        commit = record.tests.commit if record.tests is not None else car.tip
        record = change.put_pod(replace(record, tests=replace(result_of(tested), commit=commit)))
        if tested.outside:
            hold_for_outside(change, record, tested)
        else:
            why = f"combined tests red: {tested.summary}"
            failed_attempt(ws, change, record, brief, why, Event.RED, role=Role.TEST)
        change.save()
    return Landing(car.pod, car.ticket, None, f"combined tests are red: {tested.summary}")


def _wait_for_main(change: Change, car: Car, target: Target, tested: Checked) -> Landing:
    """Main is red by itself, and this car adds nothing to it: it keeps its place until main has moved, or a while."""
    until = (datetime.now(UTC) + timedelta(seconds=_RED_MAIN_S)).strftime("%Y-%m-%dT%H:%M:%SZ")
    why = tested.outside[:300]
    change.state = replace(
        change.state,
        train=tuple(
            replace(other, red_main=target.old, red_why=why, red_until=until) if other.pod == car.pod else other
            for other in change.state.train
        ),
    )
    change.note("main red", pod=car.pod, ticket=car.ticket, main=target.old, why=why)
    change.save()
    return Landing(car.pod, car.ticket, None, tested.outside, waits=True)


def _changed(chain: Sequence[Built]) -> dict[str, str]:
    """What a chain changes in main: its cars have no file in common."""
    return {path: kind for built in chain for path, kind in built.changed.items()}


def _names(chain: Sequence[Built]) -> str:
    return ", ".join(built.car.pod for built in chain)
