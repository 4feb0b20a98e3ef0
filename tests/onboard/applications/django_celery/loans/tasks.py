from celery import shared_task


def reminder(book: str, reader: str) -> str:
    return f"Dear {reader}, please bring back {book}."


@shared_task
def remind(book: str, reader: str) -> str:
    return reminder(book, reader)
