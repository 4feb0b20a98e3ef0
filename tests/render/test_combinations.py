"""Every valid combination of answers: it renders, compiles, is clean, and holds nothing that was not chosen.

The answers come from copier.yml, so that a new choice is covered at once. Most projects share most of their files:
each content is looked at once.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.harness import profiles, quick
from tests.harness.rendering import render

RULES = "E,F,I,UP,B,SIM,RUF"
SCRIPTS = Path(sys.executable).parent
WORKFLOW, COMPOSE = ".github/workflows/integration-tests.yml", "docker-compose.test.yml"
# What speaks of an option, and the answers that bring it; but for what must be told apart from it.
TRACES = {
    r"fastapi": {"fastapi"},
    r"litestar": {"litestar"},
    r"flask": {"flask"},
    r"django": {"django"},
    r"sqlalchemy": {"sqlalchemy"},
    r"sqlite": {"sqlite"},
    r"postgres|psycopg|asyncpg|pg_": {"postgresql"},
    r"asyncpg": {"asyncpg"},
    r"mysql": {"mysql", "mariadb"},
    r"mariadb": {"mariadb"},
    r"mongo": {"mongodb"},
    r"redis": {"redis"},
    r"valkey": {"valkey"},
    r"rabbit|amqp|pika": {"rabbitmq"},
    r"kafka": {"kafka"},
    r"(?<![a-z])nats": {"nats"},
    r"mqtt|mosquitto": {"mqtt"},
    r"injectq": {"injectq"},
    r"testcontainers|docker": {"server"},
    r"faststream": {"events"},
}
NEEDED = {
    ("guard.py", "sqlite"),  # an engine in memory is let through
    ("engines.py", "sqlite"),
    ("guard.py", "mariadb"),  # SQLAlchemy's other name for MySQL's protocol
    ("redis.py", "valkey"),  # Valkey may answer where Redis was chosen
}


def details(number: int, answers: dict) -> dict:
    """Answers that change little, one way in one project and the other way in the next."""
    found = {"project_name": "billing", "embedded_servers": number % 2 == 0, "ci_shards": 1 + number % 3}
    if answers["scope"] == "service":
        found["dependency_injection"] = "injectq" if number % 2 else "none"
    if answers["scope"] == "tests":
        found["metadata_path"] = "app.models:Base"
        if answers["framework"] == "external":
            found["start_command"] = "node server.js" if number % 2 else ""
        elif answers["framework"] != "none":
            found["app_path"] = "app.main:create_app" if number % 2 else "app.main:app"
    return found


class Contents:
    """Every text that any combination renders, once.

    Attributes:
        numbers: by file name and text, a number of its own.
        paths: where a text was first, by its number.
        chosen: for every combination its answers, and the numbers of its texts.
    """

    def __init__(self):
        self.numbers, self.paths, self.chosen = {}, [], []
        for number, some in enumerate(profiles.every()):
            answers = quick.complete({**some, **details(number, some)})
            self.chosen.append((answers, [self._number(*each) for each in quick.rendered(answers).items()]))

    def _number(self, path: str, text: str) -> int:
        key = (path.rpartition("/")[2], text)
        if key not in self.numbers:
            self.paths.append(path)
        return self.numbers.setdefault(key, len(self.numbers))

    def texts(self, path: str = ""):
        """Of each text: its number, the path where it was first, and the text; of one path only, if it is given."""
        for (_, text), number in self.numbers.items():
            if path in ("", self.paths[number]):
                yield number, self.paths[number], text

    def write(self, folder: Path, path: str = "") -> list[Path]:
        """Each text in a folder of its own, so that its name stays."""
        files = []
        for number, first, text in self.texts(path):
            files.append(folder / str(number) / first.rpartition("/")[2])
            files[-1].parent.mkdir()
            files[-1].write_text(text, encoding="utf-8")
        return files


@pytest.fixture(scope="module")
def contents():
    return Contents()


def run(*command, cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]


@pytest.mark.parametrize("number", range(len(profiles.all_pairs())))
def test_copier_writes_the_same(tmp_path, number):
    """The other tests look at what is rendered without Copier."""
    answers = {**profiles.all_pairs()[number], **details(number, profiles.all_pairs()[number])}

    project = render(tmp_path / "billing", **answers)

    written = {path.relative_to(project).as_posix(): path for path in project.rglob("*") if path.is_file()}
    assert written.pop(".copier-answers.yml")
    assert {path: file.read_text(encoding="utf-8") for path, file in written.items()} == quick.rendered(answers)


def test_every_file_is_valid_python(contents):
    for _, path, text in contents.texts():
        if path.endswith(".py"):
            compile(text, path, "exec", dont_inherit=True)


def test_every_file_is_clean_in_ruff(contents, tmp_path):
    """With the oldest Python as its target, its parser also refuses what only newer ones understand."""
    contents.write(tmp_path)
    ruff = [sys.executable, "-m", "ruff"]
    options = ["--isolated", "--line-length", "100", "--target-version", "py310", "--no-cache"]
    known = 'lint.isort.known-first-party=["tests", "support", "billing"]'
    check = ["--select", RULES, "--ignore", "SIM117", "--output-format", "concise", "--config", known]

    run(*ruff, "format", *options, "--check", ".", cwd=tmp_path)
    run(*ruff, "check", *options, *check, ".", cwd=tmp_path)


def test_no_template_scar_is_left(contents):
    for _, path, text in contents.texts():
        assert "{%" not in text, path
        assert "{{" not in re.sub(r"\$\{\{.*?\}\}", "", text), path
        assert "\n\n\n\n" not in text, path
        assert not text or text.endswith("\n"), path
        assert not text.endswith("\n\n"), path
        assert not re.search(r"[ \t]+$", text, re.MULTILINE), path
        assert text or path.endswith("__init__.py"), path


def test_every_workflow_is_valid(contents, tmp_path):
    files = contents.write(tmp_path, WORKFLOW)

    run(SCRIPTS / "actionlint", *files, cwd=tmp_path)
    run(
        *[sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"], *files, cwd=tmp_path
    )


def test_every_compose_file_is_valid(contents, tmp_path):
    files = contents.write(tmp_path, COMPOSE)

    run(*[sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"], *files, cwd=tmp_path)


def test_compose_files_hold_the_chosen_servers_and_no_others(contents):
    services = {number: list(yaml.safe_load(text)["services"]) for number, _, text in contents.texts(COMPOSE)}
    for answers, numbers in contents.chosen:
        found = [services[number] for number in numbers if number in services]
        assert found == ([answers["services"]] if answers["servers"] else []), answers


def test_an_option_that_was_not_chosen_leaves_no_trace(contents):
    found = {}
    for number, _, text in contents.texts():
        found[number] = {trace for trace in TRACES if re.search(trace, text.lower())}
    wrong = {}
    for answers, numbers in contents.chosen:
        words = {answers["framework"], answers["database"], *answers["brokers"]}
        words |= {answers["redis_server"]} if answers["redis"] else set()
        words |= {answers["postgresql_driver"]} if answers["postgresql"] and answers["async_code"] else set()
        words |= {"injectq"} if answers["injectq"] else set()
        words |= {"sqlalchemy"} if answers["sqlalchemy"] else set()
        words |= {"events"} if answers["events"] else set()
        words |= {"server"} if answers["servers"] else set()
        unwanted = {trace for trace, origins in TRACES.items() if not origins & words}
        for number in numbers:
            for trace in found[number] & unwanted:
                if (contents.paths[number].rpartition("/")[2], trace) not in NEEDED:
                    wrong.setdefault((contents.paths[number], trace), words)

    assert not wrong, "\n".join(f"{path}: {trace} with {words}" for (path, trace), words in wrong.items())
