"""What all servers have in common: find the program, start it, wait until it answers."""

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

STARTUP_SECONDS = 60
USER, PASSWORD = "test", "test"  # those of the rendered compose file


class Unavailable(Exception):
    """The server cannot be had on this machine; the message says why."""


@dataclass(frozen=True)
class Server:
    """A server that answers.

    Attributes:
        name: as in the template's table of services.
        kind: "real", or "stand-in" for a wire-compatible server.
        product: what runs, e.g. "PostgreSQL" or "SecantusDB (stand-in for MongoDB)".
        version: as the server itself says.
        url: its address; "{database}" stands for a database's name.
        source: where the program comes from: a wheel or the machine.
        extra: further addresses.
    """

    name: str
    kind: str
    product: str
    version: str
    url: str
    source: str
    extra: dict[str, str] = field(default_factory=dict)


def find(program: str, *, wheel: str = "", inside: str = "", apt: str = "") -> tuple[str, str]:
    """The path of a program and where it comes from: a wheel first, for its pinned version.

    Raises:
        Unavailable: it is nowhere.
    """
    if wheel and (spec := importlib.util.find_spec(wheel.replace("-", "_"))):
        for place in spec.submodule_search_locations or ():
            for path in sorted(Path(place).glob(f"{inside}/{program}")):
                path.chmod(path.stat().st_mode | 0o111)
                return str(path), f"wheel {wheel}"
    hidden = [str(path) for path in sorted(Path("/usr/lib").glob("postgresql/*/bin"))[::-1]]
    places = [os.environ.get("PATH", ""), "/usr/sbin", "/usr/lib/rabbitmq/bin", *hidden]
    if path := shutil.which(program, path=os.pathsep.join(places)):
        return path, "this machine"
    ways = [f"the wheel {wheel}" * bool(wheel), f"apt install {apt}" * bool(apt)]
    raise Unavailable(f"there is no {program} here (it comes with {' or '.join(filter(None, ways))})")


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def as_user(*names: str) -> list[str]:
    """The prefix of a command that a server needs which refuses to run as root, or must not."""
    if os.geteuid() != 0:
        return []
    known = [user.pw_name for user in pwd.getpwall()]
    user = next(name for name in (*names, "nobody") if name in known)
    group = pwd.getpwnam(user).pw_gid
    return ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", "--"]


def owned(folder: Path, prefix: list[str]) -> Path:
    """The folder, made if need be, and given to the user of `prefix`."""
    folder.mkdir(exist_ok=True)
    if prefix:
        shutil.chown(folder, prefix[1].removeprefix("--reuid="))
    return folder


def run(command: list[str], folder: Path, **options) -> None:
    """Run a command that prepares a server.

    Raises:
        Unavailable: it failed; with the end of its output.
    """
    done = subprocess.run(command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    if done.returncode:
        raise Unavailable(f"{Path(command[0]).name} failed: {done.stdout[-500:]}")


def start(
    command: list[str],
    folder: Path,
    probe: Callable[[], str],
    env: dict[str, str] | None = None,
) -> str:
    """Start a server below its supervisor and wait for a real answer; its version.

    Raises:
        Unavailable: it ended, or does not answer in time; with the end of its output.
    """
    log = folder / "output.log"
    supervisor = [sys.executable, str(Path(__file__).with_name("supervise.py")), str(folder.parent)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*supervisor, *command],
            cwd=folder,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C ends the tests first, then the servers
        )
    deadline = time.monotonic() + STARTUP_SECONDS
    while True:
        try:
            return probe()
        except Exception as error:
            late = time.monotonic() > deadline
            if late or process.poll() is not None:
                how = "does not answer" if late else "ended"
                end = log.read_text(errors="replace")[-800:]
                raise Unavailable(f"the server {how}: {error}\n{end}") from None
        time.sleep(0.03)
