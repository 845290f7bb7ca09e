"""An independent oracle of the energies and delays, written apart from the product."""
