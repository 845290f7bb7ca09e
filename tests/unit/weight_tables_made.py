"""Tables of weights made up for tests, in the format of `characterize weights`."""

import json
from pathlib import Path
from typing import Any

import numpy as np

LAYERS = ("conv1", "conv2", "conv3", "linear")
META: dict[str, Any] = {
    "schema_version": 1, "unit": "mac_stationary_x4u_w4s_a32", "acc_bits": 32, "library": "made_up",
    "delay_model": "library", "step_ps": 2.0, "clock_ps": 1000.0, "static_critical_ps": 320.0,
    "vdd_v": 0.7, "vth_v": 0.25, "alpha": 1.5, "vmin_v": 0.45,
}  # fmt: skip


def arrays(bits: int = 4, layers: tuple[str, ...] = LAYERS, **meta: Any) -> dict[str, Any]:
    """Energies that grow with the ones of a weight, arrivals with those of all operands."""
    weights = np.arange(-(1 << bits - 1), 1 << bits - 1)
    activations = np.arange(1 << bits)
    ones = np.array([bin(int(w) & ((1 << bits) - 1)).count("1") for w in weights])
    energy = 30 + 10.0 * ones + 0.5 * np.abs(weights)
    rows = [energy * (1 + 0.1 * index) for index in range(len(layers) + 1)]
    moved = np.array([[bin(a ^ b).count("1") for b in activations] for a in activations])
    arrival = (100 + 25 * ones[:, None, None] + 20 * moved[None]) * (moved[None] > 0)
    arrival = arrival * (weights != 0)[:, None, None]
    count = activations.size
    return {
        "weights": weights.astype(np.int16), "activations": activations.astype(np.int16),
        "layers": np.array(layers), "energy_fj": np.array(rows),
        "share": np.full((len(layers), count, count), 1 / count**2),
        "arrival_ps": arrival.astype(np.float32), "meta": np.array(json.dumps(META | meta)),
    }  # fmt: skip


def write(path: Path, **changed: Any) -> Path:
    """Write a file, some of whose arrays are others, or left out if None."""
    content = {**arrays(), **changed}
    np.savez(path, **{name: values for name, values in content.items() if values is not None})
    return path
