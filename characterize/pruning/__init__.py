"""What choosing weights and activations by power and delay needs to know of the gates."""
