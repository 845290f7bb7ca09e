"""The bit-parallel engine: many clock cycles of a netlist in each machine word.

`program` makes a list of operations of a netlist, `planes` bits of operands,
`lanes` divides a stream of cycles into lanes, one bit of a word each; `oracle`
(NumPy) and `kernel` (C) run them, `stream` puts the pieces together, and `engine`
is the simulator.
"""
