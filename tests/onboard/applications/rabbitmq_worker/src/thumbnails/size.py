def fit(width: int, height: int, box: int = 200) -> tuple[int, int]:
    scale = min(box / width, box / height, 1)
    return round(width * scale), round(height * scale)
