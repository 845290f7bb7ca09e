"""The voltage law of a library: what its settings say of it."""

from dataclasses import dataclass

from characterize.cell_table import LIBRARIES_DIR
from characterize.errors import CharacterizeError
from characterize.files import read_toml
from characterize.library import CellLibrary
from sim import voltage
from sim.errors import SimError

_NAMES = ("vth_v", "alpha", "vmin_v")


@dataclass(frozen=True, slots=True)
class VoltageLaw:
    """Delay and energy of a library at another supply voltage, by `sim.voltage`.

    Energies are measured at the nominal voltage and scaled by this law.

    Attributes
    ----------
    nominal_v
        Supply voltage of the library's tables.
    vth_v, alpha
        Threshold voltage and exponent of the alpha-power law.
    vmin_v
        Lowest voltage that may be chosen.
    source
        Where the figures are from.
    """

    nominal_v: float
    vth_v: float
    alpha: float
    vmin_v: float
    source: str

    @classmethod
    def of(cls, library: CellLibrary) -> "VoltageLaw | None":
        """The law in the settings of a shipped library; None where there is none.

        Raises
        ------
        CharacterizeError
            If the settings have one that is not whole.
        """
        path = LIBRARIES_DIR / "settings" / f"{library.name}.toml"
        if not path.is_file():
            return None
        table = read_toml(path).get("voltage")
        if table is None:
            return None
        if set(table) != {*_NAMES, "source"}:
            raise CharacterizeError(f"{path}: voltage must have {', '.join(_NAMES)}, source")
        nominal = library.conditions.vdd_v
        vth_v, alpha, vmin_v = (float(table[name]) for name in _NAMES)
        law = cls(nominal, vth_v, alpha, vmin_v, str(table["source"]))
        if not 0 < law.vth_v < law.vmin_v <= nominal:
            raise CharacterizeError(
                f"{path}: voltage: vth_v below vmin_v, and that not above {nominal:g} V, is needed"
            )
        return law

    def delay_factor(self, vdd_v: float) -> float:
        """How many times as long delays are as at the nominal voltage.

        Raises
        ------
        CharacterizeError
            If the voltage is not above the threshold.
        """
        try:
            return voltage.delay_factor(vdd_v, self.nominal_v, self.vth_v, self.alpha)
        except SimError as error:
            raise CharacterizeError(str(error)) from error
