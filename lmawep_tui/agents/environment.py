"""The environment an agent gets: an allow-list, because whatever it holds ends up in front of a language model.

The person's secrets are not the agent's business unless its profile names them (`env_pass`); `GIT_*` would point its
git at somebody else's repository.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from lmawep_tui.agents.process_tree import MARK, ROOT
from lmawep_tui.model.run import Run

_ALLOWED = (
    *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "LC_*", "TZ", "TERM", "COLORTERM", "TMPDIR"),
    *("XDG_*", "SSH_AUTH_SOCK", "NO_COLOR"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"),
    *("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"),
    # Where the toolchains are: without these an agent cannot build or test what the person can.
    *("VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "PYENV_ROOT", "UV_CACHE_DIR", "PIP_CACHE_DIR"),
    *("NVM_DIR", "NVM_BIN", "FNM_DIR", "VOLTA_HOME", "PNPM_HOME", "BUN_INSTALL", "COREPACK_HOME", "DENO_DIR"),
    *("CARGO_HOME", "RUSTUP_HOME", "GOPATH", "GOROOT", "GOCACHE", "GOMODCACHE", "JAVA_HOME", "GRADLE_USER_HOME"),
    *("RBENV_ROOT", "GEM_HOME", "ASDF_DIR", "ASDF_DATA_DIR", "MISE_DATA_DIR", "ANDROID_HOME", "DOCKER_HOST"),
    *("NIX_PATH", "NIX_PROFILES", "NIX_SSL_CERT_FILE", "HOMEBREW_PREFIX", "DEVELOPER_DIR", "LD_LIBRARY_PATH"),
)
_OURS = (ROOT, "LMAWEP_POD", "LMAWEP_TICKET", "LMAWEP_RUN", "LMAWEP_ROLE", MARK)
_STEERS_GIT = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")
# Nobody sits at the agent's terminal: a git that opens an editor or asks for a password would wait for ever.
UNATTENDED = {"GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "true"}


def agent_environment(base: Mapping[str, str], run: Run, *, root: Path, env_pass: Iterable[str] = ()) -> dict[str, str]:
    """What a run's processes see: the allowed part of `base`, the profile's additions, and who they are."""
    extra = tuple(pattern for pattern in env_pass if not pattern.startswith("GIT_"))
    allowed = {
        name: value
        for name, value in base.items()
        if _matches(name, _ALLOWED) or (not name.startswith("GIT_") and _matches(name, extra))
    }
    return {
        **UNATTENDED,
        **{name: value for name, value in allowed.items() if name not in _OURS},
        **run.env,
        "PATH": _path(run.env.get("PATH", base.get("PATH", ""))),
        ROOT: str(root),
        "LMAWEP_POD": run.pod,
        "LMAWEP_TICKET": str(run.ticket),
        "LMAWEP_RUN": run.name,
        "LMAWEP_ROLE": run.role.value,
        MARK: run.mark,
    }


def own_environment(base: Mapping[str, str], run: Run, *, root: Path) -> dict[str, str]:
    """What a program of the person's own sees in a pod: all they see, and which pod it is. No agent is meant, so
    nothing says that it was one.
    """
    mine = {name: value for name, value in without_run(base).items() if name not in _STEERS_GIT}
    return {**mine, "LMAWEP_POD": run.pod, "LMAWEP_TICKET": str(run.ticket), ROOT: str(root), MARK: run.mark}


def without_run(base: Mapping[str, str]) -> dict[str, str]:
    """`base` without the marks of a run, for what we start ourselves: it must not pass for a part of that run."""
    return {name: value for name, value in base.items() if name not in _OURS}


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern for pattern in patterns)


def _path(path: str) -> str:
    """`path` without relative entries (they would find commands planted in the pod) and with `lmawep` at its end."""
    entries = [entry for entry in (path or os.defpath).split(os.pathsep) if entry.startswith("/")]
    scripts = str(Path(sys.executable).parent)  # not resolved: a venv's python is a link, its scripts are beside it
    return os.pathsep.join(entries if scripts in entries else [*entries, scripts])
