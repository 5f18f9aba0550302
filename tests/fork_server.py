"""The process that is forked: imports what programs begin with, and becomes one of them whenever that is ordered.

    PYTHON fork_server.py DESCRIPTOR MODULE ...

Runs in whatever environment the programs live in, and so imports nothing of this project but what it is told to. Its
orders come over the socket of that descriptor.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

MEASURING = "COVERAGE_PROCESS_CONFIG"
"""The variable by which `coverage` measures the processes that a measured one starts."""

_DESCRIPTORS = 5


def serve(orders: socket.socket) -> None:
    """Fork whenever that is ordered, until nobody is left to order it; in a fork, return when its program has."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who wait for the programs
    while (received := socket.recv_fds(orders, 1, _DESCRIPTORS))[0]:
        *streams, answers, order = received[1]
        if os.fork() == 0:
            orders.close()
            with os.fdopen(order, encoding="utf-8") as file:
                told = json.load(file)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            pid = os.fork()
            if pid == 0:
                os.close(answers)
                for number, descriptor in enumerate(streams):
                    os.dup2(descriptor, number)
                    os.close(descriptor)
                _become(**told)
                return
            for descriptor in streams:
                os.close(descriptor)
            _say(answers, pid)
            _, status = os.waitpid(pid, 0)
            _say(answers, os.waitstatus_to_exitcode(status))
            os._exit(0)
        for descriptor in received[1]:
            os.close(descriptor)


def _say(answers: int, number: int) -> None:
    # Nobody may be there any more to read it.
    with suppress(BrokenPipeError):
        os.write(answers, f"{number}\n".encode())


def _become(program: str, arguments: list[str], env: dict[str, str], folder: str) -> None:
    """Go on as a program: a module, or a file where there is a path in the name."""
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    if MEASURING in os.environ:
        importlib.import_module("coverage").process_startup()  # as the start of the interpreter does
    sys.argv = [program, *arguments]
    gc.enable()
    if os.sep in program:
        sys.path.insert(0, str(Path(program).parent))
        runpy.run_path(program, run_name="__main__")
    else:
        sys.path.insert(0, folder)
        runpy.run_module(program, run_name="__main__", alter_sys=True)


def _main() -> None:
    descriptor, *modules = sys.argv[1:]
    del sys.path[0]  # the folder of this file, in which the programs find nothing
    gc.disable()  # as the tap has it while it imports
    for module in modules:
        importlib.import_module(module)
    gc.freeze()  # or each fork would copy what it looks for garbage among
    serve(socket.socket(fileno=int(descriptor)))


if __name__ == "__main__":
    _main()
