"""Runs never meet, and what a test or a run breaks off leaves nothing that trips the next one."""

import os
import re
import signal
import subprocess

import pytest


def start(project, *options):
    return subprocess.Popen(
        project.command(*options),
        cwd=project.folder,
        env=project.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def test_two_runs_at_once(connected):
    runs = [start(connected, "-q") for _ in range(2)]
    outputs = [run.communicate(timeout=300)[0] for run in runs]

    assert [run.returncode for run in runs] == [0, 0], "\n".join(outputs)


def test_a_killed_run(connected):
    run = start(connected, "-v")
    try:
        for line in run.stdout:
            if "tests/integration" in line and "PASSED" in line:
                break
        else:
            raise AssertionError("no integration test passed before the run ended")
    finally:
        os.killpg(run.pid, signal.SIGKILL)
        run.communicate()

    connected.pytest("-q").assert_green()


DROPS = """
from sqlalchemy import text


def test_drops(committed_db):
    committed_db.execute(text("DROP TABLE order_lines"))
    committed_db.commit()


def test_that_could_not_pass(db):
    pass
"""


def test_a_run_ends_where_a_table_is_gone_and_the_next_has_it_again(connected):
    file = "tests/integration/test_drops.py"
    with connected.added(file, DROPS):
        result = connected.pytest("-q", "-p", "no:randomly", file)

    assert "test_drops (has it, or one before it, left a transaction open, or changed a table?): " in result.output
    assert "1 passed, 1 error in" in result.output
    connected.pytest("-q", "-m", "integration").assert_green()


FAIL = """
import gc

import pika
from sqlalchemy import text

from shop_floor.database import SessionLocal

WRITE = text("INSERT INTO handled_events VALUES ('one')")
kept = []


def test_commits(committed_db):
    with SessionLocal() as session:
        session.execute(WRITE)
        session.commit()


def test_fails_with_a_session_that_lives_on(db):
    kept.append(SessionLocal())
    kept[0].execute(WRITE)
    assert not kept


def test_commits_again(committed_db):
    committed_db.execute(WRITE)
    committed_db.commit()


def test_fails_with_an_open_file(tmp_path):
    file = (tmp_path / "file").open("w")
    assert not file


def test_collects_garbage():
    gc.collect()


def test_fails_with_a_lock(committed_db):
    session = SessionLocal()
    session.execute(text("LOCK TABLE handled_events"))
    assert not session


def test_writes_there(committed_db):
    committed_db.execute(WRITE)
    committed_db.commit()


def test_fails_with_its_connection(rabbitmq_client):
    rabbitmq_client._impl._send_method(pika.spec.Channel.Open())  # once more: the server hangs up
    rabbitmq_client.basic_publish("", "any", b"")


def test_publishes(rabbitmq_client):
    rabbitmq_client.basic_publish("", "any", b"")
"""


def test_a_failing_test_does_not_disturb_the_next(connected):
    file = "tests/integration/test_fails.py"
    with connected.added(file, FAIL):
        result = connected.pytest("-v", "-p", "no:randomly", "--timeout=60", file)

    outcomes = re.findall(r"::test_(\w+) (PASSED|FAILED|ERROR)", result.output)
    wrong = [(name, found) for name, found in outcomes if (found == "FAILED") != name.startswith("fails")]
    assert len(outcomes) == 9 and not wrong, result.output


WAITS = """
import time


def test_waits(e2e_client):
    print("waiting", flush=True)
    time.sleep(100)
"""


def test_sigterm_stops_the_server_too(connected):
    file = connected.folder / "tests" / "e2e" / "test_waits.py"
    file.write_text(WAITS, encoding="utf-8")
    run = start(connected, "-s", str(file))
    try:
        assert any("waiting" in line for line in run.stdout)
        run.terminate()
        output, _ = run.communicate(timeout=60)
        assert run.returncode == 2, output
        with pytest.raises(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)  # nobody of it is left
    finally:
        file.unlink()
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
