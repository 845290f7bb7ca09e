"""Formulas of operands against Python's own arithmetic, and what they refuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from characterize.errors import CharacterizeError
from characterize.formulas import Formula

_BINARY = ["+", "-", "*", "&", "|", "^"]
_COMPARISONS = ["==", "!=", "<", "<=", ">", ">="]


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """One operator more, written so that Python gives an integer and not a truth value."""
    pairs = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(pairs, st.sampled_from(_BINARY)).map(lambda t: f"({t[0][0]} {t[1]} {t[0][1]})"),
        st.tuples(pairs, st.sampled_from(_COMPARISONS)).map(
            lambda t: f"(0 + ({t[0][0]} {t[1]} {t[0][1]}))"
        ),
        st.tuples(pairs, st.sampled_from(["//", "%"])).map(
            lambda t: f"({t[0][0]} {t[1]} {t[0][1]} if {t[0][1]} else {t[0][0]})"
        ),
        st.tuples(inner, st.sampled_from(["<<", ">>"]), st.integers(0, 5)).map(
            lambda t: f"({t[0]} {t[1]} {t[2]})"
        ),
        st.tuples(st.sampled_from(["-", "~", "abs", "+"]), inner).map(lambda t: f"{t[0]}({t[1]})"),
        inner.map(lambda t: f"(0 + (not {t}))"),
        st.tuples(st.sampled_from(["min", "max"]), pairs).map(
            lambda t: f"{t[0]}({t[1][0]}, {t[1][1]})"
        ),
        pairs.map(lambda t: f"({t[0]} and {t[1]} and 1 or 0)"),
        pairs.map(lambda t: f"(({t[0]} or {t[1]}) and 1 or 0)"),
        st.tuples(inner, pairs).map(lambda t: f"({t[1][0]} if {t[0]} else {t[1][1]})"),
    )


_formulas = st.recursive(st.sampled_from(["x", "w", "0", "1", "7"]), _grow, max_leaves=12)
_values = st.lists(st.tuples(st.integers(-200, 200), st.integers(-9, 9)), min_size=1, max_size=9)


@settings(max_examples=300)
@given(_formulas, _values)
def test_a_formula_is_what_python_says(text: str, pairs: list[tuple[int, int]]) -> None:
    if len(text) > 500:
        return
    names = {"abs": abs, "min": min, "max": max, "__builtins__": {}}
    wanted = [eval(text, names, {"x": x, "w": w}) for x, w in pairs]
    x, w = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
    formula = Formula(text, "here")
    if all(-(2**63) <= value < 2**63 for value in wanted):
        assert formula({"x": x, "w": w}).tolist() == wanted
    else:
        with pytest.raises(CharacterizeError, match="more than 64 bits"):
            formula({"x": x, "w": w})


@given(st.integers(-(2**61), 2**61), st.integers(1, 62))
def test_wrapping(value: int, bits: int) -> None:
    v, b = np.array([value]), np.array([bits])
    (unsigned,) = Formula("unsigned(v, b)", "here")({"v": v, "b": b}).tolist()
    (signed,) = Formula("signed(v, b)", "here")({"v": v, "b": b}).tolist()
    assert 0 <= unsigned < 2**bits
    assert -(2 ** (bits - 1)) <= signed < 2 ** (bits - 1)
    assert (unsigned - value) % 2**bits == (signed - value) % 2**bits == 0


def test_what_stands_between_may_be_wide() -> None:
    x = np.array([2**61, -(2**61)])
    assert Formula("(x * x * x) >> 125", "here")({"x": x}).tolist() == [2**58, -(2**58)]


def test_many_operands_in_pieces() -> None:
    x = np.arange(200_001)
    assert (Formula("3 * x - 1", "here")({"x": x}) == 3 * x - 1).all()


def test_names_and_new_names() -> None:
    formula = Formula("min(a_i, b_i) + a_i", "here")
    assert formula.names == {"a_i", "b_i"}
    assert formula.renamed({"a_i": "a"}).names == {"a", "b_i"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x +", "'x +' is not a formula"),
        ("", "'' is not a formula"),
        ("x / w", "cannot read 'x / w'"),
        ("x ** w", "cannot read 'x ** w'"),
        ("1.5 * x", "cannot read '1.5'"),
        ("True", "cannot read 'True'"),
        ("x < w < 3", "cannot read 'x < w < 3'"),
        ("x[0]", "cannot read 'x[0]'"),
        ("x.real", "cannot read 'x.real'"),
        ("(lambda: 1)()", "cannot read '(lambda: 1)()'"),
        ("__import__('os')", "cannot read"),
        ("open(x)", "cannot read 'open(x)'"),
        ("min(x)", "cannot read 'min(x)'"),
        ("x" + " + x" * 200, "at most 500 characters"),
    ],
)
def test_what_is_no_formula(text: str, words: str) -> None:
    with pytest.raises(CharacterizeError) as caught:
        Formula(text, "here")
    assert words in str(caught.value)
    assert str(caught.value).startswith("here: ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x // w", "'x // w' divides by 0 at w = 0, x = 2"),
        ("x % w", "'x % w' divides by 0 at w = 0, x = 2"),
        ("x << (w - 1)", "shifts by less than 0 or more than 128 at w = 0, x = 2"),
        ("1 << 1000", "shifts by less than 0 or more than 128 at any operands"),
        ("signed(x, w)", "signed(v, bits) takes 1 to 128 bits, got 0 to 3"),
        ("x << 62", "more than 64 bits"),
        ("y", "speaks of y, operands are x, w"),
    ],
)
def test_values_that_a_formula_does_not_have(text: str, words: str) -> None:
    operands = {"x": np.array([1, 2]), "w": np.array([3, 0])}
    with pytest.raises(CharacterizeError) as caught:
        Formula(text, "here")(operands)
    assert words in str(caught.value)
