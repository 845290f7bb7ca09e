"""Quantized arithmetic, bit-exact: what the hardware units compute, and networks of it.

`sim` stands on its own. It never imports `characterize`, which measures the
same arithmetic at the gates; it reads the tables that `characterize` writes.

In a notebook, with the network and the data that ship:

>>> from sim.accuracy import accuracy
>>> from sim.energy import network_energy
>>> from sim.schemes import Scheme
>>> from sim.sources import Source
>>> source = Source()
>>> network = source.quantized(Scheme("split", 4, 4))
>>> accuracy(network, source.test) > 94
True
>>> network.macs()["conv2"], network.weighted["conv2"].safe_bits
(73728, 12)
>>> network_energy(network, source.test.images[:4], models=None)[-1].paper_flips
2780160.0
"""
