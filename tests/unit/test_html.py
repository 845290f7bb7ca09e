"""How objects show themselves: what stands in tables and bars."""

import re

import pytest

from characterize.units import Registry
from sim.accounting.layer_energy import LayerEnergy
from sim.energy import network_energy
from sim.html import Energies, bars, html_table
from sim.schemes import Scheme
from sim.sources import Source


def test_texts_are_no_markup() -> None:
    shown = html_table(["<a>"], [["<b>", 1_234_567, 0.5, None, True]], "<c>")
    assert "&lt;a&gt;" in shown
    assert "&lt;b&gt;" in shown
    assert "<caption>&lt;c&gt;</caption>" in shown
    assert '<td style="text-align:right">1,234,567</td>' in shown
    assert "<td></td><td>True</td>" in shown
    assert "&lt;" in bars({"<": {"<": 1.0}}, "fJ")


def test_bars_are_as_long_as_their_values() -> None:
    shown = bars({"one": {"a": 1.0, "b": 3.0}, "two": {"a": 2.0}}, "fJ")
    widths = [float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)"', shown)]
    assert widths[1] == pytest.approx(3 * widths[0], abs=0.2)
    assert widths[2] == pytest.approx(2 * widths[0], abs=0.2)
    assert ">4 fJ<" in shown


def test_energies_are_a_list_that_shows_itself() -> None:
    causes = {"switching_fj": 3e6, "clock_fj": 1e6}
    one = LayerEnergy("conv", 100, 100.0, 0.0, None, 4e6, {}, causes, "mac")
    shown = Energies([one, LayerEnergy("all", 100, 100.0, 0.0, None, 4e6)])
    html = shown._repr_html_()
    assert shown[0] is one
    assert "40,000" in html  # fJ a MAC
    assert "<title>switching: 3 nJ</title>" in html
    assert html.count("<rect") == 2
    source = Source()
    without = network_energy(
        source.quantized(Scheme("signed", 3, 3)), source.test.images[:1], models=None
    )
    assert "<svg" not in without._repr_html_()


def test_units_and_networks_show_themselves() -> None:
    shown = Registry().unit("mac_split_x3u_w4u_a16")._repr_html_()
    for text in ("mac_split_x3u_w4u_a16", "w_i", ">u4<", "acc_reg"):
        assert text in shown
    shown = Source().network._repr_html_()
    assert "conv2" in shown
