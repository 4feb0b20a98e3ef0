"""The existing applications below applications/, and what onboarding should make of each."""

from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).with_name("applications")
ADDITIONS = Path(__file__).parent / "additions" / "applications"  # tests that a person then writes


@dataclass(frozen=True)
class Application:
    """An application that was there before the template.

    Attributes:
        folder: where it is, below applications/.
        answers: what onboarding has to find out.
        correction: the one answer that cannot be found out, if there is one.
        install: arguments of `uv pip install` that install it.
        tests: the command that runs its own tests.
        setup: the command that gets what it needs besides Python packages.
    """

    folder: str
    answers: dict[str, object]
    install: tuple[str, ...]
    correction: dict[str, object] = field(default_factory=dict)
    tests: tuple[str, ...] = ("{python}", "-m", "pytest")
    setup: tuple[str, ...] = ()

    def own_tests(self, python: Path) -> list[str]:
        """The command that runs its own tests."""
        return [word.format(python=python) for word in self.tests]

    def __str__(self) -> str:
        return self.folder.partition("/")[0]


APPLICATIONS = [
    Application(
        "fastapi_async_alembic",
        {
            "project_name": "bookings",
            "framework": "fastapi",
            "database": "postgresql",
            "database_access": "sqlalchemy",
            "async_database": True,
            "postgresql_driver": "asyncpg",
            "brokers": [],
            "python_min": "3.11",
            "package_manager": "uv",
            "app_path": "app.main:app",
            "metadata_path": "app.db.base:Base",
            "alembic_config": "alembic.ini",
            "database_variable": "DATABASE_URL",
        },
        install=("-r", "pyproject.toml", "--group", "dev"),
    ),
    Application(
        "asyncpg_alembic",
        {
            "project_name": "stalls",
            "framework": "fastapi",
            "database": "postgresql",
            "database_access": "driver",
            "async_database": True,
            "postgresql_driver": "asyncpg",
            "brokers": [],
            "python_min": "3.11",
            "package_manager": "uv",
            "app_path": "stalls.main:get_app",
            "alembic_config": "alembic.ini",
            "database_variable": "STALLS_DB_HOST STALLS_DB_PORT STALLS_DB_USER STALLS_DB_PASS STALLS_DB_BASE",
        },
        install=("-r", "pyproject.toml", "--group", "dev"),
    ),
    Application(
        "fastapi_sync",
        {
            "project_name": "invoices",
            "framework": "fastapi",
            "database": "postgresql",
            "database_access": "sqlalchemy",
            "async_database": False,
            "brokers": [],
            "python_min": "3.10",
            "package_manager": "poetry",
            "app_path": "invoices.main:create_app",
            "metadata_path": "invoices.models:Base",
            "alembic_config": "",
            "database_variable": "SQLALCHEMY_DATABASE_URI",
            "readiness_path": "/healthz",
        },
        install=("-e", "."),
    ),
    Application(
        "flask_sqlite3",
        {
            "project_name": "flask_sqlite3",
            "framework": "flask",
            "database": "sqlite",
            "database_access": "driver",
            "brokers": [],
            "python_min": "3.11",
            "package_manager": "pip",
            "app_path": "notes:create_app",
            "schema_file": "notes/schema.sql",
            "readiness_path": "/",
            "database_variable": "DATABASE",
        },
        install=("-r", "requirements.txt"),
    ),
    Application(
        "flask_sqlalchemy",
        {
            "project_name": "flask_sqlalchemy",
            "framework": "flask",
            "database": "postgresql",
            "database_access": "sqlalchemy",
            "brokers": [],
            "python_min": "3.11",
            "package_manager": "pip",
            "app_path": "parcels:create_app",
            "metadata_path": "parcels.models:db",
            "alembic_config": "",
            "database_variable": "DATABASE_URL",
        },
        install=("-r", "requirements/dev.txt"),
    ),
    Application(
        "django_celery",
        {
            "project_name": "django_celery",
            "framework": "django",
            "database": "postgresql",
            "brokers": ["redis"],
            "redis_server": "redis",
            "python_min": "3.11",
            "package_manager": "pip",
            "django_settings": "config.settings.local",
            "database_variable": "POSTGRES_HOST POSTGRES_PORT POSTGRES_USER POSTGRES_PASSWORD POSTGRES_DB",
        },
        install=("-r", "requirements.txt"),
    ),
    Application(
        "litestar_async",
        {
            "project_name": "plants",
            "framework": "litestar",
            "database": "sqlite",
            "database_access": "sqlalchemy",
            "async_database": True,
            "brokers": [],
            "python_min": "3.11",
            "package_manager": "pdm",
            "app_path": "plants.asgi:app",
            "metadata_path": "plants.store:Table",
            "alembic_config": "",
            "database_variable": "PLANTS_DB_URL",
        },
        install=("-e", "."),
    ),
    Application(
        "rabbitmq_worker",
        {
            "project_name": "thumbnail-worker",
            "framework": "none",
            "database": "none",
            "brokers": ["rabbitmq"],
            "python_min": "3.11",
            "package_manager": "uv",
        },
        install=("-e", "."),
    ),
    Application(
        "core_library",
        {
            "project_name": "ledgerlib",
            "framework": "none",
            "database": "postgresql",
            "database_access": "sqlalchemy",
            "async_database": False,
            "brokers": [],
            "python_min": "3.10",
            "package_manager": "pip",
            "metadata_path": "ledgerlib.tables:metadata",
            "alembic_config": "",
            "database_variable": "DATABASE_URL",
        },
        install=("-e", ".[postgres]"),
    ),
    Application(
        "monorepo/services/api",
        {
            "project_name": "api",
            "framework": "fastapi",
            "database": "sqlite",
            "database_access": "sqlalchemy",
            "async_database": False,
            "brokers": ["redis"],
            "redis_server": "redis",
            "python_min": "3.11",
            "package_manager": "pip",
            "app_path": "main:app",
            "metadata_path": "models:Base",
            "alembic_config": "",
            "database_variable": "DATABASE_URL",
        },
        install=("-r", "requirements.txt"),
    ),
    Application(
        "odd_pytest",
        {
            "project_name": "tides",
            "framework": "fastapi",
            "database": "sqlite",
            "database_access": "sqlalchemy",
            "async_database": False,
            "brokers": [],
            "python_min": "3.11",
            "package_manager": "uv",
            "app_path": "tides.api:application",
            "metadata_path": "tides.api:Model",
            "alembic_config": "",
            "database_variable": "TIDES_DATABASE_URL",
        },
        install=("-e", "."),
    ),
    Application(
        "node_service",
        {
            "project_name": "node_service",
            "framework": "external",
            "database": "none",
            "brokers": [],
            "python_min": "3.11",
            "package_manager": "pip",
            "start_command": "npm start",
            "readiness_path": "/health",
        },
        install=(),
        tests=("node", "--test"),
    ),
    Application(
        "express",
        {
            "project_name": "express",
            "framework": "external",
            "database": "postgresql",
            "brokers": [],
            "python_min": "3.11",
            "package_manager": "pip",
            "start_command": "npm start",
            "readiness_path": "/health",
            "database_variable": "DATABASE_URL",
        },
        install=(),
        setup=("npm", "install", "--no-package-lock", "--no-audit", "--no-fund"),
        tests=("npm", "test"),
    ),
]
