"""Settings by key: every one is reachable, what is wrong is said, and what people wrote around them stays."""

from __future__ import annotations

import dataclasses
import typing
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lmawep_tui.engine.accept import not_accepted
from lmawep_tui.engine.settings import check, put, replace_config, rows, unset
from lmawep_tui.files.config_edit import drop_value, put_value, value_at, with_value, without
from lmawep_tui.files.config_file import explain, parse_config
from lmawep_tui.model.config import Config
from lmawep_tui.model.errors import BadFile, LmawepError, Refused, UsageError
from lmawep_tui.model.setting_shape import shape_of, split_key
from tests.repos import Project

TEXT = """\
# ours
main: main        # do not touch

slots: 4
roles:
  # the slow one
  task: {timeout: 15m, model: opus}   # by Ada
  review:
    by: human     # for now
keys: {pod.merge: M}
worktree:
  copy:
    - .env        # secrets
    - .env.local
prices:
  gpt-5.1*: {input: 1.25, output: 10}
"""
FILE = Path("config.yaml")


def test_every_documented_setting_has_a_shape() -> None:
    for setting in explain(Config()):
        key = setting.key.replace("agents.agents.NAME", "agents.mine")
        key = key.replace("agents.NAME", "agents.mine")
        shape = shape_of(split_key(key))
        assert shape.doc == setting.doc, key


@pytest.mark.parametrize(
    ("key", "where"),
    [
        ("slots", ("slots",)),
        ("keys.pod.merge", ("keys", "pod.merge")),
        ("prices.gpt-5.1*.input", ("prices", "gpt-5.1*", "input")),
        ("agents.my.agent.env.A.B", ("agents", "my.agent", "env", "A.B")),
        ("agents.me.permission_env.full.X", ("agents", "me", "permission_env", "full", "X")),
        ("agents.me", ("agents", "me")),
    ],
)
def test_keys_with_names_in_them(key: str, where: tuple[str, ...]) -> None:
    assert split_key(key) == where


@pytest.mark.parametrize(
    ("key", "says"), [("slot", "Did you mean slots?"), ("roles.task.timout", "timeout?"), ("slots.x", ""), ("", "")]
)
def test_keys_that_do_not_exist(key: str, says: str) -> None:
    with pytest.raises(UsageError, match=r"There is no setting") as refused:
        split_key(key)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("slots", 6, "slots: 6"),
        ("main", "trunk", "main: trunk        # do not touch"),
        ("roles.review.by", "both", "by: both     # for now"),
        ("roles.task.timeout", "30m", "timeout: 30m"),
        ("keys.pod.merge", "L", "pod.merge: L"),
        ("keys.pod.test", "T", "pod.test: T"),
        ("worktree.copy", [".env", ".x"], "- .env        # secrets"),
        ("limits.retries", 2, "retries: 2"),
        ("agent", "codex", "agent: codex"),
        ("merge.style", "ff", "style: ff"),
    ],
)
def test_one_key_changes_and_all_else_stays(key: str, value: Any, line: str) -> None:
    where = split_key(key)
    new = put_value(TEXT, FILE, where, value)
    assert line in new
    before, after = yaml.safe_load(TEXT), yaml.safe_load(new)
    assert after == with_value(before, where, value)
    for comment in ("# ours", "# do not touch", "# the slow one", "# by Ada", "# secrets"):
        assert comment in new
    back = drop_value(new, FILE, where)
    assert yaml.safe_load(back) == without(after, where)


def test_a_file_of_comments_keeps_them() -> None:
    assert put_value("# only words\n", FILE, ("slots",), 3) == "# only words\nslots: 3\n"
    assert put_value("", FILE, ("roles", "task", "model"), "yes") == "roles: {task: {model: 'yes'}}\n"
    assert drop_value("# a\nslots: 3\n# b\n", FILE, ("slots",)) == "# a\n# b\n"


_LEAVES = [s.key for s in explain(Config()) if "NAME" not in s.key] + ["keys.pod.merge", "prices.x.input", "open.git"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(_LEAVES), st.one_of(st.text(max_size=20), st.sampled_from(["15m", "2", "[a, b]", "true", "ff"])))
def test_whatever_is_typed_is_refused_in_words_or_can_be_read(key: str, said: str) -> None:
    from lmawep_tui.engine.settings import typed

    where = split_key(key)
    try:
        new = put_value(TEXT, FILE, where, typed(where, said))
        config = parse_config(new, FILE)
    except LmawepError as error:
        assert str(error)
        return
    assert "# do not touch" in new
    value: Any = config
    for part in where:
        value = getattr(value, part) if dataclasses.is_dataclass(value) else value[part]
    assert value_at(yaml.safe_load(new), where) is None or value is not None
    assert typing.get_type_hints(Config)


@pytest.mark.parametrize(
    ("key", "said", "says"),
    [
        ("slots", "six", "`slots`: input should be a valid integer"),
        ("roles.task.timeout", "soon", "'soon' is not a duration"),
        ("merge.style", "rebase", "`merge.style` is one of merge, squash, ff"),
        ("tests.command", "make | tee", "shell syntax"),
        ("agent", "nobody", "There is no agent profile 'nobody'."),
        ("agents.x.command", "", "x"),
        ("budgets.day", "-1", "0 or more"),
        ("train.batch", "many", "integer"),
        ("slots", "8", ""),
        ("roles.task.timeout", "20m", ""),
        ("worktree.copy", ".env, *.key", ""),
    ],
)
def test_what_is_wrong_is_said_before_it_is_saved(project: Project, key: str, said: str, says: str) -> None:
    found = check(project.ws, project.ws.layout.config.read_text(), split_key(key), said)
    assert says in found if says else found == ""


def test_set_from_a_script_counts_at_once(project: Project) -> None:
    run = project.lmawep
    path = project.ws.layout.config
    path.write_text(f"# ours\n{path.read_text()}")
    assert run("config", "set", "roles.review.by", "both").out == "roles.review.by: both\n"
    assert run("config", "get", "roles.review.by").out == "both\n"
    assert project.ws.config.roles.review.by == "both"
    run("config", "set", "limits.silence", "7m")
    assert project.ws.config.limits.silence == 420
    run("config", "set", "budgets.day", "-1", ok=False)
    assert "no branch" in run("config", "set", "main", "nowhere", ok=False).err
    assert "Did you mean" in run("config", "set", "slotz", "1", ok=False).err
    row = next(row for row in rows(project.ws) if row.key == "limits.silence")
    assert (row.value, row.default, row.is_set) == ("7m", "5m", True)
    run("config", "unset", "limits.silence")
    run("config", "unset", "roles.review.by")
    assert project.ws.config.roles.review.by == "human"
    assert path.read_text().startswith("# ours\n")
    by_agent = run("config", "set", "slots", "9", ok=False, env={"LMAWEP_RUN": "pod-1/0001-task"})
    assert "agent cannot change settings" in by_agent.err


def test_commands_of_a_tracked_config_still_have_to_be_accepted(project: Project) -> None:
    ws = project.ws
    assert not_accepted(ws) == []
    project.git("add", "-f", ".lmawep/config.yaml")
    put(ws, ("tests", "command"), "make test")
    assert ("make", "test") in not_accepted(ws)
    assert "config --accept" in project.lmawep("config", "set", "worktree.setup", "npm ci").out
    project.lmawep("config", "--accept")
    assert not_accepted(ws) == []


def test_a_config_edited_by_two_is_not_written_over(project: Project) -> None:
    path = project.ws.layout.config
    was = path.read_text()
    put(project.ws, ("slots",), "3")
    with pytest.raises(Refused, match="by somebody else"):
        replace_config(project.ws, was, was + "\n")
    with pytest.raises(BadFile):
        replace_config(project.ws, path.read_text(), "slots: many\n")
    unset(project.ws, ("slots",))
    assert "slots" not in path.read_text()
