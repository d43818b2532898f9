"""Speed as ratios: `python -m tests.bench [NAME…]`. Nothing here is asserted in a test.

Each figure is the median of interleaved runs, set against a program measured in the same run: milliseconds of two
machines, or of two moments on a shared one, cannot be compared; ratios can.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

from tests.bench import (
    commands,
    diff,
    fleet,
    land,
    logs,
    mcp,
    palette,
    pods,
    radar,
    screen,
    screen_keys,
    screen_rest,
    streams,
)
from tests.bench.measure import Row

BENCHES: dict[str, Callable[[], Iterable[Row]]] = {
    "help": commands.help_,
    "status": commands.status,
    "mcp": mcp.mcp_,
    "land": land.land,
    "radar": radar.radar_,
    "decide": fleet.decide,
    "idle": fleet.idle,
    "postmortem": fleet.postmortem,
    "spawn": pods.spawn,
    "remove": pods.remove,
    "keys": screen_keys.keys,
    "wall": screen_keys.wall,
    "screen-idle": screen_rest.idle,
    "quit": screen_rest.quit_,
    "saved": screen_rest.saved,
    "memory": screen_rest.memory,
    "bytes": screen_rest.bytes_,
    "far": screen_rest.far,
    "resizes": screen_rest.resizes,
    "paint": screen.first_paint,
    "log": screen.big_log,
    "events": screen.big_conversation,
    "giant": logs.giant,
    "records": logs.search_records,
    "flood": logs.flood,
    "flood-keys": screen_keys.flood_keys,
    "tail": screen.append_to_paint,
    "diff": diff.diff,
    "palette": palette.palette,
    "streams": streams.streams,
}


def main() -> int:
    """Runs the named benches, or all; exit status 2 for an unknown name."""
    names = sys.argv[1:] or list(BENCHES)
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; known: {', '.join(BENCHES)}")
        return 2
    print(f"{'what':<44} {'measured':>12} {'against':>12} {'ratio':>7}   target")
    for name in names:
        for row in BENCHES[name]():
            print(row.line(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
