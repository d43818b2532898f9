"""What the screen remembers."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lmawep_tui.files.screen_file import read_screen, remember
from lmawep_tui.model.errors import LmawepError


def test_nothing_is_lost_when_several_things_are_remembered_at_once(tmp_path: Path) -> None:
    path = tmp_path / "screen.json"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: remember(path, **{f"key{n}": n}), range(40)))
    assert read_screen(path) == {f"key{n}": n for n in range(40)}


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b'"x"'])
def test_a_damaged_file_remembers_nothing_and_is_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "screen.json"
    path.write_bytes(content)
    assert read_screen(path) == {}
    remember(path, theme="light")
    assert read_screen(path) == {"theme": "light"}


def test_links_and_pipes_are_not_followed(tmp_path: Path) -> None:
    other, link, pipe = tmp_path / "other", tmp_path / "link", tmp_path / "pipe"
    other.write_text('{"theme": "light"}')
    link.symlink_to(other)
    os.mkfifo(pipe)
    assert read_screen(link) == {} == read_screen(pipe)
    remember(link, theme="dark")
    assert other.read_text() == '{"theme": "light"}' and not link.is_symlink()


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LmawepError, match="Cannot write"):
        remember(tmp_path / "gone" / "screen.json", theme="light")
