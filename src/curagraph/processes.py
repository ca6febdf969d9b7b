"""Worker processes that answer messages, one for each thread that asks.

Not a `ProcessPoolExecutor`: that runs the caller's main module again in each process, waits for ever when one is killed
while its queue is full (python/cpython#94777), and leaves the others behind when the caller is killed. A worker here
ends when its input does.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Generic, TypeVar

from curagraph.problem import BuildStopped, CuragraphError

Message = TypeVar("Message")
Answer = TypeVar("Answer")


class Processes(Generic[Message, Answer]):
    """Workers that all begin with one setting; use as a context manager.

    `server` names a function `module:function` that gets the setting and answers a function of messages. So many
    messages as `ahead` says may be under way for each worker: enough that it goes on while its answers wait.
    """

    def __init__(self, server: str, setting: object, ahead: int = 4) -> None:
        self.server = server
        self.setting = setting
        self.ahead = ahead
        self.mine = threading.local()
        self.all: list[subprocess.Popen[bytes]] = []
        self.lock = threading.Lock()
        self.closed = False

    def __enter__(self) -> Processes[Message, Answer]:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind:
            self._kill()
        for process in self.all:
            process.communicate()

    def _kill(self) -> None:
        with self.lock:
            self.closed = True
        for process in self.all:
            process.kill()

    def answers(self, messages: Iterable[Message], jobs: int) -> Iterator[Answer]:
        """The answers in the order of the messages, given by `jobs` processes.

        Raises what a worker raised, and `BuildStopped` where one died.
        """
        with ThreadPoolExecutor(jobs) as threads:
            waiting: deque[Future[Answer]] = deque()
            try:
                for message in messages:
                    waiting.append(threads.submit(self._ask, message))
                    if len(waiting) >= self.ahead * jobs:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            except BaseException:
                for future in waiting:
                    future.cancel()
                self._kill()  # else the threads would wait for answers that nobody wants
                raise

    def _ask(self, message: Message) -> Answer:
        if not hasattr(self.mine, "process"):
            self.mine.process = self._start()
        process: subprocess.Popen[bytes] = self.mine.process
        assert process.stdin
        assert process.stdout
        try:
            pickle.dump(message, process.stdin)
            process.stdin.flush()
            answer = pickle.load(process.stdout)  # noqa: S301  # our own process wrote it
        except (EOFError, OSError, pickle.UnpicklingError):
            raise BuildStopped("a worker process died, perhaps for want of memory; try again with --jobs 1") from None
        if isinstance(answer, CuragraphError):
            raise answer
        found: Answer = answer
        return found

    def _start(self) -> subprocess.Popen[bytes]:
        module, _, function = self.server.partition(":")
        program = f"import {module}, {__name__} as processes; processes.serve({module}.{function})"
        pipe = subprocess.PIPE
        with self.lock:
            if self.closed:
                raise BuildStopped("the run has ended")
            command = [sys.executable, "-P", "-c", program]
            process = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment())  # noqa: S603
            self.all.append(process)
        assert process.stdin
        pickle.dump(self.setting, process.stdin)
        return process


def environment() -> dict[str, str]:
    """The environment in which another process of ours finds the modules that this one has."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}


def serve(make: Callable[[Any], Callable[[Any], object]]) -> None:
    """Be a worker: read a setting and then messages from standard input, and answer each on standard output."""
    # An interrupt at the terminal reaches every process; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    output = os.fdopen(os.dup(1), "wb")
    # What anything prints must not get between the answers.
    os.dup2(2, 1)
    setting = pickle.load(sys.stdin.buffer)  # noqa: S301  # the parent wrote it
    answer: Callable[[Any], object] | None = None
    with suppress(EOFError, BrokenPipeError):
        while True:
            message = pickle.load(sys.stdin.buffer)  # noqa: S301
            try:
                answer = answer or make(setting)
                found = answer(message)
            except CuragraphError as error:
                found = type(error)(str(error))
            pickle.dump(found, output)
            output.flush()
    os._exit(0)
