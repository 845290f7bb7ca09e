"""What ships with the package: a small network for the digits of scikit-learn."""
