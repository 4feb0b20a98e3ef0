"""Run a server until the pool that it belongs to is gone: supervise.py POOL COMMAND...

The pool's controller holds a lock on POOL/alive.lock. The supervisor waits for that lock: it gets
it when the controller has let go of it or has died, and then ends the server's process group.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

# PostgreSQL wants SIGINT, RabbitMQ SIGTERM; each then has these seconds.
ENDINGS = {signal.SIGINT: 1, signal.SIGTERM: 6, signal.SIGKILL: 0}


def main(folder: str, *command: str) -> int:
    pool = Path(folder)
    with (pool / "supervisors.lock").open("w") as mine, (pool / "alive.lock").open() as alive:
        fcntl.flock(mine, fcntl.LOCK_SH)
        process = subprocess.Popen(command, start_new_session=True)
        threading.Thread(target=end_with_pool, args=(alive, process.pid), daemon=True).start()
        status = process.wait()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # what it has left behind
        return status


def end_with_pool(alive, group: int) -> None:
    fcntl.flock(alive, fcntl.LOCK_SH)
    for number, seconds in ENDINGS.items():
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, number)
        threading.Event().wait(seconds)  # the main thread ends all this with the server


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
