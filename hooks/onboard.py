#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = ["copier>=9.19,<10", "pyyaml", "questionary"]
# ///
"""Give a repository that is already there real integration tests.

Reads the repository without running any of it, shows what it found and why, lets you correct it,
and renders the template with these answers. Nothing that is already there is overwritten without asking.
"""

from __future__ import annotations

import argparse
import ast
import configparser
import contextlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import textwrap
import tokenize
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import zip_longest
from pathlib import Path

# ------------------------------------------------------------------------------ what names mean


def words(text: str) -> list[str]:
    return text.split()


def inverted(table: dict[str, str]) -> dict[str, str]:
    """From `{"redis": "rq arq"}` to `{"rq": "redis", "arq": "redis"}`."""
    return {word: meaning for meaning, named in table.items() for word in words(named)}


SKIPPED = set(
    words("node_modules site-packages __pycache__ venv env virtualenv dist build target vendor htmlcov static media")
)
ASIDE = set(words("test tests testing checks docs docs_src doc examples example samples benchmarks e2e"))

FRAMEWORKS = ["fastapi", "litestar", "flask", "django"]
CONSTRUCTORS = inverted(
    {
        "fastapi": "fastapi.FastAPI fastapi.applications.FastAPI",
        "litestar": "litestar.Litestar litestar.app.Litestar",
        "flask": "flask.Flask flask.app.Flask apiflask.APIFlask flask_openapi3.OpenAPI",
    }
)
OTHER_WEB = words("starlette aiohttp sanic quart falcon tornado bottle pyramid robyn blacksheep")
OTHER_ASGI = set(
    words("starlette.applications.Starlette quart.Quart sanic.Sanic blacksheep.Application falcon.asgi.App")
)

DRIVERS = inverted(
    {
        "postgresql": "asyncpg psycopg psycopg2 psycopg2-binary psycopg-binary psycopg2cffi pg8000 aiopg",
        "mysql": "mysqlclient pymysql aiomysql asyncmy mysql-connector-python flask-mysqldb flask-mysql",
        "mariadb": "mariadb",
        "mongodb": "pymongo motor beanie mongoengine flask-pymongo odmantic",
        "sqlite": "aiosqlite",
    }
)
NODE_DRIVERS = inverted(
    {
        "postgresql": "pg pg-promise postgres",
        "mysql": "mysql2",
        "mariadb": "mariadb",
        "mongodb": "mongodb mongoose",
        "sqlite": "sqlite3 better-sqlite3",
    }
)
NODE_BROKERS = inverted(
    {"redis": "redis ioredis bullmq", "rabbitmq": "amqplib", "kafka": "kafkajs", "nats": "nats", "mqtt": "mqtt"}
)
SCHEMES = inverted(
    {
        "postgresql": "postgresql postgres postgis",
        "mysql": "mysql",
        "mariadb": "mariadb",
        "sqlite": "sqlite",
        "mongodb": "mongodb",
    }
)
DJANGO_ENGINES = inverted(
    {
        "postgresql": "postgresql postgresql_psycopg2 postgis",
        "mysql": "mysql",
        "sqlite": "sqlite3 spatialite",
    }
)
ASYNC_DRIVERS = set(words("asyncpg aiosqlite aiomysql asyncmy motor beanie odmantic aiopg"))
ASYNC_ORMS = words("tortoise-orm piccolo edgy saffier ormar")
OTHER_ORMS = [*ASYNC_ORMS, "peewee", "pony"]
SQLALCHEMY = words("sqlalchemy sqlmodel flask-sqlalchemy advanced-alchemy flask-sqlalchemy-lite")

BROKER_PACKAGES = inverted(
    {
        "redis": "redis aioredis django-redis flask-redis channels-redis rq django-rq arq huey valkey"
        " valkey-glide taskiq-redis fastapi-cache2 redis-om saq",
        "rabbitmq": "pika aio-pika aiormq amqpstorm nameko taskiq-aio-pika",
        "kafka": "kafka-python kafka-python-ng aiokafka confluent-kafka faust faust-streaming taskiq-aio-kafka",
        "nats": "nats-py asyncio-nats-client taskiq-nats",
        "mqtt": "paho-mqtt aiomqtt asyncio-mqtt gmqtt fastapi-mqtt flask-mqtt amqtt",
    }
)
BROKER_EXTRAS = inverted(
    {
        "redis": "redis",
        "rabbitmq": "rabbit rabbitmq amqp librabbitmq",
        "kafka": "kafka confluent confluentkafka",
        "nats": "nats",
        "mqtt": "mqtt",
    }
)
BROKER_MODULES = inverted(
    {
        "redis": "redis aioredis valkey arq rq faststream.redis",
        "rabbitmq": "pika aio_pika aiormq faststream.rabbit",
        "kafka": "kafka aiokafka confluent_kafka faststream.kafka faststream.confluent",
        "nats": "nats faststream.nats",
        "mqtt": "paho.mqtt aiomqtt faststream.mqtt",
    }
)
BROKER_SCHEMES = inverted(
    {
        "redis": "redis rediss valkey",
        "rabbitmq": "amqp amqps pyamqp",
        "nats": "nats",
        "mqtt": "mqtt",
    }
)
IMAGES = inverted(
    {
        "postgresql": "postgres postgis pgvector timescaledb timescaledb-ha postgresql",
        "mysql": "mysql mysql-server",
        "mariadb": "mariadb",
        "mongodb": "mongo mongodb",
        "redis": "redis redis-stack redis-stack-server valkey keydb dragonfly",
        "rabbitmq": "rabbitmq",
        "kafka": "kafka cp-kafka redpanda",
        "nats": "nats",
        "mqtt": "eclipse-mosquitto emqx hivemq-ce",
    }
)
DATABASES = ["postgresql", "mysql", "mariadb", "mongodb", "sqlite"]
BROKERS = ["redis", "rabbitmq", "kafka", "nats", "mqtt"]

URL_VARIABLE = re.compile(
    r"(DATABASE|SQLALCHEMY|POSTGRES|PG|PSQL|MYSQL|MARIADB|MONGO|SQLITE|SQL|(^|_)DB)[A-Z_]*(URL|URI|DSN)$"
)
FILE_VARIABLE = re.compile(r"^(SQLITE|DB|DATABASE)(_(PATH|FILE|FILENAME|NAME))?$|_(DB|DATABASE)_(PATH|FILE)$")
TYPES = {
    "PostgresDsn": "database", "MySQLDsn": "database", "MariaDBDsn": "database", "MongoDsn": "database",
    "DatabaseURL": "database", "dj_db_url": "database", "db_url": "database",
    "RedisDsn": "redis", "AmqpDsn": "rabbitmq", "KafkaDsn": "kafka", "NatsDsn": "nats",
}  # fmt: skip
BROKER_NAMES = {
    kind: re.compile(rf"(^|_)({names})(_|$)")
    for kind, names in {
        "redis": "REDIS|VALKEY|REDISCLOUD|REDISTOGO",
        "rabbitmq": "RABBITMQ|RABBIT|AMQP|CLOUDAMQP|RMQ",
        "kafka": "KAFKA|BOOTSTRAP_SERVERS?|REDPANDA",
        "nats": "NATS",
        "mqtt": "MQTT|MOSQUITTO",
    }.items()
}
PARTS = {
    "host": words("HOST SERVER HOSTNAME ADDRESS"),
    "port": words("PORT"),
    "user": words("USER USERNAME LOGIN"),
    "password": words("PASSWORD PASS PASSWD"),
    "name": words("DB NAME DATABASE DBNAME DB_NAME BASE VHOST"),
}
PART_VARIABLE = re.compile(
    r"(?:[A-Z0-9]+_)*(?:POSTGRES|POSTGRESQL|PG|PSQL|DB|DATABASE|MYSQL|MARIADB|MONGO|MONGODB|SQL)_*"
    rf"({'|'.join(word for names in PARTS.values() for word in names)})$"
)


# ------------------------------------------------------------------------------ reading a folder


@dataclass(frozen=True)
class Dependency:
    """A package that the project asks for."""

    name: str
    extras: frozenset[str]
    source: str


@dataclass
class Module:
    """A Python file, parsed but never run."""

    path: str
    name: str
    tree: ast.Module
    names: dict[str, str] = field(default_factory=dict)  # local name -> dotted name of what it means
    imports: set[str] = field(default_factory=set)

    @property
    def migrates(self) -> bool:
        """Whether it is part of the migrations, whose tables are those of another day."""
        return bool(re.search(r"(^|/)(alembic|migrations)/", self.path))

    @property
    def classes(self) -> dict[str, ast.ClassDef]:
        """Its classes by name, but for those inside of something."""
        return {node.name: node for node in self.tree.body if isinstance(node, ast.ClassDef)}

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}"

    def meaning(self, node: ast.AST | None) -> str:
        """Dotted name of an expression: `fastapi.FastAPI` for `FastAPI` after `from fastapi import FastAPI`."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id, f"{self.name}.{node.id}")
        if isinstance(node, ast.Attribute):
            return f"{self.meaning(node.value)}.{node.attr}"
        if isinstance(node, ast.Subscript):
            return self.meaning(node.value)
        return ""


EXTRA = "an extra of "  # before the source of a dependency that not every installation has


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def text_of(path: Path, limit: int = 2_000_000) -> str:
    """Content of a file, or nothing if it is missing, huge or no text."""
    try:
        return path.read_text("utf-8-sig") if path.stat().st_size <= limit else ""
    except (OSError, ValueError):
        return ""


def toml_of(path: Path) -> dict:
    try:
        return tomllib.loads(text_of(path))
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def yaml_of(path: Path) -> dict:
    """A YAML file as plain data; tags that only its own tool knows (`!reset`) are read over."""
    import yaml

    class Loader(yaml.SafeLoader):
        pass

    def plain(loader, suffix, node):
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node)
        return loader.construct_sequence(node) if isinstance(node, yaml.SequenceNode) else node.value

    Loader.add_multi_constructor("!", plain)
    try:
        content = next(iter(yaml.load_all(text_of(path), Loader)), None)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def ini_of(path: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text_of(path))
    except configparser.Error:
        return configparser.ConfigParser()
    return parser


def table(data: object, *keys: str) -> dict:
    """A nested table of a TOML or YAML file, empty where it is missing or something else."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def constant(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


class Repository:
    """What a folder says about itself."""

    def __init__(self, root: Path):
        self.root = root.resolve()

    @cached_property
    def files(self) -> list[str]:
        """Paths below the folder, without environments, caches and whatever is hidden."""
        found = []
        for folder, folders, names in os.walk(self.root):
            here = Path(folder)
            folders[:] = sorted(
                name
                for name in folders
                if name not in SKIPPED
                and (not name.startswith(".") or name == ".github")
                and not name.endswith(".egg-info")
                and not (here / name / "pyvenv.cfg").exists()
            )
            found += [(here / name).relative_to(self.root).as_posix() for name in sorted(names)]
            if len(found) > 50_000:
                break
        return found

    def matching(self, pattern: str) -> list[str]:
        expression = re.compile(pattern)
        return sorted((f for f in self.files if expression.search(f)), key=lambda f: (f.count("/"), f))

    def line(self, path: str, text: str) -> str:
        """`path:line` of the first line that holds a text."""
        for number, line in enumerate(text_of(self.root / path).splitlines(), 1):
            if text.lower() in line.lower():
                return f"{path}:{number}"
        return path

    # -------------------------------------------------------------- dependencies

    @cached_property
    def pyproject(self) -> dict:
        return toml_of(self.root / "pyproject.toml")

    @cached_property
    def package(self) -> dict:
        """package.json, if this is a service for Node.js."""
        try:
            return table({"all": json.loads(text_of(self.root / "package.json") or "{}")}, "all")
        except ValueError:
            return {}

    @cached_property
    def dependencies(self) -> dict[str, Dependency]:
        """Packages by normal name; a run-time dependency is preferred to one of a group."""
        found: dict[str, Dependency] = {}
        for requirement, source in self._requirements():
            match = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?", requirement)
            if not match:
                continue
            name = normal(match[1])
            extras = frozenset(normal(e) for e in (match[2] or "").split(",") if e.strip())
            if name in found:
                extras |= found[name].extras
                source = found[name].source
            found[name] = Dependency(name, extras, source)
        return found

    def _requirements(self) -> Iterator[tuple[str, str]]:
        yield from self._pyproject_requirements()
        for path in self.matching(r"(^|/)requirements[^/]*\.(txt|in)$|(^|/)requirements/[^/]+\.(txt|in)$"):
            if path.count("/") > 1 or path.startswith("tests/"):
                continue
            for line in text_of(self.root / path).splitlines():
                if line.strip() and not line.lstrip().startswith(("#", "-")):
                    yield line, path
        setup = ini_of(self.root / "setup.cfg")
        for section in ("options", "options.extras_require"):
            if setup.has_section(section):
                for key, value in setup.items(section):
                    if section != "options" or key == "install_requires":
                        source = "setup.cfg" if section == "options" else f"{EXTRA}setup.cfg"
                        yield from ((line, source) for line in value.splitlines() if line.strip())
        if (self.root / "setup.py").is_file():
            yield from self._setup_requirements()
        pipfile = toml_of(self.root / "Pipfile")
        for section in ("packages", "dev-packages"):
            yield from self._named(table(pipfile, section), "Pipfile")
        if not self.python_files:
            yield from self._named(table(self.package, "dependencies"), "package.json")
        for path in ("environment.yml", "environment.yaml"):
            entries = yaml_of(self.root / path).get("dependencies")
            for entry in entries if isinstance(entries, list) else []:
                inner = entry.get("pip") if isinstance(entry, dict) else [entry]
                yield from ((str(each), path) for each in inner or [])

    def _pyproject_requirements(self) -> Iterator[tuple[str, str]]:
        source = "pyproject.toml"
        project = table(self.pyproject, "project")
        groups = [project.get("dependencies"), *table(self.pyproject, "dependency-groups").values()]
        groups += [table(self.pyproject, "tool", "uv").get("dev-dependencies")]
        groups += table(self.pyproject, "tool", "pdm", "dev-dependencies").values()
        for group in groups:
            yield from ((each, source) for each in group or [] if isinstance(each, str))
        for extra in table(project, "optional-dependencies").values():
            yield from ((each, EXTRA + source) for each in extra if isinstance(each, str))
        poetry = table(self.pyproject, "tool", "poetry")
        yield from self._named(table(poetry, "dependencies"), source)
        yield from self._named(table(poetry, "dev-dependencies"), source)
        for group in table(poetry, "group").values():
            yield from self._named(table(group, "dependencies"), source)

    @staticmethod
    def _named(entries: dict, source: str) -> Iterator[tuple[str, str]]:
        for name, entry in entries.items():
            details = entry if isinstance(entry, dict) else {}
            extras = details.get("extras")
            wanted = f"{name}[{','.join(extras)}]" if isinstance(extras, list) else name
            yield wanted, EXTRA + source if details.get("optional") else source

    def _setup_requirements(self) -> Iterator[tuple[str, str]]:
        tree = parse(self.root / "setup.py")
        for node in ast.walk(tree) if tree else []:
            text = constant(node)
            if re.fullmatch(r"[A-Za-z][\w.-]*(\[[\w, -]+\])?\s*([<>=~!].*)?", text) and (
                normal(re.split(r"[\[<>=~!\s]", text)[0]) in KNOWN_PACKAGES
            ):
                yield text, "setup.py"

    # -------------------------------------------------------------- Python

    @cached_property
    def python_files(self) -> list[str]:
        return [path for path in self.files if path.endswith(".py")][:20_000]

    def is_aside(self, path: str) -> bool:
        """Whether a file is no part of the application: tests, documentation, examples."""
        *folders, name = path.lower().split("/")
        return (
            bool(ASIDE & set(folders)) or name.startswith("test_") or name in {"conftest.py", "setup.py", "noxfile.py"}
        )

    @cached_property
    def modules(self) -> list[Module]:
        """The application's own modules, nearest to the root first."""
        found = []
        for path in sorted(self.python_files, key=lambda p: (p.count("/"), p)):
            tree = None if self.is_aside(path) else parse(self.root / path)
            if tree is not None:
                found.append(understand(Module(path, self.module_name(path), tree)))
        return found

    @cached_property
    def importable(self) -> list[Module]:
        """The modules that can be named in an import: none in a folder or a file like `update-counter.py`."""
        return [module for module in self.modules if all(map(str.isidentifier, module.name.split(".")))]

    @cached_property
    def by_name(self) -> dict[str, Module]:
        return {module.name: module for module in self.modules}

    @cached_property
    def import_roots(self) -> list[str]:
        """Folders from which the code is imported, e.g. `src` or the project itself."""
        roots = [""]
        if any(path.startswith("src/") for path in self.python_files) and not self.src_is_a_package:
            roots.insert(0, "src")
        roots += [str(Path(path).parent) for path in self.matching(r"^[^/]+/manage\.py$")]
        where = table(self.pyproject, "tool", "setuptools", "packages", "find").get("where")
        for entry in where if isinstance(where, list) else []:
            roots.insert(0, str(entry).strip("./"))
        path = table(self.pyproject, "tool", "pytest", "ini_options").get("pythonpath")
        for entry in path.split() if isinstance(path, str) else path if isinstance(path, list) else []:
            if str(entry).strip("./") and (self.root / str(entry)).is_dir():
                roots.insert(0, str(entry).strip("./"))
        return list(dict.fromkeys(roots))

    @cached_property
    def src_is_a_package(self) -> bool:
        """Whether the code imports itself as `src.main`."""
        if "src/__init__.py" in self.files:
            return True
        inside = [path for path in self.python_files if path.startswith("src/")]
        return any(re.search(r"^\s*(from|import) src\.", text_of(self.root / p), re.MULTILINE) for p in inside[:500])

    def imported_with(self, start: str) -> set[str]:
        """Names of the modules that are imported when this one is."""
        seen, queue = set(), [start]
        while queue:
            name = queue.pop()
            if name not in seen and name in self.by_name:
                seen.add(name)
                queue += [*self.by_name[name].imports, *(name.rsplit(".", i)[0] for i in range(1, name.count(".") + 1))]
        return seen

    def import_root(self, path: str) -> str:
        """The folder that has to be on sys.path for a file to be importable under its module name."""
        return next((root for root in self.import_roots if root and path.startswith(f"{root}/")), "")

    def module_name(self, path: str) -> str:
        root = self.import_root(path)
        inner = path.removeprefix(f"{root}/") if root else path
        return inner.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def calls(self) -> Iterator[tuple[Module, ast.Call, str]]:
        for module in self.modules:
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Call):
                    yield module, node, module.meaning(node.func)

    # -------------------------------------------------------------- everything else

    @cached_property
    def compose(self) -> list[tuple[str, str, str]]:
        """(service of the template, image, file) of the compose files that are not rendered by the template."""
        found = []
        for path in self.matching(r"(^|/)(docker-)?compose[^/]*\.ya?ml$|(^|/)local\.yml$"):
            if path.startswith("docker-compose.test."):
                continue
            for service in table(yaml_of(self.root / path), "services").values():
                image = str(table({"s": service}, "s").get("image") or "")
                short = re.split(r"[:@]", image.rsplit("/", 1)[-1])[0]
                if kind := IMAGES.get(short):
                    found.append((kind, image, path))
        return found

    @cached_property
    def variables(self) -> dict[str, Variable]:
        """Environment variables that the code reads; what must be set is known if one place says so."""
        found: dict[str, Variable] = {}
        for module in self.modules:
            for variable in [*environment_reads(module), *self.settings(module)]:
                known = found.setdefault(variable.name, variable)
                found[variable.name] = replace(
                    known,
                    required=known.required or variable.required,
                    kind=known.kind or variable.kind,
                    type=known.type or variable.type,
                )
        for variable in self._prefixed_config():
            found.setdefault(variable.name, variable)
        for module in self.modules:
            for name in not_needed(module) & found.keys():
                found[name] = replace(found[name], required=False)
        return found

    def _prefixed_config(self) -> Iterator[Variable]:
        """Keys of Flask's app.config, if it is filled from variables with a prefix."""
        for module, node, called in self.calls():
            if called.endswith("config.from_prefixed_env"):
                prefix = constant(node.args[0]) if node.args else "FLASK"
                if "flask-sqlalchemy" in self.dependencies:
                    name = f"{prefix}_SQLALCHEMY_DATABASE_URI"
                    yield Variable(name, module.at(node), kind="database")
                for _other, key, at in self.config_keys():
                    yield Variable(f"{prefix}_{key}", at, kind=kind_of(key))

    def config_keys(self) -> Iterator[tuple[Module, str, str]]:
        """(module, key, place) where a key of app.config is read."""
        for module in self.modules:
            for node in ast.walk(module.tree):
                read = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)
                if read and module.meaning(node.value).endswith(".config") and (key := constant(node.slice)):
                    yield module, key, module.at(node)

    def settings(self, module: Module) -> Iterator[Variable]:
        """Fields of pydantic's settings classes, with their prefixes and nested models."""
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef) and any(
                self.origin(base) in self.settings_classes or base.endswith("BaseSettings")
                for base in map(module.meaning, node.bases)
            ):
                for part in self._with_mixins(module, node):
                    yield from self._fields(*part, *self._settings_config(module, node))

    def _with_mixins(self, module: Module, settings: ast.ClassDef) -> list[tuple[Module, ast.ClassDef]]:
        """A settings class and the plain models that it is put together from."""
        found = [(module, settings)]
        for module, node in found:
            names = {self.origin(module.meaning(base)) for base in node.bases} - self.settings_classes
            found += [self.classes[name] for name in sorted(names & self.classes.keys())]
        return found

    def _settings_config(self, module: Module, settings: ast.ClassDef, depth: int = 5) -> tuple[str, str]:
        """(env_prefix, env_nested_delimiter) of a settings class, also if it inherits them."""
        said: dict[str, str] = {}
        for node in ast.walk(settings):
            targets = node.targets if isinstance(node, ast.Assign) else []
            names = {target.id for target in targets if isinstance(target, ast.Name)} | {getattr(node, "arg", None)}
            for name in names & {"env_prefix", "env_nested_delimiter"}:
                said[name] = constant(node.value)
        for base in map(module.meaning, settings.bases):
            parent = self.classes.get(self.origin(base))
            if parent and depth and parent[1] is not settings:
                prefix, delimiter = self._settings_config(*parent, depth - 1)
                said = {"env_prefix": prefix, "env_nested_delimiter": delimiter} | said
        return said.get("env_prefix", ""), said.get("env_nested_delimiter", "")

    def _fields(self, module: Module, model: ast.ClassDef, prefix: str, delimiter: str) -> Iterator[Variable]:
        old = any(base == "pydantic.BaseSettings" for base in map(module.meaning, model.bases))
        for node in model.body:
            if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)):
                continue
            kind = ast.unparse(node.annotation)
            if kind.startswith("ClassVar") or node.target.id == "model_config":
                continue
            names = re.findall(r"[A-Za-z_][\w.]*", kind)
            meanings = [self.origin(module.names.get(name, f"{module.name}.{name}")) for name in names]
            nested = next((self.classes[each] for each in meanings if each in self.classes), None)
            if nested and delimiter and is_model(nested[1]):
                yield from self._fields(*nested, f"{prefix}{node.target.id}{delimiter}", delimiter)
                continue
            name, default, required = f"{prefix}{node.target.id}", constant(node.value), node.value is None
            if isinstance(node.value, ast.Call) and module.meaning(node.value.func).endswith("Field"):
                first = node.value.args[0] if node.value.args else None
                options = {keyword.arg: keyword.value for keyword in node.value.keywords}
                first = first or options.get("default")
                required = not (options.keys() & {"default_factory"}) and (
                    first is None or (isinstance(first, ast.Constant) and first.value is ...)
                )
                default = constant(first)
                for option in ("alias", "validation_alias", "env"):
                    given = options.get(option)
                    given = given.args[0] if isinstance(given, ast.Call) and given.args else given
                    name = constant(given) or name
            if nested and is_model(nested[1]):
                required = False  # made of variables of its own
            optional = "None" in names or "Optional" in names
            enum = next((constant(n.value) for n in nested[1].body if isinstance(n, ast.Assign)), "") if nested else ""
            yield Variable(
                name.upper(),
                module.at(node),
                required and not (optional and old),
                kind_of(name.upper(), kind, default),
                "None" if optional else f"enum {enum}" if enum else kind,
            )

    @cached_property
    def classes(self) -> dict[str, tuple[Module, ast.ClassDef]]:
        return {
            f"{module.name}.{name}": (module, node) for module in self.modules for name, node in module.classes.items()
        }

    @cached_property
    def settings_classes(self) -> set[str]:
        """Dotted names of classes that derive from pydantic's BaseSettings, however far."""
        known = {
            "pydantic_settings.BaseSettings",
            "pydantic.BaseSettings",
            "pydantic.v1.BaseSettings",
        }
        return known | self.subclasses(known)

    @cached_property
    def bases(self) -> list[tuple[str, set[str]]]:
        """(dotted name, dotted names of its bases) of each class."""
        return [
            (f"{module.name}.{node.name}", {self.origin(module.meaning(base)) for base in node.bases})
            for module in self.modules
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ClassDef)
        ]

    def subclasses(self, known: set[str]) -> set[str]:
        found: set[str] = set()
        while True:
            new = {name for name, bases in self.bases if bases & (known | found)} - found
            if not new:
                return found
            found |= new

    def origin(self, dotted: str, depth: int = 5) -> str:
        """Where a name that is only passed on (`from .config import Base`) really comes from."""
        module, _, name = dotted.rpartition(".")
        passed_on = self.by_name[module].names.get(name) if module in self.by_name else None
        if passed_on and passed_on != dotted and depth:
            return self.origin(passed_on, depth - 1)
        return dotted

    @cached_property
    def example_values(self) -> dict[str, str]:
        """Values for variables that the repository itself gives away: its example of an .env file, its pytest."""
        lines: list[str] = []
        for path in self.matching(
            r"^(\.?env[._-](example|sample|template|dist|tests?|testing)|(example|sample)\.env)$"
        ):
            lines += text_of(self.root / path).splitlines()
        options = ini_of(self.root / "pytest.ini")
        lines += options.get("pytest", "env", fallback="").splitlines()
        given = table(self.pyproject, "tool", "pytest", "ini_options").get("env")
        lines += given if isinstance(given, list) else str(given or "").splitlines()
        found = {name: str(value) for name, value in table(self.pyproject, "tool", "pytest_env").items()}
        for line in lines:
            if match := re.match(r"\s*(?:export\s+|[DR]:)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$", str(line)):
                value = re.sub(r"\s+#.*$", "", match[2])
                found[match[1].upper()] = value[1:-1] if re.fullmatch(r"([\"']).*\1", value) else value
        return found

    @cached_property
    def urls(self) -> list[tuple[str, str]]:
        """(scheme, place) of addresses of databases and brokers in code and configuration."""
        expression = re.compile(r"\b([a-z0-9]+)(?:\+([a-z0-9_]+))?://")
        found = []
        for module in self.modules:
            for node in ast.walk(module.tree):
                if match := expression.match(constant(node)):
                    found.append((match[0][:-3], module.at(node)))
        for path in self.matching(
            r"(^|/)(\.env[^/]*|[^/]*\.env|alembic\.ini|(docker-)?compose[^/]*\.ya?ml|[^/]*\.toml)$"
        ):
            if path.startswith("docker-compose.test.") or path.count("/") > 2:
                continue
            for number, line in enumerate(text_of(self.root / path).splitlines(), 1):
                if not line.lstrip().startswith(("#", ";")):
                    found += [(match[0][:-3], f"{path}:{number}") for match in expression.finditer(line)]
        return [(scheme, at) for scheme, at in found if scheme not in {"http", "https"}]


KNOWN_PACKAGES = {
    *FRAMEWORKS,
    *DRIVERS,
    *SQLALCHEMY,
    *BROKER_PACKAGES,
    *OTHER_WEB,
    *OTHER_ORMS,
    *words("celery dramatiq kombu alembic"),
}


def parse(path: Path) -> ast.Module | None:
    """The syntax tree of a file, or None if this Python cannot read it."""
    try:
        with tokenize.open(path) as file:
            return ast.parse(file.read(2_000_000))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def understand(module: Module) -> Module:
    """Note what the imported names of a module mean."""
    package = module.name if module.path.endswith("__init__.py") else module.name.rpartition(".")[0]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                module.imports.add(alias.name)
                module.names[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")[: len(package.split(".")) - node.level + 1] if package else []
                base = ".".join([*parts, *([node.module] if node.module else [])])
            module.imports.add(base)
            for alias in node.names:
                module.imports.add(f"{base}.{alias.name}")
                module.names.setdefault(alias.asname or alias.name, f"{base}.{alias.name}")
    for node in module.tree.body:  # Model = db.Model
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Attribute)
            and isinstance(node.targets[0], ast.Name)
        ) and (meaning := module.meaning(node.value)):
            module.names.setdefault(node.targets[0].id, meaning)
    return module


@dataclass(frozen=True)
class Variable:
    """An environment variable that the code reads.

    Attributes:
        name: as the environment has it.
        at: the place where it is read.
        required: the code fails without it.
        kind: the server whose address it holds, or part of one: a broker, "database", or "".
        type: the type that is asked for, as it is written.
    """

    name: str
    at: str
    required: bool = False
    kind: str = ""
    type: str = "str"


def kind_of(name: str, type_: str = "", default: str = "") -> str:
    """The server that a variable is about: by its type, by its default, by its name."""
    for word, kind in TYPES.items():
        if re.search(rf"\b{word}\b", type_):
            return kind
    scheme = default.partition("://")[0].partition("+")[0] if "://" in default else ""
    if scheme in SCHEMES or scheme in BROKER_SCHEMES:
        return "database" if scheme in SCHEMES else BROKER_SCHEMES[scheme]
    for kind, expression in BROKER_NAMES.items():
        if expression.search(name):
            return kind
    return "database" if URL_VARIABLE.search(name) or PART_VARIABLE.match(name) else ""


def is_model(node: ast.ClassDef) -> bool:
    return any(re.search(r"(BaseModel|BaseSettings|Settings|Config)$", ast.unparse(base)) for base in node.bases)


READERS = re.compile(r"(^|[._])(getenv|get_env|config|secret)$|(^|[.])(env|environ)(\.|$)")
DEFAULTS = {"default", "default_factory"}


def environment_reads(module: Module, part: ast.AST | None = None) -> Iterator[Variable]:
    """Variables read by os.environ, and by the usual helpers: environs, decouple, Starlette's Config."""
    for node in ast.walk(part or module.tree):
        if isinstance(node, ast.Subscript) and module.meaning(node.value) == "os.environ":
            if (name := constant(node.slice)) and isinstance(node.ctx, ast.Load):
                yield Variable(name, module.at(node), True, kind_of(name))
        elif isinstance(node, ast.Call) and node.args:
            called, name = module.meaning(node.func), constant(node.args[0])
            if not re.fullmatch(r"[A-Z][A-Z0-9_]+", name) or not READERS.search(called.lower()):
                continue
            options = {keyword.arg: keyword.value for keyword in node.keywords}
            default = node.args[1] if len(node.args) > 1 else options.get("default")
            may_lack = (
                called.endswith(("getenv", "environ.get", "get_env"))
                or default is not None
                or DEFAULTS & options.keys()
            )
            type_ = ast.unparse(options["cast"]) if "cast" in options else called.rpartition(".")[2]
            yield Variable(name, module.at(node), not may_lack, kind_of(name, type_, constant(default)), type_)


def not_needed(module: Module) -> set[str]:
    """Variables that nobody has to set: the code does it itself, or looks first whether they are there."""
    names = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            if module.meaning(node.value).endswith("environ"):
                names.add(constant(node.slice))
        elif isinstance(node, ast.Call) and node.args and module.meaning(node.func).endswith("environ.setdefault"):
            names.add(constant(node.args[0]))
        elif isinstance(node, ast.Compare) and module.meaning(node.comparators[0]) == "os.environ":
            names.add(constant(node.left))
        elif isinstance(node, ast.Try) and any(h.type and "KeyError" in ast.dump(h.type) for h in node.handlers):
            names |= {variable.name for statement in node.body for variable in environment_reads(module, statement)}
    return names


# ------------------------------------------------------------------------------ what it means


@dataclass(frozen=True)
class Finding:
    """A proposed answer and the reason for it."""

    value: object
    why: str
    sure: bool = True


@dataclass(frozen=True)
class App:
    """A place where a web application is made."""

    framework: str
    path: str  # module:name
    at: str
    factory: bool
    needs_arguments: bool = False
    score: int = 0


def find_apps(repo: Repository) -> list[App]:
    """Applications and factories, the likeliest first."""
    constructors = dict(CONSTRUCTORS)
    for constructor, framework in CONSTRUCTORS.items():
        constructors |= {name: framework for name in repo.subclasses({constructor})}
    factories: dict[str, str] = {}  # dotted name -> framework
    found: list[App] = []
    for _ in range(3):  # a factory may call a factory of another module
        before = len(factories)
        for module in repo.importable:
            for node in module.tree.body:
                if not isinstance(node, ast.FunctionDef) or f"{module.name}.{node.name}" in factories:
                    continue
                if framework := framework_made_in(repo, module, node, constructors | factories):
                    factories[f"{module.name}.{node.name}"] = framework
                    path, needs = f"{module.name}:{node.name}", required_arguments(node)
                    found.append(App(framework, path, module.at(node), True, needs))
        if len(factories) == before:
            break
    for module in repo.importable:
        for node in statements(module.tree.body):
            value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
            if not isinstance(value, ast.Call):
                continue
            framework = (constructors | factories).get(repo.origin(module.meaning(value.func)))
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets if framework else []:
                if isinstance(target, ast.Name):
                    found.append(App(framework, f"{module.name}:{target.id}", module.at(node), False))
    started = commands(repo)
    return sorted(found, key=lambda app: (-score(repo, app, started), app.path))


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of a module, also those inside `if`, `with` and `try`, but not `if __name__ == "__main__"`."""
    for node in body:
        yield node
        if isinstance(node, ast.If) and "__main__" in ast.dump(node.test):
            continue
        for inner in ("body", "orelse", "finalbody"):
            if isinstance(node, (ast.If, ast.With, ast.Try)):
                yield from statements(getattr(node, inner, []))


def framework_made_in(repo: Repository, module: Module, function: ast.FunctionDef, makers: dict[str, str]) -> str:
    """Framework of the application that a function makes and returns, if it does."""
    made: dict[str, str] = {}
    for node in ast.walk(function):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Call):
            framework = makers.get(repo.origin(module.meaning(node.value.func)))
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target]) if framework else []:
                if isinstance(target, ast.Name):
                    made[target.id] = framework
    for node in ast.walk(function):
        if isinstance(node, ast.Return):
            if isinstance(node.value, ast.Name) and node.value.id in made:
                return made[node.value.id]
            called = node.value.func if isinstance(node.value, ast.Call) else None
            if framework := makers.get(repo.origin(module.meaning(called))):
                return framework
    return ""


def required_arguments(function: ast.FunctionDef) -> bool:
    arguments = function.args
    positional = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
    return positional > 0 or any(default is None for default in arguments.kw_defaults)


def commands(repo: Repository) -> str:
    """Everything that says how the application is started: Procfile, Dockerfile, compose files, scripts, README."""
    pattern = (
        r"(^|/)(Procfile|Dockerfile[^/]*|Makefile|justfile|README[^/]*|\.flaskenv"
        r"|(docker-)?compose[^/]*\.ya?ml|[^/]*\.(sh|toml))$"
    )
    return "\n".join(text_of(repo.root / path, 200_000) for path in repo.matching(pattern) if path.count("/") < 4)


def score(repo: Repository, app: App, started: str) -> int:
    module, _, name = app.path.partition(":")
    last = module.rpartition(".")[2]
    points = 0
    if f"{module}:{name}" in started or (app.factory and f"{module}:{name}()" in started):
        points += 100
    points += {
        "app": 12,
        "application": 12,
        "create_app": 12,
        "get_app": 8,
        "make_app": 8,
        "api": 3,
    }.get(name, 0)
    points += {
        "main": 8,
        "app": 6,
        "application": 6,
        "asgi": 7,
        "wsgi": 6,
        "server": 4,
        "api": 3,
        "web": 3,
    }.get(last, 0)
    points -= 2 * module.count(".")
    if app.needs_arguments:
        points -= 30
    if app.framework == "flask" and app.factory:
        points += 10  # a factory gives each test run an application of its own
    if {"script", "scripts", "migrations", "alembic", "tools", "playground"} & set(module.split(".")):
        points -= 40
    if (app.framework in repo.dependencies) is False:
        points -= 5
    return points


def depends(repo: Repository, *names: str) -> str:
    """Reason text for the first of these packages that the project depends on."""
    for name in names:
        if name in repo.dependencies:
            return f"{repo.dependencies[name].source} depends on {name}"
    return ""


def imported(repo: Repository, *names: str) -> str:
    """Reason text for the first module that imports one of these."""
    for module in repo.modules:
        for name in names:
            if any(each == name or each.startswith(f"{name}.") for each in module.imports):
                return f"{module.path} imports {name}"
    return ""


def detect_framework(repo: Repository, apps: list[App]) -> Finding:
    if repo.matching(r"(^|/)manage\.py$") and (depends(repo, "django") or imported(repo, "django")):
        manage = repo.matching(r"(^|/)manage\.py$")[0]
        return Finding("django", f"{depends(repo, 'django') or imported(repo, 'django')}; {manage}")
    if apps:
        app = apps[0]
        because = depends(repo, app.framework) or f"{app.at.partition(':')[0]} imports it"
        return Finding(app.framework, f"{because}; app at {app.at}")
    for name in FRAMEWORKS:
        if because := depends(repo, name) or imported(repo, name):
            return Finding(name, f"{because}, but no application was found", sure=False)
    for name in OTHER_WEB:
        if imported(repo, name) and (because := depends(repo, name) or imported(repo, name)):
            return Finding("external", f"{because}: tested over HTTP, from outside")
    for path, language in {"package.json": "Node.js", "go.mod": "Go", "Cargo.toml": "Rust", "pom.xml": "Java",
                           "build.gradle": "Java", "mix.exs": "Elixir", "Gemfile": "Ruby"}.items():  # fmt: skip
        if path in repo.files and not repo.modules:
            return Finding("external", f"{path}: a service in {language}")
    return Finding("none", "no web framework in dependencies or imports")


def detect_database(repo: Repository, framework: str) -> Finding:
    evidence: dict[str, list[str]] = {name: [] for name in DATABASES}
    if framework == "django":
        for engine, at in django_engines(repo):
            evidence[engine].append(f"ENGINE at {at}")
    for package, database in (NODE_DRIVERS if repo.package and not repo.python_files else DRIVERS).items():
        if package in repo.dependencies:
            evidence[database].append(f"{repo.dependencies[package].source} depends on {package}")
    for dependency in repo.dependencies.values():  # sqlalchemy[asyncio,postgresql-asyncpg], databases[asyncpg]
        for extra in sorted(dependency.extras) if dependency.name in {*SQLALCHEMY, *OTHER_ORMS, "databases"} else ():
            word = extra.partition("-")[0]
            if database := DRIVERS.get(extra) or SCHEMES.get(word):
                evidence[database].append(f"{dependency.source} depends on {dependency.name}[{extra}]")
    for image, at in [(image, path) for _, image, path in repo.compose]:
        kind = IMAGES[re.split(r"[:@]", image.rsplit("/", 1)[-1])[0]]
        if kind in evidence:
            evidence[kind].append(f"{at} runs {image}")
    for scheme, at in repo.urls:
        if database := SCHEMES.get(scheme.partition("+")[0]):
            evidence[database].append(f"address {scheme}:// at {at}")
    for package, database in DRIVERS.items():
        if because := imported(repo, package.replace("-", "_")):
            evidence[database].append(because)
    if because := imported(repo, "sqlite3"):
        evidence["sqlite"].append(because)
    if evidence["mariadb"] and any("runs" in reason or "://" in reason for reason in evidence["mariadb"]):
        evidence["mariadb"] += evidence.pop("mysql")  # both speak through the same drivers
        evidence["mysql"] = []
    servers = [name for name in DATABASES if name != "sqlite" and evidence[name]]
    servers.sort(
        key=lambda name: (
            not any(" runs " in reason for reason in evidence[name]),
            -len(evidence[name]),
        )
    )
    # A server's driver or container outweighs a SQLite file that is kept for quick local runs; a mere address does
    # not, nor does a driver that only an extra brings.
    extra = {kind for kind in servers if only_extra(repo, kind)}
    strong = [
        name
        for name in servers
        if any(" runs " in reason or ("://" not in reason and name not in extra) for reason in evidence[name])
    ]
    chosen = (strong or (["sqlite"] if evidence["sqlite"] else servers) or [None])[0]
    if chosen is None:
        return Finding("none", "no driver, address or container of a database")
    others = [name for name in DATABASES if evidence.get(name) and name != chosen]
    also = f" (also seen: {', '.join(others)})" if others else ""
    return Finding(
        chosen,
        "; ".join(dict.fromkeys(evidence[chosen][:2])) + also,
        sure=not set(others) - {"sqlite"},
    )


def only_extra(repo: Repository, database: str) -> bool:
    """Whether only those who ask for it get a driver of this database."""
    found = [depends(repo, package) for package, kind in DRIVERS.items() if kind == database]
    return any(found) and all(because.startswith(EXTRA) for because in found if because)


def django_engines(repo: Repository) -> Iterator[tuple[str, str]]:
    for module in repo.modules:
        for node in ast.walk(module.tree):
            text = constant(node)
            database = DJANGO_ENGINES.get(text.rpartition(".")[2])
            if database and re.match(r"django.*(backend|contrib\.gis)", text):
                yield database, module.at(node)


def detect_access(repo: Repository) -> Finding:
    for other in OTHER_ORMS:
        if because := depends(repo, other):
            said = (
                f"{because}: this ORM is not supported. The tests get a plain connection, and remove what was committed"
            )
            return Finding("driver", said, sure=False)
    application = [module for module in repo.modules if not module.migrates]
    plain = next((called for m, _, called in repo.calls() if m in application and called in PLAIN_CONNECTIONS), "")
    uses = any(name.split(".")[0] in SQLALCHEMY_MODULES for module in application for name in module.imports)
    if plain and not uses:
        return Finding("driver", f"{plain}, and no import of SQLAlchemy but for migrations")
    if because := depends(repo, *SQLALCHEMY) or imported(repo, *SQLALCHEMY_MODULES):
        return Finding("sqlalchemy", because)
    return Finding("driver", "neither a dependency on SQLAlchemy nor an import of it")


PLAIN_CONNECTIONS = set(
    words(
        "asyncpg.connect asyncpg.create_pool psycopg.connect psycopg.AsyncConnection.connect psycopg2.connect"
        " psycopg_pool.ConnectionPool psycopg_pool.AsyncConnectionPool sqlite3.connect aiosqlite.connect"
        " pymysql.connect MySQLdb.connect mysql.connector.connect aiomysql.connect aiomysql.create_pool"
        " asyncmy.connect asyncmy.create_pool"
    )
)
SQLALCHEMY_MODULES = words("sqlalchemy sqlmodel flask_sqlalchemy advanced_alchemy databases")


def detect_async(repo: Repository, database: str, access: str) -> Finding:
    """Whether the application reaches its database with `await`."""
    styles: dict[bool, str] = {}
    for module, node, called in repo.calls():
        name = called.rpartition(".")[2]
        if name in {
            "create_async_engine",
            "async_engine_from_config",
            "async_sessionmaker",
            "AsyncMongoClient",
            "AsyncIOMotorClient",
        }:
            if not module.migrates:
                styles.setdefault(True, f"{name} at {module.at(node)}")
        elif name in {"create_engine", "engine_from_config", "MongoClient", "SQLAlchemy"}:
            if not module.migrates:
                styles.setdefault(False, f"{name} at {module.at(node)}")
        elif called.startswith(("asyncpg.", "aiomysql.", "asyncmy.")) or called in {
            "psycopg.AsyncConnection.connect",
            "psycopg_pool.AsyncConnectionPool",
            "aiosqlite.connect",
        }:
            styles.setdefault(True, f"{called} at {module.at(node)}")
        elif called in PLAIN_CONNECTIONS and access == "driver":
            styles.setdefault(False, f"{called} at {module.at(node)}")
        elif name in {"SQLAlchemyAsyncConfig", "AdvancedAlchemy"} and "Async" in name:
            styles.setdefault(True, f"{name} at {module.at(node)}")
    if styles:
        chosen = True in styles
        also = f"; also {styles[False]}" if len(styles) == 2 else ""
        return Finding(chosen, styles[chosen] + also, sure=len(styles) == 1)
    if because := depends(
        repo, *ASYNC_ORMS, *sorted(ASYNC_DRIVERS & {d for d, kind in DRIVERS.items() if kind == database})
    ):
        return Finding(True, because)
    if because := imported(repo, "sqlalchemy.ext.asyncio"):
        return Finding(True, because)
    return Finding(False, "no async engine or driver")


def detect_driver(repo: Repository) -> Finding:
    for scheme, at in repo.urls:
        if scheme in {"postgresql+asyncpg", "postgresql+psycopg"}:
            return Finding(scheme.partition("+")[2], f"address {scheme}:// at {at}")
    if because := depends(repo, "asyncpg") or imported(repo, "asyncpg"):
        return Finding("asyncpg", because)
    return Finding("psycopg", depends(repo, "psycopg", "psycopg2", "psycopg2-binary") or "the usual one")


def detect_brokers(repo: Repository) -> Finding:
    evidence: dict[str, str] = {}
    packages = NODE_BROKERS if repo.package and not repo.python_files else BROKER_PACKAGES
    for name, dependency in repo.dependencies.items():
        if broker := packages.get(name):
            evidence.setdefault(broker, f"{dependency.source} depends on {name}")
        if name in {
            "celery",
            "kombu",
            "dramatiq",
            "faststream",
            "propan",
            "taskiq",
            "flask-caching",
        }:
            for extra in dependency.extras & set(BROKER_EXTRAS):
                evidence.setdefault(BROKER_EXTRAS[extra], f"{dependency.source} depends on {name}[{extra}]")
    for name, broker in BROKER_MODULES.items():
        if broker not in evidence and (because := imported(repo, name)):
            evidence[broker] = because
    for scheme, at in repo.urls:
        if broker := BROKER_SCHEMES.get(scheme.partition("+")[0]):
            evidence.setdefault(broker, f"address {scheme}:// at {at}")
    running = {kind: f"{path} runs {image}" for kind, image, path in repo.compose if kind in BROKERS}
    for broker, because in running.items():
        evidence.setdefault(broker, because)
    if "celery" in repo.dependencies and not evidence:
        evidence["rabbitmq"] = "Celery's own default broker"
    chosen = [broker for broker in BROKERS if broker in evidence]
    return Finding(
        chosen,
        "; ".join(f"{broker}: {evidence[broker]}" for broker in chosen) or "no client, address or container",
    )


def detect_redis_server(repo: Repository) -> Finding:
    for kind, image, path in repo.compose:
        if kind == "redis" and "valkey" in image:
            return Finding("valkey", f"{path} runs {image}")
    return Finding("redis", "no Valkey image in a compose file")


def connects_early(repo: Repository, start: str) -> str:
    """The place where the code connects to its database while a module is imported, if it does."""
    for name in sorted(repo.imported_with(start)):
        module = repo.by_name[name]
        for node in statements(module.tree.body):
            call = node.value if isinstance(node, (ast.Assign, ast.Expr)) else None
            called = module.meaning(call.func) if isinstance(call, ast.Call) else ""
            if called.endswith(".create_all") or called in PLAIN_CONNECTIONS:
                return module.at(node)
    return ""


def detect_app(repo: Repository, apps: list[App], framework: str, database: str) -> Finding:
    mine = [app for app in apps if app.framework == framework]
    if not mine:
        return Finding("", "no application found: write module:name", sure=False)
    app = mine[0]
    kind = "factory" if app.factory else "application"
    if app.needs_arguments:
        return Finding(
            app.path,
            f"{kind} at {app.at}, but it needs arguments: complete create_app() afterwards",
            sure=False,
        )
    early = connects_early(repo, app.path.partition(":")[0])
    if early and database not in {"none", "sqlite", "mongodb"}:
        said = f"{kind} at {app.at}, but {early} connects while it is imported: import it in fixtures of your tests"
        return Finding(app.path, f"{said}, after database_url", sure=False)
    others = [other.path for other in mine[1:3]]
    called = app.factory and not app.path.partition(":")[2].startswith(("create", "make", "build", "get"))
    return Finding(
        app.path + "()" * called, f"{kind} at {app.at}" + (f" (others: {', '.join(others)})" if others else "")
    )


def detect_alembic(repo: Repository, otherwise: str) -> Finding:
    """Alembic's configuration; without one the tables come from something else."""
    for path in repo.matching(r"(^|/)alembic\.ini$"):
        folder = ini_of(repo.root / path).get("alembic", "script_location", fallback="") or str(Path(path).parent)
        folder = folder.replace("%(here)s", str(Path(path).parent)).strip("./")
        environment = next(
            (p for p in repo.files if p.endswith("env.py") and p.startswith(folder or "env.py")),
            None,
        )
        if environment is None:
            environment = (Path(path).parent / "env.py").as_posix()
        if "current_app" in text_of(repo.root / environment):
            return Finding("", f"{path} is Flask-Migrate's: tables come from the {otherwise}")
        return Finding(path, f"{path} is there")
    return Finding("", f"no alembic.ini: tables come from the {otherwise}")


METADATA_MAKERS = {
    "sqlalchemy.MetaData", "sqlalchemy.schema.MetaData", "sqlalchemy.orm.declarative_base", "sqlalchemy.orm.registry",
    "sqlalchemy.ext.declarative.declarative_base", "flask_sqlalchemy.SQLAlchemy", "flask_sqlalchemy_lite.SQLAlchemy",
}  # fmt: skip
ADVANCED_ALCHEMY = re.compile(r"(advanced_alchemy|litestar)\..*\b(base|orm)\.\w+Base$")
BASES = {"sqlalchemy.orm.DeclarativeBase", "sqlalchemy.orm.DeclarativeBaseNoMeta"}


def find_metadata(repo: Repository) -> list[tuple[str, str]]:
    """(module:name, place) of each MetaData, declarative base or Flask-SQLAlchemy object."""
    found = []
    for module in (each for each in repo.importable if not each.migrates):
        for node in statements(module.tree.body):
            if isinstance(node, ast.ClassDef) and {repo.origin(module.meaning(base)) for base in node.bases} & BASES:
                found.append((f"{module.name}:{node.name}", module.at(node)))
            value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
            if isinstance(value, ast.Call) and module.meaning(value.func) in METADATA_MAKERS:
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    if isinstance(target, ast.Name):
                        found.append((f"{module.name}:{target.id}", module.at(node)))
    return found


def detect_metadata(repo: Repository) -> Finding:
    """The place that knows all tables, as Alembic's env.py sees it, or as the module with the most models does."""
    if aimed := alembic_target(repo):
        return aimed
    found = find_metadata(repo)
    names = {path.replace(":", ".") for path, _ in found}
    names |= {f"{name}.Model" for name in names}  # Flask-SQLAlchemy's db.Model
    inherited = repo.subclasses(names)
    if not found and (module := module_with_most(repo, {"sqlmodel.SQLModel"}, repo.subclasses({"sqlmodel.SQLModel"}))):
        return Finding(f"{module.name}:SQLModel", f"models at {module.path}")
    if not found:
        bases = {base for _, bases in repo.bases for base in bases if ADVANCED_ALCHEMY.match(base)}
        models = repo.subclasses(bases)
        if module := module_with_most(repo, bases | models, models):
            here = {name: f"{module.name}.{name}" for name in module.classes} | module.names
            model = next(name for name, meaning in here.items() if repo.origin(meaning) in models)
            return Finding(f"{module.name}:{model}", f"models at {module.path}")
        return Finding("", "no MetaData, declarative base or Flask-SQLAlchemy object")

    def models(place: tuple[str, str]) -> int:
        base = place[0].replace(":", ".")
        return len(repo.subclasses({base, f"{base}.Model"}))

    # Flask-SQLAlchemy's object, or tables of SQLAlchemy Core: models are wherever the object is used.
    path, at = max([each for each in found if not each[0].endswith(":mapper_registry")] or found, key=models)
    base = path.replace(":", ".")
    users = module_with_most(repo, {base}, inherited)
    if users and users.name != path.partition(":")[0]:
        local = next((name for name, meaning in users.names.items() if repo.origin(meaning) == base), None)
        if local:
            return Finding(f"{users.name}:{local}", f"made at {at}, used by the models at {users.path}")
    return Finding(path, f"made at {at}")


def detect_models(repo: Repository, metadata_path: str) -> Finding:
    """Modules with tables that nobody has imported when the metadata's module has been."""
    start = metadata_path.partition(":")[0]
    if start not in repo.by_name:
        return Finding("", "no metadata")
    seen = repo.imported_with(start)
    made = {path.replace(":", ".") for path, _ in find_metadata(repo)} | {"sqlmodel.SQLModel"}
    models = repo.subclasses(made | {f"{name}.Model" for name in made})
    missing = [
        module.name
        for module in repo.modules
        if module.name not in seen
        and any(f"{module.name}.{name}" in models and has_table(node) for name, node in module.classes.items())
        and not module.migrates
    ]
    return Finding(
        " ".join(sorted(missing)),
        "tables that the metadata's module does not import" if missing else "its module imports every table",
    )


def has_table(model: ast.ClassDef) -> bool:
    """Whether a class looks like a model with a table, rather than a base or a schema."""
    return any(keyword.arg == "table" for keyword in model.keywords) or any(
        isinstance(node, (ast.Assign, ast.AnnAssign))
        and isinstance(node.value, ast.Call)
        and re.search(r"(mapped_column|[cC]olumn|relationship)$", ast.unparse(node.value.func))
        for node in model.body
    )


def module_with_most(repo: Repository, bases: set[str], inherited: set[str]) -> Module | None:
    """The module from which most models can be seen: those it defines and those it imports."""

    def models(module: Module) -> tuple[int, int]:
        own = sum(f"{module.name}.{name}" in inherited for name in module.classes)
        imported = {repo.origin(meaning) for meaning in module.names.values()}
        has_base = imported & bases or any(base.startswith(f"{module.name}.") for base in bases)
        return (own + len(imported & inherited), own) if has_base else (0, 0)

    candidates = [module for module in repo.modules if not module.migrates]
    best = max(candidates, key=models, default=None)
    return best if best and any(models(best)) else None


def alembic_target(repo: Repository) -> Finding | None:
    """What Alembic's env.py compares the database with: it must know every table."""
    for path in repo.matching(r"(^|/)env\.py$"):
        tree = parse(repo.root / path)
        if tree is None:
            continue
        module = understand(Module(path, repo.module_name(path), tree))
        for node in ast.walk(tree):
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and "target_metadata" in ast.dump(node).split("value=")[0]:
                value = node.value
                if isinstance(value, ast.Attribute) and value.attr == "metadata":
                    value = value.value
                meaning = module.meaning(value) if isinstance(value, (ast.Name, ast.Attribute)) else ""
                owner, _, name = meaning.rpartition(".")
                if owner in repo.by_name:
                    return Finding(f"{owner}:{name}", f"target_metadata at {module.at(node)}")
    return None


def detect_schema(repo: Repository) -> Finding:
    """The SQL file that makes the tables."""
    for path in repo.matching(r"(^|/)(schema|tables|init|create_tables|db)\.sql$"):
        if "create table" in text_of(repo.root / path).lower():
            return Finding(path, f"CREATE TABLE at {repo.line(path, 'create table')}")
    return Finding("", "no SQL file that makes tables")


PYTEST_FILES = r"^(pytest\.ini|pyproject\.toml|setup\.cfg|tox\.ini)$"


def detect_django_settings(repo: Repository) -> Finding:
    expression = re.compile(r"(?:DJANGO_SETTINGS_MODULE[\"']?\s*[,=:]\s*[\"']?|--ds[= ])([A-Za-z_][\w.]*)")
    for pattern in (
        PYTEST_FILES,
        r"(^|/)manage\.py$",
        r"(^|/)(asgi|wsgi)\.py$",
    ):
        for path in repo.matching(pattern):
            if match := expression.search(text_of(repo.root / path)):
                read = {repo.by_name[name].path for name in repo.imported_with(match[1])}
                needed = [v.name for v in repo.variables.values() if v.required and v.at.partition(":")[0] in read]
                if needed and pattern == PYTEST_FILES:  # pytest-django reads them before any conftest.py
                    said = f"named in {path}: set {', '.join(needed)} wherever pytest is run"
                    return Finding(match[1], said, sure=False)
                return Finding(match[1], f"named in {path}")
    if paths := [p for p in repo.matching(r"(^|/)settings\.py$") if not repo.is_aside(p)]:
        return Finding(repo.module_name(paths[0]), paths[0])
    return Finding("", "no settings module found", sure=False)


def database_urls(repo: Repository, database: str, is_async: bool) -> list[Variable]:
    """Variables that hold the whole address of the database, the one for the application first."""
    others = {word.upper() for word, kind in SCHEMES.items() if kind != database} - {"SQL"}
    found = [
        variable
        for variable in repo.variables.values()
        if variable.kind == "database"
        and (URL_VARIABLE.search(variable.name) or not PART_VARIABLE.match(variable.name))
        and not re.search(r"TEST|REPLICA|READ_?ONLY|ECHO|POOL|TIMEOUT", variable.name)
        and not others & set(variable.name.split("_"))
    ]
    return sorted(
        found,
        key=lambda v: (
            not (is_async and "ASYNC" in v.name),
            is_for_sync(v.name),
            v.name != "DATABASE_URL",
            not v.name.endswith(("DATABASE_URL", "DATABASE_URI")),
            v.name,
        ),
    )


def is_for_sync(name: str) -> bool:
    return bool(re.search(r"(?<!A)SYNC|ALEMBIC|MIGRATION", name))


def detect_database_variable(repo: Repository, database: str, framework: str, is_async: bool) -> Finding:
    if urls := database_urls(repo, database, is_async):
        return Finding(urls[0].name, f"read at {urls[0].at}")
    if framework == "flask":
        for _, key, at in repo.config_keys():
            if URL_VARIABLE.search(key) or FILE_VARIABLE.search(key):
                return Finding(key, f"read from app.config at {at}")
    usual = "MONGODB_URL" if database == "mongodb" else "DATABASE_URL"
    parts = database_parts(repo)
    if len(parts) == 5 and database != "mongodb":
        return Finding(" ".join(parts.values()), f"read in parts, the first at {repo.variables[parts['host']].at}")
    if {"host", "name"} <= parts.keys():
        said = f"only parts of the address are read: {', '.join(parts.values())}"
        if "port" in parts or framework == "django":
            return Finding(usual, said)
        return Finding(usual, f"{said}, and the port is fixed in the code: let it read that, too", sure=False)
    if parts:
        said = f"the code reads {', '.join(parts.values())} only: let it read the whole address"
        return Finding(usual, f"{said}, or write environment() of tests/support/application.py", sure=False)
    files = [name for name in repo.variables if FILE_VARIABLE.search(name)]
    if database == "sqlite" and files:
        return Finding(files[0], f"path read at {repo.variables[files[0]].at}")
    if framework == "django":
        return Finding(usual, "none is read: the tests put their database into Django's settings")
    if fixed := next((at for scheme, at in repo.urls if SCHEMES.get(scheme.partition("+")[0]) == database), None):
        said = f"the address is written in {fixed}: let the code read it from a variable"
        return Finding(usual, said, sure=False)
    return Finding(usual, "nothing that reads an address was found", sure=False)


def database_parts(repo: Repository) -> dict[str, str]:
    """Variables that hold a part of the database's address: host, port, user, password and name."""
    found = {match[1]: name for name in repo.variables if (match := PART_VARIABLE.match(name))}
    by_part = {part: next((found[each] for each in names if each in found), "") for part, names in PARTS.items()}
    return {part: name for part, name in by_part.items() if name}


def detect_variables(repo: Repository, database: str, is_async: bool, brokers: list[str], taken: str) -> Finding:
    """Every other variable that the code needs: addresses of brokers, and what it does not start without."""
    found: dict[str, str] = {}
    why, sure = [], True
    for variable in database_urls(repo, database, is_async) if database != "none" else []:
        found[variable.name] = "{database.plain}" if is_async else "{database}"
    in_parts = not found and database not in {"none", "sqlite"} and len(taken.split()) == 1
    for part, name in database_parts(repo).items() if in_parts or database == "mongodb" else ():
        at = repo.variables[name].at
        if database != "mongodb" or part not in {"user", "password"}:  # its address often goes without the name
            found[name] = f"{{database.{part}}}"
            why.append(f"{name} read at {at}")
        elif in_parts:
            why.append(f"{name} read at {at}, but the test server has no users: let the code go without")
            sure = False
    if database == "postgresql" and "tortoise-orm" in repo.dependencies and taken in found:
        found[taken] = "asyncpg://{database.user}:{database.password}@{database.host}:{database.port}/{database.name}"
        why.append("Tortoise's form of the address")
    else:
        found = {name: value for name, value in found.items() if name not in taken.split()}
    for broker in brokers:
        theirs = {v.name: value for v in repo.variables.values() if (value := of_broker(v, broker, brokers))}
        if theirs and theirs != {f"{broker.upper()}_URL": f"{{{broker}}}"}:
            found |= theirs
            why.append(f"{broker} read at {repo.variables[next(iter(theirs))].at}")
            if set(theirs.values()) == {f"{{{broker}.host}}"}:
                why[-1] += ", its port is fixed in the code"
                sure = False
    examples = repo.example_values
    needed = []
    for variable in repo.variables.values():
        name = variable.name
        if name in found or name in taken.split() or not variable.required or USUAL.match(name):
            continue
        if variable.kind in brokers or name in {f"{broker.upper()}_URL" for broker in brokers}:
            continue
        value = examples.get(name) or harmless(variable)
        if value is not None and not re.search(r"\{[a-z]", value):
            found[name] = value
            needed.append(name)
    if needed:
        why.append(f"{needed[0]} has no default at {repo.variables[needed[0]].at}")
    return Finding(found, "; ".join(why) or "nothing else is read without a default", sure)


USUAL = re.compile(
    r"^(PATH|PYTHONPATH|HOME|USER|PWD|SHELL|LANG|TZ|TERM|TMPDIR|VIRTUAL_ENV|CI|GITHUB_.*|DJANGO_SETTINGS_MODULE)$"
)


def of_broker(variable: Variable, broker: str, brokers: list[str]) -> str:
    """What a variable that is about this broker gets, if it is; e.g. `{redis}` or `{redis.host}`."""
    name, kind = variable.name, variable.kind
    if not kind and re.search(r"(^|_)(BROKER|RESULT_BACKEND|CACHE)(_|$)", name):
        queues = [each for each in ("rabbitmq", "redis") if each in brokers] or brokers
        kind = queues[0] if "BROKER" in name else "redis"
    if kind != broker:
        return ""
    last = re.sub(r"^.*?_(?=[A-Z]+$)", "", name)
    if re.search(r"(SERVERS?|BROKERS?|URLS?|ADDRESS(ES)?|HOSTS)$", name) and (broker == "kafka" or name[-1] == "S"):
        in_list = re.search(r"(?i)\b(list|set|tuple|sequence)\[", variable.type) and "NoDecode" not in variable.type
        return f'["{{{broker}}}"]' if in_list else f"{{{broker}}}"
    for part, names in PARTS.items():
        if last in names and (part in {"host", "port"} or broker not in {"kafka", "nats", "mqtt"}):
            return f"{{{broker}.{part}}}"
    whole = re.search(r"(URLS?|URI|DSN|BROKER|BACKEND|CONNECTION|ADDRESS|ENDPOINT|SERVERS?)$", name)
    named = name in {"REDIS", "RABBITMQ", "AMQP", "NATS", "MQTT"} or "Dsn" in variable.type
    return f"{{{broker}}}" if whole or named else ""


def harmless(variable: Variable) -> str | None:
    """A value with which the code starts, by the type and the name of a variable; None if there is no telling."""
    type_, name = variable.type, variable.name
    if type_ == "None":
        return None
    if type_.startswith("enum "):
        return type_.removeprefix("enum ") or None
    if match := re.match(r"(?:typing\.)?Literal\[['\"]([^'\"]*)", type_):
        return match[1]
    by_type = {
        r"\b(bool)\b": "false",
        r"\b(int|float|Decimal|timedelta)\b": "1",
        r"(?i)\b(list|set|tuple|sequence|frozenset)\b": "[]",
        r"(?i)\b(dict|mapping|json)\b": "{}",
        r"Url\b": "http://localhost",
        r"\bEmailStr\b": "test@example.com",
    }
    by_name = {
        r"PORT$|_(ID|COUNT|MINUTES|SECONDS|DAYS|HOURS|SIZE|LIMIT)$": "1",
        r"URL$|URI$": "http://localhost",
        r"E?MAIL$": "test@example.com",
        r"ALGORITHM$|_ALG$": "HS256",
        r"KEY|SECRET|SALT|TOKEN": "0123456789abcdef0123456789abcdef",
    }
    for text, values in ((type_, by_type), (name, by_name)):
        for expression, value in values.items():
            if re.search(expression, text):
                return value
    return "test"


def detect_python(repo: Repository) -> Finding:
    """The oldest Python that the project says it runs on."""
    project, poetry = (
        table(repo.pyproject, "project"),
        table(repo.pyproject, "tool", "poetry", "dependencies"),
    )
    setup = ini_of(repo.root / "setup.cfg")
    said = [
        (project.get("requires-python"), "requires-python in pyproject.toml"),
        (poetry.get("python"), "python in pyproject.toml"),
        (setup.get("options", "python_requires", fallback=None), "python_requires in setup.cfg"),
        (text_of(repo.root / ".python-version"), ".python-version"),
        (text_of(repo.root / "runtime.txt"), "runtime.txt"),
        (table(toml_of(repo.root / "Pipfile"), "requires").get("python_version"), "Pipfile"),
    ]
    for path in repo.matching(r"(^|/)Dockerfile[^/]*$")[:3]:
        match = re.search(r"^FROM\s+\S*python:(3\.\d+)", text_of(repo.root / path), re.MULTILINE)
        said.append((match[1] if match else None, path))
    for value, source in said:
        if match := re.search(r"3\.(\d+)", value if isinstance(value, str) else ""):
            minor = min(max(int(match[1]) + (">" in value and ">=" not in value), 10), 14)
            return Finding(f"3.{minor}", f"{source} says {value.strip().splitlines()[0]}")
    return Finding("3.11", "the project does not say")


def detect_package_manager(repo: Repository, framework: str) -> Finding:
    if framework == "external":
        return Finding("pip", "the tests have an environment of their own")
    tools = table(repo.pyproject, "tool")
    backend = str(table(repo.pyproject, "build-system").get("build-backend") or "")
    for manager, lock in {"uv": "uv.lock", "poetry": "poetry.lock", "pdm": "pdm.lock"}.items():
        if lock in repo.files:
            return Finding(manager, f"{lock} is there")
    for manager in ("poetry", "pdm", "uv"):
        if manager in tools or manager in backend:
            return Finding(manager, "pyproject.toml is written for it")
    for path in ("requirements.txt", "Pipfile", "setup.py", "setup.cfg", "environment.yml"):
        if path in repo.files:
            return Finding("pip", f"{path} is there")
    if requirements := repo.matching(r"(^|/)requirements[^/]*(/[^/]+)?\.txt$"):
        return Finding("pip", f"{requirements[0]} is there")
    return Finding("uv" if "dependency-groups" in repo.pyproject else "pip", "no lock file of another one")


def detect_project_name(repo: Repository) -> Finding:
    for data, source in (
        (table(repo.pyproject, "project"), "pyproject.toml"),
        (table(repo.pyproject, "tool", "poetry"), "pyproject.toml"),
    ):
        name = data.get("name")
        if isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", name):
            return Finding(name, source)
    name = ini_of(repo.root / "setup.cfg").get("metadata", "name", fallback="")
    if re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", name):
        return Finding(name, "setup.cfg")
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", repo.root.name).strip("-._") or "project"
    return Finding(name, "name of the folder")


def detect_start_command(repo: Repository) -> Finding:
    """How a service of another language or framework is started."""
    scripts = table(repo.package, "scripts")
    if "start" in scripts:
        return Finding("npm start", f"script in package.json: {scripts['start']}")
    for path in repo.matching(r"(^|/)Procfile$"):
        if match := re.search(r"^web:\s*(.+)$", text_of(repo.root / path), re.MULTILINE):
            return plain_command(match[1], path)
    for path in repo.matching(r"(^|/)Dockerfile$"):
        if match := re.findall(r"^CMD\s+(.+)$", text_of(repo.root / path), re.MULTILINE):
            try:
                return plain_command(" ".join(json.loads(match[-1])), path)
            except (ValueError, TypeError):
                return plain_command(match[-1], path)
    if "go.mod" in repo.files:
        return Finding("go run .", "go.mod")
    for module, call, name in asgi_applications(repo):
        server = "hypercorn" if "hypercorn" in repo.dependencies else "uvicorn"
        address = "--bind 127.0.0.1:{port}" if server == "hypercorn" else "--port {port}"
        return Finding(f"{server} {module.name}:{name} {address}", f"application at {module.at(call)}")
    return Finding("", "no start script, Procfile or Dockerfile: write the command", sure=False)


def asgi_applications(repo: Repository) -> Iterator[tuple[Module, ast.Call, str]]:
    """(module, call, name) of applications of other frameworks that an ASGI server can serve."""
    for module in repo.modules:
        for node in statements(module.tree.body):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                (target, *_), made = node.targets, repo.origin(module.meaning(node.value.func))
                if isinstance(target, ast.Name) and made in OTHER_ASGI:
                    yield module, node.value, target.id


def plain_command(command: str, path: str) -> Finding:
    """A command as the template takes it: words, with {port} where it names the variable PORT."""
    command = re.sub(r"\$\{?PORT(:-\d+)?\}?", "{port}", command.strip())
    if re.fullmatch(r"[A-Za-z0-9._/@][A-Za-z0-9._:/=,@+-]*( +([A-Za-z0-9._:/=,@+-]|{port})+)*", command):
        return Finding(command, path)
    return Finding("", f"{path} has {command!r}, which needs a shell: write plain words", sure=False)


def detect_readiness(repo: Repository, framework: str) -> Finding:
    expression = re.compile(
        r"[\"'](/(?:api/)?(?:v\d+/)?(?:health|healthz|healthcheck|health-check|ready|readyz|readiness|status|ping|livez)/?)[\"']"
    )
    for path in repo.matching(r"\.(py|js|ts|mjs|go|rs|java|rb|ex)$")[:3000]:
        if not repo.is_aside(path) and (match := expression.search(text_of(repo.root / path, 300_000))):
            return Finding(match[1], repo.line(path, match[1]))
    described = {"fastapi": "/openapi.json", "litestar": "/schema"}.get(framework, "/")
    return Finding(described, "no health route found", sure=framework != "external")


def detect(root: Path, answers: dict[str, object] | None = None) -> dict[str, Finding]:
    """Proposed answers for a folder, only those that matter for it; the person's own answers come first."""
    repo = Repository(root)
    apps = find_apps(repo)
    answers = answers or {}
    found: dict[str, Finding] = {}

    def settle(name: str, look, *arguments) -> str:
        found[name] = Finding(answers[name], "your answer") if name in answers else look(repo, *arguments)
        return str(found[name].value)

    settle("project_name", detect_project_name)
    framework = settle("framework", detect_framework, apps)
    database = settle("database", detect_database, framework)
    relational = database not in {"none", "mongodb"} and framework != "django"
    access = settle("database_access", detect_access) if relational and framework != "external" else ""
    if database != "none" and framework in {"fastapi", "litestar", "none"}:
        settle("async_database", detect_async, database, access)
        if database == "postgresql" and found["async_database"].value:
            settle("postgresql_driver", detect_driver)
    settle("brokers", detect_brokers)
    if "redis" in found["brokers"].value:
        settle("redis_server", detect_redis_server)
    settle("python_min", detect_python)
    settle("package_manager", detect_package_manager, framework)
    if framework in {"fastapi", "litestar", "flask"}:
        settle("app_path", detect_app, apps, framework, database)
    if access == "sqlalchemy":
        metadata_path = settle("metadata_path", detect_metadata)
        settle("model_modules", detect_models, metadata_path)
    if access:
        settle("alembic_config", detect_alembic, "metadata" if access == "sqlalchemy" else "SQL file")
    if access == "driver":
        settle("schema_file", detect_schema)
    if framework == "django":
        settle("django_settings", detect_django_settings)
    if framework == "external":
        settle("start_command", detect_start_command)
    if framework != "none":
        settle("readiness_path", detect_readiness, framework)
    is_async = bool("async_database" in found and found["async_database"].value)
    if database != "none":
        settle("database_variable", detect_database_variable, database, framework, is_async)
    taken = str(found["database_variable"].value) if "database_variable" in found else ""
    settle("variables", detect_variables, database, is_async, found["brokers"].value, taken)
    return found


# ------------------------------------------------------------------------------ the conversation

CHOICES = {
    "framework": ["fastapi", "litestar", "flask", "django", "none", "external"],
    "database": ["none", "sqlite", "postgresql", "mysql", "mariadb", "mongodb"],
    "database_access": ["sqlalchemy", "driver"],
    "postgresql_driver": ["psycopg", "asyncpg"],
    "redis_server": ["redis", "valkey"],
    "python_min": ["3.10", "3.11", "3.12", "3.13", "3.14"],
    "package_manager": ["uv", "pip", "poetry", "pdm"],
}


def show(findings: dict[str, Finding]) -> None:
    """The findings as a table: question, answer, reason."""
    answers = {name: in_words(finding.value) for name, finding in findings.items()}
    word = max(len(word) for answer in answers.values() for word in answer.split())
    left, middle = max(map(len, findings)) + 2, max(min(max(map(len, answers.values())), 34), word) + 2
    width = max(shutil.get_terminal_size((100, 24)).columns - left - middle - 3, 30)
    for name, finding in findings.items():
        mark = f" {' ' if finding.sure else '?'} {name}"
        answer = textwrap.wrap(answers[name], middle - 2, break_on_hyphens=False)
        for first, second, third in zip_longest([mark], answer, textwrap.wrap(finding.why, width), fillvalue=""):
            print(f"{first:<{left + 3}}{second:<{middle}}{third}".rstrip())
    if not all(finding.sure for finding in findings.values()):
        print("\n ? = a guess, please check")


def in_words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value) or "none"
    if isinstance(value, dict):
        return " ".join(f"{name}={each}" for name, each in value.items()) or "none"
    return str(value) or "-"


def correct(root: Path, findings: dict[str, Finding]) -> dict[str, Finding] | None:
    """Let the person correct the findings; None if they leave."""
    import questionary

    while True:
        step = questionary.select("Is this right?", ["Yes, add the tests", "Correct something", "Leave"]).ask()
        if step is None or step == "Leave":
            return None
        if step.startswith("Yes"):
            return findings
        names = questionary.checkbox("What is wrong?", list(findings)).ask() or []
        for name in names:
            value = ask(name, findings[name].value)
            if value is not None:
                findings = corrected(root, findings, {name: value})
        show(findings)


def ask(name: str, value: object) -> object:
    import questionary

    if isinstance(value, bool):
        return questionary.confirm(f"{name}?", default=value).ask()
    if name == "brokers":
        marked = [questionary.Choice(broker, checked=broker in value) for broker in BROKERS]
        return questionary.checkbox("brokers:", marked).ask()
    if name in CHOICES:
        return questionary.select(f"{name}:", CHOICES[name], default=value if value in CHOICES[name] else None).ask()
    if isinstance(value, dict):
        text = questionary.text(f"{name}:", default=" ".join(f"{n}={shlex.quote(v)}" for n, v in value.items())).ask()
        return None if text is None else mapping(text)
    return questionary.text(f"{name}:", default=str(value)).ask()


def corrected(root: Path, findings: dict[str, Finding], answers: dict[str, object]) -> dict[str, Finding]:
    """The findings with the person's answers; what follows from them is looked for again."""
    fixed = {name: finding.value for name, finding in findings.items() if finding.why == "your answer"} | answers
    return detect(root, fixed)


def mapping(text: str) -> dict[str, str]:
    """Variables as the table shows them (`NAME=value OTHER=value`), or as YAML (`{NAME: value}`)."""
    import yaml

    if text.lstrip().startswith("{"):
        content = yaml.safe_load(text)
        return {str(name): str(value) for name, value in content.items()}
    return dict(pair.split("=", 1) for pair in shlex.split(text) if "=" in pair)


def answer(text: str) -> tuple[str, object]:
    """`name=value` of the command line; `a,b` or `[a, b]` for several brokers."""
    name, found, value = text.partition("=")
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE, e.g. --answer app_path=shop.main:app")
    if name == "brokers":
        return name, [each.strip() for each in value.strip("[]").split(",") if each.strip()]
    if name == "async_database":
        return name, value.lower() in {"true", "yes", "1"}
    if name == "variables":
        return name, mapping(value)
    if name in CHOICES and value not in CHOICES[name]:
        raise argparse.ArgumentTypeError(f"{name} is one of {', '.join(CHOICES[name])}, not {value!r}")
    return name, value


# ------------------------------------------------------------------------------ rendering


def services_below(root: Path) -> list[str]:
    """Folders below one that hold a project of their own, as in a monorepo."""
    repo = Repository(root)
    manifests = repo.matching(
        r"(^|/)(pyproject\.toml|setup\.py|setup\.cfg|requirements\.txt|manage\.py|package\.json|go\.mod)$"
    )
    if any("/" not in path and path not in {"package.json"} for path in manifests):
        return []
    return sorted({str(Path(path).parent) for path in manifests if path.count("/") <= 2} - {"."})


def git(root: Path, *arguments: str) -> str | None:
    """Output of a git command, or None where git or a repository is missing."""
    try:
        result = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return result.stdout


def default_template() -> Path | None:
    """The clone of the template that this script lies in; None if it was fetched alone."""
    clone = Path(__file__).resolve().parents[1]
    return clone if (clone / "copier.yml").is_file() else None


@contextlib.contextmanager
def rendered(
    options: argparse.Namespace, root: Path, answers: dict[str, object]
) -> Iterator[tuple[Path, list[str], list[str]]]:
    """(a copy of the project with the tests in it, new files, files of the person's that would be overwritten)."""
    import copier

    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / root.name
        trial.mkdir()
        before: dict[str, bytes] = {}
        for path in Repository(root).files + sorted(each.name for each in root.glob(".copier-answers*")):
            source = root / path
            if ("/" in path and not path.startswith(("tests/", ".github/"))) or source.is_symlink():
                continue
            if source.stat().st_size <= 1_000_000:
                before[path] = source.read_bytes()
                (trial / path).parent.mkdir(parents=True, exist_ok=True)
                (trial / path).write_bytes(before[path])
        copier.run_copy(
            options.template,
            trial,
            data={"scope": "tests", "project_folder": folder_in_repository(root)},
            user_defaults=answers,
            defaults=not options.ask_all,
            overwrite=True,
            vcs_ref=options.ref,
            quiet=True,
        )
        after = sorted(path.relative_to(trial).as_posix() for path in trial.rglob("*") if path.is_file())
        new = [path for path in after if path not in before and not (root / path).exists()]
        changed = [path for path in after if path in before and (trial / path).read_bytes() != before[path]]
        yield trial, new, changed


WORKFLOW = ".github/workflows/integration-tests.yml"


def folder_in_repository(root: Path) -> str:
    """Where a project is in its git repository, empty if it is all of it."""
    top = git(root, "rev-parse", "--show-toplevel")
    here = root.relative_to(Path(top.strip()).resolve()).as_posix() if top else "."
    return "" if here == "." else here


def place_workflow(options: argparse.Namespace, root: Path) -> str | None:
    """Copy the workflow to the top of the repository, the one place where GitHub reads it; its path there."""
    import questionary

    folder = folder_in_repository(root)
    if not folder or not (root / WORKFLOW).is_file():
        return None
    name = f".github/workflows/integration-tests-{folder.replace('/', '-')}.yml"
    target = root.parents[folder.count("/")] / name
    wanted = not target.exists()
    if not options.yes:
        wanted = questionary.confirm(f"Copy the workflow to {name}, where GitHub reads it?", default=wanted).ask()
    if wanted:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / WORKFLOW, target)
    return name if wanted else None


def requirements_of(root: Path) -> str:
    """Our requirements file; a tests/requirements.txt that was there before keeps its name."""
    ours = "tests/requirements-integration.txt"
    return ours if (root / ours).is_file() else "tests/requirements.txt"


def add_command(root: Path, manager: str) -> list[str]:
    """The command that adds the test dependencies by the project's own package manager."""
    requirements = requirements_of(root)
    if manager == "uv":
        return ["uv", "add", "--group", "test", "-r", requirements]
    if manager in {"poetry", "pdm"}:
        lines = text_of(root / requirements).splitlines()
        wanted = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        return [
            *{"poetry": ["poetry", "add", "--group", "test"], "pdm": ["pdm", "add", "-dG", "test"]}[manager],
            *wanted,
        ]
    environments = [folder for folder in (".venv", "venv", "env") if (root / folder / "pyvenv.cfg").is_file()]
    if not environments:
        return ["pip", "install", "-r", requirements]
    if shutil.which("uv"):
        return ["uv", "pip", "install", "--python", environments[0], "-r", requirements]
    return [
        f"{environments[0]}/{'Scripts' if os.name == 'nt' else 'bin'}/python",
        "-m",
        "pip",
        "install",
        "-r",
        requirements,
    ]


def print_next_steps(
    root: Path, findings: dict[str, Finding], new: list[str], conftest: bool, added: bool, placed: str | None
) -> None:
    manager = str(findings["package_manager"].value)
    steps = []
    for name in ("app_path", "database_variable", "django_settings"):
        if name in findings and not findings[name].sure:
            steps.append(f"{findings[name].value}: {findings[name].why}")
    if not added:
        short = {"poetry": "poetry add --group test $(grep -v '^#' " + requirements_of(root) + ")",
                 "pdm": "pdm add -dG test $(grep -v '^#' " + requirements_of(root) + ")"}  # fmt: skip
        steps.append(short.get(manager) or " ".join(add_command(root, manager)))
    if conftest:
        support = "tests.support" if (root / "tests/__init__.py").exists() else "support"
        theirs = text_of(root / "tests/conftest.py")
        if not re.search(rf"(from|import) {support}\b|[\"']{support}[\"']", theirs):
            steps.append("make this the first import of tests/conftest.py, which is unchanged:")
            if re.search(r"^pytest_plugins\b", theirs, re.MULTILINE):
                steps.append(f"    import {support}")
                steps.append(f"and add to its plugins:  pytest_plugins = [*{support}.pytest_plugins, ...]")
            else:
                steps.append(f"    from {support} import pytest_plugins as pytest_plugins  # isort: skip")
    if (root / "docker-compose.test.yml").exists():
        steps.append("docker compose -f docker-compose.test.yml up -d --wait")
    runner = {"uv": "uv run ", "poetry": "poetry run ", "pdm": "pdm run "}.get(manager, "")
    steps.append(f"{runner}pytest tests/unit tests/integration tests/e2e")
    print("\nNext:")
    for step in steps:
        print(f"    {step}")
    print("\nA wrong guess is mended in tests/support/application.py.")
    folder, top = folder_in_repository(root), git(root, "rev-parse", "--show-toplevel")
    if placed:
        print(f"GitHub reads the workflow at the top of the repository, so it was copied to {placed}.")
        print("An update changes the one below; hooks/doctor.py says when to copy it again.")
    elif folder and (root / WORKFLOW).exists():
        name = f".github/workflows/integration-tests-{folder.replace('/', '-')}.yml"
        print("GitHub reads workflows at the top of the repository. There:")
        print(f"    cp {folder}/{WORKFLOW} {name}")
    folders = sorted({new_part(root, path, new) for path in new})
    if top and folders:
        folders += [f":/{placed}"] if placed else []
        print(f"To undo it all: git clean -fd {' '.join(folders)}")


def new_part(root: Path, path: str, new: list[str]) -> str:
    """The highest folder above a new file that holds nothing but new files, else the file itself."""
    for parent in reversed(list(Path(path).parents)[:-1]):
        inside = {
            p.relative_to(root).as_posix()
            for p in (root / parent).rglob("*")
            if p.is_file() and "__pycache__" not in p.parts
        }
        if inside <= set(new):
            return parent.as_posix()
    return path


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "path",
        type=Path,
        metavar="PATH",
        help="the project; in a monorepo the folder of one service",
    )
    parser.add_argument(
        "-y",
        "--yes",
        action="store_true",
        help="ask nothing, keep every file that is already there",
    )
    parser.add_argument("-n", "--dry-run", action="store_true", help="show what would be done, change nothing")
    parser.add_argument(
        "-a",
        "--answer",
        type=answer,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="correct a finding",
    )
    parser.add_argument("--add-dependencies", action="store_true", help="with --yes: also add the test dependencies")
    parser.add_argument("--ask-all", action="store_true", help="let Copier ask all of its questions")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON and stop")
    parser.add_argument("--template", default=default_template(), help="folder or URL of the template (%(default)s)")
    parser.add_argument("--ref", help="version of the template (default: the latest release)")
    options = parser.parse_args(arguments)
    if options.template is None and not options.json:
        parser.error("this script lies in no clone of the template: say where that is, with --template URL")
    options.template = str(options.template)
    root = options.path.expanduser().resolve()
    if not root.is_dir():
        parser.error(f"{options.path} is no folder: name the folder of your project")
    if below := services_below(root):
        parser.error(
            f"{options.path} holds several projects, name one of them: "
            + ", ".join(str(options.path / b) for b in below)
        )

    findings = detect(root, dict(options.answer))
    if options.json:
        print(
            json.dumps(
                {n: {"value": f.value, "why": f.why, "sure": f.sure} for n, f in findings.items()},
                indent=2,
            )
        )
        return 0
    print(f"{root.name}\n")
    show(findings)
    if git(root, "status", "--porcelain", "--", "."):
        print(
            "\nWarning: uncommitted changes are here. Commit them first (git commit -a):"
            " then each step can be undone with git."
        )
    elif git(root, "rev-parse") is None:
        print(
            "\nWarning: this is no git repository. Make it one (git init, git add, git commit):"
            " then each step can be undone."
        )

    print()
    if not (options.yes or options.dry_run):
        chosen = correct(root, findings)
        if chosen is None:
            print("Nothing was changed.")
            return 1
        findings = chosen
    answers = {name: finding.value for name, finding in findings.items()}
    try:
        with rendered(options, root, answers) as (trial, new, changed):
            if options.dry_run:
                print("Would add:" if new else "Would add nothing.", *new, sep="\n    ")
                if changed:
                    print("Would ask before overwriting:", *changed, sep="\n    ")
                return 0
            keep = [path for path in changed if options.yes or not overwrite(path)]
            had_conftest = (root / "tests/conftest.py").exists()
            for path in sorted({*new, *changed} - {*keep}):
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(trial / path, root / path)
    except Exception as error:  # Copier's own errors are tracebacks: what they say is for people
        reason = str(error)
        if refused := re.match(r"Invalid choice for '(\w+)': '(\w+)' is not in (.*)", reason):
            reason = f"the template does not offer {refused[1]}={refused[2]} yet, only {refused[3]}"
        print(f"onboard: {reason}\n    Correct a finding with --answer NAME=VALUE.", file=sys.stderr)
        return 1
    print(f"Added {len(new)} files." + (f" Kept as they are: {', '.join(keep)}." if keep else ""))
    added = add_dependencies(options, root, str(answers["package_manager"]))
    print_next_steps(root, findings, new, had_conftest, added, place_workflow(options, root))
    return 0


def overwrite(path: str) -> bool:
    import questionary

    return bool(questionary.confirm(f"{path} is already there. Overwrite it?", default=False).ask())


def add_dependencies(options: argparse.Namespace, root: Path, manager: str) -> bool:
    import questionary

    command = add_command(root, manager)
    if options.yes:
        wanted = options.add_dependencies
    else:
        wanted = questionary.confirm(f"Add the test dependencies ({' '.join(command[:4])} …)?", default=True).ask()
    if not wanted:
        return False
    try:
        return subprocess.run(command, cwd=root, check=False).returncode == 0
    except OSError as error:
        print(
            f"{command[0]} could not be run ({error.strerror}): add the dependencies yourself",
            file=sys.stderr,
        )
        return False


if __name__ == "__main__":
    sys.exit(main())
