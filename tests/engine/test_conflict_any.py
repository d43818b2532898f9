"""Whatever two branches did: start, then sides, edits, done or abort, always ends in a clean worktree."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lmawep_tui.engine import conflict
from lmawep_tui.engine.conflict import Side
from lmawep_tui.engine.conflict_view import FileState, MergeState
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.vcs.half_merge import unmerged
from tests.engine.test_conflict import everything
from tests.repos import Project, git
from tests.share import some

NAMES = ("a", "b b", "d", "d/f", "d/g", "e/é", "-x")
TEXTS = [[f"{word} {n}" for n in range(9)] for word in ("tea", "cup", "pot")]

lines = st.builds(
    lambda text, at, word: [*TEXTS[text][:at], word, *TEXTS[text][at + 1 :]],
    st.integers(0, 2), st.integers(0, 8), st.sampled_from(["one", "two", "three", "tea 0"]),
)  # fmt: skip
content = st.one_of(
    st.tuples(st.just("text"), lines),
    st.tuples(st.just("text"), lines),
    st.tuples(st.just("exec"), lines),
    st.tuples(st.just("bin"), st.sampled_from([b"\0one", b"\0two"])),
    st.tuples(st.just("link"), st.sampled_from(["a", "nowhere", "d/f"])),
    st.tuples(st.just("crlf"), lines),
)
trees = st.dictionaries(st.sampled_from(NAMES), content, max_size=5)
decisions = st.lists(st.sampled_from(["ours", "theirs", "edit", "git add"]), min_size=1, max_size=8)


def put(root: Path, tree: dict[str, tuple[str, object]], name_of_it: str) -> None:
    """The checkout shows exactly this tree and the README; what cannot stand beside `d/…` gives way to it."""
    git(root, "rm", "-rfq", "--ignore-unmatch", "--", *NAMES)
    if any(name.startswith("d/") for name in tree):
        tree = {name: value for name, value in tree.items() if name != "d"}
    for name, (kind, value) in tree.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        if kind == "link":
            os.symlink(str(value), path)
            continue
        path.write_bytes(value if isinstance(value, bytes) else _encoded(kind, value))
        path.chmod(0o755 if kind == "exec" else 0o644)
    git(root, "add", "--all")
    git(root, "commit", "-qm", name_of_it, "--allow-empty")


def _encoded(kind: str, value: object) -> bytes:
    assert isinstance(value, list)
    end = "\r\n" if kind == "crlf" else "\n"
    return "".join(f"{line}{end}" for line in value).encode()


def decide(ws: Workspace, pod: PodRecord, how: list[str]) -> None:
    """Decides every file in one way or another; checks that a side taken is the side that is there."""
    folder = Path(pod.path)
    for number, file in enumerate(conflict.describe(ws, pod.id).files):
        way = how[number % len(how)]
        open_ = file.state is not FileState.DECIDED
        if way in ("edit", "git add") and (file.hunks or way == "git add") and (folder / file.path).is_file():
            (folder / file.path).write_text("resolved\n")
            if way == "git add":
                git(folder, "add", "--", file.path)
        elif open_:
            side = Side.OURS if way == "ours" else Side.THEIRS
            stages = unmerged(ws.pod_git(folder))[file.path]
            view = conflict.take(ws, pod.id, [file.path], side)
            assert file.path not in {f.path for f in view.left}
            there = git(folder, "ls-files", "-s", "--", f":(literal){file.path}").split()
            wanted = stages.get(2 if side is Side.OURS else 3)
            assert there[:2] == ([wanted.mode, wanted.sha] if wanted else []), file


_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking takes minutes: every example is a repository


@settings(max_examples=some(25), deadline=None, phases=_PHASES, suppress_health_check=list(HealthCheck))
@given(base=trees, ours=trees, theirs=trees, how=decisions, end=st.sampled_from(["abort", "decide, abort", "done"]))
def test_any_two_branches_end_clean(
    base: dict[str, tuple[str, object]], ours: dict[str, tuple[str, object]], theirs: dict[str, tuple[str, object]],
    how: list[str], end: str,
) -> None:  # fmt: skip
    with tempfile.TemporaryDirectory() as place:
        project = Project(Path(place) / "project")
        project.init({"README.md": "hello\n"})
        put(project.root, base, "Base")
        pod = project.spawn()
        folder = Path(pod.path)
        put(folder, ours, "Pod")
        put(project.root, theirs, "Main")
        tip, main = git(folder, "rev-parse", "HEAD"), project.main()
        before = everything(folder)
        view = conflict.start_merge(project.ws, pod.id)
        assert view.state is MergeState.MERGING
        assert {file.path for file in view.files} >= set(unmerged(project.ws.pod_git(folder)))
        if end != "abort":
            decide(project.ws, pod, how)
        if end != "done":
            conflict.abort(project.ws, pod.id)
            assert everything(folder) == before
        else:
            conflict.finish(project.ws, pod.id)
            assert git(folder, "rev-list", "--parents", "-1", "HEAD").split()[1:] == [tip, main]
            assert git(folder, "status", "--porcelain", "--untracked-files=all") == ""
        record = project.ws.snapshot().pods[pod.id].record
        assert record.merging is None and not record.paused
