"""Predicted merges: pods as they stand, uncommitted work included, and nothing of theirs is touched.

Whatever git has to write for it (indexes of our own, trees, throw-away commits) goes into a folder of the cache that
may be deleted at any time: the repository's own objects are only read.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lmawep_tui.files.read import stamp
from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.model.errors import GitFailed
from lmawep_tui.model.ids import Sha, is_sha
from lmawep_tui.vcs.conflict import Clashes, find_clashes
from lmawep_tui.vcs.repo import OWN_IDENTITY
from lmawep_tui.vcs.run import Git, GitResult

MAX_PATHS = 5_000
"""Uncommitted files of one pod that are looked at; more are a build's droppings rather than work."""
_MAX_FILE = 4_000_000
"""Bytes up to which an uncommitted file is read; of a larger one only its stamp counts."""
_RACY_NS = 50_000_000
_QUICK = ("-c", "core.fsync=none", "-c", "core.untrackedCache=true", "-c", "status.showUntrackedFiles=all",
          "-c", "core.preloadIndex=false")  # fmt: skip
"""Our own index may be lost at any time, and remembers folders without news; twelve pods at once need no threads."""
_NO_DATE = {"GIT_AUTHOR_DATE": "2000-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2000-01-01T00:00:00Z"}


@dataclass(frozen=True, slots=True)
class Look:
    """What stands in a pod now: its commit, the uncommitted paths, and a text that changes when they do."""

    head: Sha
    paths: tuple[str, ...] = ()
    print: str = ""
    """Of the uncommitted files, by their stamps; empty when nothing is uncommitted."""
    settled: bool = True
    """False when a file changed so lately that its stamp may not tell the next change."""


@dataclass(frozen=True, slots=True)
class Predicted:
    """What merging two commits would give."""

    files: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class _Apart(Git):
    """Git that writes its objects where ours lie."""

    apart: Mapping[str, str]

    def __call__(
        self,
        *args: str,
        ok: tuple[int, ...] = (0,),
        stdin: bytes | None = None,
        timeout_s: float = 120.0,
        env: dict[str, str] | None = None,
    ) -> GitResult:
        flags = ("-c", "core.fsync=none")
        env = {**self.apart, **(env or {})}
        return Git.__call__(self, *flags, *args, ok=ok, stdin=stdin, timeout_s=timeout_s, env=env)


class Scanner:
    """Asks git about pods. `folder` is ours alone; what lies in it saves work and holds no facts."""

    def __init__(self, git: Git, git_dir: Path, folder: Path) -> None:
        self._git = git
        self._git_dir = git_dir
        self._folder = folder
        objects = folder / "objects"
        objects.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "index").mkdir(mode=0o700, exist_ok=True)
        self._apart = {
            "GIT_OBJECT_DIRECTORY": str(objects),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": _quoted(git_dir / "objects"),
            **OWN_IDENTITY,
            **_NO_DATE,
        }

    def look(self, pod: Path) -> Look:
        """One status of a pod, through a copy of its index; raises GitFailed when it has none or git cannot say."""
        flags = ("--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all")
        for _ in range(3):
            index = self._own_index(pod)
            env = {"GIT_INDEX_FILE": str(index), "GIT_OPTIONAL_LOCKS": "1"}
            result = _run(self._git.at(pod), *_QUICK, "status", *flags, env=env, timeout_s=120)
            if index.exists():
                break  # else another look made a newer copy, and git found none
        else:
            raise GitFailed(f"{pod} changes too fast to be looked at.")
        head, paths = _read_status(result)
        if not is_sha(head):
            raise GitFailed(f"{pod} has no commit.")
        if not paths:
            return Look(head)
        return _look(pod, head, paths)

    def tip(self, pod: Path, look: Look) -> Sha:
        """A commit of what stands in the pod: its own when nothing is uncommitted, else a throw-away one on top."""
        paths = look.paths
        if not paths:
            return look.head
        git = self._git.at(pod)
        with _copied(self._own_index(pod), self._folder) as index:
            env = {**self._apart, "GIT_INDEX_FILE": str(index)}
            small = [path for path in paths if not _is_large(pod / path)]
            names = "".join(f"{path}\0" for path in small).encode("utf-8", "surrogateescape")
            _run(git, *_QUICK, "update-index", "--add", "--remove", "--replace", "-z", "--stdin", stdin=names, env=env,
                 timeout_s=120)  # fmt: skip
            self._stand_ins(git, pod, [path for path in paths if path not in set(small)], env)
            tree = _run(git, *_QUICK, "write-tree", env=env).text
        made = _run(git, *_QUICK, "commit-tree", tree, "-p", look.head, "-m", "as it stands", env=self._apart)
        return Sha(made.text)

    def _stand_ins(self, git: Git, pod: Path, large: list[str], env: dict[str, str]) -> None:
        """A large file is no reason to fill the disk with copies of it: another content is all that a merge asks."""
        for path in large:
            info = (pod / path).lstat()
            text = f"{pod.name} {path} {info.st_size} {info.st_mtime_ns}\n".encode("utf-8", "surrogateescape")
            blob = _run(git, *_QUICK, "hash-object", "-w", "--stdin", stdin=text, env=env).text
            entry = f"100644 {blob} 0\t{path}\0".encode("utf-8", "surrogateescape")
            _run(git, *_QUICK, "update-index", "--add", "-z", "--index-info", stdin=entry, env=env)

    def changed(self, since: Sha, tip: Sha) -> dict[str, str]:
        """Paths that `tip` changed since it parted from `since`, with git's letter; empty when nothing joins them."""
        flags = ("--raw", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-abbrev")
        result = _run(self._git, "diff", *flags, "--ignore-submodules=none", f"{since}...{tip}", env=self._apart)
        fields = result.fields
        return {path: facts[-1] for facts, path in zip(fields[::2], fields[1::2], strict=False)}

    def clashes(self, a: Sha, b: Sha, names: tuple[str, str]) -> Clashes:
        """One merge with its conflicting hunks, the sides called `names`; raises GitFailed."""
        return find_clashes(_Apart(self._git.folder, self._git.root, self._apart), a, b, names=names)

    def merge(self, pairs: Sequence[tuple[Sha, Sha]]) -> list[Predicted | GitFailed]:
        """What each merge would give, all asked of one git; a pair that cannot be merged at all has git's words."""
        if not pairs:
            return []
        try:
            return list(self._batch(pairs))
        except GitFailed:  # one that cannot be merged ends the whole batch
            return [self._single(*pair) for pair in pairs]

    def _batch(self, pairs: Sequence[tuple[Sha, Sha]]) -> list[Predicted]:
        asked = "".join(f"{a} {b}\n" for a, b in pairs).encode()
        result = _run(self._git, "-c", "core.fsync=none", "merge-tree", "--stdin", "--name-only", stdin=asked,
                      env=self._apart, timeout_s=300)  # fmt: skip
        found = read_merges(result.stdout)
        if len(found) != len(pairs):
            raise GitFailed(f"git answered {len(found)} of {len(pairs)} questions.")
        return found

    def _single(self, a: Sha, b: Sha) -> Predicted | GitFailed:
        """One merge by itself: after a batch that failed, and with git 2.38, which has no batches."""
        try:
            result = _run(self._git, "-c", "core.fsync=none", "merge-tree", "--write-tree", "--name-only", "-z",
                          a, b, ok=(0, 1), env=self._apart, timeout_s=300)  # fmt: skip
        except GitFailed as error:
            return error
        return read_merges(b"%d\0" % (1 - result.status) + result.stdout + b"\0")[0]

    def _own_index(self, pod: Path) -> Path:
        """A copy of the pod's index that git may refresh; named after the original, so it is never an old one.

        It keeps the original's time: by that git knows which files changed too lately to trust their stamps.
        """
        source = _admin(pod) / "index"
        found = stamp(source)
        if found is None or not source.is_file():
            raise GitFailed(f"{pod} has no index.")
        own = self._folder / "index" / f"{pod.name}-{found.mtime_ns}-{found.size}-{found.inode}"
        if not own.exists():
            for old in own.parent.glob(f"{pod.name}-*"):
                old.unlink(missing_ok=True)
            temp = own.with_name(f".{own.name}-{os.getpid()}-{time.monotonic_ns()}")
            _copy(source, temp)
            temp.replace(own)
        return own


def _admin(pod: Path) -> Path:
    """The git folder of a linked worktree; its links were checked before."""
    try:
        target = Path((pod / ".git").read_text("utf-8").removeprefix("gitdir:").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise GitFailed(f"{pod / '.git'} cannot be read.") from error
    return target if target.is_absolute() else pod / target


def _copy(source: Path, target: Path) -> None:
    try:
        shutil.copy2(source, target)
    except OSError as error:
        raise GitFailed(f"{source} cannot be copied: {error.strerror}.") from error


def _run(git: Git, *args: str, **more: object) -> GitResult:
    """Git, with its own words when it fails: the flags before the verb are nobody's business."""
    try:
        return git(*args, **more)  # type: ignore[arg-type]
    except GitFailed as error:
        words = error.stderr.splitlines()
        raise GitFailed(words[-1] if words else error.message, stderr=error.stderr, status=error.status) from error


def _quoted(path: Path) -> str:
    """A path for GIT_ALTERNATE_OBJECT_DIRECTORIES, which is split at colons unless it is quoted."""
    text = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _read_status(result: GitResult) -> tuple[Sha, tuple[str, ...]]:
    head = ""
    paths: list[str] = []
    for field in result.fields:
        match field[:1]:
            case "#":
                head = field.removeprefix("# branch.oid ") if field.startswith("# branch.oid ") else head
            case "1":
                paths.append(field.split(" ", 8)[-1])
            case "u":
                paths.append(field.split(" ", 10)[-1])
            case "?" if not field.endswith("/"):  # a repository inside the pod is not the pod's work
                paths.append(field[2:])
    return Sha(head), tuple(paths)


def _look(pod: Path, head: Sha, paths: tuple[str, ...]) -> Look:
    now = time.time_ns()
    parts: list[str] = []
    settled = True
    for path in paths[: MAX_PATHS + 1]:
        try:
            info = os.lstat(pod / path)
        except OSError:
            parts.append(f"{path} gone")
            continue
        settled = settled and now - max(info.st_mtime_ns, info.st_ctime_ns) > _RACY_NS
        parts.append(f"{path} {info.st_mtime_ns} {info.st_ctime_ns} {info.st_size} {info.st_ino} {info.st_mode}")
    import hashlib

    text = "\0".join(parts).encode("utf-8", "surrogateescape")
    return Look(head, paths, hashlib.sha256(text).hexdigest(), settled)


def _is_large(path: Path) -> bool:
    try:
        info = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(info.st_mode) and info.st_size > _MAX_FILE


@contextlib.contextmanager
def _copied(index: Path, folder: Path) -> Iterator[Path]:
    """A copy of an index, gone afterwards, with the original's time."""
    copy = folder / "index" / f".tip-{index.name}-{os.getpid()}-{time.monotonic_ns()}"
    try:
        _copy(index, copy)
        yield copy
    finally:
        copy.unlink(missing_ok=True)
        copy.with_name(f"{copy.name}.lock").unlink(missing_ok=True)


def read_merges(data: bytes) -> list[Predicted]:
    """What `merge-tree --stdin --name-only` prints: for each merge 1 (clean) or 0, the tree, names, messages."""
    fields = iter(data.split(b"\0"))
    found: list[Predicted] = []
    for status in fields:
        if not status.strip():
            break
        next(fields, b"")  # the tree
        names = list(_until_empty(fields)) if status == b"0" else []
        kinds = _kinds(fields)
        files = tuple(dict.fromkeys(name.decode("utf-8", "surrogateescape") for name in names))
        found.append(Predicted(files, ", ".join(kinds)) if status == b"0" else Predicted())
    return found


def _until_empty(fields: Iterator[bytes]) -> Iterator[bytes]:
    for field in fields:
        if not field:
            return
        yield field


def _kinds(fields: Iterator[bytes]) -> list[str]:
    """The kinds of conflict in the messages: count, paths, kind, text, and again until an empty field."""
    kinds: dict[str, None] = {}
    for count in _until_empty(fields):
        for _ in range(int(count)):
            next(fields, b"")
        kind = next(fields, b"").decode("utf-8", "replace")
        next(fields, b"")
        if kind.startswith("CONFLICT"):
            kinds[kind.removeprefix("CONFLICT").strip(" ()")] = None
    return list(kinds)
