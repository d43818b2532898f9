"""`lmawep report` inside a run: as good as the printed block, which goes before it."""

from __future__ import annotations

import sys
from pathlib import Path

from lmawep_tui.engine import runs
from lmawep_tui.engine.settle import settle
from lmawep_tui.model.ids import PodId
from lmawep_tui.model.run import Run
from tests.repos import Project

LMAWEP = f"{sys.executable} -P -m lmawep_tui"


def _run(project: Project, script: str) -> Run:
    pod = PodId("pod-1")
    project.agent("talks", f"cat > /dev/null\n{script}")
    ended = runs.wait(project.ws, runs.start(project.ws, pod), 90)
    settle(project.ws, pod)
    return ended


def test_a_filed_report_counts_when_none_was_printed(project: Project) -> None:
    project.spawn()
    question = _run(project, f"{LMAWEP} report --status QUESTION --question 'Which one?' --progress half")
    assert (question.outcome, question.reason) == ("question", "Which one?")
    assert project.status_of(question.ticket) == "blocked"
    project.lmawep("ticket", "update", "101", "-s", "assigned")
    both = _run(
        project, f"{LMAWEP} report --status BLOCKED --blockers filed; printf 'STATUS: PARTIAL\\nPROGRESS: printed\\n'"
    )
    assert both.report is not None and both.report.progress == "printed"
    twice = _run(project, f"{LMAWEP} report --status FAILED; {LMAWEP} report --status COMPLETE --progress 'the last'")
    assert twice.report is not None and (twice.report.status, twice.report.progress) == ("COMPLETE", "the last")


def test_a_planted_report_is_not_followed(project: Project) -> None:
    project.spawn()
    (project.root.parent / "fake").write_text('{"status": "COMPLETE", "progress": "planted"}')
    folder = '"$LMAWEP_ROOT/lmawep-workspace/runs/$LMAWEP_POD/$LMAWEP_RUN"'
    linked = _run(project, f"ln -s {project.root.parent}/fake {folder}/report.json")
    assert linked.report is None
    broken = _run(project, f"echo '[[' > {folder}/report.json")
    assert broken.report is None and broken.outcome == "completed"


def test_where_it_is_refused(project: Project) -> None:
    pod = project.spawn()
    assert "no live run" in project.refuses("report", "--status", "COMPLETE", at=Path(pod.path))
    assert "means nothing" in project.refuses("report", "--status", "hm", "--pod", "pod-1", status=2)
    project.refuses("report", status=2)
    assert "not inside a pod" in project.refuses("report", "--status", "COMPLETE", status=2)
