"""A tiny existing application for each framework: what scope=tests is rendered onto."""

from pathlib import Path
from textwrap import dedent

from .profiles import Answers

MODELS = """\
    from sqlalchemy import String
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


    class Base(DeclarativeBase):
        pass


    class Machine(Base):
        __tablename__ = "machines"

        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str] = mapped_column(String(50), unique=True)
    """
STORE = """\
    import os

    from pymongo import MongoClient

    client: MongoClient = MongoClient(os.environ["MONGODB_URL"])
    machines = client.get_default_database()["machines"]
    """
MAIN = {
    "fastapi": """\
        from fastapi import FastAPI

        app = FastAPI()


        @app.get("/health")
        def health() -> dict[str, str]:
            return {"status": "ok"}
        """,
    "litestar": """\
        from litestar import Litestar, get


        @get("/health")
        async def health() -> dict[str, str]:
            return {"status": "ok"}


        app = Litestar([health])
        """,
    "flask": """\
        from flask import Flask


        def create_app() -> Flask:
            app = Flask(__name__)

            @app.get("/health")
            def health() -> dict[str, str]:
                return {"status": "ok"}

            return app
        """,
    "external": """\
        import os
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200 if self.path == "/" else 404)
                self.end_headers()


        ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
        """,
    "none": """\
        def double(number: int) -> int:
            return 2 * number
        """,
}
DJANGO = {
    "__init__.py": "",
    "settings.py": """\
        import os

        SECRET_KEY = "only for development"
        INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "shop_floor"]
        ROOT_URLCONF = "shop_floor.urls"
        DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "shop_floor.db"}}
        DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
        """,
    "urls.py": """\
        from django.http import JsonResponse
        from django.urls import path

        urlpatterns = [path("health", lambda request: JsonResponse({"status": "ok"}))]
        """,
    "models.py": """\
        from django.db import models


        class Machine(models.Model):
            name = models.CharField(max_length=50, unique=True)
        """,
    "migrations/__init__.py": "",
    "migrations/0001_initial.py": """\
        from django.db import migrations, models


        class Migration(migrations.Migration):
            initial = True
            operations = [
                migrations.CreateModel(
                    "Machine",
                    [
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                        ("name", models.CharField(max_length=50, unique=True)),
                    ],
                )
            ]
        """,
}
# With MariaDB the settings stay those for SQLite: the tests then bring the engine and the driver.
DJANGO_ON_MYSQL = """
    import pymysql

    pymysql.install_as_MySQLdb()
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.mysql",
        "HOST": "database.example.com",
        "USER": "shop",
        "NAME": "shop",
        "OPTIONS": {"charset": "utf8mb4", "read_default_file": "/etc/shop/my.cnf"},
    }
    """
DRIVERS = {
    "sqlite": "aiosqlite",
    "postgresql": "psycopg[binary]",
    "mysql": "pymysql[rsa]",
    "mariadb": "pymysql",
}


def write(folder: Path, answers: Answers) -> Answers:
    """Write the application; the answers that say where its parts are."""
    package = folder / "shop_floor"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    framework = answers["framework"]
    if framework == "django":
        for name, text in DJANGO.items():
            (package / name).parent.mkdir(exist_ok=True)
            (package / name).write_text(dedent(text))
        if answers["database"] == "mysql":
            with (package / "settings.py").open("a") as settings:
                settings.write(dedent(DJANGO_ON_MYSQL))
        return {"django_settings": "shop_floor.settings"}
    (package / "main.py").write_text(dedent(MAIN[framework]))
    found = {}
    if framework == "external":
        return {"start_command": "python3 -m shop_floor.main"}
    if framework != "none":
        found["app_path"] = f"shop_floor.main:{'create_app' if framework == 'flask' else 'app'}"
    if answers["database"] == "mongodb":
        (package / "__init__.py").write_text("from .store import machines as machines\n")
        client = "AsyncMongoClient" if answers.get("async_database") else "MongoClient"
        (package / "store.py").write_text(dedent(STORE).replace("MongoClient", client))
    elif answers["database"] != "none" and answers.get("database_access") != "driver":
        (package / "models.py").write_text(dedent(MODELS))
        found["metadata_path"] = "shop_floor.models:Base"
    return found


def requirements(answers: Answers) -> list[str]:
    """What the application itself needs."""
    framework, database = answers["framework"], answers["database"]
    if framework == "external":
        return []
    needs = [framework] if framework != "none" else []
    needs += ["uvicorn"] if framework in ("fastapi", "litestar") else []
    if framework == "django":
        return [*needs, *([DRIVERS[database]] if database != "sqlite" else [])]
    needs += ["sqlalchemy[asyncio]>=2", DRIVERS[database]] if database in DRIVERS else []
    needs += ["pymongo"] if database == "mongodb" else []
    needs += ["asyncpg"] if answers.get("postgresql_driver") == "asyncpg" else []
    needs += ["alembic"] if answers.get("alembic_config") else []
    return needs
