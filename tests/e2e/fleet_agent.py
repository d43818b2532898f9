"""An agent of the fleet test: does its ticket, or misbehaves in the way its plan says. Standard library only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

HOME = Path(os.environ["FLEET_HOME"])
TICKET = os.environ["LMAWEP_TICKET"]
ROLE = sys.argv[1]


def main() -> None:
    sys.stdin.read()
    kind = json.loads((HOME / "plan.json").read_text())[TICKET]
    attempt = count()
    print(f"{ROLE} of ticket {TICKET} ({kind}), attempt {attempt}", flush=True)
    if ROLE == "resolve":
        return resolve()
    if ROLE == "test":
        return mend()
    if misbehaves(kind, attempt):
        return None
    return work(kind)


def count() -> int:
    """Which run of this ticket and role this is, from 1."""
    path = HOME / f"{TICKET}-{ROLE}"
    with path.open("a") as file:
        file.write("x")
    return path.stat().st_size


def misbehaves(kind: str, attempt: int) -> bool:
    """Fails in the way of its kind, if it does this time; whether it did."""
    name, _, times = kind.partition("-")
    if name.startswith(("good", "daemon", "lingers", "conflict", "twin")) or (times == "once" and attempt > 1):
        return False
    if name == "crash":
        sys.exit(3)
    if name == "hang":
        time.sleep(600)
    if name == "lie":
        report("COMPLETE")
    if name == "limited":
        print("API Error: 429 Too Many Requests, try again in 1s")
        sys.exit(1)
    if name == "question":
        report("QUESTION", f"Which colour for {TICKET}?")
    return True  # "silent" says nothing and does nothing


def work(kind: str) -> None:
    Path("work").mkdir(exist_ok=True)
    Path("work", f"{TICKET}.txt").write_text(f"ticket {TICKET}\n")
    if kind == "conflict":
        Path("shared.txt").write_text(f"one\nticket {TICKET}\nthree\n")
    if kind.startswith("twin"):
        Path("keys").mkdir(exist_ok=True)
        Path("keys", TICKET).write_text(f"{kind}\n")
    commit(f"Work on {TICKET}")
    if kind == "daemon":
        for session in (False, True):
            subprocess.Popen(["sleep", "600"], start_new_session=session, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    report("COMPLETE")
    if kind == "lingers":
        time.sleep(600)


def resolve() -> None:
    """Merges main and keeps both sides."""
    subprocess.run(["git", "merge", "-q", "--no-commit", "main"], check=False, capture_output=True)
    text = Path("shared.txt").read_text()
    kept = [line for line in text.splitlines() if not line.startswith(("<<<<<<<", "=======", ">>>>>>>"))]
    Path("shared.txt").write_text("\n".join(dict.fromkeys(kept)) + "\n")
    commit("Merge main")
    report("COMPLETE")


def mend() -> None:
    """Merges main and gives the key that is there twice another name."""
    subprocess.run(["git", "merge", "-q", "-m", "Merge main", "main"], check=True)
    Path("keys", TICKET).write_text(f"own {TICKET}\n")
    commit("Another key")
    report("COMPLETE")


def commit(message: str) -> None:
    subprocess.run(["git", "add", "--all"], check=True)
    subprocess.run(["git", "commit", "-q", "-m", message], check=True)


def report(status: str, question: str = "") -> None:
    print(f"STATUS: {status}\nPROGRESS: ticket {TICKET}\nBLOCKERS: none\nNEXT: none", flush=True)
    if question:
        print(f"QUESTION: {question}", flush=True)


if __name__ == "__main__":
    main()
