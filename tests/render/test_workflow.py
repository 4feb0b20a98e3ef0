"""The workflow: valid, safe, and in step with the compose file, the fixtures and the answers."""

import re
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml

from tests.harness.profiles import questions
from tests.harness.rendering import render
from tests.render.deployment import (
    CASES,
    actions,
    chosen,
    compose,
    package,
    project,
    table,
    workflow,
)

SCRIPTS = Path(sysconfig.get_path("scripts"))
FROM_COMPOSE = {"mongodb", "nats", "mqtt"}  # they need a command, which service containers cannot be given
CONTAINERS = [(case, name) for case in CASES for name in chosen(case) if name not in FROM_COMPOSE]
LAYERS = ("unit", "integration", "e2e")

every_case = pytest.mark.parametrize("case", CASES)


def workflow_files() -> list[Path]:
    return [path for case in CASES for path in project(case).glob(".github/workflows/*.yml")]


def check(*command) -> None:
    checked = subprocess.run(command, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


# ------------------------------------------------------------------- what linters say


def test_the_workflows_match_the_schema():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    check(*command, "vendor.github-workflows", *workflow_files())


def test_actionlint_reports_nothing():
    check(SCRIPTS / "actionlint", *workflow_files())


@every_case
def test_zizmor_reports_nothing(case):
    check(SCRIPTS / "zizmor", "--offline", "--pedantic", "--quiet", project(case) / ".github")


def test_the_list_for_the_update_bot_matches_the_schema():
    files = [path for case in CASES for path in project(case).glob(".github/dependabot.yml")]
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]

    assert files
    check(*command, "vendor.dependabot", *files)


# ------------------------------------------------------------------- safety


@every_case
def test_every_job_has_a_time_limit_and_only_the_rights_to_read(case):
    assert workflow(case)["permissions"] == {}
    for name, job in workflow(case)["jobs"].items():
        assert job["timeout-minutes"] <= 20, name
        assert job.get("permissions", {}) in ({}, {"contents": "read"}), name


@every_case
def test_actions_are_pinned_and_no_credentials_stay_behind(case):
    texts = [path.read_text(encoding="utf-8") for path in project(case).glob(".github/workflows/*.yml")]
    jobs = [job for text in texts for job in yaml.safe_load(text)["jobs"].values()]

    for used in re.findall(r"uses: (.*)", "".join(texts)):
        assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used)
        assert used in actions().values(), "all commits stand in includes/github.jinja"
    for step in [step for job in jobs for step in job["steps"]]:
        assert "${{" not in step.get("run", ""), "text of others must not become a script"
        if "actions/checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


# ------------------------------------------------------------------- the jobs


@every_case
def test_end_to_end_tests_wait_for_the_others_and_one_job_tells_the_result_of_all(case):
    jobs = workflow(case)["jobs"]

    assert set(jobs["e2e"]["needs"]) >= {"unit", "integration"}
    assert jobs["passed"]["name"] == "tests passed"
    assert set(jobs["passed"]["needs"]) == set(jobs) - {"passed", "coverage"}, "coverage informs, it does not judge"
    assert jobs["passed"]["if"] == "always()"


@every_case
def test_unit_and_integration_tests_run_side_by_side_in_parallel(case):
    jobs = workflow(case)["jobs"]

    assert "needs" not in jobs["unit"]
    assert "unit" not in jobs["integration"].get("needs", [])
    for layer in ("unit", "integration"):
        assert re.search(rf"pytest tests/{layer} -n auto ", command_of(case, layer))


@every_case
def test_every_layer_is_summarized_also_when_tests_fail(case):
    jobs = workflow(case)["jobs"]

    for layer in LAYERS:
        [step] = [step for step in jobs[layer]["steps"] if "summary.py" in step.get("run", "")]
        assert step["if"] == "${{ !cancelled() }}"
        assert (project(case) / step["run"].split()[1]).exists()


@every_case
def test_coverage_is_measured_on_request(case):
    asked = CASES[case].get("coverage", False)
    text = (project(case) / ".github/workflows/integration-tests.yml").read_text(encoding="utf-8")

    assert ("cov" in text) == asked
    if asked:
        assert workflow(case)["jobs"]["coverage"]["needs"] == list(LAYERS)
        for layer in LAYERS:
            assert command_of(case, layer).count(" --cov --cov-report=") == 1


@every_case
def test_at_night_the_suite_runs_ten_times_in_a_workflow_of_its_own(case):
    """GitHub turns a scheduled workflow off after 60 quiet days: that must not be the one that guards merges."""
    at_night = yaml.safe_load(
        (project(case) / ".github/workflows/integration-tests-nightly.yml").read_text(encoding="utf-8")
    )
    [job] = at_night["jobs"].values()
    commands = [step.get("run", "") for step in job["steps"]]
    [health] = [command for command in commands if "health.py" in command]
    folders = re.findall(r"tests/(\w+)(?= )", health)

    assert set(at_night[True]) == {"schedule", "workflow_dispatch"}  # YAML 1.1 reads "on" as true
    assert not at_night[True]["schedule"][0]["cron"].startswith("0 "), "everybody's jobs start at the full hour"
    assert at_night["permissions"] == {}
    assert job["permissions"] == {"contents": "read"}
    assert job["timeout-minutes"] <= 60
    assert " --repeat 10 -n auto " in health
    assert health.endswith('>> "$GITHUB_STEP_SUMMARY"')
    assert job["env"].items() <= workflow(case)["jobs"]["integration"]["env"].items()
    assert ("docker compose -f docker-compose.test.yml up -d --wait" in commands) == bool(chosen(case))
    if CASES[case].get("scope") == "tests":
        assert folders == [layer for layer in LAYERS if list((project(case) / "tests" / layer).glob("test_*.py"))]


def test_at_night_nothing_runs_for_a_project_below_the_top_of_its_repository(tmp_path):
    """GitHub reads workflows at the top alone; one is copied there."""
    render(tmp_path, scope="tests", database="none", project_folder="services/api")

    assert [path.name for path in tmp_path.glob(".github/workflows/*")] == ["integration-tests.yml"]


@every_case
def test_updates_are_scheduled_on_request(case):
    path = project(case) / ".github/workflows/update-tests.yml"

    assert path.exists() == CASES[case].get("update_workflow", False)
    if path.exists():
        scheduled = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert scheduled["permissions"] == {}
        assert scheduled["jobs"]["update"]["permissions"] == {"contents": "write", "pull-requests": "write"}
        assert scheduled["jobs"]["update"]["timeout-minutes"] <= 10


@pytest.mark.parametrize(
    ("files", "arguments"),
    [
        (["pyproject.toml"], "--editable ."),
        (["requirements.txt"], "--requirement requirements.txt"),
        (["requirements.txt", "pyproject.toml"], "--requirement requirements.txt"),
        (["requirements.txt", "setup.py"], "--requirement requirements.txt --editable ."),
    ],
)
def test_pip_installs_what_the_project_has(files, arguments, tmp_path):
    for name in files:
        (tmp_path / name).touch()

    render(tmp_path, scope="tests", framework="none", package_manager="pip")

    text = (tmp_path / ".github/workflows/integration-tests.yml").read_text(encoding="utf-8")
    assert f"run: pip install {arguments} --requirement tests/requirements.txt\n" in text


@every_case
def test_the_pythons_are_those_of_the_answers(case):
    jobs = workflow(case)["jobs"]
    oldest = CASES[case].get("python_min", questions()["python_min"]["default"])
    newest = questions()["python_newest"]["default"]
    [variable] = {"PYTHON", "UV_PYTHON"} & set(jobs["unit"]["env"])

    assert jobs["unit"]["strategy"]["matrix"]["python"] == list(dict.fromkeys([oldest, newest]))
    assert jobs["integration"]["env"][variable] == jobs["e2e"]["env"][variable] == oldest


@every_case
def test_the_requirements_hold_what_the_commands_use(case):
    files = [project(case) / "pyproject.toml", project(case) / "tests/requirements.txt"]
    requirements = "".join(path.read_text(encoding="utf-8") for path in files if path.exists())

    assert "pytest-xdist" in requirements
    assert ("--splits" in command_of(case, "integration")) == ("pytest-split" in requirements)


@every_case
def test_a_layer_without_tests_does_not_fail(case):
    for layer in LAYERS:
        has_tests = list((project(case) / "tests" / layer).rglob("test_*.py"))
        step = step_of(case, layer)
        assert has_tests or "hashFiles" in step.get("if", ""), layer
        assert not has_tests or "if" not in step or CASES[case].get("scope") == "tests", layer


@every_case
def test_shards_split_the_tests_of_one_order(case):
    shards = CASES[case].get("ci_shards", 1)
    job = workflow(case)["jobs"]["integration"]
    command = command_of(case, "integration")

    if shards == 1:
        assert "strategy" not in job
        assert "--splits" not in command
    else:
        assert job["strategy"]["matrix"]["shard"] == list(range(1, shards + 1))
        assert f"--splits {shards} " in command
        assert "--randomly-seed" in command


@every_case
def test_whoever_reads_it_meets_no_stray_blank_line(case):
    text = (project(case) / ".github/workflows/integration-tests.yml").read_text(encoding="utf-8")

    assert "\n\n\n" not in text
    assert not re.search(r"\n\n    ", text), "a blank line inside a job"
    assert max(map(len, text.splitlines())) <= 120


# ------------------------------------------------------------------- in step with the compose file


@every_case
def test_jobs_that_need_no_server_start_none(case):
    jobs = workflow(case)["jobs"]
    containers = set(chosen(case)) - FROM_COMPOSE

    assert "services" not in jobs["unit"]
    for layer in ("integration", "e2e"):
        assert set(jobs[layer].get("services", {})) == containers
    if not chosen(case):
        assert "changes" not in jobs
        assert "docker" not in yaml.safe_dump(jobs)


@every_case
def test_servers_that_need_a_command_come_from_the_compose_file(case):
    names = [name for name in chosen(case) if name in FROM_COMPOSE]
    start = f"docker compose -f docker-compose.test.yml up -d --wait {' '.join(names)}"

    for layer in ("integration", "e2e"):
        runs = [step.get("run", "") for step in workflow(case)["jobs"][layer]["steps"]]
        assert (start in runs) == bool(names)


@pytest.mark.parametrize(("case", "name"), CONTAINERS)
def test_a_service_container_is_that_of_the_compose_file(case, name):
    service = compose(case)["services"][name]
    health = service["healthcheck"]
    for layer in ("integration", "e2e"):
        container = workflow(case)["jobs"][layer]["services"][name]
        options = shlex.split(container["options"])
        pairs = dict(zip(options[::2], options[1::2], strict=True))

        assert name in container["image"], "the image is read from the compose file"
        assert "needs.changes.outputs.images" in container["image"]
        assert container["ports"] == service["ports"]
        assert container.get("env", {}) == service.get("environment", {})
        assert pairs == {
            "--tmpfs": service["tmpfs"],
            "--health-cmd": health["test"],
            "--health-interval": health["interval"],
            "--health-timeout": health["timeout"],
            "--health-retries": str(health["retries"]),
            "--health-start-period": health["start_period"],
        }


@every_case
def test_the_tests_are_told_where_the_servers_are_and_accept_no_others(case):
    for layer in ("integration", "e2e"):
        environment = workflow(case)["jobs"][layer]["env"]
        for name in chosen(case):
            entry = table()[name]
            url = entry["url"].format(port=entry["test_port"])
            assert environment[entry["url_variable"]] == url.replace("PACKAGE", package(case))


# ------------------------------------------------------------------- the update bot


@pytest.mark.parametrize("case", [case for case in CASES if CASES[case].get("scope") != "tests"])
def test_the_update_bot_watches_all_that_is_pinned(case):
    path = project(case) / ".github/dependabot.yml"
    watched = {update["package-ecosystem"] for update in yaml.safe_load(path.read_text(encoding="utf-8"))["updates"]}

    assert watched == {"github-actions", "uv"} | ({"docker-compose"} if chosen(case) else set())


@pytest.mark.parametrize("case", [case for case in CASES if CASES[case].get("scope") == "tests"])
def test_a_project_that_was_here_before_keeps_its_update_bot(case):
    assert not (project(case) / ".github/dependabot.yml").exists()


def step_of(case: str, layer: str) -> dict:
    [step] = [step for step in workflow(case)["jobs"][layer]["steps"] if step.get("name") == "Test"]
    return step


def command_of(case: str, layer: str) -> str:
    return step_of(case, layer)["run"]
