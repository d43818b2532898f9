"""Money is counted in whole cents: nobody ever lost a cup of tea to a rounding error."""


def euros(cents: int) -> str:
    """Cents as people write them: `€4.50`, `-€0.20`."""
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}€{whole}.{rest:02d}"


def percent(cents: int, rate: int) -> int:
    """`rate` percent of an amount, half a cent rounded up."""
    return (cents * rate + 50) // 100
