"""Path globs as tickets and claims use them: what they match, and whether two of them can mean the same file.

`*` and `?` stay within one folder, `**` is any number of folders, a class such as `[ab]` counts as any character, and
a pattern means what it names and everything below it. In doubt two patterns meet: rather one wait too many; but
nothing is thought to lie below a name with an extension just because the other pattern may lie anywhere.
"""

from __future__ import annotations

from functools import lru_cache

_MAX_PARTS = 40
_LITERAL = str.maketrans("*?[", "\0\0\0")


def matches(pattern: str, path: str) -> bool:
    """Whether the path is the pattern's, or lies below a folder that is."""
    one, two = _parts(pattern), tuple(path.translate(_LITERAL).split("/"))
    return bool(one) and _meet((*one, "**"), two)


@lru_cache(maxsize=8192)
def may_meet(a: str, b: str) -> bool:
    """Whether some path could be meant by both patterns."""
    one, two = _parts(a), _parts(b)
    return bool(one and two) and _meet(_with_below(one, two), _with_below(two, one))


@lru_cache(maxsize=1024)
def _parts(pattern: str) -> tuple[str, ...]:
    return tuple(_plain(part) for part in pattern.split("/") if part not in ("", "."))[:_MAX_PARTS]


def _with_below(parts: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    is_file = "**" in other and "." in parts[-1].lstrip(".")
    return parts if is_file else (*parts, "**")


def _plain(part: str) -> str:
    """One name with only `*` and `?` as wildcards; `**` by itself stays."""
    if not any(sign in part for sign in "*?["):
        return part
    import re  # late: most patterns are plain paths

    part = re.sub(r"\[[^\]]*\]", "?", part)
    return part if part == "**" else re.sub(r"\*+", "*", part)[:200]


def _meet(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """A walk over both at once, each pair of places visited once: no pattern can make it long."""
    seen: set[tuple[int, int]] = set()
    todo = [(0, 0)]
    while todo:
        i, j = todo.pop()
        if (i, j) in seen:
            continue
        seen.add((i, j))
        if i == len(a) and j == len(b):
            return True
        stars_a, stars_b = i < len(a) and a[i] == "**", j < len(b) and b[j] == "**"
        if stars_a:
            todo += [(i + 1, j), *([(i, j + 1)] if j < len(b) else [])]
        if stars_b:
            todo += [(i, j + 1), *([(i + 1, j)] if i < len(a) else [])]
        if i < len(a) and j < len(b) and not stars_a and not stars_b and _names_meet(a[i], b[j]):
            todo.append((i + 1, j + 1))
    return False


def _names_meet(a: str, b: str) -> bool:
    """Whether two names with `*` and `?` can be one name."""
    if a == b or "*" in (a, b):
        return True
    if not any(sign in a or sign in b for sign in "*?"):
        return False
    return _wild_names_meet(a, b)


@lru_cache(maxsize=8192)
def _wild_names_meet(a: str, b: str) -> bool:
    seen: set[tuple[int, int]] = set()
    todo = [(0, 0)]
    while todo:
        i, j = todo.pop()
        if (i, j) in seen:
            continue
        seen.add((i, j))
        if i == len(a) and j == len(b):
            return True
        if i < len(a) and a[i] == "*":
            todo += [(i + 1, j), *([(i, j + 1)] if j < len(b) else [])]
        if j < len(b) and b[j] == "*":
            todo += [(i, j + 1), *([(i + 1, j)] if i < len(a) else [])]
        if i < len(a) and j < len(b) and "*" not in (a[i], b[j]) and (a[i] == b[j] or "?" in (a[i], b[j])):
            todo.append((i + 1, j + 1))
    return False
