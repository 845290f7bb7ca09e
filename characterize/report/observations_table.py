"""`observations.csv`: each figure of the PANN paper's five observations, with its threshold."""

import pandas as pd

from characterize.errors import CharacterizeError
from characterize.observations import Finding
from sim.tables import Table, columns

_COLUMNS = columns(
    """
observation       | integer |     | number of the claim in the PANN paper (arXiv 2202.02783): 1 accumulator's input, 2 unsigned arithmetic, 3 one narrow operand, 4 additions, 5 leakage
unit              | string  |     | unit whose energy it is, of units.csv
against           | string  |     | unit that it is compared with; empty where it is the same one
library           | string  |     | standard cell library
delay_model       | string  |     | as in units.csv
operands          | string  |     | uniform; network-like: gaussian, without a sign rectified
architecture      | string  |     | structure; of 3 with the signs of x and w, of 4 the number of additions R
width             | integer | bit | width of both operands; of 3 that of the narrower one, of 4 that of the PANN unit's input
measured_percent  | number  | %   | 1: energy of the accumulator in a signed MAC, its clock apart, of the whole; 2: energy saved against the signed MAC; 3: energy of an 8 x b multiplier of the 8 x 8 one's; 4: energy of R additions of an unsigned split MAC's with equal bit flips by the formula; 5: leakage of the energy
threshold_percent | number  | %   | where the claim begins to hold: from it upwards for 1, 2 and 3, below it for 4 and 5
formula_percent   | number  | %   | what the paper's formula says of the same; empty where it says nothing
holds             | boolean |     | whether the figure is on the claim's side of the threshold
"""
)
_KEY = ("observation", "unit", "against", "library", "delay_model", "operands")
OBSERVATIONS = Table("observations", _COLUMNS, _KEY, "python -m characterize report",
                     CharacterizeError)  # fmt: skip


def frame(found: list[Finding]) -> pd.DataFrame:
    """Findings as a table, a row each."""
    names = OBSERVATIONS.names
    return pd.DataFrame([[getattr(f, name) for name in names] for f in found], columns=names)
