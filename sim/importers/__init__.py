"""Networks from other programs.

`onnx` reads a file's `graph`: without quantizers by `floats`, else by `integers`, which goes from
node to node (`quantizer_nodes`, `weighted_nodes`, `number_nodes`, `shape_nodes`) and keeps in
`building` what is made so far.
"""
