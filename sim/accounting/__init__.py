"""What a layer's operations take by power models: the parts of `sim.energy`.

`conditions` choose the models, `unit_tables` finds those of the unit that a layer runs on,
`measured` accounts the layer's own operands with them.
"""
