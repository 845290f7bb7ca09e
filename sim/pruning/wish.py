"""What is asked of PowerPruning."""

from dataclasses import dataclass

from sim.errors import SimError

METHODS = ("global", "layers", "pann")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    Attributes
    ----------
    method
        One of `METHODS`.
    points
        Of accuracy that may be lost against the unpruned network, on validation images.
    voltage
        Whether the supply may fall.
    vdd_v
        The supply; None chooses it.
    most_fj, most_ps
        Thresholds of `global`; None searches them.
    bits_x
        Of `layers` and `pann`; None takes those of the tables.
    higher
        Layers that are offered a higher price, those of most energy first.

    Raises
    ------
    SimError
        If something is unknown or out of range.
    """

    method: str = "global"
    points: float = 1.0
    voltage: bool = True
    vdd_v: float | None = None
    most_fj: float | None = None
    most_ps: float | None = None
    bits_x: int | None = None
    higher: int = 8

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise SimError(f"unknown method '{self.method}': known are {', '.join(METHODS)}")
        if self.method != "global" and (self.most_fj is not None or self.most_ps is not None):
            raise SimError(f"thresholds are for the method global, not for {self.method}")
        if self.vdd_v is not None and not self.voltage:
            raise SimError(f"a supply of {self.vdd_v:g} V is given, and that it may not fall")
        if self.method == "global" and self.bits_x is not None:
            raise SimError("bits of x are for the methods layers and pann, not for global")
        if not self.points >= 0:
            raise SimError(f"0 points or more may be lost, not {self.points:g}")
