"""A note added to the memory bank loses nothing that agents wrote there, however much it is (C6)."""

from __future__ import annotations

from pathlib import Path

import pytest

from lmawep_tui.agents.prompt import quote_ends
from lmawep_tui.engine.memory_bank import add_note
from tests.repos import Project


def bank(path: str) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in (Path(path) / "memory-bank").iterdir() if p.is_file()}


def test_a_large_file_is_kept_to_the_last_byte(project: Project) -> None:
    pod = project.spawn()
    big = b"line\xff\n" * 600_000 + b"the end without a newline"
    (Path(pod.path) / "memory-bank/progress.md").write_bytes(big)
    add_note(pod, "progress.md", "Run", "It ended.")
    after = bank(pod.path)["progress.md"]
    assert after.startswith(big) and after.endswith(b"It ended.\n")
    assert after[len(big) :].startswith(b"\n\n## Run (")


def test_many_files_are_all_kept(project: Project) -> None:
    pod = project.spawn()
    for number in range(300):
        (Path(pod.path) / f"memory-bank/a{number:03d}.md").write_text(f"{number}\n")
    before = bank(pod.path)
    add_note(pod, "progress.md", "Run", "It ended.")
    after = bank(pod.path)
    assert {n: d for n, d in after.items() if n != "progress.md"} == {
        n: d for n, d in before.items() if n != "progress.md"
    }
    assert after["progress.md"].startswith(before["progress.md"])


@pytest.mark.parametrize("hard", [True, False])
def test_what_a_link_points_at_is_not_written(project: Project, tmp_path: Path, hard: bool) -> None:
    pod = project.spawn()
    victim = tmp_path / "victim"
    victim.write_text("mine\n")
    file = Path(pod.path) / "memory-bank/progress.md"
    file.unlink()
    file.hardlink_to(victim) if hard else file.symlink_to(victim)
    add_note(pod, "progress.md", "Run", "It ended.")
    assert victim.read_text() == "mine\n"
    assert "It ended." in file.read_text() and not file.is_symlink()


def test_the_prompt_keeps_how_it_began_and_what_was_written_last() -> None:
    text = "\n".join(f"line {number}" for number in range(10_000))
    shown = quote_ends(text, 2_000)
    assert shown.startswith("| line 0\n") and shown.endswith("| line 9999\n")
    assert "characters left out here" in shown and "| line 5000\n" not in shown
    assert 1_500 < len(shown) < 3_500
    assert quote_ends("short", 2_000) == "| short\n"
    assert len(quote_ends("x" * 50_000, 2_000)) < 2_500, "one endless line"
