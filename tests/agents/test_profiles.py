"""Profiles: data in, argv out."""

from __future__ import annotations

import ast
import dataclasses
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from lmawep_tui.agents.profile import (
    Profile,
    build_argv,
    fill_line,
    own_words,
    policies,
    profile_of,
    profiles,
    require_command,
    with_policy,
)
from lmawep_tui.agents.profile_file import FOLDER, PREFERRED, built_in, built_in_names
from lmawep_tui.agents.streams import FORMATS
from lmawep_tui.files.config_file import parse_config, parse_profile
from lmawep_tui.model.config import Config
from lmawep_tui.model.errors import BadFile, LmawepError
from lmawep_tui.model.placeholder import LISTS, PLACEHOLDERS
from lmawep_tui.model.profile_config import Format, ProfileConfig

VALUES = {name: f"<{name}>" for name in PLACEHOLDERS if name not in LISTS}
PLAIN = {**VALUES, "model": "", "session": "", "mcp_config": ""}


@pytest.mark.parametrize("name", built_in_names())
def test_every_built_in_profile_makes_its_command_lines(name: str) -> None:
    profile = built_in(name)
    argv = build_argv(profile, VALUES)
    assert not any("{" in part.replace("{worktree}", "") for part in argv)
    assert ("<model>" in argv) == bool(profile.model_args)
    assert "<model>" not in build_argv(profile, PLAIN)
    assert ("<session>" in argv) == bool(profile.session_args) and "<session>" not in build_argv(profile, PLAIN)
    assert {"stdin": True, "arg": any("<prompt>" in part for part in argv), "file": "<prompt_file>" in argv}[
        profile.prompt
    ]
    assert bool(profile.resume) == (profile.resume_scope != "never") or profile.protocol == "acp"
    if profile.resume:
        again = build_argv(profile, VALUES, resume=True)
        assert again[0] == argv[0] and again.count("<session>") == 1
    elif profile.protocol != "acp":  # there our client goes on, not the agent's command line
        with pytest.raises(LmawepError, match="cannot go on with a conversation"):
            build_argv(profile, VALUES, resume=True)
    for line in (profile.attach, profile.interactive, profile.version):
        filled = fill_line(profile, line, VALUES)
        assert not line or filled[0] in (profile.command[0], argv[0])
    assert profile.text and (profile.version or name == "acp-codex"), "that one does not tell"


@pytest.mark.parametrize("name", built_in_names())
def test_every_policy_of_a_built_in_profile_makes_a_command_line(name: str) -> None:
    profile = built_in(name)
    lines = set()
    for policy in policies(profile):
        at = with_policy(profile, policy)
        lines.add((build_argv(at, PLAIN), tuple(sorted(at.env.items()))))
    if profile.protocol != "acp":
        assert len(lines) == len(policies(profile)), "each says something else to the program"
    for unknown in {"ask", "accept-edits", "full"} - set(policies(profile)):
        with pytest.raises(LmawepError, match=rf"no permission policy '{unknown}'. It knows "):
            with_policy(profile, unknown)  # type: ignore[arg-type]


def test_the_formats_of_the_config_are_those_that_can_be_read() -> None:
    assert set(get_args(Format)) == set(FORMATS)


def test_the_preferred_ones_exist() -> None:
    assert set(PREFERRED) <= set(built_in_names())


def test_codex() -> None:
    assert build_argv(built_in("codex"), PLAIN) == (
        *("codex", "exec", "--json", "-s", "workspace-write", "--add-dir", "<git_worktree>"),
        *("--add-dir", "<git_common>/objects", "--add-dir", "<git_common>/refs", "--add-dir", "<git_common>/logs"),
        *("-C", "<worktree>", "-c", "check_for_update_on_startup=false", "-c", "analytics.enabled=false", "-"),
    )
    assert build_argv(with_policy(built_in("codex"), "full"), {**PLAIN, "session": "S"}, resume=True)[-3:] == (
        *("resume", "S", "-"),
    )


def test_opencode_is_told_what_it_may_do_by_a_variable() -> None:
    ask = with_policy(built_in("opencode"), "ask")
    assert "--auto" not in build_argv(ask, PLAIN) and '"bash":"ask"' in ask.env["OPENCODE_PERMISSION"]
    full = with_policy(built_in("opencode"), None)
    assert "--auto" in build_argv(full, PLAIN) and "OPENCODE_PERMISSION" not in full.env
    own = Config(agents={"opencode": ProfileConfig(env={"OPENCODE_PERMISSION": "{}"}, permissions="ask")})
    assert with_policy(profile_of("opencode", own), None).env["OPENCODE_PERMISSION"] == "{}"


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
        (
            Profile(name="x", command=("x", "{promt}")),
            r"uses \{promt\}, which means nothing here\. Known: ",
        ),
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
    with pytest.raises(LmawepError, match=r"no agent profile 'clade'\. Known are acp-claude, .*claude, .*mine, "):
        profile_of("clade", config)


def test_a_profile_of_ones_own() -> None:
    own = ProfileConfig(command=("m", "{prompt_file}"), prompt="file", stop_signal="TERM", silence=9.0)
    config = Config(agents={"claude": own, "new": ProfileConfig(command=("n",))})
    mine = profile_of("claude", config)
    assert mine.command == ("m", "{prompt_file}") and mine.stop_signal == "TERM"
    assert (mine.format, mine.resume, mine.text) == ("text", (), "your own"), "it is another program"
    assert {"claude", "codex", "new"} <= {profile.name for profile in profiles(config)}


def test_settings_without_a_command_are_laid_over_the_built_in_one() -> None:
    own = ProfileConfig(env={"A": "1"}, env_pass=("MINE",), silence=60.0, permissions="ask", resume_scope="never")
    mixed, below = profile_of("claude", Config(agents={"claude": own})), built_in("claude")
    assert (mixed.command, mixed.stop_signal, mixed.format) == (below.command, "TERM", "claude-stream")
    assert mixed.env == {**below.env, "A": "1"} and mixed.silence == 60.0
    assert mixed.env_pass == (*below.env_pass, "MINE")
    assert (mixed.policy, mixed.permissions, mixed.resume_scope) == ("ask", below.permissions, "never")


def test_a_profile_like_another() -> None:
    agents = {
        "wrapped": ProfileConfig(like="claude", command=("firejail", "claude", "-p", "{permission_args}")),
        "careful": ProfileConfig(like="wrapped", permissions="ask"),
        "pi": ProfileConfig(like="pi", text="mine"),
    }
    config = Config(agents=agents)
    careful = profile_of("careful", config)
    assert (careful.name, careful.command[0], careful.format) == ("careful", "firejail", "claude-stream")
    assert build_argv(careful, PLAIN)[-2:] == ("--permission-mode", "default")
    assert profile_of("pi", config).text == "mine" and profile_of("pi", config).format == "pi-events"


OWN = r"^\.lmawep/config\.yaml: `agents\.new`: "


@pytest.mark.parametrize(
    ("own", "words"),
    [
        (ProfileConfig(), "has no command: set `command` to a list"),
        (ProfileConfig(command=("x",), prompt="arg"), r"takes its prompt by arg, but its `command` has no \{prompt\}"),
        (ProfileConfig(command=("x",), prompt="file"), r"by file, but its `command` has no \{prompt_file\}: add it"),
        (ProfileConfig(command=("x",), resume=("x", "-c")), r"`resume` has no \{session\}, and so cannot say which"),
        (ProfileConfig(command=("x",), permissions="ask"), "`permissions: ask` is none of those it knows: full"),
        (ProfileConfig(command=("x",), protocol="acp"), "`protocol: acp` goes with `format: acp`"),
        (ProfileConfig(like="clod"), r"`like: clod` names no profile; known are .*claude, "),
        (ProfileConfig(like="new"), r"`like: new` leads back to itself"),
        (ProfileConfig(like="other"), r"`like: new` leads back to itself"),
    ],
)
def test_a_profile_that_cannot_work_is_refused_when_it_is_named(own: ProfileConfig, words: str) -> None:
    config = Config(agents={"new": own, "other": ProfileConfig(like="new")})
    with pytest.raises(LmawepError, match=words):
        profile_of("new", config)
    if own.like != "other":
        with pytest.raises(LmawepError, match=OWN):
            profile_of("new", config)
    assert profile_of("claude", config).name == "claude", "the others work"


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("command: [x, '{promt}']", r"`command` uses \{promt\}, which means nothing; known are \{prompt\}, "),
        ("command: x -a {promt}", r"`command` uses \{promt\}, which means nothing"),
        ("command: [x, '-a={model_args}']", r"`command` uses \{model_args\} inside '-a=\{model_args\}', and it has"),
        ("command: [x, 5]", "`command` has to be a list of words, and 5 is none: put it in quotes"),
        ("command: {a: b}", "`command` has to be a list of words, or one line, and is {'a': 'b'}"),
        ("command: []", "`command` is empty"),
        ("command: x | y", r"`command` holds shell syntax \(`|`\)"),
        ("resume: [x, '{sesion}']", r"`resume` uses \{sesion\}, which means nothing"),
        ("model_args: [-m, '{modell}']", r"`model_args` uses \{modell\}"),
        ("model_args: ['{permission_args}']", r"`model_args` uses \{permission_args\}, which stands only in a whole"),
        ("permission_args: {ask: ['{nope}']}", r"`permission_args\.ask` uses \{nope\}, which means nothing"),
        ("permission_args: {maybe: [x]}", r"`permission_args\.maybe`: input should be 'ask', 'accept-edits' or 'full'"),
        ("permission_args: yes", "`permission_args`: input should be `key: value` lines"),
        ("permissions: some", "`permissions`: input should be 'ask', 'accept-edits' or 'full'"),
        ("format: claude", r"`format`: input should be 'text', 'claude-stream', .*'codex-app-server'"),
        ("prompt: pipe", "`prompt`: input should be 'stdin', 'arg' or 'file'"),
        ("protocol: mcp", "`protocol`: input should be 'stream' or 'acp'"),
        ("stop_signal: KILL", "`stop_signal`: input should be 'INT' or 'TERM'"),
        ("resume_scope: here", "`resume_scope`: input should be 'anywhere', 'repository', 'directory' or 'never'"),
        ("silence: soon", "`silence`: 'soon' is not a duration such as 15m"),
        ("usage_total: often", "`usage_total`: input should be a valid boolean"),
        ("env: {A: 1}", "`env`: the value of A has to be text, and is 1: put it in quotes"),
        ("env: {'A=B': x}", "`env`: 'A=B' is not the name of a variable"),
        ("env_pass: HOME", "`env_pass`: input should be a list"),
        ("exit_codes: {3: happy}", "`exit_codes.3`: input should be 'auth', 'rate_limited'"),
        ("colour: red", "`colour` is not a setting"),
    ],
)
def test_a_wrong_setting_is_named_with_its_file_and_what_is_allowed(setting: str, words: str) -> None:
    with pytest.raises(BadFile, match=rf"x\.yaml:1: {words}"):
        parse_profile(setting, Path("x.yaml"))
    words = words.replace("`", "`agents.mine.", 1)
    with pytest.raises(BadFile, match=rf"config\.yaml:3: {words}"):
        parse_config(f"agents:\n  mine:\n    {setting}\n", Path("config.yaml"))


def test_every_key_of_a_profile_can_stand_in_the_config() -> None:
    for name in built_in_names():
        body = (FOLDER / f"{name}.yaml").read_text()
        config = parse_config("agents:\n  mine:\n" + "".join(f"    {x}\n" for x in body.splitlines()), Path("c.yaml"))
        mine, below = profile_of("mine", config), built_in(name)
        assert dataclasses.replace(mine, name=name) == below


def test_no_profile_is_read_that_is_not_named(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; seen = []; read = Path.read_text\n"
        "Path.read_text = lambda self, *a, **k: (seen.append(self.name), read(self, *a, **k))[1]\n"
        "from lmawep_tui.agents.profile import profile_of; from lmawep_tui.model.config import Config\n"
        "profile_of('codex', Config()); profile_of('codex', Config()); print(seen)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert [name for name in ast.literal_eval(done.stdout) if name.endswith(".yaml")] == ["codex.yaml"]


def test_what_is_accepted_is_all_that_a_profile_can_start() -> None:
    plain = profile_of("m", Config(agents={"m": ProfileConfig(command=("m", "x"))}))
    assert own_words(plain) == ("m", "x")
    more = ProfileConfig(command=("m",), resume=("m", "{session}"), permission_args={"full": ("-y",)}, env={"A": "1"})
    assert set(own_words(profile_of("m", Config(agents={"m": more})))) == {"m", "{session}", "-y", "A=1"}


def test_a_program_that_is_not_installed() -> None:
    with pytest.raises(LmawepError, match=r"'no-such' \(profile x\) was not found\. Install it"):
        require_command(Profile(name="x", command=("no-such",)))
    assert require_command(Profile(name="x", command=("sh",))).name == "sh"
    assert isinstance(require_command(Profile(name="x", command=("sh",))), Path)
