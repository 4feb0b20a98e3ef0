from sqlalchemy import Engine, func, insert, select

from .tables import entries


class Ledger:
    """Entries of one account; every entry is committed at once."""

    def __init__(self, engine: Engine):
        self.engine = engine

    def book(self, reference: str, cents: int) -> None:
        with self.engine.begin() as connection:
            connection.execute(insert(entries).values(reference=reference, cents=cents))

    def balance(self) -> int:
        with self.engine.connect() as connection:
            return connection.scalar(select(func.coalesce(func.sum(entries.c.cents), 0)))
