def cents(grams: int) -> int:
    return 500 if grams <= 2000 else 500 + (grams - 2000) // 10
