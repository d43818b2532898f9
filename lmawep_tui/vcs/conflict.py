"""Conflicts of two commits as `git merge-tree` sees them: which files, of what kind, with what text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field

from lmawep_tui.model.dataclass import dataclass
from lmawep_tui.vcs.run import Git

_BIGGEST = 1 << 20
"""Bytes of a file above which its hunks are neither counted nor shown."""
_MARKER = re.compile(rb"^(<{7,}|\|{7,}|>{7,})(?: (.*))?$", re.MULTILINE)
_OPENING = re.compile(rb"^<{7,}(?: .*)?$", re.MULTILINE)
_SINGLE = {"1": "deleted/deleted", "2": "added/moved", "3": "added/moved", "12": "modify/delete",
           "13": "modify/delete", "23": "add/add", "123": "content"}  # fmt: skip
"""Kinds by the stages that exist, for a file about which git said nothing."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One side of a file: 1 is the common ancestor, 2 ours, 3 theirs."""

    mode: str
    sha: str


@dataclass(frozen=True, slots=True)
class Clash:
    """One file in conflict."""

    path: str
    kind: str
    stages: Mapping[int, Stage] = field(default_factory=dict)
    hunks: int = 0
    text: str = ""
    """Hunks with markers, or git's sentence."""


@dataclass(frozen=True, slots=True)
class Clashes:
    """The merge of two commits: the tree a merge would leave in the worktree, and what is not decided in it."""

    tree: str
    clean: bool
    files: tuple[Clash, ...] = ()


def find_clashes(
    git: Git, ours: str, theirs: str, *, texts: bool = True, names: tuple[str, str] = ("this pod", "main")
) -> Clashes:
    """Merges `theirs` into `ours` in memory; with `texts`, also reads the conflicting hunks, the sides called `names`.

    Raises GitFailed when git cannot tell (a missing commit, unrelated histories).
    """
    done = git("merge-tree", "--write-tree", "-z", "--messages", ours, theirs, ok=(0, 1), timeout_s=300)
    tree, _, rest = done.stdout.partition(b"\0")
    name = tree.decode("ascii", "replace").strip()
    if done.status == 0:
        return Clashes(name, True)
    files = parse_clashes(rest)
    called = {ours.encode(): names[0].encode(), theirs.encode(): names[1].encode()}
    return Clashes(name, False, _with_texts(git, name, files, called) if texts else files)


def parse_clashes(data: bytes) -> tuple[Clash, ...]:
    """What follows the tree in the `-z` output of `git merge-tree`: entries of the index, then messages."""
    fields = [part.decode("utf-8", "surrogateescape") for part in data.split(b"\0")]
    stages: dict[str, dict[int, Stage]] = {}
    place = 0
    while place < len(fields) and fields[place]:
        facts, _, path = fields[place].partition("\t")
        mode, sha, stage = facts.split(" ")
        stages.setdefault(path, {})[int(stage)] = Stage(mode, sha)
        place += 1
    told = _messages(fields[place + 1 :])
    said: dict[str, list[tuple[str, str]]] = {}
    for paths, kind, sentence in told:
        if not any(path in stages for path in paths):  # nothing in the index, undecided all the same
            stages.setdefault(paths[0], {})
        for path in paths:
            said.setdefault(path, []).append((kind, sentence))
    return tuple(Clash(path, _kind(found, said.get(path, [])), found, 0, _sentence(said.get(path, [])))
                 for path, found in stages.items())  # fmt: skip


def _messages(fields: list[str]) -> list[tuple[list[str], str, str]]:
    """Conflict messages as (paths, kind, sentence). In the output each is a count, that many paths, a kind, a text."""
    found: list[tuple[list[str], str, str]] = []
    place = 0
    while place < len(fields) and fields[place].isdigit():
        count = int(fields[place])
        paths = fields[place + 1 : place + 1 + count]
        if len(fields) < place + 3 + count:
            break
        kind, text = fields[place + 1 + count], fields[place + 2 + count]
        place += count + 3
        if kind.startswith("CONFLICT") and paths:
            found.append((paths, kind, text.strip()))
    return found


def _kind(stages: Mapping[int, Stage], said: list[tuple[str, str]]) -> str:
    names = [kind.removeprefix("CONFLICT (").removesuffix(")") for kind, _ in said]
    special = [name for name in names if name != "contents"]
    if special:
        return special[0]
    by_stage = "".join(str(number) for number in sorted(stages))
    if by_stage == "23":
        return "add/add"
    return "content" if names else _SINGLE.get(by_stage, "content")


def _sentence(said: list[tuple[str, str]]) -> str:
    return "\n".join(text for _, text in said)


def _with_texts(git: Git, tree: str, files: tuple[Clash, ...], names: Mapping[bytes, bytes]) -> tuple[Clash, ...]:
    """The files with their hunks, read in two git processes however many there are."""
    blobs = _read_blobs(git, [f"{tree}:{clash.path}" for clash in files])
    result: list[Clash] = []
    for clash in files:
        data = blobs.get(f"{tree}:{clash.path}", b"")
        hunks = count_hunks(data) if clash.kind != "binary" else 0
        text = _hunks(data, names) if hunks else clash.text
        result.append(Clash(clash.path, clash.kind, clash.stages, hunks, text))
    return tuple(result)


def _read_blobs(git: Git, names: list[str]) -> dict[str, bytes]:
    """Contents by `TREE:PATH`; what does not exist, is no blob or is too big is left out."""
    if not names:
        return {}
    asked = b"".join(name.encode("utf-8", "surrogateescape") + b"\0" for name in names)
    sizes = git("cat-file", "--batch-check=%(objecttype) %(objectsize) %(objectname)", "-z", stdin=asked).stdout
    wanted: dict[str, str] = {}
    for name in names:
        missing = name.encode("utf-8", "surrogateescape") + b" missing\n"
        if sizes.startswith(missing):
            sizes = sizes[len(missing) :]
            continue
        line, _, sizes = sizes.partition(b"\n")
        kind, size, sha = line.decode("ascii", "replace").split(" ")
        if kind == "blob" and int(size) <= _BIGGEST:
            wanted[name] = sha
    data = git("cat-file", "--batch=%(objectsize)", stdin="".join(f"{s}\n" for s in wanted.values()).encode()).stdout
    found: dict[str, bytes] = {}
    for name in wanted:
        length, _, data = data.partition(b"\n")
        found[name], data = data[: int(length)], data[int(length) + 1 :]
    return found


def count_hunks(data: bytes) -> int:
    """Conflict markers that open a hunk."""
    return len(_OPENING.findall(data)) if b"<<<<<<<" in data else 0


def marker_lines(data: bytes) -> set[bytes]:
    """The lines that are conflict markers, each once; the `=======` between the sides is too common to count."""
    return {match[0].rstrip(b"\r") for match in _MARKER.finditer(data.replace(b"\r\n", b"\n"))}


def without_labels(data: bytes) -> bytes:
    """The text with its markers' names taken off: two merges of the same commits may call the sides differently."""
    return _MARKER.sub(lambda match: match[1], data)


def _hunks(data: bytes, names: Mapping[bytes, bytes]) -> str:
    kept: list[bytes] = []
    inside = False
    for line in data.splitlines():
        marker = _MARKER.match(line)
        if marker and marker[1].startswith(b"<"):
            inside = True
        if inside:
            kept.append(_named(line, marker, names))
        if marker and marker[1].startswith(b">"):
            inside = False
    return b"\n".join(kept).decode("utf-8", "replace")


def _named(line: bytes, marker: re.Match[bytes] | None, names: Mapping[bytes, bytes]) -> bytes:
    """A marker with words for the two commits instead of forty hex digits."""
    if marker is None or marker[2] is None:
        return line
    commit, colon, path = marker[2].partition(b":")
    return marker[1] + b" " + names.get(commit, commit) + colon + path


def merges_clean(git: Git, ours: str, theirs: str) -> bool:
    """Whether the two merge without a conflict; raises GitFailed when git cannot tell."""
    return find_clashes(git, ours, theirs, texts=False).clean


def blobs_at(git: Git, commit: str, paths: Iterable[str]) -> dict[str, bytes]:
    """Contents of files in a commit or tree by path, those that exist there and are not huge."""
    found = _read_blobs(git, [f"{commit}:{path}" for path in paths])
    return {name.partition(":")[2]: data for name, data in found.items()}
