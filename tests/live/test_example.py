"""What the rendered README promises about the example: recordings, health, measurements, deletion."""

import contextlib
import json
import re
import shlex
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from tests.harness import profiles, projects
from tests.harness.rendering import render

DEFAULT = {"scope": "service", "framework": "fastapi", "database": "sqlite", "async_database": False, "brokers": []}
WITH_SERVERS = {**DEFAULT, "database": "postgresql", "brokers": ["redis", "rabbitmq"]}
WITHOUT_A_WEB = {**DEFAULT, "framework": "none", "brokers": ["nats"]}
DJANGO = {**DEFAULT, "framework": "django", "database": "postgresql", "brokers": ["mqtt"]}
SHOP = "tests/integration/shop"
KEY = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"


@pytest.fixture(scope="module")
def default(tmp_path_factory):
    return projects.make(tmp_path_factory.mktemp("default") / "shop", DEFAULT)


class Gateway(BaseHTTPRequestHandler):
    """The payment gateway whose answers are the cassettes of the example."""

    def do_POST(self):
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != f"Bearer {KEY}":
            status, answer = 401, {"error": "unauthorized"}
        elif sent["card"] == "4000000000000002":
            status, answer = 402, {"reason": "insufficient_funds"}
        elif self.headers["Idempotency-Key"] == "order-3":
            status, answer = 500, {"error": "internal"}
        else:
            status, answer = 201, {"id": "ch_1", "status": "succeeded"}
        body = json.dumps(answer, separators=(",", ":")).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


@contextlib.contextmanager
def gateway() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Gateway) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def essence(cassette: Path) -> list:
    """What a cassette says, but for the address and the date of its recording."""
    read = yaml.safe_load(cassette.read_text(encoding="utf-8"))
    return [
        (
            each["request"]["method"],
            each["request"]["uri"].rpartition("/")[2],
            each["request"]["body"],
            each["request"]["headers"]["idempotency-key"],
            each["request"]["headers"]["authorization"],
            each["response"]["status"]["code"],
            each["response"]["body"]["string"],
        )
        for each in read["interactions"]
    ]


def test_cassettes_are_recordings(default, tmp_path):
    project = projects.Project(tmp_path / "shop", default.answers, env={"PYTHONPATH": str(tmp_path / "shop" / "src")})
    render(project.folder, project_name="shop-floor", package_name="shop_floor", **DEFAULT)
    (project.folder / ".venv").symlink_to(default.folder / ".venv")
    cassettes = project.folder / SHOP / "cassettes"
    shipped = {path.name: essence(path) for path in cassettes.iterdir()}
    for path in cassettes.iterdir():
        path.unlink()

    with gateway() as url:
        env = {"PAYMENTS_URL": url, "PAYMENTS_KEY": KEY, "VCR_RECORD": "once"}
        project.pytest("-q", f"{SHOP}/test_payments.py", **env).assert_green()

    assert {path.name: essence(path) for path in cassettes.iterdir()} == shipped
    assert KEY not in "".join(path.read_text(encoding="utf-8") for path in cassettes.iterdir())
    project.pytest("-q", f"{SHOP}/test_payments.py").assert_green()  # nobody answers any more


def test_a_missing_cassette_is_no_request(default, tmp_path):
    """Without VCR_RECORD nothing reaches the network, and nothing is recorded."""
    cassette = default.folder / SHOP / "cassettes" / "charge_accepted.yaml"
    hidden = cassette.rename(tmp_path / cassette.name)
    try:
        with gateway() as url:
            result = default.pytest("-q", f"{SHOP}/test_payments.py", PAYMENTS_URL=url, PAYMENTS_KEY=KEY)
        assert result.status == 1
        assert "CannotOverwriteExistingCassetteException" in result.output
        assert not cassette.exists()
    finally:
        hidden.rename(cassette)


FAILING = """
import os
from pathlib import Path

from sqlalchemy import text


def test_first(client, db):
    client.get("/health")
    db.execute(text("SELECT 42"))
    os.environ["POLLUTED"] = "1"
    Path("forgotten.txt").touch()


def test_second(client, db):
    client.get("/health")
    db.execute(text("SELECT 43"))
    assert "POLLUTED" not in os.environ
"""


@pytest.fixture
def failing(default):
    file = default.folder / "tests" / "integration" / "test_failing.py"
    file.write_text(FAILING, encoding="utf-8")
    yield "tests/integration/test_failing.py"
    file.unlink()
    (default.folder / "forgotten.txt").unlink(missing_ok=True)


def assert_shows_sql_and_requests(project, failing):
    silent = project.pytest("-q", "-p", "no:randomly", failing)
    asked = project.pytest("-q", "-p", "no:randomly", "--sql", "--http", failing)

    assert "SELECT 43" in asked.output.partition("Captured log call")[2]
    assert re.search("HTTP Request: GET .*/health", asked.output)
    assert "SELECT 42" not in asked.output  # that test has passed
    assert "Captured log call" not in silent.output


def test_sql_and_requests_of_a_failing_test(default, failing):
    assert_shows_sql_and_requests(default, failing)


@pytest.mark.parametrize("framework", ["flask", "django"])
def test_sql_and_requests_where_the_test_client_is_not_httpx(framework, tmp_path):
    project = projects.make(tmp_path / "shop", {**DEFAULT, "framework": framework})
    text = FAILING
    if framework == "django":
        text = text.replace("from sqlalchemy import text", "from django.db import connection")
        text = re.sub(r"db\.execute\(text\((.*)\)\)", r"connection.cursor().execute(\1)", text)
    (project.folder / "tests" / "integration" / "test_failing.py").write_text(text, encoding="utf-8")

    assert_shows_sql_and_requests(project, "tests/integration/test_failing.py")


ROUGH = """
import unittest

import pytest
from sqlalchemy import Column, Integer, Table, text

from PACKAGE.database import Base

ORDER = Table("order", Base.metadata, Column("id", Integer, primary_key=True))  # a word of SQL


def test_fails(committed_db):
    committed_db.execute(ORDER.insert().values(id=42))
    committed_db.commit()
    assert False


def test_drops(committed_db):
    committed_db.execute(text("DROP TABLE order_lines"))
    committed_db.commit()
    assert False


class TestAfterwards(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _session(self, committed_db):
        self.session = committed_db

    def test_all_is_as_it_was(self):
        assert self.session.execute(ORDER.select()).all() == []
        assert self.session.execute(text("SELECT * FROM order_lines")).all() == []
"""


def test_rough_tests_do_not_disturb_others(default):
    package = next(default.folder.glob("src/*/database.py")).parent.name
    file = "tests/integration/test_rough.py"
    with default.added(file, ROUGH.replace("PACKAGE", package)):
        result = default.pytest("-q", "-p", "no:randomly", "-m", "integration", file)

    assert "2 failed, 1 passed in" in result.output
    assert "{'id': 42}" in result.output


HOLDS = """
import sqlite3

import pytest


def test_fails_without_a_table(db):
    db.execute("SELECT * FROM notes")


def test_fails_with_a_connection_of_its_own(db, database_url):
    connection = sqlite3.connect(database_url)
    connection.execute("CREATE TABLE notes (text)")
    connection.execute("INSERT INTO notes VALUES ('one')")
    assert not connection


@pytest.mark.xfail
def test_is_expected_to_fail(db, database_url):
    test_fails_with_a_connection_of_its_own(db, database_url)


def test_is_skipped_in_the_middle(db, database_url):
    connection = sqlite3.connect(database_url)
    connection.execute("CREATE TABLE notes (text)")
    connection.execute("INSERT INTO notes VALUES ('one')")
    pytest.skip()


def test_writes(db):
    db.execute("CREATE TABLE notes (text)")
    db.commit()
"""


def test_what_a_test_of_a_plain_driver_holds_is_let_go(tmp_path):
    answers = {"scope": "tests", "framework": "none", "database": "sqlite", "database_access": "driver"}
    project = projects.make(tmp_path / "notes", answers)
    (project.folder / "tests" / "integration" / "test_holds.py").write_text(HOLDS, encoding="utf-8")

    result = project.pytest("-q", "-p", "no:randomly", "tests/integration/test_holds.py")

    assert "2 failed, 1 passed, 1 skipped, 1 xfailed in" in result.output


def test_an_error_at_the_end_does_not_hide_the_report(default):
    with default.added("conftest.py", "def pytest_sessionfinish():\n    raise OSError('the server is gone')\n"):
        result = default.pytest("-q", "tests/unit")

    assert "the run: OSError: the server is gone" in result.output
    assert f"{result.tests} passed in" in result.output
    assert result.status == 3  # pytest's own for an internal error


def health(project, *words: str) -> str:
    command = [project.python, "tests/support/health.py", *words]
    done = subprocess.run(
        command,
        cwd=project.folder,
        env=project.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.stdout


def test_health_tells_a_bug_from_pollution(default, failing):
    assert f"fails after {failing}::test_first" in health(default, "--why", f"{failing}::test_second")


def test_health_names_flaky_tests_and_leaks(default, failing):
    second = f"{failing}::test_second"
    reports = []
    for words in (failing, second):
        default.pytest("-q", "-p", "no:randomly", words)
        reports.append((default.folder / "report.xml").rename(default.folder / f"{len(reports)}.xml").name)

    shown = health(default, *reports)

    assert "| integration | 2 | 100 % | 20 % |" in shown
    assert f"- `{second}` failed 1 of 2 times" in shown
    assert f"- `{failing}::test_first`: files: forgotten.txt" in shown


def test_measuring_is_no_part_of_the_suite(default):
    collected = default.pytest("--collect-only", "-q")

    assert "bench_products" not in collected.output


def test_times_are_kept_and_compared(default):
    subprocess.run(["uv", "pip", "install", "-q", "-p", default.python, "pytest-benchmark>=5"], check=True)
    bench = ("-q", "-p", "no:xdist", f"{SHOP}/bench_products.py")
    try:
        default.pytest(*bench, "--benchmark-autosave").assert_green()
        compared = default.pytest(*bench, "--benchmark-compare").assert_green()
    finally:
        subprocess.run(["uv", "pip", "uninstall", "-q", "-p", default.python, "pytest-benchmark"], check=True)

    assert "test_find_product (0001_" in compared.output


@pytest.mark.parametrize("answers", [DEFAULT, WITH_SERVERS, WITHOUT_A_WEB, DJANGO], ids=profiles.name_of)
def test_the_example_can_be_deleted(answers, tmp_path, server):
    """With the very command of the README."""
    project = projects.connect(projects.make(tmp_path / "shop", answers), server)
    readme = (project.folder / "README.md").read_text(encoding="utf-8")
    [command] = re.findall(r"^rm -r .*$", readme, re.MULTILINE)

    subprocess.run(shlex.split(command), cwd=project.folder, check=True)

    result = project.pytest("-q").assert_green()
    assert result.skipped == 0
    assert not list(project.folder.glob("src/*/shop"))
