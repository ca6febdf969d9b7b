"""A seal on a process: it can reach no other machine, write no file and start no program, whatever a query asks for.

Linux asks a filter (seccomp, in the instructions of BPF) before each system call. Files can still be opened for
reading, since Oxigraph opens those of its store when it first needs them, and takes one that it cannot open for empty.
On other systems nothing is sealed; there, what a query may call is looked at only before it runs.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from dataclasses import dataclass

_SET_SECCOMP, _FILTER, _NO_NEW_PRIVILEGES = 22, 2, 38
# Instructions: load a word of what is called, jump where equal, greater or a bit is set, answer.
_LOAD, _EQUAL, _NOT_LESS, _ANY_BIT, _ANSWER = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EACCES, 0x80000000
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
# Where the number of a call, the processor and the arguments are in what the filter is shown.
_NUMBER, _PROCESSOR, _ARGUMENTS = 0, 4, 16


@dataclass(frozen=True)
class _Calls:
    """The numbers of system calls on a processor: those that are refused, and by argument those that open files."""

    processor: int
    refused: tuple[int, ...]
    opening: tuple[tuple[int, int], ...]


# socket, connect, execve, execveat, openat2, io_uring_setup, ptrace, unlinkat, renameat, renameat2; then the older
# creat, unlink, rename; openat, open
_KNOWN = {
    "x86_64": _Calls(0xC000003E, (41, 42, 59, 322, 437, 425, 101, 263, 264, 316, 85, 87, 82), ((257, 2), (2, 1))),
    "aarch64": _Calls(0xC00000B7, (198, 203, 221, 281, 437, 425, 117, 35, 38, 276), ((56, 2),)),
}


def seal() -> bool:
    """Seal this process for good, and answer whether that could be done. Raises `OSError` where it was not allowed."""
    if not is_known():
        return False
    calls = _KNOWN[platform.machine()]
    program = b"".join(_program(calls))
    buffer = ctypes.create_string_buffer(program)
    described = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in ((_NO_NEW_PRIVILEGES, 1, 0, 0, 0), (_SET_SECCOMP, _FILTER, described, 0, 0)):
        if libc.prctl(*arguments):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), "seccomp")
    return True


def is_known() -> bool:
    """Whether processes can be sealed on this system."""
    return sys.platform == "linux" and platform.machine() in _KNOWN


def _program(calls: _Calls) -> list[bytes]:
    found = [
        _do(_LOAD, _PROCESSOR),
        _do(_EQUAL, calls.processor, 1, 0),
        _do(_ANSWER, _KILL),
        _do(_LOAD, _NUMBER),
        _do(_NOT_LESS, 1 << 30, 0, 1),  # another way to call, with other numbers
        _do(_ANSWER, _REFUSE),
    ]
    for number in calls.refused:
        found += [_do(_EQUAL, number, 0, 1), _do(_ANSWER, _REFUSE)]
    for number, argument in calls.opening:
        found += [
            _do(_EQUAL, number, 0, 4),
            _do(_LOAD, _ARGUMENTS + 8 * argument),
            _do(_ANY_BIT, _WRITING, 0, 1),
            _do(_ANSWER, _REFUSE),
            _do(_ANSWER, _ALLOW),
        ]
    return [*found, _do(_ANSWER, _ALLOW)]


def _do(instruction: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("HBBI", instruction, then, otherwise, value)
