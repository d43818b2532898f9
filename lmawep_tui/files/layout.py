"""Every path under `.lmawep/` and `lmawep-workspace/`, named once."""

from __future__ import annotations

import os
from pathlib import Path

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import BadFile, LmawepError
from lmawep_tui.model.ids import PodId, TicketId, ticket_name

MEMORY_FILES = ("activeContext.md", "progress.md", "blockers.md", "systemPatterns.md")
"""The memory bank, in the order it is read."""

TRAIN = "train"
"""Name of the private worktree in which merges are built and tested."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything lies. `root` is the main checkout's top folder; `worktrees_dir` may come from the config."""

    root: Path
    git_dir: Path
    """The common git folder, shared by all worktrees."""
    worktrees_dir: str = "lmawep-workspace/worktrees"

    @property
    def home(self) -> Path:
        return self.root / ".lmawep"

    @property
    def config(self) -> Path:
        return self.home / "config.yaml"

    @property
    def tickets(self) -> Path:
        return self.home / "tickets"

    @property
    def templates(self) -> Path:
        return self.home / "templates"

    def ticket(self, ticket: TicketId) -> Path:
        return self.tickets / f"{ticket_name(ticket)}.yaml"

    @property
    def workspace(self) -> Path:
        return self.root / "lmawep-workspace"

    @property
    def state(self) -> Path:
        return self.workspace / "lmawep-state.yaml"

    @property
    def redo(self) -> Path:
        return self.workspace / "redo.json"

    @property
    def triage(self) -> Path:
        """What the person snoozed and pinned."""
        return self.workspace / "triage.json"

    @property
    def looked(self) -> Path:
        """When the person last looked at the screen."""
        return self.workspace / "looked.json"

    @property
    def screen(self) -> Path:
        """What the person's screen remembers: theme, layout, what they took in the palette."""
        return self.workspace / "screen.json"

    @property
    def journal(self) -> Path:
        return self.workspace / "journal.jsonl"

    @property
    def screen_faults(self) -> Path:
        return self.workspace / "screen-faults.log"

    @property
    def board(self) -> Path:
        return self.workspace / "board"

    @property
    def signals(self) -> Path:
        return self.workspace / "signals"

    @property
    def cache(self) -> Path:
        return self.workspace / "cache"

    @property
    def runs(self) -> Path:
        return self.workspace / "runs"

    def run_dir(self, pod: str, name: str) -> Path:
        return self.runs / pod / name

    def review_notes(self, pod: str) -> Path:
        """What the person noted while reading the pod's work."""
        return self.workspace / "reviews" / f"{pod}.json"

    def lock(self, name: str) -> Path:
        return self.workspace / "locks" / f"{name}.lock"

    def sitting(self, pod: str) -> Path:
        """The lock that a person holds who is attached to the pod."""
        return self.lock(f"attach-{pod}")

    @property
    def worktrees(self) -> Path:
        return Path(os.path.normpath(self.root / self.worktrees_dir))

    def worktree(self, pod: PodId) -> Path:
        return self.worktrees / pod

    @property
    def train(self) -> Path:
        return self.worktrees / TRAIN

    @property
    def train_steps(self) -> Path:
        """What the train is doing now, for readers; worth nothing while nobody holds the merge lock."""
        return self.workspace / "train.json"

    def assignments(self, sprint: int) -> Path:
        return self.workspace / f"sprint-{sprint}-assignments.md"

    @property
    def exclude(self) -> Path:
        return self.git_dir / "info" / "exclude"

    def refuse_links(self) -> None:
        """Raises BadFile when one of our folders is a symbolic link: we would write outside the project (safety T9)."""
        ours = (self.workspace / "locks", self.runs, self.worktrees, self.board, self.cache, self.signals,
                self.workspace / "reviews")  # fmt: skip
        for folder in (self.home, self.tickets, self.workspace, *ours):
            if folder.is_symlink():
                raise BadFile(folder, "is a symbolic link", hint="Replace it by a real folder.")


def find_root(start: Path) -> Layout:
    """The project around `start`: from anywhere in the main checkout or in one of its worktrees.

    Reads `.git` files by itself, because the quickest git command costs more than all of `lmawep status`.
    Raises LmawepError outside a repository and in a bare one.
    """
    here = Path(os.path.abspath(start))  # noqa: PTH100 (resolve would follow links out of a worktree)
    for folder in (here, *here.parents):
        dot_git = folder / ".git"
        if dot_git.is_dir():
            real = folder.resolve()  # git names every folder by its real path, and so must we
            return Layout(real, real / ".git" if not dot_git.is_symlink() else dot_git.resolve())
        if dot_git.is_file():
            return _through_link(folder, dot_git)
    if any((folder / "HEAD").is_file() and (folder / "objects").is_dir() for folder in (here, *here.parents)):
        raise LmawepError(f"{here} is inside a bare repository.", "lmawep needs a repository with a checkout.")
    raise LmawepError(f"{here} is not inside a git repository.", "Run `git init` first, or go to a repository.")


def _through_link(folder: Path, dot_git: Path) -> Layout:
    """The main checkout of a worktree whose `.git` is a file."""
    try:
        text = dot_git.read_text("utf-8", "surrogateescape").strip()
        git_dir = (folder / text.removeprefix("gitdir:").strip()).resolve()
        common_file = git_dir / "commondir"
        if not common_file.is_file():  # a submodule or --separate-git-dir: this folder is the checkout itself
            return Layout(folder.resolve(), git_dir)
        common = (git_dir / common_file.read_text("utf-8").strip()).resolve()
    except OSError as error:
        raise LmawepError(f"{dot_git} cannot be read: {error.strerror}.") from error
    if common.name != ".git":
        raise LmawepError(
            f"{folder} is a worktree of the bare repository {common}.", "lmawep needs a main checkout to land on."
        )
    return Layout(common.parent, common)
