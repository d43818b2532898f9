"""The agent of the day on a real project: it edits CHANGELOG.md for real, asks, and does what a review says.

python day_agent.py < prompt
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

NOTES = Path("CHANGELOG.md")


def say(text: str) -> None:
    """Prints as an agent does, not all at once."""
    print(text, flush=True)
    time.sleep(0.2)


def end(status: str, progress: str, question: str = "") -> None:
    """The report, and the end."""
    print(f"STATUS: {status}\nPROGRESS: {progress}\nBLOCKERS: none\nNEXT: none")
    if question:
        print(f"QUESTION: {question}")
    raise SystemExit


def commit(subject: str) -> None:
    subprocess.run(["git", "add", "--all"], check=True)
    subprocess.run(["git", "commit", "-qm", subject], check=True)


def write_first(line: str) -> None:
    """Puts a line below the heading, where everybody puts theirs."""
    heading, rest = NOTES.read_text("utf-8").split("\n", 1)
    NOTES.write_text(f"{heading}\n\n- {line}\n{rest.removeprefix(chr(10))}", "utf-8")


def main() -> None:
    prompt, ticket = sys.stdin.read(), os.environ["LMAWEP_TICKET"]
    say(f"reading what is asked of ticket {ticket}")
    asked = re.findall(r"CHANGELOG\.md:(\d+)", prompt)
    if asked:
        say(f"the review speaks of line {asked[0]}")
        NOTES.write_text(NOTES.read_text("utf-8").replace("in a hurry", "with care"), "utf-8")
        commit("Do what the review says")
        end("COMPLETE", "changed what the review asked for")
    answer = re.search(r"\bname is (\w+)", prompt)
    if ticket == "101" and not answer:
        say("nobody told me a name")
        end("QUESTION", "read the ticket", "Whose name shall stand there?")
    lines = {
        "101": f"Thanked {answer[1] if answer else ''}",
        "102": "Written in a hurry",
        "103": "Written by somebody else",
    }
    say(f"writing into {NOTES}")
    write_first(lines[ticket])
    with Path("memory-bank/progress.md").open("a", encoding="utf-8") as progress:
        progress.write(f"- wrote {lines[ticket]!r}\n")
    commit(f"Ticket {ticket}")
    end("COMPLETE", "it is written")


if __name__ == "__main__":
    main()
