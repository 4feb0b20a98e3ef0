"""`copier update` brings a project to the working tree and keeps every line of its people."""

import re
import subprocess
import sys
from pathlib import Path

import copier
import pytest

from .template import (
    LATER,
    SEEDED,
    USER_OWNED,
    WORKING_TREE,
    commit,
    contents,
    git,
    merged,
    offers,
    questions,
    releases,
    render,
    update,
)

PROFILES = {
    "defaults": {},
    "postgresql": {"database": "postgresql", "async_database": True},
    "brokers": {"database": "postgresql", "brokers": ["redis", "rabbitmq"]},
    "everything": {
        "database": "postgresql",
        "brokers": ["redis", "rabbitmq", "kafka", "nats", "mqtt"],
        "ci_shards": 4,
    },
    "flask": {"framework": "flask", "database": "mysql"},
    "django": {"framework": "django", "database": "postgresql", "brokers": ["redis"]},
    "litestar": {"framework": "litestar", "database": "mongodb", "async_database": True},
    "tests only": {
        "scope": "tests",
        "database": "postgresql",
        "app_path": "shop.main:app",
        "metadata_path": "shop.db:Base",
    },
    "tests of a worker": {
        "scope": "tests",
        "framework": "none",
        "database": "none",
        "brokers": ["rabbitmq"],
    },
}


CASES = [
    (version, profile)
    for version in releases()
    for profile in PROFILES
    if offers(questions(version), PROFILES[profile])
]


def make(clone, folder, release, answers):
    """A project made with a released version, in git."""
    project = render(clone, release, folder / "old", answers)
    commit(project, "project")
    return project


@pytest.fixture(params=releases())
def project(clone, request, tmp_path):
    """A project with everything in it, made with a released version."""
    return make(clone, tmp_path, request.param, PROFILES["brokers"])


@pytest.mark.parametrize(("release", "profile"), CASES)
def test_update_equals_a_fresh_render(clone, tmp_path, release, profile):
    project = make(clone, tmp_path, release, PROFILES[profile])
    fresh = render(clone, WORKING_TREE, tmp_path / "fresh", PROFILES[profile])

    update(project, WORKING_TREE)

    assert merged(contents(project)) == merged(contents(fresh))


def test_seeded_and_user_owned_files_are_never_touched(project):
    mine = [path for path in contents(project) if SEEDED.match(path) or USER_OWNED.match(path)]
    for path in mine:
        with (project / path).open("a") as file:
            file.write("\n# written by the user\n")
    (project / "tests/support/mine.py").write_text("# the user's own\n")
    commit(project, "edits")
    before = contents(project)

    update(project, LATER)

    after = contents(project)
    assert {path: after.get(path) for path in mine} == {path: before[path] for path in mine}
    assert after["tests/support/mine.py"] == b"# the user's own\n"
    assert not git(project, "ls-files", "--unmerged")


def test_seeded_files_that_were_deleted_stay_deleted(project):
    mine = [path for path in contents(project) if SEEDED.match(path)]
    for path in mine:
        (project / path).unlink()
    commit(project, "without the example")

    update(project, LATER)

    assert [path for path in mine if (project / path).exists()] == []


def test_an_edit_in_another_place_is_merged(project):
    path = "tests/support/layers.py"
    lines = (project / path).read_text().splitlines(keepends=True)
    middle = next(i for i, line in enumerate(lines) if line.startswith("@") and i > len(lines) // 3)
    lines.insert(middle, "# written by the user\n")
    (project / path).write_text("".join(lines))
    commit(project, "edit")

    update(project, LATER)

    text = (project / path).read_text()
    assert "# written by the user" in text
    assert "# a later version wrote this" in text
    assert "<<<<<<<" not in text


def test_two_edits_in_one_place_are_a_marked_conflict(project):
    path = "tests/support/layers.py"
    with (project / path).open("a") as file:
        file.write("# written by the user\n")
    commit(project, "edit")

    update(project, LATER)

    text = (project / path).read_text()
    assert re.search(
        r"^<{7} .*\n(.*\n)*# written by the user\n(.*\n)*={7}\n(.*\n)*# and this\n(.*\n)*>{7} ",
        text,
        re.MULTILINE,
    )
    assert path in git(project, "ls-files", "--unmerged")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"brokers": ["rabbitmq"]}, {"brokers": ["redis"]}),
        ({"brokers": ["redis", "rabbitmq"]}, {"brokers": []}),
        ({"brokers": []}, {"brokers": ["redis", "rabbitmq"]}),
        ({"database": "sqlite"}, {"database": "postgresql"}),
        (
            {"scope": "tests", "database": "postgresql", "brokers": ["redis"]},
            {"database": "sqlite", "brokers": ["rabbitmq"]},
        ),
    ],
    ids=str,
)
def test_a_changed_answer_adds_and_removes_exactly_its_files(clone, tmp_path, before, after):
    project = render(clone, WORKING_TREE, tmp_path / "old", before)
    (project / "tests/support/mine.py").write_text("# the user's own\n")
    commit(project, "project")
    fresh = render(clone, WORKING_TREE, tmp_path / "fresh", before | after)

    update(project, WORKING_TREE, **after)

    files = merged(contents(project))
    assert files.pop("tests/support/mine.py") == b"# the user's own\n"
    assert files == merged(contents(fresh))


def test_the_command_line_needs_no_trust(clone, tmp_path):
    """As a person does it: the program itself, a URL, an answer changed by the way."""

    def copier(folder, *arguments):
        program = Path(sys.executable).with_name("copier")
        command = [program, arguments[0], "--defaults", "--quiet", *arguments[1:]]
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr

    url, release = f"git+file://{clone}", list(releases())[-1]
    old, fresh = tmp_path / "old/project", tmp_path / "fresh/project"
    for folder, version, brokers in ((old, release, "rabbitmq"), (fresh, WORKING_TREE, "nats")):
        folder.parent.mkdir()
        copier(folder.parent, "copy", "-r", f"v{version}", "-d", f"brokers=[redis, {brokers}]", url, "project")
    commit(old, "project")

    copier(old, "update", "-r", f"v{WORKING_TREE}", "-d", "brokers=[redis, nats]")

    assert merged(contents(old)) == merged(contents(fresh))
    assert f"_src_path: {url}\n" in (old / ".copier-answers.yml").read_text()


def test_a_project_in_a_subfolder_of_a_dirty_monorepo_can_be_updated(clone, tmp_path):
    project = render(clone, WORKING_TREE, tmp_path / "repository", {})
    (tmp_path / "repository/notes.txt").write_text("committed\n")
    commit(tmp_path / "repository", "monorepo")
    (tmp_path / "repository/notes.txt").write_text("not committed\n")

    update(project, LATER)

    assert "# a later version wrote this" in (project / "tests/support/layers.py").read_text()


@pytest.mark.parametrize("version", releases())
def test_the_answers_file_keeps_its_name_beside_another_templates(clone, version, tmp_path):
    theirs, ours = ".copier-answers.yml", ".copier-answers.integration-tests.yml"
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / theirs).write_text("_src_path: gh:somebody/else\n_commit: v1\n")
    answers = {"scope": "tests", "database": "none"}
    copier.run_copy(str(clone), tmp_path / "project", data=answers, defaults=True, vcs_ref=f"v{version}", quiet=True)
    commit(tmp_path / "project", "copied")

    copier.run_update(
        tmp_path / "project",
        answers_file=ours,
        defaults=True,
        overwrite=True,
        vcs_ref=f"v{WORKING_TREE}",
        quiet=True,
    )

    found = {path.name: path.read_text() for path in (tmp_path / "project").glob(".copier-answers*")}
    assert found.keys() == {theirs, ours}
    assert found[theirs] == "_src_path: gh:somebody/else\n_commit: v1\n"
    assert f"_commit: v{WORKING_TREE}" in found[ours]
