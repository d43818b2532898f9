"""An agent that talks: prints events as Claude Code does, knows its sessions, and does what it is told.

`talker.py FOLDER NEW|RESUME [SESSION]`, the prompt on stdin. It keeps what it was told, one file a call, in FOLDER.
What the prompt says after `DO:` (quoted lines too) is done, in order: `wait FILE`, `ask TEXT`, `deny TEXT`, `commit`,
`forget` (its sessions), `wall`, `block TEXT`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any


def tell(**record: Any) -> None:
    print(json.dumps(record), flush=True)


def main(folder: Path, how: str, session: str = "") -> int:
    prompt = sys.stdin.read()
    calls = len(list(folder.glob("call-*")))
    (folder / "call").write_text(f"{how} {session}\n{prompt}")
    (folder / "call").rename(folder / f"call-{calls}")
    if how == "RESUME" and not (folder / session).exists():
        print(f"No conversation found with session ID: {session}", file=sys.stderr)
        return 1
    session = session or str(uuid.uuid4())
    (folder / session).touch()
    tell(type="system", subtype="init", session_id=session, model="talker-1")
    report = {"STATUS": "COMPLETE", "PROGRESS": "did it", "BLOCKERS": "None", "NEXT": "None"}
    for word, rest in re.findall(r"^\|? ?DO: (\w+) ?(.*)$", prompt, re.MULTILINE):
        if word == "wait":
            while not Path(rest).exists():
                time.sleep(0.01)
        elif word == "commit":
            Path(f"work-{uuid.uuid4()}.txt").write_text("work\n")
            with Path("memory-bank/progress.md").open("a") as bank:
                bank.write(f"call {calls}\n")
            subprocess.run(["git", "add", "--all"], check=True)
            subprocess.run(["git", "commit", "-q", "-m", f"Call {calls}"], check=True)
        elif word == "ask":
            report = {"STATUS": "QUESTION", "PROGRESS": "half", "QUESTION": rest}
        elif word == "block":
            report = {"STATUS": "BLOCKED", "PROGRESS": "half", "BLOCKERS": rest}
        elif word == "deny":
            tell(type="system", subtype="permission_denied", tool_name="Bash", tool_use_id="t1", message=rest)
            report = {"STATUS": "BLOCKED", "PROGRESS": "half", "BLOCKERS": "was not allowed"}
        elif word == "forget":
            (folder / session).unlink()
        elif word == "wall":
            tell(type="result", subtype="success", is_error=True, api_error_status=429, result="API Error: 429",
                 session_id=session, usage={}, terminal_reason="api_error")  # fmt: skip
            return 1
    words = "\n".join(f"{key}: {value}" for key, value in report.items())
    tell(type="assistant", message={"content": [{"type": "text", "text": words}]}, session_id=session)
    usage = {"input_tokens": 100, "cache_read_input_tokens": 10, "output_tokens": 5}
    tell(type="result", subtype="success", is_error=False, result=words, session_id=session, usage=usage,
         total_cost_usd=0.5 * (calls + 1), terminal_reason="completed")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
