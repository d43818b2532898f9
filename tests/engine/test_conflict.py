"""A person resolves a pod's conflict with main: by taking sides, by editing, by git, by an agent; or undoes it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from lmawep_tui.engine import conflict
from lmawep_tui.engine.conflict import Side
from lmawep_tui.engine.conflict_view import FileState, MergeState
from lmawep_tui.engine.doctor import doctor
from lmawep_tui.engine.runs import start, wait
from lmawep_tui.engine.settle import settle
from lmawep_tui.engine.train import merge_pod
from lmawep_tui.model.errors import LmawepError, Refused
from lmawep_tui.model.pod import HoldKind, PodRecord
from lmawep_tui.model.run import Role
from lmawep_tui.vcs.vault_list import all_kept
from tests.repos import Project, git

MAIN = {"src/a.txt": "1 main\n2\n3\n", "src/b.txt": "b main\n"}
POD = {"src/a.txt": "1 pod\n2\n3\n", "src/b.txt": "b pod\n", "new.txt": "new\n"}


def on_main(project: Project, files: Mapping[str, str | None], message: str = "Other") -> str:
    """A commit of the person's on main."""
    for name, text in files.items():
        path = project.root / name
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    project.git("add", "--all")
    project.git("commit", "-qm", message)
    return project.main()


def in_conflict(project: Project) -> PodRecord:
    """A pod that the train sent back for a conflict in two files."""
    pod = project.queued(POD)
    on_main(project, MAIN)
    assert merge_pod(project.ws, pod.id).commit is None
    return record_of(project, pod)


def record_of(project: Project, pod: PodRecord) -> PodRecord:
    return project.ws.snapshot().pods[pod.id].record


def everything(folder: Path) -> dict[str, str]:
    """Every file of a pod by digest and mode, the memory bank and ignored files too, and what git says of them."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = f"link {os.readlink(path)}"
        elif path.is_file() and name != ".git":
            found[name] = f"{path.stat().st_mode:o} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        elif path.is_dir():
            found[name] = "folder"
    found["HEAD"] = git(folder, "rev-parse", "HEAD")
    found["branch"] = git(folder, "symbolic-ref", "HEAD")
    found["status"] = git(folder, "status", "--porcelain=v2", "--ignored")
    found["index"] = git(folder, "ls-files", "-s")
    return found


# What is recorded


def test_the_train_records_files_and_hunks(project: Project) -> None:
    record = in_conflict(project)
    found = record.conflict
    assert found is not None
    listed = [(f.path, f.kind, f.hunks) for f in found.files]
    assert listed == [("src/a.txt", "content", 1), ("src/b.txt", "content", 1)]
    assert "<<<<<<< this pod\n1 pod\n=======\n1 main\n>>>>>>> main" in found.files[0].text
    assert (found.main, found.tip, found.tried) == (project.main(), git(Path(record.path), "rev-parse", "HEAD"), 0)
    assert record.next_role is Role.RESOLVE and "1 main" in record.brief
    assert project.status_of(record.ticket) == "assigned"
    words = "conflicts with main in src/a.txt (+1)"
    assert project.ws.snapshot().pods[record.id].headline == words
    assert words in project.lmawep("pods").out and words in project.lmawep("status").out


def test_hostile_file_names_do_not_break_the_state(project: Project) -> None:
    """Control characters, bytes that are no UTF-8, YAML's own signs."""
    names = ["a\x1b]0;x\x07.txt", "\udcff\udcfe.txt", "- &x: *y", "new\nline"]
    pod = project.spawn()
    for name in names:
        (Path(pod.path) / name).write_text("pod\n")
        (project.root / name).write_text("main\n")
    for folder in (Path(pod.path), project.root):
        git(folder, "add", "--all")
        git(folder, "commit", "-qm", "Names")
    conflict.by_agent(project.ws, pod.id)
    record = record_of(project, pod)
    assert record.conflict is not None and record.conflict.count == 4
    assert all(f.path.isprintable() for f in record.conflict.files)
    wait(project.ws, project.ws.snapshot().pods[pod.id].run)  # type: ignore[arg-type]
    settle(project.ws, pod.id)
    assert project.ws.snapshot().problems == ()
    out = project.lmawep("resolve", pod.id).out
    assert "\x1b" not in out and "add/add" in out
    conflict.start_merge(project.ws, pod.id)
    conflict.take(project.ws, pod.id, names, Side.THEIRS)
    conflict.finish(project.ws, pod.id)
    assert all((Path(pod.path) / name).read_text() == "main\n" for name in names)


# The resolve agent has one chance


def resolver(project: Project, script: str) -> None:
    project.config(agents={"me": {"command": ["sh", "-c", f"cat >/dev/null; {script}"]}}, agent="me")


def run_agent(project: Project, pod: PodRecord, role: Role | None = None) -> None:
    wait(project.ws, start(project.ws, pod.id, role=role), 30)
    settle(project.ws, pod.id)


@pytest.mark.parametrize(
    "script",
    ["exit 3", "echo x > x; git add x; git commit -qm X; echo 'STATUS: COMPLETE'", "echo 'STATUS: NO_CHANGE'"],
    ids=["crashes", "says it is done and is not", "does nothing"],
)
def test_a_resolve_run_that_fails_asks_the_person_at_once(project: Project, script: str) -> None:
    record = in_conflict(project)
    resolver(project, script)
    run_agent(project, record)
    pod = project.ws.snapshot().pods[record.id]
    assert pod.hold is not None and pod.hold.kind is HoldKind.CONFLICT
    assert pod.attention is not None and pod.attention.startswith("conflicts with main in src/a.txt (+1); 0001-resolve")
    assert pod.record.next_role is Role.RESOLVE
    assert pod.record.conflict is not None and pod.record.conflict.tried == 1
    assert "1 main" in pod.record.brief and "0001-resolve" in pod.record.brief


@pytest.mark.parametrize("report", ["STATUS: QUESTION\\nBLOCKERS: Which side?", "usage limit reached"])
def test_the_facts_of_the_conflict_outlive_a_question(project: Project, report: str) -> None:
    record = in_conflict(project)
    resolver(project, f"printf '{report}\\n'")
    run_agent(project, record)
    after = record_of(project, record)
    assert after.conflict is not None and "1 main" in after.brief and after.next_role is Role.RESOLVE


MENDS = ("git merge -q main || true; for f in src/a.txt src/b.txt; do echo both > $f; done; "
         "git commit -qam Merge; echo 'STATUS: COMPLETE'")  # fmt: skip


def test_a_resolve_run_that_mends_it_goes_to_review(project: Project) -> None:
    record = in_conflict(project)
    resolver(project, MENDS)
    run_agent(project, record)
    after = record_of(project, record)
    assert project.status_of(record.ticket) == "review"
    assert (after.conflict, after.next_role, after.brief, after.conflicts) == (None, Role.TASK, "", 1)


def test_two_conflicts_in_a_row_go_to_the_agent_and_the_third_to_the_person(project: Project) -> None:
    """Each with another commit of main; the agent mends each."""
    record = in_conflict(project)
    for number in (2, 3):
        resolver(project, MENDS)
        run_agent(project, record)
        project.lmawep("review", record.id, "--approve")
        on_main(project, {"src/a.txt": f"main again {number}\n"})
        project.lmawep("merge", record.id, ok=False)
        record = record_of(project, record)
        assert record.conflicts == number
        assert project.status_of(record.ticket) == ("assigned" if number == 2 else "blocked")
    assert "conflict 3 in a row" in (project.ws.snapshot().pods[record.id].attention or "")


def test_rejected_for_another_reason_it_keeps_a_conflict_that_is_true(project: Project) -> None:
    record = in_conflict(project)
    with project.ws.change("test") as change:  # as an override by the person would
        change.change_ticket(record.ticket, status="review")
        change.save()
    project.lmawep("review", record.id, "--reject", "other reason")
    assert record_of(project, record).conflict is not None
    git(Path(record.path), "merge", "-q", "-X", "ours", "main")
    with project.ws.change("test") as change:
        change.change_ticket(record.ticket, status="review")
        change.save()
    project.lmawep("review", record.id, "--reject", "other reason")
    assert record_of(project, record).conflict is None


# The person's tools


def test_sides_and_done(project: Project) -> None:
    record = in_conflict(project)
    folder = Path(record.path)
    tip, main = git(folder, "rev-parse", "HEAD"), project.main()
    view = conflict.start_merge(project.ws, record.id)
    assert view.state is MergeState.MERGING and [f.state for f in view.files] == [FileState.MARKERS] * 2
    assert record_of(project, record).paused
    assert "Merging main" in (folder / "memory-bank/blockers.md").read_text()
    with pytest.raises(Refused, match=r"markers are left in src/a.txt \(\+1\)"):
        conflict.finish(project.ws, record.id)
    conflict.take(project.ws, record.id, ["src/a.txt"], Side.OURS)
    conflict.take(project.ws, record.id, ["src/b.txt"], Side.OURS)
    view = conflict.take(project.ws, record.id, ["src/b.txt"], Side.THEIRS)  # one may change one's mind
    assert view.left == ()
    after = conflict.finish(project.ws, record.id)
    assert (folder / "src/a.txt").read_text() == POD["src/a.txt"]
    assert (folder / "src/b.txt").read_text() == MAIN["src/b.txt"]
    assert git(folder, "rev-list", "--parents", "-1", "HEAD").split()[1:] == [tip, main]
    assert git(folder, "status", "--porcelain") == ""
    assert git(folder, "log", "-1", "--format=%s") == "Merge main into pod-1-ticket-101"
    assert (after.paused, after.conflict, after.merging, after.verdict, after.brief) == (False, None, None, None, "")
    assert project.status_of(record.ticket) == "review"
    assert "merged by a person" in (folder / "memory-bank/blockers.md").read_text()
    project.lmawep("review", record.id, "--approve")
    project.lmawep("merge", record.id)
    assert (project.root / "src/b.txt").read_text() == MAIN["src/b.txt"]


def test_abort_leaves_the_pod_as_it_was_byte_for_byte(project: Project) -> None:
    (project.root / ".gitignore").write_text("*.log\n")
    (project.root / "gone").mkdir()
    (project.root / "gone/with-main.txt").write_text("g\n")
    project.git("add", "--all")
    project.git("commit", "-qm", "More")
    pod = project.queued({**POD, "bin.dat": "\0pod"})
    on_main(project, {**MAIN, "bin.dat": "\0main", "added/on/main.txt": "m\n", "gone/with-main.txt": None})
    merge_pod(project.ws, pod.id)
    folder = Path(pod.path)
    (folder / "ignored.log").write_text("ignored\n")
    (folder / "memory-bank/blockers.md").write_text("# Blockers\n\nmine\n\n\n")
    (folder / "src/a.txt").chmod(0o600)
    before, record = everything(folder), record_of(project, pod)
    conflict.start_merge(project.ws, pod.id)
    assert everything(folder) != before
    assert conflict.abort(project.ws, pod.id) is None, "nothing was decided, so nothing had to be kept"
    assert everything(folder) | {"src/a.txt": ""} == before | {"src/a.txt": ""}
    assert record_of(project, pod) == record
    conflict.start_merge(project.ws, pod.id)
    conflict.take(project.ws, pod.id, ["bin.dat"], Side.THEIRS)
    (folder / "src/a.txt").write_text("half a day's work\n")
    kept = conflict.abort(project.ws, pod.id)
    assert kept is not None and git(folder, "show", f"{kept}:src/a.txt") == "half a day's work"
    assert everything(folder) | {"src/a.txt": ""} == before | {"src/a.txt": ""}
    assert git(folder, "show", "HEAD:src/a.txt") + "\n" == (folder / "src/a.txt").read_text()
    assert record_of(project, pod) == record


def test_edited_files_count_as_decided(project: Project) -> None:
    record = in_conflict(project)
    project.lmawep("resolve", record.id, "--start")
    taken = project.lmawep("resolve", record.id, "--theirs", ".").out
    assert "Taken: main's side of src/a.txt, src/b.txt." in taken
    project.lmawep("resolve", record.id, "--abort")
    project.lmawep("resolve", record.id, "--start")
    project.lmawep("resolve", record.id, "--theirs", "src/b.txt")
    idle = project.lmawep("resolve", record.id, "--edit", env={"VISUAL": "true"}).out
    assert "Nothing was changed: markers left in 1 file." in idle and "--done` commits" not in idle
    editor = project.root.parent / "editor.sh"
    editor.write_text('#!/bin/sh\nfor f; do echo "$f" >> "$0.log"; echo both > "$f"; done\n')
    editor.chmod(0o755)
    edited = project.lmawep("resolve", record.id, "--edit", env={"VISUAL": str(editor)}).out
    assert f"Edited: no markers left. `lmawep resolve {record.id} --done` commits the merge." in edited
    assert "no markers left  content" in edited and "to decide" not in edited and "everything is decided" in edited
    assert (editor.parent / "editor.sh.log").read_text() == f"{record.path}/src/a.txt\n"
    assert project.lmawep("resolve", record.id, "--done").out.endswith("its ticket is review.\n")
    assert git(Path(record.path), "show", "HEAD:src/a.txt") == "both"


def test_taking_a_side_keeps_what_was_edited(project: Project) -> None:
    record = in_conflict(project)
    conflict.start_merge(project.ws, record.id)
    conflict.take(project.ws, record.id, ["src/a.txt"], Side.OURS)
    assert all_kept(project.ws.git, record.id) == []
    (Path(record.path) / "src/b.txt").write_text("my own words\n")
    conflict.take(project.ws, record.id, ["."], Side.THEIRS)
    (kept,) = all_kept(project.ws.git, record.id)
    assert git(Path(record.path), "show", f"{kept.ref}:src/b.txt") == "my own words"


def test_the_manual_path_without_any_conflict(project: Project) -> None:
    """Main brought into a pod at any time: work that nobody believed yet is not believed for that."""
    pod = project.spawn()
    project.commit(pod)
    main = on_main(project, {"other.txt": "o\n"})
    assert "--start" in project.lmawep("resolve", pod.id).out
    project.lmawep("resolve", pod.id, "--start")
    assert record_of(project, pod).paused
    project.lmawep("resolve", pod.id, "--done")
    assert git(Path(pod.path), "merge-base", "HEAD", "main") == main
    assert project.status_of(pod.ticket) == "assigned" and not record_of(project, pod).paused
    assert "There is nothing to merge" in project.refuses("resolve", pod.id, "--start")


def test_an_approved_pod_is_looked_at_again(project: Project) -> None:
    pod = project.queued()
    on_main(project, {"other.txt": "o\n"})
    conflict.start_merge(project.ws, pod.id)
    conflict.finish(project.ws, pod.id)
    assert project.status_of(pod.ticket) == "review"
    assert record_of(project, pod).verdict is None and project.ws.snapshot().state.train == ()


def test_other_verbs_name_the_way_out(project: Project) -> None:
    pod = project.queued(POD)
    on_main(project, MAIN)
    conflict.start_merge(project.ws, pod.id)
    for verb in ("test", "merge", "run", "resume"):
        assert f"lmawep resolve {pod.id}" in project.refuses(verb, pod.id), verb
    with project.ws.change("test") as change:
        change.change_ticket(pod.ticket, status="review")
        change.save()
    assert f"lmawep resolve {pod.id}" in project.refuses("review", pod.id, "--approve")
    assert any(f"lmawep resolve {pod.id}" in finding.what for finding in doctor(project.ws))
    assert f"lmawep resolve {pod.id}" in (project.ws.snapshot().pods[pod.id].attention or "")
    ref = project.lmawep("remove", pod.id, "--force", "--json").json["vault"]
    assert project.git("show", f"{ref}^2:unmerged~2/src/a.txt") + "\n" == POD["src/a.txt"]
    assert project.git("show", f"{ref}^2:unmerged~3/src/a.txt") + "\n" == MAIN["src/a.txt"]


def test_a_merge_the_person_committed_with_git(project: Project) -> None:
    record = in_conflict(project)
    conflict.start_merge(project.ws, record.id)
    git(Path(record.path), "checkout", "--ours", ".")
    git(Path(record.path), "commit", "-qam", "Mine")
    assert conflict.describe(project.ws, record.id).state is MergeState.COMMITTED
    assert "committed already" in project.refuses("resolve", record.id, "--abort")
    project.lmawep("resolve", record.id, "--done")
    assert project.status_of(record.ticket) == "review"


def test_a_merge_the_person_undid_with_git(project: Project) -> None:
    record = in_conflict(project)
    conflict.start_merge(project.ws, record.id)
    git(Path(record.path), "merge", "--abort")
    assert conflict.describe(project.ws, record.id).state is MergeState.GONE
    assert "nothing was committed" in project.refuses("resolve", record.id, "--done")
    project.lmawep("resolve", record.id, "--abort")
    assert record_of(project, record) == record


def test_a_merge_an_agent_left_half_done(project: Project) -> None:
    """Begun by other means, on a worktree with changes: undoing it keeps everything in the vault."""
    record = in_conflict(project)
    folder = Path(record.path)
    git(folder, "merge", "-q", "main", check=False)
    (folder / "loose.txt").write_text("loose\n")
    assert conflict.describe(project.ws, record.id).state is MergeState.MERGING
    kept = conflict.abort(project.ws, record.id)
    assert git(folder, "status", "--porcelain") == "?? loose.txt"
    assert kept is not None and git(folder, "show", f"{kept}:loose.txt") == "loose"
    assert record_of(project, record) == record


def test_a_merge_of_something_else_is_not_finished_as_main(project: Project) -> None:
    record = in_conflict(project)
    folder = Path(record.path)
    git(folder, "checkout", "-q", "-b", "side", "main")
    (folder / "src/a.txt").write_text("side\n")
    git(folder, "commit", "-qam", "Side")
    git(folder, "checkout", "-q", record.branch)
    git(folder, "merge", "-q", "side", check=False)
    with pytest.raises(Refused, match="not on main"):
        conflict.finish(project.ws, record.id)


def test_refusals(project: Project) -> None:
    record = in_conflict(project)
    folder = Path(record.path)
    assert "no merge half done" in project.refuses("resolve", record.id, "--done").replace(
        "conflicts with main", "no merge half done")  # fmt: skip
    assert "no merge half done" in project.refuses("resolve", record.id, "--ours", "src/a.txt")
    assert "no merge half done" in project.refuses("resolve", record.id, "--abort")
    assert "FILE goes with" in project.refuses("resolve", record.id, "src/a.txt", status=2)
    (folder / "loose.txt").write_text("x")
    assert "uncommitted work" in project.refuses("resolve", record.id, "--start")
    (folder / "loose.txt").unlink()
    assert "agent cannot" in project.refuses("resolve", record.id, "--start", env={"LMAWEP_RUN": "1"})
    project.lmawep("resolve", record.id, "--start")
    assert "Say which files" in project.refuses("resolve", record.id, "--ours", status=2)
    assert "is not in conflict" in project.refuses("resolve", record.id, "--ours", "new.txt")
    assert "half done" in project.refuses("resolve", record.id, "--start")
    project.lmawep("resolve", record.id, "--ours", "src")
    (folder / "loose.txt").write_text("x")
    assert "git does not know loose.txt" in project.refuses("resolve", record.id, "--done")
    (folder / "src/a.txt").write_text("<<<<<<< mine\n")
    (folder / "loose.txt").unlink()
    assert "markers are left in src/a.txt" in project.refuses("resolve", record.id, "--done")


def test_ignored_files_are_not_overwritten(project: Project) -> None:
    (project.root / ".gitignore").write_text("*.log\nout/\n")
    project.git("add", "--all")
    project.git("commit", "-qm", "Ignore")
    pod = project.spawn()
    project.commit(pod)
    (Path(pod.path) / "build.log").write_text("mine\n")
    (project.root / "build.log").write_text("main's\n")
    project.git("add", "-f", "build.log")
    project.git("commit", "-qm", "Log")
    with pytest.raises(Refused, match=r"would overwrite: build\.log"):
        conflict.start_merge(project.ws, pod.id)
    assert (Path(pod.path) / "build.log").read_text() == "mine\n"
    assert record_of(project, pod) == pod


def test_a_text_about_markers_is_no_conflict(project: Project) -> None:
    text = "How git marks:\n<<<<<<< HEAD\n=======\n>>>>>>> other\n"
    pod = project.queued({"doc.txt": text})
    on_main(project, {"doc.txt": text + "more\n"})
    conflict.start_merge(project.ws, pod.id)
    conflict.take(project.ws, pod.id, ["."], Side.THEIRS)
    conflict.finish(project.ws, pod.id)
    assert project.status_of(pod.ticket) == "review"


def test_a_planted_merge_option_of_the_branch_is_not_followed(project: Project) -> None:
    """An agent shares the git config: it could have main's side thrown away without a word."""
    record = in_conflict(project)
    project.git("config", f"branch.{record.branch}.mergeOptions", "-X ours")
    project.git("config", "merge.ff", "only")
    files = conflict.start_merge(project.ws, record.id).files
    assert [file.state for file in files] == [FileState.MARKERS] * 2


def test_a_link_in_place_of_a_folder_is_not_written_through(project: Project, tmp_path: Path) -> None:
    record = in_conflict(project)
    conflict.start_merge(project.ws, record.id)
    folder, outside = Path(record.path), tmp_path / "outside"
    (folder / "src").rename(outside)
    (folder / "src").symlink_to(outside)
    before = (outside / "a.txt").read_bytes()
    for side in Side:
        with pytest.raises(LmawepError, match="symbolic link"):
            conflict.take(project.ws, record.id, ["src/a.txt"], side)
    assert (outside / "a.txt").read_bytes() == before


def test_the_agent_again_by_the_persons_word(project: Project) -> None:
    record = in_conflict(project)
    resolver(project, "exit 3")
    run_agent(project, record)
    assert project.status_of(record.ticket) == "blocked"
    resolver(project, MENDS)
    project.lmawep("resolve", record.id, "--agent", "-m", "keep both")
    wait(project.ws, project.ws.snapshot().pods[record.id].run, 30)  # type: ignore[arg-type]
    settle(project.ws, record.id)
    assert project.status_of(record.ticket) == "review"
    assert "There is nothing to resolve" in project.refuses("resolve", record.id, "--agent")


def test_json(project: Project) -> None:
    record = in_conflict(project)
    shown = project.lmawep("resolve", record.id, "--json").json
    assert (shown["state"], shown["choices"]) == ("conflict", ["--start", "--agent"])
    assert [(f["path"], f["kind"], f["hunks"], f["state"]) for f in shown["files"]] == [
        ("src/a.txt", "content", 1, "in conflict"), ("src/b.txt", "content", 1, "in conflict")]  # fmt: skip
    pod = project.lmawep("pods", "--json").json["pods"][0]
    assert pod["conflict"]["files"][0]["path"] == "src/a.txt"
