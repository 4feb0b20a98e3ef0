"""Onboarding adds the tests, keeps what is there, and can be undone; test_live.py does it to every application."""

import shutil

import pytest
import yaml

from tests.harness.rendering import ROOT

from .applications import APPLICATIONS, FOLDER
from .conftest import git, hook, onboard, script, template

SOME = [a for a in APPLICATIONS if str(a) in {"fastapi_async_alembic", "monorepo", "odd_pytest"}]


def test_what_is_not_offered_is_refused_in_a_sentence():
    result = onboard(FOLDER / "django_celery", "--dry-run", "--answer", "database=mongodb")

    assert result.returncode == 1
    assert "onboard: Invalid choice for 'database': " in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("application", SOME, ids=str)
def test_dry_run_changes_nothing(application, project):
    result = onboard(project, "--dry-run")

    assert result.returncode == 0, result.stderr
    assert "tests/support/application.py" in result.stdout
    assert git(project, "status", "--porcelain") == ""


@pytest.mark.parametrize("application", SOME, ids=str)
def test_all_of_it_can_be_undone(application, project):
    result = onboard(project, "--yes")
    (undo,) = [line for line in result.stdout.splitlines() if line.startswith("To undo it all: git ")]

    git(project, *undo.removeprefix("To undo it all: git ").split())

    assert git(project, "status", "--porcelain", "--ignored") == ""


@pytest.mark.parametrize("application", SOME[:1], ids=str)
def test_an_existing_conftest_is_kept_and_the_line_to_add_is_named(application, project):
    before = (project / "tests/conftest.py").read_bytes()

    result = onboard(project, "--yes")

    assert (project / "tests/conftest.py").read_bytes() == before
    assert "from support import pytest_plugins as pytest_plugins" in result.stdout


@pytest.mark.parametrize("application", SOME[:1], ids=str)
def test_plugins_that_a_conftest_names_already_go_on(application, project):
    with (project / "tests/conftest.py").open("a") as file:
        file.write('\npytest_plugins = ["pytester"]  # for support of plugins\n')

    result = onboard(project, "--yes")

    assert "    import support\n" in result.stdout
    assert "pytest_plugins = [*support.pytest_plugins, ...]" in result.stdout


@pytest.mark.parametrize("application", SOME[:1], ids=str)
def test_a_file_in_the_way_is_kept(application, project):
    (project / "docker-compose.test.yml").write_text("services: {}\n")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message", "their own")

    result = onboard(project, "--yes")

    assert (project / "docker-compose.test.yml").read_text() == "services: {}\n"
    assert "Kept as they are: docker-compose.test.yml" in result.stdout


@pytest.mark.parametrize("application", SOME[:1], ids=str)
def test_an_answers_file_of_another_template_is_kept(application, project):
    theirs = "_src_path: gh:somebody/else\n_commit: v1\nname: x\n"
    (project / ".copier-answers.yml").write_text(theirs)

    assert onboard(project, "--yes").returncode == 0
    assert (project / ".copier-answers.yml").read_text() == theirs
    assert (project / ".copier-answers.integration-tests.yml").exists()


@pytest.mark.parametrize("application", SOME[:1], ids=str)
def test_an_address_in_the_code_is_a_step_that_names_the_line(application, project):
    settings = project / "app/core/config.py"
    settings.write_text(settings.read_text().replace("database_url: str", "database_url: ClassVar[str]"))

    steps = onboard(project, "--yes").stdout.partition("Next:")[2]

    assert "DATABASE_URL: the address is written in app/core/config.py:" in steps


@pytest.mark.parametrize("application", SOME[:1], ids=str)
def test_a_dirty_tree_gets_a_warning(application, project):
    (project / "app/main.py").write_text("changed\n")

    assert "uncommitted changes" in onboard(project, "--dry-run").stdout


@pytest.mark.parametrize("application", SOME[:1], ids=str)
def test_a_finding_can_be_corrected_on_the_command_line(application, project):
    result = onboard(project, "--yes", "--answer", "database=sqlite", "--answer", "brokers=redis,rabbitmq")

    assert result.returncode == 0, result.stderr
    answers = (project / ".copier-answers.yml").read_text()
    assert "database: sqlite\n" in answers
    assert "- rabbitmq\n- redis\n" in answers or "- redis\n- rabbitmq\n" in answers


@pytest.mark.parametrize("application", SOME[1:2], ids=str)
def test_the_top_of_a_monorepo_asks_for_a_service(application, project):
    result = onboard(project.parents[1], "--yes")

    assert result.returncode == 2
    assert "services/api" in result.stderr


@pytest.mark.parametrize("application", SOME[1:2], ids=str)
def test_in_a_monorepo_the_workflow_is_at_the_top(application, project):
    result = onboard(project, "--yes")

    (top,) = project.parents[1].glob(".github/workflows/*")
    assert top.name == "integration-tests-services-api.yml"
    assert top.name in result.stdout
    workflow = yaml.safe_load(top.read_text())
    assert workflow["defaults"]["run"]["working-directory"] == "services/api"
    assert workflow[True]["push"]["paths"] == ["services/api/**"]
    assert workflow[True]["pull_request"] is None, "a required check has to report on every pull request"
    assert "path: services/api/reports" in top.read_text()


@pytest.mark.parametrize("application", SOME[1:2], ids=str)
def test_in_a_monorepo_the_doctor_compares_the_workflows(application, project):
    onboard(project, "--yes")
    (top,) = project.parents[1].glob(".github/workflows/*")
    assert "at the top of the repository" not in hook("doctor.py", project, "--offline", "--no-servers").stdout
    top.write_text("# an old one\n")

    result = hook("doctor.py", project, "--offline", "--no-servers")

    assert "WRONG  .github/workflows/integration-tests-services-api.yml at the top" in result.stdout
    assert "cp services/api/.github/workflows/integration-tests.yml .github/workflows/" in result.stdout


@pytest.mark.parametrize("application", SOME[:1], ids=str)
def test_the_documentation_shows_a_real_run(application, project, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    documented = (ROOT / "docs/onboarding.md").read_text(encoding="utf-8")
    bookings = project.rename(project.with_name("bookings"))

    said = onboard(bookings, "--yes").stdout + hook("doctor.py", bookings, "--offline", "--no-servers").stdout

    lines = [line.strip() for line in said.splitlines() if not line.startswith(("Added", "To undo it all"))]
    assert [line for line in lines if line not in documented] == []


@pytest.mark.parametrize("application", SOME[:1], ids=str)
def test_the_script_alone_is_told_where_the_template_is(application, project, tmp_path):
    alone = shutil.copy(ROOT / "hooks/onboard.py", tmp_path / "alone.py")

    refused = script(alone, project, "--dry-run")
    told = script(alone, project, "--dry-run", "--template", template())

    assert (refused.returncode, told.returncode) == (2, 0), told.stderr
    assert "say where that is, with --template URL" in refused.stderr
    assert "tests/support/application.py" in told.stdout


def test_a_wrong_folder_is_a_sentence(tmp_path):
    result = hook("onboard.py", tmp_path / "nowhere", "--yes")

    assert result.returncode == 2
    assert "is no folder" in result.stderr


@pytest.mark.parametrize("name", ["onboard.py", "doctor.py"])
def test_help(name):
    result = script(name, "--help")

    assert result.returncode == 0
    assert "usage:" in result.stdout
