"""Stimuli: frozen samples, and the distributions that they claim."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from characterize.errors import CharacterizeError
from characterize.stimulus import Stimulus, default_stimuli
from characterize.units import Registry

MANY = 200_001
DRAWN = ("uniform", "gaussian", "relu", "sparse(0.5)", "correlated(0.9)")
FROZEN = {
    "uniform x": [131, 45, 155, 33, 182, 48, 91, 158],
    "uniform w": [-128, 108, -88, -108, 2, 46, 27, -103],
    "relu x": [0, 0, 0, 0, 0, 0, 196, 242],
    "gaussian x": [61, 35, 68, 72, 186, 22, 144, 46],
    "gaussian w": [-26, -16, 34, -11, -14, -48, 33, 8],
    "sparse(0.5) x": [169, 0, 0, 125, 0, 186, 0, 59],
    "sparse(0.5) w": [66, -31, -122, 36, 23, 0, 0, 0],
    "correlated(0.9) x": [3, 20, 29, 15, 19, 32, 51, 26],
    "correlated(0.9) w": [71, 46, 48, 58, 19, 20, 36, 76],
}


def test_the_first_samples_never_change(registry: Registry) -> None:
    """Frozen: another value here changes every committed table."""
    unit = registry.unit("mac_array_x8u_w8s_a32")
    found = {name: Stimulus(name).operands(unit, 8) for name in DRAWN}
    for key, values in FROZEN.items():
        name, role = key.split()
        assert found[name][role].tolist() == values, key


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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("uniform(3)", "uniform takes no argument"),
        ("sparse", r"write sparse\(...\), probability of zero"),
        ("sparse(1.5)", "sparse takes probability of zero, 0 to 1"),
        ("sparse(half)", "sparse takes probability of zero"),
        ("correlated(1)", "above -1 and below 1"),
        ("gaussian(-2)", "gaussian takes sigma in least significant bits"),
        ("gaussian(nan)", "gaussian takes sigma"),
        ("gaussian(3", "unknown stimulus"),
    ],
)
def test_arguments_that_are_none(text: str, message: str) -> None:
    with pytest.raises(CharacterizeError, match=message):
        Stimulus(text)


def test_sigma_sparsity_and_correlation_are_those_asked_for(registry: Registry) -> None:
    unit = registry.unit("multiplier_array_x8u_w8s")
    assert Stimulus("gaussian(5)").operands(unit, MANY)["w"].std() == pytest.approx(5, rel=0.01)
    x = Stimulus("relu(5)").operands(unit, MANY)["x"]
    assert (x == 0).mean() == pytest.approx(0.54, abs=0.01)  # rounding adds 4 % to the half
    x = Stimulus("sparse(0.8)").operands(unit, MANY)["x"]
    assert (x == 0).mean() == pytest.approx(0.8 + 0.2 / 256, abs=0.005)
    w = Stimulus("correlated(0.9)").operands(unit, MANY)["w"].astype(float)
    assert w.std() == pytest.approx(128 / 3, rel=0.02)
    assert np.corrcoef(w[1:], w[:-1])[0, 1] == pytest.approx(0.9, abs=0.01)
    against = Stimulus("correlated(-0.5)").operands(unit, MANY)["w"].astype(float)
    assert np.corrcoef(against[1:], against[:-1])[0, 1] == pytest.approx(-0.5, abs=0.01)


def test_a_unit_whose_weights_are_all_zero_has_no_additions(registry: Registry) -> None:
    with pytest.raises(CharacterizeError, match="every weight is 0"):
        Stimulus("sparse(1)").operands(registry.unit("pann_q5u_x8u_a32"), 100)


def test_recorded_operands_are_played_back(registry: Registry, tmp_path: Path) -> None:
    unit = registry.unit("mac_array_x8u_w8s_a32")
    x, w = np.arange(100, dtype=np.uint8), np.arange(-50, 50, dtype=np.int8)
    path = tmp_path / "layer3.npz"
    np.savez(path, x=x, w=w)
    stimulus = Stimulus(f"recorded({path})")
    assert stimulus.name == "recorded(layer3.npz)"
    operands = stimulus.operands(unit, 90)
    assert np.array_equal(operands["x"], x[:90])
    assert np.array_equal(operands["w"], w[:90])
    assert operands["clear"].sum() == 1
    assert operands["enable"].all()
    before = stimulus.content
    np.savez(path, x=x, w=w[::-1])
    assert Stimulus(f"recorded({path})").content != before


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x": [1, 2, 3]}, "needs an array 'w', there are x"),
        ({"x": [1, 2, 256], "w": [1, 2, 3]}, r"x\[2\] is 256, but .* takes 0 to 255"),
        ({"x": [1, 2], "w": [1, 2, 3]}, "not of one length"),
        ({"x": [1, 2, 3], "w": [1, 2, 3]}, "has 3 operations of .*, 4 are needed"),
        ({"x": [0.5], "w": [1]}, "'x' must be one-dimensional and of integers, it is float64"),
    ],
)
def test_recorded_operands_that_do_not_fit(
    registry: Registry, tmp_path: Path, arrays: dict[str, list[float]], message: str
) -> None:
    path = tmp_path / "operands.npz"
    content: dict[str, Any] = {role: np.array(values) for role, values in arrays.items()}
    np.savez(path, **content)
    with pytest.raises(CharacterizeError, match=message):
        Stimulus(f"recorded({path})").operands(registry.unit("mac_array_x8u_w8s_a32"), 4)


def test_a_recording_that_is_no_file_or_none(registry: Registry, tmp_path: Path) -> None:
    unit = registry.unit("mac_array_x8u_w8s_a32")
    with pytest.raises(CharacterizeError, match="cannot read it: No such file"):
        Stimulus(f"recorded({tmp_path / 'none.npz'})").operands(unit, 4)
    (tmp_path / "text.npz").write_text("x, w")
    with pytest.raises(CharacterizeError, match=r"text\.npz: not a NumPy \.npz file"):
        Stimulus(f"recorded({tmp_path / 'text.npz'})").operands(unit, 4)


def test_weights_of_the_adding_unit_are_held_for_their_additions(registry: Registry) -> None:
    unit = registry.unit("pann_q5u_x8u_a32")
    for name in DRAWN:
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


def test_places_stay_where_the_largest_product_fits(registry: Registry) -> None:
    for name, places in (
        ("requantize_x32s_m16s_c48s_places6u_r8u", 40),
        ("requantize_x16s_m8s_c24s_places6u_r8s", 16),
        ("residual_add_x32s_m16s_y16u_n16s_c48s_places6u_r16u", 32),
        ("scale_x8u_m8u_c16u_places5u_r8u", 8),
    ):
        unit = registry.unit(name)
        for text in ("uniform", "gaussian", "sparse(0.5)"):
            operands = Stimulus(text).operands(unit, 50)
            assert operands["places"].tolist() == [places] * 50


def test_numbers_above_32_bits_fill_their_format(registry: Registry) -> None:
    """The upper 32 bits as the stimulus has it, the others uniform, or 0 with them."""
    unit = registry.unit("requantize_x32s_m16s_c48s_places6u_r8u")
    port = unit.port("c")
    assert port is not None
    for text in ("uniform", "gaussian", "correlated(0.9)", "sparse(0.5)"):
        values = Stimulus(text).operands(unit, 4001)["c"]
        assert port.format.contains(values)
        below = values & 0xFFFF
        drawn = values[values != 0]
        assert np.unique(drawn).size == drawn.size
        assert abs(below[values != 0].mean() / 65535 - 0.5) < 0.03
        if text == "sparse(0.5)":
            assert abs((values == 0).mean() - 0.5) < 0.04
        upper = values >> 16
        if text == "gaussian":
            assert upper.std() == pytest.approx(2**31 / 3, rel=0.05)
    again = Stimulus("uniform").operands(unit, 3)["c"]
    assert again.tolist() == Stimulus("uniform").operands(unit, 30)["c"][:3].tolist()
