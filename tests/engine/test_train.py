"""The train: order, batches, bisection, and everything that can happen to main or to a car meanwhile."""

from __future__ import annotations

import itertools
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.engine.doctor import doctor
from lmawep_tui.engine.review import approve
from lmawep_tui.engine.train import drive_train, merge_pod
from lmawep_tui.engine.train_view import train_view
from lmawep_tui.files.lock import hold, is_held
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId, Sha, TicketId
from lmawep_tui.model.lifecycle import Event
from lmawep_tui.model.pod import Car, PodRecord
from lmawep_tui.model.ticket import Priority, Status, Ticket
from lmawep_tui.model.train_order import HEAD_START_S, in_order
from tests.repos import PYTHON, Project, until

# Order ----------------------------------------------------------------------------------------------------------------


def _order(*cars: tuple[int, Priority]) -> list[int]:
    """Places of cars given as (minute of joining, priority)."""
    pods = {PodId(f"pod-{n}"): PodRecord(id=PodId(f"pod-{n}"), ticket=TicketId(n), branch="b", base=Sha("0" * 40),
                                         path="/p") for n in range(1, len(cars) + 1)}  # fmt: skip
    tickets = {TicketId(n): Ticket(id=TicketId(n), title="t", priority=car[1]) for n, car in enumerate(cars, 1)}
    train = [Car(pod=PodId(f"pod-{n}"), commit=Sha("1" * 40), since=f"2026-01-01T{m // 60:02}:{m % 60:02}:00Z")
             for n, (m, _) in enumerate(cars, 1)]  # fmt: skip
    return [int(car.pod[4:]) for car in in_order(train, pods, tickets)]


def test_urgent_cars_pass_but_never_one_that_has_waited_long() -> None:
    assert _order((0, Priority.LOW), (1, Priority.LOW), (2, Priority.LOW)) == [1, 2, 3]
    assert _order((0, Priority.LOW), (10, Priority.CRITICAL)) == [2, 1]
    assert _order((0, Priority.LOW), (31, Priority.CRITICAL)) == [1, 2], "nothing passes after half an hour"
    assert _order((0, Priority.MEDIUM), (0, Priority.MEDIUM)) == [1, 2], "who came first at the same second stays first"


@given(st.lists(st.tuples(st.integers(0, 600), st.sampled_from(Priority)), min_size=2, max_size=8))
def test_nothing_waits_for_cars_that_came_much_later(cars: list[tuple[int, Priority]]) -> None:
    order = _order(*cars)
    most = max(HEAD_START_S.values()) / 60
    for before, after in itertools.combinations(order, 2):
        assert cars[before - 1][0] - cars[after - 1][0] <= most, "passed by a car that joined too late for that"


def test_two_cars_keep_their_order_whoever_joins() -> None:
    cars = [(0, Priority.HIGH), (5, Priority.LOW), (7, Priority.CRITICAL), (9, Priority.MEDIUM)]
    whole = _order(*cars)
    for n in range(1, 5):
        without = [c for i, c in enumerate(cars, 1) if i != n]
        numbers = [i for i in range(1, 5) if i != n]
        assert [numbers[i - 1] for i in _order(*without)] == [i for i in whole if i != n]


# Batches --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def tested(project: Project, tmp_path: Path) -> Path:
    """Every commit that was tested, one a line; red when a file `red*` is there, or both halves of a pair."""
    script, log = tmp_path / "tests.sh", tmp_path / "tested"
    script.write_text(
        f"#!/bin/sh\ngit rev-parse HEAD >> '{log}'\n"
        f"while [ -e '{tmp_path}/hold' ]; do touch '{tmp_path}/waiting'; sleep 0.02; done\n"
        "if ls red* >/dev/null 2>&1; then echo 'FAILED: 1 failed'; exit 1; fi\n"
        "if [ -e half-a.txt ] && [ -e half-b.txt ]; then echo 'FAILED: they do not fit'; exit 1; fi\necho '1 passed'\n"
    )
    script.chmod(0o755)
    log.touch()
    project.config(tests={"command": str(script)})
    return log


def runs(log: Path) -> list[str]:
    return log.read_text().split()


def reflog(project: Project) -> list[str]:
    return project.git("reflog", "show", "--format=%H", "refs/heads/main").split()


def statuses(project: Project, *pods: PodRecord) -> list[str]:
    return [project.status_of(pod.ticket) for pod in pods]


def test_cars_that_touch_different_files_land_together_in_one_step(project: Project, tested: Path) -> None:
    pods = [project.queued({f"{n}.txt": "x\n"}, title=f"T{n}") for n in range(4)]
    before = project.main()
    landings = drive_train(project.ws, pods[0].id)
    assert [landing.pod for landing in landings] == [pod.id for pod in pods]
    assert len(runs(tested)) == 1 and reflog(project)[:2] == [runs(tested)[0], before]
    assert statuses(project, *pods) == ["complete"] * 4
    chain = project.git("rev-list", "--first-parent", f"{before}..main").split()[::-1]
    assert [landing.commit for landing in landings] == chain, "each ticket has a merge commit of its own"
    approved = [pod.verdict.commit for pod in pods if pod.verdict]
    assert [project.git("rev-parse", f"{commit}^2") for commit in chain] == approved
    assert project.ws.snapshot().state.landed == {p.ticket: c for p, c in zip(pods, chain, strict=True)}
    assert project.git("status", "--porcelain") == "" and project.ws.snapshot().state.pods == {}


def test_cars_that_share_a_file_are_not_tested_together(project: Project, tested: Path) -> None:
    first = project.queued({"src/a.txt": "0\n1\n2\n3\n"})
    shares = project.queued({"src/a.txt": "1\n2\n3\n4\n"})
    free = project.queued({"c.txt": "c\n"})
    landings = drive_train(project.ws, first.id)
    assert [landing.pod for landing in landings] == [first.id, free.id]
    assert project.status_of(shares.ticket) == "merging"
    assert drive_train(project.ws, shares.id)[0].commit == project.main()
    assert (project.root / "src/a.txt").read_text() == "0\n1\n2\n3\n4\n"


@pytest.mark.parametrize("size", [1, 2])
def test_the_size_of_a_batch_is_a_setting(project: Project, tested: Path, size: int) -> None:
    project.config(train={"batch": size}, tests=project.settings["tests"])
    pods = [project.queued({f"{n}.txt": "x\n"}) for n in range(3)]
    assert len(drive_train(project.ws, pods[0].id)) == size


def test_a_car_with_tests_of_its_own_is_not_tested_by_those_of_another(project: Project, tested: Path) -> None:
    plain = project.queued({"a.txt": "x\n"})
    own = project.queued({"b.txt": "x\n"}, test="true")
    assert [landing.pod for landing in drive_train(project.ws, plain.id)] == [plain.id]
    assert project.status_of(own.ticket) == "merging"


@pytest.mark.parametrize("guilty", [0, 1, 2, 3])
def test_a_red_batch_is_halved_and_only_the_guilty_car_goes_back(project: Project, tested: Path, guilty: int) -> None:
    pods = [project.queued({f"red{n}.txt" if n == guilty else f"{n}.txt": "x\n"}) for n in range(4)]
    before = project.main()
    landings = drive_train(project.ws, pods[0].id)
    again = 2  # the first red is run once more, and main once to compare with
    assert len(set(runs(tested))) <= 1 + 2 + again, "at most log2 of the cars in further runs"
    assert landings[-1].pod == pods[guilty].id and landings[-1].commit is None
    assert "1 failed" in landings[-1].why
    assert statuses(project, *pods) == ["complete"] * guilty + ["assigned"] + ["merging"] * (3 - guilty)
    blockers = (Path(pods[guilty].path) / "memory-bank/blockers.md").read_text()
    assert "combined with main" in blockers and "FAILED" in blockers
    rest = pods[guilty + 1 :]
    if rest:
        assert len(drive_train(project.ws, rest[0].id)) == len(rest), "the others go on"
    values = reflog(project)
    assert set(values) - {before} <= set(runs(tested)) | set(values[values.index(before) :]), (
        "an untested value of main"
    )


def test_two_cars_that_only_do_not_fit_together(project: Project, tested: Path) -> None:
    """Green alone, red combined: the first lands, the second goes back."""
    pods = [project.queued({name: "x\n"}) for name in ("1.txt", "half-a.txt", "half-b.txt")]
    drive_train(project.ws, pods[0].id)
    assert statuses(project, *pods) == ["complete", "complete", "assigned"]
    assert set(reflog(project)[:2]) <= {*runs(tested), reflog(project)[-1]}


def test_a_batch_that_somebody_stops_blames_nobody(project: Project, tested: Path, tmp_path: Path) -> None:
    pods = [project.queued({f"{n}.txt": "x\n"}) for n in range(3)]
    (tmp_path / "hold").touch()
    code = (
        "from pathlib import Path; from lmawep_tui.engine.train import drive_train; "
        "from lmawep_tui.engine.workspace import Workspace; "
        f"print(drive_train(Workspace.open(Path({str(project.root)!r})), {pods[0].id!r}))"
    )
    lander = subprocess.Popen([PYTHON, "-P", "-c", code], stdout=subprocess.PIPE, cwd=project.root)
    until((tmp_path / "waiting").exists)
    project.lmawep("stop", pods[0].id)
    out, _ = lander.communicate(timeout=30)
    assert b"the tests were killed" in out
    assert statuses(project, *pods) == ["merging"] * 3
    records = project.ws.snapshot().state.pods
    assert [records[pod.id].attempts for pod in pods] == [0, 0, 0]
    assert [records[pod.id].paused for pod in pods] == [True, False, False], "the others may go on"
    (tmp_path / "hold").unlink()
    assert len(drive_train(project.ws, pods[1].id)) == 2


def test_a_test_command_that_is_not_there_blames_nobody(project: Project) -> None:
    project.config(tests={"command": "/no/such/tests"})
    pod = project.queued()
    drive_train(project.ws, pod.id)
    hold = project.ws.snapshot().state.holds[pod.ticket]
    assert "/no/such/tests" in hold.why and hold.was is Status.MERGING
    assert project.ws.snapshot().state.pods[pod.id].attempts == 0


def test_a_person_lands_one_pod_and_nothing_behind_it(project: Project, tested: Path) -> None:
    pods = [project.queued({f"{n}.txt": "x\n"}) for n in range(3)]
    landing = merge_pod(project.ws, pods[1].id)
    assert landing.complete and statuses(project, *pods) == ["complete", "complete", "merging"]
    assert len(runs(tested)) == 1


def test_a_car_that_changes_during_the_batch_is_left_out_and_the_rest_built_again(
    project: Project, tested: Path, tmp_path: Path
) -> None:
    pods = [project.queued({f"{n}.txt": "x\n"}) for n in range(3)]
    (tmp_path / "hold").touch()
    merge = subprocess.Popen([PYTHON, "-P", "-m", "lmawep_tui", "merge", pods[2].id], cwd=project.root)
    until((tmp_path / "waiting").exists)
    project.commit(pods[1], {"sneaked.txt": "x\n"})
    (tmp_path / "hold").unlink()
    assert merge.wait(60) == 0
    assert statuses(project, *pods) == ["complete", "review", "complete"]
    assert (
        len(runs(tested)) == 2 and not (project.root / "sneaked.txt").exists() and not (project.root / "1.txt").exists()
    )


def test_a_dirty_follower_or_an_edit_in_its_way_does_not_hold_up_the_head(project: Project, tested: Path) -> None:
    head = project.queued({"0.txt": "x\n"})
    dirty = project.queued({"1.txt": "x\n"})
    project.queued({"src/a.txt": "theirs\n"})
    fine = project.queued({"3.txt": "x\n"})
    (Path(dirty.path) / "left.txt").write_text("left\n")
    (project.root / "src/a.txt").write_text("mine\n")
    landed = [landing.pod for landing in drive_train(project.ws, head.id)]
    assert landed == [head.id, fine.id]
    assert (project.root / "src/a.txt").read_text() == "mine\n"


# Nothing to land ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["merge", "squash", "ff"])
def test_a_pod_without_anything_to_land_is_closed_without_a_commit(project: Project, tested: Path, style: str) -> None:
    project.config(merge={"style": style}, tests=project.settings["tests"])
    pod = project.spawn()
    project.step(pod.ticket, Event.STARTED, Event.BELIEVED)
    approve(project.ws, pod.id)
    before = project.main()
    done = project.lmawep("merge", pod.id)  # tested in the pod, then the train
    assert "complete without a commit" in done.out
    assert project.main() == before and project.status_of(pod.ticket) == "complete"
    assert pod.id not in project.ws.snapshot().pods
    assert "nothing" in project.refuses("undo").lower()


# Main under the train -------------------------------------------------------------------------------------------------


def start(project: Project, pod: PodRecord) -> subprocess.Popen[bytes]:
    return subprocess.Popen([PYTHON, "-P", "-m", "lmawep_tui", "merge", pod.id], cwd=project.root,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip


def test_main_rewritten_meanwhile_is_built_on_as_it_is_now(project: Project, tested: Path, tmp_path: Path) -> None:
    (project.root / "gone.txt").write_text("x\n")
    project.git("add", "--all")
    project.git("commit", "-qm", "To be taken back")
    pod = project.queued({"new.txt": "x\n"})
    (tmp_path / "hold").touch()
    merge = start(project, pod)
    until((tmp_path / "waiting").exists)
    project.git("commit", "--amend", "-qm", "Rewritten")
    rewritten = project.main()
    (tmp_path / "hold").unlink()
    out, err = merge.communicate(timeout=60)
    assert merge.returncode == 0 and b"building again" in out, (out, err)
    assert project.git("rev-parse", "main^1") == rewritten and project.main() in runs(tested)


@pytest.mark.parametrize("how", ["renamed", "deleted"])
def test_main_that_is_gone_stops_landings_in_words_and_nothing_else(
    project: Project, tested: Path, tmp_path: Path, how: str
) -> None:
    pod = project.queued({"new.txt": "x\n"})
    old = project.main()
    (tmp_path / "hold").touch()
    merge = start(project, pod)
    until((tmp_path / "waiting").exists)
    project.git("checkout", "-q", "--detach")
    project.git("branch", *(("-m", "main", "trunk") if how == "renamed" else ("-D", "main")))
    (tmp_path / "hold").unlink()
    _, err = merge.communicate(timeout=60)
    assert merge.returncode == 1 and b"main, on which work lands, does not exist" in err and b"Traceback" not in err
    assert "does not exist" in project.refuses("merge", pod.id)
    project.lmawep("ticket", "create", "Life goes on")
    assert any("does not exist" in finding.what for finding in doctor(project.ws))
    if how == "renamed":
        project.config(main="trunk", tests=project.settings["tests"])
        project.lmawep("doctor", "--fix", ok=False)
        project.lmawep("merge", pod.id)
        assert project.git("rev-parse", "trunk^1") == old
    else:
        project.git("branch", "main", old)
        project.lmawep("merge", pod.id)
    assert project.status_of(pod.ticket) == "complete"


def test_the_checkout_may_be_switched_away_meanwhile(project: Project, tested: Path, tmp_path: Path) -> None:
    pod = project.queued({"new.txt": "x\n"})
    (tmp_path / "hold").touch()
    merge = start(project, pod)
    until((tmp_path / "waiting").exists)
    project.git("checkout", "-q", "-b", "elsewhere")
    there = project.git("rev-parse", "HEAD")
    (tmp_path / "hold").unlink()
    assert merge.wait(60) == 0
    assert project.git("rev-parse", "elsewhere") == there and project.git("status", "--porcelain") == ""
    assert project.main() in runs(tested)


@pytest.mark.parametrize("harm", ["branch", "folder", "ticket deleted", "ticket invalid", "ticket edited"])
def test_a_car_that_is_harmed_says_so_and_the_rest_goes_on(project: Project, tested: Path, harm: str) -> None:
    hurt, fine = project.queued({"1.txt": "x\n"}), project.queued({"2.txt": "x\n"})
    ticket = project.ws.layout.ticket(hurt.ticket)
    if harm == "branch":
        project.git("update-ref", "-d", f"refs/heads/{hurt.branch}")
    elif harm == "folder":
        shutil.rmtree(hurt.path)
    elif harm == "ticket deleted":
        ticket.unlink()
    elif harm == "ticket invalid":
        ticket.write_text("id: [\n")
    else:
        ticket.write_text(ticket.read_text().replace("status: merging", "status: ready"))
    before = project.main()
    if harm.startswith("ticket"):
        assert drive_train(project.ws, hurt.id) == (), "no longer approved for landing"
    else:
        with pytest.raises(LmawepError):
            drive_train(project.ws, hurt.id)
    assert project.main() == before
    assert drive_train(project.ws, fine.id)[0].complete
    project.lmawep("train")
    assert "Traceback" not in project.lmawep("merge", hurt.id, ok=False).err


# The worktree and the locks -------------------------------------------------------------------------------------------


def test_the_state_lock_is_free_while_the_tests_run(project: Project, tested: Path, tmp_path: Path) -> None:
    pod = project.queued({"new.txt": "x\n"})
    (tmp_path / "hold").touch()
    merge = start(project, pod)
    until((tmp_path / "waiting").exists)
    assert is_held(project.ws.layout.lock("merge"))
    with hold(project.ws.layout.lock("state"), what="test", timeout_s=0):
        view = train_view(project.ws)
    assert [(car.step, car.pod, car.ticket) for car in view] == [("testing", pod.id, pod.ticket)]
    (tmp_path / "hold").unlink()
    assert merge.wait(60) == 0
    assert not project.ws.layout.train_steps.exists()


def test_a_big_checkout_leaves_the_state_lock_free(project: Project, tested: Path, tmp_path: Path) -> None:
    """A filter holds the train's checkout still; meanwhile a ticket can be made."""
    (project.root / ".gitattributes").write_text("slow.txt filter=slow\n")
    script = tmp_path / "slow.sh"
    script.write_text(f"#!/bin/sh\ncase \"$PWD\" in */train*) touch '{tmp_path}/checking-out'\n"
                      f"while [ -e '{tmp_path}/slow' ]; do sleep 0.02; done;; esac\nexec cat\n")  # fmt: skip
    script.chmod(0o755)
    project.git("add", "--all")
    project.git("commit", "-qm", "Slow")
    project.git("config", "filter.slow.smudge", str(script))
    project.lmawep("config", "--accept")
    pod = project.queued({"slow.txt": "x\n"})
    (tmp_path / "slow").touch()
    merge = start(project, pod)
    until((tmp_path / "checking-out").exists)
    project.lmawep("ticket", "create", "Meanwhile", timeout_s=20)
    (tmp_path / "slow").unlink()
    assert merge.wait(60) == 0, merge.stderr.read() if merge.stderr else ""


@pytest.mark.parametrize("left", ["index.lock", "HEAD.lock", "no folder", "no files", "cut off"])
def test_what_a_killed_lander_left_in_the_worktree_is_no_block(project: Project, tested: Path, left: str) -> None:
    merge_pod(project.ws, project.queued({"first.txt": "x\n"}).id)
    folder = project.ws.layout.train
    admin = project.ws.layout.git_dir / "worktrees/train"
    if left.endswith(".lock"):
        (admin / left).touch()
    elif left == "no folder":
        shutil.rmtree(folder)
    elif left == "no files":
        project.git("worktree", "remove", "--force", str(folder))
        project.git("worktree", "add", "-q", "--detach", "--no-checkout", str(folder), "main")
    else:
        (folder / ".git").unlink()
    pod = project.queued({"second.txt": "x\n"})
    assert merge_pod(project.ws, pod.id).complete
    assert (folder / "second.txt").exists() and (folder / "src/a.txt").exists()


def test_a_folder_of_somebody_else_in_its_place_is_left_alone(project: Project, tested: Path) -> None:
    pod = project.queued()
    mine = project.ws.layout.train / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine\n")
    assert "Move it away" in project.refuses("merge", pod.id)
    assert mine.read_text() == "mine\n"


def test_the_tests_see_what_is_ignored_and_configured_as_it_is_now(project: Project, tmp_path: Path) -> None:
    project.ws.layout.exclude.open("a").write("/.env\n")
    out = tmp_path / "seen"
    project.config(tests={"command": f"sh -c 'cat .env >> {out}'"}, worktree={"copy": [".env"]})
    for text in ("one\n", "two\n"):
        (project.root / ".env").write_text(text)
        merge_pod(project.ws, project.queued({f"{text.strip()}.txt": "x\n"}).id)
    assert out.read_text() == "one\ntwo\n"


# Being looked at ------------------------------------------------------------------------------------------------------


def test_the_train_says_why_each_car_waits(project: Project, tested: Path) -> None:
    first, paused, second = (project.queued({f"{n}.txt": "x\n"}, title=f"T{n}") for n in range(3))
    project.lmawep("pause", paused.id)
    cars = project.lmawep("train", "--json").json["train"]
    assert [car["pod"] for car in cars] == [first.id, paused.id, second.id]
    assert [car["why"] for car in cars] == [f"autopilot is off; `lmawep merge {first.id}` lands it", "paused",
                                            "1 before it"]  # fmt: skip
    assert all(car["step"] == "waiting" and car["elapsed_s"] >= 0 for car in cars)
    assert "1 before it" in project.lmawep("train").out
    project.ws.layout.ticket(second.ticket).unlink()
    assert "ticket file is missing" in project.lmawep("train").out


def test_steps_of_a_killed_lander_are_not_believed(project: Project, tested: Path) -> None:
    pod = project.queued()
    project.ws.layout.train_steps.write_text(f'{{"step": "testing", "since": "x", "cars": ["{pod.id}"]}}')
    assert train_view(project.ws)[0].step == "waiting"
