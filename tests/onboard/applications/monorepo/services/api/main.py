import os

import redis
from database import SessionLocal, engine
from fastapi import FastAPI, HTTPException
from models import Base, Meal
from sqlalchemy.exc import IntegrityError

app = FastAPI()
cache = redis.Redis.from_url(os.environ.get("REDIS_URL", "redis://localhost:6379"))
Base.metadata.create_all(engine)


@app.post("/meals", status_code=201)
def add(name: str):
    with SessionLocal() as session:
        session.add(Meal(name=name))
        try:
            session.commit()
        except IntegrityError:
            raise HTTPException(409, "this meal is there") from None
    cache.delete("meals")
    return {"name": name}
