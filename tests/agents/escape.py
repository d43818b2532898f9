"""An agent that starts a process of a given shape which tries to outlive it: `escape.py SHAPE FOLDER`.

Each escaping process leaves a file named by its pid in FOLDER; the agent itself goes on until FOLDER/go exists.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable

SHAPE, FOLDER = sys.argv[1], sys.argv[2]


def linger() -> None:
    with open(os.path.join(FOLDER, str(os.getpid())), "w"):
        pass
    while True:
        time.sleep(60)


def forked(then: Callable[[], None]) -> None:
    if os.fork() == 0:
        try:
            then()
        finally:
            os._exit(0)


def nohup() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    linger()


def setsid() -> None:
    os.setsid()
    linger()


def double_fork() -> None:
    os.setsid()
    forked(linger)


def closed_fds() -> None:
    os.setsid()
    os.chdir("/")
    os.closerange(0, 64)
    forked(linger)


def clear_env() -> None:
    os.setsid()
    file = os.path.join(FOLDER, str(os.getpid()))
    os.execve("/bin/sh", ["sh", "-c", f"touch {file}; exec sleep 60"], {})


def renamed() -> None:
    os.setsid()
    with open(os.path.join(FOLDER, str(os.getpid())), "w"):
        pass
    os.execv("/bin/sleep", ["sshd: you@pts/0 )", "60"])


def stopped() -> None:
    os.setsid()
    with open(os.path.join(FOLDER, str(os.getpid())), "w"):
        pass
    os.kill(os.getpid(), signal.SIGSTOP)


def stubborn() -> None:
    os.setsid()
    for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(sig, signal.SIG_IGN)
    linger()


def respawning() -> None:
    """Each time it is asked to end, another one takes its place."""

    def again(*_: object) -> None:
        if os.fork():
            os._exit(0)
        os.setsid()

    for sig in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sig, again)
    linger()


def bomb() -> None:
    os.setsid()
    for _ in range(5):
        os.fork()
    linger()


def headless() -> None:
    """Its first thread ends, so that it looks like a zombie while another thread works on."""
    import ctypes

    os.setsid()
    threading.Thread(target=linger).start()
    while not os.path.exists(os.path.join(FOLDER, str(os.getpid()))):
        time.sleep(0.01)
    ctypes.CDLL(None).syscall(60, 0) if os.uname().machine == "x86_64" else time.sleep(60)


if __name__ == "__main__":
    forked(globals()[SHAPE])
    print("working", flush=True)
    while not os.path.exists(os.path.join(FOLDER, "go")):
        try:
            time.sleep(0.01)
        except KeyboardInterrupt:
            sys.exit(130)
