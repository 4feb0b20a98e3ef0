from fastapi import FastAPI

from app.api.bookings import router

app = FastAPI(title="Bookings")
app.include_router(router)
