"""What onboarding finds out about a repository."""

# ruff: noqa: E501 (the shapes are tables: a line each)

import pytest

from .applications import APPLICATIONS, FOLDER
from .conftest import load

hook = load("onboard")


def found(folder) -> dict[str, object]:
    return {name: finding.value for name, finding in hook.detect(folder).items()}


@pytest.mark.parametrize("application", APPLICATIONS, ids=str)
def test_the_answers_are_right_or_right_after_one_correction(application):
    answers = found(FOLDER / application.folder) | application.correction

    assert len(application.correction) <= 1
    assert {name: answers.get(name) for name in application.answers} == application.answers


@pytest.mark.parametrize("application", APPLICATIONS, ids=str)
def test_every_answer_has_a_reason(application):
    assert all(finding.why for finding in hook.detect(FOLDER / application.folder).values())


def test_a_reason_names_the_line():
    findings = hook.detect(FOLDER / "fastapi_sync")

    assert findings["framework"].why == "pyproject.toml depends on fastapi; app at src/invoices/main.py:24"


# ------------------------------------------------------------------ shapes of the field, one by one


@pytest.fixture
def write(tmp_path):
    """Write files into a folder; gives the folder."""

    def write(**files):
        for path, text in files.pop("files", files).items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        return tmp_path

    return write


FASTAPI = "from fastapi import FastAPI\n"
FLASK = "from flask import Flask\n"

APPS = {
    "module": ({"main.py": FASTAPI + "app = FastAPI()\n"}, "main:app"),
    "package": ({"shop/__init__.py": "", "shop/main.py": FASTAPI + "app = FastAPI()\n"}, "shop.main:app"),
    "no __init__": ({"app/main.py": FASTAPI + "app = FastAPI()\n"}, "app.main:app"),
    "src": ({"src/shop/web/api.py": FASTAPI + "api = FastAPI()\n"}, "shop.web.api:api"),
    "module name": ({"main.py": "import fastapi\nservice = fastapi.FastAPI()\n"}, "main:service"),
    "annotated": ({"main.py": FASTAPI + "app: FastAPI = FastAPI()\n"}, "main:app"),
    "factory": ({"shop/app.py": FASTAPI + "def create_app() -> FastAPI:\n    app = FastAPI()\n    return app\n"}, "shop.app:create_app"),
    "called factory": (
        {
            "shop/factory.py": FASTAPI + "def get_application():\n    return FastAPI()\n",
            "shop/main.py": "from shop.factory import get_application\napp = get_application()\n",
        },
        "shop.main:app",
    ),
    "relative": (
        {
            "shop/__init__.py": "",
            "shop/web/__init__.py": "",
            "shop/web/factory.py": FASTAPI + "def make():\n    return FastAPI()\n",
            "shop/asgi.py": "from .web.factory import make\napp = make()\n",
        },
        "shop.asgi:app",
    ),
    "subclass": (
        {"main.py": FASTAPI + "class Shop(FastAPI):\n    pass\n\napp = Shop()\n"},
        "main:app",
    ),
    "mounted": ({"main.py": FASTAPI + "admin = FastAPI()\napp = FastAPI()\napp.mount('/admin', admin)\n"}, "main:app"),
    "in if": ({"main.py": FASTAPI + "import os\nif os.environ.get('X'):\n    app = FastAPI()\nelse:\n    app = FastAPI(debug=True)\n"}, "main:app"),
    "started": ({"a.py": FASTAPI + "app = FastAPI()\n", "z.py": FASTAPI + "server = FastAPI()\n", "Dockerfile": 'CMD ["uvicorn", "z:server"]\n'}, "z:server"),
    "examples": ({"examples/main.py": FASTAPI + "app = FastAPI()\n", "deep/er/web.py": FASTAPI + "app = FastAPI()\n"}, "deep.er.web:app"),
    "flask in __init__": (
        {"shop/__init__.py": FLASK + "def create_app(test_config=None):\n    app = Flask(__name__)\n    return app\n"},
        "shop:create_app",
    ),
    "flask with arguments": (
        {
            "app/__init__.py": FLASK + "def create_app(config_name):\n    app = Flask(__name__)\n    return app\n",
            "flasky.py": "import os\nfrom app import create_app\napp = create_app(os.getenv('FLASK_CONFIG') or 'default')\n",
        },
        "flasky:app",
    ),
    "litestar": ({"plants/asgi.py": "from litestar import Litestar\napp = Litestar([])\n"}, "plants.asgi:app"),
}  # fmt: skip


@pytest.mark.parametrize("shape", APPS)
def test_app(write, shape):
    files, expected = APPS[shape]

    assert found(write(files=files)).get("app_path") == expected


def test_an_application_that_connects_while_it_is_imported(write):
    files = {
        "requirements.txt": "fastapi\nsqlalchemy\npsycopg2\n",
        "app/db.py": "from sqlalchemy import create_engine, MetaData\nengine, metadata = create_engine('x'), MetaData()\n",
        "app/main.py": FASTAPI + "from .db import engine, metadata\nmetadata.create_all(engine)\napp = FastAPI()\n",
        "make_tables.py": "from app.db import engine, metadata\nmetadata.create_all(engine)\n",
    }
    finding = hook.detect(write(files=files))["app_path"]

    assert (finding.value, finding.sure) == ("app.main:app", False)
    assert "app/main.py:3 connects while it is imported" in finding.why


DATABASES = {
    "psycopg2": ({"requirements.txt": "psycopg2-binary==2.9\n"}, "postgresql"),
    "extra": ({"requirements.txt": "psycopg[binary]~=3.2 ; python_version > '3.8'\n"}, "postgresql"),
    "hashes": ({"requirements.txt": "asyncpg==0.29.0 \\\n    --hash=sha256:abc\n"}, "postgresql"),
    "extra of databases": ({"requirements.txt": "databases[asyncpg]\n"}, "postgresql"),
    "extra of SQLAlchemy": ({"requirements.txt": "SQLAlchemy[asyncio,postgresql_asyncpg]\n"}, "postgresql"),
    "mysql": ({"requirements.txt": "mysqlclient\n"}, "mysql"),
    "mariadb": ({"requirements.txt": "pymysql\n", "docker-compose.yml": "services: {db: {image: 'mariadb:11'}}\n"}, "mariadb"),
    "mongodb": ({"pyproject.toml": '[tool.poetry.dependencies]\npython="^3.11"\nmotor="*"\n'}, "mongodb"),
    "mongodb image": ({"app.py": "", "docker-compose.yml": "services: {db: {image: 'mongo:7'}}\n"}, "mongodb"),
    "sqlite3": ({"main.py": "import sqlite3\n"}, "sqlite"),
    "server and sqlite": ({"requirements.txt": "psycopg\n", "main.py": "import sqlite3\n"}, "postgresql"),
    "extra that others bring": ({"pyproject.toml": '[project]\nname="x"\n[project.optional-dependencies]\npg=["psycopg"]\n', "main.py": "import sqlite3\n"}, "sqlite"),
    "container": ({"compose.yaml": "services: {db: {image: 'docker.io/library/postgres:17-alpine'}}\n"}, "postgresql"),
    "address": ({"app.py": "URL = 'postgresql://localhost/x'\n"}, "postgresql"),
    "nothing": ({"app.py": "print(1)\n"}, "none"),
}  # fmt: skip


@pytest.mark.parametrize("shape", DATABASES)
def test_database(write, shape):
    files, expected = DATABASES[shape]

    assert found(write(files=files))["database"] == expected


VARIABLES = {
    "os.environ": "import os\nurl = os.environ['APP_DATABASE_URL']\n",
    "os.getenv": "from os import getenv\nurl = getenv('APP_DATABASE_URL', 'x')\n",
    "environs": "from environs import Env\nenv = Env()\nurl = env.str('APP_DATABASE_URL')\n",
    "decouple": "from decouple import config\nurl = config('APP_DATABASE_URL')\n",
    "starlette": "from starlette.config import Config\nconfig = Config('.env')\nurl = config('APP_DATABASE_URL', cast=str)\n",
    "settings": "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    APP_DATABASE_URL: str\n",
    "prefix": (
        "from pydantic_settings import BaseSettings, SettingsConfigDict\n"
        "class S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='app_')\n    database_url: str\n"
    ),
    "mixin": (
        "from pydantic import BaseModel\nfrom pydantic_settings import BaseSettings\n"
        "class Database(BaseModel):\n    database_url: str\nclass S(Database, BaseSettings, env_prefix='APP_'):\n    x: int\n"
    ),
    "alias": (
        "from pydantic import Field\nfrom pydantic_settings import BaseSettings\n"
        "class S(BaseSettings):\n    url: str = Field(alias='APP_DATABASE_URL')\n"
    ),
}


@pytest.mark.parametrize("shape", VARIABLES)
def test_database_variable(write, shape):
    folder = write(files={"requirements.txt": "psycopg\n", "settings.py": VARIABLES[shape]})

    assert found(folder)["database_variable"] == "APP_DATABASE_URL"


MONGODB = {
    "address": ("os.environ['MONGO_URI']", "MONGO_URI", {}),
    "address and name": (
        "os.environ['MONGODB_URL'], os.environ['MONGODB_DB_NAME']",
        "MONGODB_URL",
        {"MONGODB_DB_NAME": "{database.name}"},
    ),
    "parts": (
        "os.getenv('MONGO_DB'), os.getenv('MONGO_HOST'), os.getenv('MONGO_PORT')",
        "MONGODB_URL",
        {"MONGO_DB": "{database.name}", "MONGO_HOST": "{database.host}", "MONGO_PORT": "{database.port}"},
    ),
    "with users": (
        "os.getenv('MONGO_HOST'), os.getenv('MONGO_USER')",
        "MONGODB_URL",
        {"MONGO_HOST": "{database.host}"},
    ),
    "nothing": ("None", "MONGODB_URL", {}),
}


@pytest.mark.parametrize("shape", MONGODB)
def test_mongodb_address_and_name(write, shape):
    read, variable, others = MONGODB[shape]
    answers = found(write(files={"requirements.txt": "pymongo\n", "settings.py": f"import os\nfound = {read}\n"}))

    assert (answers["database"], answers["async_database"]) == ("mongodb", False)
    assert (answers["database_variable"], answers["variables"]) == (variable, others)


def test_database_variables_in_parts(write):
    settings = "class S(BaseSettings):\n"
    for name in ("SERVER", "PORT", "USER", "PASSWORD", "DB"):
        settings += f"    POSTGRES_{name}: str\n"
    text = "from pydantic_settings import BaseSettings\n" + settings
    folder = write(files={"requirements.txt": "psycopg\n", "core/config.py": text})

    expected = "POSTGRES_SERVER POSTGRES_PORT POSTGRES_USER POSTGRES_PASSWORD POSTGRES_DB"
    assert found(folder)["database_variable"] == expected


def test_some_parts_of_a_database_address(write):
    code = "import os\nhost, name = os.environ['PG_HOST'], os.environ['PG_DATABASE']\n"
    answers = found(write(files={"requirements.txt": "psycopg\n", "db.py": code}))

    assert answers["database_variable"] == "DATABASE_URL"
    assert answers["variables"] == {"PG_HOST": "{database.host}", "PG_DATABASE": "{database.name}"}


COMMANDS = {
    "Starlette": (
        {"requirements.txt": "starlette\nuvicorn\n", "shop/web.py": "from starlette.applications import Starlette\napp = Starlette()\n"},
        "uvicorn shop.web:app --port {port}",
    ),
    "Quart": (
        {"requirements.txt": "quart\nhypercorn\n", "blog.py": "import quart\napp = quart.Quart(__name__)\n"},
        "hypercorn blog:app --bind 127.0.0.1:{port}",
    ),
    "Procfile": (
        {"requirements.txt": "aiohttp\n", "web.py": "import aiohttp\n", "Procfile": "web: python web.py --port $PORT\n"},
        "python web.py --port {port}",
    ),
    "Go": ({"go.mod": "module shop\n", "main.go": "package main\n"}, "go run ."),
}  # fmt: skip


@pytest.mark.parametrize("shape", COMMANDS)
def test_another_framework_is_tested_from_outside(write, shape):
    files, expected = COMMANDS[shape]
    answers = found(write(files=files))

    assert (answers["framework"], answers["start_command"]) == ("external", expected)


def test_settings_of_pytest_come_first_for_django(write):
    files = {
        "requirements.txt": "django\n",
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings.local')\n",
        "pyproject.toml": '[tool.pytest.ini_options]\naddopts = "--ds=config.settings.test --reuse-db"\n',
    }
    assert found(write(files=files))["django_settings"] == "config.settings.test"

    files["config/settings/test.py"] = (
        "import environ\nfrom .base import *\nenv = environ.Env()\nDATABASES = {'default': env.db('DATABASE_URL')}\n"
    )
    files["config/settings/base.py"] = "import os\nSECRET_KEY = os.environ['SECRET_KEY']\n"
    files["config/settings/production.py"] = "import os\nSENTRY_DSN = os.environ['SENTRY_DSN']\n"
    finding = hook.detect(write(files=files))["django_settings"]
    assert finding.why == "named in pyproject.toml: set SECRET_KEY, DATABASE_URL wherever pytest is run"


def test_a_django_project_in_a_folder(write):
    files = {
        "requirements.txt": "django\n",
        "pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = mysite.settings\n",
        "backend/manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n",
        "backend/mysite/settings.py": "import os\nSECRET_KEY = os.environ['SECRET_KEY']\n",
    }
    finding = hook.detect(write(files=files))["django_settings"]

    assert finding.value == "mysite.settings"
    assert finding.why == "named in pytest.ini: set SECRET_KEY wherever pytest is run"


@pytest.mark.parametrize("orm", ["piccolo", "tortoise-orm", "ormar"])
def test_an_orm_that_is_async(write, orm):
    answers = found(write(files={"requirements.txt": f"{orm}\npsycopg\nfastapi", **APPS["module"][0]}))

    assert (answers["database_access"], answers["async_database"]) == ("driver", True)


METADATA = {
    "the base of most models": (
        {
            "tools/old-counter.py": "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n",
            "cache.py": "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n",
            "shop/models.py": "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\nclass Item(db.Model):\n    pass\n",
            "migrations/versions/1_items.py": "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n"
            "class A(Base):\n    pass\nclass B(Base):\n    pass\n",
        },
        "shop.models:db",
    ),
    "a model of Advanced Alchemy's": (
        {"app.py": "from litestar.plugins.sqlalchemy import base\nclass Config:\n    pass\nclass Author(base.UUIDBase):\n    pass\n"},
        "app:Author",
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", METADATA)
def test_metadata(write, shape):
    files, expected = METADATA[shape]

    assert found(write(files={"requirements.txt": "sqlalchemy\npsycopg\n", **files}))["metadata_path"] == expected


def test_a_file_of_sql_makes_the_tables(write):
    folder = write(files={"requirements.txt": "PyMySQL\n", "schema.sql": "CREATE TABLE items (id INT);\n"})

    assert found(folder)["schema_file"] == "schema.sql"


def test_a_plain_driver_with_the_address_in_parts(write):
    names = "MYSQL_HOST MYSQL_PORT MYSQL_USER MYSQL_PASSWD MYSQL_DB"
    reads = "".join(f'app.config["{name}"] = os.environ["{name}"]\n' for name in names.split())
    app = f"import os\n{FLASK}from flask_mysqldb import MySQL\napp = Flask('notes')\n{reads}mysql = MySQL(app)\n"
    answers = found(write(files={"requirements.txt": "flask\nflask-mysqldb\n", "app.py": app}))

    assert (answers["database"], answers["database_access"]) == ("mysql", "driver")
    assert answers["database_variable"] == names


@pytest.mark.parametrize("port, sure", [("3306", False), ("os.environ['DB_PORT']", True)])
def test_a_port_that_is_fixed_in_the_code_is_said(write, port, sure):
    connect = f"pymysql.connect(host=os.environ['DB_HOST'], port={port}, database=os.environ['DB_NAME'])\n"
    folder = write(files={"requirements.txt": "pymysql\n", "store.py": f"import os, pymysql\ndb = {connect}"})

    assert hook.detect(folder)["database_variable"].sure == sure


BROKERS = {
    "celery": ({"requirements.txt": "celery[redis]\n"}, ["redis"]),
    "celery with addresses": ({"requirements.txt": "celery\n", "app.py": "URL = 'redis://localhost'\n"}, ["redis"]),
    "celery alone": ({"requirements.txt": "celery\n"}, ["rabbitmq"]),
    "faststream": ({"pyproject.toml": '[project]\nname="x"\ndependencies=["faststream[kafka,nats]"]\n'}, ["kafka", "nats"]),
    "imports": ({"a.py": "import paho.mqtt.client as mqtt\n", "b.py": "from aio_pika import connect\n"}, ["rabbitmq", "mqtt"]),
}  # fmt: skip


@pytest.mark.parametrize("shape", BROKERS)
def test_brokers(write, shape):
    files, expected = BROKERS[shape]

    assert found(write(files=files))["brokers"] == expected


SETTINGS = "from pydantic_settings import BaseSettings, SettingsConfigDict\n"
FURTHER = {
    "Celery": (
        "celery[redis]",
        "import os\nBROKER = os.environ.get('CELERY_BROKER_URL', 'redis://localhost')\nRESULTS = os.getenv('CELERY_RESULT_BACKEND')\n",
        {"CELERY_BROKER_URL": "{redis}", "CELERY_RESULT_BACKEND": "{redis}"},
    ),
    "AMQP_URL": ("pika", "import os\nurl = os.environ['AMQP_URL']\n", {"AMQP_URL": "{rabbitmq}"}),
    "the usual name": ("redis", "import os\nurl = os.environ['REDIS_URL']\n", {}),
    "a type": ("redis", SETTINGS + "class S(BaseSettings):\n    cache: 'RedisDsn'\n", {"CACHE": "{redis}"}),
    "host and port": (
        "redis aiomqtt",
        SETTINGS
        + "class S(BaseSettings):\n    redis_host: str = 'x'\n    redis_port: int = 1\n    redis_db: int = 0\n    redis_timeout: int = 5\n"
        + "    mqtt_host: str\n    mqtt_port: int\n",
        {
            "REDIS_HOST": "{redis.host}", "REDIS_PORT": "{redis.port}", "REDIS_DB": "{redis.name}",
            "MQTT_HOST": "{mqtt.host}", "MQTT_PORT": "{mqtt.port}",
        },
    ),
    "Kafka": ("aiokafka", "import os\nbrokers = os.getenv('KAFKA_BOOTSTRAP_SERVERS')\n", {"KAFKA_BOOTSTRAP_SERVERS": "{kafka}"}),
    "NATS": ("nats-py", "from environs import Env\nenv = Env()\nservers = env.list('NATS_SERVERS')\n", {"NATS_SERVERS": "{nats}"}),
    "lists": (
        "aiokafka nats-py",
        SETTINGS + "class S(BaseSettings):\n    kafka_bootstrap_servers: list[str] = []\n    nats_hosts: List[str]\n",
        {"KAFKA_BOOTSTRAP_SERVERS": '["{kafka}"]', "NATS_HOSTS": '["{nats}"]'},
    ),
    "nested": (
        "aio-pika",
        SETTINGS + "from pydantic import BaseModel\nclass Queue(BaseModel):\n    url: str = 'amqp://localhost'\n"
        "class S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='APP__', env_nested_delimiter='__')\n    queue: Queue\n",
        {"APP__QUEUE__URL": "{rabbitmq}"},
    ),
    "Flask's prefix": (
        "flask redis",
        "from flask import Flask\nfrom redis import Redis\ndef create_app():\n    app = Flask(__name__)\n    app.config.from_prefixed_env('SHOP')\n"
        "    app.redis = Redis.from_url(app.config['REDIS_URL'])\n    return app\n",
        {"SHOP_REDIS_URL": "{redis}"},
    ),
    "without a default": (
        "fastapi",
        SETTINGS + "from typing import Literal, Optional\nfrom enum import Enum\nclass Stage(Enum):\n    LOCAL = 'local'\n"
        "class S(BaseSettings):\n    project_name: str\n    first_user: EmailStr\n    secret_key: str\n    origins: list[str]\n"
        "    stage: Stage\n    mode: Literal['slow', 'fast']\n    debug: bool = False\n    sentry_dsn: Optional[str]\n",
        {
            "PROJECT_NAME": "test", "FIRST_USER": "test@example.com", "SECRET_KEY": "0123456789abcdef0123456789abcdef",
            "ORIGINS": "[]", "STAGE": "local", "MODE": "slow",
        },
    ),
    "looked for first": (
        "fastapi",
        "import os\nif 'MODE' in os.environ:\n    mode = os.environ['MODE']\ntry:\n    key = os.environ['KEY']\nexcept KeyError:\n    key = ''\n"
        "def application(environ, start_response):\n    return environ['wsgi.input'], environ['REQUEST_METHOD']\n",
        {},
    ),
    "from the code's own defaults": ("fastapi", "import os\nos.environ.setdefault('MODE', 'x')\nmode = os.environ['MODE']\n", {}),
}  # fmt: skip


@pytest.mark.parametrize("shape", FURTHER)
def test_further_variables(write, shape):
    packages, code, expected = FURTHER[shape]
    folder = write(files={"requirements.txt": packages.replace(" ", "\n"), "settings.py": code})

    assert found(folder)["variables"] == expected


def test_values_come_from_the_example_that_the_repository_gives(write):
    code = "import os\nkey = os.environ['API_KEY']\nname = os.environ['NAME']\n"
    folder = write(files={"main.py": code, ".env.example": "# comment\nexport API_KEY='abc' \nOTHER=1\n"})

    assert found(folder)["variables"] == {"API_KEY": "abc", "NAME": "test"}


def test_a_second_address_for_code_without_await(write):
    code = SETTINGS + "class S(BaseSettings):\n    DATABASE_URL: str\n    DATABASE_ASYNC_URL: str\n"
    engine = "from sqlalchemy.ext.asyncio import create_async_engine\nengine = create_async_engine('x')\n"
    folder = write(files={"requirements.txt": "asyncpg\nsqlalchemy", "settings.py": code, "db.py": engine})

    findings = found(folder)
    assert findings["database_variable"] == "DATABASE_ASYNC_URL"
    assert findings["variables"] == {"DATABASE_URL": "{database.plain}"}


def test_code_that_calls_itself_src(write):
    code = FASTAPI + "from src.config import settings\napp = FastAPI()\n"

    assert found(write(files={"src/main.py": code, "src/config.py": "settings = 1\n"}))["app_path"] == "src.main:app"


ODD = {
    "empty": {},
    "not Python": {
        "app.py": "def (:\n",
        "pyproject.toml": "[[[",
        "docker-compose.yml": "a: [",
        "setup.cfg": "x",
    },
    "wrong types": {
        "pyproject.toml": 'project = 3\n[tool]\npoetry = "x"\nuv = 1\n',
        "docker-compose.yml": "services: [1, 2]\n",
    },
    "tags": {"docker-compose.yml": "services:\n  db:\n    image: postgres\n    ports: !reset []\n"},
    "Python 2": {"app.py": "print 'hello'\n"},
    "null bytes": {"app.py": "x = 1\0\n"},
    "non-ASCII": {"café/größe.py": "x = 'ä'\n"},
    "deep": {"app.py": "x = " + "(" * 300 + ")" * 300 + "\n"},
    "cycle": {"a.py": "from b import app\n", "b.py": "from a import app\n"},
}


@pytest.mark.parametrize("shape", ODD)
def test_odd_input_is_no_error(write, shape):
    assert found(write(files=ODD[shape]))["framework"] == "none"


def test_nothing_of_the_project_is_run(write, tmp_path):
    trap = f"import pathlib\npathlib.Path({str(tmp_path / 'ran')!r}).touch()\n"
    folder = write(
        files={
            "setup.py": trap,
            "app.py": trap + FASTAPI + "app = FastAPI()\n",
            "conftest.py": trap,
        }
    )

    assert found(folder)["app_path"] == "app:app"
    assert not (tmp_path / "ran").exists()
