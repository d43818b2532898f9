"""How a pod differs from main."""

from __future__ import annotations

from lmawep_tui.model.diff_options import AS_USUAL, DiffOptions
from lmawep_tui.model.pod import Changes
from lmawep_tui.vcs.run import Git

_PLAIN = ("--no-ext-diff", "--no-textconv", "--no-color", "--find-renames")


def changes(git: Git, main: str, tip: str) -> Changes:
    """Commits ahead and behind, and what changed since the branches parted; committed work only."""
    behind, ahead = (int(n) for n in git("rev-list", "--left-right", "--count", f"{main}...{tip}").text.split())
    if not ahead:
        return Changes(ahead=0, behind=behind)
    files = insertions = deletions = 0
    for line in git("diff", "--numstat", "-z", *_PLAIN[:3], "--no-renames", f"{main}...{tip}").fields:
        added, removed, _ = line.split("\t", 2)
        files += 1
        insertions += int(added) if added.isdigit() else 0
        deletions += int(removed) if removed.isdigit() else 0
    return Changes(ahead=ahead, behind=behind, files=files, insertions=insertions, deletions=deletions)


def changed_paths(git: Git, old: str, new: str, kinds: str = "") -> tuple[str, ...]:
    """Paths that differ between two commits; `kinds` are git's letters: A only what `new` adds."""
    chosen = (f"--diff-filter={kinds}",) if kinds else ()
    return tuple(git("diff", "--name-only", "-z", "--no-renames", *chosen, *_PLAIN[:3], old, new).fields)


def changed_kinds(git: Git, old: str, new: str) -> dict[str, str]:
    """Paths that differ between two commits, each with git's letter: A for what `new` adds, D for what it deletes."""
    fields = git("diff", "--name-status", "-z", "--no-renames", *_PLAIN[:3], old, new).fields
    return dict(zip(fields[1::2], fields[::2], strict=True))


def own_paths(git: Git, main: str, tip: str) -> frozenset[str]:
    """Paths that a branch changed since it parted from main."""
    return frozenset(git("diff", "--name-only", "-z", "--no-renames", *_PLAIN[:3], f"{main}...{tip}").fields)


def flags(options: DiffOptions) -> tuple[str, ...]:
    """What `git diff` is told of the options; the prefixes, too, are ours and not those of somebody's config."""
    space = ("--ignore-all-space",) if options.ignore_space else ()
    return (f"-U{options.context}", *space, "--src-prefix=a/", "--dst-prefix=b/", "--submodule=short")


def patch(git: Git, main: str, tip: str, options: DiffOptions = AS_USUAL) -> str:
    """The unified diff of committed work since the branches parted."""
    done = git("diff", *_PLAIN, *flags(options), f"{main}...{tip}", timeout_s=60)
    return done.stdout.decode("utf-8", "replace")


def uncommitted_patch(git: Git, options: DiffOptions = AS_USUAL) -> str:
    """The unified diff of what is not committed in this checkout, tracked files only."""
    return git("diff", *_PLAIN, *flags(options), "HEAD", timeout_s=60).stdout.decode("utf-8", "replace")


def stat(git: Git, main: str, tip: str) -> str:
    """`git diff --stat` of the pod's work."""
    return git("diff", "--stat=100", *_PLAIN, f"{main}...{tip}").stdout.decode("utf-8", "replace").rstrip()


def subjects(git: Git, main: str, tip: str, limit: int = 50) -> list[str]:
    """Subjects of the pod's own commits, newest first."""
    return git("log", f"-{limit}", "--format=%s", f"{main}..{tip}").text.splitlines()
