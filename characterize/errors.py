"""The root error of the package."""

from sim.errors import one_line


class CharacterizeError(Exception):
    """Something the user can mend; the message is one line: what, where, what to do."""

    def __str__(self) -> str:
        return one_line(super().__str__())
