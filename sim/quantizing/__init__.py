"""What a float network's layers become, one after the other: the parts of `sim.quantize`.

`tensors` holds what is made so far, `reference` what the float network has in its place, `operands`
makes integers of real tensors; `weighted_layers` and `other_layers` say what each layer becomes.
Weights become integers in `weights`: to the nearest of `grids`, or by `error_feedback`, which
learns from `input_moments`.
"""
