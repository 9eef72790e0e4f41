def is_happy(hour: int) -> bool:
    return 16 <= hour < 18
