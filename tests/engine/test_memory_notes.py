"""All memory banks: read, searched, edited without losing what somebody else wrote, and their history."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmawep_tui.engine import memory_notes
from lmawep_tui.engine.memory_notes import Bank, NoteChanged, banks, history, save_note, search
from lmawep_tui.engine.remove import remove
from lmawep_tui.model.errors import NotFound, Refused, UsageError
from lmawep_tui.model.ids import PodId, TicketId
from lmawep_tui.vcs.memory_history import tree_entries
from tests.repos import Project


def note_of(project: Project, ticket: TicketId, name: str = "progress.md") -> str:
    return memory_notes.note(project.ws, project.ws.snapshot(), ticket, name)


def test_an_edit_is_written_kept_and_told(project: Project) -> None:
    pod = project.spawn()
    file = Path(pod.path) / "memory-bank/progress.md"
    file.write_text("by the agent\n")  # what nobody has kept yet goes into the history as it stood
    assert save_note(project.ws, pod.ticket, "progress.md", "by me\n", was="by the agent\n")
    assert file.read_text() == "by me\n"
    found = history(project.ws, pod.ticket, "progress.md")
    assert [version.why for version in found[:2]] == ["progress.md edited by you", "as it stood"]
    assert "-by the agent" in found[0].patch and "+by me" in found[0].patch
    assert memory_notes.note_at(project.ws, pod.ticket, "progress.md", found[1].commit[:10]) == "by the agent\n"
    assert '"memory edited"' in project.ws.layout.journal.read_text()
    assert not save_note(project.ws, pod.ticket, "progress.md", "by me\n", was="by me\n")


def test_what_somebody_else_wrote_meanwhile_is_not_lost(project: Project) -> None:
    pod = project.spawn()
    file = Path(pod.path) / "memory-bank/progress.md"
    was = note_of(project, pod.ticket)
    file.write_text("the agent was quicker\n")
    with pytest.raises(NoteChanged, match="changed by somebody else") as clash:
        save_note(project.ws, pod.ticket, "progress.md", "mine\n", was=was)
    assert clash.value.now == "the agent was quicker\n" == file.read_text()
    file.unlink()
    with pytest.raises(NoteChanged, match="was removed") as gone:
        save_note(project.ws, pod.ticket, "progress.md", "mine\n", was=was)
    assert gone.value.now is None
    with pytest.raises(NoteChanged):  # a new note never replaces one that is there
        save_note(project.ws, pod.ticket, "blockers.md", "mine\n", was=None)


def test_the_notes_of_a_pod_that_is_gone_are_read_edited_and_found(project: Project) -> None:
    pod = project.spawn()
    (Path(pod.path) / "memory-bank/progress.md").write_text("The Lock is taken twice.\n")
    other = project.spawn()
    remove(project.ws, pod.id, force=True)
    found = banks(project.ws, project.ws.snapshot())
    assert [(bank.name, bank.ticket) for bank in found] == [("pod-2", other.ticket), ("ticket-101", pod.ticket)]
    assert [(hit.bank.name, hit.file, hit.line) for hit in search(found, "the lock")] == [
        ("ticket-101", "progress.md", 1)
    ]
    assert search(found, "THE LOCK") == [] == search(found, "")
    assert save_note(project.ws, pod.ticket, "progress.md", "It is not.\n", was="The Lock is taken twice.\n")
    assert save_note(project.ws, pod.ticket, "hints.md", "Look at lock.py\n", was=None)
    back = project.lmawep("spawn", "101")
    assert "pod-3" in back.out
    folder = Path(project.ws.snapshot().pods[PodId("pod-3")].record.path) / "memory-bank"
    assert ((folder / "progress.md").read_text(), (folder / "hints.md").read_text()) == (
        "It is not.\n",
        "Look at lock.py\n",
    )


@pytest.mark.parametrize(("name", "text", "error"), [
    ("../progress.md", "x", UsageError), ("progress", "x", UsageError), ("progress.md", "a\0b", UsageError),
    ("progress.md", "x" * (1 << 20), Refused),
], ids=["outside", "no note", "binary", "too large"])  # fmt: skip
@pytest.mark.parametrize("with_pod", [True, False])
def test_a_note_that_would_not_be_kept_is_refused(
    project: Project, name: str, text: str, error: type, with_pod: bool
) -> None:
    pod = project.spawn()
    if not with_pod:
        remove(project.ws, pod.id, force=True)
    was = note_of(project, pod.ticket) if name == "progress.md" else None
    with pytest.raises(error):
        save_note(project.ws, pod.ticket, name, text, was=was)


def test_a_link_in_place_of_the_bank_is_a_problem_and_not_followed(project: Project, tmp_path: Path) -> None:
    pod = project.spawn()
    folder = Path(pod.path) / "memory-bank"
    folder.rename(tmp_path / "outside")
    folder.symlink_to(tmp_path / "outside")
    (bank,) = banks(project.ws, project.ws.snapshot())
    assert "not a real folder" in bank.problem and not bank.files
    before = (tmp_path / "outside/progress.md").read_bytes()
    with pytest.raises(Exception, match="not a real folder"):
        save_note(project.ws, pod.ticket, "progress.md", "mine\n", was=before.decode())
    assert (tmp_path / "outside/progress.md").read_bytes() == before


def test_from_the_command_line(project: Project) -> None:
    pod = project.spawn()
    assert "pod-1" in project.lmawep("memory", "list").out
    (project.root / "new.txt").write_text("from a file\n")
    project.lmawep("memory", "edit", "pod-1", "progress.md", "--from", "new.txt")
    assert project.lmawep("memory", "show", "101", "progress.md").out == "from a file\n"
    listed = project.lmawep("memory", "history", "pod-1", "progress.md", "--json").json["versions"]
    assert listed[0]["why"] == "progress.md edited by you"
    assert "+from a file" in project.lmawep("memory", "history", "101", "--patch").out
    assert "progress.md:1: from a file" in project.lmawep("memory", "search", "FROM".lower()).out
    assert "no memory bank of pod-9" in project.refuses("memory", "show", "pod-9")
    assert "no 'nothing.md'" in project.refuses("memory", "show", "101", "nothing.md")
    assert note_of(project, pod.ticket) == "from a file\n"


def test_without_a_ticket_there_is_no_note(project: Project) -> None:
    with pytest.raises(NotFound):
        save_note(project.ws, TicketId(999), "progress.md", "x", was=None)


def entry(name: str, sha: bytes) -> bytes:
    return b"100644 " + name.encode() + b"\0" + sha


@pytest.mark.parametrize("length", [20, 32])
@given(names=st.lists(st.from_regex(r"[a-z]{1,8}\.md", fullmatch=True), unique=True, min_size=1, max_size=6))
def test_trees_of_both_kinds_are_read(length: int, names: list[str]) -> None:
    shas = {name: bytes([number + 1]) * length for number, name in enumerate(names)}
    data = b"".join(entry(name, sha) for name, sha in shas.items()) + b"40000 sub\0" + b"\x09" * length
    assert tree_entries(data) == {name: sha.hex() for name, sha in shas.items()}


@given(st.binary(max_size=80))
def test_no_tree_is_no_file(data: bytes) -> None:
    assert isinstance(tree_entries(data), dict)


def test_capitals_count_when_they_are_asked_for() -> None:
    bank = Bank(TicketId(101), None, "", {"a.md": "One\none two\n"})
    assert [hit.line for hit in search([bank], "one")] == [1, 2]
    assert [hit.line for hit in search([bank], "One")] == [1]
