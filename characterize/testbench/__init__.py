"""The cocotb test benches; they run inside the simulator."""
