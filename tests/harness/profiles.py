"""Profiles: answers that together hold every valid pair of answers, computed from copier.yml."""

import functools
import itertools
from collections.abc import Iterator

import jinja2
import yaml

from .rendering import ROOT

# The questions that decide which servers and which code a project has.
QUESTIONS = (
    "scope",
    "framework",
    "database",
    "database_access",
    "async_database",
    "postgresql_driver",
    "redis_server",
)
Answers = dict[str, object]


@functools.cache
def questions() -> dict:
    """The questions of copier.yml."""
    return yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))


@functools.cache
def _template(text: str) -> jinja2.Template:
    return jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(text)


def _holds(text: str, answers: Answers) -> str:
    return _template(text).render({"app_path": "", "python_min": "3.11", "_copier_conf": {}, **answers}).strip()


def choices(name: str) -> list[tuple[object, str]]:
    """The values of a question, each with the validator that may forbid it."""
    question = questions()[name]
    if question["type"] == "bool":
        return [(False, ""), (True, "")]
    choices = question["choices"]
    values = choices.values() if isinstance(choices, dict) else choices
    return [(one["value"], one.get("validator", "")) if isinstance(one, dict) else (one, "") for one in values]


def is_asked(question: dict, answers: Answers) -> bool:
    """Whether Copier asks a question after these answers."""
    return _holds(str(question.get("when", "True")), answers) == "True"


def _is_offered(validator: str, answers: Answers) -> bool:
    # The scope's validator looks at the destination; a fresh folder is always fine.
    return "_copier_conf" in validator or not _holds(validator, answers)


@functools.cache
def brokers() -> tuple[str, ...]:
    """The brokers that are offered."""
    return tuple(str(value) for value, _ in choices("brokers"))


@functools.cache
def every() -> tuple[Answers, ...]:
    """Every valid combination of answers; a question that is not asked has no answer."""
    return tuple(_extend({}, QUESTIONS))


def _extend(answers: Answers, names: tuple[str, ...]) -> Iterator[Answers]:
    if not names:
        yield {name: value for name, value in answers.items() if is_asked(questions()[name], answers)}
        return
    name, *rest = names
    if name == "redis_server":  # the last one: it depends on the brokers
        for size in range(len(brokers()) + 1):
            for chosen in itertools.combinations(brokers(), size):
                yield from _choose({**answers, "brokers": list(chosen)}, name, ())
    else:
        yield from _choose(answers, name, tuple(rest))


def _choose(answers: Answers, name: str, rest: tuple[str, ...]) -> Iterator[Answers]:
    known = {**answers}
    for other in (*QUESTIONS, "brokers"):
        known.setdefault(other, "" if other != "brokers" else [])
    if not is_asked(questions()[name], known):
        default = next(value for value, _ in choices(name))
        yield from _extend({**answers, name: default}, rest)
        return
    for value, validator in choices(name):
        if _is_offered(validator, {**known, name: value}):
            yield from _extend({**answers, name: value}, rest)


def pairs(answers: Answers) -> set[tuple]:
    """All pairs of answers in a combination; each broker is a question of its own."""
    facts = [(name, value) for name, value in answers.items() if name != "brokers"]
    facts += [(broker, broker in answers["brokers"]) for broker in brokers()]
    return set(itertools.combinations(sorted(facts, key=str), 2))


@functools.cache
def all_pairs() -> tuple[Answers, ...]:
    """A small set of combinations that holds every pair: greedy, the same each time, the defaults first."""
    candidates = every()
    chosen = [_defaults()]
    missing = set().union(*map(pairs, candidates)) - pairs(chosen[0])
    while missing:
        best = max(candidates, key=lambda one: len(pairs(one) & missing))
        chosen.append(best)
        missing -= pairs(best)
    return tuple(chosen)


def _defaults() -> Answers:
    """The combination that `copier copy --defaults` makes."""
    wanted = {name: questions()[name]["default"] for name in ("framework", "database")}
    wanted |= {"scope": "service", "brokers": []}
    return next(answers for answers in every() if wanted.items() <= answers.items())


def name_of(answers: Answers) -> str:
    """A short name for reports: "fastapi-postgresql-asyncpg-async-redis-tests"."""
    parts = [answers["framework"], answers["database"]]
    parts += [answers[name] for name in ("postgresql_driver", "database_access") if name in answers]
    parts += ["async"] if answers.get("async_database") else []
    parts += [
        str(answers.get("redis_server", broker)) if broker == "redis" else broker for broker in answers["brokers"]
    ]
    return "-".join(map(str, [*parts, answers["scope"]]))
