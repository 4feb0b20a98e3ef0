from alembic import context
from sqlalchemy import create_engine, pool

from stalls.settings import settings

with create_engine(settings.db_url, poolclass=pool.NullPool).connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
