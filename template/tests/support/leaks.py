# Template-owned: "copier update" merges changes into this file. Extend it in tests/conftest.py.
"""What is left behind: let go, or its test is named at the end of the run and in JUnit XML."""

import gc
import os
import signal
import threading
import traceback
import warnings

import pytest

LEFT = "left behind"
SHOWN = 10
_found: list[str] = []


def pytest_configure():
    """Let SIGTERM, by which an IDE or CI ends a run, stop servers as Ctrl-C does."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))


def left_behind(request: pytest.FixtureRequest, what: str) -> None:
    """Name this test as the one that left `what`."""
    request.node.user_properties.append((LEFT, what))


def pytest_runtest_logreport(report):
    if report.when == "teardown":
        left = [what for name, what in report.user_properties if name == LEFT]
        _found.extend(f"{report.nodeid}: {what}" for what in left)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session):
    """Let pytest report its failures although a server is gone, and cannot be cleaned up."""
    try:
        return (yield)
    except Exception as error:
        _found.append(f"the run: {type(error).__name__}: {error}")
        session.exitstatus = session.exitstatus or pytest.ExitCode.INTERNAL_ERROR


def pytest_terminal_summary(terminalreporter):
    if _found:
        terminalreporter.section(LEFT)
        for line in _found[:SHOWN]:
            terminalreporter.write_line(line)
        if more := _found[SHOWN:]:
            terminalreporter.write_line(f"and {len(more)} more: see the JUnit XML")


@pytest.hookimpl(trylast=True)  # --pdb has looked at them
def pytest_exception_interact(call):
    _let_go(call.excinfo.value)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(call):
    report = yield
    if call.when == "call" and call.excinfo and not report.failed:  # skipped, or expected to fail
        _let_go(call.excinfo.value)
    return report


def _let_go(error: BaseException | None) -> None:
    """Drop what a test that has ended holds in its variables: transactions, files, cursors.

    pytest keeps them for longer, so they would lock the clean-up out, or be blamed on another test.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has not come to closing them
        while error is not None:
            traceback.clear_frames(error.__traceback__)
            for frame, _ in traceback.walk_tb(error.__traceback__):
                frame.f_locals.copy()  # before Python 3.13 it is a copy, brought up to date by this
            error = error.__context__
        gc.collect()  # what refers to itself, like some drivers' connections


@pytest.fixture(autouse=True)
def _no_file_left(request):
    """Names the files and folders that a test adds to the project's own."""
    if hasattr(request.config, "workerinput"):  # another process may have written them
        yield
        return
    before = set(os.listdir(request.config.rootpath))
    yield
    added = set(os.listdir(request.config.rootpath)) - before
    if files := sorted(name for name in added if not name.startswith((".", "__pycache__"))):
        left_behind(request, f"files: {', '.join(files)}")
