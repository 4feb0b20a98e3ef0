def is_spring_tide(days_since_new_moon: float) -> bool:
    return min(days_since_new_moon % 14.77, 14.77 - days_since_new_moon % 14.77) < 2
