"""A prompt reaches the agent byte for byte, however it goes in, or the run is refused in a sentence."""

from __future__ import annotations

import re

import pytest

from lmawep_tui.engine import runs
from lmawep_tui.files.run_file import PROMPT
from lmawep_tui.model.errors import LmawepError
from lmawep_tui.model.ids import PodId
from tests.repos import Project

PROMPTS = {
    "shell": "-rf $(touch never) `id` ; | & > < * ? ~ \" ' \\ {worktree} {} %s !! #\r\n\ttab é 日本 \x7f end ",
    "long": "--" + "x" * 200_000 + " {worktree}\n",
    "nul": "before \0 after",
}
_TAKE = {"stdin": "cat", "file": 'cat -- "$1"', "arg": 'printf %s "$1"'}
_WORDS = {"stdin": [], "file": ["{prompt_file}"], "arg": ["{prompt}"]}
REFUSED = {"long": "is too long to be an argument", "nul": "NUL character"}


@pytest.mark.parametrize("by", ["stdin", "file", "arg"])
def test_what_arrives(project: Project, by: str) -> None:
    pod = PodId(project.spawn().id)
    taken, template = project.root.parent / "taken", project.ws.layout.templates / "prompts" / "task.md"
    template.parent.mkdir(exist_ok=True)
    project.agent("taker", f"{_TAKE[by]} > {taken}", prompt=by)
    settings = project.settings["agents"]["taker"]
    project.config(agents={"taker": {**settings, "command": [*settings["command"], *_WORDS[by]]}})
    for name, prompt in PROMPTS.items():
        template.write_bytes(prompt.encode())
        if by == "arg" and name in REFUSED:
            with pytest.raises(LmawepError, match=REFUSED[name]):
                runs.start(project.ws, pod)
            continue
        ended = runs.wait(project.ws, runs.start(project.ws, pod), 60)
        assert ended.exit_status == 0, (name, ended.reason)
        arrived = taken.read_bytes()
        assert arrived == (project.ws.run_dir(pod, ended.name) / PROMPT).read_bytes(), name
        assert arrived.startswith(prompt.rstrip().encode()), name
    assert not list(project.root.rglob("never"))


def test_an_argument_that_is_too_long_says_what_to_do(project: Project) -> None:
    project.spawn(project.ticket(description="x" * 60_000))
    project.agent("taker", "true", prompt="arg")
    settings = project.settings["agents"]["taker"]
    project.config(agents={"taker": {**settings, "command": [*settings["command"], "{prompt}", "{prompt}" * 3]}})
    said = project.refuses("run", "pod-1")
    assert re.search(r"too long to be an argument of '.*taker\.sh'\. Set `prompt: stdin` or `prompt: file`", said)
    assert project.marked() == []
