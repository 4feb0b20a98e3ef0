def for_guest(cents: int, employee: bool) -> int:
    return cents if not employee else cents * 7 // 10
