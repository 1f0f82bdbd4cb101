"""The rules of the house, read off the source: who imports whom, who prints, what nobody does."""

from __future__ import annotations

import ast
import doctest
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from tests.conftest import long_tests

import gatewright

HOUSE = Path(gatewright.__file__).parent
REPOSITORY = HOUSE.parent.parent

ROOMS = (
    *(
        "errors",
        "arrays",
        "files",
        "version",
        "text",
        "asking",
        "interrupts",
        "kinds",
        "threads",
        "checks",
        "records",
    ),
    *("logic", "learn", "certify", "gates", "circuits"),
    *("formats", "examples", "draw", "plugins", "api", "testing", "cli", "__main__"),
)
"""From the lowest to the highest; a room imports only itself and rooms before it."""

AT_ONCE = {"numpy": set(ROOMS) - {"cli"}, "pluggy": {"plugins"}, "typer": {"cli"}}
"""Who may be imported when a module is, and where. Everything else waits until it is used."""

IMPORTED_AS = {"python_sat": "pysat", "pyvcd": "vcd", "mini_racer": "py_mini_racer"}

WITH_TYPER = {"rich"}  # typer cannot be installed without it

CLOCKS_AND_FILES = {
    *("os", "sys", "io", "time", "datetime", "pathlib", "shutil", "tempfile", "logging"),
    *("random", "secrets", "subprocess", "threading", "multiprocessing"),
}
NETWORK = {"socket", "ssl", "http", "urllib", "ftplib", "smtplib", "requests", "httpx", "aiohttp"}
SERVES = "gatewright.cli.play.server"
"""The one module that speaks to a network: that of this machine alone."""

UNSAFE = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle"}


OPENS = "gatewright.kinds"
"""The one module that imports what a record names: places are texts there, as ``package.module:name``."""

DOORWAYS = {"gatewright.gates.trained", "gatewright.circuits.circuit"}
"""Where a record has methods that do nothing but hand it to a room above: to be trained, drawn, saved."""


@dataclass(frozen=True)
class Import:
    """One imported module, or name of a module, in a source."""

    line: int
    target: str
    at_once: bool  # carried out when the module is imported
    for_types: bool  # under ``if TYPE_CHECKING``
    door: bool = False  # in a method that only imports something and returns what it gives


@cache
def parsed(source: str) -> ast.Module:
    """A module's tree, which several tests walk over."""
    return ast.parse(source)


@cache
def imports(source: str, module: str) -> list[Import]:
    """Every import of a source, also in functions, in type-checking blocks and by ``import_module``.

    Several tests ask for those of every module.
    """
    return list(_imports(parsed(source), module, at_once=True, for_types=False))


def _imports(node: ast.AST, module: str, *, at_once: bool, for_types: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        for target in _targets(child, module):
            yield Import(child.lineno, target, at_once, for_types)  # type: ignore[attr-defined] # an import or a call
        if isinstance(child, ast.If) and _is_type_checking(child.test):
            checked = ast.Module(child.body, [])
            yield from _imports(checked, module, at_once=False, for_types=True)
            otherwise = ast.Module(child.orelse, [])
            yield from _imports(otherwise, module, at_once=at_once, for_types=for_types)
            continue
        later = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        found = _imports(child, module, at_once=at_once and not later, for_types=for_types)
        door = isinstance(node, ast.ClassDef) and _is_door(child)
        yield from (replace(each, door=True) for each in found) if door else found


def _is_door(node: ast.AST) -> bool:
    """Whether a method does nothing but import one function, call it and return what it gives."""
    if not isinstance(node, ast.FunctionDef):
        return False
    match [each for each in node.body if not _is_text(each)]:
        case [ast.ImportFrom(names=[name]), ast.Return(value=ast.Call(func=ast.Name(id=called)))]:
            return called == (name.asname or name.name)
    return False


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_type_checking(test: ast.expr) -> bool:
    return _last_name(test) == "TYPE_CHECKING"


def _last_name(node: ast.expr) -> str:
    """What ``name`` and ``anything.name`` are called; nothing for other expressions."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _targets(node: ast.AST, module: str) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        start = node.module or ""
        if node.level:
            above = module.split(".")[: -node.level]
            start = ".".join([*above, start] if start else above)
        if start == "gatewright":
            return [f"gatewright.{alias.name}" for alias in node.names]
        return [start]
    if isinstance(node, ast.Call) and _last_name(node.func) in ("import_module", "__import__"):
        first = node.args[0] if node.args else None
        if isinstance(first, ast.JoinedStr):  # f"gatewright.cli.{module}": known up to its last dot
            first = first.values[0]
            if isinstance(first, ast.Constant) and str(first.value).endswith("."):
                return [str(first.value).rstrip(".")]
        return [first.value if isinstance(first, ast.Constant) else "something unknown"]  # type: ignore[list-item] # a module's name
    return []


def room(module: str) -> str:
    return [*module.split("."), ""][1]


def trespasses(source: str, module: str) -> list[str]:
    """Imports that the order of the rooms does not allow, and those that should wait."""
    here, found = room(module), []
    if here not in ROOMS:
        return [f"{module}: '{here}' is not a room of the house"]
    for each in imports(source, module):
        if module in DOORWAYS and (each.door or each.for_types):
            continue
        top, there = each.target.split(".")[0], room(each.target)
        where = f"{module}:{each.line} imports {each.target}"
        if top == "gatewright":
            # The six lowest are single modules and import nothing of ours.
            allowed = ROOMS[: ROOMS.index(here) + 1] if ROOMS.index(here) >= 6 else ()
            if there not in allowed:
                found.append(where)
        elif top in UNSAFE | NETWORK and not (module == SERVES and top == "http"):
            found.append(where)
        elif top not in sys.stdlib_module_names:
            if top == "something unknown" and module == OPENS:
                continue
            if each.at_once and here not in AT_ONCE.get(top, ()):
                found.append(f"{where} at once")
            elif top not in declared() | WITH_TYPER:
                found.append(f"{where}, which is not a dependency")
    return found


@cache
def declared() -> set[str]:
    """The packages that ``pyproject.toml`` says are needed, as they are imported."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [
        each
        for name, group in project.get("optional-dependencies", {}).items()
        if name not in ("test", "lint")
        for each in group
    ]
    stop = str.maketrans(dict.fromkeys("<>=!~[;@(", " "))
    names = {
        each.translate(stop).split()[0].replace("-", "_").lower()
        for each in (*project["dependencies"], *extras)
    }
    return {IMPORTED_AS.get(each, each) for each in names}


def modules() -> dict[str, str]:
    """The source of every module of the package, by its name."""
    found = {}
    for path in sorted(HOUSE.rglob("*.py")):
        parts = ("gatewright", *path.relative_to(HOUSE).with_suffix("").parts)
        found[".".join(parts)] = path.read_text(encoding="utf-8")
    return found


MODULES = modules()
ROOMED = {name: text for name, text in MODULES.items() if name != "gatewright.__init__"}


def test_the_whole_house_is_looked_at() -> None:
    assert len(MODULES) > 40
    assert {"errors", "logic", "learn", "gates", "circuits", "plugins", "cli"} <= {
        room(name) for name in ROOMED
    }


def test_a_room_imports_only_what_lies_below_it() -> None:
    assert [each for name in ROOMED for each in trespasses(MODULES[name], name)] == []


def steps(source: str, module: str, known: set[str]) -> set[str]:
    """The modules of ours that a module imports, for types as well."""
    found = set()
    for each in imports(source, module):
        if module in DOORWAYS and (each.door or each.for_types):
            continue
        for target in (each.target, each.target.rpartition(".")[0]):
            if target in known and target != module:
                found.add(target)
                break
    return found


def test_no_modules_import_each_other_in_a_circle() -> None:
    import networkx

    house = networkx.DiGraph()
    for name, text in MODULES.items():
        house.add_edges_from((name, each) for each in steps(text, name, set(MODULES)))
    assert house.number_of_edges() > 1000
    assert list(networkx.simple_cycles(house)) == []


def test_a_folder_holds_one_idea_and_so_few_files() -> None:
    folders = [path.parent for path in HOUSE.rglob("__init__.py")]
    assert len(folders) > 20
    assert {
        each.name: len(list(each.glob("*.py")))
        for each in folders
        if len(list(each.glob("*.py"))) > 14
    } == {}


def test_the_front_door_imports_nothing_until_it_is_asked() -> None:
    found = imports(MODULES["gatewright.__init__"], "gatewright.__init__")
    ours = [each for each in found if each.target.startswith("gatewright")]
    assert ours
    at_once = {each.target for each in ours if each.at_once}
    assert at_once == {"gatewright.asking"}  # which imports nothing
    assert imports(MODULES["gatewright.asking"], "gatewright.asking") == []


@pytest.mark.parametrize(
    ("source", "module", "what"),
    [
        ("from gatewright.gates.spec import GateSpec", "learn.fit", "gatewright.gates.spec"),
        ("import gatewright.cli.app", "plugins.manager", "gatewright.cli.app"),
        ("from gatewright import circuits", "gates.train", "gatewright.circuits"),
        ("from gatewright import train", "gates.store", "gatewright.train"),
        ("import gatewright", "gates.store", "gatewright"),
        ("from ..gates import spec", "logic.bits", "gatewright.gates"),
        ("from .. import gates", "logic.bits", "gatewright.gates"),
        ("def f():\n    import gatewright.gates.spec", "logic.bits", "gatewright.gates.spec"),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from gatewright.cli import app",
            "formats.blif",
            "gatewright.cli",
        ),
        (
            "import typing as t\nif t.TYPE_CHECKING:\n    pass\nelse:\n    import gatewright.cli",
            "formats.blif",
            "gatewright.cli",
        ),
        (
            "class A:\n    def f(self):\n        from gatewright.cli import app",
            "draw.a",
            "gatewright.cli",
        ),
        ("from gatewright.arrays import Bits", "errors", "gatewright.arrays"),
        ("from gatewright.errors import StoreError", "files", "gatewright.errors"),
        ("from gatewright.plugins.manager import load_plugins", "certify.a", "gatewright.plugins"),
        (
            "from importlib import import_module\nimport_module('gatewright.cli')",
            "logic.bits",
            "gatewright.cli",
        ),
        ("import importlib as i\nx = i.import_module(name)", "gates.a", "something unknown"),
        ("import networkx", "circuits.netlist", "networkx at once"),
        ("try:\n    import rich\nexcept ImportError:\n    rich = None", "cli.app", "rich at once"),
        ("if not TYPE_CHECKING:\n    import networkx", "gates.store", "networkx at once"),
        ("class A:\n    import safetensors", "gates.store", "safetensors at once"),
        ("import numpy", "cli.app", "numpy at once"),
        ("import typer", "gates.train", "typer at once"),
        ("import pluggy", "gates.spec", "pluggy at once"),
        ("def f():\n    import requests", "gates.store", "requests"),
        ("def f():\n    from urllib.request import urlopen", "gates.store", "urllib.request"),
        ("def f():\n    import pickle", "gates.store", "pickle"),
        ("def f():\n    import sklearn", "learn.fit", "sklearn, which is not a dependency"),
        (
            "def f():\n    import gatewright_comparator",
            "plugins.manager",
            "gatewright_comparator, which is not a dependency",
        ),
        ("import gatewright.logic", "attic.box", "'attic' is not a room of the house"),
    ],
)
def test_a_trespass_is_noticed(source: str, module: str, what: str) -> None:
    found = trespasses(source, f"gatewright.{module}")
    assert len(found) == 1
    assert what in found[0]


def test_a_door_only_imports_and_calls() -> None:
    door = (
        "class A:\n    def draw(self):\n        'It.'\n        from gatewright.draw.a import draw\n"
    )
    for body, let in (
        ("        return draw(self)", True),
        ("        draw(self)", False),
        ("        return draw(self) + 1", False),
        ("        x = 1\n        return draw(self)", False),
        ("        return other(self)", False),
    ):
        assert (trespasses(door + body, "gatewright.circuits.circuit") == []) == let
        assert trespasses(door + body, "gatewright.circuits.netlist") != []
    function = "def draw(it):\n    from gatewright.draw.a import draw\n    return draw(it)"
    assert trespasses(function, "gatewright.circuits.circuit") != []


@pytest.mark.parametrize(
    ("source", "module"),
    [
        ("from gatewright.logic.bits import table_rows", "gates.train"),
        ("from gatewright.gates import spec, train", "gates.store"),
        ("from gatewright.cli import output", "cli.train"),
        ("from gatewright import errors", "cli.train"),
        ("from . import spec\nfrom .spec import GateSpec", "gates.train"),
        ("import numpy as np\nimport re", "logic.bits"),
        ("def f():\n    import networkx", "circuits.netlist"),
        ("lambda: __import__('networkx')", "circuits.netlist"),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import networkx", "circuits.a"),
        ("import typer\ndef f():\n    import numpy, rich", "cli.app"),
        ("'import gatewright.cli' # import gatewright.cli", "errors"),
    ],
)
def test_what_is_allowed_is_let_pass(source: str, module: str) -> None:
    assert trespasses(source, f"gatewright.{module}") == []


def test_packages_that_show_how_plugins_are_made_are_never_imported() -> None:
    shown = {path.parent.name for path in (REPOSITORY / "plugins").glob("*/pyproject.toml")}
    packages = {name.replace("-", "_") for name in shown}
    assert "gatewright_comparator" in packages
    used = {
        each.target.split(".")[0] for name, text in MODULES.items() for each in imports(text, name)
    }
    assert not used & packages


# What nobody does


DOOR = "gatewright.cli.output"
"""The one package that prints: it makes what comes from outside fit for a terminal."""
SCRIPT = "gatewright.circuits.audit.check"
"""The one that runs alone, copied into folders; it prints its verdict, without what a terminal obeys."""
COMPILES = "gatewright.records"
"""The one that compiles text: the names of a record's fields, as `dataclasses` itself does."""
PRINTS = {
    *("print", "pprint"),
    *(
        "typer.echo",
        "typer.secho",
        "typer.style",
        "typer.confirm",
        "typer.prompt",
        "typer.progressbar",
    ),
    *("click.echo", "click.secho", "click.style", "traceback.print_exc", "echo", "secho"),
}
WRITES = {"sys.stdout.write", "sys.stderr.write", "sys.stdout.buffer.write"}


def misdeeds(source: str, module: str) -> list[str]:
    """Calls and statements that have no place where they are."""
    found = []
    here, prints = room(module), f"{module}.".startswith(f"{DOOR}.")
    compiles = module == COMPILES
    for node in ast.walk(parsed(source)):
        what = ""
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if (
                (called in ("eval", "exec", "compile", "breakpoint", "input") and not compiles)
                or (called in PRINTS and not (prints or module == SCRIPT))
                or (called in WRITES and here == "cli" and not prints)
            ):
                what = f"{called}()"
            elif called == "open" and here == "learn":
                what = "open()"
            elif called.endswith("default_rng") and not node.args:
                what = "default_rng() without a seed"
            elif any(each.arg == "allow_pickle" for each in node.keywords):
                what = "allow_pickle"
        elif isinstance(node, ast.ExceptHandler) and node.type is None:
            what = "a bare except"
        elif isinstance(node, ast.Attribute) and here not in ("cli", "__main__"):
            if node.attr.startswith(("std", "exit")) and ast.unparse(node) in (
                "sys.stdout",
                "sys.stderr",
                "sys.stdin",
                "sys.exit",
            ):
                what = ast.unparse(node)
        elif isinstance(node, ast.Global):
            what = "global"
        if what:
            found.append(f"{module}:{node.lineno} {what}")  # type: ignore[attr-defined] # every one of these has a line
    if here == "learn":
        found += [
            f"{module}:{each.line} imports {each.target}"
            for each in imports(source, module)
            if each.target.split(".")[0] in CLOCKS_AND_FILES
        ]
    return found


def test_nobody_does_what_nobody_should() -> None:
    assert [each for name in MODULES for each in misdeeds(MODULES[name], name)] == []


@pytest.mark.parametrize(
    ("source", "module", "what"),
    [
        ("eval('1')", "cli.app", "eval()"),
        ("def f():\n    exec('x = 1')", "gates.train", "exec()"),
        ("try:\n    pass\nexcept:\n    pass", "gates.train", "a bare except"),
        ("print('hello')", "gates.train", "print()"),
        ("print('hello')", "cli.train", "print()"),
        ("typer.echo('hello')", "cli.app", "typer.echo()"),
        ("def f():\n    typer.secho('hello', err=True)", "cli.app", "typer.secho()"),
        ("sys.stdout.write('hello')", "cli.session", "sys.stdout.write()"),
        ("def f():\n    sys.stderr.write('hello')", "circuits.verify", "sys.stderr"),
        ("import numpy as np\nnp.random.default_rng()", "gates.train", "without a seed"),
        ("np.load(path, allow_pickle=True)", "gates.store", "allow_pickle"),
        ("import time", "learn.fit", "imports time"),
        ("def f():\n    from os import path", "learn.fit", "imports os"),
        ("import pathlib", "learn.optimisers.adam", "imports pathlib"),
        ("open('x')", "learn.fit", "open()"),
        ("def f():\n    global x\n    x = 1", "plugins.manager", "global"),
    ],
)
def test_a_misdeed_is_noticed(source: str, module: str, what: str) -> None:
    found = misdeeds(source, f"gatewright.{module}")
    assert len(found) == 1
    assert what in found[0]


def test_one_package_may_print() -> None:
    for module in ("gatewright.cli.output", "gatewright.cli.output.lines"):
        assert misdeeds("print('x')\nsys.stdout.write('x')", module) == []
    assert misdeeds("import re\nnp.random.default_rng(seed)", "gatewright.learn.fit") == []


# What everybody does


def docstring(name: str) -> str:
    return ast.get_docstring(parsed(MODULES[name])) or ""


def test_every_module_says_what_it_is() -> None:
    first = {name: docstring(name).split("\n")[0] for name in MODULES}
    assert {
        name: line
        for name, line in first.items()
        if len(line) <= 10 or not line.endswith((".", ":"))
    } == {}


def test_every_public_module_shows_an_example_that_runs() -> None:
    public = [
        name
        for name in ROOMED
        if room(name) != "cli" and not name.rpartition(".")[2].startswith("_")
    ]
    assert len(public) > 100
    parser = doctest.DocTestParser()
    assert [
        name
        for name in public
        # one that could fail
        if not any(example.want for example in parser.get_examples(docstring(name)))
    ] == []


# What it costs to start

HEAVY = {
    *("numpy", "networkx", "pluggy", "rich", "safetensors", "platformdirs", "scipy"),
    *("matplotlib", "onnx", "numba", "torch", "hypothesis", "pytest", "pydantic"),
}


def loaded_by(statement: str) -> set[str]:
    """Which of the heavy libraries a fresh Python has loaded after a statement."""
    script = f"{statement}\nimport sys\nprint(*({HEAVY!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_command_line_starts_without_anything_heavy() -> None:
    assert loaded_by("import gatewright.cli.app") == set()


def test_the_help_page_needs_no_arrays() -> None:
    """It asks plugins for their commands, which is not a reason to load NumPy for ours."""
    page = (
        "import contextlib, io, gatewright.plugins.manager as manager, gatewright.cli.app as app\n"
        "manager.entry_points = lambda _: []\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n"
        "    app.run(['--help'])"
    )
    assert loaded_by(page) == {"pluggy"}


def test_tests_that_take_long_are_there() -> None:
    for name in sorted(long_tests()):
        path, _, function = name.partition("::")
        text = (REPOSITORY / path).read_text(encoding="utf-8")
        assert path.startswith("src/") or f"def {function.partition('[')[0]}(" in text, name


@pytest.mark.exhaustive
def test_every_measurement_can_be_begun() -> None:
    measurements = sorted((REPOSITORY / "tests" / "benchmarks").glob("*.py"))
    assert len(measurements) > 20
    for path in measurements:
        import_module(f"tests.benchmarks.{path.stem}")


def test_training_a_small_gate_loads_no_masked_arrays() -> None:
    """They take as long as it does; NumPy's set functions load them."""
    script = "import gatewright as gw, sys\ngw.train('xor')\nprint('numpy.ma' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr


def test_that_something_heavy_is_loaded_would_be_noticed() -> None:
    assert {"numpy", "pluggy"} <= loaded_by("import gatewright.plugins.builtin.gates")
