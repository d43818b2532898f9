"""Services that the project's tests need, named in the config: whether each answers before anything is spawned."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor

from lmawep_tui.engine.trust import require_accepted
from lmawep_tui.engine.workspace import Workspace
from lmawep_tui.model.config import ServiceConfig
from lmawep_tui.model.errors import LmawepError

_MEND = "Start it, or take it out of `services`."


def services_down(ws: Workspace) -> list[str]:
    """A sentence for each service that does not answer; they are asked all at once. Raises BadFile for a bad config."""
    services = ws.config.services
    if not services:
        return []
    with ThreadPoolExecutor(min(8, len(services))) as pool:
        return [words for words in pool.map(lambda service: _ask(ws, service), services) if words]


def _ask(ws: Workspace, service: ServiceConfig) -> str:
    name = f"The service {service.name!r}"
    if bool(service.tcp) == bool(service.command):
        return f"{name} needs either `tcp: HOST:PORT` or `command: [PROGRAM, …]`."
    try:
        trouble = _connect(service) if service.tcp else _run(ws, service)
    except LmawepError as error:
        return str(error)
    return f"{name} does not answer ({trouble}). {_MEND}" if trouble else ""


def _connect(service: ServiceConfig) -> str:
    host, _, port = service.tcp.rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        return f"{service.tcp!r} is not HOST:PORT"
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=service.timeout):
            return ""
    except (OSError, UnicodeError) as error:
        return f"{service.tcp}: {getattr(error, 'strerror', None) or error}"


def _run(ws: Workspace, service: ServiceConfig) -> str:
    """Why the command says no; empty when it ends well. It is ended with all it started when it takes too long."""
    import contextlib
    import os
    import signal
    import subprocess

    from lmawep_tui.agents.environment import without_run

    require_accepted(ws.layout, ws.git, f"command of service {service.name}", service.command)
    null = subprocess.DEVNULL
    try:
        running = subprocess.Popen(service.command, cwd=ws.layout.root, env=without_run(os.environ),
                                   start_new_session=True, stdin=null, stdout=null, stderr=null)  # fmt: skip
    except OSError as error:
        return f"{service.command[0]}: {error.strerror}"
    try:
        status = running.wait(service.timeout)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)  # its own session, and not waited for yet: no stranger has its id
        running.wait()
        return f"{service.command[0]} did not end within {service.timeout:g} s"
    return f"{service.command[0]} ended with status {status}" if status else ""
