"""Everything that comes in kinds comes by a hook: one plugin gives one of each, another gets each wrong."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, Protocol

import numpy as np
import pytest

import gatewright as gw
from gatewright import interrupts, testing
from gatewright.draw.kinds import PICTURES
from gatewright.gates.spec import GateSpec
from gatewright.kinds import DISABLE
from gatewright.learn.activations import ACTIVATIONS
from gatewright.learn.inits import INITS
from gatewright.learn.losses import LOSSES
from gatewright.learn.optimisers import OPTIMISERS
from gatewright.plugins.hooks import KINDS
from gatewright.plugins.hookspecs import hookimpl
from gatewright.plugins.manager import load_plugins

OUTSIDE = (Path(__file__).parent / "outside.py").read_text()


class Run(Protocol):
    def __call__(self, *words: object) -> Any: ...


@pytest.fixture
def outside(install: Callable[..., Path]) -> str:
    """The plugin, installed under a name of its own."""
    install("outside", OUTSIDE)
    return "outside"


def test_it_is_short() -> None:
    assert sum(1 for line in OUTSIDE.splitlines() if line.strip()) < 100


def test_it_gives_one_of_each_kind(outside: str) -> None:
    plugin = testing.check_plugin(outside)
    assert plugin.gives == {
        "gates": ["implies"],
        "circuits": ["implies-all"],
        "activations": ["softsign"],
        "losses": ["fourths"],
        "optimisers": ["signs"],
        "inits": ["signed"],
        "recipes": ["by-signs"],
        "formats": ["quoted"],
        "learners": ["none"],
        "pictures": ["blank", "name"],
        "commands": ["shout"],
    }
    assert set(plugin.gives) == set(KINDS)
    assert ACTIVATIONS.foreign("softsign") == "'outside' (acme-gates 1.0)"
    assert ACTIVATIONS.foreign("relu") == ""


def test_each_passes_the_checks_for_authors(outside: str) -> None:
    from gatewright.formats.registry import FORMATS

    plugins = load_plugins()
    testing.check_gate(plugins.gate("implies"))
    testing.check_gate(plugins.gate("any3"))
    testing.check_circuit(plugins.circuit("implies-all"), bits=3)
    testing.check_activation(ACTIVATIONS["softsign"])
    testing.check_loss(LOSSES["fourths"])
    testing.check_optimiser(OPTIMISERS["signs"])
    testing.check_init(INITS["signed"])
    testing.check_format(FORMATS["quoted"])
    testing.check_picture(PICTURES["blank"])
    testing.check_picture(
        PICTURES["name"], plugins.circuit("implies-all").elaborate({}, plugins.gates)
    )


def test_the_command_line_uses_each(circuits: Run, outside: str, tmp_path: Path) -> None:
    code, out, _ = circuits("plugins")
    assert code == 0
    assert "outside" in out
    assert circuits("train", "implies").code == 0
    assert circuits("gates", "any3").out.splitlines()[1].startswith("from plugin 'outside'")
    assert circuits("train", "any3").code == 0
    code, out, _ = circuits(
        *("train", "and", "--activations", "softsign", "--optimiser", "signs", "--init", "signed"),
        *("--loss", "fourths", "--epochs", "4000", "--margin", "0.2"),
    )
    assert code == 0, out
    assert circuits("train", "and", "--recipe", "by-signs").code == 0
    assert circuits("compose", "implies-all", "--bits", "2").code == 0
    file = tmp_path / "c.quoted"
    assert circuits("export", "ripple-adder", "--bits", "2", "--out", file).code == 0
    assert file.read_text().startswith("> #")
    assert "proved" in circuits("equiv", file, "ripple-adder", "--bits", "2").out
    assert "quoted" in circuits("formats").out
    picture = tmp_path / "blank.svg"
    assert circuits("plot", "implies", "--picture", "blank", "--out", picture).code == 0
    assert picture.read_text().startswith("<svg")
    assert circuits("draw", "implies-all", "--bits", "2", "--picture", "name").out == (
        '<svg xmlns="http://www.w3.org/2000/svg">implies-all --bits 2</svg>'
    )
    code, out, _ = circuits("--help")
    assert "\nOutside:\n  shout" in out
    assert circuits("shout", "--word", "hi").out == "HI\n"


def test_a_command_is_imported_only_when_it_is_run(
    circuits: Run, install: Callable[..., Path]
) -> None:
    source = (
        "from gatewright import Command, hookimpl\n@hookimpl\ndef gatewright_commands():\n"
        "    return [Command('boom', 'Fail.', 'acme_boom:app'), Command('train', 'Ours.', 'acme_boom:app')]\n"
    )
    site = install("boomer", source, distribution="boomer-gates")
    (site / "acme_boom.py").write_text("raise ImportError('no such library')\n")
    code, out, _ = circuits("--help")
    assert (code, "boom" in out) == (0, True)
    assert out.count("\n  train") == 1  # a command of ours cannot be given again
    code, _, err = circuits("boom")
    assert (code, err) == (
        2,
        "circuits: command 'boom' of plugin 'boomer' (boomer-gates 1.0) cannot be run: ImportError: no such "
        f"library ({site / 'acme_boom.py'}, line 1); tell its author, or install what it needs\n",
    )
    (site / "acme_boom.py").write_text(
        "import typer\napp = typer.Typer()\n@app.command()\ndef boom():\n    raise ValueError('half way')\n"
    )
    code, _, err = circuits("boom")
    assert (code, err) == (
        1,
        "circuits: command 'boom' of plugin 'boomer' (boomer-gates 1.0) fails: ValueError: half way "
        f"({site / 'acme_boom.py'}, line 5); tell its author\n",
    )


def test_a_gate_outlives_its_plugin(outside: str, tmp_path: Path) -> None:
    """Trained with the plugin in one process; used without it in another."""

    def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "CIRCUITS_STORE": str(tmp_path / "store"), **environment}
        command = [sys.executable, "-m", "gatewright", *words]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    learned = run("train", "and", "--optimiser", "signs", "--epochs", "6000", "--margin", "0.2")
    assert learned.returncode == 0, learned.stderr
    units = ("--activations", "softsign", "--no-harden", "--layers", "2")
    learned = run("train", "or", *units, "--margin", "0.2")
    assert learned.returncode == 0, learned.stderr
    bounds = "the bounds that plugin 'outside' (acme-gates 1.0) states of softsign units"
    assert f"it rests on {bounds}" in learned.stdout
    learned = run("train", "xor", *units[:-1], "2,4", "--margin", "0.2", "--seed", "1")
    assert learned.returncode == 0, learned.stderr
    whole = run("compose", "parity-tree", "--bits", "2", "--verify", "certificate")
    assert f"instance of 1 gate); it rests on {bounds}" in whole.stdout
    gone = {DISABLE: os.environ.get(DISABLE, "") + ",outside"}
    shown = run("gates", "and", **gone)
    assert shown.returncode == 0
    assert (
        "the optimiser 'signs' is of plugin 'outside' (acme-gates 1.0), which is switched off"
        in shown.stdout
    )
    assert run("predict", "and", "1", "1", **gone).stdout.split()[-2:-1] == ["1"]
    assert "proved" in run("compose", "parity-tree", "--bits", "1", **gone).stdout
    again = run("plot", "and", "--training", **gone)
    assert again.returncode == 2
    assert "signs" in again.stderr
    cannot = run("predict", "or", "1", "1", **gone)
    assert cannot.returncode == 2
    assert (
        "or.safetensors cannot run: the activation 'softsign' is of plugin 'outside'"
        in cannot.stderr
    )
    assert "which is switched off; mend that" in cannot.stderr
    assert run("predict", "or", "1", "1").returncode == 0


def only(hook: str, records: Callable[..., Any], **options: Any) -> SimpleNamespace:
    """A plugin of one hook."""
    return SimpleNamespace(**{hook: hookimpl(records, specname=hook, **options)})


def bent_the_wrong_way(z: Any) -> Any:
    return np.asarray(abs(z))


def _raise() -> Any:
    raise ValueError("broken")


class Nameless:
    """Neither named nor a dataclass."""


@dataclasses.dataclass(frozen=True)
class NumbersAnew(gw.GradientDescent):
    """Its restarts begin at 0 in every step, whichever of them are left."""

    name: ClassVar[str] = "numbers-anew"

    def step(self, objective: gw.Objective, state: Any, generator: Any) -> Any:
        return self.start(objective, super().step(objective, state, generator).theta)


@dataclasses.dataclass(frozen=True)
class Boasts(gw.GradientDescent):
    """Its outputs are said to be where they should be."""

    name: ClassVar[str] = "boasts"

    def start(self, objective: gw.Objective, theta: Any) -> Any:
        made = super().start(objective, theta)
        return dataclasses.replace(made, error=0 * made.error)


@dataclasses.dataclass(frozen=True)
class NotBySquares(gw.GradientDescent):
    """It follows the gradient of whatever loss it is given."""

    name: ClassVar[str] = "not-by-squares"
    squares: ClassVar[bool] = True


CHECKS: Mapping[str, Callable[[Any], None]] = {
    "activations": testing.check_activation,
    "losses": testing.check_loss,
    "optimisers": testing.check_optimiser,
    "inits": testing.check_init,
    "pictures": testing.check_picture,
}

WRONG: Mapping[str, tuple[str, Any, str]] = {
    "a derivative that is not": (
        "activations",
        gw.Activation("cube", lambda z: z**3, lambda z, a: z**2),
        "activation 'cube' is left out: its derivative is not that of its value at z = ",
    ),
    "a bound that is not": (
        "activations",
        gw.Activation(
            "vee",
            bent_the_wrong_way,
            lambda z, a: np.sign(z),
            kinks=(0.0,),
            low=0.0,
            interval=gw.rising(bent_the_wrong_way),
        ),
        "activation 'vee' is left out: its interval over ",
    ),
    "a steepest slope that is not": (
        "activations",
        gw.Activation(
            "twice",
            lambda z: 2 * z,
            lambda z, a: np.full_like(z, 2.0),
            interval=gw.rising(lambda z: 2 * z),
        ),
        "activation 'twice' is left out: its slope at z = -30.001 is 2, and steepest is 1",
    ),
    "a range that is not": (
        "activations",
        gw.Activation("line", lambda z: z + 0.0, lambda z, a: np.ones_like(z), low=0.0),
        "activation 'line' is left out: its value at z = -30.001 is outside 0 to inf",
    ),
    "a shape that is not": (
        "activations",
        gw.Activation("sum", lambda z: z.sum(), lambda z, a: np.ones_like(z)),
        "activation 'sum' is left out: its value has shape () for z of shape (",
    ),
    "an activation that raises": (
        "activations",
        gw.Activation("broken", lambda z: _raise(), lambda z, a: z),
        "activation 'broken' is left out: it fails: ValueError: broken",
    ),
    "z that is changed": (
        "activations",
        gw.Activation("thief", lambda z: np.negative(z, out=z), lambda z, a: -np.ones_like(z)),
        "activation 'thief' is left out: its value changes z, which is not its own",
    ),
    "a rest that is another": (
        "activations",
        gw.Activation(
            "half",
            lambda z: z / 2,
            lambda z, a: np.full_like(z, 0.5),
            scale=0.25,
            rest=lambda z: None,
        ),
        "activation 'half' is left out: scale, offset and rest do not give its value at z = ",
    ),
    "a saturation that is not": (
        "activations",
        gw.Activation(
            "tanh2",
            np.tanh,
            lambda z, a: 1 - a * a,
            low=-1.0,
            high=1.0,
            interval=gw.rising(np.tanh),
            rounding=10,
            saturation=(-2.0, 2.0),
        ),
        "activation 'tanh2' is left out: it is said to be exactly -1 from z = -2 on, and it is not",
    ),
    "a family that names its members wrongly": (
        "activations",
        gw.ActivationFamily(
            "steep",
            lambda k: gw.Activation("steep", lambda z: k * z, lambda z, a: np.full_like(z, k)),
        ),
        "activation 'steep' is left out: the name of steep(0.5) is 'steep'",
    ),
    "a gradient that is not": (
        "losses",
        gw.Loss(
            "wrong",
            lambda a, y, care: (care * (a - y) ** 2).sum((-2, -1)),
            lambda a, y, care: care * (a - y),
        ),
        "loss 'wrong' is left out: its gradient is not that of its value: ",
    ),
    "a loss that looks at don't-cares": (
        "losses",
        gw.Loss(
            "all", lambda a, y, care: ((a - y) ** 2).sum((-2, -1)), lambda a, y, care: 2 * (a - y)
        ),
        "loss 'all' is left out: its gradient is not 0 where an entry does not matter",
    ),
    "a loss that raises": (
        "losses",
        gw.Loss("none", lambda a, y, care: _raise(), lambda a, y, care: a),
        "loss 'none' is left out: it fails: ValueError: broken",
    ),
    "a loss that is not a sum of squares": (
        "losses",
        gw.Loss(
            "fourths-2",
            lambda a, y, care: (care * (a - y) ** 4).sum((-2, -1)),
            lambda a, y, care: 4 * care * (a - y) ** 3,
            squares=True,
        ),
        "loss 'fourths-2' is left out: it says squares=True, and is not a multiple of the sum of squares",
    ),
    "a gradient for logistic units that is not": (
        "losses",
        gw.Loss(
            "squared",
            lambda a, y, care: (care * (a - y) ** 2).sum((-2, -1)),
            lambda a, y, care: 2 * care * (a - y),
            lambda a, y, care: care * (a - y),
        ),
        "loss 'squared' is left out: its logistic_gradient is not its gradient times a·(1 − a): ",
    ),
    "an optimiser that numbers its restarts anew": (
        "optimisers",
        NumbersAnew,
        "optimiser 'numbers-anew' is left out: the restarts [1, 2] are [0, 1] in its state; a step hands on "
        "'restart' as it got it",
    ),
    "an optimiser that says it is done": (
        "optimisers",
        Boasts,
        "optimiser 'boasts' is left out: 'error' of its state is 0, and the output farthest from its target is ",
    ),
    "an optimiser that does not minimise squares": (
        "optimisers",
        NotBySquares,
        "optimiser 'not-by-squares' is left out: it says squares = True, and takes other steps for another loss",
    ),
    "an optimiser in place of its class": (
        "optimisers",
        gw.Adam(),
        "gatewright_optimisers gave an Adam, not a type",
    ),
    "a class that is not an optimiser": (
        "optimisers",
        Nameless,
        "optimiser 'Nameless' is left out: Nameless has no 'name', the text that recipes call it by",
    ),
    "a class that is not an init": (
        "inits",
        Nameless,
        "init 'Nameless' is left out: Nameless has no method 'draw'",
    ),
    "an ending of ours": (
        "formats",
        gw.Format("mine", (".blif",), "", writer=lambda netlist, *, comment: ""),
        "format 'mine' is left out: files ending in .blif are blif, which comes with Gatewright",
    ),
    "an ending that is none": (
        "formats",
        gw.Format("mine", ("blob",), "", writer=lambda netlist, *, comment: ""),
        "format 'mine' is left out: 'blob' is not an ending of files, such as '.gates'",
    ),
    "a format that does nothing": (
        "formats",
        gw.Format("mine", (".mine",), ""),
        "format 'mine' is left out: it is neither read nor written",
    ),
    "a name of ours": (
        "formats",
        gw.Format("blif", (".blob",), "", writer=lambda netlist, *, comment: ""),
        "format 'blif' comes with Gatewright, and cannot be given again",
    ),
    "no picture": ("pictures", "surface", "gatewright_pictures gave a str, not a PictureKind"),
    "a picture of nothing": (
        "pictures",
        gw.PictureKind("board", "", lambda gate: gw.Picture("<svg/>"), of="board"),  # type: ignore[arg-type] # wrong
        "picture 'board' is left out: it is a picture of 'board'; say of='gate' or of='circuit'",
    ),
    "a picture that is drawn by nothing": (
        "pictures",
        gw.PictureKind("bare", "", "acme.pictures.bare"),
        "picture 'bare' is left out: its draw is 'acme.pictures.bare', neither a function nor "
        "'package.module:function'",
    ),
    "a picture that takes no gate": (
        "pictures",
        gw.PictureKind("shy", "", lambda: gw.Picture("<svg/>")),
        "picture 'shy' is left out: its draw is called with a gate: too many positional arguments",
    ),
    "a picture that cannot be watched": (
        "pictures",
        gw.PictureKind("still", "", lambda gate: gw.Picture("<svg/>"), watched=True),
        "picture 'still' is left out: its draw is called with a gate and watch: got an unexpected keyword "
        "argument 'watch'",
    ),
    "a command without an app": (
        "commands",
        gw.Command("mine", "", "mine"),
        "command 'mine' is left out: its app is 'mine', not 'package.module:name'",
    ),
    "a command of a strange name": (
        "commands",
        gw.Command("My Command", "", "mine:app"),
        "command 'My Command' is left out: its name is not kebab-case",
    ),
}


@pytest.mark.parametrize(("kind", "record", "problem"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_left_out_and_named(kind: str, record: Any, problem: str) -> None:
    loaded = load_plugins({"wrong": only(f"gatewright_{kind}", lambda: [record])})
    *others, plugin = loaded.plugins
    assert any(each.startswith(problem) for each in plugin.problems), plugin.problems
    assert "faulty" not in {each.state for each in others}


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in WRONG
        if WRONG[name][0] in CHECKS and not isinstance(WRONG[name][1], gw.Adam | str)
    ],
)
def test_the_checks_for_authors_find_it_too(name: str) -> None:
    kind, record, problem = WRONG[name]
    with pytest.raises(AssertionError) as caught:
        CHECKS[kind](record)
    assert problem.partition(": ")[2].split(" z = ")[0] in str(caught.value)


def test_what_a_plugin_gives_names_it_where_it_fails(tmp_path: Path) -> None:
    fuse = [False]

    def value(z: Any) -> Any:
        if fuse[0]:
            raise ValueError("burnt out")
        return z + 0.0

    fragile = gw.Activation("fragile", value, lambda z, a: np.ones_like(z))
    loss = gw.Loss(
        "short-lived",
        lambda a, y, care: (care * (value(a) - y) ** 2).sum((-2, -1)),
        lambda a, y, care: 2 * care * (a - y),
    )
    form = gw.Format("torn", (".torn",), "", writer=lambda netlist, *, comment: _raise())
    loaded = load_plugins(
        {
            "fragile": only("gatewright_activations", lambda: [fragile]),
            "torn": only("gatewright_formats", lambda: [form]),
            "short-lived": only("gatewright_losses", lambda: [loss]),
        }
    )
    assert [each.problems for each in loaded.plugins[-3:]] == [[], [], []]
    fuse[0] = True
    with pytest.raises(gw.GatewrightError) as caught:
        gw.train("and", gw.Recipe((), ("fragile",)))
    here = f"({__file__}, line {value.__code__.co_firstlineno + 2})"
    assert str(caught.value) == (
        f"activation 'fragile' of plugin 'fragile' (this session -) fails: ValueError: burnt out {here}; "
        "tell its author"
    )
    with pytest.raises(gw.GatewrightError) as caught:
        gw.train("and", gw.Recipe((), ("logistic",), loss="short-lived", optimiser=gw.Adam()))
    assert str(caught.value) == (
        f"loss 'short-lived' of plugin 'short-lived' (this session -) fails: ValueError: burnt out {here}; "
        "tell its author"
    )
    with pytest.raises(
        gw.GatewrightError, match=r"format 'torn' of plugin 'torn' .* fails: ValueError: broken"
    ):
        gw.circuit("ripple-adder", bits=1).save(tmp_path / "a.torn")


def _torn(what: Any) -> Any:
    return gw.Picture(f"<svg><g>{what}</svg>")


def test_a_picture_that_is_none_is_told_where_it_is_drawn() -> None:
    kind = gw.PictureKind("torn-picture", "", _torn)
    load_plugins({"torn": only("gatewright_pictures", lambda: [kind])})
    with pytest.raises(gw.GatewrightError) as caught:
        PICTURES["torn-picture"].drawn("gate")
    said = "picture 'torn-picture' gave what is not SVG: mismatched tag: line 1, column 14"
    assert str(caught.value) == f"{said}; tell its author"
    with pytest.raises(AssertionError, match="gave what is not SVG"):
        testing.check_picture(kind, "gate")


def test_a_picture_that_is_another_each_time_is_found() -> None:
    draws = iter(range(9))
    text = '<svg xmlns="http://www.w3.org/2000/svg" width="{}"/>'
    kind = gw.PictureKind("restless", "", lambda gate: gw.Picture(text.format(next(draws))))
    with pytest.raises(AssertionError, match="it is drawn in two ways"):
        testing.check_picture(kind, "gate")


@pytest.mark.parametrize("error", [ValueError("broken"), SystemExit(0), KeyboardInterrupt()])
def test_what_formats_and_pictures_raise_is_told_with_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    """Also what would end the program, and what is raised as Ctrl-C does it, where that is told apart."""
    monkeypatch.setattr(interrupts, "_NOTED", [True])

    def fail(*_: Any, **__: Any) -> Any:
        raise error

    form = gw.Format("failing", (".failing",), "", fail, fail)
    kind = gw.PictureKind("failing-picture", "", fail)
    load_plugins(
        {
            "failing": only("gatewright_formats", lambda: [form]),
            "failing-too": only("gatewright_pictures", lambda: [kind]),
        }
    )
    here = f"{Path(__file__)}, line {fail.__code__.co_firstlineno + 1}"
    said = f"fails: {' '.join(f'{type(error).__name__}: {error}'.split()).rstrip(':')} ({here}); tell its author"
    (tmp_path / "c.failing").write_text("something")
    for one, use in (
        ("format 'failing' of plugin 'failing'", lambda: gw.read(tmp_path / "c.failing")),
        (
            "format 'failing' of plugin 'failing'",
            lambda: gw.circuit("equality", bits=1).save(tmp_path / "d.failing"),
        ),
        (
            "picture 'failing-picture' of plugin 'failing-too'",
            lambda: PICTURES["failing-picture"].drawn("gate"),
        ),
    ):
        with pytest.raises(gw.GatewrightError) as caught:
            use()
        assert str(caught.value) == f"{one} (this session -) {said}"


def wire(name: str) -> GateSpec:
    return GateSpec.from_function(name, lambda a: a, inputs="a", outputs="y")


def test_a_wrapper_sees_and_changes_what_all_give() -> None:
    def without_nor() -> Any:
        given = yield
        assert all(isinstance(each, list) for each in given)
        kept = [[gate for gate in gates if gate.name != "nor"] for gates in given]
        return [*kept, [wire("extra")]]

    loaded = load_plugins(
        {
            "one": only("gatewright_gates", lambda: [wire("one")]),
            "around": only("gatewright_gates", without_nor, wrapper=True),
        }
    )
    assert "nor" not in loaded.gates
    assert loaded.gates.provider("one").name == "one"
    assert loaded.gates.provider("xor").name == "builtin-gates"
    assert loaded.gates.provider("extra").name == "around"


def _raises_first() -> Any:
    raise ValueError("before")
    yield


def _raises_last() -> Any:
    yield
    raise ValueError("behind")


def _gives_nothing() -> Any:
    yield


def _yields_twice() -> Any:
    given = yield
    yield
    return given


@pytest.mark.parametrize(
    ("wrapper", "problem"),
    [
        (_raises_first, "gatewright_gates failed, as a wrapper: ValueError: before"),
        (_raises_last, "gatewright_gates failed, as a wrapper: ValueError: behind"),
        (
            _gives_nothing,
            "gatewright_gates, as a wrapper, must give back a list of lists; it is left out",
        ),
        (_yields_twice, "gatewright_gates yields twice; a wrapper yields once"),
    ],
)
def test_a_wrapper_that_fails_changes_nothing(wrapper: Callable[[], Any], problem: str) -> None:
    loaded = load_plugins(
        {
            "one": only("gatewright_gates", lambda: [wire("one")]),
            "around": only("gatewright_gates", wrapper, wrapper=True),
        }
    )
    assert loaded.plugins[-1].problems == [problem]
    assert "one" in loaded.gates
    assert "nor" in loaded.gates


def test_an_older_wrapper_is_called_too() -> None:
    seen = []

    def around() -> Any:
        outcome = yield
        seen.append(len(outcome.get_result()))

    loaded = load_plugins({"around": only("gatewright_gates", around, hookwrapper=True)})
    assert (loaded.plugins[-1].problems, len(seen)) == ([], 1)


def test_first_and_last_are_pluggys() -> None:
    asked = []

    def giving(name: str) -> Callable[[], Any]:
        return lambda: asked.append(name) or [wire(name)]  # type: ignore[func-returns-value] # which is falsy

    load_plugins(
        {
            "last": only("gatewright_gates", giving("last"), trylast=True),
            "plain": only("gatewright_gates", giving("plain")),
            "first": only("gatewright_gates", giving("first"), tryfirst=True),
        }
    )
    assert asked == ["first", "plain", "last"]


def test_the_first_plugin_that_knows_a_gate_by_name_gives_it() -> None:
    asked = []

    def knows(ones: int, name: str) -> Callable[[str], Any]:
        def named(name_: str) -> Any:
            asked.append(name)
            table = gw.TruthTable.from_integers([ones], inputs=("a",), outputs=("y",))
            return GateSpec(name_, table) if name_ == "family" else None

        return lambda name: named(name)

    loaded = load_plugins(
        {
            "slow": only("gatewright_gate_named", knows(0b01, "slow")),
            "fast": only("gatewright_gate_named", knows(0b10, "fast"), tryfirst=True),
            "odd": only("gatewright_gate_named", lambda name: 7 if name == "seven" else None),
        }
    )
    asked.clear()  # each was tried with a name that nobody has
    assert loaded.gate("family").table.ones == (0b10,)
    assert loaded.gates.provider("family").name == "fast"
    assert asked == ["fast"]
    assert "stranger" not in loaded.gates
    with pytest.raises(gw.GatewrightError, match="no gate 'seven'"):
        loaded.gate("seven")
    assert loaded.plugins[-1].problems == [
        "gatewright_gate_named gave an int for 'seven', not a GateSpec"
    ]


@pytest.mark.parametrize("bits", [4, 40])
def test_a_circuit_that_is_wrong_in_one_place_is_refuted(bits: int) -> None:
    """One input of 2^40 is beyond random patterns."""

    def build(circuit: gw.CircuitBuilder, *, bits: int) -> None:
        a = circuit.input_bus("a", bits)
        rare = circuit.gate("and", a[0], a[1])
        for bit in a[2:]:
            rare = circuit.gate("and", rare, circuit.gate("not", bit))
        circuit.output_bus("y", [circuit.gate("xor", a[0], rare), *a[1:]])

    parameters = (gw.Parameter("bits", 4, "width of a"),)
    rare = gw.CircuitSpec("rare", "", parameters, build, lambda buses, *, bits: {"y": buses["a"]})
    with pytest.raises(AssertionError) as caught:
        testing.check_circuit(rare, bits=bits)
    assert str(caught.value) == (
        "circuit 'rare': it is not what its reference says: for a = 3: y is 2, wanted 3"
    )


def test_two_that_give_the_same_are_named_as_equals() -> None:
    line = gw.Loss(
        "twin",
        lambda a, y, care: (care * (a - y) ** 2).sum((-2, -1)),
        lambda a, y, care: 2 * care * (a - y),
    )
    loaded = load_plugins(
        {
            "left": only("gatewright_losses", lambda: [line]),
            "right": only("gatewright_losses", lambda: [line]),
        }
    )
    for each in loaded.plugins[-2:]:
        assert each.problems == [
            "loss 'twin' is given by 'left' (this session -) and by 'right' (this session -): "
            "neither of them counts"
        ]
        assert each.given("losses") == []
    with pytest.raises(gw.GatewrightError) as caught:
        LOSSES["twin"]
    assert str(caught.value) == (
        "loss 'twin' is given by 'left' (this session -) and 'right' (this session -); switch one off, as in "
        f"{DISABLE}=right"
    )
    assert "twin" not in LOSSES


def test_a_plugin_that_asks_while_it_is_asked_is_answered() -> None:
    """Its recipe is made of its own activation, and of a name that nobody gives."""
    own = gw.Activation("own", lambda z: z + 0.0, lambda z, a: np.ones_like(z))

    def recipes() -> Any:
        yield gw.NamedRecipe("mine", "", gw.Recipe((2,), ("own",)))
        yield gw.NamedRecipe("other", "", gw.Recipe((2,), ("nobodys",)))

    plugin = SimpleNamespace(
        gatewright_activations=hookimpl(lambda: [own], specname="gatewright_activations"),
        gatewright_recipes=hookimpl(recipes, specname="gatewright_recipes"),
    )
    *_, found = load_plugins({"own": plugin}).plugins
    assert found.given("activations") == ["own"]
    (problem,) = found.problems
    assert problem.startswith(
        "gatewright_recipes failed: RecipeError: unknown activation 'nobodys'"
    )


def test_new_plugin(circuits: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = circuits("new-plugin", "majority-vote")
    assert code == 0
    assert out.splitlines()[0] == "wrote gatewright-majority-vote"
    folder = tmp_path / "gatewright-majority-vote"
    about = folder / "src" / "gatewright_majority_vote-0.1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: gatewright-majority-vote\nVersion: 0.1.0\n"
    )
    (about / "entry_points.txt").write_text(
        "[gatewright]\nmajority-vote = gatewright_majority_vote\n"
    )
    env = {
        **os.environ,
        "PYTHONPATH": str(folder / "src") + os.pathsep + os.environ.get("PYTHONPATH", ""),
    }
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run(tests, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 passed" in done.stdout
    about = json.loads(circuits("new-plugin", "other", "--json").out)
    assert (about["name"], about["folder"]) == ("other", "gatewright-other")
    same = json.loads(circuits("new-plugin", "gatewright-vote", "--json").out)
    assert (same["name"], same["folder"]) == ("vote", "gatewright-vote")
    assert "src/gatewright_vote/__init__.py" in same["files"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("Majority",),
            "'Majority' is not a name for a plugin; use small letters, digits and single hyphens",
        ),
        (("builtin-gates",), "'builtin-gates' is the name of a plugin that comes with the project"),
        (("a" * 300,), "a plugin's name of 300 letters is too long; use 50 at most"),
        (("xor",), "there is a gate 'xor' already, from plugin 'builtin-gates'"),
        (("vote", "--out", "taken"), "taken exists; name another folder, as in --out my-plugin"),
        (
            ("vote", "--out", "no/such/place"),
            "no/such/place cannot be written: No such file or directory",
        ),
    ],
)
def test_new_plugin_refuses(
    circuits: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").mkdir()
    code, _, err = circuits("new-plugin", *words)
    assert code == 2
    assert message in err
    assert [each.name for each in tmp_path.iterdir() if each.name != "store"] == ["taken"]
