"""Options go only to what surely is pytest."""

from __future__ import annotations

import pytest

from lmawep_tui.engine.pytest_call import is_pytest

_YES = ["pytest", "pytest -q tests", "/venv/bin/pytest -x", "python -m pytest", "python3.11 -P -X dev -m pytest -q",
        "uv run pytest", "uv run --frozen --group=dev pytest -q", "poetry run python -m pytest", "py.test",
        "env A=1 B=2 pytest", "env A=1 uv run pytest -q"]  # fmt: skip
_NO = ["", "make test", "npm test", "python -m unittest", "python -m pytest_thing", "python pytest", "sh -c pytest",
       "uv run --with pytest python x.py", "uv pytest", "tox -e py -- pytest", "pytest -q -- x", "python -c pytest",
       "nice pytest", "python -m", "env", "uv run", "pytest-watch", "coverage run -m pytest"]  # fmt: skip


@pytest.mark.parametrize("text", _YES)
def test_pytest_is_known(text: str) -> None:
    assert is_pytest(tuple(text.split()))


@pytest.mark.parametrize("text", _NO)
def test_what_may_be_something_else_is_left_alone(text: str) -> None:
    assert not is_pytest(tuple(text.split()))
