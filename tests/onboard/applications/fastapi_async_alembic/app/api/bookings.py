from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.session import get_session
from app.models.booking import Booking
from app.rules import tables_needed

router = APIRouter(prefix="/bookings")
Session = Annotated[AsyncSession, Depends(get_session)]


class NewBooking(BaseModel):
    code: str
    guests: int


@router.post("", status_code=201)
async def book(new: NewBooking, session: Session):
    session.add(Booking(code=new.code, guests=new.guests))
    try:
        await session.commit()
    except IntegrityError:
        raise HTTPException(409, "this code is taken") from None
    return {"code": new.code, "tables": tables_needed(new.guests)}


@router.get("")
async def bookings(session: Session):
    return [{"code": b.code, "guests": b.guests} for b in await session.scalars(select(Booking))]
