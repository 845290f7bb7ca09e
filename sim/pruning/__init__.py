"""PowerPruning: weights and activations chosen by measured energy and delay.

`weight_tables` reads what `characterize weights` measured; `selection` and `supply` keep values
and choose the voltage; `powerpruning` searches, `pruned_networks` makes and judges networks.
"""
