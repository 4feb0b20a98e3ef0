import os

from sqlalchemy import String
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

engine = create_async_engine(os.getenv("PLANTS_DB_URL", "sqlite+aiosqlite:///plants.db"))
sessions = async_sessionmaker(engine, expire_on_commit=False)


class Table(DeclarativeBase):
    pass


class Plant(Table):
    __tablename__ = "plants"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
