"""`lmawep timeline`: bars, and the facts behind them."""

from __future__ import annotations

from tests.repos import Project, quiet


def test_what_ran_and_what_landed(project: Project) -> None:
    assert "No agent has run yet." in project.lmawep("timeline").out
    pod = project.queued()
    project.lmawep("merge", pod.id)
    quiet(project.root)
    found = project.lmawep("timeline", "--json").json["tickets"]
    assert [line["ticket"] for line in found] == [pod.ticket]
    assert found[0]["landed"] and {span["role"] for span in found[0]["spans"]} == {"merge"}
    text = project.lmawep("timeline").out
    assert f"#{pod.ticket}" in text and "▲" in text and "M merge" in text
    assert "Nobody has run since" in project.lmawep("timeline", "--since", "2999-01-01").out
    assert "is no time" in project.refuses("timeline", "--since", "yesterday", status=2)
