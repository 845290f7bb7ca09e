"""The Verilog of tables of straight pieces, made from `sim.segments`.

`python -m characterize.activation_tables` writes `rtl/activation/table_*.v`; a test holds
the files against it.
"""

from pathlib import Path

from characterize.files import write_text
from characterize.units import RTL_DIR
from sim.segments import GUARD_BITS, WIDTHS, segments

TABLES = ("sigmoid", "power", "reciprocal")
_WORDS = {
    "sigmoid": "1 / (1 + e^-x), x from -8 to 8",
    "power": "2^-f, f from 0 to 1",
    "reciprocal": "1 / (1 + f), f from 0 to 1",
}


def table_verilog(name: str, bits: int) -> str:
    """The module `table_NAME_BITS`.

    Parameters
    ----------
    name, bits
        As in `sim.segments.segments`.
    """
    table = segments(name, bits)
    address = (len(table.slopes) - 1).bit_length()
    slope_bits = int(table.slopes.max()).bit_length()
    base_bits = bits + GUARD_BITS
    cases = [
        f"      {address}'d{n}: {{slope_o, base_o}} = "
        f"{{{slope_bits}'d{slope}, {base_bits}'d{base}}};"
        for n, (slope, base) in enumerate(
            zip(table.slopes.tolist(), table.bases.tolist(), strict=True)
        )
    ]
    cases[-1] = cases[-1].replace(f"{address}'d{len(cases) - 1}:", "default:")
    return "\n".join(
        [
            "// SPDX-License-Identifier: Apache-2.0",
            f"// Slopes and bases of {_WORDS[name]},",
            f"// in {len(cases)} segments, for results of {bits} bits and {GUARD_BITS} below them.",
            "//",
            "// Written by `python -m characterize.activation_tables`; sim/segments.py says how",
            "// each line is found.",
            "// Area: O(segments). Depth: the synthesizer's choice. Latency: combinational.",
            "// Parameters: none.",
            "`default_nettype none",
            "",
            f"module table_{name}_{bits} (",
            f"    input  wire [{address - 1}:0] segment_i,",
            f"    output reg  [{slope_bits - 1}:0] slope_o,",
            f"    output reg  [{base_bits - 1}:0] base_o",
            ");",
            "  always @* begin",
            "    case (segment_i)",
            *cases,
            "    endcase",
            "  end",
            "endmodule",
            "",
            "`default_nettype wire",
            "",
        ]
    )


def table_path(name: str, bits: int) -> Path:
    """Where the module lies."""
    return RTL_DIR / "activation" / f"table_{name}_{bits}.v"


if __name__ == "__main__":
    for table_name in TABLES:
        for width in WIDTHS:
            write_text(table_path(table_name, width), table_verilog(table_name, width))
