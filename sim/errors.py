"""The root error of the package."""

_LONGEST = 2000


def one_line(text: str) -> str:
    r"""A message for a terminal: what it quotes of a file may be long, or hold controls.

    >>> one_line("a\n  b\x1b[2J")
    'a b?[2J'
    """
    words = " ".join(text.split())
    shown = words if words.isprintable() else "".join(c if c.isprintable() else "?" for c in words)
    half = _LONGEST // 2
    return shown if len(shown) <= _LONGEST else f"{shown[: half - 5]} ... {shown[-half:]}"


class SimError(ValueError):
    """Bad input to `sim`; its message says what was given and what is allowed."""

    def __str__(self) -> str:
        return one_line(super().__str__())
