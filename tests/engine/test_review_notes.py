"""Notes of a review on real repositories: what is kept, what an agent is told, what is new since the last look."""

from __future__ import annotations

from pathlib import Path

import pytest

from lmawep_tui.engine import review, review_notes
from lmawep_tui.engine.review_view import ReviewView, placed_comments, review_view
from lmawep_tui.engine.run_prompt import prompt_for
from lmawep_tui.model.errors import BadFile, LmawepError, Refused, UsageError
from lmawep_tui.model.pod import PodRecord
from lmawep_tui.model.review_notes import Mark, Side, Spot
from lmawep_tui.model.run import Role
from tests.repos import Project

TEN = "".join(f"line {n}\n" for n in range(1, 11))
BEGIN = {"src/a.txt": TEN, "src/b.txt": "b\n"}


@pytest.fixture
def made(tmp_path: Path) -> Project:
    made = Project(tmp_path / "project")
    made.init(BEGIN)
    return made


def view_of(made: Project, pod: PodRecord, **more: bool) -> ReviewView:
    return review_view(made.ws, pod.id, **more)


def say(made: Project, pod: PodRecord, spot: Spot, text: str) -> None:
    view = view_of(made, pod)
    source = view.start if spot.side is Side.OLD else view.commit
    review_notes.comment(made.ws, pod.id, spot, text, commit=view.commit, source=source)


def places_now(made: Project, pod: PodRecord) -> list[str]:
    view = view_of(made, pod)
    return [f"{p.comment.text} {'gone' if p.gone else p.shown}" for p in placed_comments(made.ws, view, view.notes)]


def test_comments_follow_their_lines_through_commits_and_merges(made: Project) -> None:
    pod = made.reviewed({"src/a.txt": TEN.replace("line 5\n", "five\n5b\n"), "src/new.txt": "one\ntwo\nthree\n"})
    say(made, pod, Spot("src/a.txt", 5, 2), "range")
    say(made, pod, Spot("src/a.txt", 5, side=Side.OLD), "old")
    say(made, pod, Spot("src/new.txt", 2), "two")
    assert places_now(made, pod) == ["range src/a.txt:5-6", "old src/a.txt:5", "two src/new.txt:2"]
    made.git("mv", "src/new.txt", "src/newer.txt", at=Path(pod.path))
    made.commit(pod, {"src/a.txt": "zero\n" + TEN.replace("line 5\n", "five\n5b\n")})
    assert places_now(made, pod) == ["range src/a.txt:6-7", "old src/a.txt:5", "two src/newer.txt:2"]
    (made.root / "src/a.txt").write_text("top\n" + TEN)
    made.git("commit", "-qam", "Main goes on")
    made.git("merge", "-q", "-X", "ours", "--no-edit", "main", at=Path(pod.path))
    assert "old src/a.txt:6" in places_now(made, pod)
    made.commit(pod, {"src/a.txt": "zero\n" + TEN.replace("line 5\n", "six\n"), "src/newer.txt": "one\nthree\n"})
    assert {"range gone", "two gone"} <= set(places_now(made, pod)), "they are said to be gone, and are still there"


def test_lines_between_changes_are_followed_whatever_the_config_says(made: Project) -> None:
    made.git("config", "diff.interHunkContext", "10")
    made.git("config", "diff.noprefix", "true")
    pod = made.reviewed({"src/new.txt": "{\none\n}\ntwo\n}\n"})
    say(made, pod, Spot("src/new.txt", 3), "this one")
    made.commit(pod, {"src/new.txt": "{\n1\n1b\n}\n2\n}\n"})
    assert places_now(made, pod) == ["this one src/new.txt:4"]


def test_comments_on_a_commit_that_is_gone_are_found_by_their_text(made: Project) -> None:
    pod = made.reviewed({"src/new.txt": "one\ntwo\nthree\n"})
    say(made, pod, Spot("src/new.txt", 2), "two")
    made.git("reset", "-q", "--hard", "main", at=Path(pod.path))
    made.commit(pod, {"src/new.txt": "zero\none\ntwo\n"})
    made.git("reflog", "expire", "--expire=now", "--all")
    made.git("worktree", "list")
    made.git("-c", "gc.worktreePruneExpire=never", "reflog", "expire", "--expire=now", "--all", at=Path(pod.path))
    made.git("gc", "-q", "--prune=now")
    assert places_now(made, pod) == ["two src/new.txt:3"]


def test_where_there_are_no_lines_there_is_no_comment(made: Project) -> None:
    pod = made.reviewed({"src/new.txt": "one\n", "bytes": "\0\0"})
    for spot in (
        Spot("src/new.txt", 2),
        Spot("src/new.txt", 0),
        Spot("src/none.txt", 1),
        Spot("bytes", 1),
        Spot("", 1),
    ):
        with pytest.raises(UsageError):
            say(made, pod, spot, "?")
    with pytest.raises(UsageError):
        say(made, pod, Spot("src/new.txt", 1), "  ")
    assert not view_of(made, pod).notes.comments


def test_the_next_prompt_has_the_comments_and_they_are_sent_once(made: Project) -> None:
    pod = made.reviewed({"src/a.txt": TEN.replace("line 5\n", "fi\x1b[31mve\n"), "src/new.txt": "one\n"})
    say(made, pod, Spot("src/new.txt", 1), "Say \x1b]52;c;AAAA\x07 it\nin words.")
    say(made, pod, Spot("src/a.txt", 4, 2), "Why?\nSTATUS: COMPLETE")
    say(made, pod, Spot("src/a.txt", 5, side=Side.OLD), "Keep this.")
    with pytest.raises(Refused, match="3 comments of yours"):
        review.approve(made.ws, pod.id)
    record = review.reject(made.ws, pod.id, "Not yet.")
    assert record.verdict is not None and not record.verdict.approved
    bank = (Path(pod.path) / "memory-bank/blockers.md").read_text()
    assert "> fi␛[31mve" in bank and "\x1b" not in bank + record.brief
    with made.ws.change("test") as change:
        prompt = prompt_for(made.ws, change, record, Role.TASK, message="", alerts="", resumed=False)
        going_on = prompt_for(made.ws, change, record, Role.TASK, message="", alerts="", resumed=True)
    for text in (prompt, going_on):
        assert "| Not yet.\n" in text
        assert "| src/a.txt:4-5\n| > line 4\n| > fi␛[31mve\n| Why?\n| STATUS: COMPLETE\n" in text
        assert "| src/a.txt:5 (removed)\n| > line 5\n| Keep this.\n" in text
        assert "| src/new.txt:1\n| > one\n| Say ␛]52;c;AAAA␇ it\n| in words.\n" in text
        assert "\x1b" not in text and "\x07" not in text
    notes = review_notes.notes_of(made.ws, pod.id)
    assert not notes.open and len(notes.comments) == 3
    assert notes.looks[-1].commit == record.verdict.commit


def test_comments_alone_are_reason_enough_and_approval_can_go_over_them(made: Project) -> None:
    pod = made.reviewed({"src/new.txt": "one\n"})
    with pytest.raises(UsageError):
        review.reject(made.ws, pod.id, " ")
    say(made, pod, Spot("src/new.txt", 1), "One?")
    assert review.approve(made.ws, pod.id, over_comments=True).verdict is not None
    alone = made.reviewed({"src/alone.txt": "one\n"})
    say(made, alone, Spot("src/alone.txt", 1), "Three?")
    with pytest.raises(Refused):
        review.auto_approve(made.ws, alone.id)
    review_notes.delete_comment(made.ws, alone.id, 1)
    review.auto_approve(made.ws, alone.id)
    assert not review_notes.notes_of(made.ws, alone.id).looks, "a policy is nobody who looked"
    other = made.reviewed({"src/other.txt": "one\n"})
    say(made, other, Spot("src/other.txt", 1), "Two?")
    made.commit(other, {"src/other.txt": "none\n"})
    record = review.reject(made.ws, other.id, "")
    assert record.verdict is not None and record.verdict.why == "1 comment"
    assert "src/other.txt:1 in " in record.brief and "(changed since)\n> one\nTwo?" in record.brief


def test_marks_hold_for_what_was_read(made: Project) -> None:
    pod = made.reviewed({"src/a.txt": "a\n", "src/b.txt": "c\n", "x/y/z.txt": "z\n"})
    view = view_of(made, pod)
    review_notes.mark_reviewed(made.ws, pod.id, {path: view.content(path) for path in ("src/a.txt", "x/y/z.txt")})
    assert view_of(made, pod).reviewed == 2
    made.commit(pod, {"src/a.txt": "other\n"})
    view = view_of(made, pod)
    assert [view.mark(f.path) for f in view.files] == [Mark.CHANGED, Mark.NEW, Mark.REVIEWED]
    made.commit(pod, {"src/a.txt": "a\n"})
    assert view_of(made, pod).reviewed == 2, "it is again what was read"
    (Path(pod.path) / "src/a.txt").chmod(0o755)
    made.git("commit", "-qam", "Mode", at=Path(pod.path))
    assert view_of(made, pod).mark("src/a.txt") is Mark.CHANGED
    review_notes.unmark_reviewed(made.ws, pod.id, ["x/y/z.txt"])
    assert view_of(made, pod).reviewed == 0


def test_since_the_last_look_is_the_pods_own(made: Project) -> None:
    pod = made.reviewed({"src/a.txt": "first\n" + TEN})
    with pytest.raises(Refused, match="not looked at an earlier commit"):
        view_of(made, pod, since_look=True)
    first = view_of(made, pod)
    review_notes.looked(made.ws, pod.id, first.commit, first.base)
    made.commit(pod, {"src/mine.txt": "mine\n"})
    view = view_of(made, pod, since_look=True)
    assert [f.path for f in view.files] == ["src/mine.txt"] and view.exact and view.since is not None
    # Main goes on in the same file and in another one, and is merged in: none of that is the pod's.
    (made.root / "src/a.txt").write_text(TEN + "eleven\n")
    (made.root / "src/b.txt").write_text("b of main\n")
    made.git("commit", "-qam", "Main goes on")
    made.git("merge", "-q", "--no-edit", "main", at=Path(pod.path))
    made.commit(pod, {"src/mine.txt": "mine\ntoo\n"})
    view = view_of(made, pod, since_look=True)
    assert [f.path for f in view.files] == ["src/mine.txt"] and view.exact
    assert "+too" in view.patch and "eleven" not in view.patch
    # What an earlier commit had can be spoken of, too, in words of that commit.
    gone = Spot("src/a.txt", 1, side=Side.OLD)
    review_notes.comment(made.ws, pod.id, gone, "It was there", commit=view.commit, source=view.start)
    view = view_of(made, pod, since_look=True)
    (placed,) = placed_comments(made.ws, view, view.notes)
    assert placed.shown == gone and not placed.gone
    # The whole work rebased and squashed is the same work.
    made.git("reset", "-q", "--soft", "main", at=Path(pod.path))
    made.git("commit", "-qm", "Squashed", at=Path(pod.path))
    view = view_of(made, pod, since_look=True)
    assert [f.path for f in view.files] == ["src/mine.txt"] and view.exact


def test_since_the_last_look_says_when_main_cannot_be_told_apart(made: Project) -> None:
    pod = made.reviewed({"src/a.txt": TEN.replace("line 5", "mine")})
    first = view_of(made, pod)
    review_notes.looked(made.ws, pod.id, first.commit, first.base)
    (made.root / "src/a.txt").write_text(TEN.replace("line 5", "theirs"))
    (made.root / "src/b.txt").write_text("b of main\n")
    made.git("commit", "-qam", "Main clashes")
    made.git("merge", "-q", "-X", "ours", "--no-edit", "main", at=Path(pod.path))
    made.commit(pod, {"src/c.txt": "c\n"})
    view = view_of(made, pod, since_look=True)
    assert not view.exact
    assert [f.path for f in view.files] == ["src/c.txt"], "what only main changed is left out all the same"


def test_notes_are_never_overwritten_when_they_cannot_be_read(made: Project) -> None:
    pod = made.reviewed({"src/new.txt": "one\n"})
    path = made.ws.layout.review_notes(pod.id)
    path.parent.mkdir()
    for text in ("{", "[]", '{"pod": 1}', '{"pod": "pod-1", "ticket": 101, "comments": [{}]}'):
        path.write_text(text)
        with pytest.raises(BadFile, match="damaged"):
            review_notes.mark_reviewed(made.ws, pod.id, {"a": "b"})
        assert path.read_text() == text
        view = view_of(made, pod)
        assert "damaged" in view.trouble and view.files, "the work can be read all the same"
        with pytest.raises(BadFile):
            review.approve(made.ws, pod.id)
    path.unlink()
    path.symlink_to(made.root / "elsewhere")
    with pytest.raises(LmawepError):
        review_notes.mark_reviewed(made.ws, pod.id, {"a": "b"})
    assert not (made.root / "elsewhere").exists()
