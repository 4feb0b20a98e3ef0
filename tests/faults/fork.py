"""Run pytest again and again in forks of one process that has imported the libraries already.

A line of JSON with pytest's arguments on stdin; its exit status on stdout, its output in the file
that is the script's only argument. To be run by the Python of the project.
"""

import contextlib
import importlib
import json
import os
import sys

import pytest

LIBRARIES = (
    "fastapi.testclient",
    "flask",
    "django.test",
    "sqlalchemy.ext.asyncio",
    "pydantic",
    "httpx",
    "uvicorn.main",
    "vcr",
    "schemathesis.pytest.plugin",
    "faststream.redis",
    "faststream.rabbit",
    "faststream.kafka",
    "faststream.nats",
    "faststream.mqtt",
)


def run(arguments: list[str], output: str) -> int:
    """The exit status of pytest, in a process of its own."""
    child = os.fork()
    if child == 0:
        file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, 1)
        os.dup2(file, 2)
        status = 70
        with contextlib.suppress(BaseException):
            status = pytest.main(arguments)
        sys.stdout.flush()
        os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    sys.dont_write_bytecode = False  # of the libraries it is kept, for the servers that tests start
    for library in LIBRARIES:
        with contextlib.suppress(Exception):
            importlib.import_module(library)
    sys.dont_write_bytecode = True
    for line in sys.stdin:
        print(run(json.loads(line), sys.argv[1]), flush=True)


if __name__ == "__main__":
    main()
