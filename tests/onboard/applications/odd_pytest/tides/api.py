import os

from fastapi import FastAPI
from sqlalchemy import Float, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

engine = create_engine(os.environ.get("TIDES_DATABASE_URL", "sqlite:///tides.db"))


class Model(DeclarativeBase):
    pass


class Level(Model):
    __tablename__ = "levels"

    place: Mapped[str] = mapped_column(primary_key=True)
    metres: Mapped[float] = mapped_column(Float)


application = FastAPI(title="Tides")


@application.put("/levels/{place}", status_code=204)
def measure(place: str, metres: float):
    with Session(engine) as session, session.begin():
        session.merge(Level(place=place, metres=metres))


@application.get("/levels")
def levels() -> dict[str, float]:
    with Session(engine) as session:
        return {level.place: level.metres for level in session.scalars(select(Level))}
