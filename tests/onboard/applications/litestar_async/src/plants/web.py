from dataclasses import dataclass

from litestar import Litestar, get, post
from litestar.exceptions import HTTPException
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from plants.store import Plant, Table, engine, sessions


@dataclass
class NewPlant:
    name: str


@post("/plants")
async def add(data: NewPlant) -> dict[str, str]:
    async with sessions() as session:
        session.add(Plant(name=data.name))
        try:
            await session.commit()
        except IntegrityError:
            raise HTTPException(status_code=409, detail="this plant is there") from None
    return {"name": data.name}


@get("/plants")
async def names() -> list[str]:
    async with sessions() as session:
        return list(await session.scalars(select(Plant.name)))


async def create_tables() -> None:
    async with engine.begin() as connection:
        await connection.run_sync(Table.metadata.create_all)


def build() -> Litestar:
    return Litestar([add, names], on_startup=[create_tables])
