"""The tables from which weights and activations are chosen: made, and written as one file.

The file, `.npz`, schema version 1:

    weights      int16 (W,), activations int16 (X,): every value of the formats, ascending
    layers       str (L,): names of the weighted layers
    energy_fj    float64 (L + 1, W): mean energy of a whole MAC cycle for each weight, multiplier,
                 adder, registers, clock and leakage; the last row: uniform transitions
    share        float64 (L, X, X): how often each transition of the activation occurs
    arrival_ps   float32 (W, X, X): when the sum is safely stored, see `MultiplierTables`
    meta         JSON: unit, acc_bits, library, delay_model, step_ps, clock_ps,
                 static_critical_ps, addend_path_ps, vdd_v, vth_v, alpha, vmin_v, and where they
                 are from

`static_critical_ps` is the longest path from the operands' registers to that of the sum in
the delays of simulation, as arrivals are: 1 - arrival / static is what a selection gains, and
no difference of delay models. `worst_arcs_ps` is the same path with the worst of all arcs.
"""

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from characterize.delays import delays_of, operand_delay_ps
from characterize.energy import EnergyReport
from characterize.files import write_bytes
from characterize.library import FloatArray
from characterize.models.exact_tables import multiplier_weights_fj
from characterize.models.streams import mac_streams
from characterize.network.layers import LayerGates, Mapped
from characterize.pruning.adder import rest_energy_fj
from characterize.pruning.multiplier import MultiplierTables, multiplier_tables
from characterize.pruning.paths import addend_path_ps, product_nets, static_path_ps
from characterize.pruning.transitions import Transitions, layer_transitions, uniform_transitions
from characterize.simulators.bitparallel.engine import BitParallel
from characterize.simulators.protocol import Simulation
from characterize.voltage import VoltageLaw
from sim.patches import Array

SCHEMA_VERSION = 1
_STREAMS, _OPERATIONS = 128, 4096


@dataclass(frozen=True, eq=False)
class PruningTables:
    """What the file holds, see the head of the module.

    Attributes
    ----------
    multiplier
        Its tables.
    layers, energy_fj, share, meta
        As in the file.
    """

    multiplier: MultiplierTables
    layers: tuple[str, ...]
    energy_fj: FloatArray
    share: FloatArray
    meta: dict[str, Any]

    def write(self, path: Path) -> None:
        """Write the file in one step.

        Raises
        ------
        CharacterizeError
            If it cannot be written.
        """
        arrays: dict[str, npt.NDArray[Any]] = {
            "weights": self.multiplier.weights.astype(np.int16),
            "activations": self.multiplier.activations.astype(np.int16),
            "layers": np.array(self.layers, dtype=np.str_),
            "energy_fj": self.energy_fj,
            "share": self.share,
            "arrival_ps": self.multiplier.arrival_ps,
            "meta": np.array(json.dumps(self.meta, sort_keys=True)),
        }
        content = io.BytesIO()
        np.savez_compressed(content, **arrays)  # type: ignore[arg-type]
        write_bytes(path, content.getvalue())


@dataclass(frozen=True, eq=False)
class Costs:
    """What toggles and cycles of a unit cost.

    Attributes
    ----------
    multiplier_fj, rest_fj
        Energy of a toggle of each net of the multiplier and its operands, and of the
        others; 0 elsewhere; shape (nets,).
    cycle_fj
        Clock and leakage of a cycle.
    """

    multiplier_fj: FloatArray
    rest_fj: FloatArray
    cycle_fj: float


def costs_of(mapped: Mapped) -> Costs:
    """The costs of a unit, its internal energies weighted by what synthetic streams toggle.

    Raises
    ------
    CharacterizeError
        If its operands are not x, w and addend.
    """
    netlist = mapped.netlist
    product_nets(netlist)  # refuses other units
    operands = mac_streams(netlist.unit, _STREAMS, _OPERATIONS)
    (outcome,) = BitParallel().run([Simulation(netlist.unit, operands, netlist, 1, mapped.delays)])
    assert outcome.activity is not None
    report = EnergyReport(netlist, mapped.timing, outcome.activity, mapped.clock_ps)
    own = multiplier_weights_fj(netlist, mapped.timing, outcome.activity, mapped.clock_ps)
    rest = np.where(own == 0, report.toggle_energy_fj, 0.0)
    rest[list(netlist.clock_nets)] = 0.0
    return Costs(own, rest, report.whole.clock_fj + report.whole.leakage_fj)


def pruning_tables(
    layers: Sequence[LayerGates],
    inputs: dict[str, Array],
    about: dict[str, Any],
    advance: Callable[[str], None] = lambda _: None,
) -> PruningTables:
    """Make the tables of a network whose layers are all on one unit.

    Parameters
    ----------
    inputs
        Source of each layer -> what it takes, of all images.
    about
        Where they are from: goes into `meta`.
    advance
        Told what is done next.

    Raises
    ------
    CharacterizeError
        If the unit is another one, or a layer has no transitions.
    """
    mapped = layers[0].unit
    netlist = mapped.netlist
    advance("energies of toggles")
    costs = costs_of(mapped)
    advance("every weight and transition")
    tables = multiplier_tables(mapped, costs.multiplier_fj)
    x, w = (port.format for role in "xw" if (port := netlist.unit.port(role)) is not None)
    energies, shares = [], []
    for layer in layers:
        advance(layer.name)
        transitions = layer_transitions(layer, inputs[layer.source])
        energies.append(_energy_fj(mapped, costs, tables, transitions))
        shares.append(transitions.share)
    energies.append(_energy_fj(mapped, costs, tables, uniform_transitions(x, w)))
    return PruningTables(
        tables,
        tuple(layer.name for layer in layers),
        np.array(energies),
        np.array(shares),
        _meta(mapped) | about,
    )


def _energy_fj(
    mapped: Mapped, costs: Costs, tables: MultiplierTables, transitions: Transitions
) -> FloatArray:
    share = transitions.share.astype(np.float32).ravel()
    multiplier = np.array([table.ravel() @ share for table in tables.energy_fj], dtype=np.float64)
    return multiplier + rest_energy_fj(mapped, costs.rest_fj, transitions) + costs.cycle_fj


def _meta(mapped: Mapped) -> dict[str, Any]:
    netlist, library = mapped.netlist, mapped.netlist.library
    addend = netlist.unit.port("addend")
    assert addend is not None  # other units were refused
    # The static path does not hang on how the network is simulated.
    timed = delays_of(netlist, mapped.timing, "library", mapped.delays.step_ps)
    law = VoltageLaw.of(library)
    return {
        "schema_version": SCHEMA_VERSION,
        "unit": netlist.unit.name,
        "acc_bits": addend.format.bits,
        "library": library.name,
        "delay_model": mapped.delays.model,
        "step_ps": mapped.delays.step_ps,
        "clock_ps": mapped.clock_ps,
        "static_critical_ps": static_path_ps(netlist, mapped.timing, timed),
        "addend_path_ps": addend_path_ps(netlist, mapped.timing, timed),
        "worst_arcs_ps": mapped.timing.critical_path_ps + operand_delay_ps(library),
        "vdd_v": library.conditions.vdd_v,
        "vth_v": law.vth_v if law else None,
        "alpha": law.alpha if law else None,
        "vmin_v": law.vmin_v if law else None,
        "voltage_source": law.source if law else None,
    }
