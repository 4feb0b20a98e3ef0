from contextlib import asynccontextmanager
from decimal import Decimal

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy.orm import Session

from . import models
from .database import Base, engine, get_db
from .tax import gross


class NewInvoice(BaseModel):
    number: str
    net: Decimal


@asynccontextmanager
async def lifespan(app: FastAPI):
    Base.metadata.create_all(engine)
    yield


def create_app() -> FastAPI:
    app = FastAPI(lifespan=lifespan)

    @app.post("/invoices", status_code=201)
    def issue(new: NewInvoice, db: Session = Depends(get_db)):
        if db.query(models.Invoice).filter_by(number=new.number).first():
            raise HTTPException(400, "this number is taken")
        db.add(models.Invoice(number=new.number, net=new.net))
        db.commit()
        return {"number": new.number, "gross": gross(new.net)}

    @app.get("/healthz")
    def healthz():
        return {"status": "ok"}

    return app
