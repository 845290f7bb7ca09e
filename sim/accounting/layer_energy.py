"""What a layer takes for one image."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LayerEnergy:
    """Energy of one layer for one image.

    Attributes
    ----------
    layer
        Its name; `all` for the sum.
    macs
        Multiplications.
    operations
        Of the unit.
    paper_flips
        Bit flips by the formula for uniform operands.
    toggles
        Toggles of nets as measured; None without power models.
    energy_fj
        As measured; None without power models.
    parts, causes
        Energy in fJ by part of the unit, and by cause.
    unit, model
        Which unit, and which of its models.
    """

    layer: str
    macs: int
    operations: float
    paper_flips: float
    toggles: float | None = None
    energy_fj: float | None = None
    parts: dict[str, float] = field(default_factory=dict)
    causes: dict[str, float] = field(default_factory=dict)
    unit: str = ""
    model: str = ""
