"""What tests share: the built-in gates trained once, the command line, packages with plugins."""

from __future__ import annotations

import dataclasses
import gc
import importlib
import itertools
import os
import runpy
import shutil
import sys
from collections.abc import Callable, Generator, Iterator, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, NamedTuple, Protocol, cast

import pytest
from hypothesis import settings
from tests.strategies import EXAMPLES

from gatewright.arrays import Bits
from gatewright.circuits.netlist import Netlist
from gatewright.draw.kinds import PICTURES
from gatewright.formats.registry import FORMATS
from gatewright.gates.spec import GateSpec
from gatewright.gates.store.store import Store
from gatewright.gates.trained import TrainedGate
from gatewright.gates.training.recipe import dense_recipe
from gatewright.gates.training.train import train
from gatewright.kinds import DISABLE, Provided
from gatewright.learn.activations import ACTIVATIONS, Activation
from gatewright.learn.inits import INITS
from gatewright.learn.losses import LOSSES
from gatewright.learn.optimisers import OPTIMISERS
from gatewright.plugins.hookspecs import hookimpl
from gatewright.plugins.manager import ENTRY_POINTS, Plugins, load_plugins

# The same examples on every machine and every time; HYPOTHESIS_PROFILE=long draws others, and many more:
# eighty times as many of everything.
settings.register_profile(
    "same", max_examples=EXAMPLES, derandomize=True, deadline=None, database=None
)
settings.register_profile("long", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

# pytest-xdist sets it: lines are as a pipe has them, in this process and in those that tests start.
os.environ.pop("COLUMNS", None)

# Plugins that happen to be installed beside the tests are switched off, so that they change nothing.
INSTALLED = ",".join(sorted({point.name for point in entry_points(group=ENTRY_POINTS)}))


class Outcome(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


class Circuits(Protocol):
    """Runs the command line in this process."""

    def __call__(self, *words: str | Path) -> Outcome: ...


class Install(Protocol):
    """Puts a package with one plugin where Python finds installed packages; gives the folder."""

    def __call__(
        self, plugin: str, source: str, *, distribution: str = ..., version: str = ...
    ) -> Path: ...


EvaluateBlif = Callable[[str, Mapping[str, Bits]], dict[str, Bits]]
Naive = Callable[[Netlist, Mapping[str, int]], dict[str, int]]


def pytest_configure(config: pytest.Config) -> None:
    """Keep the user's data folder out of examples in docstrings, which fixtures do not reach."""
    folder = TemporaryDirectory()
    config.add_cleanup(folder.cleanup)
    os.environ["CIRCUITS_STORE"] = folder.name


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """As many as this process has processors; xdist counts cores, also those it may not use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def long_tests() -> frozenset[str]:
    """The tests that take long, as pytest names them; ``tests/benchmarks/processor_times.py`` measures them."""
    text = Path(__file__).with_name("long.txt").read_text(encoding="utf-8")
    return frozenset(text.splitlines())


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path,
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Look for examples only where there are some: every worker imports what is looked at."""
    found = yield
    if file_path.suffix == ".py" and ">>>" not in file_path.read_text(encoding="utf-8"):
        return [each for each in found if type(each) is pytest.Module]  # not its examples
    return found


@pytest.hookimpl(tryfirst=True)  # before those that are not asked for are left out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run tests that take long with the exhaustive ones."""
    long = long_tests()
    for item in items:
        if item.nodeid in long:
            item.add_marker(pytest.mark.exhaustive(why="takes long"))


def pytest_collection_finish() -> None:
    """What is collected stays: to look through it for garbage, again and again, finds nothing."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def _folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders for one test each, which are not there yet."""
    base = tmp_path_factory.mktemp("each")
    return (base / f"test{number}" for number in itertools.count())


@pytest.fixture
def tmp_path(_folders: Iterator[Path]) -> Path:
    """An empty folder; pytest's own, before it makes one, looks through all that it has made."""
    folder = next(_folders)
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def _temporary_store(
    request: pytest.FixtureRequest, _folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keep the user's data folder out of every test; the store is made by what is first saved."""
    has_folder = "tmp_path" in request.fixturenames
    folder = request.getfixturevalue("tmp_path") if has_folder else next(_folders)
    monkeypatch.setenv("CIRCUITS_STORE", str(folder / "store"))


@pytest.fixture(scope="session")
def plugins() -> Plugins:
    """The built-in plugins alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DISABLE, INSTALLED)
        return load_plugins()


@pytest.fixture(scope="session")
def gates(plugins: Plugins) -> dict[str, TrainedGate]:
    """Every built-in gate, trained with seed 0."""
    return {name: train(spec) for name, spec in plugins.gates.items()}


class LearnedDensely(Mapping[str, TrainedGate]):
    """Gates as one network that learned its boxes, each trained when it is first asked for."""

    def __init__(self, specs: Mapping[str, GateSpec], *, harden: bool) -> None:
        self._specs = specs
        self._harden = harden
        self._trained: dict[str, TrainedGate] = {}

    def __getitem__(self, name: str) -> TrainedGate:
        if name not in self._trained:
            spec = self._specs[name]
            recipe = dataclasses.replace(dense_recipe(spec.table), harden=self._harden)
            self._trained[name] = train(spec, recipe)
        return self._trained[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._specs)

    def __len__(self) -> int:
        return len(self._specs)


@pytest.fixture(scope="session")
def dense_gates(plugins: Plugins) -> Mapping[str, TrainedGate]:
    """Every built-in gate as one network that learned its boxes, proved by branch and bound."""
    return LearnedDensely(dict(plugins.gates.items()), harden=True)


@pytest.fixture(scope="session")
def soft_gates(plugins: Plugins) -> Mapping[str, TrainedGate]:
    """Every built-in gate as it is before hardening: its outputs are near 0 and 1, not on them."""
    return LearnedDensely(dict(plugins.gates.items()), harden=False)


@pytest.fixture(scope="session")
def store(gates: Mapping[str, TrainedGate], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with every built-in gate, to be read only."""
    folder = tmp_path_factory.mktemp("trained") / "gates"
    for gate in gates.values():
        Store(folder).save(gate)
    return folder


@pytest.fixture
def trained(store: Path, tmp_path: Path) -> Path:
    """The store of this test, with every built-in gate."""
    return Path(shutil.copytree(store, tmp_path / "store", copy_function=shutil.copyfile))


@pytest.fixture
def only_built_in(monkeypatch: pytest.MonkeyPatch) -> str:
    """Switch off what is installed beside the tests; gives the value of the variable that does."""
    monkeypatch.setenv(DISABLE, INSTALLED)
    return INSTALLED


@pytest.fixture
def circuits(
    only_built_in: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Circuits:
    """Runs the command line with the built-in plugins and those a test installs."""
    from gatewright.cli.app import run

    monkeypatch.delenv("NO_COLOR", raising=False)

    def call(*words: str | Path) -> Outcome:
        capsys.readouterr()
        code = run([str(word) for word in words])
        return Outcome(code, *capsys.readouterr())

    return call


@pytest.fixture
def install(
    only_built_in: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Install]:
    """Puts packages with plugins on the path of this process and of those it starts."""
    modules = []
    site = tmp_path / "site-packages"

    def put(
        plugin: str, source: str, *, distribution: str = "acme-gates", version: str = "1.0"
    ) -> Path:
        module = distribution.replace("-", "_")
        about = site / f"{module}-{version}.dist-info"
        about.mkdir(parents=True)
        (site / f"{module}.py").write_text(source)
        (about / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n"
        )
        (about / "entry_points.txt").write_text(f"[{ENTRY_POINTS}]\n{plugin} = {module}\n")
        modules.append(module)
        if str(site) not in sys.path:
            monkeypatch.syspath_prepend(site)
            monkeypatch.setenv("PYTHONPATH", str(site), prepend=os.pathsep)
        importlib.invalidate_caches()
        return site

    yield put
    for module in modules:
        sys.modules.pop(module, None)


@pytest.fixture(scope="session")
def evaluate_blif() -> EvaluateBlif:
    """The BLIF evaluator of the tests, which shares no code with the writer."""
    script = Path(__file__).parent / "formats" / "tiny_blif.py"
    return cast(EvaluateBlif, runpy.run_path(str(script))["evaluate"])


@pytest.fixture(scope="session")
def naive() -> Naive:
    """Evaluates a netlist one net at a time, straight from the truth tables' integers."""

    def values(netlist: Netlist, inputs: Mapping[str, int]) -> dict[str, int]:
        known = dict(inputs)
        drivers = {net: each for each in netlist.instances for net in each.outputs}

        def value(net: str) -> int:
            if net not in known:
                each = drivers[net]
                row = int("".join(str(value(pin)) for pin in each.inputs), 2)
                known[net] = netlist.gates[each.gate].table.ones[each.outputs.index(net)] >> row & 1
            return known[net]

        for net in (*drivers, *netlist.output_nets):
            value(net)
        return known

    return values


@pytest.fixture(scope="session")
def _built_in_plugins_are_asked() -> None:
    load_plugins()


@pytest.fixture(autouse=True)
def _what_plugins_gave_is_forgotten(_built_in_plugins_are_asked: None) -> Iterator[None]:
    """What a test's plugins give of the kinds that the whole process knows is gone behind it."""
    known: tuple[Provided[Any], ...] = (ACTIVATIONS, LOSSES, OPTIMISERS, INITS, FORMATS, PICTURES)
    kept = [{name: list(given) for name, given in each._entries.items()} for each in known]
    for each in known:  # in the first test of a process too
        each._asked = False
    yield
    for each, entries in zip(known, kept, strict=True):
        if each._entries != entries:
            each._entries = entries
            each.changes += 1


@pytest.fixture
def unbounded() -> str:
    """The name of an activation of which no interval is known."""
    square = Activation("unbounded", lambda z: z * z, lambda z, _a: 2 * z, low=0.0)
    plugin = SimpleNamespace(
        gatewright_activations=hookimpl(lambda: [square], specname="gatewright_activations")
    )
    assert load_plugins({"unbounded": plugin}).plugins[-1].problems == []
    return "unbounded"
