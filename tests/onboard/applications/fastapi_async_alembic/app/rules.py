from app.core.config import settings


def tables_needed(guests: int) -> int:
    return -(-guests // settings.seats_per_table)
