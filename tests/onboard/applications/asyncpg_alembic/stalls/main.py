from contextlib import asynccontextmanager

import asyncpg
from fastapi import FastAPI, HTTPException, Request

from stalls.settings import settings


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.pool = await asyncpg.create_pool(settings.db_url, min_size=1, max_size=4)
    yield
    await app.state.pool.close()


def get_app() -> FastAPI:
    app = FastAPI(lifespan=lifespan)

    @app.get("/stalls")
    async def stalls(request: Request) -> list[str]:
        rows = await request.app.state.pool.fetch("SELECT name FROM stalls ORDER BY name")
        return [row["name"] for row in rows]

    @app.post("/stalls/{name}", status_code=201)
    async def open_stall(name: str, request: Request) -> str:
        try:
            await request.app.state.pool.execute("INSERT INTO stalls (name) VALUES ($1)", name)
        except asyncpg.UniqueViolationError:
            raise HTTPException(409, "there is one already") from None
        return name

    return app
