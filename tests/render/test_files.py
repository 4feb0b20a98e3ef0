"""Files: which are rendered, who owns them, and what they must never contain."""

import re

import pytest
import yaml

from tests.harness.rendering import ROOT, render

OWNERS = ("Template-owned:", "Seeded:", "Yours:")
PROFILES = {
    "default": {},
    "full": {
        "database": "postgresql",
        "async_database": True,
        "brokers": ["redis", "rabbitmq"],
        "embedded_servers": True,
    },
    "tests": {"scope": "tests", "app_path": "app.main:app", "metadata_path": "app.models:Base"},
    "tests-full": {
        "scope": "tests",
        "app_path": "app.main:create_app",
        "metadata_path": "app.models:Base",
        "database": "postgresql",
        "brokers": ["redis", "rabbitmq"],
    },
}


@pytest.fixture(scope="module", params=PROFILES)
def project(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("rendered") / "billing"
    return render(folder, **PROFILES[request.param])


def files(project):
    return [path for path in project.rglob("*") if path.is_file()]


def test_every_file_names_its_owner_in_the_first_lines(project):
    for path in files(project):
        text = path.read_text(encoding="utf-8")
        if path.name.startswith(".copier-answers") or path.name == ".gitignore" or not text:
            continue
        if path.parent.name == "cassettes":  # written anew at each recording
            continue
        head = "\n".join(text.splitlines()[:3])
        assert any(owner in head for owner in OWNERS), path.relative_to(project)


def test_no_template_scar_is_left(project):
    for path in files(project):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(project)
        github = re.sub(r"\$\{\{.*?\}\}", "", text)
        assert "{%" not in text, name
        assert "{{" not in github, name
        assert "\n\n\n\n" not in text, name
        assert not text or text.endswith("\n"), name
        assert not text.endswith("\n\n"), name
        assert not re.search(r"[ \t]+$", text, re.MULTILINE), name
        assert "\r" not in text, name


def test_only_packages_have_empty_files(project):
    empty = {path.name for path in files(project) if not path.read_text(encoding="utf-8")}

    assert empty <= {"__init__.py"}


def test_no_name_that_windows_refuses(project):
    for place in (project, ROOT / "template"):
        for path in place.rglob("*"):
            name = path.name
            assert not set(name) & set('"*:<>?\\|'), name
            assert not name.endswith((" ", ".")), name
            stem = name.split(".")[0].upper()
            assert stem not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT1"}, name


def test_an_option_that_was_not_chosen_leaves_no_trace(tmp_path):
    project = render(tmp_path / "billing")

    words = ("redis", "rabbit", "postgres", "psycopg", "docker", "testcontainers", "kafka", "nats")
    for path in files(project):
        text = path.read_text(encoding="utf-8").lower()
        if path.name.startswith(".copier-answers"):
            continue
        assert not [word for word in words if word in text], path.relative_to(project)


def test_scope_tests_writes_nothing_outside_its_places(tmp_path):
    project = render(tmp_path / "billing", **PROFILES["tests-full"])

    outside = {
        str(path.relative_to(project)) for path in files(project) if path.relative_to(project).parts[0] != "tests"
    }
    assert outside == {
        ".copier-answers.yml",
        ".github/workflows/integration-tests.yml",
        ".github/workflows/integration-tests-nightly.yml",
        "docker-compose.test.yml",
        "docker-compose.test.override.yml",
    }


def test_another_templates_answers_are_left_alone(tmp_path):
    theirs = "_src_path: gh:somebody/else\nlicense: MIT\n"
    (tmp_path / ".copier-answers.yml").write_text(theirs)

    render(tmp_path, scope="tests")

    assert (tmp_path / ".copier-answers.yml").read_text() == theirs
    ours = (tmp_path / ".copier-answers.integration-tests.yml").read_text()
    assert "copier update -a .copier-answers.integration-tests.yml" in ours
    assert "license" not in yaml.safe_load(ours)


def test_a_conftest_that_is_already_there_stays(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/conftest.py").write_text("# theirs\n")

    render(tmp_path, scope="tests")

    assert (tmp_path / "tests/conftest.py").read_text() == "# theirs\n"


def test_tests_without_init_stay_without(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_theirs.py").write_text("def test(): pass\n")

    project = render(tmp_path, scope="tests")

    assert not (project / "tests/__init__.py").exists()
    assert not (project / "tests/unit/__init__.py").exists()


def test_rendering_twice_changes_nothing(tmp_path):
    project = render(tmp_path / "billing", **PROFILES["full"])
    before = {path: path.read_bytes() for path in files(project)}

    render(project, **PROFILES["full"])

    assert {path: path.read_bytes() for path in files(project)} == before


@pytest.mark.parametrize("python_min", ["3.10", "3.12"])
def test_each_requirement_is_one_word_of_a_command(tmp_path, python_min):
    """People write `poetry add --group test $(grep -v '^#' tests/requirements.txt)`."""
    render(tmp_path, scope="tests", app_path="app.main:app", python_min=python_min, brokers=["redis"])

    lines = (tmp_path / "tests/requirements.txt").read_text().splitlines()[1:]

    assert len(lines) > 5
    assert not [line for line in lines if " " in line]
    assert [";python_version>='3.11'" in line for line in lines if line.startswith("httpx2")] == [python_min == "3.10"]
