"""Changes of a valid text that keep some of its structure: tokens, numbers, blocks, depth."""

import random
import re
from collections.abc import Callable, Sequence

_NUMBER = re.compile(rb"(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORD = re.compile(rb"[A-Za-z_]\w*")
_STRING = re.compile(rb"\"[^\"\n]*\"|'[^'\n]*'")
_TOKEN = re.compile(rb"\s+|\w+|\"[^\"\n]*\"|.", re.DOTALL)
_OPENING = {b"(": b")", b"[": b"]", b"{": b"}"}

NUMBERS = (
    b"0", b"-1", b"1", b"-0.0", b"1e308", b"-1e308", b"1e309", b"1e-320", b"nan", b"inf", b"-inf",
    b"99999999999999999999999999", b"-9223372036854775809", b"4294967296", b"2147483647",
    b"1_000", b"0x10", b"007", b"1.5", b"1e400000000", b"9" * 5000, b"true", b"1000000",
)  # fmt: skip
# What a shell, a path, a script of Yosys or a page would make something of.
WORDS = (
    b"$(touch fuzzed)", b"`touch fuzzed`", b";touch fuzzed;", b"!touch fuzzed", b"|touch fuzzed",
    b"x\nexec -- touch fuzzed\n", b"exec -- touch fuzzed", b"../../fuzzed", b"/fuzzed",
    b"a/../../fuzzed", b"..", b".", b"", b"-o", b"--out=fuzzed", b"CON",
    b"<script>alert(1)</script>", b"%s%s%n", b"{0.__class__}",
    b"__import__('os').system('touch fuzzed')", b"\\", b"\x00",
    b"\xff\xfe", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"a" * 70000, b"include", b"`include", b"=1+1",
    b"None", b"self", b"__class__",
)  # fmt: skip

Change = Callable[[random.Random, bytes, Sequence[bytes]], bytes]


def mutated(chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    """One of the seeds with one to six changes.

    Parameters
    ----------
    chance
        Where all that is random comes from.
    seeds
        Valid texts; some changes take a piece of another one.
    """
    text = chance.choice(seeds)
    for _ in range(min(1 + int(chance.expovariate(1.5)), 6)):
        text = chance.choice(_CHANGES)(chance, text, seeds)
    return text


def _replaced(
    chance: random.Random, text: bytes, pattern: re.Pattern[bytes], by: Sequence[bytes]
) -> bytes:
    found = list(pattern.finditer(text))
    if not found:
        return text
    match = chance.choice(found)
    return text[: match.start()] + chance.choice(by) + text[match.end() :]


def _number(chance: random.Random, text: bytes, _: Sequence[bytes]) -> bytes:
    return _replaced(chance, text, _NUMBER, NUMBERS)


def _word(chance: random.Random, text: bytes, seeds: Sequence[bytes]) -> bytes:
    others = [match[0] for match in _WORD.finditer(chance.choice(seeds))] or [b"x"]
    return _replaced(chance, text, _WORD, [chance.choice(others), chance.choice(WORDS)])


def _string(chance: random.Random, text: bytes, _: Sequence[bytes]) -> bytes:
    word = chance.choice(WORDS)
    escaped = word.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b'"', b'\\"')
    return _replaced(chance, text, _STRING, [b'"' + escaped + b'"', b'"' + word + b'"', b'""'])


def _token(chance: random.Random, text: bytes, _: Sequence[bytes]) -> bytes:
    """A token taken out, doubled, or changed with another one."""
    tokens = _TOKEN.findall(text)
    if len(tokens) < 2:
        return text
    one, other = chance.randrange(len(tokens)), chance.randrange(len(tokens))
    match chance.randrange(3):
        case 0:
            del tokens[one]
        case 1:
            tokens.insert(other, tokens[one])
        case _:
            tokens[one], tokens[other] = tokens[other], tokens[one]
    return b"".join(tokens)


def _lines(chance: random.Random, text: bytes, seeds: Sequence[bytes]) -> bytes:
    """Some lines taken out, doubled, moved, or taken from another seed."""
    lines = text.splitlines(keepends=True)
    if not lines:
        return text
    first = chance.randrange(len(lines))
    some = lines[first : first + 1 + int(chance.expovariate(0.3))]
    match chance.randrange(4):
        case 0:
            del lines[first : first + len(some)]
        case 1:
            lines[first:first] = some * chance.choice([1, 1, 2, 50])
        case 2:
            del lines[first : first + len(some)]
            place = chance.randrange(len(lines) + 1)
            lines[place:place] = some
        case _:
            other = chance.choice(seeds).splitlines(keepends=True) or [b""]
            start = chance.randrange(len(other))
            lines[first:first] = other[start : start + chance.randrange(1, 20)]
    return b"".join(lines)


def _block(chance: random.Random, text: bytes, _: Sequence[bytes]) -> bytes:
    """A bracketed block taken out, doubled, or put into itself."""
    starts = [i for i in range(len(text)) if text[i : i + 1] in _OPENING]
    if not starts:
        return text
    start = chance.choice(starts)
    opening, depth, end = text[start : start + 1], 0, start
    closing = _OPENING[opening]
    for end in range(start, min(len(text), start + 20_000)):
        depth += {opening: 1, closing: -1}.get(text[end : end + 1], 0)
        if not depth:
            break
    block = text[start : end + 1]
    replacement = chance.choice([b"", block * 2, opening + block + closing, opening + closing])
    return text[:start] + replacement + text[end + 1 :]


def _nested(chance: random.Random, text: bytes, _: Sequence[bytes]) -> bytes:
    """A token repeated until a reader that recurses has enough."""
    tokens = [match.span() for match in _TOKEN.finditer(text)]
    if not tokens:
        return text
    first = chance.randrange(len(tokens))
    last = min(first + chance.choice([0, 0, 1, 2, 4]), len(tokens) - 1)
    start, end = tokens[first][0], tokens[last][1]
    piece = text[start:end]
    times = min(chance.choice([3, 100, 2000, 100_000]), 200_000 // len(piece) + 1)
    return text[:start] + piece * times + text[end:]


def _cut(chance: random.Random, text: bytes, seeds: Sequence[bytes]) -> bytes:
    """Cut off, or joined with the end of another one."""
    head = text[: chance.randrange(len(text) + 1)]
    other = chance.choice(seeds)
    return head + (other[chance.randrange(len(other) + 1) :] if chance.random() < 0.5 else b"")


def _bytes(chance: random.Random, text: bytes, _: Sequence[bytes]) -> bytes:
    """Bytes flipped, put in, or taken out."""
    changed = bytearray(text or b"\0")
    for _unused in range(chance.choice([1, 1, 2, 8])):
        place = chance.randrange(len(changed))
        match chance.randrange(3):
            case 0:
                changed[place] ^= 1 << chance.randrange(8)
            case 1:
                changed[place:place] = chance.choice(WORDS)
            case _:
                del changed[place : place + chance.randrange(1, 9)]
        if not changed:
            break
    return bytes(changed)


_CHANGES: tuple[Change, ...] = (
    _number, _number, _number, _word, _word, _string, _string, _token, _token,
    _lines, _lines, _block, _nested, _cut, _bytes,
)  # fmt: skip
