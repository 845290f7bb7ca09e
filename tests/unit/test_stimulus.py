"""Stimuli: frozen samples, and the distributions that they claim."""

import numpy as np
import pytest

from characterize.errors import CharacterizeError
from characterize.stimulus import STIMULI, Stimulus, default_stimuli
from characterize.units import Registry

MANY = 200_001
FROZEN = {
    "uniform x": [131, 45, 155, 33, 182, 48, 91, 158],
    "uniform w": [-128, 108, -88, -108, 2, 46, 27, -103],
    "relu x": [0, 0, 0, 0, 0, 0, 196, 242],
    "gaussian x": [61, 35, 68, 72, 186, 22, 144, 46],
    "gaussian w": [-26, -16, 34, -11, -14, -48, 33, 8],
}


def test_the_first_samples_never_change(registry: Registry) -> None:
    """Frozen: another value here changes every committed table."""
    unit = registry.unit("mac_array_x8u_w8s_a32")
    found = {name: Stimulus(name).operands(unit, 8) for name in STIMULI}
    assert found["uniform"]["x"].tolist() == FROZEN["uniform x"]
    assert found["uniform"]["w"].tolist() == FROZEN["uniform w"]
    assert found["relu"]["x"].tolist() == FROZEN["relu x"]
    assert found["gaussian"]["x"].tolist() == FROZEN["gaussian x"]
    assert found["gaussian"]["w"].tolist() == FROZEN["gaussian w"]


def test_uniform_takes_every_value_alike(registry: Registry) -> None:
    unit = registry.unit("multiplier_array_x4s_w4u")
    operands = Stimulus("uniform").operands(unit, MANY)
    for role, low in (("x", -8), ("w", 0)):
        values, counts = np.unique(operands[role], return_counts=True)
        assert values.tolist() == list(range(low, low + 16))
        # Six standard deviations of a binomial count.
        expected = MANY / 16
        assert np.all(np.abs(counts - expected) < 6 * np.sqrt(expected))


def test_gaussian_has_its_sigma_and_stays_in_the_format(registry: Registry) -> None:
    unit = registry.unit("multiplier_array_x8s_w8u")
    operands = Stimulus("gaussian").operands(unit, MANY)
    x, w = operands["x"], operands["w"]
    assert abs(x.mean()) < 0.5
    assert x.std() == pytest.approx(128 / 3, rel=0.01)
    assert (x.min(), x.max()) == (-128, 127)
    assert w.min() == 0
    assert w.mean() == pytest.approx(256 / 3 * np.sqrt(2 / np.pi), rel=0.01)


def test_relu_makes_half_of_an_unsigned_x_zero(registry: Registry) -> None:
    unit = registry.unit("multiplier_array_x8u_w8s")
    x = Stimulus("relu").operands(unit, MANY)["x"]
    assert (x == 0).mean() == pytest.approx(0.5, abs=0.01)
    assert x.max() == 255


def test_wide_numbers_use_their_low_bits(registry: Registry) -> None:
    unit = registry.unit("adder_ripple_x32s_y32s")
    x = Stimulus("gaussian").operands(unit, MANY)["x"]
    assert x.std() == pytest.approx((2**31 - 1) / 3, rel=0.01)
    assert (x & 1).mean() == pytest.approx(0.5, abs=0.01)


def test_ports_seeds_and_prefixes(registry: Registry) -> None:
    """Ports differ, seeds differ, and a longer stream begins with the shorter one."""
    unit = registry.unit("multiplier_array_x8s_w8s")
    short, long = (Stimulus("uniform").operands(unit, n) for n in (50, 500))
    other = Stimulus("uniform", seed=2).operands(unit, 50)
    assert np.array_equal(short["x"], long["x"][:50])
    assert not np.array_equal(short["x"], short["w"])
    assert not np.array_equal(short["x"], other["x"])


def test_default_stimuli_and_unknown_names(registry: Registry) -> None:
    assert default_stimuli(registry.unit("multiplier_array_x8u_w8s")) == ("uniform", "relu")
    assert default_stimuli(registry.unit("multiplier_array_x8s_w8s")) == ("uniform", "gaussian")
    with pytest.raises(CharacterizeError, match="unknown stimulus 'nonsense': known are uniform"):
        Stimulus("nonsense")


def test_weights_of_the_adding_unit_are_held_for_their_additions(registry: Registry) -> None:
    unit = registry.unit("pann_q5u_x8u_a32")
    for name in STIMULI:
        operands = Stimulus(name).operands(unit, 3000)
        finished = unit.references(operands)["next"]
        begins = np.flatnonzero(np.concatenate([[1], finished[:-1]]))
        lengths = np.diff(begins)
        # Every weight gets as many cycles as it says, and sums are cleared between weights.
        assert np.array_equal(lengths, operands["q"][begins[:-1]])
        assert lengths.min() >= 1
        assert set(np.flatnonzero(operands["clear"])) <= set(begins)
        assert operands["clear"].sum() == 12
        assert {values.size for values in operands.values()} == {3000}
        for role in ("x", "sign"):
            assert np.all(np.diff(operands[role])[finished[:-1] == 0] == 0)
