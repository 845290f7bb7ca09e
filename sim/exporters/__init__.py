"""Networks for other programs.

`qonnx` writes a file, layer after layer (`weighted_layers`, `number_layers`, `shape_layers`) into a
`graph`.
"""
