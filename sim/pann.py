"""PANN, power-aware neural networks: the published power model.

Source: Spingarn Eliezer, Banner, Hoffer, Ben-Yaakov, Michaeli, Energy awareness in
low precision neural networks, arXiv 2202.02783 (2022). The formulas count bit
flips of uniform operands; they are what measurements are held against, not
what the hardware does.
"""


def multiplier_bit_flips(width_x: int, width_w: int) -> dict[str, float]:
    """Bit flips of one multiplication, by net group.

    Returns
    -------
    dict
        `mult_in`: 0.5 (bx + bw); `mult_internal`: 0.5 max(bx, bw)^2.
    """
    return {
        "mult_in": 0.5 * (width_x + width_w),
        "mult_internal": 0.5 * max(width_x, width_w) ** 2,
    }


def accumulator_bit_flips(width_x: int, signed: bool, width_acc: int) -> dict[str, float]:
    """Bit flips of one accumulation of a `width_x` bit product, by net group.

    A two's complement product is extended by its sign: half of all `width_acc`
    input bits flip. Of an unsigned one only its own bits do.

    Returns
    -------
    dict
        `acc_in`: 0.5 B signed, 0.5 `width_x` unsigned; `acc_sum` and `acc_reg`:
        0.5 `width_x` each.
    """
    return {
        "acc_in": 0.5 * (width_acc if signed else width_x),
        "acc_sum": 0.5 * width_x,
        "acc_reg": 0.5 * width_x,
    }


def mac_bit_flips(
    width_x: int, width_w: int, signed: bool, width_acc: int = 32
) -> dict[str, float]:
    """Bit flips of one multiply-accumulate operation, by net group.

    Examples
    --------
    >>> [sum(mac_bit_flips(b, b, True).values()) for b in (2, 3, 4, 8)]
    [24.0, 29.5, 36.0, 72.0]
    >>> [sum(mac_bit_flips(b, b, False).values()) for b in (2, 3, 4, 8)]
    [10.0, 16.5, 24.0, 64.0]
    """
    return {
        **multiplier_bit_flips(width_x, width_w),
        **accumulator_bit_flips(width_x + width_w, signed, width_acc),
    }
