"""A broken plugin stops nothing but itself, and says why."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from gatewright.circuits.spec import CircuitSpec
from gatewright.errors import UnknownCircuitError, UnknownGateError, UsageError
from gatewright.gates.spec import GateSpec
from gatewright.kinds import DISABLE
from gatewright.learn.losses import LOSSES
from gatewright.logic.truth_table import TruthTable
from gatewright.plugins.builtin import circuits as builtin_circuits
from gatewright.plugins.hookspecs import hookimpl
from gatewright.plugins.manager import ENTRY_POINTS, Plugins, load_plugins
from gatewright.plugins.plugin import Plugin

BUILT_IN_GATES, BUILT_IN_CIRCUITS = 15, 42


@pytest.fixture(autouse=True)
def _nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gatewright.plugins.manager.entry_points", lambda _: [])


def gate(name: str) -> GateSpec:
    return GateSpec.from_function(name, lambda a: a, inputs="a", outputs="y")


def circuit(name: str) -> CircuitSpec:
    return CircuitSpec(
        name,
        "",
        (),
        lambda builder: builder.output("y", builder.gate("not", builder.input("a"))),
        lambda buses: {"y": 1 - buses["a"]},
    )


def giving(function: Callable[[], Any], hook: str = "gatewright_gates") -> SimpleNamespace:
    """A plugin of one hook."""
    function.__name__ = hook
    return SimpleNamespace(**{hook: hookimpl(function)})


def only(name: str, given: object) -> tuple[Plugins, Plugin]:
    """What is loaded with one plugin more, which must leave everything built in alone."""
    loaded = load_plugins({name: given})
    assert {each.state for each in loaded.plugins[:-1]} == {"healthy"}
    assert len(loaded.plugins[0].given("gates")) == BUILT_IN_GATES
    assert len(loaded.plugins[1].given("circuits")) == BUILT_IN_CIRCUITS
    return loaded, loaded.plugins[-1]


def test_a_healthy_plugin_gives_gates_and_circuits() -> None:
    both = SimpleNamespace(
        gatewright_gates=giving(lambda: [gate("wire")]).gatewright_gates,
        gatewright_circuits=giving(
            lambda: iter([circuit("inverter")]), "gatewright_circuits"
        ).gatewright_circuits,
    )
    loaded, plugin = only("mine", both)
    assert (plugin.state, plugin.problems) == ("healthy", [])
    assert (plugin.given("gates"), plugin.given("circuits")) == (["wire"], ["inverter"])
    assert str(plugin) == "'mine' (this session -)"
    assert loaded.gate("wire") == gate("wire")
    assert loaded.gates.provider("wire") is plugin
    assert loaded.circuit("inverter").name == "inverter"
    assert (len(loaded.gates), len(loaded.circuits)) == (BUILT_IN_GATES + 1, BUILT_IN_CIRCUITS + 1)
    assert "wire" in loaded.gates
    assert "xro" not in loaded.gates


def test_a_plugin_without_hooks_is_healthy_and_gives_nothing() -> None:
    _, plugin = only("idle", SimpleNamespace())
    assert (plugin.state, plugin.given("gates"), plugin.given("circuits")) == ("healthy", [], [])


def _raise(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError("no\n  such table"), "ValueError: no such table"),
        (SystemExit(3), "SystemExit: 3"),
        (KeyError("x"), "KeyError: 'x'"),
        (AssertionError(), "AssertionError"),
    ],
)
@pytest.mark.parametrize("hook", ["gatewright_gates", "gatewright_circuits"])
def test_a_hook_that_raises(error: BaseException, reason: str, hook: str) -> None:
    _, plugin = only("broken", giving(lambda: _raise(error), hook))
    assert plugin.problems == [f"{hook} failed: {reason}"]
    assert plugin.state == "faulty"


def test_a_generator_that_raises_late_keeps_what_it_gave() -> None:
    def late() -> Iterable[GateSpec]:
        yield gate("first")
        yield gate("second")
        raise RuntimeError("the third is missing")

    loaded, plugin = only("late", giving(late))
    assert plugin.given("gates") == ["first", "second"]
    assert plugin.problems == ["gatewright_gates failed: RuntimeError: the third is missing"]
    assert loaded.gate("second") == gate("second")


def test_one_hook_that_raises_leaves_the_other() -> None:
    half = SimpleNamespace(
        gatewright_gates=giving(lambda: _raise(OSError("gone"))).gatewright_gates,
        gatewright_circuits=giving(
            lambda: [circuit("inverter")], "gatewright_circuits"
        ).gatewright_circuits,
    )
    loaded, plugin = only("half", half)
    assert plugin.problems == ["gatewright_gates failed: OSError: gone"]
    assert loaded.circuits.provider("inverter") is plugin


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (["wire"], "gatewright_gates gave a str, not a GateSpec"),
        ([None], "gatewright_gates gave a NoneType, not a GateSpec"),
        ([circuit("inverter")], "gatewright_gates gave a CircuitSpec, not a GateSpec"),
        (None, "gatewright_gates failed: TypeError: 'NoneType' object is not iterable"),
        (gate("wire"), "gatewright_gates failed: TypeError: 'GateSpec' object is not iterable"),
    ],
)
def test_wrong_types(given: object, reason: str) -> None:
    _, plugin = only("odd", giving(lambda: given))
    assert plugin.problems == [reason]


def test_wrong_types_do_not_hide_right_ones() -> None:
    _, plugin = only("odd", giving(lambda: ["wire", gate("wire"), 7]))
    assert plugin.given("gates") == ["wire"]
    assert plugin.problems == [
        "gatewright_gates gave a str, not a GateSpec",
        "gatewright_gates gave an int, not a GateSpec",
    ]


@pytest.mark.parametrize(
    ("hook", "reason"),
    [
        (
            "gatewright_gate",
            "there is no hook 'gatewright_gate'; did you mean 'gatewright_gates'?",
        ),
        (
            "gatewright_circiuts",
            "there is no hook 'gatewright_circiuts'; did you mean 'gatewright_circuits'?",
        ),
        (
            "gatewright_everything",
            "there is no hook 'gatewright_everything'; there are gatewright_activations, "
            "gatewright_circuits, gatewright_commands, gatewright_formats, gatewright_gate_named, "
            "gatewright_gates, gatewright_inits, gatewright_learners, gatewright_losses, "
            "gatewright_optimisers, gatewright_pictures, gatewright_recipes",
        ),
    ],
)
def test_a_misspelt_hook(hook: str, reason: str) -> None:
    _, plugin = only("misspelt", giving(lambda: [gate("wire")], hook))
    assert (plugin.problems, plugin.given("gates")) == ([reason], [])


def test_a_hook_that_is_not_marked() -> None:
    _, plugin = only("plain", SimpleNamespace(gatewright_gates=lambda: [gate("wire")]))
    assert plugin.problems == [
        "'gatewright_gates' is not marked with @hookimpl, so it is not called"
    ]
    assert plugin.given("gates") == []


def test_only_functions_can_be_unmarked_hooks() -> None:
    _, plugin = only("tidy", SimpleNamespace(gatewright_comparator=sys, gatewright_version="1.0"))
    assert plugin.state == "healthy"


def test_a_hook_with_arguments_it_is_not_given() -> None:
    def gatewright_gates(manager: object) -> list[GateSpec]:
        return [gate("wire")]

    greedy = SimpleNamespace(gatewright_gates=hookimpl(gatewright_gates))
    _, plugin = only("greedy", greedy)
    (problem,) = plugin.problems
    assert problem.startswith("cannot be loaded: PluginValidationError: Plugin 'greedy' for hook")
    assert "'manager'" in problem
    assert "\n" not in problem
    # The name is not used up: another plugin may have it.
    loaded = load_plugins({"greedy": giving(lambda: [gate("wire")])})
    assert loaded.plugins[-1].state == "healthy"


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (
            lambda: TruthTable.from_rows(["0"] * 2**17, [f"i{at}" for at in range(17)], "y"),
            "TableError: a truth table has 1 to 16 inputs, not 17; "
            "build wider functions as circuits of gates",
        ),
        (
            lambda: TruthTable.from_rows(["0", "1", "1"], "ab", "y"),
            "TableError: a truth table of 2 inputs has 4 rows, not 3; "
            "write '-' in the rows that do not matter",
        ),
        (
            lambda: TruthTable.from_rows(["0", "1", "11", "0"], "ab", "y"),
            "TableError: row 10 has 2 outputs, expected 1",
        ),
        (lambda: TruthTable.from_rows(["0", "2"], "a", "y"), "TableError: row 1 holds '2'; "),
    ],
)
def test_a_table_that_cannot_be_one(make: Callable[[], TruthTable], reason: str) -> None:
    def gates() -> Iterable[GateSpec]:
        yield gate("wire")
        yield GateSpec("wide", make())

    _, plugin = only("tables", giving(gates))
    (problem,) = plugin.problems
    assert problem.startswith(f"gatewright_gates failed: {reason}")
    assert plugin.given("gates") == ["wire"]


def test_a_gate_name_already_taken() -> None:
    loaded, plugin = only("rival", giving(lambda: [gate("xor"), gate("wire")]))
    assert plugin.problems == [
        f"gate 'xor' is given by {loaded.plugins[0]} and by {plugin}: neither of them counts",
    ]
    assert plugin.state == "faulty"
    with pytest.raises(UnknownGateError) as caught:
        loaded.gate("xor")
    assert str(caught.value) == (
        f"gate 'xor' is given by {loaded.plugins[0]} and 'rival' (this session -); "
        f"switch one off, as in {DISABLE}=rival"
    )
    assert "xor" not in loaded.gates
    assert "xor" not in list(loaded.gates)
    assert len(loaded.gates) == BUILT_IN_GATES  # xor is lost, wire is new
    assert loaded.gate("wire") == gate("wire")
    assert loaded.gate("xnor").name == "xnor"


def test_a_circuit_name_already_taken() -> None:
    rival = giving(lambda: [circuit("equality")], "gatewright_circuits")
    loaded, plugin = only("rival", rival)
    assert plugin.problems == [
        f"circuit 'equality' is given by {loaded.plugins[1]} and by {plugin}: neither of them counts"
    ]
    with pytest.raises(UnknownCircuitError, match=r"^circuit 'equality' is given by 'builtin-circ"):
        loaded.circuit("equality")
    assert loaded.circuit("parity-tree").name == "parity-tree"


def test_three_of_one_name_are_all_named() -> None:
    loaded = load_plugins({name: giving(lambda: [gate("wire")]) for name in ("p", "q", "r")})
    assert [plugin.state for plugin in loaded.plugins[-3:]] == ["faulty", "faulty", "faulty"]
    assert [plugin.given("gates") for plugin in loaded.plugins[-3:]] == [[], [], []]
    assert loaded.plugins[-1].problems == [
        "gate 'wire' is given by 'p' (this session -) and by 'q' (this session -) and by "
        "'r' (this session -): none of them counts"
    ]
    with pytest.raises(UnknownGateError, match=r"'p' \(.*'q' \(.*'r' \(.*=r$"):
        loaded.gate("wire")


def test_where_every_name_is_given_twice_the_givers_are_still_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(DISABLE, "builtin-gates")
    loaded = load_plugins({name: giving(lambda: [gate("wire")]) for name in ("p", "q")})
    assert len(loaded.gates) == 0
    with pytest.raises(UnknownGateError, match=r"'wire' is given by 'p' \(.*'q' \("):
        loaded.gate("wire")


def test_plugins_that_were_loaded_are_not_loaded_again_for_an_unknown_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def gatewright_losses() -> list[Any]:
        asked.append("losses")
        return []

    plugin = giving(gatewright_losses, "gatewright_losses")
    point = SimpleNamespace(
        name="counts", value="counts", distribution="-", version="1", load=lambda: plugin
    )
    monkeypatch.setattr("gatewright.plugins.manager.entry_points", lambda _: [point])
    load_plugins()
    assert "nobodys" not in LOSSES
    assert asked == ["losses"]


def test_a_gate_and_a_circuit_may_share_a_name() -> None:
    loaded, plugin = only("same", giving(lambda: [circuit("xor")], "gatewright_circuits"))
    assert plugin.state == "healthy"
    assert (loaded.gate("xor").name, loaded.circuit("xor").name) == ("xor", "xor")


def test_the_same_name_twice_in_one_plugin() -> None:
    other = GateSpec.from_function("wire", lambda a: 1 - a, inputs="a", outputs="y")
    loaded, plugin = only("twice", giving(lambda: [gate("wire"), other]))
    assert plugin.problems == ["gatewright_gates gave 'wire' twice; the first counts"]
    assert plugin.given("gates") == ["wire"]
    assert loaded.gate("wire") == gate("wire")


def test_a_plugin_named_like_one_that_is_loaded() -> None:
    loaded, plugin = only("builtin-gates", giving(lambda: [gate("wire")]))
    assert plugin.problems == [f"not loaded: the name is that of {loaded.plugins[0]}"]
    assert "wire" not in loaded.gates


def test_one_object_under_two_names_is_loaded_once() -> None:
    one = giving(lambda: [gate("wire")])
    loaded = load_plugins({"first": one, "second": one})
    assert loaded.plugins[-1].problems == [
        "not loaded: it is the same module as 'first' (this session -)"
    ]
    assert loaded.gate("wire") == gate("wire")
    _, again = only("again", builtin_circuits)
    assert again.problems == [f"not loaded: it is the same module as {loaded.plugins[1]}"]


@pytest.mark.parametrize("names", ["mine", " other , mine ,", "mine,mine"])
def test_plugins_are_switched_off_by_name(monkeypatch: pytest.MonkeyPatch, names: str) -> None:
    monkeypatch.setenv(DISABLE, names)
    loaded, plugin = only("mine", giving(lambda: _raise(AssertionError("called"))))
    assert (plugin.state, plugin.problems, plugin.given("gates")) == ("disabled", [], [])
    assert len(loaded.gates) == BUILT_IN_GATES


def test_built_in_plugins_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DISABLE, "builtin-gates")
    loaded = load_plugins({"rival": giving(lambda: [gate("xor")])})
    assert [plugin.name for plugin in loaded.plugins if plugin.disabled] == ["builtin-gates"]
    assert {plugin.state for plugin in loaded.plugins[1:]} == {"healthy"}
    assert loaded.gate("xor") == gate("xor")
    assert list(loaded.gates) == ["xor"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("xro", "no gate 'xro'; did you mean 'xor'?"),
        ("half_adder", "no gate 'half_adder'; did you mean 'half-adder'?"),
        ("qqqq", "no gate 'qqqq'"),
        ("", "no gate ''"),
    ],
)
def test_an_unknown_gate_names_the_nearest(asked: str, message: str) -> None:
    with pytest.raises(UnknownGateError) as caught:
        load_plugins().gate(asked)
    assert str(caught.value) == message
    with pytest.raises(UnknownGateError):
        load_plugins().gates.provider(asked)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("ripple-addr", "no circuit 'ripple-addr'; did you mean 'ripple-adder'?"),
        ("qqqq", "no circuit 'qqqq'"),
    ],
)
def test_an_unknown_circuit_names_the_nearest(asked: str, message: str) -> None:
    with pytest.raises(UnknownCircuitError) as caught:
        load_plugins().circuit(asked)
    assert str(caught.value) == message


@pytest.mark.parametrize("given", ["my_module", None, {}, [gate], 3, gate])
def test_what_can_have_no_hooks_is_refused(monkeypatch: pytest.MonkeyPatch, given: object) -> None:
    kind = {"NoneType": "a NoneType", "int": "an int"}.get(
        type(given).__name__, f"a {type(given).__name__}"
    )
    hint = "give the module itself, or an object whose methods are marked with @hookimpl"
    with pytest.raises(UsageError) as caught:
        load_plugins({"nb": given})
    assert str(caught.value) == f"plugin 'nb' is {kind}, which has no hooks; {hint}"
    point = SimpleNamespace(
        name="nb", value="x:y", distribution="-", version="1", load=lambda: given
    )
    monkeypatch.setattr("gatewright.plugins.manager.entry_points", lambda _: [point])
    assert load_plugins().plugins[-1].problems == [
        f"cannot be loaded: UsageError: it is {kind}, which has no hooks; {hint}"
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("my_module", "plugins are given as a dict, by name, not as a str"),
        ({3: sys}, "3 is not a name for a plugin; give it a text"),
        ({"": sys}, "'' is not a name for a plugin; give it a text"),
    ],
)
def test_plugins_are_given_by_name(given: Any, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_plugins(given)
    assert str(caught.value) == message


def test_every_load_is_its_own() -> None:
    load_plugins({"mine": giving(lambda: [gate("wire")])})
    assert "wire" not in load_plugins().gates
    assert ENTRY_POINTS == "gatewright"
