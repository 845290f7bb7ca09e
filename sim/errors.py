"""The root error of the package."""


class SimError(ValueError):
    """Bad input to `sim`; its message says what was given and what is allowed."""
