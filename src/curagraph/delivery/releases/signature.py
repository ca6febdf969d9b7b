"""Signatures of OpenSSH, made and checked by the system's `ssh-keygen` (PROTOCOL.sshsig of OpenSSH)."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

from curagraph.problem import UsageError

NAMESPACE = "curagraph"
SUFFIX = ".sig"


class Forged(Exception):
    """A signature is not that of the file, or not by a signer who is allowed."""


def usable(key: Path) -> None:
    """Raises `UsageError` where there is no such key, or nothing to sign with."""
    _tool()
    if not key.is_file():
        raise UsageError(f"--sign wants the file of a key, found none: {key}; `ssh-keygen -f {key}` makes one")


def sign(file: Path, key: Path) -> None:
    """Write the signature of a file beside it. Raises `UsageError` where the key cannot be used."""
    done = _run("sign", "-q", "-f", str(key), "-n", NAMESPACE, str(file))
    if done.returncode:
        raise UsageError(f"{key} does not sign: {_said(done)}")


def command(file: Path, key: Path) -> str:
    """How to sign a file by hand."""
    return shlex.join(["ssh-keygen", "-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(file)])


def signer(file: Path, signature: Path, signers: Path) -> str:
    """Who has signed a file, as a file of allowed signers names him. Raises `Forged` where nobody in it has."""
    found = _run("find-principals", "-s", str(signature), "-f", str(signers))
    names = found.stdout.decode(errors="replace").split("\n")[0]
    if found.returncode or not names:
        raise Forged(f"it is by nobody whom {signers} names")
    name = names.split(",")[0]
    done = _run("verify", "-f", str(signers), "-I", name, "-n", NAMESPACE, "-s", str(signature), stdin=file)
    if done.returncode:
        raise Forged(_said(done))
    return name


def key(file: Path, signature: Path) -> str:
    """The fingerprint of the key that has signed a file. Raises `Forged` where the signature is not of this file."""
    done = _run("check-novalidate", "-n", NAMESPACE, "-s", str(signature), stdin=file)
    if done.returncode:
        raise Forged(_said(done))
    return done.stdout.decode(errors="replace").split(" key ")[-1].strip()


def _tool() -> str:
    tool = shutil.which("ssh-keygen")
    if tool is None:
        raise UsageError("there is no ssh-keygen, which makes and checks signatures; install openssh-client")
    return tool


def _run(action: str, *arguments: str, stdin: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [_tool(), "-Y", action, *arguments]
    given = stdin.read_bytes() if stdin else b""
    return subprocess.run(command, input=given, capture_output=True, check=False)  # noqa: S603  # no shell reads it


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    """The first line that ssh-keygen has for people."""
    text = (done.stderr + done.stdout).decode(errors="replace")
    return next((line.strip() for line in text.splitlines() if line.strip()), f"status {done.returncode}")
