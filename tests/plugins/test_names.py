"""What plugins give has names that can be chosen on a command line."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

import gatewright as gw
from gatewright.learn.losses import LOSSES
from gatewright.plugins.hooks import KINDS


@dataclass
class Given:
    """A record of which only the name is looked at here."""

    name: object


@pytest.mark.parametrize("kind", [each for each in sorted(KINDS) if not KINDS[each].flaws])
@pytest.mark.parametrize("name", ["", "a,b", "Soft Sign", "x\x1b[31mred\n", 3, None, "a(b"])
def test_a_name_that_nobody_can_choose_is_refused(kind: str, name: object) -> None:
    (said,) = KINDS[kind].wrong(Given(name))
    assert said == f"{name!r} is not a name for it; use kebab-case, as in 'my-{KINDS[kind].one}'"


@pytest.mark.parametrize("kind", [each for each in sorted(KINDS) if KINDS[each].place])
def test_those_that_come_with_gatewright_have_such_names(kind: str) -> None:
    names = list(KINDS[kind].registry())
    assert names
    for name in names:
        assert KINDS["recipes"].wrong(Given(name)) == []  # of which only the name is looked at


def test_names_of_whole_records_are_looked_at_too() -> None:
    loss = gw.Loss("Soft Loss", LOSSES["mse"].value, LOSSES["mse"].gradient)
    (said,) = KINDS["losses"].wrong(loss)
    assert said == "'Soft Loss' is not a name for it; use kebab-case, as in 'my-loss'"


def test_one_of_a_family_has_its_number_in_brackets() -> None:
    assert KINDS["recipes"].wrong(Given("leaky-relu(0.1)")) == []
