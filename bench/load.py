"""Many requests at once, by wrk: what came of them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROGRAM = "wrk"
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}
# Every path in turn. With `unique` each request has a comment of its own at its end, so that no server knows it.
_SCRIPT = """
local paths = { %s }
local headers = { %s }
local n = 0
request = function()
  n = n + 1
  local headers = headers[(n - 1) %% #paths + 1] or {}
  headers["Accept"] = "%s"
  return wrk.format("GET", paths[(n - 1) %% #paths + 1]%s, headers)
end
"""
_COMMENT = ' .. "%0A%23" .. n'


@dataclass(frozen=True)
class Load:
    """What wrk tells: requests in all and by the second, those that failed, and the 99th percentile in seconds."""

    requests: int
    rate: float
    failed: int
    p99: float


def start(
    address: str,
    paths: Sequence[str],
    folder: Path,
    *,
    seconds: int,
    connections: int = 8,
    accept: str = "*/*",
    tags: Sequence[str] = (),
    unique: bool = False,
) -> subprocess.Popen[str]:
    """Begin to ask for some paths as fast as the server answers, with the entity tags that are known of them.

    Raises `FileNotFoundError` where there is no wrk.
    """
    texts = ", ".join(f'"/{path}"' for path in paths)
    known = ", ".join(f"{{ ['If-None-Match'] = '{tag}' }}" for tag in tags)
    script = folder / "paths.lua"
    script.write_text(_SCRIPT % (texts, known, accept, _COMMENT if unique else ""), encoding="utf-8")
    command = [PROGRAM, "--threads=1", f"--connections={connections}", f"--duration={seconds}s", "--latency"]
    command += ["--timeout=30s", f"--script={script}", address]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> Load:
    """What came of it, when it has ended."""
    output, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"wrk ended with {process.returncode}:\n{output}")
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    failed = sum(map(int, errors.groups())) if errors else 0
    requests, rate = re.search(r"(\d+) requests in", output), re.search(r"Requests/sec:\s+([\d.]+)", output)
    slow = re.search(r"99%\s+([\d.]+)(us|ms|s)", output)
    if not (requests and rate and slow):
        raise RuntimeError(f"wrk tells something else:\n{output}")
    return Load(
        int(requests[1]),
        float(rate[1]),
        failed + (int(refused[1]) if refused else 0),
        float(slow[1]) * _UNITS[slow[2]],
    )
