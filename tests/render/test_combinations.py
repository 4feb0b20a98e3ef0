"""Every combination of answers renders, compiles and is clean in ruff.

One process renders them all; the answers come from copier.yml, so that a new choice is covered at once.
NIGHTLY=1 renders every combination, otherwise every triple of answers is covered.
"""

import ast
import itertools
import os
import random
import subprocess
import sys

import pytest
import yaml

from tests.harness.rendering import ROOT, render

VALUES = {"async_database": [False, True], "embedded_servers": [False, True], "ci_shards": [1, 4]}
NAMES = (
    "scope",
    "framework",
    "database",
    "async_database",
    "postgresql_driver",
    "database_access",
    "redis_server",
    "embedded_servers",
    "ci_shards",
)


def choices() -> dict[str, list]:
    """The values of every question that shapes the result, read from copier.yml."""
    questions = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))
    found = dict(VALUES)
    for name in NAMES:
        if name not in found:
            offered = questions[name]["choices"].values()
            found[name] = [one["value"] if isinstance(one, dict) else one for one in offered]
    brokers = list(questions["brokers"]["choices"].values())
    subsets = itertools.chain.from_iterable(
        itertools.combinations(brokers, size) for size in range(len(brokers) + 1)
    )
    found["brokers"] = [list(subset) for subset in subsets]
    return found


def is_valid(answers: dict) -> bool:
    """Whether Copier asks exactly these questions: an answer to a question not asked is no case."""
    sql = answers["database"] in ("sqlite", "postgresql", "mysql", "mariadb")
    postgresql = answers["database"] == "postgresql"
    both_styles = answers["framework"] in ("fastapi", "litestar", "none")
    embedded = postgresql or {"redis", "nats"} & set(answers["brokers"])
    return not (
        (answers["framework"] == "django" and (not sql or answers["async_database"]))
        or (answers["async_database"] and not both_styles)
        or (answers["database"] == "none" and answers["async_database"])
        or (
            answers["postgresql_driver"] == "asyncpg"
            and not (postgresql and answers["async_database"])
        )
        or (
            answers["database_access"] == "driver"
            and not (answers["scope"] == "tests" and answers["database"] in ("sqlite", "postgresql"))
        )
        or (answers["redis_server"] == "valkey" and "redis" not in answers["brokers"])
        or (answers["embedded_servers"] and not embedded)
        or (answers["framework"] != "fastapi" and answers["scope"] == "service")
    )


def combinations() -> list[dict]:
    offered = choices()
    every = [dict(zip(offered, values, strict=True)) for values in itertools.product(*offered.values())]
    return [answers for answers in every if is_valid(answers)]


def triples(answers: dict) -> set:
    return set(itertools.combinations([(name, str(value)) for name, value in answers.items()], 3))


def covering(every: list[dict]) -> list[dict]:
    """A small set of combinations in which every valid triple of answers occurs (greedy)."""
    order = random.Random(0)
    left = set().union(*map(triples, every))
    chosen = []
    while left:
        sample = order.sample(every, min(60, len(every)))
        best = max(sample, key=lambda answers: len(triples(answers) & left))
        if not triples(best) & left:
            best = next(answers for answers in every if triples(answers) & left)
        left -= triples(best)
        chosen.append(best)
    return chosen


def wiring(answers: dict) -> dict:
    """What only scope=tests is asked."""
    if answers["scope"] == "service":
        return {}
    app = {} if answers["framework"] == "none" else {"app_path": "app.main:create_app"}
    return {**app, "metadata_path": "app.models:Base"}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("combinations")
    every = combinations()
    chosen = every if os.environ.get("NIGHTLY") else covering(every)
    return {
        render(folder / f"p{number}", project_name="billing", **answers, **wiring(answers)): answers
        for number, answers in enumerate(chosen)
    }


def test_the_chosen_combinations_cover_every_triple():
    every = combinations()

    covered = set().union(*map(triples, covering(every)))

    assert covered == set().union(*map(triples, every))


def test_every_combination_is_valid_python_of_its_oldest_version(rendered):
    for project, answers in rendered.items():
        for path in project.rglob("*.py"):
            oldest = (3, 10) if answers["scope"] == "tests" else (3, 11)
            ast.parse(path.read_text(encoding="utf-8"), str(path), feature_version=oldest)


RULES = "E,F,I,UP,B,SIM,RUF"


@pytest.mark.parametrize("command", [["check", "--select", RULES], ["format", "--check"]], ids=" ".join)
def test_every_combination_is_clean_in_ruff(rendered, command):
    folder = next(iter(rendered)).parent
    isolated = ["--isolated", "--line-length", "100", "--target-version", "py310", "--no-cache"]
    if command[0] == "check":
        isolated += ["--output-format", "concise", "--config", 'lint.isort.known-first-party=["tests", "support", "billing"]']
    result = subprocess.run(
        [sys.executable, "-m", "ruff", *command, *isolated, "."],
        cwd=folder,
        capture_output=True,
        text=True,
    )

    assert result.returncode == 0, result.stdout[-5000:] + result.stderr
