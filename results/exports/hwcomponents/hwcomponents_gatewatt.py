# ruff: noqa
# fmt: off
"""Gatewatt: arithmetic units measured at the gates. hwcomponents models, SI units: energy of an action in J, without leakage; leak_power in W; area in m2; latency in s, a whole operation's clock cycles.
Library asap7: 0.7 V, clock period 1000 or 1500 or 2500 ps; stimulus uniform, seed 1; delay model library (step 2 ps); engine bitparallel.
Library sky130hd: 1.8 V, clock period 10000 or 15000 ps; stimulus uniform, seed 1; delay model library (step 20 ps); engine bitparallel.
Energy is that of an average operation at full rate: idle cycles are not measured.
Not included: layout, wires beyond the allowance for each fan-out, clock tree, memories, control outside the unit, silicon.
From units.csv, SHA-256 543eed75beb079056d7fa281e2f98ac3d9bc2f03ee29da0fb40d2f360ee03e41.
"""

from typing import NamedTuple

from hwcomponents import ActionCost, ComponentModel, action


class _Unit(NamedTuple):
    unit: str
    library: str
    width_x: int | None
    width_w: int | None
    signed_x: bool | None
    signed_w: bool | None
    acc_width: int | None
    energy_j: float
    leak_power_w: float
    area_m2: float
    latency_s: float


class _Measured(ComponentModel):
    """The one measured unit that the given attributes fit; nothing is scaled.

    Parameters
    ----------
    width_x, width_w, acc_width
        Bits of the operands and of the sum.
    signed_x, signed_w
        Whether the operands are two's complement.
    unit, library
        Names in units.csv.
    """

    units: tuple[_Unit, ...] = ()

    def __init__(
        self,
        width_x: int | None = None,
        width_w: int | None = None,
        signed_x: bool | None = None,
        signed_w: bool | None = None,
        acc_width: int | None = None,
        unit: str | None = None,
        library: str | None = None,
    ):
        asked = {
            "width_x": width_x,
            "width_w": width_w,
            "signed_x": signed_x,
            "signed_w": signed_w,
            "acc_width": acc_width,
            "unit": unit,
            "library": library,
        }
        asked = {name: value for name, value in asked.items() if value is not None}
        fitting = [u for u in self.units if all(getattr(u, k) == v for k, v in asked.items())]
        if len(fitting) != 1:
            names = ", ".join(f"{u.unit} ({u.library})" for u in fitting or self.units)
            fit = "several units fit, say more" if fitting else "no measured unit fits"
            raise ValueError(f"{type(self).__name__} with {asked}: {fit}: {names}")
        self.measured = fitting[0]
        super().__init__(leak_power=self.measured.leak_power_w, area=self.measured.area_m2)

    def _cost(self) -> ActionCost:
        seconds = self.measured.latency_s
        return ActionCost(energy=self.measured.energy_j, latency=seconds, throughput=1 / seconds)


class GatewattMultiplierArray(_Measured):
    """multiplier_array: an operation is multiply."""

    component_name = ["gatewatt_multiplier_array"]
    units = (
        _Unit('multiplier_array_x2u_w2u', 'asap7', 2, 2, False, False, None, 2.09073e-15, 5.65109e-10, 5.9778e-13, 1e-09),
        _Unit('multiplier_array_x2u_w2s', 'asap7', 2, 2, False, True, None, 2.3699e-15, 7.57858e-10, 7.1442e-13, 1e-09),
        _Unit('multiplier_array_x2s_w2s', 'asap7', 2, 2, True, True, None, 2.30326e-15, 6.44543e-10, 6.8526e-13, 1e-09),
        _Unit('multiplier_array_x2u_w3u', 'asap7', 2, 3, False, False, None, 3.30382e-15, 1.09722e-09, 1.18098e-12, 1e-09),
        _Unit('multiplier_array_x2u_w3s', 'asap7', 2, 3, False, True, None, 4.01028e-15, 1.38669e-09, 1.34136e-12, 1e-09),
        _Unit('multiplier_array_x2s_w3s', 'asap7', 2, 3, True, True, None, 4.31262e-15, 1.49749e-09, 1.39968e-12, 1e-09),
        _Unit('multiplier_array_x2u_w4u', 'asap7', 2, 4, False, False, None, 4.54695e-15, 1.60666e-09, 1.69128e-12, 1e-09),
        _Unit('multiplier_array_x2u_w4s', 'asap7', 2, 4, False, True, None, 5.24134e-15, 1.79801e-09, 1.80792e-12, 1e-09),
        _Unit('multiplier_array_x2s_w4s', 'asap7', 2, 4, True, True, None, 6.00082e-15, 2.10001e-09, 1.90998e-12, 1e-09),
        _Unit('multiplier_array_x2u_w5u', 'asap7', 2, 5, False, False, None, 5.93691e-15, 2.05498e-09, 2.23074e-12, 1e-09),
        _Unit('multiplier_array_x2u_w5s', 'asap7', 2, 5, False, True, None, 6.70539e-15, 2.40445e-09, 2.37654e-12, 1e-09),
        _Unit('multiplier_array_x2s_w5s', 'asap7', 2, 5, True, True, None, 7.76322e-15, 2.75081e-09, 2.44944e-12, 1e-09),
        _Unit('multiplier_array_x2u_w6u', 'asap7', 2, 6, False, False, None, 7.21831e-15, 2.56443e-09, 2.74104e-12, 1e-09),
        _Unit('multiplier_array_x2u_w6s', 'asap7', 2, 6, False, True, None, 8.09477e-15, 2.85277e-09, 2.916e-12, 1e-09),
        _Unit('multiplier_array_x2s_w6s', 'asap7', 2, 6, True, True, None, 9.5814e-15, 3.4016e-09, 2.9889e-12, 1e-09),
        _Unit('multiplier_array_x2u_w7u', 'asap7', 2, 7, False, False, None, 8.6165e-15, 3.01275e-09, 3.2805e-12, 1e-09),
        _Unit('multiplier_array_x2u_w7s', 'asap7', 2, 7, False, True, None, 9.39975e-15, 3.31323e-09, 3.44088e-12, 1e-09),
        _Unit('multiplier_array_x2s_w7s', 'asap7', 2, 7, True, True, None, 1.13923e-14, 4.05239e-09, 3.52836e-12, 1e-09),
        _Unit('multiplier_array_x2u_w8u', 'asap7', 2, 8, False, False, None, 9.90977e-15, 3.5222e-09, 3.7908e-12, 1e-09),
        _Unit('multiplier_array_x2u_w8s', 'asap7', 2, 8, False, True, None, 1.08084e-14, 3.74233e-09, 3.98034e-12, 1e-09),
        _Unit('multiplier_array_x2s_w8s', 'asap7', 2, 8, True, True, None, 1.32074e-14, 4.70319e-09, 4.06782e-12, 1e-09),
        _Unit('multiplier_array_x3u_w2u', 'asap7', 3, 2, False, False, None, 3.40484e-15, 1.17391e-09, 1.18098e-12, 1e-09),
        _Unit('multiplier_array_x3u_w2s', 'asap7', 3, 2, False, True, None, 4.52074e-15, 1.47892e-09, 1.44342e-12, 1e-09),
        _Unit('multiplier_array_x3s_w2s', 'asap7', 3, 2, True, True, None, 4.96845e-15, 1.48483e-09, 1.458e-12, 1e-09),
        _Unit('multiplier_array_x3u_w3u', 'asap7', 3, 3, False, False, None, 6.42686e-15, 2.3382e-09, 2.37654e-12, 1e-09),
        _Unit('multiplier_array_x3u_w3s', 'asap7', 3, 3, False, True, None, 8.0707e-15, 2.71804e-09, 2.49318e-12, 1e-09),
        _Unit('multiplier_array_x3s_w3s', 'asap7', 3, 3, True, True, None, 7.92695e-15, 2.68564e-09, 2.74104e-12, 1e-09),
        _Unit('multiplier_array_x3u_w4u', 'asap7', 3, 4, False, False, None, 9.64664e-15, 3.52654e-09, 3.47004e-12, 1e-09),
        _Unit('multiplier_array_x3u_w4s', 'asap7', 3, 4, False, True, None, 1.23748e-14, 4.05455e-09, 4.02408e-12, 1e-09),
        _Unit('multiplier_array_x3s_w4s', 'asap7', 3, 4, True, True, None, 1.26184e-14, 3.96854e-09, 3.95118e-12, 1e-09),
        _Unit('multiplier_array_x3u_w5u', 'asap7', 3, 5, False, False, None, 1.2607e-14, 4.24962e-09, 4.41774e-12, 1e-09),
        _Unit('multiplier_array_x3u_w5s', 'asap7', 3, 5, False, True, None, 1.48164e-14, 4.57678e-09, 4.82598e-12, 1e-09),
        _Unit('multiplier_array_x3s_w5s', 'asap7', 3, 5, True, True, None, 1.59883e-14, 5.06099e-09, 4.92804e-12, 1e-09),
        _Unit('multiplier_array_x3u_w6u', 'asap7', 3, 6, False, False, None, 1.54049e-14, 5.35643e-09, 5.38002e-12, 1e-09),
        _Unit('multiplier_array_x3u_w6s', 'asap7', 3, 6, False, True, None, 1.8153e-14, 5.68082e-09, 5.78826e-12, 1e-09),
        _Unit('multiplier_array_x3s_w6s', 'asap7', 3, 6, True, True, None, 1.97261e-14, 6.01118e-09, 5.86116e-12, 1e-09),
        _Unit('multiplier_array_x3u_w7u', 'asap7', 3, 7, False, False, None, 1.84824e-14, 6.44017e-09, 6.25482e-12, 1e-09),
        _Unit('multiplier_array_x3u_w7s', 'asap7', 3, 7, False, True, None, 2.08991e-14, 6.42233e-09, 6.76512e-12, 1e-09),
        _Unit('multiplier_array_x3s_w7s', 'asap7', 3, 7, True, True, None, 2.33356e-14, 6.85294e-09, 6.86718e-12, 1e-09),
        _Unit('multiplier_array_x3u_w8u', 'asap7', 3, 8, False, False, None, 2.17571e-14, 7.51717e-09, 7.34832e-12, 1e-09),
        _Unit('multiplier_array_x3u_w8s', 'asap7', 3, 8, False, True, None, 2.62929e-14, 7.91964e-09, 7.78572e-12, 1e-09),
        _Unit('multiplier_array_x3s_w8s', 'asap7', 3, 8, True, True, None, 2.68991e-14, 7.76444e-09, 7.74198e-12, 1e-09),
        _Unit('multiplier_array_x4u_w2u', 'asap7', 4, 2, False, False, None, 5.10711e-15, 1.91042e-09, 2.01204e-12, 1e-09),
        _Unit('multiplier_array_x4u_w2s', 'asap7', 4, 2, False, True, None, 6.71667e-15, 2.15971e-09, 2.15784e-12, 1e-09),
        _Unit('multiplier_array_x4s_w2s', 'asap7', 4, 2, True, True, None, 6.82346e-15, 2.04134e-09, 2.1141e-12, 1e-09),
        _Unit('multiplier_array_x4u_w3u', 'asap7', 4, 3, False, False, None, 1.00653e-14, 3.80072e-09, 3.70332e-12, 1e-09),
        _Unit('multiplier_array_x4u_w3s', 'asap7', 4, 3, False, True, None, 1.21498e-14, 3.82351e-09, 3.67416e-12, 1e-09),
        _Unit('multiplier_array_x4s_w3s', 'asap7', 4, 3, True, True, None, 1.14429e-14, 3.68149e-09, 3.645e-12, 1e-09),
        _Unit('multiplier_array_x4u_w4u', 'asap7', 4, 4, False, False, None, 1.56924e-14, 5.47423e-09, 5.23422e-12, 1e-09),
        _Unit('multiplier_array_x4u_w4s', 'asap7', 4, 4, False, True, None, 1.70838e-14, 5.18904e-09, 5.13216e-12, 1e-09),
        _Unit('multiplier_array_x4s_w4s', 'asap7', 4, 4, True, True, None, 1.8981e-14, 5.63812e-09, 5.64246e-12, 1e-09),
        _Unit('multiplier_array_x4u_w5u', 'asap7', 4, 5, False, False, None, 2.00293e-14, 6.615e-09, 6.57558e-12, 1e-09),
        _Unit('multiplier_array_x4u_w5s', 'asap7', 4, 5, False, True, None, 2.51113e-14, 7.97673e-09, 7.55244e-12, 1e-09),
        _Unit('multiplier_array_x4s_w5s', 'asap7', 4, 5, True, True, None, 2.82549e-14, 8.41625e-09, 7.71282e-12, 1e-09),
        _Unit('multiplier_array_x4u_w6u', 'asap7', 4, 6, False, False, None, 2.61459e-14, 8.39606e-09, 8.04816e-12, 1e-09),
        _Unit('multiplier_array_x4u_w6s', 'asap7', 4, 6, False, True, None, 3.11579e-14, 9.0279e-09, 8.87922e-12, 1e-09),
        _Unit('multiplier_array_x4s_w6s', 'asap7', 4, 6, True, True, None, 3.25154e-14, 9.0132e-09, 8.68968e-12, 1e-09),
        _Unit('multiplier_array_x4u_w7u', 'asap7', 4, 7, False, False, None, 3.186e-14, 1.02642e-08, 9.65196e-12, 1e-09),
        _Unit('multiplier_array_x4u_w7s', 'asap7', 4, 7, False, True, None, 3.9495e-14, 1.09631e-08, 1.0381e-11, 1e-09),
        _Unit('multiplier_array_x4s_w7s', 'asap7', 4, 7, True, True, None, 3.99252e-14, 1.11976e-08, 1.03518e-11, 1e-09),
        _Unit('multiplier_array_x4u_w8u', 'asap7', 4, 8, False, False, None, 3.68283e-14, 1.13484e-08, 1.08913e-11, 1e-09),
        _Unit('multiplier_array_x4u_w8s', 'asap7', 4, 8, False, True, None, 4.45886e-14, 1.25868e-08, 1.18973e-11, 1e-09),
        _Unit('multiplier_array_x4s_w8s', 'asap7', 4, 8, True, True, None, 4.63303e-14, 1.16812e-08, 1.15328e-11, 1e-09),
        _Unit('multiplier_array_x5u_w2u', 'asap7', 5, 2, False, False, None, 7.36712e-15, 2.74369e-09, 2.82852e-12, 1e-09),
        _Unit('multiplier_array_x5u_w2s', 'asap7', 5, 2, False, True, None, 8.91511e-15, 2.87502e-09, 2.87226e-12, 1e-09),
        _Unit('multiplier_array_x5s_w2s', 'asap7', 5, 2, True, True, None, 8.90743e-15, 2.77586e-09, 2.82852e-12, 1e-09),
        _Unit('multiplier_array_x5u_w3u', 'asap7', 5, 3, False, False, None, 1.32531e-14, 4.82164e-09, 4.82598e-12, 1e-09),
        _Unit('multiplier_array_x5u_w3s', 'asap7', 5, 3, False, True, None, 1.60482e-14, 5.07258e-09, 4.94262e-12, 1e-09),
        _Unit('multiplier_array_x5s_w3s', 'asap7', 5, 3, True, True, None, 1.60412e-14, 5.28539e-09, 5.00094e-12, 1e-09),
        _Unit('multiplier_array_x5u_w4u', 'asap7', 5, 4, False, False, None, 2.12448e-14, 7.35681e-09, 6.9984e-12, 1e-09),
        _Unit('multiplier_array_x5u_w4s', 'asap7', 5, 4, False, True, None, 2.47935e-14, 6.72171e-09, 6.8526e-12, 1e-09),
        _Unit('multiplier_array_x5s_w4s', 'asap7', 5, 4, True, True, None, 2.39254e-14, 6.78144e-09, 6.9255e-12, 1e-09),
        _Unit('multiplier_array_x5u_w5u', 'asap7', 5, 5, False, False, None, 2.98628e-14, 9.40849e-09, 8.98128e-12, 1e-09),
        _Unit('multiplier_array_x5u_w5s', 'asap7', 5, 5, False, True, None, 3.30578e-14, 9.37612e-09, 8.95212e-12, 1e-09),
        _Unit('multiplier_array_x5s_w5s', 'asap7', 5, 5, True, True, None, 3.63562e-14, 1.00113e-08, 9.71028e-12, 1e-09),
        _Unit('multiplier_array_x5u_w6u', 'asap7', 5, 6, False, False, None, 3.74754e-14, 1.13141e-08, 1.08184e-11, 1e-09),
        _Unit('multiplier_array_x5u_w6s', 'asap7', 5, 6, False, True, None, 4.59188e-14, 1.20183e-08, 1.16786e-11, 1e-09),
        _Unit('multiplier_array_x5s_w6s', 'asap7', 5, 6, True, True, None, 4.74348e-14, 1.26496e-08, 1.19119e-11, 1e-09),
        _Unit('multiplier_array_x5u_w7u', 'asap7', 5, 7, False, False, None, 4.71819e-14, 1.40021e-08, 1.29616e-11, 1e-09),
        _Unit('multiplier_array_x5u_w7s', 'asap7', 5, 7, False, True, None, 5.44854e-14, 1.46379e-08, 1.37927e-11, 1e-09),
        _Unit('multiplier_array_x5s_w7s', 'asap7', 5, 7, True, True, None, 5.953e-14, 1.46938e-08, 1.37927e-11, 1e-09),
        _Unit('multiplier_array_x5u_w8u', 'asap7', 5, 8, False, False, None, 5.81692e-14, 1.69687e-08, 1.51924e-11, 1e-09),
        _Unit('multiplier_array_x5u_w8s', 'asap7', 5, 8, False, True, None, 6.87637e-14, 1.69346e-08, 1.59068e-11, 1e-09),
        _Unit('multiplier_array_x5s_w8s', 'asap7', 5, 8, True, True, None, 7.53649e-14, 1.80043e-08, 1.63296e-11, 1e-09),
        _Unit('multiplier_array_x6u_w2u', 'asap7', 6, 2, False, False, None, 9.07198e-15, 3.448e-09, 3.55752e-12, 1e-09),
        _Unit('multiplier_array_x6u_w2s', 'asap7', 6, 2, False, True, None, 1.12779e-14, 3.457e-09, 3.5721e-12, 1e-09),
        _Unit('multiplier_array_x6s_w2s', 'asap7', 6, 2, True, True, None, 1.28378e-14, 3.6444e-09, 3.61584e-12, 1e-09),
        _Unit('multiplier_array_x6u_w3u', 'asap7', 6, 3, False, False, None, 1.89551e-14, 6.12854e-09, 6.15276e-12, 1e-09),
        _Unit('multiplier_array_x6u_w3s', 'asap7', 6, 3, False, True, None, 1.92148e-14, 6.08255e-09, 6.0507e-12, 1e-09),
        _Unit('multiplier_array_x6s_w3s', 'asap7', 6, 3, True, True, None, 1.90064e-14, 5.7115e-09, 5.96322e-12, 1e-09),
        _Unit('multiplier_array_x6u_w4u', 'asap7', 6, 4, False, False, None, 3.13212e-14, 9.81914e-09, 8.9667e-12, 1e-09),
        _Unit('multiplier_array_x6u_w4s', 'asap7', 6, 4, False, True, None, 3.5913e-14, 9.79878e-09, 8.98128e-12, 1e-09),
        _Unit('multiplier_array_x6s_w4s', 'asap7', 6, 4, True, True, None, 3.42623e-14, 9.1205e-09, 8.66052e-12, 1e-09),
        _Unit('multiplier_array_x6u_w5u', 'asap7', 6, 5, False, False, None, 4.32155e-14, 1.23345e-08, 1.1489e-11, 1e-09),
        _Unit('multiplier_array_x6u_w5s', 'asap7', 6, 5, False, True, None, 4.65437e-14, 1.14085e-08, 1.11829e-11, 1e-09),
        _Unit('multiplier_array_x6s_w5s', 'asap7', 6, 5, True, True, None, 4.62733e-14, 1.16154e-08, 1.15328e-11, 1e-09),
        _Unit('multiplier_array_x6u_w6u', 'asap7', 6, 6, False, False, None, 5.57572e-14, 1.49362e-08, 1.38364e-11, 1e-09),
        _Unit('multiplier_array_x6u_w6s', 'asap7', 6, 6, False, True, None, 6.0154e-14, 1.43251e-08, 1.36031e-11, 1e-09),
        _Unit('multiplier_array_x6s_w6s', 'asap7', 6, 6, True, True, None, 6.46597e-14, 1.46324e-08, 1.42592e-11, 1e-09),
        _Unit('multiplier_array_x6u_w7u', 'asap7', 6, 7, False, False, None, 6.72706e-14, 1.73096e-08, 1.62421e-11, 1e-09),
        _Unit('multiplier_array_x6u_w7s', 'asap7', 6, 7, False, True, None, 7.92423e-14, 1.86584e-08, 1.75397e-11, 1e-09),
        _Unit('multiplier_array_x6s_w7s', 'asap7', 6, 7, True, True, None, 7.8433e-14, 1.71293e-08, 1.68107e-11, 1e-09),
        _Unit('multiplier_array_x6u_w8u', 'asap7', 6, 8, False, False, None, 7.94889e-14, 1.96827e-08, 1.85312e-11, 1e-09),
        _Unit('multiplier_array_x6u_w8s', 'asap7', 6, 8, False, True, None, 9.79072e-14, 2.20996e-08, 2.03974e-11, 1e-09),
        _Unit('multiplier_array_x6s_w8s', 'asap7', 6, 8, True, True, None, 9.76426e-14, 2.12356e-08, 1.98871e-11, 1e-09),
        _Unit('multiplier_array_x7u_w2u', 'asap7', 7, 2, False, False, None, 1.09896e-14, 3.94901e-09, 4.21362e-12, 1e-09),
        _Unit('multiplier_array_x7u_w2s', 'asap7', 7, 2, False, True, None, 1.52983e-14, 4.37725e-09, 4.43232e-12, 1e-09),
        _Unit('multiplier_array_x7s_w2s', 'asap7', 7, 2, True, True, None, 1.6e-14, 4.45859e-09, 4.38858e-12, 1e-09),
        _Unit('multiplier_array_x7u_w3u', 'asap7', 7, 3, False, False, None, 2.21182e-14, 7.52839e-09, 7.4358e-12, 1e-09),
        _Unit('multiplier_array_x7u_w3s', 'asap7', 7, 3, False, True, None, 2.33259e-14, 7.06194e-09, 7.15878e-12, 1e-09),
        _Unit('multiplier_array_x7s_w3s', 'asap7', 7, 3, True, True, None, 2.35862e-14, 6.8604e-09, 7.10046e-12, 1e-09),
        _Unit('multiplier_array_x7u_w4u', 'asap7', 7, 4, False, False, None, 3.69327e-14, 1.15124e-08, 1.05559e-11, 1e-09),
        _Unit('multiplier_array_x7u_w4s', 'asap7', 7, 4, False, True, None, 4.09749e-14, 1.0404e-08, 1.02789e-11, 1e-09),
        _Unit('multiplier_array_x7s_w4s', 'asap7', 7, 4, True, True, None, 3.98808e-14, 9.75227e-09, 1.00894e-11, 1e-09),
        _Unit('multiplier_array_x7u_w5u', 'asap7', 7, 5, False, False, None, 5.20274e-14, 1.45787e-08, 1.37198e-11, 1e-09),
        _Unit('multiplier_array_x7u_w5s', 'asap7', 7, 5, False, True, None, 5.51294e-14, 1.31319e-08, 1.31074e-11, 1e-09),
        _Unit('multiplier_array_x7s_w5s', 'asap7', 7, 5, True, True, None, 5.78252e-14, 1.36705e-08, 1.32532e-11, 1e-09),
        _Unit('multiplier_array_x7u_w6u', 'asap7', 7, 6, False, False, None, 6.80396e-14, 1.74076e-08, 1.64462e-11, 1e-09),
        _Unit('multiplier_array_x7u_w6s', 'asap7', 7, 6, False, True, None, 7.17432e-14, 1.58787e-08, 1.59651e-11, 1e-09),
        _Unit('multiplier_array_x7s_w6s', 'asap7', 7, 6, True, True, None, 7.66475e-14, 1.74097e-08, 1.68836e-11, 1e-09),
        _Unit('multiplier_array_x7u_w7u', 'asap7', 7, 7, False, False, None, 8.74981e-14, 2.11139e-08, 1.97413e-11, 1e-09),
        _Unit('multiplier_array_x7u_w7s', 'asap7', 7, 7, False, True, None, 9.02736e-14, 1.97327e-08, 1.91435e-11, 1e-09),
        _Unit('multiplier_array_x7s_w7s', 'asap7', 7, 7, True, True, None, 9.96712e-14, 2.09071e-08, 2.04557e-11, 1e-09),
        _Unit('multiplier_array_x7u_w8u', 'asap7', 7, 8, False, False, None, 1.03127e-13, 2.42381e-08, 2.2599e-11, 1e-09),
        _Unit('multiplier_array_x7u_w8s', 'asap7', 7, 8, False, True, None, 1.17756e-13, 2.44298e-08, 2.34884e-11, 1e-09),
        _Unit('multiplier_array_x7s_w8s', 'asap7', 7, 8, True, True, None, 1.2623e-13, 2.39696e-08, 2.33134e-11, 1e-09),
        _Unit('multiplier_array_x8u_w2u', 'asap7', 8, 2, False, False, None, 1.29828e-14, 4.78899e-09, 5.00094e-12, 1e-09),
        _Unit('multiplier_array_x8u_w2s', 'asap7', 8, 2, False, True, None, 1.91262e-14, 5.23837e-09, 5.16132e-12, 1e-09),
        _Unit('multiplier_array_x8s_w2s', 'asap7', 8, 2, True, True, None, 1.71091e-14, 4.79173e-09, 5.00094e-12, 1e-09),
        _Unit('multiplier_array_x8u_w3u', 'asap7', 8, 3, False, False, None, 2.5264e-14, 8.3345e-09, 8.55846e-12, 1e-09),
        _Unit('multiplier_array_x8u_w3s', 'asap7', 8, 3, False, True, None, 2.77835e-14, 8.15533e-09, 8.32518e-12, 1e-09),
        _Unit('multiplier_array_x8s_w3s', 'asap7', 8, 3, True, True, None, 2.70206e-14, 7.88693e-09, 8.15022e-12, 1e-09),
        _Unit('multiplier_array_x8u_w4u', 'asap7', 8, 4, False, False, None, 4.08247e-14, 1.27567e-08, 1.20868e-11, 1e-09),
        _Unit('multiplier_array_x8u_w4s', 'asap7', 8, 4, False, True, None, 4.79588e-14, 1.19646e-08, 1.19119e-11, 1e-09),
        _Unit('multiplier_array_x8s_w4s', 'asap7', 8, 4, True, True, None, 4.70022e-14, 1.1884e-08, 1.18098e-11, 1e-09),
        _Unit('multiplier_array_x8u_w5u', 'asap7', 8, 5, False, False, None, 5.96051e-14, 1.63846e-08, 1.57027e-11, 1e-09),
        _Unit('multiplier_array_x8u_w5s', 'asap7', 8, 5, False, True, None, 6.50552e-14, 1.59619e-08, 1.54548e-11, 1e-09),
        _Unit('multiplier_array_x8s_w5s', 'asap7', 8, 5, True, True, None, 6.91155e-14, 1.60822e-08, 1.55277e-11, 1e-09),
        _Unit('multiplier_array_x8u_w6u', 'asap7', 8, 6, False, False, None, 7.9562e-14, 1.96187e-08, 1.89686e-11, 1e-09),
        _Unit('multiplier_array_x8u_w6s', 'asap7', 8, 6, False, True, None, 8.72153e-14, 1.94009e-08, 1.89686e-11, 1e-09),
        _Unit('multiplier_array_x8s_w6s', 'asap7', 8, 6, True, True, None, 8.97062e-14, 1.87273e-08, 1.85749e-11, 1e-09),
        _Unit('multiplier_array_x8u_w7u', 'asap7', 8, 7, False, False, None, 1.01315e-13, 2.3595e-08, 2.26136e-11, 1e-09),
        _Unit('multiplier_array_x8u_w7s', 'asap7', 8, 7, False, True, None, 1.0903e-13, 2.21376e-08, 2.20304e-11, 1e-09),
        _Unit('multiplier_array_x8s_w7s', 'asap7', 8, 7, True, True, None, 1.144e-13, 2.43744e-08, 2.34301e-11, 1e-09),
        _Unit('multiplier_array_x8u_w8u', 'asap7', 8, 8, False, False, None, 1.25539e-13, 2.68121e-08, 2.58503e-11, 1e-09),
        _Unit('multiplier_array_x8u_w8s', 'asap7', 8, 8, False, True, None, 1.33083e-13, 2.69743e-08, 2.59378e-11, 1e-09),
        _Unit('multiplier_array_x8s_w8s', 'asap7', 8, 8, True, True, None, 1.45168e-13, 2.76735e-08, 2.7148e-11, 1e-09),
        _Unit('multiplier_array_x2u_w2u', 'sky130hd', 2, 2, False, False, None, 6.56729e-14, 1.7972e-11, 4.25408e-11, 1e-08),
        _Unit('multiplier_array_x2u_w2s', 'sky130hd', 2, 2, False, True, None, 8.68273e-14, 1.92228e-11, 4.75456e-11, 1e-08),
        _Unit('multiplier_array_x2s_w2s', 'sky130hd', 2, 2, True, True, None, 8.70191e-14, 2.18023e-11, 4.75456e-11, 1e-08),
        _Unit('multiplier_array_x3u_w3u', 'sky130hd', 3, 3, False, False, None, 2.51056e-13, 6.61526e-11, 1.72666e-10, 1e-08),
        _Unit('multiplier_array_x3u_w3s', 'sky130hd', 3, 3, False, True, None, 3.33124e-13, 8.10588e-11, 1.90182e-10, 1e-08),
        _Unit('multiplier_array_x3s_w3s', 'sky130hd', 3, 3, True, True, None, 3.03894e-13, 6.98313e-11, 1.83926e-10, 1e-08),
        _Unit('multiplier_array_x4u_w4u', 'sky130hd', 4, 4, False, False, None, 5.8186e-13, 1.59868e-10, 3.77862e-10, 1e-08),
        _Unit('multiplier_array_x4u_w4s', 'sky130hd', 4, 4, False, True, None, 6.78997e-13, 1.59678e-10, 3.82867e-10, 1e-08),
        _Unit('multiplier_array_x4s_w4s', 'sky130hd', 4, 4, True, True, None, 7.08761e-13, 1.72619e-10, 4.11645e-10, 1e-08),
        _Unit('multiplier_array_x5u_w5u', 'sky130hd', 5, 5, False, False, None, 1.22048e-12, 2.83068e-10, 6.65638e-10, 1e-08),
        _Unit('multiplier_array_x5u_w5s', 'sky130hd', 5, 5, False, True, None, 1.38595e-12, 2.74007e-10, 6.4687e-10, 1e-08),
        _Unit('multiplier_array_x5s_w5s', 'sky130hd', 5, 5, True, True, None, 1.5387e-12, 3.41319e-10, 7.53222e-10, 1e-08),
        _Unit('multiplier_array_x6u_w6u', 'sky130hd', 6, 6, False, False, None, 2.05033e-12, 4.35876e-10, 1.00847e-09, 1e-08),
        _Unit('multiplier_array_x6u_w6s', 'sky130hd', 6, 6, False, True, None, 2.35803e-12, 4.50268e-10, 1.03349e-09, 1e-08),
        _Unit('multiplier_array_x6s_w6s', 'sky130hd', 6, 6, True, True, None, 2.58639e-12, 4.94539e-10, 1.0998e-09, 1e-08),
        _Unit('multiplier_array_x7u_w7u', 'sky130hd', 7, 7, False, False, None, 3.11491e-12, 6.30805e-10, 1.45014e-09, 1e-08),
        _Unit('multiplier_array_x7u_w7s', 'sky130hd', 7, 7, False, True, None, 3.4927e-12, 6.60422e-10, 1.49518e-09, 1e-08),
        _Unit('multiplier_array_x7s_w7s', 'sky130hd', 7, 7, True, True, None, 3.81022e-12, 7.29465e-10, 1.60529e-09, 1e-08),
        _Unit('multiplier_array_x8u_w8u', 'sky130hd', 8, 8, False, False, None, 4.56469e-12, 8.77398e-10, 1.97564e-09, 1e-08),
        _Unit('multiplier_array_x8u_w8s', 'sky130hd', 8, 8, False, True, None, 5.05665e-12, 8.99279e-10, 2.0382e-09, 1e-08),
        _Unit('multiplier_array_x8s_w8s', 'sky130hd', 8, 8, True, True, None, 5.33559e-12, 9.70086e-10, 2.14456e-09, 1e-08),
    )

    @action
    def multiply(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattMultiplierRegistered(_Measured):
    """multiplier_registered: an operation is multiply."""

    component_name = ["gatewatt_multiplier_registered"]
    units = (
        _Unit('multiplier_registered_x2u_w2u', 'asap7', 2, 2, False, False, None, 1.22477e-14, 2.81228e-09, 3.2805e-12, 1e-09),
        _Unit('multiplier_registered_x2u_w2s', 'asap7', 2, 2, False, True, None, 1.29411e-14, 3.00502e-09, 3.39714e-12, 1e-09),
        _Unit('multiplier_registered_x2s_w2s', 'asap7', 2, 2, True, True, None, 1.27882e-14, 2.89171e-09, 3.36798e-12, 1e-09),
        _Unit('multiplier_registered_x3u_w3u', 'asap7', 3, 3, False, False, None, 2.19395e-14, 5.49873e-09, 6.40062e-12, 1e-09),
        _Unit('multiplier_registered_x3u_w3s', 'asap7', 3, 3, False, True, None, 2.43631e-14, 6.08879e-09, 6.51726e-12, 1e-09),
        _Unit('multiplier_registered_x3s_w3s', 'asap7', 3, 3, True, True, None, 2.39184e-14, 6.05638e-09, 6.76512e-12, 1e-09),
        _Unit('multiplier_registered_x4u_w4u', 'asap7', 4, 4, False, False, None, 3.66546e-14, 9.98675e-09, 1.05413e-11, 1e-09),
        _Unit('multiplier_registered_x4u_w4s', 'asap7', 4, 4, False, True, None, 4.0285e-14, 1.02685e-08, 1.06871e-11, 1e-09),
        _Unit('multiplier_registered_x4s_w4s', 'asap7', 4, 4, True, True, None, 4.094e-14, 1.00371e-08, 1.09642e-11, 1e-09),
        _Unit('multiplier_registered_x5u_w5u', 'asap7', 5, 5, False, False, None, 5.67775e-14, 1.50711e-08, 1.56589e-11, 1e-09),
        _Unit('multiplier_registered_x5u_w5s', 'asap7', 5, 5, False, True, None, 6.12816e-14, 1.50412e-08, 1.56443e-11, 1e-09),
        _Unit('multiplier_registered_x5s_w5s', 'asap7', 5, 5, True, True, None, 6.55574e-14, 1.59567e-08, 1.65191e-11, 1e-09),
        _Unit('multiplier_registered_x6u_w6u', 'asap7', 6, 6, False, False, None, 8.43508e-14, 2.16261e-08, 2.18408e-11, 1e-09),
        _Unit('multiplier_registered_x6u_w6s', 'asap7', 6, 6, False, True, None, 8.94661e-14, 2.10666e-08, 2.16513e-11, 1e-09),
        _Unit('multiplier_registered_x6s_w6s', 'asap7', 6, 6, True, True, None, 9.55336e-14, 2.14427e-08, 2.23803e-11, 1e-09),
        _Unit('multiplier_registered_x7u_w7u', 'asap7', 7, 7, False, False, None, 1.23012e-13, 2.91162e-08, 2.91308e-11, 1e-09),
        _Unit('multiplier_registered_x7u_w7s', 'asap7', 7, 7, False, True, None, 1.28065e-13, 2.79555e-08, 2.86643e-11, 1e-09),
        _Unit('multiplier_registered_x7s_w7s', 'asap7', 7, 7, True, True, None, 1.37397e-13, 2.88404e-08, 2.98598e-11, 1e-09),
        _Unit('multiplier_registered_x8u_w8u', 'asap7', 8, 8, False, False, None, 1.69212e-13, 3.62131e-08, 3.67562e-11, 1e-09),
        _Unit('multiplier_registered_x8u_w8s', 'asap7', 8, 8, False, True, None, 1.76632e-13, 3.55171e-08, 3.64937e-11, 1e-09),
        _Unit('multiplier_registered_x8s_w8s', 'asap7', 8, 8, True, True, None, 1.88835e-13, 3.69105e-08, 3.79663e-11, 1e-09),
        _Unit('multiplier_registered_x2u_w2u', 'sky130hd', 2, 2, False, False, None, 5.45682e-13, 8.5481e-11, 2.02694e-10, 1e-08),
        _Unit('multiplier_registered_x2u_w2s', 'sky130hd', 2, 2, False, True, None, 5.78229e-13, 8.67318e-11, 2.07699e-10, 1e-08),
        _Unit('multiplier_registered_x2s_w2s', 'sky130hd', 2, 2, True, True, None, 5.7681e-13, 8.93113e-11, 2.07699e-10, 1e-08),
        _Unit('multiplier_registered_x3u_w3u', 'sky130hd', 3, 3, False, False, None, 9.91863e-13, 1.71975e-10, 4.19152e-10, 1e-08),
        _Unit('multiplier_registered_x3u_w3s', 'sky130hd', 3, 3, False, True, None, 1.04822e-12, 1.72119e-10, 4.1665e-10, 1e-08),
        _Unit('multiplier_registered_x3s_w3s', 'sky130hd', 3, 3, True, True, None, 1.05783e-12, 1.71095e-10, 4.24157e-10, 1e-08),
        _Unit('multiplier_registered_x4u_w4u', 'sky130hd', 4, 4, False, False, None, 1.5773e-12, 2.94886e-10, 6.9817e-10, 1e-08),
        _Unit('multiplier_registered_x4u_w4s', 'sky130hd', 4, 4, False, True, None, 1.68157e-12, 2.94696e-10, 7.03174e-10, 1e-08),
        _Unit('multiplier_registered_x4s_w4s', 'sky130hd', 4, 4, True, True, None, 1.72612e-12, 3.07637e-10, 7.31952e-10, 1e-08),
        _Unit('multiplier_registered_x5u_w5u', 'sky130hd', 5, 5, False, False, None, 2.38695e-12, 4.51841e-10, 1.06602e-09, 1e-08),
        _Unit('multiplier_registered_x5u_w5s', 'sky130hd', 5, 5, False, True, None, 2.52352e-12, 4.44008e-10, 1.05101e-09, 1e-08),
        _Unit('multiplier_registered_x5s_w5s', 'sky130hd', 5, 5, True, True, None, 2.70731e-12, 5.10092e-10, 1.15361e-09, 1e-08),
        _Unit('multiplier_registered_x6u_w6u', 'sky130hd', 6, 6, False, False, None, 3.43303e-12, 6.41015e-10, 1.49644e-09, 1e-08),
        _Unit('multiplier_registered_x6u_w6s', 'sky130hd', 6, 6, False, True, None, 3.80855e-12, 6.60213e-10, 1.53022e-09, 1e-08),
        _Unit('multiplier_registered_x6s_w6s', 'sky130hd', 6, 6, True, True, None, 3.87027e-12, 7.00162e-10, 1.57776e-09, 1e-08),
        _Unit('multiplier_registered_x7u_w7u', 'sky130hd', 7, 7, False, False, None, 4.78403e-12, 8.67086e-10, 2.01068e-09, 1e-08),
        _Unit('multiplier_registered_x7u_w7s', 'sky130hd', 7, 7, False, True, None, 5.36214e-12, 9.17569e-10, 2.09576e-09, 1e-08),
        _Unit('multiplier_registered_x7s_w7s', 'sky130hd', 7, 7, True, True, None, 5.39517e-12, 9.62952e-10, 2.15081e-09, 1e-08),
        _Unit('multiplier_registered_x8u_w8u', 'sky130hd', 8, 8, False, False, None, 6.36057e-12, 1.14765e-09, 2.61501e-09, 1e-08),
        _Unit('multiplier_registered_x8u_w8s', 'sky130hd', 8, 8, False, True, None, 7.27074e-12, 1.209e-09, 2.74889e-09, 1e-08),
        _Unit('multiplier_registered_x8s_w8s', 'sky130hd', 8, 8, True, True, None, 7.33459e-12, 1.2117e-09, 2.74388e-09, 1e-08),
    )

    @action
    def multiply(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattAdderRipple(_Measured):
    """adder_ripple: an operation is add."""

    component_name = ["gatewatt_adder_ripple"]
    units = (
        _Unit('adder_ripple_x8u_y8u', 'asap7', 8, 8, False, False, None, 1.18618e-14, 3.57815e-09, 2.97432e-12, 1e-09),
        _Unit('adder_ripple_x8s_y8s', 'asap7', 8, 8, True, True, None, 1.16551e-14, 3.47308e-09, 2.94516e-12, 1e-09),
        _Unit('adder_ripple_x16u_y16u', 'asap7', 16, 16, False, False, None, 2.55701e-14, 7.3429e-09, 6.1236e-12, 1e-09),
        _Unit('adder_ripple_x16s_y16s', 'asap7', 16, 16, True, True, None, 2.53528e-14, 7.23782e-09, 6.09444e-12, 1e-09),
        _Unit('adder_ripple_x32u_y32u', 'asap7', 32, 32, False, False, None, 5.3011e-14, 1.48724e-08, 1.24222e-11, 1.5e-09),
        _Unit('adder_ripple_x32s_y32s', 'asap7', 32, 32, True, True, None, 5.27463e-14, 1.47673e-08, 1.2393e-11, 1.5e-09),
        _Unit('adder_ripple_x8u_y8u', 'sky130hd', 8, 8, False, False, None, 5.07217e-13, 5.80836e-11, 2.16458e-10, 1e-08),
        _Unit('adder_ripple_x8s_y8s', 'sky130hd', 8, 8, True, True, None, 4.75299e-13, 6.4778e-11, 2.15206e-10, 1e-08),
        _Unit('adder_ripple_x16u_y16u', 'sky130hd', 16, 16, False, False, None, 1.11325e-12, 1.1653e-10, 4.46678e-10, 1e-08),
        _Unit('adder_ripple_x16s_y16s', 'sky130hd', 16, 16, True, True, None, 1.08128e-12, 1.23225e-10, 4.45427e-10, 1e-08),
        _Unit('adder_ripple_x32u_y32u', 'sky130hd', 32, 32, False, False, None, 2.32612e-12, 2.33424e-10, 9.0712e-10, 1.5e-08),
        _Unit('adder_ripple_x32s_y32s', 'sky130hd', 32, 32, True, True, None, 2.2924e-12, 2.40118e-10, 9.05869e-10, 1.5e-08),
    )

    @action
    def add(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattAccumulator(_Measured):
    """accumulator: an operation is accumulate."""

    component_name = ["gatewatt_accumulator"]
    units = (
        _Unit('accumulator_x16u_a16', 'asap7', 16, None, False, None, 16, 6.26636e-14, 1.5395e-08, 1.53382e-11, 1e-09),
        _Unit('accumulator_x16u_a24', 'asap7', 16, None, False, None, 24, 7.92893e-14, 2.12488e-08, 2.27156e-11, 1e-09),
        _Unit('accumulator_x16u_a32', 'asap7', 16, None, False, None, 32, 8.22513e-14, 2.6547e-08, 2.75854e-11, 1e-09),
        _Unit('accumulator_x16s_a16', 'asap7', 16, None, True, None, 16, 6.26925e-14, 1.5395e-08, 1.53382e-11, 1e-09),
        _Unit('accumulator_x16s_a24', 'asap7', 16, None, True, None, 24, 8.63515e-14, 2.37922e-08, 2.33717e-11, 1e-09),
        _Unit('accumulator_x16s_a32', 'asap7', 16, None, True, None, 32, 1.0924e-13, 3.18617e-08, 3.12741e-11, 1.5e-09),
        _Unit('accumulator_x16u_a16', 'sky130hd', 16, None, False, None, 16, 2.81222e-12, 3.82376e-10, 1.05977e-09, 1e-08),
        _Unit('accumulator_x16u_a24', 'sky130hd', 16, None, False, None, 24, 3.44389e-12, 5.5758e-10, 1.48142e-09, 1e-08),
        _Unit('accumulator_x16u_a32', 'sky130hd', 16, None, False, None, 32, 3.76117e-12, 7.19454e-10, 1.87054e-09, 1e-08),
        _Unit('accumulator_x16s_a16', 'sky130hd', 16, None, True, None, 16, 2.81219e-12, 3.82376e-10, 1.05977e-09, 1e-08),
        _Unit('accumulator_x16s_a24', 'sky130hd', 16, None, True, None, 24, 3.89011e-12, 5.68726e-10, 1.61029e-09, 1e-08),
        _Unit('accumulator_x16s_a32', 'sky130hd', 16, None, True, None, 32, 4.97712e-12, 7.83523e-10, 2.17208e-09, 1.5e-08),
    )

    @action
    def accumulate(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattMacArray(_Measured):
    """mac_array: an operation is mac."""

    component_name = ["gatewatt_mac_array"]
    units = (
        _Unit('mac_array_x2u_w2u_a32', 'asap7', 2, 2, False, False, 32, 3.93449e-14, 2.33805e-08, 2.62586e-11, 1e-09),
        _Unit('mac_array_x2u_w2s_a32', 'asap7', 2, 2, False, True, 32, 8.28796e-14, 3.30289e-08, 3.22072e-11, 1.5e-09),
        _Unit('mac_array_x2s_w2s_a32', 'asap7', 2, 2, True, True, 32, 7.35654e-14, 3.29156e-08, 3.21781e-11, 1.5e-09),
        _Unit('mac_array_x3u_w3u_a32', 'asap7', 3, 3, False, False, 32, 5.44817e-14, 2.62477e-08, 2.90142e-11, 1e-09),
        _Unit('mac_array_x3u_w3s_a32', 'asap7', 3, 3, False, True, 32, 9.68101e-14, 3.46427e-08, 3.38256e-11, 1.5e-09),
        _Unit('mac_array_x3s_w3s_a32', 'asap7', 3, 3, True, True, 32, 9.67355e-14, 3.48202e-08, 3.41609e-11, 1.5e-09),
        _Unit('mac_array_x4u_w4u_a32', 'asap7', 4, 4, False, False, 32, 7.20604e-14, 2.85228e-08, 3.2251e-11, 1e-09),
        _Unit('mac_array_x4u_w4s_a32', 'asap7', 4, 4, False, True, 32, 1.28927e-13, 3.72903e-08, 3.65666e-11, 1.5e-09),
        _Unit('mac_array_x4s_w4s_a32', 'asap7', 4, 4, True, True, 32, 1.35818e-13, 3.77535e-08, 3.70624e-11, 1.5e-09),
        _Unit('mac_array_x5u_w5u_a32', 'asap7', 5, 5, False, False, 32, 9.9597e-14, 3.45826e-08, 3.645e-11, 1e-09),
        _Unit('mac_array_x5u_w5s_a32', 'asap7', 5, 5, False, True, 32, 1.53498e-13, 4.13366e-08, 4.02554e-11, 1.5e-09),
        _Unit('mac_array_x5s_w5s_a32', 'asap7', 5, 5, True, True, 32, 1.71349e-13, 4.2201e-08, 4.11739e-11, 1.5e-09),
        _Unit('mac_array_x6u_w6u_a32', 'asap7', 6, 6, False, False, 32, 1.45767e-13, 4.00798e-08, 4.1728e-11, 1.5e-09),
        _Unit('mac_array_x6u_w6s_a32', 'asap7', 6, 6, False, True, 32, 2.01315e-13, 4.63194e-08, 4.49501e-11, 1.5e-09),
        _Unit('mac_array_x6s_w6s_a32', 'asap7', 6, 6, True, True, 32, 2.30051e-13, 4.64904e-08, 4.55917e-11, 1.5e-09),
        _Unit('mac_array_x7u_w7u_a32', 'asap7', 7, 7, False, False, 32, 1.92303e-13, 4.73474e-08, 4.82306e-11, 1.5e-09),
        _Unit('mac_array_x7u_w7s_a32', 'asap7', 7, 7, False, True, 32, 2.42311e-13, 5.2468e-08, 5.07967e-11, 1.5e-09),
        _Unit('mac_array_x7s_w7s_a32', 'asap7', 7, 7, True, True, 32, 2.64099e-13, 5.307e-08, 5.18611e-11, 1.5e-09),
        _Unit('mac_array_x8u_w8u_a32', 'asap7', 8, 8, False, False, 32, 2.35327e-13, 5.39076e-08, 5.36252e-11, 1.5e-09),
        _Unit('mac_array_x8u_w8s_a32', 'asap7', 8, 8, False, True, 32, 3.02272e-13, 5.84376e-08, 5.69932e-11, 1.5e-09),
        _Unit('mac_array_x8s_w8s_a32', 'asap7', 8, 8, True, True, 32, 3.33263e-13, 5.90913e-08, 5.8145e-11, 1.5e-09),
        _Unit('mac_array_x2u_w2u_a32', 'sky130hd', 2, 2, False, False, 32, 1.95018e-12, 6.55943e-10, 1.74042e-09, 1e-08),
        _Unit('mac_array_x2u_w2s_a32', 'sky130hd', 2, 2, False, True, 32, 3.84335e-12, 8.02858e-10, 2.22839e-09, 1.5e-08),
        _Unit('mac_array_x2s_w2s_a32', 'sky130hd', 2, 2, True, True, 32, 3.48027e-12, 8.05438e-10, 2.22839e-09, 1.5e-08),
        _Unit('mac_array_x3u_w3u_a32', 'sky130hd', 3, 3, False, False, 32, 2.44577e-12, 7.10977e-10, 1.83676e-09, 1e-08),
        _Unit('mac_array_x3u_w3s_a32', 'sky130hd', 3, 3, False, True, 32, 4.48117e-12, 8.58115e-10, 2.36101e-09, 1.5e-08),
        _Unit('mac_array_x3s_w3s_a32', 'sky130hd', 3, 3, True, True, 32, 4.76083e-12, 8.5709e-10, 2.36852e-09, 1.5e-08),
        _Unit('mac_array_x4u_w4u_a32', 'sky130hd', 4, 4, False, False, 32, 3.18103e-12, 8.27741e-10, 2.12204e-09, 1e-08),
        _Unit('mac_array_x4u_w4s_a32', 'sky130hd', 4, 4, False, True, 32, 5.56237e-12, 9.45252e-10, 2.56121e-09, 1.5e-08),
        _Unit('mac_array_x4s_w4s_a32', 'sky130hd', 4, 4, True, True, 32, 5.83817e-12, 9.6693e-10, 2.59124e-09, 1.5e-08),
        _Unit('mac_array_x5u_w5u_a32', 'sky130hd', 5, 5, False, False, 32, 4.39578e-12, 9.73303e-10, 2.45611e-09, 1e-08),
        _Unit('mac_array_x5u_w5s_a32', 'sky130hd', 5, 5, False, True, 32, 7.14695e-12, 1.05958e-09, 2.82521e-09, 1.5e-08),
        _Unit('mac_array_x5s_w5s_a32', 'sky130hd', 5, 5, True, True, 32, 7.61283e-12, 1.12944e-09, 2.92781e-09, 1.5e-08),
        _Unit('mac_array_x6u_w6u_a32', 'sky130hd', 6, 6, False, False, 32, 5.7555e-12, 1.12951e-09, 2.82396e-09, 1e-08),
        _Unit('mac_array_x6u_w6s_a32', 'sky130hd', 6, 6, False, True, 32, 8.57578e-12, 1.23104e-09, 3.20432e-09, 1.5e-08),
        _Unit('mac_array_x6s_w6s_a32', 'sky130hd', 6, 6, True, True, 32, 9.71043e-12, 1.32533e-09, 3.32944e-09, 1.5e-08),
        _Unit('mac_array_x7u_w7u_a32', 'sky130hd', 7, 7, False, False, 32, 7.39164e-12, 1.32219e-09, 3.27439e-09, 1e-08),
        _Unit('mac_array_x7u_w7s_a32', 'sky130hd', 7, 7, False, True, 32, 1.01715e-11, 1.44683e-09, 3.66602e-09, 1.5e-08),
        _Unit('mac_array_x7s_w7s_a32', 'sky130hd', 7, 7, True, True, 32, 1.11884e-11, 1.48098e-09, 3.73233e-09, 1.5e-08),
        _Unit('mac_array_x8u_w8u_a32', 'sky130hd', 8, 8, False, False, 32, 9.58815e-12, 1.58946e-09, 3.83868e-09, 1e-08),
        _Unit('mac_array_x8u_w8s_a32', 'sky130hd', 8, 8, False, True, 32, 1.24989e-11, 1.7266e-09, 4.25533e-09, 1.5e-08),
        _Unit('mac_array_x8s_w8s_a32', 'sky130hd', 8, 8, True, True, 32, 1.32813e-11, 1.72845e-09, 4.29537e-09, 1.5e-08),
    )

    @action
    def mac(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattMultiplierBooth(_Measured):
    """multiplier_booth: an operation is multiply."""

    component_name = ["gatewatt_multiplier_booth"]
    units = (
        _Unit('multiplier_booth_x2u_w2u', 'asap7', 2, 2, False, False, None, 3.20924e-15, 8.58407e-10, 8.6022e-13, 1e-09),
        _Unit('multiplier_booth_x2u_w2s', 'asap7', 2, 2, False, True, None, 3.61137e-15, 9.94393e-10, 1.0206e-12, 1e-09),
        _Unit('multiplier_booth_x2s_w2s', 'asap7', 2, 2, True, True, None, 3.8992e-15, 1.15396e-09, 1.07892e-12, 1e-09),
        _Unit('multiplier_booth_x3u_w3u', 'asap7', 3, 3, False, False, None, 1.15622e-14, 3.00875e-09, 3.16386e-12, 1e-09),
        _Unit('multiplier_booth_x3u_w3s', 'asap7', 3, 3, False, True, None, 1.18206e-14, 3.61895e-09, 3.52836e-12, 1e-09),
        _Unit('multiplier_booth_x3s_w3s', 'asap7', 3, 3, True, True, None, 1.1697e-14, 3.40939e-09, 3.36798e-12, 1e-09),
        _Unit('multiplier_booth_x4u_w4u', 'asap7', 4, 4, False, False, None, 2.51853e-14, 7.01024e-09, 7.02756e-12, 1e-09),
        _Unit('multiplier_booth_x4u_w4s', 'asap7', 4, 4, False, True, None, 2.22215e-14, 6.1338e-09, 6.07986e-12, 1e-09),
        _Unit('multiplier_booth_x4s_w4s', 'asap7', 4, 4, True, True, None, 2.0628e-14, 5.48683e-09, 5.72994e-12, 1e-09),
        _Unit('multiplier_booth_x5u_w5u', 'asap7', 5, 5, False, False, None, 4.11636e-14, 1.02811e-08, 9.59364e-12, 1e-09),
        _Unit('multiplier_booth_x5u_w5s', 'asap7', 5, 5, False, True, None, 4.61548e-14, 1.21168e-08, 1.15474e-11, 1e-09),
        _Unit('multiplier_booth_x5s_w5s', 'asap7', 5, 5, True, True, None, 4.60269e-14, 1.25693e-08, 1.14599e-11, 1e-09),
        _Unit('multiplier_booth_x6u_w6u', 'asap7', 6, 6, False, False, None, 7.9617e-14, 1.63963e-08, 1.5761e-11, 1e-09),
        _Unit('multiplier_booth_x6u_w6s', 'asap7', 6, 6, False, True, None, 6.53153e-14, 1.45435e-08, 1.41572e-11, 1e-09),
        _Unit('multiplier_booth_x6s_w6s', 'asap7', 6, 6, True, True, None, 5.88258e-14, 1.38542e-08, 1.37489e-11, 1e-09),
        _Unit('multiplier_booth_x7u_w7u', 'asap7', 7, 7, False, False, None, 9.28397e-14, 1.92979e-08, 1.85166e-11, 1e-09),
        _Unit('multiplier_booth_x7u_w7s', 'asap7', 7, 7, False, True, None, 1.02411e-13, 2.14852e-08, 2.10389e-11, 1e-09),
        _Unit('multiplier_booth_x7s_w7s', 'asap7', 7, 7, True, True, None, 9.32661e-14, 2.11154e-08, 2.04995e-11, 1e-09),
        _Unit('multiplier_booth_x8u_w8u', 'asap7', 8, 8, False, False, None, 1.43391e-13, 2.69849e-08, 2.65939e-11, 1e-09),
        _Unit('multiplier_booth_x8u_w8s', 'asap7', 8, 8, False, True, None, 1.23614e-13, 2.58117e-08, 2.48152e-11, 1e-09),
        _Unit('multiplier_booth_x8s_w8s', 'asap7', 8, 8, True, True, None, 1.16879e-13, 2.42729e-08, 2.39987e-11, 1e-09),
        _Unit('multiplier_booth_x2u_w2u', 'sky130hd', 2, 2, False, False, None, 1.16165e-13, 3.2036e-11, 6.63136e-11, 1e-08),
        _Unit('multiplier_booth_x2u_w2s', 'sky130hd', 2, 2, False, True, None, 1.6659e-13, 3.56727e-11, 7.38208e-11, 1e-08),
        _Unit('multiplier_booth_x2s_w2s', 'sky130hd', 2, 2, True, True, None, 1.37173e-13, 3.67515e-11, 7.5072e-11, 1e-08),
        _Unit('multiplier_booth_x3u_w3u', 'sky130hd', 3, 3, False, False, None, 5.22292e-13, 1.01879e-10, 2.53994e-10, 1e-08),
        _Unit('multiplier_booth_x3u_w3s', 'sky130hd', 3, 3, False, True, None, 4.68066e-13, 1.00456e-10, 2.51491e-10, 1e-08),
        _Unit('multiplier_booth_x3s_w3s', 'sky130hd', 3, 3, True, True, None, 5.38687e-13, 1.11372e-10, 2.61501e-10, 1e-08),
        _Unit('multiplier_booth_x4u_w4u', 'sky130hd', 4, 4, False, False, None, 1.19591e-12, 1.93675e-10, 5.33011e-10, 1e-08),
        _Unit('multiplier_booth_x4u_w4s', 'sky130hd', 4, 4, False, True, None, 9.62165e-13, 1.90343e-10, 4.41674e-10, 1e-08),
        _Unit('multiplier_booth_x4s_w4s', 'sky130hd', 4, 4, True, True, None, 9.92218e-13, 1.70876e-10, 4.32915e-10, 1e-08),
        _Unit('multiplier_booth_x5u_w5u', 'sky130hd', 5, 5, False, False, None, 1.57649e-12, 2.87865e-10, 7.25696e-10, 1e-08),
        _Unit('multiplier_booth_x5u_w5s', 'sky130hd', 5, 5, False, True, None, 1.76271e-12, 3.27289e-10, 8.43309e-10, 1e-08),
        _Unit('multiplier_booth_x5s_w5s', 'sky130hd', 5, 5, True, True, None, 1.71021e-12, 3.20981e-10, 8.10778e-10, 1e-08),
        _Unit('multiplier_booth_x6u_w6u', 'sky130hd', 6, 6, False, False, None, 3.17147e-12, 4.74283e-10, 1.16362e-09, 1e-08),
        _Unit('multiplier_booth_x6u_w6s', 'sky130hd', 6, 6, False, True, None, 2.62047e-12, 4.37986e-10, 1.08354e-09, 1e-08),
        _Unit('multiplier_booth_x6s_w6s', 'sky130hd', 6, 6, True, True, None, 2.34338e-12, 3.85284e-10, 1.00221e-09, 1e-08),
        _Unit('multiplier_booth_x7u_w7u', 'sky130hd', 7, 7, False, False, None, 3.83714e-12, 5.43472e-10, 1.37757e-09, 1e-08),
        _Unit('multiplier_booth_x7u_w7s', 'sky130hd', 7, 7, False, True, None, 3.77423e-12, 6.2623e-10, 1.59278e-09, 1e-08),
        _Unit('multiplier_booth_x7s_w7s', 'sky130hd', 7, 7, True, True, None, 3.7872e-12, 5.97997e-10, 1.55024e-09, 1e-08),
        _Unit('multiplier_booth_x8u_w8u', 'sky130hd', 8, 8, False, False, None, 5.14291e-12, 8.14952e-10, 2.04071e-09, 1e-08),
        _Unit('multiplier_booth_x8u_w8s', 'sky130hd', 8, 8, False, True, None, 4.95776e-12, 7.41483e-10, 1.88306e-09, 1e-08),
        _Unit('multiplier_booth_x8s_w8s', 'sky130hd', 8, 8, True, True, None, 5.22824e-12, 7.67631e-10, 1.88681e-09, 1e-08),
    )

    @action
    def multiply(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattMultiplierDadda(_Measured):
    """multiplier_dadda: an operation is multiply."""

    component_name = ["gatewatt_multiplier_dadda"]
    units = (
        _Unit('multiplier_dadda_x2u_w2u', 'asap7', 2, 2, False, False, None, 2.09073e-15, 5.65109e-10, 5.9778e-13, 1e-09),
        _Unit('multiplier_dadda_x2u_w2s', 'asap7', 2, 2, False, True, None, 2.77573e-15, 8.43226e-10, 7.7274e-13, 1e-09),
        _Unit('multiplier_dadda_x2s_w2s', 'asap7', 2, 2, True, True, None, 2.30326e-15, 6.44543e-10, 6.8526e-13, 1e-09),
        _Unit('multiplier_dadda_x3u_w3u', 'asap7', 3, 3, False, False, None, 6.34498e-15, 2.11604e-09, 2.28906e-12, 1e-09),
        _Unit('multiplier_dadda_x3u_w3s', 'asap7', 3, 3, False, True, None, 7.87745e-15, 2.60315e-09, 2.5515e-12, 1e-09),
        _Unit('multiplier_dadda_x3s_w3s', 'asap7', 3, 3, True, True, None, 7.27832e-15, 2.24701e-09, 2.30364e-12, 1e-09),
        _Unit('multiplier_dadda_x4u_w4u', 'asap7', 4, 4, False, False, None, 1.38806e-14, 5.16319e-09, 5.05926e-12, 1e-09),
        _Unit('multiplier_dadda_x4u_w4s', 'asap7', 4, 4, False, True, None, 1.51937e-14, 5.10411e-09, 5.1759e-12, 1e-09),
        _Unit('multiplier_dadda_x4s_w4s', 'asap7', 4, 4, True, True, None, 1.67044e-14, 5.54115e-09, 5.36544e-12, 1e-09),
        _Unit('multiplier_dadda_x5u_w5u', 'asap7', 5, 5, False, False, None, 2.52028e-14, 8.78892e-09, 8.61678e-12, 1e-09),
        _Unit('multiplier_dadda_x5u_w5s', 'asap7', 5, 5, False, True, None, 2.82868e-14, 8.66588e-09, 8.55846e-12, 1e-09),
        _Unit('multiplier_dadda_x5s_w5s', 'asap7', 5, 5, True, True, None, 2.97912e-14, 9.16344e-09, 8.8938e-12, 1e-09),
        _Unit('multiplier_dadda_x6u_w6u', 'asap7', 6, 6, False, False, None, 4.21396e-14, 1.30394e-08, 1.31366e-11, 1e-09),
        _Unit('multiplier_dadda_x6u_w6s', 'asap7', 6, 6, False, True, None, 4.62161e-14, 1.33048e-08, 1.31803e-11, 1e-09),
        _Unit('multiplier_dadda_x6s_w6s', 'asap7', 6, 6, True, True, None, 4.59348e-14, 1.33688e-08, 1.28887e-11, 1e-09),
        _Unit('multiplier_dadda_x7u_w7u', 'asap7', 7, 7, False, False, None, 6.42622e-14, 1.93191e-08, 1.88228e-11, 1e-09),
        _Unit('multiplier_dadda_x7u_w7s', 'asap7', 7, 7, False, True, None, 6.64141e-14, 1.84958e-08, 1.83854e-11, 1e-09),
        _Unit('multiplier_dadda_x7s_w7s', 'asap7', 7, 7, True, True, None, 6.65781e-14, 1.89644e-08, 1.86624e-11, 1e-09),
        _Unit('multiplier_dadda_x8u_w8u', 'asap7', 8, 8, False, False, None, 8.80724e-14, 2.41121e-08, 2.46256e-11, 1e-09),
        _Unit('multiplier_dadda_x8u_w8s', 'asap7', 8, 8, False, True, None, 9.36336e-14, 2.45459e-08, 2.44652e-11, 1e-09),
        _Unit('multiplier_dadda_x8s_w8s', 'asap7', 8, 8, True, True, None, 9.23271e-14, 2.54758e-08, 2.49172e-11, 1e-09),
        _Unit('multiplier_dadda_x2u_w2u', 'sky130hd', 2, 2, False, False, None, 6.56721e-14, 1.7972e-11, 4.25408e-11, 1e-08),
        _Unit('multiplier_dadda_x2u_w2s', 'sky130hd', 2, 2, False, True, None, 9.31267e-14, 3.27742e-11, 6.13088e-11, 1e-08),
        _Unit('multiplier_dadda_x2s_w2s', 'sky130hd', 2, 2, True, True, None, 8.70189e-14, 2.18023e-11, 4.75456e-11, 1e-08),
        _Unit('multiplier_dadda_x3u_w3u', 'sky130hd', 3, 3, False, False, None, 2.38454e-13, 5.55888e-11, 1.57651e-10, 1e-08),
        _Unit('multiplier_dadda_x3u_w3s', 'sky130hd', 3, 3, False, True, None, 3.22049e-13, 6.59878e-11, 1.88931e-10, 1e-08),
        _Unit('multiplier_dadda_x3s_w3s', 'sky130hd', 3, 3, True, True, None, 2.91812e-13, 6.18336e-11, 1.67661e-10, 1e-08),
        _Unit('multiplier_dadda_x4u_w4u', 'sky130hd', 4, 4, False, False, None, 5.30276e-13, 1.47255e-10, 3.64099e-10, 1e-08),
        _Unit('multiplier_dadda_x4u_w4s', 'sky130hd', 4, 4, False, True, None, 6.51515e-13, 1.49433e-10, 3.84118e-10, 1e-08),
        _Unit('multiplier_dadda_x4s_w4s', 'sky130hd', 4, 4, True, True, None, 6.31193e-13, 1.35068e-10, 3.56592e-10, 1e-08),
        _Unit('multiplier_dadda_x5u_w5u', 'sky130hd', 5, 5, False, False, None, 1.05577e-12, 2.72905e-10, 6.49373e-10, 1e-08),
        _Unit('multiplier_dadda_x5u_w5s', 'sky130hd', 5, 5, False, True, None, 1.20069e-12, 2.51846e-10, 6.40614e-10, 1e-08),
        _Unit('multiplier_dadda_x5s_w5s', 'sky130hd', 5, 5, True, True, None, 1.19716e-12, 2.5658e-10, 6.38112e-10, 1e-08),
        _Unit('multiplier_dadda_x6u_w6u', 'sky130hd', 6, 6, False, False, None, 1.70681e-12, 4.195e-10, 9.84694e-10, 1e-08),
        _Unit('multiplier_dadda_x6u_w6s', 'sky130hd', 6, 6, False, True, None, 1.80478e-12, 3.98374e-10, 9.9095e-10, 1e-08),
        _Unit('multiplier_dadda_x6s_w6s', 'sky130hd', 6, 6, True, True, None, 1.94796e-12, 4.02331e-10, 9.87197e-10, 1e-08),
        _Unit('multiplier_dadda_x7u_w7u', 'sky130hd', 7, 7, False, False, None, 2.71994e-12, 5.56374e-10, 1.39133e-09, 1e-08),
        _Unit('multiplier_dadda_x7u_w7s', 'sky130hd', 7, 7, False, True, None, 2.78657e-12, 5.10883e-10, 1.36256e-09, 1e-08),
        _Unit('multiplier_dadda_x7s_w7s', 'sky130hd', 7, 7, True, True, None, 2.80993e-12, 5.09519e-10, 1.36381e-09, 1e-08),
        _Unit('multiplier_dadda_x8u_w8u', 'sky130hd', 8, 8, False, False, None, 3.54533e-12, 7.57662e-10, 1.87305e-09, 1e-08),
        _Unit('multiplier_dadda_x8u_w8s', 'sky130hd', 8, 8, False, True, None, 3.82965e-12, 7.00301e-10, 1.86679e-09, 1e-08),
        _Unit('multiplier_dadda_x8s_w8s', 'sky130hd', 8, 8, True, True, None, 4.17973e-12, 6.83508e-10, 1.85303e-09, 1e-08),
    )

    @action
    def multiply(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattMultiplierBehavioural(_Measured):
    """multiplier_behavioural: an operation is multiply."""

    component_name = ["gatewatt_multiplier_behavioural"]
    units = (
        _Unit('multiplier_behavioural_x2u_w2u', 'asap7', 2, 2, False, False, None, 2.0909e-15, 5.65109e-10, 5.9778e-13, 1e-09),
        _Unit('multiplier_behavioural_x2u_w2s', 'asap7', 2, 2, False, True, None, 3.4963e-15, 1.07792e-09, 9.477e-13, 1e-09),
        _Unit('multiplier_behavioural_x2s_w2s', 'asap7', 2, 2, True, True, None, 3.61807e-15, 1.17306e-09, 1.00602e-12, 1e-09),
        _Unit('multiplier_behavioural_x3u_w3u', 'asap7', 3, 3, False, False, None, 6.85568e-15, 2.15417e-09, 2.31822e-12, 1e-09),
        _Unit('multiplier_behavioural_x3u_w3s', 'asap7', 3, 3, False, True, None, 9.31145e-15, 3.17576e-09, 2.82852e-12, 1e-09),
        _Unit('multiplier_behavioural_x3s_w3s', 'asap7', 3, 3, True, True, None, 1.1656e-14, 4.18002e-09, 3.61584e-12, 1e-09),
        _Unit('multiplier_behavioural_x4u_w4u', 'asap7', 4, 4, False, False, None, 1.68894e-14, 6.37669e-09, 5.99238e-12, 1e-09),
        _Unit('multiplier_behavioural_x4u_w4s', 'asap7', 4, 4, False, True, None, 2.17769e-14, 6.60522e-09, 6.561e-12, 1e-09),
        _Unit('multiplier_behavioural_x4s_w4s', 'asap7', 4, 4, True, True, None, 2.94997e-14, 8.88942e-09, 8.36892e-12, 1e-09),
        _Unit('multiplier_behavioural_x5u_w5u', 'asap7', 5, 5, False, False, None, 3.07001e-14, 9.74705e-09, 1.02206e-11, 1e-09),
        _Unit('multiplier_behavioural_x5u_w5s', 'asap7', 5, 5, False, True, None, 3.60432e-14, 1.16952e-08, 1.10954e-11, 1e-09),
        _Unit('multiplier_behavioural_x5s_w5s', 'asap7', 5, 5, True, True, None, 5.15111e-14, 1.61664e-08, 1.52507e-11, 1e-09),
        _Unit('multiplier_behavioural_x6u_w6u', 'asap7', 6, 6, False, False, None, 4.47674e-14, 1.40845e-08, 1.47112e-11, 1e-09),
        _Unit('multiplier_behavioural_x6u_w6s', 'asap7', 6, 6, False, True, None, 5.1499e-14, 1.5686e-08, 1.58193e-11, 1e-09),
        _Unit('multiplier_behavioural_x6s_w6s', 'asap7', 6, 6, True, True, None, 6.2186e-14, 1.96188e-08, 1.90123e-11, 1e-09),
        _Unit('multiplier_behavioural_x7u_w7u', 'asap7', 7, 7, False, False, None, 7.19941e-14, 2.03583e-08, 2.15201e-11, 1e-09),
        _Unit('multiplier_behavioural_x7u_w7s', 'asap7', 7, 7, False, True, None, 7.9499e-14, 2.3801e-08, 2.32988e-11, 1e-09),
        _Unit('multiplier_behavioural_x7s_w7s', 'asap7', 7, 7, True, True, None, 9.57404e-14, 2.98299e-08, 2.84893e-11, 1e-09),
        _Unit('multiplier_behavioural_x8u_w8u', 'asap7', 8, 8, False, False, None, 9.84979e-14, 2.925e-08, 2.94224e-11, 1e-09),
        _Unit('multiplier_behavioural_x8u_w8s', 'asap7', 8, 8, False, True, None, 1.02355e-13, 3.24216e-08, 3.13033e-11, 1e-09),
        _Unit('multiplier_behavioural_x8s_w8s', 'asap7', 8, 8, True, True, None, 1.34379e-13, 4.0257e-08, 3.7456e-11, 1e-09),
        _Unit('multiplier_behavioural_x2u_w2u', 'sky130hd', 2, 2, False, False, None, 6.56702e-14, 1.7972e-11, 4.25408e-11, 1e-08),
        _Unit('multiplier_behavioural_x2u_w2s', 'sky130hd', 2, 2, False, True, None, 1.20212e-13, 2.78789e-11, 6.50624e-11, 1e-08),
        _Unit('multiplier_behavioural_x2s_w2s', 'sky130hd', 2, 2, True, True, None, 1.23819e-13, 2.47328e-11, 6.50624e-11, 1e-08),
        _Unit('multiplier_behavioural_x3u_w3u', 'sky130hd', 3, 3, False, False, None, 2.35176e-13, 6.55066e-11, 1.61405e-10, 1e-08),
        _Unit('multiplier_behavioural_x3u_w3s', 'sky130hd', 3, 3, False, True, None, 3.17131e-13, 7.77976e-11, 1.88931e-10, 1e-08),
        _Unit('multiplier_behavioural_x3s_w3s', 'sky130hd', 3, 3, True, True, None, 3.76046e-13, 1.06441e-10, 2.43984e-10, 1e-08),
        _Unit('multiplier_behavioural_x4u_w4u', 'sky130hd', 4, 4, False, False, None, 5.93398e-13, 1.77445e-10, 4.14147e-10, 1e-08),
        _Unit('multiplier_behavioural_x4u_w4s', 'sky130hd', 4, 4, False, True, None, 7.27018e-13, 1.93156e-10, 4.56688e-10, 1e-08),
        _Unit('multiplier_behavioural_x4s_w4s', 'sky130hd', 4, 4, True, True, None, 1.0259e-12, 2.70102e-10, 6.18093e-10, 1e-08),
        _Unit('multiplier_behavioural_x5u_w5u', 'sky130hd', 5, 5, False, False, None, 1.17149e-12, 3.41453e-10, 7.63232e-10, 1e-08),
        _Unit('multiplier_behavioural_x5u_w5s', 'sky130hd', 5, 5, False, True, None, 1.24471e-12, 3.44912e-10, 8.10778e-10, 1e-08),
        _Unit('multiplier_behavioural_x5s_w5s', 'sky130hd', 5, 5, True, True, None, 1.68582e-12, 4.63084e-10, 1.0385e-09, 1e-08),
        _Unit('multiplier_behavioural_x6u_w6u', 'sky130hd', 6, 6, False, False, None, 1.66085e-12, 5.17249e-10, 1.11107e-09, 1e-08),
        _Unit('multiplier_behavioural_x6u_w6s', 'sky130hd', 6, 6, False, True, None, 1.8177e-12, 5.25905e-10, 1.16111e-09, 1e-08),
        _Unit('multiplier_behavioural_x6s_w6s', 'sky130hd', 6, 6, True, True, None, 2.43086e-12, 6.72386e-10, 1.4614e-09, 1e-08),
        _Unit('multiplier_behavioural_x7u_w7u', 'sky130hd', 7, 7, False, False, None, 2.84595e-12, 7.79253e-10, 1.69788e-09, 1e-08),
        _Unit('multiplier_behavioural_x7u_w7s', 'sky130hd', 7, 7, False, True, None, 3.00788e-12, 7.81247e-10, 1.71414e-09, 1e-08),
        _Unit('multiplier_behavioural_x7s_w7s', 'sky130hd', 7, 7, True, True, None, 3.50279e-12, 1.03906e-09, 2.19586e-09, 1e-08),
        _Unit('multiplier_behavioural_x8u_w8u', 'sky130hd', 8, 8, False, False, None, 3.85661e-12, 1.13683e-09, 2.4023e-09, 1e-08),
        _Unit('multiplier_behavioural_x8u_w8s', 'sky130hd', 8, 8, False, True, None, 3.58661e-12, 1.12425e-09, 2.35726e-09, 1e-08),
        _Unit('multiplier_behavioural_x8s_w8s', 'sky130hd', 8, 8, True, True, None, 4.37441e-12, 1.38838e-09, 2.88902e-09, 1e-08),
    )

    @action
    def multiply(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattMultiplierSerial(_Measured):
    """multiplier_serial: an operation is multiply."""

    component_name = ["gatewatt_multiplier_serial"]
    units = (
        _Unit('multiplier_serial_x2u_w2u', 'asap7', 2, 2, False, False, None, 3.02253e-14, 3.61082e-09, 4.43232e-12, 2e-09),
        _Unit('multiplier_serial_x2u_w2s', 'asap7', 2, 2, False, True, None, 4.21024e-14, 4.17063e-09, 4.89888e-12, 2e-09),
        _Unit('multiplier_serial_x2s_w2s', 'asap7', 2, 2, True, True, None, 3.88454e-14, 4.50351e-09, 4.89888e-12, 2e-09),
        _Unit('multiplier_serial_x3u_w3u', 'asap7', 3, 3, False, False, None, 7.35717e-14, 6.11551e-09, 7.23168e-12, 3e-09),
        _Unit('multiplier_serial_x3u_w3s', 'asap7', 3, 3, False, True, None, 8.70349e-14, 6.82691e-09, 7.8003e-12, 3e-09),
        _Unit('multiplier_serial_x3s_w3s', 'asap7', 3, 3, True, True, None, 8.37143e-14, 6.76765e-09, 7.71282e-12, 3e-09),
        _Unit('multiplier_serial_x4u_w4u', 'asap7', 4, 4, False, False, None, 1.21122e-13, 8.01898e-09, 9.41868e-12, 4e-09),
        _Unit('multiplier_serial_x4u_w4s', 'asap7', 4, 4, False, True, None, 1.44939e-13, 9.50507e-09, 1.02789e-11, 4e-09),
        _Unit('multiplier_serial_x4s_w4s', 'asap7', 4, 4, True, True, None, 1.36854e-13, 8.78012e-09, 1.00019e-11, 4e-09),
        _Unit('multiplier_serial_x5u_w5u', 'asap7', 5, 5, False, False, None, 1.89276e-13, 1.0037e-08, 1.21014e-11, 5e-09),
        _Unit('multiplier_serial_x5u_w5s', 'asap7', 5, 5, False, True, None, 2.21879e-13, 1.19335e-08, 1.32095e-11, 5e-09),
        _Unit('multiplier_serial_x5s_w5s', 'asap7', 5, 5, True, True, None, 2.16558e-13, 1.20561e-08, 1.31803e-11, 5e-09),
        _Unit('multiplier_serial_x6u_w6u', 'asap7', 6, 6, False, False, None, 2.66683e-13, 1.20958e-08, 1.43176e-11, 6e-09),
        _Unit('multiplier_serial_x6u_w6s', 'asap7', 6, 6, False, True, None, 3.04437e-13, 1.39431e-08, 1.55277e-11, 6e-09),
        _Unit('multiplier_serial_x6s_w6s', 'asap7', 6, 6, True, True, None, 2.95595e-13, 1.38338e-08, 1.53819e-11, 6e-09),
        _Unit('multiplier_serial_x7u_w7u', 'asap7', 7, 7, False, False, None, 3.57504e-13, 1.41228e-08, 1.65191e-11, 7e-09),
        _Unit('multiplier_serial_x7u_w7s', 'asap7', 7, 7, False, True, None, 4.00347e-13, 1.59728e-08, 1.78168e-11, 7e-09),
        _Unit('multiplier_serial_x7s_w7s', 'asap7', 7, 7, True, True, None, 3.8799e-13, 1.5838e-08, 1.7671e-11, 7e-09),
        _Unit('multiplier_serial_x8u_w8u', 'asap7', 8, 8, False, False, None, 4.59691e-13, 1.62428e-08, 1.87936e-11, 8e-09),
        _Unit('multiplier_serial_x8u_w8s', 'asap7', 8, 8, False, True, None, 5.19967e-13, 1.82823e-08, 2.01641e-11, 8e-09),
        _Unit('multiplier_serial_x8s_w8s', 'asap7', 8, 8, True, True, None, 5.02414e-13, 1.80601e-08, 2.00621e-11, 8e-09),
        _Unit('multiplier_serial_x2u_w2u', 'sky130hd', 2, 2, False, False, None, 1.41963e-12, 1.42609e-10, 3.24061e-10, 2e-08),
        _Unit('multiplier_serial_x2u_w2s', 'sky130hd', 2, 2, False, True, None, 1.84823e-12, 1.48048e-10, 3.4408e-10, 2e-08),
        _Unit('multiplier_serial_x2s_w2s', 'sky130hd', 2, 2, True, True, None, 1.5043e-12, 1.56801e-10, 3.36573e-10, 2e-08),
        _Unit('multiplier_serial_x3u_w3u', 'sky130hd', 3, 3, False, False, None, 3.06626e-12, 2.0106e-10, 4.94224e-10, 3e-08),
        _Unit('multiplier_serial_x3u_w3s', 'sky130hd', 3, 3, False, True, None, 4.07919e-12, 2.20929e-10, 5.40518e-10, 3e-08),
        _Unit('multiplier_serial_x3s_w3s', 'sky130hd', 3, 3, True, True, None, 3.75585e-12, 2.32296e-10, 5.46774e-10, 3e-08),
        _Unit('multiplier_serial_x4u_w4u', 'sky130hd', 4, 4, False, False, None, 5.15551e-12, 2.62706e-10, 6.48122e-10, 4e-08),
        _Unit('multiplier_serial_x4u_w4s', 'sky130hd', 4, 4, False, True, None, 6.07803e-12, 2.9568e-10, 7.10682e-10, 4e-08),
        _Unit('multiplier_serial_x4s_w4s', 'sky130hd', 4, 4, True, True, None, 5.91792e-12, 2.8409e-10, 6.96918e-10, 4e-08),
        _Unit('multiplier_serial_x5u_w5u', 'sky130hd', 5, 5, False, False, None, 8.38387e-12, 3.29676e-10, 8.32048e-10, 5e-08),
        _Unit('multiplier_serial_x5u_w5s', 'sky130hd', 5, 5, False, True, None, 9.91901e-12, 3.64169e-10, 9.00864e-10, 5e-08),
        _Unit('multiplier_serial_x5s_w5s', 'sky130hd', 5, 5, True, True, None, 9.66838e-12, 3.69853e-10, 9.13376e-10, 5e-08),
        _Unit('multiplier_serial_x6u_w6u', 'sky130hd', 6, 6, False, False, None, 1.14835e-11, 3.94034e-10, 9.87197e-10, 6e-08),
        _Unit('multiplier_serial_x6u_w6s', 'sky130hd', 6, 6, False, True, None, 1.33916e-11, 4.3266e-10, 1.06978e-09, 6e-08),
        _Unit('multiplier_serial_x6s_w6s', 'sky130hd', 6, 6, True, True, None, 1.31839e-11, 4.373e-10, 1.07228e-09, 6e-08),
        _Unit('multiplier_serial_x7u_w7u', 'sky130hd', 7, 7, False, False, None, 1.57905e-11, 4.50717e-10, 1.13359e-09, 7e-08),
        _Unit('multiplier_serial_x7u_w7s', 'sky130hd', 7, 7, False, True, None, 1.78989e-11, 4.85219e-10, 1.21492e-09, 7e-08),
        _Unit('multiplier_serial_x7s_w7s', 'sky130hd', 7, 7, True, True, None, 1.74862e-11, 4.89859e-10, 1.21742e-09, 7e-08),
        _Unit('multiplier_serial_x8u_w8u', 'sky130hd', 8, 8, False, False, None, 1.97701e-11, 5.08704e-10, 1.28373e-09, 8e-08),
        _Unit('multiplier_serial_x8u_w8s', 'sky130hd', 8, 8, False, True, None, 2.23412e-11, 5.49528e-10, 1.37882e-09, 8e-08),
        _Unit('multiplier_serial_x8s_w8s', 'sky130hd', 8, 8, True, True, None, 2.21255e-11, 5.57965e-10, 1.39259e-09, 8e-08),
    )

    @action
    def multiply(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattMultiplierSignmag(_Measured):
    """multiplier_signmag: an operation is multiply."""

    component_name = ["gatewatt_multiplier_signmag"]
    units = (
        _Unit('multiplier_signmag_x2m_w2m', 'asap7', 2, 2, True, True, None, 1.02528e-15, 4.35445e-10, 3.4992e-13, 1e-09),
        _Unit('multiplier_signmag_x3m_w3m', 'asap7', 3, 3, True, True, None, 3.08957e-15, 7.88097e-10, 8.748e-13, 1e-09),
        _Unit('multiplier_signmag_x4m_w4m', 'asap7', 4, 4, True, True, None, 8.05353e-15, 2.59635e-09, 2.72646e-12, 1e-09),
        _Unit('multiplier_signmag_x5m_w5m', 'asap7', 5, 5, True, True, None, 1.99297e-14, 6.60101e-09, 6.38604e-12, 1e-09),
        _Unit('multiplier_signmag_x6m_w6m', 'asap7', 6, 6, True, True, None, 3.34485e-14, 1.03045e-08, 9.59364e-12, 1e-09),
        _Unit('multiplier_signmag_x7m_w7m', 'asap7', 7, 7, True, True, None, 5.86743e-14, 1.50885e-08, 1.4405e-11, 1e-09),
        _Unit('multiplier_signmag_x8m_w8m', 'asap7', 8, 8, True, True, None, 8.78768e-14, 2.08627e-08, 1.99309e-11, 1e-09),
        _Unit('multiplier_signmag_x2m_w2m', 'sky130hd', 2, 2, True, True, None, 3.1698e-14, 1.28478e-11, 2.5024e-11, 1e-08),
        _Unit('multiplier_signmag_x3m_w3m', 'sky130hd', 3, 3, True, True, None, 1.10696e-13, 2.33154e-11, 6.13088e-11, 1e-08),
        _Unit('multiplier_signmag_x4m_w4m', 'sky130hd', 4, 4, True, True, None, 3.55071e-13, 8.49299e-11, 2.25216e-10, 1e-08),
        _Unit('multiplier_signmag_x5m_w5m', 'sky130hd', 5, 5, True, True, None, 6.59074e-13, 1.67755e-10, 4.02886e-10, 1e-08),
        _Unit('multiplier_signmag_x6m_w6m', 'sky130hd', 6, 6, True, True, None, 1.35924e-12, 2.98931e-10, 7.05677e-10, 1e-08),
        _Unit('multiplier_signmag_x7m_w7m', 'sky130hd', 7, 7, True, True, None, 2.14561e-12, 4.34022e-10, 1.03349e-09, 1e-08),
        _Unit('multiplier_signmag_x8m_w8m', 'sky130hd', 8, 8, True, True, None, 3.35295e-12, 7.07474e-10, 1.53898e-09, 1e-08),
    )

    @action
    def multiply(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattAdderBrentKung(_Measured):
    """adder_brent_kung: an operation is add."""

    component_name = ["gatewatt_adder_brent_kung"]
    units = (
        _Unit('adder_brent_kung_x8u_y8u', 'asap7', 8, 8, False, False, None, 1.31955e-14, 4.02634e-09, 3.70332e-12, 1e-09),
        _Unit('adder_brent_kung_x8s_y8s', 'asap7', 8, 8, True, True, None, 1.36355e-14, 3.97432e-09, 3.7908e-12, 1e-09),
        _Unit('adder_brent_kung_x16u_y16u', 'asap7', 16, 16, False, False, None, 2.74715e-14, 7.70866e-09, 7.75656e-12, 1e-09),
        _Unit('adder_brent_kung_x16s_y16s', 'asap7', 16, 16, True, True, None, 2.78285e-14, 7.76996e-09, 7.81488e-12, 1e-09),
        _Unit('adder_brent_kung_x32u_y32u', 'asap7', 32, 32, False, False, None, 5.79081e-14, 1.5865e-08, 1.62713e-11, 1e-09),
        _Unit('adder_brent_kung_x32s_y32s', 'asap7', 32, 32, True, True, None, 5.8619e-14, 1.60972e-08, 1.64608e-11, 1e-09),
        _Unit('adder_brent_kung_x8u_y8u', 'sky130hd', 8, 8, False, False, None, 5.15382e-13, 8.17892e-11, 2.5024e-10, 1e-08),
        _Unit('adder_brent_kung_x8s_y8s', 'sky130hd', 8, 8, True, True, None, 5.44252e-13, 8.32754e-11, 2.57747e-10, 1e-08),
        _Unit('adder_brent_kung_x16u_y16u', 'sky130hd', 16, 16, False, False, None, 1.11929e-12, 1.71036e-10, 5.38016e-10, 1e-08),
        _Unit('adder_brent_kung_x16s_y16s', 'sky130hd', 16, 16, True, True, None, 1.15338e-12, 1.75399e-10, 5.43021e-10, 1e-08),
        _Unit('adder_brent_kung_x32u_y32u', 'sky130hd', 32, 32, False, False, None, 2.35135e-12, 3.65048e-10, 1.11107e-09, 1e-08),
        _Unit('adder_brent_kung_x32s_y32s', 'sky130hd', 32, 32, True, True, None, 2.38814e-12, 3.66742e-10, 1.11732e-09, 1e-08),
    )

    @action
    def add(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattAdderKoggeStone(_Measured):
    """adder_kogge_stone: an operation is add."""

    component_name = ["gatewatt_adder_kogge_stone"]
    units = (
        _Unit('adder_kogge_stone_x8u_y8u', 'asap7', 8, 8, False, False, None, 1.57525e-14, 4.76838e-09, 4.63644e-12, 1e-09),
        _Unit('adder_kogge_stone_x8s_y8s', 'asap7', 8, 8, True, True, None, 1.6172e-14, 5.12615e-09, 4.78224e-12, 1e-09),
        _Unit('adder_kogge_stone_x16u_y16u', 'asap7', 16, 16, False, False, None, 3.64352e-14, 1.1483e-08, 1.15182e-11, 1e-09),
        _Unit('adder_kogge_stone_x16s_y16s', 'asap7', 16, 16, True, True, None, 3.69769e-14, 1.15403e-08, 1.16348e-11, 1e-09),
        _Unit('adder_kogge_stone_x32u_y32u', 'asap7', 32, 32, False, False, None, 7.8744e-14, 2.53725e-08, 2.70167e-11, 1e-09),
        _Unit('adder_kogge_stone_x32s_y32s', 'asap7', 32, 32, True, True, None, 7.831e-14, 2.47952e-08, 2.67543e-11, 1e-09),
        _Unit('adder_kogge_stone_x8u_y8u', 'sky130hd', 8, 8, False, False, None, 6.3434e-13, 1.11797e-10, 3.06544e-10, 1e-08),
        _Unit('adder_kogge_stone_x8s_y8s', 'sky130hd', 8, 8, True, True, None, 6.46528e-13, 1.01779e-10, 2.96534e-10, 1e-08),
        _Unit('adder_kogge_stone_x16u_y16u', 'sky130hd', 16, 16, False, False, None, 1.46259e-12, 2.65829e-10, 7.24445e-10, 1e-08),
        _Unit('adder_kogge_stone_x16s_y16s', 'sky130hd', 16, 16, True, True, None, 1.5245e-12, 2.74686e-10, 7.44464e-10, 1e-08),
        _Unit('adder_kogge_stone_x32u_y32u', 'sky130hd', 32, 32, False, False, None, 3.4103e-12, 6.08309e-10, 1.7204e-09, 1e-08),
        _Unit('adder_kogge_stone_x32s_y32s', 'sky130hd', 32, 32, True, True, None, 3.41858e-12, 5.98715e-10, 1.71164e-09, 1e-08),
    )

    @action
    def add(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattAdderBehavioural(_Measured):
    """adder_behavioural: an operation is add."""

    component_name = ["gatewatt_adder_behavioural"]
    units = (
        _Unit('adder_behavioural_x8u_y8u', 'asap7', 8, 8, False, False, None, 1.30343e-14, 3.83452e-09, 3.63042e-12, 1e-09),
        _Unit('adder_behavioural_x8s_y8s', 'asap7', 8, 8, True, True, None, 1.34145e-14, 3.89569e-09, 3.74706e-12, 1e-09),
        _Unit('adder_behavioural_x16u_y16u', 'asap7', 16, 16, False, False, None, 2.74744e-14, 7.70866e-09, 7.75656e-12, 1e-09),
        _Unit('adder_behavioural_x16s_y16s', 'asap7', 16, 16, True, True, None, 2.78478e-14, 7.76996e-09, 7.81488e-12, 1e-09),
        _Unit('adder_behavioural_x32u_y32u', 'asap7', 32, 32, False, False, None, 5.80028e-14, 1.5865e-08, 1.62713e-11, 1e-09),
        _Unit('adder_behavioural_x32s_y32s', 'asap7', 32, 32, True, True, None, 5.87101e-14, 1.60972e-08, 1.64608e-11, 1e-09),
        _Unit('adder_behavioural_x8u_y8u', 'sky130hd', 8, 8, False, False, None, 5.25589e-13, 8.74332e-11, 2.57747e-10, 1e-08),
        _Unit('adder_behavioural_x8s_y8s', 'sky130hd', 8, 8, True, True, None, 5.44746e-13, 8.32754e-11, 2.57747e-10, 1e-08),
        _Unit('adder_behavioural_x16u_y16u', 'sky130hd', 16, 16, False, False, None, 1.11974e-12, 1.71036e-10, 5.38016e-10, 1e-08),
        _Unit('adder_behavioural_x16s_y16s', 'sky130hd', 16, 16, True, True, None, 1.1538e-12, 1.75399e-10, 5.43021e-10, 1e-08),
        _Unit('adder_behavioural_x32u_y32u', 'sky130hd', 32, 32, False, False, None, 2.35146e-12, 3.65048e-10, 1.11107e-09, 1e-08),
        _Unit('adder_behavioural_x32s_y32s', 'sky130hd', 32, 32, True, True, None, 2.38867e-12, 3.66742e-10, 1.11732e-09, 1e-08),
    )

    @action
    def add(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattMacBooth(_Measured):
    """mac_booth: an operation is mac."""

    component_name = ["gatewatt_mac_booth"]
    units = (
        _Unit('mac_booth_x2u_w2u_a32', 'asap7', 2, 2, False, False, 32, 4.06016e-14, 2.36738e-08, 2.6521e-11, 1e-09),
        _Unit('mac_booth_x2u_w2s_a32', 'asap7', 2, 2, False, True, 32, 8.43148e-14, 3.32654e-08, 3.25134e-11, 1.5e-09),
        _Unit('mac_booth_x2s_w2s_a32', 'asap7', 2, 2, True, True, 32, 7.60281e-14, 3.3425e-08, 3.25717e-11, 1.5e-09),
        _Unit('mac_booth_x3u_w3u_a32', 'asap7', 3, 3, False, False, 32, 6.01086e-14, 2.70682e-08, 2.97578e-11, 1e-09),
        _Unit('mac_booth_x3u_w3s_a32', 'asap7', 3, 3, False, True, 32, 1.15003e-13, 3.57151e-08, 3.49483e-11, 1.5e-09),
        _Unit('mac_booth_x3s_w3s_a32', 'asap7', 3, 3, True, True, 32, 1.04272e-13, 3.54353e-08, 3.47879e-11, 1.5e-09),
        _Unit('mac_booth_x4u_w4u_a32', 'asap7', 4, 4, False, False, 32, 8.61253e-14, 3.02623e-08, 3.41755e-11, 1e-09),
        _Unit('mac_booth_x4u_w4s_a32', 'asap7', 4, 4, False, True, 32, 1.35097e-13, 3.83366e-08, 3.75143e-11, 1.5e-09),
        _Unit('mac_booth_x4s_w4s_a32', 'asap7', 4, 4, True, True, 32, 1.33468e-13, 3.7768e-08, 3.72373e-11, 1.5e-09),
        _Unit('mac_booth_x5u_w5u_a32', 'asap7', 5, 5, False, False, 32, 1.16141e-13, 3.54744e-08, 3.70624e-11, 1e-09),
        _Unit('mac_booth_x5u_w5s_a32', 'asap7', 5, 5, False, True, 32, 1.8053e-13, 4.46237e-08, 4.30985e-11, 1.5e-09),
        _Unit('mac_booth_x5s_w5s_a32', 'asap7', 5, 5, True, True, 32, 1.67781e-13, 4.40994e-08, 4.25299e-11, 1.5e-09),
        _Unit('mac_booth_x6u_w6u_a32', 'asap7', 6, 6, False, False, 32, 1.80068e-13, 4.15088e-08, 4.35359e-11, 1.5e-09),
        _Unit('mac_booth_x6u_w6s_a32', 'asap7', 6, 6, False, True, 32, 2.07142e-13, 4.65417e-08, 4.55042e-11, 1.5e-09),
        _Unit('mac_booth_x6s_w6s_a32', 'asap7', 6, 6, True, True, 32, 1.89947e-13, 4.57985e-08, 4.50522e-11, 1.5e-09),
        _Unit('mac_booth_x7u_w7u_a32', 'asap7', 7, 7, False, False, 32, 2.03105e-13, 4.53055e-08, 4.70351e-11, 1.5e-09),
        _Unit('mac_booth_x7u_w7s_a32', 'asap7', 7, 7, False, True, 32, 2.54629e-13, 5.34854e-08, 5.23568e-11, 1.5e-09),
        _Unit('mac_booth_x7s_w7s_a32', 'asap7', 7, 7, True, True, 32, 2.40674e-13, 5.31573e-08, 5.19485e-11, 1.5e-09),
        _Unit('mac_booth_x8u_w8u_a32', 'asap7', 8, 8, False, False, 32, 2.56707e-13, 5.32982e-08, 5.40481e-11, 1.5e-09),
        _Unit('mac_booth_x8u_w8s_a32', 'asap7', 8, 8, False, True, 32, 2.84636e-13, 5.62153e-08, 5.56373e-11, 1.5e-09),
        _Unit('mac_booth_x8s_w8s_a32', 'asap7', 8, 8, True, True, 32, 2.72412e-13, 5.56351e-08, 5.50687e-11, 1.5e-09),
        _Unit('mac_booth_x2u_w2u_a32', 'sky130hd', 2, 2, False, False, 32, 2.02353e-12, 6.70007e-10, 1.76419e-09, 1e-08),
        _Unit('mac_booth_x2u_w2s_a32', 'sky130hd', 2, 2, False, True, 32, 3.9409e-12, 8.17069e-10, 2.25591e-09, 1.5e-08),
        _Unit('mac_booth_x2s_w2s_a32', 'sky130hd', 2, 2, True, True, 32, 3.54978e-12, 8.17286e-10, 2.25842e-09, 1.5e-08),
        _Unit('mac_booth_x3u_w3u_a32', 'sky130hd', 3, 3, False, False, 32, 2.86541e-12, 7.45243e-10, 1.91559e-09, 1e-08),
        _Unit('mac_booth_x3u_w3s_a32', 'sky130hd', 3, 3, False, True, 32, 5.70907e-12, 8.9345e-10, 2.44484e-09, 1.5e-08),
        _Unit('mac_booth_x3s_w3s_a32', 'sky130hd', 3, 3, True, True, 32, 5.36231e-12, 8.96015e-10, 2.43859e-09, 1.5e-08),
        _Unit('mac_booth_x4u_w4u_a32', 'sky130hd', 4, 4, False, False, 32, 4.06277e-12, 8.56328e-10, 2.28219e-09, 1e-08),
        _Unit('mac_booth_x4u_w4s_a32', 'sky130hd', 4, 4, False, True, 32, 6.58213e-12, 9.82648e-10, 2.62627e-09, 1.5e-08),
        _Unit('mac_booth_x4s_w4s_a32', 'sky130hd', 4, 4, True, True, 32, 6.03598e-12, 9.65974e-10, 2.62001e-09, 1.5e-08),
        _Unit('mac_booth_x5u_w5u_a32', 'sky130hd', 5, 5, False, False, 32, 4.88308e-12, 9.67883e-10, 2.51241e-09, 1e-08),
        _Unit('mac_booth_x5u_w5s_a32', 'sky130hd', 5, 5, False, True, 32, 7.80273e-12, 1.10709e-09, 3.02415e-09, 1.5e-08),
        _Unit('mac_booth_x5s_w5s_a32', 'sky130hd', 5, 5, True, True, 32, 7.6748e-12, 1.09499e-09, 2.9691e-09, 1.5e-08),
        _Unit('mac_booth_x6u_w6u_a32', 'sky130hd', 6, 6, False, False, 32, 7.25588e-12, 1.18043e-09, 3.00538e-09, 1e-08),
        _Unit('mac_booth_x6u_w6s_a32', 'sky130hd', 6, 6, False, True, 32, 9.09676e-12, 1.206e-09, 3.23936e-09, 1.5e-08),
        _Unit('mac_booth_x6s_w6s_a32', 'sky130hd', 6, 6, True, True, 32, 8.07011e-12, 1.15184e-09, 3.17805e-09, 1.5e-08),
        _Unit('mac_booth_x7u_w7u_a32', 'sky130hd', 7, 7, False, False, 32, 8.2728e-12, 1.25449e-09, 3.22184e-09, 1e-08),
        _Unit('mac_booth_x7u_w7s_a32', 'sky130hd', 7, 7, False, True, 32, 1.09288e-11, 1.42564e-09, 3.77612e-09, 1.5e-08),
        _Unit('mac_booth_x7s_w7s_a32', 'sky130hd', 7, 7, True, True, 32, 1.04911e-11, 1.36585e-09, 3.6998e-09, 1.5e-08),
        _Unit('mac_booth_x8u_w8u_a32', 'sky130hd', 8, 8, False, False, 32, 1.02773e-11, 1.5029e-09, 3.92126e-09, 1e-08),
        _Unit('mac_booth_x8u_w8s_a32', 'sky130hd', 8, 8, False, True, 32, 1.27491e-11, 1.52053e-09, 4.04388e-09, 1.5e-08),
        _Unit('mac_booth_x8s_w8s_a32', 'sky130hd', 8, 8, True, True, 32, 1.20961e-11, 1.46679e-09, 3.97631e-09, 1.5e-08),
    )

    @action
    def mac(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattMacDadda(_Measured):
    """mac_dadda: an operation is mac."""

    component_name = ["gatewatt_mac_dadda"]
    units = (
        _Unit('mac_dadda_x2u_w2u_a32', 'asap7', 2, 2, False, False, 32, 3.93449e-14, 2.33805e-08, 2.62586e-11, 1e-09),
        _Unit('mac_dadda_x2u_w2s_a32', 'asap7', 2, 2, False, True, 32, 8.27951e-14, 3.31143e-08, 3.22655e-11, 1.5e-09),
        _Unit('mac_dadda_x2s_w2s_a32', 'asap7', 2, 2, True, True, 32, 7.35654e-14, 3.29156e-08, 3.21781e-11, 1.5e-09),
        _Unit('mac_dadda_x3u_w3u_a32', 'asap7', 3, 3, False, False, 32, 5.33852e-14, 2.62134e-08, 2.88976e-11, 1e-09),
        _Unit('mac_dadda_x3u_w3s_a32', 'asap7', 3, 3, False, True, 32, 1.04551e-13, 3.46455e-08, 3.39568e-11, 1.5e-09),
        _Unit('mac_dadda_x3s_w3s_a32', 'asap7', 3, 3, True, True, 32, 1.00914e-13, 3.45216e-08, 3.3811e-11, 1.5e-09),
        _Unit('mac_dadda_x4u_w4u_a32', 'asap7', 4, 4, False, False, 32, 6.95937e-14, 2.88965e-08, 3.2353e-11, 1e-09),
        _Unit('mac_dadda_x4u_w4s_a32', 'asap7', 4, 4, False, True, 32, 1.23557e-13, 3.73858e-08, 3.66833e-11, 1.5e-09),
        _Unit('mac_dadda_x4s_w4s_a32', 'asap7', 4, 4, True, True, 32, 1.24412e-13, 3.79915e-08, 3.68437e-11, 1.5e-09),
        _Unit('mac_dadda_x5u_w5u_a32', 'asap7', 5, 5, False, False, 32, 9.19197e-14, 3.35833e-08, 3.59689e-11, 1e-09),
        _Unit('mac_dadda_x5u_w5s_a32', 'asap7', 5, 5, False, True, 32, 1.44976e-13, 4.03284e-08, 3.9818e-11, 1.5e-09),
        _Unit('mac_dadda_x5s_w5s_a32', 'asap7', 5, 5, True, True, 32, 1.50579e-13, 4.17342e-08, 4.04449e-11, 1.5e-09),
        _Unit('mac_dadda_x6u_w6u_a32', 'asap7', 6, 6, False, False, 32, 1.22447e-13, 3.85564e-08, 4.11885e-11, 1e-09),
        _Unit('mac_dadda_x6u_w6s_a32', 'asap7', 6, 6, False, True, 32, 1.76965e-13, 4.49731e-08, 4.4294e-11, 1.5e-09),
        _Unit('mac_dadda_x6s_w6s_a32', 'asap7', 6, 6, True, True, 32, 1.83232e-13, 4.50074e-08, 4.41774e-11, 1.5e-09),
        _Unit('mac_dadda_x7u_w7u_a32', 'asap7', 7, 7, False, False, 32, 1.57731e-13, 4.60488e-08, 4.76329e-11, 1e-09),
        _Unit('mac_dadda_x7u_w7s_a32', 'asap7', 7, 7, False, True, 32, 2.02407e-13, 5.06315e-08, 4.9572e-11, 1.5e-09),
        _Unit('mac_dadda_x7s_w7s_a32', 'asap7', 7, 7, True, True, 32, 2.08904e-13, 5.07198e-08, 4.9849e-11, 1.5e-09),
        _Unit('mac_dadda_x8u_w8u_a32', 'asap7', 8, 8, False, False, 32, 1.86911e-13, 5.10366e-08, 5.23714e-11, 1e-09),
        _Unit('mac_dadda_x8u_w8s_a32', 'asap7', 8, 8, False, True, 32, 2.39967e-13, 5.67134e-08, 5.58414e-11, 1.5e-09),
        _Unit('mac_dadda_x8s_w8s_a32', 'asap7', 8, 8, True, True, 32, 2.41762e-13, 5.71787e-08, 5.61767e-11, 1.5e-09),
        _Unit('mac_dadda_x2u_w2u_a32', 'sky130hd', 2, 2, False, False, 32, 1.95018e-12, 6.55943e-10, 1.74042e-09, 1e-08),
        _Unit('mac_dadda_x2u_w2s_a32', 'sky130hd', 2, 2, False, True, 32, 3.88021e-12, 8.16751e-10, 2.24465e-09, 1.5e-08),
        _Unit('mac_dadda_x2s_w2s_a32', 'sky130hd', 2, 2, True, True, 32, 3.48027e-12, 8.05438e-10, 2.22839e-09, 1.5e-08),
        _Unit('mac_dadda_x3u_w3u_a32', 'sky130hd', 3, 3, False, False, 32, 2.42265e-12, 7.00413e-10, 1.82175e-09, 1e-08),
        _Unit('mac_dadda_x3u_w3s_a32', 'sky130hd', 3, 3, False, True, 32, 4.85463e-12, 8.53589e-10, 2.37603e-09, 1.5e-08),
        _Unit('mac_dadda_x3s_w3s_a32', 'sky130hd', 3, 3, True, True, 32, 4.90075e-12, 8.48751e-10, 2.34975e-09, 1.5e-08),
        _Unit('mac_dadda_x4u_w4u_a32', 'sky130hd', 4, 4, False, False, 32, 3.07812e-12, 8.15128e-10, 2.10827e-09, 1e-08),
        _Unit('mac_dadda_x4u_w4s_a32', 'sky130hd', 4, 4, False, True, 32, 5.72213e-12, 9.31888e-10, 2.56121e-09, 1.5e-08),
        _Unit('mac_dadda_x4s_w4s_a32', 'sky130hd', 4, 4, True, True, 32, 5.80414e-12, 9.20642e-10, 2.53493e-09, 1.5e-08),
        _Unit('mac_dadda_x5u_w5u_a32', 'sky130hd', 5, 5, False, False, 32, 4.07927e-12, 9.58111e-10, 2.43233e-09, 1e-08),
        _Unit('mac_dadda_x5u_w5s_a32', 'sky130hd', 5, 5, False, True, 32, 6.53562e-12, 1.0351e-09, 2.80644e-09, 1.5e-08),
        _Unit('mac_dadda_x5s_w5s_a32', 'sky130hd', 5, 5, True, True, 32, 6.92592e-12, 1.0478e-09, 2.82396e-09, 1.5e-08),
        _Unit('mac_dadda_x6u_w6u_a32', 'sky130hd', 6, 6, False, False, 32, 5.25956e-12, 1.12222e-09, 2.79393e-09, 1e-08),
        _Unit('mac_dadda_x6u_w6s_a32', 'sky130hd', 6, 6, False, True, 32, 7.46716e-12, 1.18634e-09, 3.16428e-09, 1.5e-08),
        _Unit('mac_dadda_x6s_w6s_a32', 'sky130hd', 6, 6, True, True, 32, 7.88301e-12, 1.18836e-09, 3.17054e-09, 1.5e-08),
        _Unit('mac_dadda_x7u_w7u_a32', 'sky130hd', 7, 7, False, False, 32, 6.68154e-12, 1.2695e-09, 3.21684e-09, 1e-08),
        _Unit('mac_dadda_x7u_w7s_a32', 'sky130hd', 7, 7, False, True, 32, 8.81303e-12, 1.32274e-09, 3.54465e-09, 1.5e-08),
        _Unit('mac_dadda_x7s_w7s_a32', 'sky130hd', 7, 7, True, True, 32, 8.98918e-12, 1.30556e-09, 3.53839e-09, 1.5e-08),
        _Unit('mac_dadda_x8u_w8u_a32', 'sky130hd', 8, 8, False, False, 32, 8.03876e-12, 1.48107e-09, 3.72357e-09, 1e-08),
        _Unit('mac_dadda_x8u_w8s_a32', 'sky130hd', 8, 8, False, True, 32, 1.06519e-11, 1.49774e-09, 4.03762e-09, 1.5e-08),
        _Unit('mac_dadda_x8s_w8s_a32', 'sky130hd', 8, 8, True, True, 32, 1.14595e-11, 1.47915e-09, 4.03387e-09, 1.5e-08),
    )

    @action
    def mac(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattMacBehavioural(_Measured):
    """mac_behavioural: an operation is mac."""

    component_name = ["gatewatt_mac_behavioural"]
    units = (
        _Unit('mac_behavioural_x2u_w2u_a32', 'asap7', 2, 2, False, False, 32, 3.93449e-14, 2.33805e-08, 2.62586e-11, 1e-09),
        _Unit('mac_behavioural_x2u_w2s_a32', 'asap7', 2, 2, False, True, 32, 8.44888e-14, 3.33489e-08, 3.24405e-11, 1.5e-09),
        _Unit('mac_behavioural_x2s_w2s_a32', 'asap7', 2, 2, True, True, 32, 7.55734e-14, 3.34441e-08, 3.24988e-11, 1.5e-09),
        _Unit('mac_behavioural_x3u_w3u_a32', 'asap7', 3, 3, False, False, 32, 5.38438e-14, 2.62515e-08, 2.89267e-11, 1e-09),
        _Unit('mac_behavioural_x3u_w3s_a32', 'asap7', 3, 3, False, True, 32, 1.0294e-13, 3.52911e-08, 3.42484e-11, 1.5e-09),
        _Unit('mac_behavioural_x3s_w3s_a32', 'asap7', 3, 3, True, True, 32, 1.06309e-13, 3.64072e-08, 3.50795e-11, 1.5e-09),
        _Unit('mac_behavioural_x4u_w4u_a32', 'asap7', 4, 4, False, False, 32, 7.23908e-14, 2.96874e-08, 3.30966e-11, 1e-09),
        _Unit('mac_behavioural_x4u_w4s_a32', 'asap7', 4, 4, False, True, 32, 1.30036e-13, 3.87398e-08, 3.79809e-11, 1.5e-09),
        _Unit('mac_behavioural_x4s_w4s_a32', 'asap7', 4, 4, True, True, 32, 1.43197e-13, 4.16171e-08, 4.01096e-11, 1.5e-09),
        _Unit('mac_behavioural_x5u_w5u_a32', 'asap7', 5, 5, False, False, 32, 1.01933e-13, 3.52481e-08, 3.78205e-11, 1e-09),
        _Unit('mac_behavioural_x5u_w5s_a32', 'asap7', 5, 5, False, True, 32, 1.43537e-13, 4.34267e-08, 4.23403e-11, 1.5e-09),
        _Unit('mac_behavioural_x5s_w5s_a32', 'asap7', 5, 5, True, True, 32, 1.7479e-13, 4.82849e-08, 4.65977e-11, 1.5e-09),
        _Unit('mac_behavioural_x6u_w6u_a32', 'asap7', 6, 6, False, False, 32, 1.2647e-13, 3.89311e-08, 4.24861e-11, 1.5e-09),
        _Unit('mac_behavioural_x6u_w6s_a32', 'asap7', 6, 6, False, True, 32, 1.6978e-13, 4.7755e-08, 4.71371e-11, 1.5e-09),
        _Unit('mac_behavioural_x6s_w6s_a32', 'asap7', 6, 6, True, True, 32, 1.96989e-13, 5.22744e-08, 5.0578e-11, 1.5e-09),
        _Unit('mac_behavioural_x7u_w7u_a32', 'asap7', 7, 7, False, False, 32, 1.67138e-13, 4.65582e-08, 4.99657e-11, 1.5e-09),
        _Unit('mac_behavioural_x7u_w7s_a32', 'asap7', 7, 7, False, True, 32, 2.0454e-13, 5.54553e-08, 5.43251e-11, 1.5e-09),
        _Unit('mac_behavioural_x7s_w7s_a32', 'asap7', 7, 7, True, True, 32, 2.2945e-13, 5.91323e-08, 5.86845e-11, 1.5e-09),
        _Unit('mac_behavioural_x8u_w8u_a32', 'asap7', 8, 8, False, False, 32, 1.93114e-13, 5.45443e-08, 5.65412e-11, 1.5e-09),
        _Unit('mac_behavioural_x8u_w8s_a32', 'asap7', 8, 8, False, True, 32, 2.42057e-13, 6.39829e-08, 6.29419e-11, 1.5e-09),
        _Unit('mac_behavioural_x8s_w8s_a32', 'asap7', 8, 8, True, True, 32, 2.7705e-13, 7.19343e-08, 6.88759e-11, 1.5e-09),
        _Unit('mac_behavioural_x2u_w2u_a32', 'sky130hd', 2, 2, False, False, 32, 1.95018e-12, 6.55943e-10, 1.74042e-09, 1e-08),
        _Unit('mac_behavioural_x2u_w2s_a32', 'sky130hd', 2, 2, False, True, 32, 3.91755e-12, 8.11514e-10, 2.2459e-09, 1.5e-08),
        _Unit('mac_behavioural_x2s_w2s_a32', 'sky130hd', 2, 2, True, True, 32, 3.53204e-12, 8.08368e-10, 2.2459e-09, 1.5e-08),
        _Unit('mac_behavioural_x3u_w3u_a32', 'sky130hd', 3, 3, False, False, 32, 2.43622e-12, 7.10331e-10, 1.8255e-09, 1e-08),
        _Unit('mac_behavioural_x3u_w3s_a32', 'sky130hd', 3, 3, False, True, 32, 4.48249e-12, 8.72806e-10, 2.37478e-09, 1.5e-08),
        _Unit('mac_behavioural_x3s_w3s_a32', 'sky130hd', 3, 3, True, True, 32, 5.13514e-12, 9.0022e-10, 2.43734e-09, 1.5e-08),
        _Unit('mac_behavioural_x4u_w4u_a32', 'sky130hd', 4, 4, False, False, 32, 3.20764e-12, 8.45318e-10, 2.15832e-09, 1e-08),
        _Unit('mac_behavioural_x4u_w4s_a32', 'sky130hd', 4, 4, False, True, 32, 5.64093e-12, 9.74516e-10, 2.63753e-09, 1.5e-08),
        _Unit('mac_behavioural_x4s_w4s_a32', 'sky130hd', 4, 4, True, True, 32, 6.27205e-12, 1.05954e-09, 2.79393e-09, 1.5e-08),
        _Unit('mac_behavioural_x5u_w5u_a32', 'sky130hd', 5, 5, False, False, 32, 4.17657e-12, 1.02784e-09, 2.54244e-09, 1e-08),
        _Unit('mac_behavioural_x5u_w5s_a32', 'sky130hd', 5, 5, False, True, 32, 6.2654e-12, 1.12332e-09, 2.96534e-09, 1.5e-08),
        _Unit('mac_behavioural_x5s_w5s_a32', 'sky130hd', 5, 5, True, True, 32, 7.37295e-12, 1.2471e-09, 3.20933e-09, 1.5e-08),
        _Unit('mac_behavioural_x6u_w6u_a32', 'sky130hd', 6, 6, False, False, 32, 5.02455e-12, 1.21711e-09, 2.92531e-09, 1e-08),
        _Unit('mac_behavioural_x6u_w6s_a32', 'sky130hd', 6, 6, False, True, 32, 7.11244e-12, 1.30147e-09, 3.3332e-09, 1.5e-08),
        _Unit('mac_behavioural_x6s_w6s_a32', 'sky130hd', 6, 6, True, True, 32, 7.90248e-12, 1.44065e-09, 3.62598e-09, 1.5e-08),
        _Unit('mac_behavioural_x7u_w7u_a32', 'sky130hd', 7, 7, False, False, 32, 6.99997e-12, 1.46666e-09, 3.52088e-09, 1e-08),
        _Unit('mac_behavioural_x7u_w7s_a32', 'sky130hd', 7, 7, False, True, 32, 8.68693e-12, 1.60509e-09, 3.96505e-09, 1.5e-08),
        _Unit('mac_behavioural_x7s_w7s_a32', 'sky130hd', 7, 7, True, True, 32, 9.70659e-12, 1.82854e-09, 4.40673e-09, 1.5e-08),
        _Unit('mac_behavioural_x8u_w8u_a32', 'sky130hd', 8, 8, False, False, 32, 8.00886e-12, 1.80655e-09, 4.2203e-09, 1e-08),
        _Unit('mac_behavioural_x8u_w8s_a32', 'sky130hd', 8, 8, False, True, 32, 9.52659e-12, 1.92816e-09, 4.59691e-09, 1.5e-08),
        _Unit('mac_behavioural_x8s_w8s_a32', 'sky130hd', 8, 8, True, True, 32, 1.10586e-11, 2.12829e-09, 5.06486e-09, 1.5e-08),
    )

    @action
    def mac(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattMacZeroSkip(_Measured):
    """mac_zero_skip: an operation is mac."""

    component_name = ["gatewatt_mac_zero_skip"]
    units = (
        _Unit('mac_zero_skip_x2u_w2u_a32', 'asap7', 2, 2, False, False, 32, 5.5121e-14, 2.58725e-08, 2.916e-11, 1e-09),
        _Unit('mac_zero_skip_x2u_w2s_a32', 'asap7', 2, 2, False, True, 32, 8.313e-14, 3.55209e-08, 3.51086e-11, 1.5e-09),
        _Unit('mac_zero_skip_x2s_w2s_a32', 'asap7', 2, 2, True, True, 32, 8.18326e-14, 3.54076e-08, 3.50795e-11, 1.5e-09),
        _Unit('mac_zero_skip_x3u_w3u_a32', 'asap7', 3, 3, False, False, 32, 7.08405e-14, 2.93479e-08, 3.2805e-11, 1e-09),
        _Unit('mac_zero_skip_x3u_w3s_a32', 'asap7', 3, 3, False, True, 32, 1.05173e-13, 3.79752e-08, 3.7733e-11, 1.5e-09),
        _Unit('mac_zero_skip_x3s_w3s_a32', 'asap7', 3, 3, True, True, 32, 1.05719e-13, 3.79428e-08, 3.79809e-11, 1.5e-09),
        _Unit('mac_zero_skip_x4u_w4u_a32', 'asap7', 4, 4, False, False, 32, 9.3113e-14, 3.28087e-08, 3.71498e-11, 1e-09),
        _Unit('mac_zero_skip_x4u_w4s_a32', 'asap7', 4, 4, False, True, 32, 1.38078e-13, 4.17655e-08, 4.1553e-11, 1.5e-09),
        _Unit('mac_zero_skip_x4s_w4s_a32', 'asap7', 4, 4, True, True, 32, 1.50053e-13, 4.15341e-08, 4.183e-11, 1.5e-09),
        _Unit('mac_zero_skip_x5u_w5u_a32', 'asap7', 5, 5, False, False, 32, 1.24393e-13, 4.00011e-08, 4.24424e-11, 1.5e-09),
        _Unit('mac_zero_skip_x5u_w5s_a32', 'asap7', 5, 5, False, True, 32, 1.75919e-13, 4.6776e-08, 4.63061e-11, 1.5e-09),
        _Unit('mac_zero_skip_x5s_w5s_a32', 'asap7', 5, 5, True, True, 32, 1.97411e-13, 4.76916e-08, 4.71809e-11, 1.5e-09),
        _Unit('mac_zero_skip_x6u_w6u_a32', 'asap7', 6, 6, False, False, 32, 1.67593e-13, 4.63916e-08, 4.88576e-11, 1.5e-09),
        _Unit('mac_zero_skip_x6u_w6s_a32', 'asap7', 6, 6, False, True, 32, 2.17613e-13, 5.23857e-08, 5.20069e-11, 1.5e-09),
        _Unit('mac_zero_skip_x6s_w6s_a32', 'asap7', 6, 6, True, True, 32, 2.48089e-13, 5.27618e-08, 5.27359e-11, 1.5e-09),
        _Unit('mac_zero_skip_x7u_w7u_a32', 'asap7', 7, 7, False, False, 32, 2.21432e-13, 5.42026e-08, 5.62642e-11, 1.5e-09),
        _Unit('mac_zero_skip_x7u_w7s_a32', 'asap7', 7, 7, False, True, 32, 2.69317e-13, 5.87553e-08, 5.85824e-11, 1.5e-09),
        _Unit('mac_zero_skip_x7s_w7s_a32', 'asap7', 7, 7, True, True, 32, 2.98799e-13, 5.96402e-08, 5.9778e-11, 1.5e-09),
        _Unit('mac_zero_skip_x8u_w8u_a32', 'asap7', 8, 8, False, False, 32, 2.73328e-13, 6.12965e-08, 6.26648e-11, 1.5e-09),
        _Unit('mac_zero_skip_x8u_w8s_a32', 'asap7', 8, 8, False, True, 32, 3.336e-13, 6.59153e-08, 6.60911e-11, 1.5e-09),
        _Unit('mac_zero_skip_x8s_w8s_a32', 'asap7', 8, 8, True, True, 32, 3.73771e-13, 6.73087e-08, 6.75637e-11, 1.5e-09),
        _Unit('mac_zero_skip_x2u_w2u_a32', 'sky130hd', 2, 2, False, False, 32, 2.62287e-12, 7.27625e-10, 1.92059e-09, 1e-08),
        _Unit('mac_zero_skip_x2u_w2s_a32', 'sky130hd', 2, 2, False, True, 32, 3.64318e-12, 8.7454e-10, 2.40856e-09, 1.5e-08),
        _Unit('mac_zero_skip_x2s_w2s_a32', 'sky130hd', 2, 2, True, True, 32, 3.77095e-12, 8.77119e-10, 2.40856e-09, 1.5e-08),
        _Unit('mac_zero_skip_x3u_w3u_a32', 'sky130hd', 3, 3, False, False, 32, 3.19249e-12, 8.2094e-10, 2.09951e-09, 1e-08),
        _Unit('mac_zero_skip_x3u_w3s_a32', 'sky130hd', 3, 3, False, True, 32, 4.78548e-12, 9.63518e-10, 2.61751e-09, 1.5e-08),
        _Unit('mac_zero_skip_x3s_w3s_a32', 'sky130hd', 3, 3, True, True, 32, 5.07506e-12, 9.62494e-10, 2.62502e-09, 1.5e-08),
        _Unit('mac_zero_skip_x4u_w4u_a32', 'sky130hd', 4, 4, False, False, 32, 4.0759e-12, 9.59831e-10, 2.4511e-09, 1e-08),
        _Unit('mac_zero_skip_x4u_w4s_a32', 'sky130hd', 4, 4, False, True, 32, 6.14388e-12, 1.07734e-09, 2.89027e-09, 1.5e-08),
        _Unit('mac_zero_skip_x4s_w4s_a32', 'sky130hd', 4, 4, True, True, 32, 6.49305e-12, 1.09028e-09, 2.91905e-09, 1.5e-08),
        _Unit('mac_zero_skip_x5u_w5u_a32', 'sky130hd', 5, 5, False, False, 32, 5.22405e-12, 1.12983e-09, 2.85399e-09, 1e-08),
        _Unit('mac_zero_skip_x5u_w5s_a32', 'sky130hd', 5, 5, False, True, 32, 7.70236e-12, 1.21646e-09, 3.22434e-09, 1.5e-08),
        _Unit('mac_zero_skip_x5s_w5s_a32', 'sky130hd', 5, 5, True, True, 32, 8.22983e-12, 1.28255e-09, 3.32694e-09, 1.5e-08),
        _Unit('mac_zero_skip_x6u_w6u_a32', 'sky130hd', 6, 6, False, False, 32, 6.7047e-12, 1.31981e-09, 3.29316e-09, 1e-08),
        _Unit('mac_zero_skip_x6u_w6s_a32', 'sky130hd', 6, 6, False, True, 32, 9.40311e-12, 1.42788e-09, 3.68729e-09, 1.5e-08),
        _Unit('mac_zero_skip_x6s_w6s_a32', 'sky130hd', 6, 6, True, True, 32, 1.00898e-11, 1.46783e-09, 3.73483e-09, 1.5e-08),
        _Unit('mac_zero_skip_x7u_w7u_a32', 'sky130hd', 7, 7, False, False, 32, 8.55888e-12, 1.54853e-09, 3.81866e-09, 1e-08),
        _Unit('mac_zero_skip_x7u_w7s_a32', 'sky130hd', 7, 7, False, True, 32, 1.14535e-11, 1.67913e-09, 4.24532e-09, 1.5e-08),
        _Unit('mac_zero_skip_x7s_w7s_a32', 'sky130hd', 7, 7, True, True, 32, 1.18769e-11, 1.72451e-09, 4.30037e-09, 1.5e-08),
        _Unit('mac_zero_skip_x8u_w8u_a32', 'sky130hd', 8, 8, False, False, 32, 1.06804e-11, 1.84084e-09, 4.45677e-09, 1e-08),
        _Unit('mac_zero_skip_x8u_w8s_a32', 'sky130hd', 8, 8, False, True, 32, 1.38316e-11, 1.96626e-09, 4.89219e-09, 1.5e-08),
        _Unit('mac_zero_skip_x8s_w8s_a32', 'sky130hd', 8, 8, True, True, 32, 1.4828e-11, 1.96897e-09, 4.88719e-09, 1.5e-08),
    )

    @action
    def mac(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattMacSplit(_Measured):
    """mac_split: an operation is mac."""

    component_name = ["gatewatt_mac_split"]
    units = (
        _Unit('mac_split_x2u_w2u_a32', 'asap7', 2, 2, False, False, 32, 8.99887e-14, 3.58494e-08, 4.30256e-11, 1e-09),
        _Unit('mac_split_x3u_w3u_a32', 'asap7', 3, 3, False, False, 32, 1.02746e-13, 3.8292e-08, 4.54313e-11, 1e-09),
        _Unit('mac_split_x4u_w4u_a32', 'asap7', 4, 4, False, False, 32, 1.21089e-13, 4.1842e-08, 4.83764e-11, 1e-09),
        _Unit('mac_split_x5u_w5u_a32', 'asap7', 5, 5, False, False, 32, 1.46733e-13, 4.63667e-08, 5.24588e-11, 1e-09),
        _Unit('mac_split_x6u_w6u_a32', 'asap7', 6, 6, False, False, 32, 1.89033e-13, 5.25925e-08, 5.78097e-11, 1e-09),
        _Unit('mac_split_x7u_w7u_a32', 'asap7', 7, 7, False, False, 32, 2.35853e-13, 5.91246e-08, 6.39916e-11, 1.5e-09),
        _Unit('mac_split_x8u_w8u_a32', 'asap7', 8, 8, False, False, 32, 2.94618e-13, 6.57289e-08, 7.05818e-11, 1.5e-09),
        _Unit('mac_split_x2u_w2u_a32', 'sky130hd', 2, 2, False, False, 32, 4.49985e-12, 1.26178e-09, 2.97911e-09, 1e-08),
        _Unit('mac_split_x3u_w3u_a32', 'sky130hd', 3, 3, False, False, 32, 5.02168e-12, 1.31132e-09, 3.1305e-09, 1e-08),
        _Unit('mac_split_x4u_w4u_a32', 'sky130hd', 4, 4, False, False, 32, 5.73404e-12, 1.41748e-09, 3.37324e-09, 1e-08),
        _Unit('mac_split_x5u_w5u_a32', 'sky130hd', 5, 5, False, False, 32, 6.95276e-12, 1.54053e-09, 3.66727e-09, 1e-08),
        _Unit('mac_split_x6u_w6u_a32', 'sky130hd', 6, 6, False, False, 32, 8.34341e-12, 1.70405e-09, 4.05013e-09, 1e-08),
        _Unit('mac_split_x7u_w7u_a32', 'sky130hd', 7, 7, False, False, 32, 1.00894e-11, 1.91789e-09, 4.5306e-09, 1e-08),
        _Unit('mac_split_x8u_w8u_a32', 'sky130hd', 8, 8, False, False, 32, 1.21888e-11, 2.17234e-09, 5.07236e-09, 1e-08),
    )

    @action
    def mac(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattMacSplitGated(_Measured):
    """mac_split_gated: an operation is mac."""

    component_name = ["gatewatt_mac_split_gated"]
    units = (
        _Unit('mac_split_gated_x2u_w2u_a32', 'asap7', 2, 2, False, False, 32, 5.82715e-14, 3.36094e-08, 4.12906e-11, 1e-09),
        _Unit('mac_split_gated_x3u_w3u_a32', 'asap7', 3, 3, False, False, 32, 6.93345e-14, 3.59695e-08, 4.374e-11, 1e-09),
        _Unit('mac_split_gated_x4u_w4u_a32', 'asap7', 4, 4, False, False, 32, 8.71695e-14, 3.9602e-08, 4.66414e-11, 1e-09),
        _Unit('mac_split_gated_x5u_w5u_a32', 'asap7', 5, 5, False, False, 32, 1.11825e-13, 4.41266e-08, 5.07238e-11, 1e-09),
        _Unit('mac_split_gated_x6u_w6u_a32', 'asap7', 6, 6, False, False, 32, 1.52212e-13, 5.01034e-08, 5.60455e-11, 1e-09),
        _Unit('mac_split_gated_x7u_w7u_a32', 'asap7', 7, 7, False, False, 32, 1.98489e-13, 5.68846e-08, 6.22566e-11, 1e-09),
        _Unit('mac_split_gated_x8u_w8u_a32', 'asap7', 8, 8, False, False, 32, 2.5583e-13, 6.34176e-08, 6.88176e-11, 1.5e-09),
        _Unit('mac_split_gated_x2u_w2u_a32', 'sky130hd', 2, 2, False, False, 32, 2.80234e-12, 1.18406e-09, 2.65129e-09, 1e-08),
        _Unit('mac_split_gated_x3u_w3u_a32', 'sky130hd', 3, 3, False, False, 32, 3.24806e-12, 1.22417e-09, 2.80019e-09, 1e-08),
        _Unit('mac_split_gated_x4u_w4u_a32', 'sky130hd', 4, 4, False, False, 32, 3.9433e-12, 1.36202e-09, 3.05918e-09, 1e-08),
        _Unit('mac_split_gated_x5u_w5u_a32', 'sky130hd', 5, 5, False, False, 32, 5.10236e-12, 1.4564e-09, 3.34196e-09, 1e-08),
        _Unit('mac_split_gated_x6u_w6u_a32', 'sky130hd', 6, 6, False, False, 32, 6.47836e-12, 1.6245e-09, 3.73233e-09, 1e-08),
        _Unit('mac_split_gated_x7u_w7u_a32', 'sky130hd', 7, 7, False, False, 32, 8.20919e-12, 1.84778e-09, 4.20779e-09, 1e-08),
        _Unit('mac_split_gated_x8u_w8u_a32', 'sky130hd', 8, 8, False, False, 32, 1.02569e-11, 2.09266e-09, 4.75581e-09, 1e-08),
    )

    @action
    def mac(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattSplitSubtract(_Measured):
    """split_subtract: an operation is add."""

    component_name = ["gatewatt_split_subtract"]
    units = (
        _Unit('split_subtract_pos16u_neg16u_a16', 'asap7', 16, 16, False, False, 16, 2.69907e-14, 7.73008e-09, 6.72138e-12, 1e-09),
        _Unit('split_subtract_pos24u_neg24u_a24', 'asap7', 24, 24, False, False, 24, 4.17069e-14, 1.19041e-08, 1.02206e-11, 1e-09),
        _Unit('split_subtract_pos32u_neg32u_a32', 'asap7', 32, 32, False, False, 32, 5.64179e-14, 1.60781e-08, 1.37198e-11, 1.5e-09),
        _Unit('split_subtract_pos16u_neg16u_a16', 'sky130hd', 16, 16, False, False, 16, 1.14723e-12, 1.95945e-10, 5.02982e-10, 1e-08),
        _Unit('split_subtract_pos24u_neg24u_a24', 'sky130hd', 24, 24, False, False, 24, 1.76623e-12, 2.97005e-10, 7.63232e-10, 1e-08),
        _Unit('split_subtract_pos32u_neg32u_a32', 'sky130hd', 32, 32, False, False, 32, 2.38576e-12, 3.98065e-10, 1.02348e-09, 1.5e-08),
    )

    @action
    def add(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattPann(_Measured):
    """pann: an operation is add."""

    component_name = ["gatewatt_pann"]
    units = (
        _Unit('pann_q5u_x2u_a32', 'asap7', 2, None, False, None, 32, 7.8825e-14, 3.83373e-08, 4.65394e-11, 1e-09),
        _Unit('pann_q5u_x3u_a32', 'asap7', 3, None, False, None, 32, 8.15223e-14, 3.89921e-08, 4.71226e-11, 1e-09),
        _Unit('pann_q5u_x4u_a32', 'asap7', 4, None, False, None, 32, 8.50142e-14, 3.87507e-08, 4.68601e-11, 1e-09),
        _Unit('pann_q5u_x5u_a32', 'asap7', 5, None, False, None, 32, 8.79868e-14, 3.90072e-08, 4.69913e-11, 1e-09),
        _Unit('pann_q5u_x6u_a32', 'asap7', 6, None, False, None, 32, 9.06846e-14, 3.96304e-08, 4.74871e-11, 1e-09),
        _Unit('pann_q5u_x7u_a32', 'asap7', 7, None, False, None, 32, 9.28712e-14, 4.00252e-08, 4.76474e-11, 1e-09),
        _Unit('pann_q5u_x8u_a32', 'asap7', 8, None, False, None, 32, 9.55966e-14, 3.9816e-08, 4.76329e-11, 1e-09),
        _Unit('pann_q5u_x2u_a32', 'sky130hd', 2, None, False, None, 32, 4.03093e-12, 1.39124e-09, 3.26563e-09, 1e-08),
        _Unit('pann_q5u_x3u_a32', 'sky130hd', 3, None, False, None, 32, 4.14681e-12, 1.40115e-09, 3.27814e-09, 1e-08),
        _Unit('pann_q5u_x4u_a32', 'sky130hd', 4, None, False, None, 32, 4.24901e-12, 1.39311e-09, 3.27814e-09, 1e-08),
        _Unit('pann_q5u_x5u_a32', 'sky130hd', 5, None, False, None, 32, 4.35526e-12, 1.39732e-09, 3.29691e-09, 1e-08),
        _Unit('pann_q5u_x6u_a32', 'sky130hd', 6, None, False, None, 32, 4.46562e-12, 1.38991e-09, 3.29316e-09, 1e-08),
        _Unit('pann_q5u_x7u_a32', 'sky130hd', 7, None, False, None, 32, 4.66846e-12, 1.39981e-09, 3.30942e-09, 1e-08),
        _Unit('pann_q5u_x8u_a32', 'sky130hd', 8, None, False, None, 32, 4.68087e-12, 1.40691e-09, 3.33695e-09, 1e-08),
    )

    @action
    def add(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattCsd(_Measured):
    """csd: an operation is add."""

    component_name = ["gatewatt_csd"]
    units = (
        _Unit('csd_x2u_a32', 'asap7', 2, None, False, None, 32, 1.00156e-13, 4.53787e-08, 4.30839e-11, 1.5e-09),
        _Unit('csd_x2s_a32', 'asap7', 2, None, True, None, 32, 1.41832e-13, 4.5377e-08, 4.30402e-11, 1.5e-09),
        _Unit('csd_x3u_shift2u_a32', 'asap7', 3, None, False, None, 32, 1.16127e-13, 5.26591e-08, 5.05489e-11, 1.5e-09),
        _Unit('csd_x3s_shift2u_a32', 'asap7', 3, None, True, None, 32, 1.65311e-13, 5.26574e-08, 5.05051e-11, 1.5e-09),
        _Unit('csd_x4u_shift2u_a32', 'asap7', 4, None, False, None, 32, 1.2022e-13, 5.26591e-08, 5.05489e-11, 1.5e-09),
        _Unit('csd_x4s_shift2u_a32', 'asap7', 4, None, True, None, 32, 1.65588e-13, 5.26574e-08, 5.05051e-11, 1.5e-09),
        _Unit('csd_x5u_shift3u_a32', 'asap7', 5, None, False, None, 32, 1.34413e-13, 5.54041e-08, 5.29837e-11, 1.5e-09),
        _Unit('csd_x5s_shift3u_a32', 'asap7', 5, None, True, None, 32, 1.79452e-13, 5.54025e-08, 5.294e-11, 1.5e-09),
        _Unit('csd_x6u_shift3u_a32', 'asap7', 6, None, False, None, 32, 1.38994e-13, 5.54041e-08, 5.29837e-11, 1.5e-09),
        _Unit('csd_x6s_shift3u_a32', 'asap7', 6, None, True, None, 32, 1.82034e-13, 5.54025e-08, 5.294e-11, 1.5e-09),
        _Unit('csd_x7u_shift3u_a32', 'asap7', 7, None, False, None, 32, 1.43552e-13, 5.54041e-08, 5.29837e-11, 1.5e-09),
        _Unit('csd_x7s_shift3u_a32', 'asap7', 7, None, True, None, 32, 1.84379e-13, 5.54025e-08, 5.294e-11, 1.5e-09),
        _Unit('csd_x8u_shift3u_a32', 'asap7', 8, None, False, None, 32, 1.48987e-13, 5.54041e-08, 5.29837e-11, 1.5e-09),
        _Unit('csd_x8s_shift3u_a32', 'asap7', 8, None, True, None, 32, 1.86865e-13, 5.54025e-08, 5.294e-11, 1.5e-09),
        _Unit('csd_x2u_a32', 'sky130hd', 2, None, False, None, 32, 4.86525e-12, 1.07288e-09, 2.93782e-09, 1.5e-08),
        _Unit('csd_x2s_a32', 'sky130hd', 2, None, True, None, 32, 5.99774e-12, 1.06964e-09, 2.93406e-09, 1.5e-08),
        _Unit('csd_x3u_shift2u_a32', 'sky130hd', 3, None, False, None, 32, 5.51952e-12, 1.32709e-09, 3.22684e-09, 1.5e-08),
        _Unit('csd_x3s_shift2u_a32', 'sky130hd', 3, None, True, None, 32, 6.45829e-12, 1.32385e-09, 3.22309e-09, 1.5e-08),
        _Unit('csd_x4u_shift2u_a32', 'sky130hd', 4, None, False, None, 32, 5.68312e-12, 1.32709e-09, 3.22684e-09, 1.5e-08),
        _Unit('csd_x4s_shift2u_a32', 'sky130hd', 4, None, True, None, 32, 6.5913e-12, 1.32385e-09, 3.22309e-09, 1.5e-08),
        _Unit('csd_x5u_shift3u_a32', 'sky130hd', 5, None, False, None, 32, 6.38939e-12, 1.46667e-09, 3.5972e-09, 1.5e-08),
        _Unit('csd_x5s_shift3u_a32', 'sky130hd', 5, None, True, None, 32, 7.42805e-12, 1.46343e-09, 3.59345e-09, 1.5e-08),
        _Unit('csd_x6u_shift3u_a32', 'sky130hd', 6, None, False, None, 32, 6.602e-12, 1.46667e-09, 3.5972e-09, 1.5e-08),
        _Unit('csd_x6s_shift3u_a32', 'sky130hd', 6, None, True, None, 32, 7.49667e-12, 1.46343e-09, 3.59345e-09, 1.5e-08),
        _Unit('csd_x7u_shift3u_a32', 'sky130hd', 7, None, False, None, 32, 6.80736e-12, 1.46667e-09, 3.5972e-09, 1.5e-08),
        _Unit('csd_x7s_shift3u_a32', 'sky130hd', 7, None, True, None, 32, 7.57688e-12, 1.46343e-09, 3.59345e-09, 1.5e-08),
        _Unit('csd_x8u_shift3u_a32', 'sky130hd', 8, None, False, None, 32, 7.01163e-12, 1.46667e-09, 3.5972e-09, 1.5e-08),
        _Unit('csd_x8s_shift3u_a32', 'sky130hd', 8, None, True, None, 32, 7.69069e-12, 1.46343e-09, 3.59345e-09, 1.5e-08),
    )

    @action
    def add(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattMacStationary(_Measured):
    """mac_stationary: an operation is mac."""

    component_name = ["gatewatt_mac_stationary"]
    units = (
        _Unit('mac_stationary_x2u_w2u_addend32u_a32', 'asap7', 2, 2, False, False, 32, 4.07132e-14, 1.72365e-08, 1.87645e-11, 1e-09),
        _Unit('mac_stationary_x2u_w2s_addend32s_a32', 'asap7', 2, 2, False, True, 32, 5.86399e-14, 2.69775e-08, 2.47277e-11, 1.5e-09),
        _Unit('mac_stationary_x2s_w2s_addend32s_a32', 'asap7', 2, 2, True, True, 32, 6.90819e-14, 2.68642e-08, 2.46985e-11, 1.5e-09),
        _Unit('mac_stationary_x3u_w3u_addend32u_a32', 'asap7', 3, 3, False, False, 32, 4.92393e-14, 1.86116e-08, 2.06599e-11, 1e-09),
        _Unit('mac_stationary_x3u_w3s_addend32s_a32', 'asap7', 3, 3, False, True, 32, 6.10863e-14, 2.84602e-08, 2.63315e-11, 1.5e-09),
        _Unit('mac_stationary_x3s_w3s_addend32s_a32', 'asap7', 3, 3, True, True, 32, 1.01233e-13, 2.84278e-08, 2.65793e-11, 1.5e-09),
        _Unit('mac_stationary_x4u_w4u_addend32u_a32', 'asap7', 4, 4, False, False, 32, 6.20362e-14, 2.31596e-08, 2.39549e-11, 1e-09),
        _Unit('mac_stationary_x4u_w4s_addend32s_a32', 'asap7', 4, 4, False, True, 32, 9.32839e-14, 3.15163e-08, 2.916e-11, 1.5e-09),
        _Unit('mac_stationary_x4s_w4s_addend32s_a32', 'asap7', 4, 4, True, True, 32, 1.30267e-13, 3.12849e-08, 2.9437e-11, 1.5e-09),
        _Unit('mac_stationary_x5u_w5u_addend32u_a32', 'asap7', 5, 5, False, False, 32, 7.99327e-14, 2.75927e-08, 2.81977e-11, 1e-09),
        _Unit('mac_stationary_x5u_w5s_addend32s_a32', 'asap7', 5, 5, False, True, 32, 1.1221e-13, 3.5029e-08, 3.27029e-11, 1.5e-09),
        _Unit('mac_stationary_x5s_w5s_addend32s_a32', 'asap7', 5, 5, True, True, 32, 1.46427e-13, 3.59445e-08, 3.35777e-11, 1.5e-09),
        _Unit('mac_stationary_x6u_w6u_addend32u_a32', 'asap7', 6, 6, False, False, 32, 1.0514e-13, 3.30401e-08, 3.31841e-11, 1e-09),
        _Unit('mac_stationary_x6u_w6s_addend32s_a32', 'asap7', 6, 6, False, True, 32, 1.45813e-13, 3.99308e-08, 3.73685e-11, 1.5e-09),
        _Unit('mac_stationary_x6s_w6s_addend32s_a32', 'asap7', 6, 6, True, True, 32, 2.02921e-13, 4.03069e-08, 3.80975e-11, 1.5e-09),
        _Unit('mac_stationary_x7u_w7u_addend32u_a32', 'asap7', 7, 7, False, False, 32, 1.38553e-13, 4.03863e-08, 3.95993e-11, 1e-09),
        _Unit('mac_stationary_x7u_w7s_addend32s_a32', 'asap7', 7, 7, False, True, 32, 1.71609e-13, 4.52187e-08, 4.28652e-11, 1.5e-09),
        _Unit('mac_stationary_x7s_w7s_addend32s_a32', 'asap7', 7, 7, True, True, 32, 2.1896e-13, 4.61035e-08, 4.40608e-11, 1.5e-09),
        _Unit('mac_stationary_x8u_w8u_addend32u_a32', 'asap7', 8, 8, False, False, 32, 1.79302e-13, 4.6832e-08, 4.63498e-11, 1e-09),
        _Unit('mac_stationary_x8u_w8s_addend32s_a32', 'asap7', 8, 8, False, True, 32, 2.22065e-13, 5.16566e-08, 4.93533e-11, 1.5e-09),
        _Unit('mac_stationary_x8s_w8s_addend32s_a32', 'asap7', 8, 8, True, True, 32, 2.70398e-13, 5.30501e-08, 5.08259e-11, 1.5e-09),
        _Unit('mac_stationary_x2u_w2u_addend32u_a32', 'sky130hd', 2, 2, False, False, 32, 1.97602e-12, 4.82986e-10, 1.1999e-09, 1e-08),
        _Unit('mac_stationary_x2u_w2s_addend32s_a32', 'sky130hd', 2, 2, False, True, 32, 2.6415e-12, 5.41088e-10, 1.62156e-09, 1.5e-08),
        _Unit('mac_stationary_x2s_w2s_addend32s_a32', 'sky130hd', 2, 2, True, True, 32, 3.18044e-12, 5.43668e-10, 1.62156e-09, 1.5e-08),
        _Unit('mac_stationary_x3u_w3u_addend32u_a32', 'sky130hd', 3, 3, False, False, 32, 2.34537e-12, 5.20049e-10, 1.34754e-09, 1e-08),
        _Unit('mac_stationary_x3u_w3s_addend32s_a32', 'sky130hd', 3, 3, False, True, 32, 2.86394e-12, 5.80979e-10, 1.73667e-09, 1.5e-08),
        _Unit('mac_stationary_x3s_w3s_addend32s_a32', 'sky130hd', 3, 3, True, True, 32, 4.49425e-12, 5.79955e-10, 1.74417e-09, 1.5e-08),
        _Unit('mac_stationary_x4u_w4u_addend32u_a32', 'sky130hd', 4, 4, False, False, 32, 2.85647e-12, 6.22208e-10, 1.58777e-09, 1e-08),
        _Unit('mac_stationary_x4u_w4s_addend32s_a32', 'sky130hd', 4, 4, False, True, 32, 3.88205e-12, 6.75868e-10, 1.94687e-09, 1.5e-08),
        _Unit('mac_stationary_x4s_w4s_addend32s_a32', 'sky130hd', 4, 4, True, True, 32, 5.32258e-12, 6.88809e-10, 1.97564e-09, 1.5e-08),
        _Unit('mac_stationary_x5u_w5u_addend32u_a32', 'sky130hd', 5, 5, False, False, 32, 3.5699e-12, 7.58051e-10, 1.90933e-09, 1e-08),
        _Unit('mac_stationary_x5u_w5s_addend32s_a32', 'sky130hd', 5, 5, False, True, 32, 4.63199e-12, 7.85048e-10, 2.20962e-09, 1.5e-08),
        _Unit('mac_stationary_x5s_w5s_addend32s_a32', 'sky130hd', 5, 5, True, True, 32, 6.13712e-12, 8.51133e-10, 2.31222e-09, 1.5e-08),
        _Unit('mac_stationary_x6u_w6u_addend32u_a32', 'sky130hd', 6, 6, False, False, 32, 4.53116e-12, 8.98652e-10, 2.27218e-09, 1e-08),
        _Unit('mac_stationary_x6u_w6s_addend32s_a32', 'sky130hd', 6, 6, False, True, 32, 6.25205e-12, 9.69071e-10, 2.60625e-09, 1.5e-08),
        _Unit('mac_stationary_x6s_w6s_addend32s_a32', 'sky130hd', 6, 6, True, True, 32, 7.51204e-12, 1.00902e-09, 2.6538e-09, 1.5e-08),
        _Unit('mac_stationary_x7u_w7u_addend32u_a32', 'sky130hd', 7, 7, False, False, 32, 5.80258e-12, 1.09813e-09, 2.74013e-09, 1e-08),
        _Unit('mac_stationary_x7u_w7s_addend32s_a32', 'sky130hd', 7, 7, False, True, 32, 7.3351e-12, 1.18992e-09, 3.09046e-09, 1.5e-08),
        _Unit('mac_stationary_x7s_w7s_addend32s_a32', 'sky130hd', 7, 7, True, True, 32, 8.49232e-12, 1.2353e-09, 3.14552e-09, 1.5e-08),
        _Unit('mac_stationary_x8u_w8u_addend32u_a32', 'sky130hd', 8, 8, False, False, 32, 7.18096e-12, 1.35482e-09, 3.29816e-09, 1e-08),
        _Unit('mac_stationary_x8u_w8s_addend32s_a32', 'sky130hd', 8, 8, False, True, 32, 8.76459e-12, 1.44672e-09, 3.66101e-09, 1.5e-08),
        _Unit('mac_stationary_x8s_w8s_addend32s_a32', 'sky130hd', 8, 8, True, True, 32, 1.00274e-11, 1.44943e-09, 3.65601e-09, 1.5e-08),
    )

    @action
    def mac(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattMacStationaryPrefix(_Measured):
    """mac_stationary_prefix: an operation is mac."""

    component_name = ["gatewatt_mac_stationary_prefix"]
    units = (
        _Unit('mac_stationary_prefix_x8u_w8s_addend32s_a32', 'asap7', 8, 8, False, True, 32, 2.22519e-13, 5.0476e-08, 5.1759e-11, 1.5e-09),
        _Unit('mac_stationary_prefix_x8u_w8s_addend32s_a32', 'sky130hd', 8, 8, False, True, 32, 9.65406e-12, 1.59437e-09, 3.83243e-09, 1e-08),
    )

    @action
    def mac(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattPeStationary(_Measured):
    """pe_stationary: an operation is mac."""

    component_name = ["gatewatt_pe_stationary"]
    units = (
        _Unit('pe_stationary_x2u_w2s_addend32s_a32', 'asap7', 2, 2, False, True, 32, 6.49898e-14, 3.27044e-08, 3.1347e-11, 1.5e-09),
        _Unit('pe_stationary_x2s_w2s_addend32s_a32', 'asap7', 2, 2, True, True, 32, 7.75363e-14, 3.25911e-08, 3.13178e-11, 1.5e-09),
        _Unit('pe_stationary_x3u_w3s_addend32s_a32', 'asap7', 3, 3, False, True, 32, 7.24162e-14, 3.601e-08, 3.38985e-11, 1.5e-09),
        _Unit('pe_stationary_x3s_w3s_addend32s_a32', 'asap7', 3, 3, True, True, 32, 1.18515e-13, 3.59776e-08, 3.41464e-11, 1.5e-09),
        _Unit('pe_stationary_x4u_w4s_addend32s_a32', 'asap7', 4, 4, False, True, 32, 1.09758e-13, 3.97716e-08, 3.76601e-11, 1.5e-09),
        _Unit('pe_stationary_x4s_w4s_addend32s_a32', 'asap7', 4, 4, True, True, 32, 1.6177e-13, 3.95402e-08, 3.79372e-11, 1.5e-09),
        _Unit('pe_stationary_x5u_w5s_addend32s_a32', 'asap7', 5, 5, False, True, 32, 1.2758e-13, 4.36255e-08, 4.2107e-11, 1.5e-09),
        _Unit('pe_stationary_x5s_w5s_addend32s_a32', 'asap7', 5, 5, True, True, 32, 1.69282e-13, 4.4541e-08, 4.29818e-11, 1.5e-09),
        _Unit('pe_stationary_x6u_w6s_addend32s_a32', 'asap7', 6, 6, False, True, 32, 1.68039e-13, 4.86983e-08, 4.78516e-11, 1.5e-09),
        _Unit('pe_stationary_x6s_w6s_addend32s_a32', 'asap7', 6, 6, True, True, 32, 2.28112e-13, 4.90744e-08, 4.85806e-11, 1.5e-09),
        _Unit('pe_stationary_x7u_w7s_addend32s_a32', 'asap7', 7, 7, False, True, 32, 1.97552e-13, 5.48421e-08, 5.42959e-11, 1.5e-09),
        _Unit('pe_stationary_x7s_w7s_addend32s_a32', 'asap7', 7, 7, True, True, 32, 2.47566e-13, 5.5727e-08, 5.54915e-11, 1.5e-09),
        _Unit('pe_stationary_x8u_w8s_addend32s_a32', 'asap7', 8, 8, False, True, 32, 2.52118e-13, 6.34621e-08, 6.17755e-11, 1.5e-09),
        _Unit('pe_stationary_x8s_w8s_addend32s_a32', 'asap7', 8, 8, True, True, 32, 3.07132e-13, 6.48556e-08, 6.3248e-11, 1.5e-09),
        _Unit('pe_stationary_x2u_w2s_addend32s_a32', 'sky130hd', 2, 2, False, True, 32, 2.94643e-12, 7.49524e-10, 2.16708e-09, 1.5e-08),
        _Unit('pe_stationary_x2s_w2s_addend32s_a32', 'sky130hd', 2, 2, True, True, 32, 3.51181e-12, 7.52103e-10, 2.16708e-09, 1.5e-08),
        _Unit('pe_stationary_x3u_w3s_addend32s_a32', 'sky130hd', 3, 3, False, True, 32, 3.33225e-12, 8.14348e-10, 2.34475e-09, 1.5e-08),
        _Unit('pe_stationary_x3s_w3s_addend32s_a32', 'sky130hd', 3, 3, True, True, 32, 5.11172e-12, 8.13324e-10, 2.35226e-09, 1.5e-08),
        _Unit('pe_stationary_x4u_w4s_addend32s_a32', 'sky130hd', 4, 4, False, True, 32, 4.49103e-12, 9.30408e-10, 2.62001e-09, 1.5e-08),
        _Unit('pe_stationary_x4s_w4s_addend32s_a32', 'sky130hd', 4, 4, True, True, 32, 6.04467e-12, 9.43349e-10, 2.64879e-09, 1.5e-08),
        _Unit('pe_stationary_x5u_w5s_addend32s_a32', 'sky130hd', 5, 5, False, True, 32, 5.46292e-12, 1.0709e-09, 2.95033e-09, 1.5e-08),
        _Unit('pe_stationary_x5s_w5s_addend32s_a32', 'sky130hd', 5, 5, True, True, 32, 7.06242e-12, 1.13698e-09, 3.05293e-09, 1.5e-08),
        _Unit('pe_stationary_x6u_w6s_addend32s_a32', 'sky130hd', 6, 6, False, True, 32, 6.90886e-12, 1.27493e-09, 3.39576e-09, 1.5e-08),
        _Unit('pe_stationary_x6s_w6s_addend32s_a32', 'sky130hd', 6, 6, True, True, 32, 8.3316e-12, 1.31488e-09, 3.4433e-09, 1.5e-08),
        _Unit('pe_stationary_x7u_w7s_addend32s_a32', 'sky130hd', 7, 7, False, True, 32, 8.35528e-12, 1.52102e-09, 3.94378e-09, 1.5e-08),
        _Unit('pe_stationary_x7s_w7s_addend32s_a32', 'sky130hd', 7, 7, True, True, 32, 9.53143e-12, 1.56641e-09, 3.99884e-09, 1.5e-08),
        _Unit('pe_stationary_x8u_w8s_addend32s_a32', 'sky130hd', 8, 8, False, True, 32, 1.00425e-11, 1.81959e-09, 4.61192e-09, 1.5e-08),
        _Unit('pe_stationary_x8s_w8s_addend32s_a32', 'sky130hd', 8, 8, True, True, 32, 1.13542e-11, 1.8223e-09, 4.60692e-09, 1.5e-08),
    )

    @action
    def mac(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattPeStationaryGated(_Measured):
    """pe_stationary_gated: an operation is mac."""

    component_name = ["gatewatt_pe_stationary_gated"]
    units = (
        _Unit('pe_stationary_gated_x2u_w2s_addend32s_a32', 'asap7', 2, 2, False, True, 32, 6.59605e-14, 2.91758e-08, 2.71334e-11, 1.5e-09),
        _Unit('pe_stationary_gated_x2s_w2s_addend32s_a32', 'asap7', 2, 2, True, True, 32, 7.64768e-14, 2.90625e-08, 2.71042e-11, 1.5e-09),
        _Unit('pe_stationary_gated_x3u_w3s_addend32s_a32', 'asap7', 3, 3, False, True, 32, 7.01902e-14, 3.11962e-08, 2.94662e-11, 1.5e-09),
        _Unit('pe_stationary_gated_x3s_w3s_addend32s_a32', 'asap7', 3, 3, True, True, 32, 1.10013e-13, 3.11638e-08, 2.9714e-11, 1.5e-09),
        _Unit('pe_stationary_gated_x4u_w4s_addend32s_a32', 'asap7', 4, 4, False, True, 32, 1.07085e-13, 3.48315e-08, 3.30383e-11, 1.5e-09),
        _Unit('pe_stationary_gated_x4s_w4s_addend32s_a32', 'asap7', 4, 4, True, True, 32, 1.58441e-13, 3.46001e-08, 3.33153e-11, 1.5e-09),
        _Unit('pe_stationary_gated_x5u_w5s_addend32s_a32', 'asap7', 5, 5, False, True, 32, 1.21329e-13, 3.86154e-08, 3.72956e-11, 1.5e-09),
        _Unit('pe_stationary_gated_x5s_w5s_addend32s_a32', 'asap7', 5, 5, True, True, 32, 1.6267e-13, 3.95309e-08, 3.81704e-11, 1.5e-09),
        _Unit('pe_stationary_gated_x6u_w6s_addend32s_a32', 'asap7', 6, 6, False, True, 32, 1.63591e-13, 4.45232e-08, 4.27923e-11, 1.5e-09),
        _Unit('pe_stationary_gated_x6s_w6s_addend32s_a32', 'asap7', 6, 6, True, True, 32, 2.19059e-13, 4.48993e-08, 4.35213e-11, 1.5e-09),
        _Unit('pe_stationary_gated_x7u_w7s_addend32s_a32', 'asap7', 7, 7, False, True, 32, 1.88692e-13, 5.03902e-08, 4.90325e-11, 1.5e-09),
        _Unit('pe_stationary_gated_x7s_w7s_addend32s_a32', 'asap7', 7, 7, True, True, 32, 2.38223e-13, 5.12751e-08, 5.02281e-11, 1.5e-09),
        _Unit('pe_stationary_gated_x8u_w8s_addend32s_a32', 'asap7', 8, 8, False, True, 32, 2.42581e-13, 5.73308e-08, 5.62788e-11, 1.5e-09),
        _Unit('pe_stationary_gated_x8s_w8s_addend32s_a32', 'asap7', 8, 8, True, True, 32, 2.98007e-13, 5.87242e-08, 5.77514e-11, 1.5e-09),
        _Unit('pe_stationary_gated_x2u_w2s_addend32s_a32', 'sky130hd', 2, 2, False, True, 32, 2.8985e-12, 6.08082e-10, 1.77545e-09, 1.5e-08),
        _Unit('pe_stationary_gated_x2s_w2s_addend32s_a32', 'sky130hd', 2, 2, True, True, 32, 3.41987e-12, 6.10662e-10, 1.77545e-09, 1.5e-08),
        _Unit('pe_stationary_gated_x3u_w3s_addend32s_a32', 'sky130hd', 3, 3, False, True, 32, 3.20421e-12, 6.66951e-10, 1.93686e-09, 1.5e-08),
        _Unit('pe_stationary_gated_x3s_w3s_addend32s_a32', 'sky130hd', 3, 3, True, True, 32, 4.81382e-12, 6.65927e-10, 1.94436e-09, 1.5e-08),
        _Unit('pe_stationary_gated_x4u_w4s_addend32s_a32', 'sky130hd', 4, 4, False, True, 32, 4.28782e-12, 7.77189e-10, 2.19711e-09, 1.5e-08),
        _Unit('pe_stationary_gated_x4s_w4s_addend32s_a32', 'sky130hd', 4, 4, True, True, 32, 5.66952e-12, 7.9013e-10, 2.22588e-09, 1.5e-08),
        _Unit('pe_stationary_gated_x5u_w5s_addend32s_a32', 'sky130hd', 5, 5, False, True, 32, 5.17549e-12, 9.14191e-10, 2.51616e-09, 1.5e-08),
        _Unit('pe_stationary_gated_x5s_w5s_addend32s_a32', 'sky130hd', 5, 5, True, True, 32, 6.65815e-12, 9.80276e-10, 2.61876e-09, 1.5e-08),
        _Unit('pe_stationary_gated_x6u_w6s_addend32s_a32', 'sky130hd', 6, 6, False, True, 32, 6.5418e-12, 1.11684e-09, 2.95909e-09, 1.5e-08),
        _Unit('pe_stationary_gated_x6s_w6s_addend32s_a32', 'sky130hd', 6, 6, True, True, 32, 7.88174e-12, 1.15679e-09, 3.00663e-09, 1.5e-08),
        _Unit('pe_stationary_gated_x7u_w7s_addend32s_a32', 'sky130hd', 7, 7, False, True, 32, 7.95267e-12, 1.35894e-09, 3.4921e-09, 1.5e-08),
        _Unit('pe_stationary_gated_x7s_w7s_addend32s_a32', 'sky130hd', 7, 7, True, True, 32, 9.01478e-12, 1.40432e-09, 3.54715e-09, 1.5e-08),
        _Unit('pe_stationary_gated_x8u_w8s_addend32s_a32', 'sky130hd', 8, 8, False, True, 32, 9.59665e-12, 1.63573e-09, 4.11269e-09, 1.5e-08),
        _Unit('pe_stationary_gated_x8s_w8s_addend32s_a32', 'sky130hd', 8, 8, True, True, 32, 1.07861e-11, 1.63843e-09, 4.10769e-09, 1.5e-08),
    )

    @action
    def mac(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattMacSignmag(_Measured):
    """mac_signmag: an operation is mac."""

    component_name = ["gatewatt_mac_signmag"]
    units = (
        _Unit('mac_signmag_x2m_w2m_a32', 'asap7', 2, 2, True, True, 32, 8.70963e-14, 3.95702e-08, 3.77768e-11, 1.5e-09),
        _Unit('mac_signmag_x3m_w3m_a32', 'asap7', 3, 3, True, True, 32, 9.53193e-14, 3.95702e-08, 3.77768e-11, 1.5e-09),
        _Unit('mac_signmag_x4m_w4m_a32', 'asap7', 4, 4, True, True, 32, 1.06299e-13, 4.1133e-08, 3.95555e-11, 1.5e-09),
        _Unit('mac_signmag_x5m_w5m_a32', 'asap7', 5, 5, True, True, 32, 1.25616e-13, 4.44975e-08, 4.23549e-11, 1.5e-09),
        _Unit('mac_signmag_x6m_w6m_a32', 'asap7', 6, 6, True, True, 32, 1.51862e-13, 4.84582e-08, 4.61311e-11, 1.5e-09),
        _Unit('mac_signmag_x7m_w7m_a32', 'asap7', 7, 7, True, True, 32, 1.95111e-13, 5.38896e-08, 5.09717e-11, 1.5e-09),
        _Unit('mac_signmag_x8m_w8m_a32', 'asap7', 8, 8, True, True, 32, 2.4274e-13, 6.02561e-08, 5.69203e-11, 1.5e-09),
        _Unit('mac_signmag_x2m_w2m_a32', 'sky130hd', 2, 2, True, True, 32, 4.20303e-12, 9.38405e-10, 2.57372e-09, 1.5e-08),
        _Unit('mac_signmag_x3m_w3m_a32', 'sky130hd', 3, 3, True, True, 32, 4.56442e-12, 9.38405e-10, 2.57372e-09, 1.5e-08),
        _Unit('mac_signmag_x4m_w4m_a32', 'sky130hd', 4, 4, True, True, 32, 5.06501e-12, 9.91145e-10, 2.7101e-09, 1.5e-08),
        _Unit('mac_signmag_x5m_w5m_a32', 'sky130hd', 5, 5, True, True, 32, 5.72776e-12, 1.0803e-09, 2.90904e-09, 1.5e-08),
        _Unit('mac_signmag_x6m_w6m_a32', 'sky130hd', 6, 6, True, True, 32, 6.91505e-12, 1.2035e-09, 3.19682e-09, 1.5e-08),
        _Unit('mac_signmag_x7m_w7m_a32', 'sky130hd', 7, 7, True, True, 32, 8.25387e-12, 1.35892e-09, 3.54715e-09, 1.5e-08),
        _Unit('mac_signmag_x8m_w8m_a32', 'sky130hd', 8, 8, True, True, 32, 1.00055e-11, 1.55124e-09, 3.98132e-09, 1.5e-08),
    )

    @action
    def mac(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattMacSplitSegmented(_Measured):
    """mac_split_segmented: an operation is mac."""

    component_name = ["gatewatt_mac_split_segmented"]
    units = (
        _Unit('mac_split_segmented_x2u_w2u_a32_m2', 'asap7', 2, 2, False, False, 32, 3.71051e-14, 3.42407e-08, 4.19758e-11, 1e-09),
        _Unit('mac_split_segmented_x3u_w3u_a32_m2', 'asap7', 3, 3, False, False, 32, 5.07534e-14, 3.65676e-08, 4.42795e-11, 1e-09),
        _Unit('mac_split_segmented_x4u_w4u_a32_m2', 'asap7', 4, 4, False, False, 32, 7.02417e-14, 4.02627e-08, 4.72246e-11, 1e-09),
        _Unit('mac_split_segmented_x5u_w5u_a32_m2', 'asap7', 5, 5, False, False, 32, 9.7309e-14, 4.48672e-08, 5.13945e-11, 1e-09),
        _Unit('mac_split_segmented_x6u_w6u_a32_m2', 'asap7', 6, 6, False, False, 32, 1.39349e-13, 5.0844e-08, 5.67162e-11, 1e-09),
        _Unit('mac_split_segmented_x7u_w7u_a32_m2', 'asap7', 7, 7, False, False, 32, 1.87664e-13, 5.75493e-08, 6.28252e-11, 1.5e-09),
        _Unit('mac_split_segmented_x8u_w8u_a32_m2', 'asap7', 8, 8, False, False, 32, 2.4682e-13, 6.41582e-08, 6.94883e-11, 1.5e-09),
        _Unit('mac_split_segmented_x2u_w2u_a32_m2', 'sky130hd', 2, 2, False, False, 32, 1.59914e-12, 1.19968e-09, 2.68508e-09, 1e-08),
        _Unit('mac_split_segmented_x3u_w3u_a32_m2', 'sky130hd', 3, 3, False, False, 32, 2.22055e-12, 1.25995e-09, 2.85524e-09, 1e-08),
        _Unit('mac_split_segmented_x4u_w4u_a32_m2', 'sky130hd', 4, 4, False, False, 32, 2.9939e-12, 1.382e-09, 3.09922e-09, 1e-08),
        _Unit('mac_split_segmented_x5u_w5u_a32_m2', 'sky130hd', 5, 5, False, False, 32, 4.22254e-12, 1.48313e-09, 3.38074e-09, 1e-08),
        _Unit('mac_split_segmented_x6u_w6u_a32_m2', 'sky130hd', 6, 6, False, False, 32, 5.78437e-12, 1.66136e-09, 3.78863e-09, 1e-08),
        _Unit('mac_split_segmented_x7u_w7u_a32_m2', 'sky130hd', 7, 7, False, False, 32, 7.58255e-12, 1.86936e-09, 4.24908e-09, 1e-08),
        _Unit('mac_split_segmented_x8u_w8u_a32_m2', 'sky130hd', 8, 8, False, False, 32, 9.72221e-12, 2.10604e-09, 4.78959e-09, 1e-08),
    )

    @action
    def mac(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattMacSplitZeroSkip(_Measured):
    """mac_split_zero_skip: an operation is mac."""

    component_name = ["gatewatt_mac_split_zero_skip"]
    units = (
        _Unit('mac_split_zero_skip_x2u_w2u_a32', 'asap7', 2, 2, False, False, 32, 4.9599e-14, 3.60826e-08, 4.41628e-11, 1e-09),
        _Unit('mac_split_zero_skip_x3u_w3u_a32', 'asap7', 3, 3, False, False, 32, 7.26855e-14, 3.89855e-08, 4.73267e-11, 1e-09),
        _Unit('mac_split_zero_skip_x4u_w4u_a32', 'asap7', 4, 4, False, False, 32, 1.00298e-13, 4.31632e-08, 5.09279e-11, 1e-09),
        _Unit('mac_split_zero_skip_x5u_w5u_a32', 'asap7', 5, 5, False, False, 32, 1.337e-13, 4.8393e-08, 5.57685e-11, 1e-09),
        _Unit('mac_split_zero_skip_x6u_w6u_a32', 'asap7', 6, 6, False, False, 32, 1.73696e-13, 5.49824e-08, 6.18484e-11, 1.5e-09),
        _Unit('mac_split_zero_skip_x7u_w7u_a32', 'asap7', 7, 7, False, False, 32, 2.28229e-13, 6.22691e-08, 6.87447e-11, 1.5e-09),
        _Unit('mac_split_zero_skip_x8u_w8u_a32', 'asap7', 8, 8, False, False, 32, 2.92971e-13, 6.94373e-08, 7.60201e-11, 1.5e-09),
        _Unit('mac_split_zero_skip_x2u_w2u_a32', 'sky130hd', 2, 2, False, False, 32, 2.26456e-12, 1.25693e-09, 2.82146e-09, 1e-08),
        _Unit('mac_split_zero_skip_x3u_w3u_a32', 'sky130hd', 3, 3, False, False, 32, 3.32352e-12, 1.31704e-09, 3.01664e-09, 1e-08),
        _Unit('mac_split_zero_skip_x4u_w4u_a32', 'sky130hd', 4, 4, False, False, 32, 4.41667e-12, 1.47091e-09, 3.31818e-09, 1e-08),
        _Unit('mac_split_zero_skip_x5u_w5u_a32', 'sky130hd', 5, 5, False, False, 32, 5.72329e-12, 1.5816e-09, 3.64725e-09, 1e-08),
        _Unit('mac_split_zero_skip_x6u_w6u_a32', 'sky130hd', 6, 6, False, False, 32, 7.33256e-12, 1.7697e-09, 4.08392e-09, 1e-08),
        _Unit('mac_split_zero_skip_x7u_w7u_a32', 'sky130hd', 7, 7, False, False, 32, 9.29743e-12, 2.00631e-09, 4.60066e-09, 1e-08),
        _Unit('mac_split_zero_skip_x8u_w8u_a32', 'sky130hd', 8, 8, False, False, 32, 1.14261e-11, 2.26722e-09, 5.19123e-09, 1e-08),
    )

    @action
    def mac(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattPannGated(_Measured):
    """pann_gated: an operation is mac."""

    component_name = ["gatewatt_pann_gated"]
    units = (
        _Unit('pann_gated_q5u_x2u_a32', 'asap7', 2, None, False, None, 32, 5.31197e-14, 3.60807e-08, 4.48043e-11, 1e-09),
        _Unit('pann_gated_q5u_x3u_a32', 'asap7', 3, None, False, None, 32, 5.59953e-14, 3.68924e-08, 4.54896e-11, 1e-09),
        _Unit('pann_gated_q5u_x4u_a32', 'asap7', 4, None, False, None, 32, 5.89422e-14, 3.65107e-08, 4.51251e-11, 1e-09),
        _Unit('pann_gated_q5u_x5u_a32', 'asap7', 5, None, False, None, 32, 6.18247e-14, 3.68219e-08, 4.52855e-11, 1e-09),
        _Unit('pann_gated_q5u_x6u_a32', 'asap7', 6, None, False, None, 32, 6.34988e-14, 3.73079e-08, 4.57958e-11, 1e-09),
        _Unit('pann_gated_q5u_x7u_a32', 'asap7', 7, None, False, None, 32, 6.6335e-14, 3.76605e-08, 4.58687e-11, 1e-09),
        _Unit('pann_gated_q5u_x8u_a32', 'asap7', 8, None, False, None, 32, 6.88141e-14, 3.7576e-08, 4.58978e-11, 1e-09),
        _Unit('pann_gated_q5u_x2u_a32', 'sky130hd', 2, None, False, None, 32, 2.54876e-12, 1.35239e-09, 2.96284e-09, 1e-08),
        _Unit('pann_gated_q5u_x3u_a32', 'sky130hd', 3, None, False, None, 32, 2.66044e-12, 1.29791e-09, 2.93281e-09, 1e-08),
        _Unit('pann_gated_q5u_x4u_a32', 'sky130hd', 4, None, False, None, 32, 2.75691e-12, 1.31539e-09, 2.95033e-09, 1e-08),
        _Unit('pann_gated_q5u_x5u_a32', 'sky130hd', 5, None, False, None, 32, 2.8598e-12, 1.31443e-09, 2.95909e-09, 1e-08),
        _Unit('pann_gated_q5u_x6u_a32', 'sky130hd', 6, None, False, None, 32, 2.9756e-12, 1.30276e-09, 2.96284e-09, 1e-08),
        _Unit('pann_gated_q5u_x7u_a32', 'sky130hd', 7, None, False, None, 32, 3.07585e-12, 1.32389e-09, 2.98661e-09, 1e-08),
        _Unit('pann_gated_q5u_x8u_a32', 'sky130hd', 8, None, False, None, 32, 3.16416e-12, 1.35145e-09, 3.0229e-09, 1e-08),
    )

    @action
    def mac(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattPannSegmented(_Measured):
    """pann_segmented: an operation is mac."""

    component_name = ["gatewatt_pann_segmented"]
    units = (
        _Unit('pann_segmented_q5u_x2u_a32_m2', 'asap7', 2, None, False, None, 32, 3.18023e-14, 3.70862e-08, 4.55625e-11, 1e-09),
        _Unit('pann_segmented_q5u_x3u_a32_m2', 'asap7', 3, None, False, None, 32, 3.55864e-14, 3.7633e-08, 4.61603e-11, 1e-09),
        _Unit('pann_segmented_q5u_x4u_a32_m2', 'asap7', 4, None, False, None, 32, 3.90266e-14, 3.7142e-08, 4.58104e-11, 1e-09),
        _Unit('pann_segmented_q5u_x5u_a32_m2', 'asap7', 5, None, False, None, 32, 4.32318e-14, 3.75625e-08, 4.59562e-11, 1e-09),
        _Unit('pann_segmented_q5u_x6u_a32_m2', 'asap7', 6, None, False, None, 32, 4.61731e-14, 3.79061e-08, 4.63352e-11, 1e-09),
        _Unit('pann_segmented_q5u_x7u_a32_m2', 'asap7', 7, None, False, None, 32, 4.96863e-14, 3.79254e-08, 4.63207e-11, 1e-09),
        _Unit('pann_segmented_q5u_x8u_a32_m2', 'asap7', 8, None, False, None, 32, 5.32543e-14, 3.82367e-08, 4.6481e-11, 1e-09),
        _Unit('pann_segmented_q5u_x2u_a32_m2', 'sky130hd', 2, None, False, None, 32, 1.37871e-12, 1.3696e-09, 2.99788e-09, 1e-08),
        _Unit('pann_segmented_q5u_x3u_a32_m2', 'sky130hd', 3, None, False, None, 32, 1.55859e-12, 1.3177e-09, 2.9716e-09, 1e-08),
        _Unit('pann_segmented_q5u_x4u_a32_m2', 'sky130hd', 4, None, False, None, 32, 1.70968e-12, 1.33101e-09, 2.98411e-09, 1e-08),
        _Unit('pann_segmented_q5u_x5u_a32_m2', 'sky130hd', 5, None, False, None, 32, 1.85948e-12, 1.33464e-09, 2.99662e-09, 1e-08),
        _Unit('pann_segmented_q5u_x6u_a32_m2', 'sky130hd', 6, None, False, None, 32, 2.05657e-12, 1.33854e-09, 3.01789e-09, 1e-08),
        _Unit('pann_segmented_q5u_x7u_a32_m2', 'sky130hd', 7, None, False, None, 32, 2.12764e-12, 1.36537e-09, 3.04042e-09, 1e-08),
        _Unit('pann_segmented_q5u_x8u_a32_m2', 'sky130hd', 8, None, False, None, 32, 2.27989e-12, 1.37143e-09, 3.06294e-09, 1e-08),
    )

    @action
    def mac(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattRelu(_Measured):
    """relu: an operation is compute."""

    component_name = ["gatewatt_relu"]
    units = (
        _Unit('relu_x8s', 'asap7', 8, None, True, None, None, 2.37108e-15, 5.49617e-10, 7.1442e-13, 1e-09),
        _Unit('relu_x16s', 'asap7', 16, None, True, None, None, 5.37931e-15, 1.38239e-09, 1.61838e-12, 1e-09),
        _Unit('relu_x8s', 'sky130hd', 8, None, True, None, None, 7.64455e-14, 1.52583e-11, 4.3792e-11, 1e-08),
    )

    @action
    def compute(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattMax(_Measured):
    """max: an operation is compute."""

    component_name = ["gatewatt_max"]
    units = (
        _Unit('max_x8u_y8u', 'asap7', 8, 8, False, False, None, 1.41751e-14, 4.00488e-09, 4.12614e-12, 1e-09),
        _Unit('max_x16u_y16u', 'asap7', 16, 16, False, False, None, 2.75346e-14, 7.96199e-09, 8.58762e-12, 1e-09),
        _Unit('max_x8u_y8u', 'sky130hd', 8, 8, False, False, None, 4.8699e-13, 1.11267e-10, 2.79018e-10, 1e-08),
    )

    @action
    def compute(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattAddSaturate(_Measured):
    """add_saturate: an operation is compute."""

    component_name = ["gatewatt_add_saturate"]
    units = (
        _Unit('add_saturate_x8s_y8s', 'asap7', 8, 8, True, True, None, 1.87892e-14, 5.06625e-09, 4.68018e-12, 1e-09),
        _Unit('add_saturate_x16s_y16s', 'asap7', 16, 16, True, True, None, 4.08918e-14, 1.01011e-08, 9.81234e-12, 1e-09),
        _Unit('add_saturate_x8s_y8s', 'sky130hd', 8, 8, True, True, None, 7.32212e-13, 1.57183e-10, 3.62848e-10, 1e-08),
    )

    @action
    def compute(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattDistance(_Measured):
    """distance: an operation is compute."""

    component_name = ["gatewatt_distance"]
    units = (
        _Unit('distance_x8s_y8s', 'asap7', 8, 8, True, True, None, 1.26272e-14, 3.7677e-09, 3.47004e-12, 1e-09),
        _Unit('distance_x16s_y16s', 'asap7', 16, 16, True, True, None, 2.88617e-14, 7.88884e-09, 7.85862e-12, 1e-09),
        _Unit('distance_x8s_y8s', 'sky130hd', 8, 8, True, True, None, 4.84967e-13, 8.7822e-11, 2.42733e-10, 1e-08),
    )

    @action
    def compute(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattAverage(_Measured):
    """average: an operation is compute."""

    component_name = ["gatewatt_average"]
    units = (
        _Unit('average_x8u_a16', 'asap7', 8, None, False, None, 16, 4.37163e-14, 1.42039e-08, 1.4755e-11, 1e-09),
        _Unit('average_x16u_a24', 'asap7', 16, None, False, None, 24, 7.86867e-14, 2.16866e-08, 2.3503e-11, 1e-09),
        _Unit('average_x8u_a16', 'sky130hd', 8, None, False, None, 16, 2.0448e-12, 4.24242e-10, 9.98458e-10, 1e-08),
    )

    @action
    def compute(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattRequantize(_Measured):
    """requantize: an operation is compute."""

    component_name = ["gatewatt_requantize"]
    units = (
        _Unit('requantize_x16s_m8s_c24s_places6u_r8u', 'asap7', 16, None, True, None, None, 4.7119e-13, 1.02843e-07, 1.01564e-10, 1e-09),
        _Unit('requantize_x32s_m16s_c48s_places6u_r8u', 'asap7', 32, None, True, None, None, 1.86263e-12, 3.6732e-07, 3.62707e-10, 1.5e-09),
        _Unit('requantize_x32s_m16s_c48s_places6u_r16u', 'asap7', 32, None, True, None, None, 1.87647e-12, 3.70603e-07, 3.63275e-10, 1.5e-09),
        _Unit('requantize_x16s_m8s_c24s_places6u_r8u', 'sky130hd', 16, None, True, None, None, 1.80261e-11, 3.58351e-09, 7.62356e-09, 1e-08),
        _Unit('requantize_x32s_m16s_c48s_places6u_r8u', 'sky130hd', 32, None, True, None, None, 6.58023e-11, 1.40911e-08, 2.90691e-08, 1e-08),
    )

    @action
    def compute(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattScale(_Measured):
    """scale: an operation is compute."""

    component_name = ["gatewatt_scale"]
    units = (
        _Unit('scale_x8u_m8u_c16u_places5u_r8u', 'asap7', 8, None, False, None, None, 2.14609e-13, 4.99679e-08, 4.912e-11, 1e-09),
        _Unit('scale_x16u_m16u_c32u_places5u_r16u', 'asap7', 16, None, False, None, None, 8.148e-13, 1.71845e-07, 1.66985e-10, 1.5e-09),
        _Unit('scale_x8u_m8u_c16u_places5u_r8u', 'sky130hd', 8, None, False, None, None, 7.24224e-12, 1.71973e-09, 3.61972e-09, 1e-08),
    )

    @action
    def compute(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattResidualAdd(_Measured):
    """residual_add: an operation is compute."""

    component_name = ["gatewatt_residual_add"]
    units = (
        _Unit('residual_add_x16s_m8s_y8u_n8s_c24s_places6u_r8u', 'asap7', 16, 8, True, False, None, 6.68523e-13, 1.45094e-07, 1.47768e-10, 1.5e-09),
        _Unit('residual_add_x32s_m16s_y8u_n16s_c48s_places6u_r8u', 'asap7', 32, 8, True, False, None, 2.44009e-12, 4.43549e-07, 4.40753e-10, 1.5e-09),
        _Unit('residual_add_x32s_m16s_y16u_n16s_c48s_places6u_r16u', 'asap7', 32, 16, True, False, None, 2.82721e-12, 5.12759e-07, 5.10635e-10, 1.5e-09),
        _Unit('residual_add_x16s_m8s_y8u_n8s_c24s_places6u_r8u', 'sky130hd', 16, 8, True, False, None, 2.57534e-11, 5.51376e-09, 1.15849e-08, 1e-08),
        _Unit('residual_add_x32s_m16s_y8u_n16s_c48s_places6u_r8u', 'sky130hd', 32, 8, True, False, None, 9.22645e-11, 1.71757e-08, 3.60471e-08, 1e-08),
    )

    @action
    def compute(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattSigmoid(_Measured):
    """sigmoid: an operation is compute."""

    component_name = ["gatewatt_sigmoid"]
    units = (
        _Unit('sigmoid_x8s', 'asap7', 8, None, True, None, None, 7.09361e-14, 1.77766e-08, 1.82396e-11, 1e-09),
        _Unit('sigmoid_x16s', 'asap7', 16, None, True, None, None, 6.79069e-13, 1.13627e-07, 1.15853e-10, 1e-09),
        _Unit('sigmoid_x8s', 'sky130hd', 8, None, True, None, None, 3.00487e-12, 6.09444e-10, 1.45515e-09, 1e-08),
    )

    @action
    def compute(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattTanh(_Measured):
    """tanh: an operation is compute."""

    component_name = ["gatewatt_tanh"]
    units = (
        _Unit('tanh_x8s', 'asap7', 8, None, True, None, None, 7.29799e-14, 1.89565e-08, 1.8779e-11, 1e-09),
        _Unit('tanh_x16s', 'asap7', 16, None, True, None, None, 6.41734e-13, 1.10959e-07, 1.16553e-10, 1.5e-09),
        _Unit('tanh_x8s', 'sky130hd', 8, None, True, None, None, 2.7064e-12, 5.65371e-10, 1.34629e-09, 1e-08),
    )

    @action
    def compute(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattExp(_Measured):
    """exp: an operation is compute."""

    component_name = ["gatewatt_exp"]
    units = (
        _Unit('exp_x8u', 'asap7', 8, None, False, None, None, 4.1377e-13, 4.86642e-08, 5.05051e-11, 1.5e-09),
        _Unit('exp_x16u', 'asap7', 16, None, False, None, None, 1.98149e-12, 1.91699e-07, 1.89613e-10, 2.5e-09),
        _Unit('exp_x8u', 'sky130hd', 8, None, False, None, None, 1.37957e-11, 1.58808e-09, 3.72232e-09, 1e-08),
    )

    @action
    def compute(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()


class GatewattReciprocal(_Measured):
    """reciprocal: an operation is compute."""

    component_name = ["gatewatt_reciprocal"]
    units = (
        _Unit('reciprocal_x16u', 'asap7', 16, None, False, None, None, 2.34625e-13, 3.40645e-08, 3.65958e-11, 1.5e-09),
        _Unit('reciprocal_x24u', 'asap7', 24, None, False, None, None, 1.08139e-12, 1.25628e-07, 1.31789e-10, 1.5e-09),
        _Unit('reciprocal_x16u', 'sky130hd', 16, None, False, None, None, 7.70011e-12, 1.16596e-09, 2.76765e-09, 1e-08),
    )

    @action
    def compute(self) -> ActionCost:
        """One operation."""
        return self._cost()

    @action
    def read(self) -> ActionCost:
        """The same, by the name that every component has."""
        return self._cost()
