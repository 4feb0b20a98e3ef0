def litres(plants: int, celsius: float) -> float:
    return plants * (0.2 if celsius < 25 else 0.5)
