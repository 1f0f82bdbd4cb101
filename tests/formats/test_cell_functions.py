"""Functions of cells as libraries write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewright.formats.liberty.functions import (
    AND_FIRST,
    XOR_FIRST,
    UnreadableFunctionError,
    read_function,
)

AGREED = [
    ("A", "A"), ("(A)", "A"), ("!A", "~A"), ("A'", "~A"), ("~A", "~A"), ("!!A", "A"), ("A''", "A"), ("!A'", "A"),
    ("A*B", "A&B"), ("A&B", "A&B"), ("A B", "A&B"), ("(A)(B)", "A&B"), ("A'B'", "~A&~B"), ("A !B", "A&~B"),
    ("A+B", "A|B"), ("A|B", "A|B"), ("A^B", "A^B"), ("(A*B)'", "~(A&B)"), ("!(A+B)", "~(A|B)"),
    ("A*B+C", "(A&B)|C"), ("A+B*C", "A|(B&C)"), ("A B+C'", "(A&B)|~C"), ("!A*B", "~A&B"), ("A*B'", "A&~B"),
    ("(!A) | (!B)", "~A|~B"), ("(A&!B)|(!A&B)", "A^B"), ("A+B+C", "A|B|C"), ("A^B^C", "A^B^C"),
    ("A*0+B*1", "B"), ("CONST1*A", "A"), ("A + CONST0", "A"), ("A^B+C", "(A^B)|C"), ("((A))'", "~A"),
    ("  A\t*\nB ", "A&B"),
]  # fmt: skip


def wanted(text: str) -> int:
    code = compile(text, "", "eval")
    ones = 0
    for row in range(8):
        values = {"A": row >> 2, "B": row >> 1 & 1, "C": row & 1}
        ones |= (eval(code, {}, values) & 1) << row  # noqa: S307 - of this file
    return ones


@pytest.mark.parametrize(("text", "meaning"), AGREED)
@pytest.mark.parametrize("binding", [XOR_FIRST, AND_FIRST])
def test_what_both_read_alike(text: str, meaning: str, binding: dict[str, int]) -> None:
    assert read_function(text, binding).table("ABC") == wanted(meaning)


@pytest.mark.parametrize(
    ("text", "xor_first", "and_first"),
    [
        ("A^B*C", "(A^B)&C", "A^(B&C)"),
        ("A B^C", "A&(B^C)", "(A&B)^C"),
        ("A^B C^A", "(A^B)&(C^A)", "A^(B&C)^A"),
    ],
)
def test_where_they_differ(text: str, xor_first: str, and_first: str) -> None:
    assert read_function(text, XOR_FIRST).table("ABC") == wanted(xor_first)
    assert read_function(text, AND_FIRST).table("ABC") == wanted(and_first)


trees = st.recursive(
    st.sampled_from("ABC01"),
    lambda inner: st.one_of(
        inner.map(lambda text: f"~({text})"),
        st.tuples(inner, st.sampled_from("&|^"), inner).map(
            lambda three: "({}{}{})".format(*three)
        ),
    ),
    max_leaves=12,
)


@given(trees)
def test_any_expression_in_parentheses(text: str) -> None:
    for binding in (XOR_FIRST, AND_FIRST):
        function = read_function(text, binding)
        assert function.table("ABC") == wanted(text)
        values = dict(zip("ABC", (0b11110000, 0b11001100, 0b10101010), strict=True))
        for cell in function.cells("y", 1):  # what it is made of where it is too wide for a table
            reads = [values[net] for net in cell.inputs]
            values[cell.output] = sum(
                (cell.ones >> int("0" + "".join(str(each >> row & 1) for each in reads), 2) & 1)
                << row
                for row in range(8)
            )
        assert values["y"] == wanted(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is empty"),
        ("A +", "it ends too early"),
        ("(A", r"a \( is not closed"),
        ("A)", r"a \) has no \("),
        ("'A", "a ' stands after nothing"),
        ("* A", r"'\*' has nothing before it"),
        ("A + + B", r"'\+' has nothing before it"),
        ("()", r"a \) stands after nothing"),
        ("!", "it ends too early"),
    ],
)
def test_what_is_no_function(text: str, why: str) -> None:
    with pytest.raises(UnreadableFunctionError, match=why):
        read_function(text)


def test_a_deep_one_is_no_trouble() -> None:
    assert read_function("(" * 50_000 + "A" + ")'" * 50_000).table("A") == 0b10
