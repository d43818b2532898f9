"""The whole of a review from a script."""

from __future__ import annotations

from pathlib import Path

from tests.repos import Project


def test_a_review_from_a_script(project: Project) -> None:
    pod = project.reviewed({"src/a.txt": "1\ntwo\n3\n", "src/\x1b[31mred.txt": "x\n"})
    out = project.lmawep("review", pod.id).out
    assert "0/2 reviewed" in out and "src/a.txt" in out and "\x1b" not in out
    where = project.lmawep("review", pod.id, "--comment", "src/a.txt:2", "Why \x1b[0m two?", "--reviewed", "src/a.txt")
    assert where.out == "pod-1 comment 1 on src/a.txt:2\npod-1 1/2 reviewed\n"
    project.lmawep("review", pod.id, "--old", "--comment", "src/a.txt:2-3", "Keep these.")
    said = project.lmawep("review", pod.id, "--json").json
    assert [(f["path"], f["mark"]) for f in said["files"]] == [
        ("src/\x1b[31mred.txt", "new"),
        ("src/a.txt", "reviewed"),
    ]
    assert [(c["line"], c["last"], c["side"], c["text"]) for c in said["comments"]] == [
        (2, 2, "new", "Why ␛[0m two?"), (2, 3, "old", "Keep these."),
    ]  # fmt: skip
    listed = project.lmawep("review", pod.id, "--comments").out
    assert "[1] src/a.txt:2  open\n    > two\n    Why ␛[0m two?\n" in listed
    assert "2 comments of yours" in project.refuses("review", pod.id, "--approve")
    project.lmawep("review", pod.id, "--uncomment", "2")
    project.lmawep("review", pod.id, "--reject", "")
    assert "sent" in project.lmawep("review", pod.id, "--comments").out
    assert "src/a.txt:2\n> two\nWhy" in project.ws.snapshot().pods[pod.id].record.brief
    project.commit(pod, {"src/a.txt": "1\n2\nthree\n"})
    out = project.lmawep("review", pod.id).out
    assert "≠ src/a.txt  changed since you looked" in out and "open" not in out
    assert "[1] src/a.txt:2  sent, the line has changed since" in out
    news = project.lmawep("review", pod.id, "--since-look").out
    assert news.startswith("Since ") and "+three" in news and "red.txt" not in news


def test_what_no_review_can_be(project: Project) -> None:
    pod = project.reviewed({"src/a.txt": "1\n"})
    two = ("review", pod.id)
    project.refuses(*two, "--approve", "--reject", "x", status=2)
    project.refuses(*two, "--force", status=2)
    project.refuses(*two, "--reject", " ", status=2)
    project.refuses(*two, "--comment", "src/a.txt", "x", status=2)
    project.refuses(*two, "--comment", "src/a.txt:3-2", "x", status=2)
    project.refuses(*two, "--comment", "src/a.txt:1", " ", status=2)
    assert "no src/a.txt:9" in project.refuses(*two, "--comment", "src/a.txt:9", "x", status=2)
    assert "does not change" in project.refuses(*two, "--reviewed", "README.md")
    assert "has no comment 7" in project.refuses(*two, "--uncomment", "7")
    assert "not looked at" in project.refuses(*two, "--since-look")
    inside = {"LMAWEP_RUN": "0001-task"}
    assert "An agent cannot" in project.refuses(*two, "--comment", "src/a.txt:1", "x", env=inside)
    assert project.lmawep(*two, "--comments", env=inside).out.startswith("No comments.")
    assert not Path(project.ws.layout.review_notes(pod.id)).exists()


def test_a_file_of_a_pod_is_opened_at_its_line(project: Project) -> None:
    pod = project.reviewed({"src/a.txt": "1\n2\n"})
    editor, said = project.root.parent / "vim", project.root.parent / "said"
    editor.write_text(f'#!/bin/sh\necho "$@" "$PWD" > {said}\n')
    editor.chmod(0o755)
    env = {"EDITOR": f"{editor} -p", "VISUAL": ""}
    project.lmawep("open", pod.id, "--file", "src/a.txt:2", env=env)
    assert said.read_text() == f"-p +2 {pod.path}/src/a.txt {pod.path}\n"
    assert "is not in" in project.refuses("open", pod.id, "--file", "src/none:2", env=env)
    assert "leads out" in project.refuses("open", pod.id, "--file", "../../../README.md", env=env)
    project.refuses("open", pod.id, "editor", "--file", "src/a.txt", status=2)
