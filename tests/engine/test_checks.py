"""The project's tests as a difference to main: new, fixed, known, flaky; targeted first; real runners, real git."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lmawep_tui.engine.decide import decide
from lmawep_tui.engine.decision import Around
from lmawep_tui.engine.flaky import flaky_tests
from lmawep_tui.engine.runs import newest
from lmawep_tui.engine.testing import test as run_tests
from lmawep_tui.engine.train import drive_train, merge_pod
from lmawep_tui.files.journal import now
from lmawep_tui.model.ids import Sha
from lmawep_tui.model.pod import PodRecord, TestResult
from lmawep_tui.model.run import Role, Run
from lmawep_tui.store.store import run_names
from tests.repos import PYTHON, Project

PYTEST = ["env", "PYTEST_DISABLE_PLUGIN_AUTOLOAD=1", PYTHON, "-B", "-m", "pytest", "-q"]
OK = "def test_ok(): pass\n"
RED = "def test_old(): assert 1 == 2, 'old trouble'\n"


def project_of(project: Project, files: dict[str, str], **tests: object) -> Project:
    """Main gets these files, the project this test command."""
    for name, text in files.items():
        (project.root / name).parent.mkdir(parents=True, exist_ok=True)
        (project.root / name).write_text(text)
    project.git("add", "--all")
    project.git("commit", "-q", "--allow-empty", "-m", "Tests")
    project.config(tests={"command": PYTEST, **tests})
    return project


def runs_of(project: Project, pod: PodRecord) -> list[Run]:
    from lmawep_tui.files.run_file import read_run

    return [read_run(project.ws.run_dir(pod.id, name)) for name in run_names(project.ws.layout, pod.id)]


def parts(project: Project, pod: PodRecord) -> list[str]:
    return [str(run.stage.part) for run in runs_of(project, pod) if run.stage is not None]


def result(project: Project, pod: PodRecord) -> TestResult:
    tests = project.ws.snapshot().state.pods[pod.id].tests
    assert tests is not None
    return tests


def keep_pods(project: Project, **tests: object) -> None:
    project.config(merge={"remove_pod": False}, tests={**project.settings["tests"], **tests})


def test_green_says_how_many_passed_and_leaves_nothing_behind(project: Project) -> None:
    project_of(project, {"test_a.py": OK + "def test_more(): pass\n"})
    pod = project.approved({"test_b.py": OK})
    tests = run_tests(project.ws, pod.id)
    assert tests.green and tests.summary == "3 passed" and tests.passed == 3 and tests.commands == 1
    assert project.status_of(pod.ticket) == "merging" and parts(project, pod) == ["full"]
    assert project.git("status", "--porcelain", "--ignored", at=Path(pod.path)).split() == [
        "!!", ".lmawep/", "!!", "memory-bank/"
    ]  # fmt: skip


def test_a_new_failure_is_named_with_its_message_where_the_next_agent_reads(project: Project) -> None:
    project_of(project, {"test_a.py": OK})
    pod = project.approved({"test_b.py": "class TestX:\n    def test_x(self): assert 'tea' == 'coffee'\n"})
    tests = run_tests(project.ws, pod.id)
    assert not tests.green and tests.failing == ("test_b.py::TestX::test_x",)
    assert tests.summary == "1 failed (test_b.py::TestX::test_x), 1 passed" and tests.commands == 2
    record = project.ws.snapshot().state.pods[pod.id]
    assert "Failing: test_b.py::TestX::test_x – AssertionError: assert 'tea' == 'coffee'" in record.brief
    assert project.status_of(pod.ticket) == "assigned" and record.attempts == 1


def test_the_train_tells_new_failures_from_those_of_main(project: Project) -> None:
    """Main has one failure and mends none; the pod mends one, keeps one and adds one."""
    project_of(project, {"test_a.py": RED + OK, "test_c.py": "def test_c(): assert 0\n"})
    keep_pods(project)
    pod = project.queued({"test_b.py": "def test_new(): assert 0, 'mine'\n", "test_c.py": "def test_c(): pass\n"})
    before = project.main()
    landing = merge_pod(project.ws, pod.id)
    assert landing.commit is None and project.main() == before
    tests = result(project, pod)
    assert tests.summary == "1 new failure (test_b.py::test_new), 1 fixed, 1 known"
    assert (tests.new, tests.fixed, tests.known, tests.passed) == (1, 1, 1, 2)
    record = project.ws.snapshot().state.pods[pod.id]
    assert "test_new – AssertionError: mine" in record.brief and "old trouble" not in record.brief.partition("\n\n")[0]
    assert project.status_of(pod.ticket) == "assigned"
    assert parts(project, pod) == ["full", "again", "base", "again"]


def test_while_main_itself_is_red_cars_keep_their_place_and_go_on_when_it_is_mended(project: Project) -> None:
    project_of(project, {"test_a.py": RED})
    keep_pods(project)
    pod, other = project.queued({"test_b.py": OK}), project.queued({"test_c.py": OK})
    before = project.main()
    landing = merge_pod(project.ws, pod.id)
    assert landing.commit is None and landing.waits and project.main() == before
    assert "main itself is red: 0 new, 0 fixed, 1 known (test_a.py::test_old)" in landing.why
    snapshot = project.ws.snapshot()
    assert project.status_of(pod.ticket) == "merging" and snapshot.state.pods[pod.id].attempts == 0
    assert "main itself is red" in (snapshot.pods[pod.id].attention or "")
    assert "lands when main is mended" in project.lmawep("why", pod.id).out
    assert "lands when main is mended" in project.lmawep("train").out
    around = Around(now=now(), main=Sha(before))
    assert [a.pod for a in decide(snapshot, around=around).actions] == [other.id], "others are tried, this one is not"
    (project.root / "test_a.py").write_text(OK)
    project.git("commit", "-qam", "Mend main")
    around = Around(now=now(), main=Sha(project.main()))
    assert [a.pod for a in decide(snapshot, around=around).actions] == [pod.id]
    assert {landing.pod for landing in drive_train(project.ws, pod.id) if landing.commit} == {pod.id, other.id}


def test_a_car_that_mends_a_red_main_passes_those_that_wait_for_it(project: Project) -> None:
    project_of(project, {"test_a.py": RED})
    keep_pods(project)
    waits, mends = project.queued({"test_b.py": OK}), project.queued({"test_a.py": OK})
    assert merge_pod(project.ws, waits.id, now=True).waits
    assert merge_pod(project.ws, mends.id).commit is not None
    assert merge_pod(project.ws, waits.id).commit is not None


def test_known_failures_land_when_that_is_allowed_and_new_ones_never(project: Project) -> None:
    project_of(project, {"test_a.py": RED, "test_c.py": "def test_c(): assert 0\n"}, known="allow")
    keep_pods(project)
    good = project.queued({"test_c.py": "def test_c(): pass\n"})
    landing = merge_pod(project.ws, good.id)
    assert landing.commit is not None
    assert parts(project, good) == ["full", "again", "base", "again"]
    bad = project.queued({"test_b.py": "def test_new(): assert 0\n"})
    assert merge_pod(project.ws, bad.id).commit is None
    assert result(project, bad).summary == "1 new failure (test_b.py::test_new), 0 fixed, 1 known"
    assert parts(project, bad) == ["full", "again"], "what the last landing was tested with is main's result now"


def test_results_of_main_from_a_bad_day_excuse_nothing(project: Project, tmp_path: Path) -> None:
    """Everything was red while a server was down. It is up again, and the pod really breaks a test."""
    down = tmp_path / "down"
    needs = f"import os\ndef server(): assert not os.path.exists({str(down)!r})\n"
    project_of(project, {"srv.py": needs, "test_a.py": "from srv import server\nimport val\n"
                         "def test_a(): server()\ndef test_b(): server(); assert val.V == 1\n", "val.py": "V = 1\n"},
               known="allow")  # fmt: skip
    keep_pods(project)
    down.touch()
    first = project.queued({"x.txt": "x\n"})
    assert merge_pod(project.ws, first.id).commit is not None, "all of it known"
    down.unlink()
    second = project.queued({"val.py": "V = 2\n"})
    before = project.main()
    assert merge_pod(project.ws, second.id).commit is None and project.main() == before
    assert result(project, second).summary == "1 new failure (test_a.py::test_b), 0 fixed, 0 known"


FLAKY = """
import os
def test_shaky():
    mark = {mark!r}
    if not os.path.exists(mark):
        open(mark, "w").close()
        assert 0, "the first time"
def test_ok(): pass
"""


@pytest.mark.parametrize("where", ["in the pod", "in the train"])
def test_a_flaky_test_is_run_again_alone_and_marked(project: Project, tmp_path: Path, where: str) -> None:
    project_of(project, {"test_a.py": OK})
    keep_pods(project)
    files = {"test_b.py": FLAKY.format(mark=str(tmp_path / "mark"))}
    if where == "in the pod":
        pod = project.approved(files)
        tests = run_tests(project.ws, pod.id)
        assert tests.green and tests.summary == "3 passed; 1 flaky: test_b.py::test_shaky"
        assert tests.flaky == ("test_b.py::test_shaky",)
    else:
        pod = project.queued(files)
        assert merge_pod(project.ws, pod.id).commit is not None
    assert parts(project, pod) == ["full", "again"]
    assert [(flaky.test, flaky.times) for flaky in flaky_tests(project.ws)] == [("test_b.py::test_shaky", 1)]
    again = runs_of(project, pod)[-1]
    log = (project.ws.run_dir(pod.id, again.name) / "output.log").read_text()
    assert "1 passed" in log and "3 passed" not in log, "only what failed is run again"


def test_stopping_at_the_first_failure_hides_no_other_failure(project: Project, tmp_path: Path) -> None:
    """With -x only the flaky first one would be seen, pass when run again, and the rest would never have run."""
    project_of(project, {"test_a.py": OK})
    project.config(tests={"command": [*PYTEST, "-x"]})
    pod = project.approved({"test_b.py": FLAKY.format(mark=str(tmp_path / "mark")) + "def test_z(): assert 0\n"})
    tests = run_tests(project.ws, pod.id)
    assert not tests.green and tests.failing == ("test_b.py::test_z",) and tests.flaky == ("test_b.py::test_shaky",)


def test_no_second_try_when_it_is_not_wanted(project: Project, tmp_path: Path) -> None:
    project_of(project, {"test_a.py": OK}, rerun=0)
    pod = project.approved({"test_b.py": FLAKY.format(mark=str(tmp_path / "mark"))})
    assert not run_tests(project.ws, pod.id).green and parts(project, pod) == ["full"]


def script(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "tests.sh"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return [str(path)]


def test_another_runner_is_run_again_as_a_whole(project: Project, tmp_path: Path) -> None:
    project.config(
        tests={"command": script(tmp_path, f"mkdir '{tmp_path}/second' 2>/dev/null && exit 1; echo 2 passed")}
    )
    pod = project.approved()
    tests = run_tests(project.ws, pod.id)
    assert tests.green and tests.commands == 2 and tests.summary.startswith("2 passed; 1 flaky: ")


JUNIT = """
mkdir -p out
printf '<testsuite><testcase classname="A" name="one">' > out/r.xml
test -e broken && printf '<failure message="it broke"/>' >> out/r.xml
printf '</testcase><testcase classname="A" name="two"/>' >> out/r.xml
test -e cut || printf '</testsuite>' >> out/r.xml
test ! -e broken
"""


def test_the_report_of_another_runner_is_read(project: Project, tmp_path: Path) -> None:
    project.ws.layout.exclude.open("a").write("/out/\n")
    project.config(tests={"command": script(tmp_path, JUNIT), "junit": "out/*.xml"}, merge={"remove_pod": False})
    pod = project.queued({"broken": "x\n"})
    assert merge_pod(project.ws, pod.id).commit is None
    assert result(project, pod).summary == "1 new failure (A::one), 0 fixed, 0 known"
    assert "Failing: A::one – it broke" in project.ws.snapshot().state.pods[pod.id].brief
    good = project.queued({"fine": "x\n"})
    assert merge_pod(project.ws, good.id).commit is not None


def test_a_report_cut_short_or_left_from_before_is_no_report(project: Project, tmp_path: Path) -> None:
    project.ws.layout.exclude.open("a").write("/out/\n")
    project.config(tests={"command": script(tmp_path, JUNIT), "junit": "out/*.xml"}, merge={"remove_pod": False})
    pod = project.approved({"broken": "x\n", "cut": "x\n"})
    tests = run_tests(project.ws, pod.id)
    assert not tests.green and tests.summary == "exit status 1" and tests.failing == ()
    project.config(tests={"command": "false", "junit": "out/*.xml"})
    other = project.approved({"y": "y\n"})
    (Path(other.path) / "out").mkdir()
    (Path(other.path) / "out/r.xml").write_text("<testsuite><testcase name='old'><failure/></testcase></testsuite>")
    tests = run_tests(project.ws, other.id)
    assert not tests.green and tests.failing == ()


def test_targeted_tests_come_first_and_are_enough_in_the_pod_but_not_for_main(project: Project) -> None:
    rules = [{"paths": r"src/(?P<name>\w+)\.py", "run": [*PYTEST, "tests/test_{name}.py"]}]
    project_of(project, {"src/a.py": "", "tests/test_a.py": OK, "tests/test_z.py": OK}, targeted=rules)
    keep_pods(project)
    pod = project.approved({"src/a.py": "A = 1\n", "src/without.py": "", "tests/test_z.py": "def test_z(): assert 0\n"})
    tests = run_tests(project.ws, pod.id)
    assert tests.green and tests.summary == "targeted tests: 1 passed", "the file without tests of its own is no red"
    before = project.main()
    assert merge_pod(project.ws, pod.id).commit is None and project.main() == before
    assert parts(project, pod) == ["targeted", "targeted", "full", "again", "base"]


def test_red_targeted_tests_save_the_full_command(project: Project) -> None:
    rules = [{"paths": r"src/(?P<name>\w+)\.py", "run": [*PYTEST, "tests/test_{name}.py"]}]
    project_of(project, {"tests/test_a.py": OK}, targeted=rules, rerun=0)
    keep_pods(project, in_pod="full")
    pod = project.approved({"src/a.py": "", "tests/test_a.py": "def test_a(): assert 0\n"})
    tests = run_tests(project.ws, pod.id)
    assert not tests.green and tests.summary.startswith("targeted tests `env ") and parts(project, pod) == ["targeted"]
    good = project.approved({"src/a.py": "", "x": ""})
    assert run_tests(project.ws, good.id).summary == "1 passed" and parts(project, good) == ["targeted", "full"]


def test_no_targeted_rule_that_matches_means_the_full_command(project: Project) -> None:
    project.config(tests={"command": "true", "targeted": [{"paths": "nothing", "run": "false"}],
                          "before_landing": "targeted"})  # fmt: skip
    pod = project.approved()
    assert run_tests(project.ws, pod.id).green and parts(project, pod) == ["full"]


def test_a_path_never_becomes_an_option_or_a_command(project: Project, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    rules = [{"paths": r"(?s:s/(?P<n>.*))", "run": "touch {n}"}]
    project.config(tests={"command": "true", "targeted": rules})
    pod = project.approved({f"s/--reference={tmp_path}": "", f"s/$(touch {canary.name})": "", "s/; touch x": ""})
    run_tests(project.ws, pod.id)
    ran = [run.argv for run in runs_of(project, pod)]
    assert ran == [("touch", "$(touch canary)"), ("touch", "; touch x")]
    assert not canary.exists()


def test_a_targeted_command_cannot_change_what_the_full_one_tests(project: Project) -> None:
    """C4: the tree that passed the test command is the tree that lands, byte by byte."""
    rules = [{"paths": "src/.*", "run": ["sh", "-c", "echo good > src/new.txt; echo more > planted"]}]
    project.config(
        merge={"remove_pod": False},
        tests={"command": ["sh", "-c", "grep -q good src/new.txt && test -e planted"], "targeted": rules, "rerun": 0},
    )
    pod = project.queued({"src/new.txt": "bad\n"})
    before = project.main()
    assert merge_pod(project.ws, pod.id).commit is None and project.main() == before
    assert parts(project, pod)[:2] == ["targeted", "full"]


def test_a_tickets_own_command_is_not_excused_by_main_which_lacks_what_it_tests(project: Project) -> None:
    project.config(tests={"command": "true", "rerun": 0}, merge={"remove_pod": False})
    pod = project.queued({"new.sh": "exit 1\n"}, test="sh new.sh")
    assert merge_pod(project.ws, pod.id).commit is None
    assert project.status_of(pod.ticket) == "assigned" and parts(project, pod) == ["full", "base"]
    other = project.queued({"other.txt": "x\n"})
    project.config(tests={"command": "false", "rerun": 0})
    landing = merge_pod(project.ws, other.id)
    assert landing.commit is None and landing.waits and "red on main too" in landing.why


@pytest.mark.parametrize("when", ["approved", "before the review"])
def test_a_pod_that_gets_a_commit_while_it_is_tested_has_no_result(project: Project, tmp_path: Path, when: str) -> None:
    """Between two commands: what each of them saw was another commit."""
    pod = project.approved() if when == "approved" else project.reviewed()
    text = f"cd '{pod.path}' && test -e sneaked || {{ touch sneaked; git add sneaked; git commit -qm Sneaked; }}"
    project.config(tests={"command": "true", "in_pod": "full",
                          "targeted": [{"paths": ".*", "run": script(tmp_path, text)}]})  # fmt: skip
    run_tests(project.ws, pod.id)
    assert project.ws.snapshot().state.pods[pod.id].tests is None
    assert project.status_of(pod.ticket) == "review" and not project.ws.snapshot().state.train


def test_the_shape_of_a_result(project: Project) -> None:
    project_of(project, {"test_a.py": OK})
    pod = project.reviewed({"test_b.py": "def test_b(): assert 0\n"})
    found = json.loads(project.lmawep("test", pod.id, "--json", ok=False).out)
    assert found["green"] is False and found["failing"] == ["test_b.py::test_b"] and found["passed"] == 1
    assert project.status_of(pod.ticket) == "review", "before the review it only tells"
    run = newest(project.ws, pod.id)
    assert run is not None and run.role is Role.CHECK and found["run"] == run.name
