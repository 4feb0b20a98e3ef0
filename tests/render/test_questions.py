"""Questions: defaults, validators, prompts, and what a wrong answer says."""

import contextlib
import keyword
import os
import sys
from pathlib import Path

import copier
import pytest
import yaml
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from tests.harness import profiles
from tests.harness.rendering import ROOT, render

DOWN, ENTER, SPACE = "\x1b[B", "\r", " "

QUESTIONS = {
    name: question
    for name, question in yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8")).items()
    if not name.startswith("_")
}
ASKED = {name: question for name, question in QUESTIONS.items() if question.get("when") is not False}


def tree(folder) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_the_template_needs_no_trust():
    settings = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))

    assert not {"_tasks", "_jinja_extensions", "_migrations"} & settings.keys()


def test_every_question_has_a_default_a_type_and_a_help():
    for name, question in ASKED.items():
        assert "default" in question, name
        assert "type" in question, name
        assert question["help"], name


def test_defaults_alone_give_fastapi_on_sqlite(tmp_path):
    project = render(tmp_path / "billing-service")

    answers = yaml.safe_load((project / ".copier-answers.yml").read_text())
    assert answers["framework"] == "fastapi"
    assert answers["database"] == "sqlite"
    assert answers["brokers"] == []
    assert answers["project_name"] == "billing-service"
    assert answers["package_name"] == "billing_service"


@pytest.mark.parametrize(
    ("folder", "project", "package"),
    [
        ("json", "json", "json_service"),
        ("class", "class", "class_service"),
        ("tests", "tests", "tests_service"),
        ("Große Rechnung", "Gro-e-Rechnung", "gro_e_rechnung"),
        ("42", "example-service", "example_service"),
        ("my.app", "my.app", "my_app"),
    ],
)
def test_names_are_derived_from_the_folder(tmp_path, folder, project, package):
    answers = yaml.safe_load((render(tmp_path / folder) / ".copier-answers.yml").read_text())

    assert (answers["project_name"], answers["package_name"]) == (project, package)


BAD = [
    ({"project_name": "{{ x }}"}, "Use letters, digits"),
    ({"project_name": '"; rm'}, "Use letters, digits"),
    ({"project_name": "a: #b"}, "Use letters, digits"),
    ({"project_name": "two\nlines"}, "Use letters, digits"),
    ({"project_name": "rocket 🚀"}, "Use letters, digits"),
    ({"project_name": "-dash"}, "Use letters, digits"),
    ({"package_name": "class"}, "Python keyword"),
    ({"package_name": "json"}, "standard-library module"),
    ({"package_name": "tests"}, "name of the tests"),
    ({"package_name": "my-app"}, "Use an identifier"),
    ({"package_name": "1st"}, "Use an identifier"),
    ({"package_name": "a\n"}, "Use an identifier"),
    ({"package_name": "{{ x }}"}, "Use an identifier"),
    ({"framework": "rails"}, "Invalid choice"),
    ({"database": "mssql"}, "Invalid choice"),
    ({"brokers": ["zeromq"]}, "Invalid choice"),
    ({"python_min": "3.10"}, "starts on 3.11"),
    ({"ci_shards": 0}, "1..64"),
    ({"scope": "tests", "app_path": "myapp.main"}, "module:name"),
    ({"scope": "tests", "app_path": "myapp:app\nimport os"}, "module:name"),
    ({"scope": "tests", "metadata_path": "; rm -rf"}, "module:name"),
    ({"scope": "tests", "alembic_config": "a b"}, "path below the project"),
    ({"scope": "tests", "database_variable": "DATABASE URL"}, "five names"),
    ({"database_variable": "DB_URL"}, "A new service reads DATABASE_URL"),
    ({"package_manager": "poetry"}, "A new service is installed by uv"),
    ({"scope": "tests", "framework": "external", "package_manager": "uv"}, "made by pip"),
    ({"scope": "tests", "framework": "external", "coverage": True}, "cannot be measured"),
    ({"framework": "django", "database": "mongodb"}, "with Django goes sqlite, postgresql, mysql or mariadb"),
    ({"framework": "django", "scope": "tests", "database": "none"}, "Django has a database"),
    ({"framework": "django", "scope": "tests", "django_settings": "config/settings.py"}, "e.g. config.settings"),
]


@pytest.mark.parametrize(("answers", "message"), BAD, ids=[str(answers) for answers, _ in BAD])
def test_a_bad_answer_is_refused_before_anything_is_written(tmp_path, answers, message):
    target = tmp_path / "service"

    with pytest.raises(ValueError, match=message):
        render(target, **answers)

    assert not target.exists() or tree(target) == []


CONTEXTS = [
    {"scope": "service"},
    {"scope": "service", "framework": "django", "database": "postgresql"},
    {"scope": "tests", "framework": "fastapi", "database": "mariadb"},
    {"scope": "tests", "framework": "flask", "database": "none"},
    {"scope": "tests", "framework": "django", "database": "sqlite"},
    {"scope": "tests", "framework": "none", "database": "mongodb"},
    {"scope": "tests", "framework": "external", "database": "postgresql"},
]
FREE_TEXT = {
    "app_path": "shop.main:app",
    "metadata_path": "shop.models:Base",
    "model_modules": "shop.users.models",
    "alembic_config": "alembic.ini",
    "django_settings": "shop.settings",
    "database_variable": "DB_URL",
    "variables": {"SECRET_KEY": "test"},
    "schema_file": "schema.sql",
    "start_command": "node server.js",
    "setup_command": "npm ci",
    "readiness_path": "/health",
    "project_folder": "services/api",
    "requirements_file": "requirements/test.txt",
    "pip_install": "--editable .[all]",
}


def values(name: str) -> list:
    """What a question may be answered with."""
    if name in FREE_TEXT:
        return [FREE_TEXT[name]]
    return [value for value, _ in profiles.choices(name)]


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: "-".join(context.values()))
def test_an_answer_to_a_question_that_is_not_asked_changes_nothing(tmp_path, context):
    """Copier does not record it, so the next update would not know of it: it has no effect, or is refused."""
    expected = contents(render(tmp_path / "plain" / "shop", **context))
    recorded = yaml.safe_load(expected[".copier-answers.yml"])
    unasked = [name for name in ASKED if name not in recorded]
    effective = []
    for name in unasked:
        for number, value in enumerate(values(name)):
            folder = tmp_path / f"{name}-{number}" / "shop"
            with contextlib.suppress(ValueError):
                if contents(render(folder, **context, **{name: value})) != expected:
                    effective.append((name, value))

    assert unasked
    assert effective == []


def contents(project: Path) -> dict[str, bytes]:
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in project.rglob("*") if path.is_file()}


def test_a_folder_that_holds_a_project_gets_tests_only(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'mine'\n")

    render(tmp_path)

    assert (tmp_path / "pyproject.toml").read_text() == "[project]\nname = 'mine'\n"
    assert not (tmp_path / "src").exists()
    assert (tmp_path / "tests/requirements.txt").exists()


def test_a_new_service_is_refused_where_a_project_is(tmp_path):
    (tmp_path / "pyproject.toml").write_text("")

    with pytest.raises(ValueError, match="scope=tests"):
        render(tmp_path, scope="service")

    assert tree(tmp_path) == ["pyproject.toml"]


def test_a_destination_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "service").write_text("mine")

    with pytest.raises(ValueError, match="is a file: name a folder"):
        render(tmp_path / "service")

    assert (tmp_path / "service").read_text() == "mine"


def test_a_file_that_is_already_there_is_kept_or_the_copy_is_refused(tmp_path):
    everything = {"scope": "tests", "app_path": "app:app", "database": "postgresql"}
    everything |= {"brokers": ["redis", "rabbitmq"], "embedded_servers": True}
    rendered = tree(render(tmp_path / "all", **everything))
    assert "tests/support/services.py" in rendered

    for number, name in enumerate(rendered):
        if name.startswith(".copier-answers"):
            continue
        theirs = tmp_path / f"p{number}" / name
        theirs.parent.mkdir(parents=True)
        theirs.write_text("theirs\n")
        try:
            render(tmp_path / f"p{number}", **everything)
        except ValueError as refusal:
            assert f"{name} is already here: move it, or add --overwrite" in str(refusal)
            assert tree(tmp_path / f"p{number}") == [name]
        assert theirs.read_text() == "theirs\n"


def test_a_destination_that_is_not_writable_is_an_error_and_stays_empty(tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    if os.access(locked, os.W_OK):  # root may write anywhere but there
        locked = Path("/proc/self/fdinfo")

    with pytest.raises(OSError, match=r"locked|fdinfo"):
        render(locked / "service")


def test_the_readme_lists_every_question():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [name for name in ASKED if f"`{name}`" not in readme and "ask" not in ASKED[name]] == []


def test_a_requirements_file_that_is_already_there_stays(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/requirements.txt").write_text("theirs\n")

    render(tmp_path, scope="tests")

    assert (tmp_path / "tests/requirements.txt").read_text() == "theirs\n"
    assert (tmp_path / "tests/requirements-integration.txt").exists()


def test_names_are_checked_against_the_running_python(tmp_path):
    names = (ROOT / "includes/names.jinja").read_text(encoding="utf-8").split()

    assert {name for name in sys.stdlib_module_names if not name.startswith("_")} <= set(names)
    assert set(keyword.kwlist) <= set(names)


def answer_prompts(keys: str, target) -> dict:
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(keys)
        render(target, defaults=False)
    return yaml.safe_load((target / ".copier-answers.yml").read_text())


def test_prompts_lead_to_the_answers(tmp_path):
    keys = (
        ENTER * 2  # scope, project name
        + "\x15shop"  # instead of the proposed package name
        + ENTER * 2  # package name, framework
        + DOWN
        + ENTER  # PostgreSQL
        + "y"
        + DOWN
        + ENTER  # async, asyncpg
        + SPACE
        + DOWN
        + SPACE
        + ENTER  # Redis, RabbitMQ
        + DOWN
        + ENTER  # Valkey
        + ENTER * 20
    )

    answers = answer_prompts(keys, tmp_path / "orders")

    assert answers["package_name"] == "shop"
    assert answers["database"] == "postgresql"
    assert answers["postgresql_driver"] == "asyncpg"
    assert answers["brokers"] == ["redis", "rabbitmq"]
    assert answers["redis_server"] == "valkey"


def test_a_prompt_shows_what_is_wrong_and_asks_again(tmp_path):
    keys = ENTER + "\x15no spaces" + ENTER + "\x15fine" + ENTER * 20

    assert answer_prompts(keys, tmp_path / "orders")["project_name"] == "fine"


def test_the_last_message_says_what_to_run(tmp_path, capfd):
    render(tmp_path / "a", scope="tests", package_manager="uv", quiet=False)

    assert "uv add --group test -r tests/requirements.txt" in capfd.readouterr().err


def test_copier_is_as_new_as_the_template_says():
    floor = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))["_min_copier_version"]

    assert tuple(map(int, copier.__version__.split(".")[:3])) >= tuple(map(int, floor.split(".")))
