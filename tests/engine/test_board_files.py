"""The board on disk is right when a command has ended, and nobody holds the state lock for it."""

from __future__ import annotations

import threading

from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.files.lock import is_held
from lmawep_tui.model.ids import TicketId
from tests.repos import Project


def todo(project: Project) -> str:
    return (project.ws.layout.board / "TODO.md").read_text()


def test_a_command_leaves_the_board_as_the_tickets_are(project: Project) -> None:
    project.lmawep("ticket", "create", "Brew tea")
    assert "- **101** Brew tea (medium)" in todo(project)
    project.lmawep("ticket", "update", "101", "--title", "Brew coffee")
    assert "Brew coffee" in todo(project)
    project.lmawep("spawn", "101")
    assert "Nothing here." in todo(project)
    assert "in pod-1" in (project.ws.layout.board / "IN_PROGRESS.md").read_text()
    assert "| pod-1 | 101 |" in project.ws.layout.assignments(1).read_text()


def test_a_board_that_a_killed_writer_left_stale_is_renewed_by_the_next(project: Project) -> None:
    project.ticket("First")
    (project.ws.layout.board / "TODO.md").write_text("stale\n")
    project.ws.layout.assignments(1).unlink()
    project.lmawep("ticket", "create", "Second")
    assert "First" in todo(project) and "Second" in todo(project)
    assert project.ws.layout.assignments(1).exists()


def test_the_same_process_sees_what_others_wrote_to_the_board(project: Project) -> None:
    project.ticket("First")
    (project.ws.layout.board / "TODO.md").write_text("overwritten by a person, just as long\n")
    project.ticket("Second")
    assert "First" in todo(project)


def test_the_state_lock_is_free_while_the_board_is_written(project: Project) -> None:
    ws = Workspace.open(project.root)
    held: list[bool] = []
    write = ws.board_files._write
    ws.board_files._write = lambda: (held.append(is_held(ws.layout.lock("state"))), write())[1]  # type: ignore[method-assign,func-returns-value]
    with ws.change("test") as change:
        change.put_ticket_text(TicketId(101), "id: 101\ntitle: T\n")
        change.save()
    assert held == [False]


def test_threads_that_come_together_leave_it_to_one_and_the_last_word_stands(project: Project) -> None:
    ws = Workspace.open(project.root)
    for _ in range(8):
        project.ticket()
    written: list[int] = []
    write = ws.board_files._write
    ws.board_files._write = lambda: (written.append(1), write())[1]  # type: ignore[method-assign,func-returns-value]

    def rename(number: int) -> None:
        with ws.change("test") as change:
            change.change_ticket(TicketId(number), title=f"Renamed {number}")
            change.save()

    threads = [threading.Thread(target=rename, args=(number,)) for number in range(101, 109)]
    with ws.board_files.later():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert written == []
    assert len(written) == 1
    assert all(f"Renamed {number}" in todo(project) for number in range(101, 109))
    again = [threading.Thread(target=rename, args=(number,)) for number in range(101, 109)]
    for thread in again:
        thread.start()
    for thread in again:
        thread.join()
    assert all(f"Renamed {number}" in todo(project) for number in range(101, 109))


def test_a_board_that_cannot_be_written_fails_nothing(project: Project) -> None:
    board = project.ws.layout.board
    for path in board.iterdir():
        path.unlink()
    board.rmdir()
    board.write_text("in the way")
    project.lmawep("ticket", "create", "All the same")
    assert "view not written" in project.ws.layout.journal.read_text()
