"""Training with quantization (extra `train`, PyTorch): float networks in, float networks out.

What comes out has weights on PANN's grid and learned steps of activations; `sim.quantize`
turns it into the very integers that training saw.
"""
