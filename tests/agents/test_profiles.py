"""Profiles: data in, argv out."""

from __future__ import annotations

from pathlib import Path

import pytest

from lmawep_tui.agents.profile import PLACEHOLDERS, Profile, build_argv, profile_of, profiles, require_command
from lmawep_tui.agents.profiles import BUILT_IN
from lmawep_tui.model.config import Config, ProfileConfig
from lmawep_tui.model.errors import LmawepError

VALUES = {name: f"<{name}>" for name in PLACEHOLDERS if name != "model_args"}


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_every_built_in_profile_makes_a_command_line(name: str) -> None:
    profile = BUILT_IN[name]
    argv = build_argv(profile, VALUES)
    assert argv[0] == name and "<model>" in argv and not any("{" in part for part in argv)
    without = build_argv(profile, {**VALUES, "model": ""})
    assert "<model>" not in without and len(without) == len(argv) - 2
    assert profile.prompt == "stdin" or "<prompt_file>" in argv


def test_codex() -> None:
    assert build_argv(BUILT_IN["codex"], {**VALUES, "model": ""}) == (
        *("codex", "exec", "-s", "workspace-write", "-C", "<worktree>", "--add-dir", "<git_worktree>"),
        *("--add-dir", "<git_common>/objects", "--add-dir", "<git_common>/refs", "--add-dir", "<git_common>/logs"),
        *("-c", "check_for_update_on_startup=false", "--color", "never", "-"),
    )


def test_what_follows_from_other_values(tmp_path: Path) -> None:
    pod = tmp_path / "pod-3"
    pod.mkdir()
    values = {"git_common": "/r/.git", "worktree": str(pod), "prompt_file": "/runs/1/prompt.md"}
    profile = Profile(name="x", command=("x", "{git_worktree}", "{run_dir}"))
    assert build_argv(profile, values) == ("x", "/r/.git/worktrees/pod-3", "/runs/1")
    (pod / ".git").write_text("gitdir: /elsewhere/worktrees/spare-2\n")
    assert build_argv(profile, values) == ("x", "/r/.git/worktrees/spare-2", "/runs/1")


def test_values_stay_one_argument_and_are_never_expanded_again() -> None:
    profile = Profile(name="x", command=("x", "--say={prompt}", '{"a":{"b":1}}', "$HOME; rm *"), prompt="arg")
    argv = build_argv(profile, {"prompt": "-rf {worktree} {{role}} ' \" $(id)\n*", "worktree": "/w"})
    assert argv == ("x", "--say=-rf {worktree} {{role}} ' \" $(id)\n*", '{"a":{"b":1}}', "$HOME; rm *")


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        (Profile(name="x", command=("x", "{promt}")), r"uses \{promt\}, which means nothing\. Known: \{prompt\}, "),
        (Profile(name="x", command=("x", "a{model_args}")), r"uses \{model_args\}, which means nothing"),
        (Profile(name="x", command=("x", "{model}")), r"\{model\}, which is not set here\. Set `model` under"),
        (Profile(name="x", command=("x",), prompt="arg"), r"but its command has no \{prompt\}"),
        (Profile(name="x", command=("x", "{prompt}"), prompt="arg"), "would hold a NUL character"),
        (Profile(name="x", command=("x", "{role}")), "too long to be an argument"),
        (Profile(name="x", command=()), "has no command"),
    ],
)
def test_refusals_are_sentences(profile: Profile, words: str) -> None:
    with pytest.raises(LmawepError, match=words):
        build_argv(profile, {"prompt": "a\0b", "role": "x" * 200_000})


def test_an_unknown_profile_lists_those_known() -> None:
    config = Config(agents={"mine": ProfileConfig(command=("m",))})
    with pytest.raises(LmawepError, match=r"no agent profile 'clade'\. Known are aider, claude, codex, .*mine, "):
        profile_of("clade", config)


def test_a_profile_of_ones_own() -> None:
    own = ProfileConfig(command=("m", "{prompt_file}"), prompt="file", stop_signal="TERM", silence=9.0)
    config = Config(agents={"claude": own, "new": ProfileConfig(command=("n",))})
    assert profile_of("claude", config).command == ("m", "{prompt_file}")
    assert profile_of("claude", config).stop_signal == "TERM"
    assert {"claude", "codex", "new"} <= {profile.name for profile in profiles(config)}


def test_settings_without_a_command_are_laid_over_the_built_in_one() -> None:
    config = Config(agents={"claude": ProfileConfig(env={"A": "1"}, env_pass=("MINE",), silence=60.0)})
    mixed, built_in = profile_of("claude", config), BUILT_IN["claude"]
    assert (mixed.command, mixed.stop_signal) == (built_in.command, "TERM")
    assert mixed.env == {**built_in.env, "A": "1"} and mixed.silence == 60.0
    assert mixed.env_pass == (*built_in.env_pass, "MINE")
    with pytest.raises(LmawepError, match="'new' has no command"):
        profile_of("new", Config(agents={"new": ProfileConfig()}))


def test_a_program_that_is_not_installed() -> None:
    with pytest.raises(LmawepError, match=r"'no-such' \(profile x\) was not found\. Install it"):
        require_command(Profile(name="x", command=("no-such",)))
    assert require_command(Profile(name="x", command=("sh",))).name == "sh"
    assert isinstance(require_command(Profile(name="x", command=("sh",))), Path)
