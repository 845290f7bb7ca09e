"""The root error of the package."""


class CharacterizeError(Exception):
    """Something the user can mend; the message is one line: what, where, what to do."""
