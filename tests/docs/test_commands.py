"""Every command that the README and the pages name runs, and the README's Python too."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gatewright.cli import commands as cli

ROOT = Path(__file__).parents[2]
MADE = {"commands.md", "reference.md"}  # of help pages and docstrings, whose own tests run them
PAGES = (
    "README.md",
    *sorted(
        page.relative_to(ROOT).as_posix()
        for pattern in ("*.md", "*.ipynb")
        for page in (ROOT / "docs").rglob(pattern)
        if page.name not in MADE
    ),
)
FAILS_BY_DESIGN = {
    "circuits explain --recipe xor-deep-slip",
    "circuits recognise circuits/examples/robots.csv",  # they are not arithmetic
    "circuits equiv counter counter:modulo=15 --bits 4",
    "circuits equiv counter counter:modulo=12 --bits 4 --out differ.csv",
    "circuits grade --spec ripple-adder --bits 4 submissions/*.blif --only nand,not --most-gates 60 "
    "--most-levels 20",
}
PLACEHOLDERS = {"FILE", "FILE...", "FILE.csv", "CIRCUIT", "GATE", "NAME", "A", "B"}
"""For what a reader puts there."""
NEED_NOTHING = {"doctor", "formats", "gates", "learners", "list", "plugins", "recipes", "reproduce"}
"""What runs by its name alone; others are only named where nothing follows."""
JUST_NAMED = {
    "circuits compose --verify certificate",
    "circuits faults --damage",
    "circuits faults --diagnose",
    "circuits faults --repair",
    "circuits simulate --stimulus",
    "circuits train any3",  # a family that some plugin may give
}  # without what they need
WRITTEN_BY = {
    "adder.bench": "circuits export ripple-adder --bits 4 --out adder.bench",
    "differ.csv": "circuits equiv counter counter:modulo=12 --bits 4 --out differ.csv",
    "c17-tests.tv": "circuits faults circuits/c17.blif --out c17-tests.tv",
    "device.csv": "circuits faults ripple-adder --bits 4 --inject 'sum[2] stuck at 0' --out device.csv",
    "weights other": "circuits train xor --seed 3 --as other",
    "submissions/": "circuits export ripple-adder --bits 4 --out submissions/first.blif",
}
"""What stands in a command, and the command that makes it, which the page has before."""
TAKES_A_MINUTE = {"circuits library build npn4"}  # npn3 is built in its place
OF_A_PLUGIN = (
    *("comparator", "digit-display", "seven-segment", "circuits units", "compose aes", "vote"),
    "circuits riscv",
)

Run = Callable[..., tuple[int, str, str]]


def named_commands(page: str) -> list[str]:
    """Every ``circuits …`` in the console blocks and the code spans of a page."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    lines = [line.partition("   #")[0] for block in blocks for line in block.splitlines()]
    parts = [part.strip() for line in lines for part in line.split("&&")]
    spans = re.findall(r"`(circuits [^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    found = [part for part in parts + spans if part.startswith("circuits ")]
    return [
        each
        for each in dict.fromkeys(found)
        if each not in JUST_NAMED
        and not PLACEHOLDERS.intersection(each.split())
        and (len(each.split()) > 2 or each.split()[1] in NEED_NOTHING)
    ]


EXAMPLES = {example for *_, example, _ in cli.COMMANDS}
"""What the help page shows, which its own tests run."""

NAMED = {command: page for page in reversed(PAGES) for command in named_commands(page)}
COMMANDS = [
    (page, command)
    for command, page in NAMED.items()
    if command not in EXAMPLES and not any(each.startswith(f"{command} --out ") for each in NAMED)
]
"""Every command once, with the first page that names it; not those that are run with ``--out`` too."""


def test_the_pages_name_commands() -> None:
    assert len(named_commands("docs/tour.md")) >= 40
    assert len(named_commands("docs/learner.md")) >= 8
    assert len(named_commands("docs/discipline.md")) >= 8


def test_every_command_that_a_page_names_exists() -> None:
    known = {name for _, name, *_ in cli.COMMANDS} | {"NAME", "reproduce", "units", "riscv"}
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        assert {*re.findall(r"(?:`|\$ )circuits (\w[\w-]*)", text)} <= known, page


def test_the_page_on_reliability_names_every_script_of_the_campaign() -> None:
    page = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
    scripts = {each.stem for each in (ROOT / "tests/campaign").glob("*.py")}
    parts = {each for each in scripts if not each.startswith(("test_", "__"))}
    named = set(re.findall(r"python -m tests\.campaign\.(\w+)", page))
    assert named == parts - {"harness", "mutate"}


LONG = re.compile(
    "circuits (compare|reproduce|map)|library (build|gate)|xor-sigmoid|--bits (32|64|1024)|"
    "--restarts 1000|train --all|noise|report|--exhaustive|--seeds|robots|grade|riddle"
)
"""Commands that take seconds."""


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What several commands are given that takes seconds to learn."""
    from gatewright.cli.app import run

    path = tmp_path_factory.mktemp("learned") / "robots.aig"
    examples = str(ROOT / "circuits/examples/robots.csv")
    assert run(["learn", examples, "--learner", "tree", "--out", str(path)]) == 0
    return path


@pytest.mark.parametrize(
    ("page", "command"),
    [
        pytest.param(*each, marks=[pytest.mark.exhaustive] if LONG.search(each[1]) else [])
        for each in COMMANDS
    ],
    ids=[" ".join(command.split()) for _, command in COMMANDS],  # whichever page names it first
)
def test_a_command_of_a_page_runs(
    page: str,
    command: str,
    circuits: Run,
    trained: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    if any(word in command for word in OF_A_PLUGIN):
        pytest.skip("a command of an example plugin, which that plugin's own tests run")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text('layers = [3]\noptimiser = "lm"\n', encoding="utf-8")
    if command.startswith("circuits map") and shutil.which("yosys") is None:
        pytest.skip("there is no yosys to map with")
    shutil.copytree(ROOT / "circuits", tmp_path / "circuits")
    (tmp_path / "submissions").mkdir()
    if "robots.aig" in command and "--out robots.aig" not in command:
        shutil.copy(request.getfixturevalue("learned"), tmp_path)
    for made, before in WRITTEN_BY.items():
        if made in command and f"--out {made}" not in command:
            circuits(*shlex.split(before)[1:])
    if command in TAKES_A_MINUTE:
        command = command.replace("npn4", "npn3")
    if command.startswith("circuits certificate"):
        circuits("train", "xor", "--store", tmp_path)
    if command.startswith("circuits library gate"):
        circuits("library", "build", "npn3")
    words = [
        each
        for word in shlex.split(command)[1:]
        for each in sorted(map(str, Path().glob(word))) or [word]
    ]
    if (
        "--all" in words and "--restarts" in words
    ):  # every gate from ten starts, not from a thousand
        words[words.index("--restarts") + 1] = "10"
    if words[0] == "compare":  # from two starts, not from hundreds, and not to their ends
        at = words.index("--seeds") if "--seeds" in words else len(words)
        words[at : at + 2] = ["--seeds", "2"]
        words += ["--epochs", "50"]
    code, out, err = circuits(*words)
    assert code == (1 if command in FAILS_BY_DESIGN else 0), err
    assert out


def test_the_sum_in_the_tour(circuits: Run) -> None:
    assert circuits("run", "ripple-adder", "--bits", "8", "a=23", "b=42")[1] == "sum=65 cout=0\n"


def test_the_readmes_verdict_is_what_the_command_prints(circuits: Run) -> None:
    _, out, _ = circuits("compose", "ripple-adder", "--bits", "4")
    shown = (ROOT / "README.md").read_text(encoding="utf-8")
    for line in out.splitlines():
        if line and not line.startswith("farthest wire"):  # whose digits differ between processors
            assert line in shown


@pytest.mark.parametrize("page", ["docs/discipline.md"])
def test_the_certificate_is_what_the_command_prints(page: str, circuits: Run) -> None:
    code, out, _ = circuits(
        *("compose", "ripple-adder", "--bits", "1024", "--verify", "certificate")
    )
    claims = [line for line in out.splitlines() if ": proved" in line]
    assert (code, len(claims)) == (0, 2)
    shown = (ROOT / page).read_text(encoding="utf-8")
    assert "\n".join(claims) in shown


def test_the_proof_of_xor_is_shown_as_it_is_checked(circuits: Run, tmp_path: Path) -> None:
    circuits("train", "xor", "--store", tmp_path)
    _, out, _ = circuits("certificate", "check", tmp_path / "xor.safetensors")
    assert out in (ROOT / "docs/discipline.md").read_text(encoding="utf-8")


def python(page: str) -> list[str]:
    """The blocks of Python on a page."""
    return re.findall(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)


def test_the_hook_on_the_page_gives_its_gate() -> None:
    names: dict[str, object] = {}
    exec(python("docs/plugins.md")[0], names)  # noqa: S102 - the page's own code
    gates = names["gatewright_gates"]
    assert callable(gates)
    assert [gate.name for gate in gates()] == ["implies"]


def test_the_tours_python_runs(capsys: pytest.CaptureFixture[str]) -> None:
    exec(python("docs/tour.md")[0], {})  # noqa: S102 - the page's own code
    assert capsys.readouterr().out == "1 0.45\n{'sum': 14, 'cout': 0} proved\n"
