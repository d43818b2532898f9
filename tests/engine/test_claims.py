"""Claims: listed, told, and gone with the pod."""

from __future__ import annotations

from pathlib import Path

from lmawep_tui.engine import runs
from lmawep_tui.engine.claims import claims_of
from lmawep_tui.engine.remove import remove
from lmawep_tui.engine.settle import settle
from lmawep_tui.engine.train import merge_pod
from tests.repos import Project


def test_a_claim_is_listed_told_and_released(project: Project) -> None:
    one, two = project.spawn(), project.spawn()
    assert project.lmawep("claim").out == "No paths are claimed.\n"
    project.lmawep("claim", "src/api/**", "./docs/", at=Path(one.path))
    project.lmawep("claim", "lib", "--severity", "block", "--pod", "pod-1")
    project.lmawep("claim", "notes", "--severity", "note", env={"LMAWEP_POD": "pod-1"})
    project.lmawep("claim", "src/api/**", "--severity", "note", "--pod", "pod-1")
    found = project.lmawep("claim", "--json").json["claims"]
    assert {(c["pod"], c["pattern"], c["severity"]) for c in found} == {
        ("pod-1", "docs", "warn"), ("pod-1", "lib", "block"), ("pod-1", "notes", "note"),
        ("pod-1", "src/api/**", "note"),
    }  # fmt: skip
    project.agent("works", "cat > /dev/null; printf 'STATUS: COMPLETE\\nPROGRESS: x\\n'")
    prompts = []
    for pod in (one, two):
        run = runs.wait(project.ws, runs.start(project.ws, pod.id), 90)
        settle(project.ws, pod.id)
        prompts.append((project.ws.run_dir(pod.id, run.name) / "prompt.md").read_text())
    assert "other pods" not in prompts[0]
    assert "| - docs: pod-1 (ticket 101)\n| - lib: pod-1 (ticket 101), keep away" in prompts[1]
    assert "| - notes" not in prompts[1]
    project.lmawep("claim", "--release", "lib", "--pod", "pod-1")
    assert "no such claim" in project.refuses("claim", "--release", "lib", "--pod", "pod-1")
    project.lmawep("claim", "--release", "--pod", "pod-1")
    assert claims_of(project.ws.snapshot()) == ()


def test_claims_end_with_the_pod_or_its_landing(project: Project) -> None:
    project.config(merge={"remove_pod": False})
    lands = project.queued({"src/a.txt": "x\n"})
    goes = project.spawn()
    for pod in (lands, goes):
        project.lmawep("claim", "src", "--pod", pod.id)
    merge_pod(project.ws, lands.id)
    assert [c.pod for c in project.ws.snapshot().state.claims] == [goes.id]
    remove(project.ws, goes.id)
    assert project.ws.snapshot().state.claims == ()


def test_claims_that_make_no_sense(project: Project) -> None:
    project.spawn()
    for bad in ("/etc/passwd", "../x", "a\x1b[2J"):
        project.refuses("claim", "--pod", "pod-1", "--", bad, status=2)
    assert "no pod-9" in project.refuses("claim", "src", "--pod", "pod-9")
    assert "not inside a pod" in project.refuses("claim", "src", status=2)
    assert "50 is the most" in project.refuses("claim", "--pod", "pod-1", *(f"f{n}" for n in range(51)))
