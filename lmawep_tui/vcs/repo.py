"""The repository as a whole: branches, commits, identity, what is checked out where."""

from __future__ import annotations

import os
from pathlib import Path

from lmawep_tui.model.errors import GitFailed, LmawepError
from lmawep_tui.model.ids import Sha, is_sha
from lmawep_tui.vcs.run import Git

OWN_IDENTITY = {
    "GIT_AUTHOR_NAME": "lmawep",
    "GIT_AUTHOR_EMAIL": "lmawep@localhost",
    "GIT_COMMITTER_NAME": "lmawep",
    "GIT_COMMITTER_EMAIL": "lmawep@localhost",
}
"""Author of commits nobody lands: memory banks and vault snapshots."""


def branch_ref(branch: str) -> str:
    return f"refs/heads/{branch}"


def commit_of(git: Git, ref: str) -> Sha | None:
    """The commit a full ref name or sha stands for, or None when there is no such ref."""
    result = git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}", ok=(0, 1, 128))
    return Sha(result.text) if result.status == 0 and is_sha(result.text) else None


def must_have(git: Git, ref: str) -> Sha:
    """As commit_of, but raises GitFailed when the ref does not exist."""
    sha = commit_of(git, ref)
    if sha is None:
        raise GitFailed(f"{ref} does not exist in {git.folder}.")
    return sha


def objects_of(git: Git, *names: str) -> list[str | None]:
    """The object each name stands for (`refs/heads/main`, `SHA:path`), None where there is none; by one process."""
    asked = [name for name in names if "\n" not in name]
    answers = git("cat-file", "--batch-check=%(objectname)", stdin="".join(f"{name}\n" for name in asked)
                  .encode("utf-8", "surrogateescape")).text.splitlines()  # fmt: skip
    if len(answers) != len(asked):
        raise GitFailed(f"git did not answer in {git.folder} which objects there are.")
    found = {name: answer if is_sha(answer) else None for name, answer in zip(asked, answers, strict=True)}
    return [found.get(name) for name in names]


def head_branch(git: Git) -> str | None:
    """The branch checked out in this folder, or None when HEAD is detached."""
    result = git("symbolic-ref", "--quiet", "HEAD", ok=(0, 1))
    return result.text.removeprefix("refs/heads/") if result.status == 0 else None


def is_ancestor(git: Git, old: str, new: str) -> bool:
    return git.succeeds("merge-base", "--is-ancestor", old, new)


def tree_bytes(git: Git, ref: str) -> int:
    """How much the files of a commit take when they are checked out, in bytes."""
    total = 0
    for entry in git("ls-tree", "-r", "-l", "-z", ref, timeout_s=300).stdout.split(b"\0"):
        size = entry.partition(b"\t")[0].split()[-1:]
        if size and size[0].isdigit():
            total += int(size[0])
    return total


def fork_point(git: Git, one: str, other: str) -> Sha | None:
    """The commit at which two histories parted, or None when they never met."""
    result = git("merge-base", one, other, ok=(0, 1))
    return Sha(result.text.splitlines()[0]) if result.status == 0 else None


def tree_of(git: Git, commit: str) -> str:
    """The id of the commit's tree."""
    return git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^{{tree}}").text


def has_path(git: Git, commit: str, path: str) -> bool:
    """Whether the commit has this file or folder, named from the repository's top."""
    return bool(git("--literal-pathspecs", "ls-tree", "-z", "--name-only", commit, "--", path).stdout)


def main_branch(git: Git) -> str:
    """The branch work lands on: the one checked out, else the only usual name that exists.

    Raises LmawepError in a repository without commits and when it cannot be told.
    """
    branches = git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/").text.splitlines()
    if not branches:
        raise LmawepError(
            "This repository has no commit yet.", "Make the first one (`git commit --allow-empty -m Start`)."
        )
    current = head_branch(git)
    if current is not None and current in branches:
        return current
    usual = [name for name in ("main", "master", "trunk", "develop") if name in branches]
    if len(usual) == 1 or (usual and len(branches) == 1):
        return usual[0]
    if len(branches) == 1:
        return branches[0]
    raise LmawepError(
        "HEAD is detached and the branch to land on cannot be told.",
        "Name it: `main: BRANCH` in .lmawep/config.yaml, or check it out.",
    )


def identity_env(git: Git) -> dict[str, str]:
    """Empty when git knows who commits; else our own identity, so that a landing never fails for it."""
    if os.environ.get("GIT_COMMITTER_EMAIL"):
        return {}
    has = all(git("config", "--get", key, ok=(0, 1)).status == 0 for key in ("user.name", "user.email"))
    return {} if has else OWN_IDENTITY


def author_variables(git: Git) -> dict[str, str]:
    """Who commits by git's own config, as variables, for programs that hide that config from the git they run.

    Without those that are set already; empty when git does not know either.
    """
    lines = git("config", "--null", "--get-regexp", r"^user\.(name|email)$", ok=(0, 1)).fields
    known = dict(line.partition("\n")[::2] for line in lines)
    found = {f"GIT_{who}_{key.upper()}": known.get(f"user.{key}", "")
             for who in ("AUTHOR", "COMMITTER") for key in ("name", "email")}  # fmt: skip
    return {name: value for name, value in found.items() if value and name not in os.environ}


def add_excludes(exclude: Path, patterns: tuple[str, ...]) -> None:
    """Adds lines to `.git/info/exclude` that are not there yet; what stands there is kept."""
    from lmawep_tui.files.atomic import make_folder, write_bytes

    make_folder(exclude.parent, 0o755)
    old = exclude.read_bytes() if exclude.exists() else b""
    have = set(old.decode("utf-8", "surrogateescape").splitlines())
    missing = [pattern for pattern in patterns if pattern not in have]
    if missing:
        joint = b"" if not old or old.endswith(b"\n") else b"\n"
        write_bytes(exclude, old + joint + "".join(f"{p}\n" for p in missing).encode(), mode=0o644)


def update_ref(git: Git, ref: str, new: str, old: str, why: str) -> None:
    """Moves a ref by compare-and-swap; raises GitFailed when it is not at `old`. `old` all zeroes: must not exist."""
    git("update-ref", "-m", f"lmawep: {why}", "--create-reflog", ref, new, old)


def delete_ref(git: Git, ref: str, old: str) -> None:
    """Deletes a ref if it still is at `old`."""
    git("update-ref", "-d", ref, old)


ZERO = "0" * 40
