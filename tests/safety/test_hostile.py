"""C13: text that came from outside is data: never run, never followed, never a control to the terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

from lmawep_tui.engine.compare import pod_changes
from lmawep_tui.engine.spawn import spawn
from lmawep_tui.engine.tickets import update
from lmawep_tui.model.errors import BadFile
from lmawep_tui.model.ids import TicketId
from tests.repos import PYTHON, Project, git, quiet, until

CONTROL = "\x1b]0;owned\x07\x1b[2J\x1b]52;c;QUJD\x07\x1b]8;;http://evil\x07\x9b31m\x90+q\x9c\u202e\u2066\u200b\ufeff\u2028[@click=app.bell()]x[/]\x7f"
_OURS = re.compile(rb"\x1b\[(0|1|2|31|32|33|36)m")
_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def assert_clean(data: bytes, *, colours: bool = False) -> None:
    """No control but newline, and on a terminal our own few colours."""
    text = (_OURS.sub(b"", data).replace(b"\r\n", b"\n") if colours else data).decode("utf-8", "surrogateescape")
    found = _FORBIDDEN.search(text)
    assert found is None, f"{found[0]!r} in {text[max(0, found.start() - 60) : found.end() + 20]!r}"


def on_a_terminal(project: Project, *argv: str) -> bytes:
    main, sub = pty.openpty()
    process = subprocess.Popen([PYTHON, "-P", "-m", "lmawep_tui", *argv], cwd=project.root, stdout=sub, stderr=sub,
                               stdin=sub, env={**os.environ, "TERM": "xterm-256color"}, close_fds=True)  # fmt: skip
    os.close(sub)
    data = b""
    while True:
        try:
            part = os.read(main, 65536)
        except OSError:
            break
        if not part:
            break
        data += part
    os.close(main)
    process.wait(20)
    return data


@pytest.fixture
def hostile(project: Project) -> Project:
    """A pod whose ticket, files, commits, branch neighbours and agent output are all full of controls."""
    ticket = project.ticket("Innocent")
    path = project.ws.layout.ticket(ticket.id)
    quoted = "".join(c if c.isprintable() and c not in '"\\' else f"\\u{ord(c):04x}" for c in CONTROL)
    text = path.read_text().replace('"Innocent"', f'"{quoted}"')
    path.write_text(text + f'labels: ["{quoted}"]\nlane: "{quoted}"\n')
    pod = project.spawn(ticket)
    script = project.root.parent / "say.py"
    script.write_text(
        "import sys\n"
        f"sys.stdout.buffer.write({CONTROL!r}.encode('utf-8') + b'\\xff\\xfe\\x9b\\r\\n\\x00\\x1b[31mred\\n')\n"
    )
    for name in (f"evil{CONTROL.replace('/', '|')}", "new\nline"):
        (Path(pod.path) / name).write_text(f"content {CONTROL}\n")
    git(Path(pod.path), "add", "--all")
    git(Path(pod.path), "commit", "-qm", f"Subject {CONTROL}")
    project.lmawep("run", pod.id, "--role", "command", "--", PYTHON, str(script))
    (project.ws.layout.tickets / "ticket-900.yaml").write_text(f"id: 900\n{CONTROL}: [\n")
    (project.ws.layout.tickets / "ticket-901.yaml").write_text(f'id: 901\ntitle: x\nstatus: "{quoted}"\n')
    return project


def test_no_output_steers_the_terminal(hostile: Project) -> None:
    calls = (("status",), ("pods",), ("ticket", "list", "--all"), ("ticket", "show", "101"), ("logs", "pod-1"),
             ("diff", "pod-1"), ("why", "101"), ("why", "pod-1"), ("train",), ("doctor",), ("ticket", "show", "900"),
             ("ticket", "show", "901"), ("remove", "pod-1"), ("ticket", "list", CONTROL), ("status", "--json"),
             ("ticket", "list", "--json"), ("pods", "--json"), ("spawn", CONTROL), (CONTROL,), ("logs", CONTROL),
             ("ticket", "update", "101", "--status", CONTROL), ("ticket", "create", CONTROL),
             ("logs", "pod-1", "-n", "1"))  # fmt: skip
    for argv in calls:
        done = hostile.lmawep(*argv, ok=False)
        assert_clean(done.raw)
        assert "Traceback" not in done.err, (argv, done.err)
    for argv in (("status",), ("diff", "pod-1"), ("logs", "pod-1"), ("ticket", "list")):
        assert_clean(on_a_terminal(hostile, *argv), colours=True)
    board = (hostile.ws.layout.board / "IN_PROGRESS.md").read_bytes() + (
        hostile.ws.layout.board / "TODO.md"
    ).read_bytes()
    assert_clean(board)


def test_raw_is_the_only_way_to_the_bytes(hostile: Project) -> None:
    assert b"\x1b]52;c;QUJD\x07" in hostile.lmawep("logs", "pod-1", "--raw").raw


@pytest.mark.parametrize("text", ["--help", "../../x", "101; touch canary", "pod-1/../..", "", "１０１"])
def test_an_id_is_digits_or_it_is_refused(project: Project, text: str) -> None:
    pod = project.spawn()
    for argv in (("spawn", "--", text), ("remove", "--", text), ("logs", "--", text), ("merge", "--", text),
                 ("diff", "--", text), ("ticket", "show", "--", text)):  # fmt: skip
        done = project.lmawep(*argv, ok=False)
        assert done.code == 2 and done.err.startswith("lmawep: ") and done.err.count("\n") == 1, (argv, done)
    assert Path(pod.path).is_dir() and not list(project.root.rglob("canary"))


BAD_TICKETS = {
    "a bomb": "id: 900\ntitle: x\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b]\n",
    "a python tag": "id: 900\ntitle: !!python/object/apply:os.system ['touch canary']\n",
    "another tag": "id: 900\ntitle: !x y\n",
    "a merge key": "id: 900\ntitle: x\nbase: {a: 1}\n<<: {title: y}\n",
    "a key twice": "id: 900\ntitle: x\ntitle: y\n",
    "too deep": "id: 900\ntitle: x\na: " + "[" * 5000 + "]" * 5000 + "\n",
    "deep blocks": "id: 900\ntitle: x\n" + "".join(f"{' ' * n}a:\n" for n in range(2000)),
    "a huge number": f"id: 900\ntitle: x\nn: {'9' * 100000}\n",
    "another id": "id: 7\ntitle: x\n",
    "no mapping": "- 1\n- 2\n",
    "two documents": "id: 900\ntitle: x\n---\nid: 900\ntitle: y\n",
    "NUL": "id: 900\ntitle: \0\n",
    "empty": "",
    "no title": "id: 900\n",
    "a wrong status": "id: 900\ntitle: x\nstatus: merged\n",
    "a wrong pod": "id: 900\ntitle: x\nassigned_to: ../../etc\n",
    "a wrong dependency": "id: 900\ntitle: x\ndependencies: [abc]\n",
    "not a list": "id: 900\ntitle: x\ndependencies: 5\n",
    "tabs": "id: 900\n\ttitle: x\n",
    "a binary": "id: 900\ntitle: !!binary aGVsbG8=\n",
}


_ODD = ["a pipe", "a link", "a folder", "a device", "a giant", "another encoding", "not utf-8"]


def make_bad(path: Path, kind: str) -> None:
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a link":
        path.symlink_to("/etc/passwd")
    elif kind == "a folder":
        path.mkdir()
    elif kind == "a device":
        path.symlink_to("/dev/zero")
    elif kind == "a giant":
        with path.open("wb") as file:
            file.truncate(1 << 32)
    elif kind == "another encoding":
        path.write_bytes("id: 900\ntitle: ünïcode\n".encode("utf-16"))
    elif kind == "not utf-8":
        path.write_bytes(b"id: 900\ntitle: \xff\xfe\n")
    else:
        path.write_text(BAD_TICKETS[kind].replace("id: 900", f"id: {path.stem[7:]}"))


def test_bad_ticket_files_are_named_and_harm_no_other(project: Project) -> None:
    good = project.ticket("Good")
    kinds = [*BAD_TICKETS, *_ODD]
    paths = {kind: project.ws.layout.tickets / f"ticket-{number}.yaml" for number, kind in enumerate(kinds, 900)}
    for kind, path in paths.items():
        make_bad(path, kind)
    was = {path: path.read_bytes() for kind, path in paths.items() if kind not in _ODD}
    listed = project.lmawep("ticket", "list", "--json").json
    assert [t["id"] for t in listed["tickets"]] == [good.id]
    assert {bad["file"] for bad in listed["invalid"]} == {path.name for path in paths.values()}
    assert all(bad["reason"] for bad in listed["invalid"])
    for path in paths.values():
        number = TicketId(int(path.stem[7:]))
        for verb in (lambda n: update(project.ws, n, priority="high"), lambda n: spawn(project.ws, n)):
            with pytest.raises(BadFile):
                verb(number)
    for argv in (("ticket", "show", "900"), ("ticket", "update", "901", "-p", "high"), ("spawn", "902")):
        project.refuses(*argv, timeout_s=20)
    assert project.lmawep("ticket", "create", "Next").out.strip() == f"ticket-{900 + len(kinds)}"
    project.lmawep("spawn", str(good.id))
    assert "Traceback" not in project.lmawep("doctor", "--fix", ok=False).err
    assert "root:" not in project.lmawep("status").out
    assert not list(project.root.rglob("canary"))
    assert {path: path.read_bytes() for path in was} == was, "an unreadable file is never rewritten"


CONFIG_TRAPS = {
    "core.fsmonitor": "{canary}",
    "core.hooksPath": "{hooks}",
    "core.pager": "{canary}",
    "core.editor": "{canary}",
    "core.sshCommand": "{canary}",
    "diff.external": "{canary}",
    "diff.evil.command": "{canary}",
    "diff.evil.textconv": "{canary}",
    "gpg.program": "{canary}",
    "gpg.ssh.program": "{canary}",
    "commit.gpgSign": "true",
    "log.showSignature": "true",
    "merge.verifySignatures": "true",
    "credential.helper": "!{canary}",
    "alias.status": "!{canary}",
    "alias.worktree": "!{canary}",
    "sequence.editor": "{canary}",
    "core.askPass": "{canary}",
    "uploadpack.packObjectsHook": "{canary}",
    "merge.evil.driver": "{canary} %A",
    "filter.evil.clean": "{canary}",
    "filter.evil.smudge": "{canary}",
    "filter.evil.process": "{canary}",
    "core.alternateRefsCommand": "{canary}",
}


@pytest.mark.parametrize("accepted", [False, True], ids=["not accepted", "accepted by the person"])
def test_nothing_planted_in_the_shared_config_runs(project: Project, tmp_path: Path, accepted: bool) -> None:
    """What an agent wrote into .git/config. Filters and merge drivers that a person accepted are theirs."""
    fired = tmp_path / "fired"
    canary = tmp_path / "canary.sh"
    canary.write_text(f"#!/bin/sh\necho \"$0 $*\" >> '{fired}'\ncat\n")
    canary.chmod(0o755)
    pod = project.reviewed({"src/a.txt": "changed\n"})
    other = project.ticket("Other")
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("post-checkout", "pre-commit", "post-merge", "reference-transaction", "post-index-change",
                 "pre-merge-commit", "prepare-commit-msg", "fsmonitor-watchman"):  # fmt: skip
        (hooks / name).symlink_to(canary)
        (project.ws.layout.git_dir / "hooks" / name).unlink(missing_ok=True)
        (project.ws.layout.git_dir / "hooks").mkdir(exist_ok=True)
        (project.ws.layout.git_dir / "hooks" / name).symlink_to(canary)
    config = project.ws.layout.git_dir / "config"
    for key, value in CONFIG_TRAPS.items():
        if accepted and key.startswith(("filter.", "merge.evil")):
            continue
        git(project.root, "config", "--file", str(config), key, value.format(canary=canary, hooks=hooks))
    (project.ws.layout.git_dir / "info" / "attributes").write_text("* filter=evil diff=evil merge=evil\n")
    if accepted:
        project.lmawep("config", "--accept")
    calls = (("status",), ("pods",), ("diff", pod.id), ("doctor",), ("review", pod.id, "--approve"),
             ("test", pod.id), ("merge", pod.id), ("spawn", str(other.id)), ("ticket", "create", "x"),
             ("run", "pod-1", "--role", "command", "--", "true"), ("remove", pod.id, "--force"),
             ("doctor", "--fix"))  # fmt: skip
    codes = {argv[0]: project.lmawep(*argv, ok=False).code for argv in calls}
    assert not fired.exists(), fired.read_text()
    if accepted:
        assert codes["merge"] == 0 and codes["spawn"] == 0, codes


def test_a_pod_cannot_steer_our_git_through_the_environment(project: Project, tmp_path: Path) -> None:
    """As when lmawep is called from inside a git hook."""
    pod = project.reviewed()
    elsewhere = {"GIT_DIR": str(tmp_path / "nowhere"), "GIT_WORK_TREE": str(tmp_path),
                 "GIT_INDEX_FILE": str(tmp_path / "i"),
                 "GIT_EXTERNAL_DIFF": "touch canary", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.fsmonitor",
                 "GIT_CONFIG_VALUE_0": f"touch {tmp_path}/canary",
                 "GIT_CONFIG_PARAMETERS": "'core.bare'='true'"}  # fmt: skip
    for argv in (("diff", pod.id), ("review", pod.id, "--approve"), ("merge", pod.id)):
        project.lmawep(*argv, env=elsewhere)
    assert not (tmp_path / "canary").exists()


def test_a_title_never_reaches_a_command(project: Project) -> None:
    ticket = project.ticket("'; touch canary; $(touch canary) `touch canary` --exec=x {prompt}")
    project.agent("echoer", "cat > /dev/null; git commit -q --allow-empty -m x")
    pod = project.spawn(ticket)
    project.lmawep("run", pod.id)
    project.lmawep("review", pod.id, "--approve")
    project.lmawep("merge", pod.id)
    assert not list(project.root.rglob("canary"))
    assert ticket.title in project.git("log", "-1", "--format=%s")


@pytest.mark.parametrize("what", ["run.json", "everything else"])
def test_a_pipe_in_place_of_a_file_hangs_nothing(project: Project, what: str) -> None:
    pod = project.reviewed()
    project.lmawep("run", pod.id, "--role", "command", "--", "echo", "hello")
    project.lmawep("pods")
    quiet(project.root)
    ws = project.ws.layout
    run_dir = ws.run_dir(pod.id, "0001-command")
    paths = [run_dir / "run.json"]
    if what != "run.json":
        paths = [run_dir / "output.log", Path(pod.path) / "memory-bank/progress.md", ws.lock("conductor"),
                 ws.cache / "parsed.json", ws.cache / "changes.json", ws.board / "TODO.md", ws.journal,
                 ws.lock("state").with_suffix(".owner"), ws.lock("merge").with_suffix(".owner")]  # fmt: skip
    for path in paths:
        path.unlink(missing_ok=True)
        os.mkfifo(path)
    for argv in (("status",), ("pods",), ("logs", pod.id), ("logs", pod.id, "-n", "3"), ("ticket", "create", "T"),
                 ("review", pod.id, "--approve"), ("merge", pod.id), ("doctor", "--fix")):  # fmt: skip
        done = project.lmawep(*argv, ok=False, timeout_s=20)
        assert "Traceback" not in done.err, (argv, done.err)


@pytest.mark.parametrize("text", ["[]", '{"format": 1, "files": []}'])
def test_a_spoilt_cache_is_not_missed(project: Project, text: str) -> None:
    project.reviewed()
    project.lmawep("pods")
    for path in project.ws.layout.cache.iterdir():
        path.write_text(text)
    assert project.ws.snapshot().pods and pod_changes(project.ws, project.ws.snapshot())
    entries = {
        str(p): [p.stat().st_mtime_ns, p.stat().st_size, p.stat().st_ino] for p in project.ws.layout.tickets.iterdir()
    }
    (project.ws.layout.cache / "parsed.json").write_text(json.dumps({"format": 1, "files": entries}))
    assert len(project.ws.snapshot().tickets) == 1


def test_an_agent_that_links_its_log_elsewhere_shows_nothing_of_it(project: Project, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the person's secret\n")
    pod = project.spawn()
    project.lmawep("run", pod.id, "--role", "command", "--", "echo", "hello")
    log = project.ws.run_dir(pod.id, "0001-command") / "output.log"
    log.unlink()
    log.symlink_to(secret)
    for argv in (("logs", pod.id), ("logs", pod.id, "--raw"), ("logs", pod.id, "-n", "1")):
        assert "secret" not in project.lmawep(*argv, ok=False).out


def test_files_of_the_workspace_are_for_the_person_alone(project: Project) -> None:
    old = os.umask(0)
    try:
        pod = project.spawn()
        project.lmawep("run", pod.id, "--role", "command", "--", "echo", "hello")
    finally:
        os.umask(old)
    until(lambda: (project.ws.run_dir(pod.id, "0001-command") / "output.log").exists())
    assert project.ws.layout.workspace.stat().st_mode & 0o077 == 0
    open_ = [p for p in project.ws.layout.runs.rglob("*") if p.is_file() and p.stat().st_mode & 0o077]
    assert open_ == [] and project.ws.layout.state.stat().st_mode & 0o077 == 0
