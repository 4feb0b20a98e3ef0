"""Two runs at once never meet, and a killed run leaves nothing that trips the next one."""

import os
import signal
import subprocess


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
