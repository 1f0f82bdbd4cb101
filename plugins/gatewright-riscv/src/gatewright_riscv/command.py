"""``circuits riscv``: a program for RISC-V on trained gates."""

from __future__ import annotations

import io
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gatewright.cli import new_files, output, session
from gatewright.cli.options import ForceOption, JsonOption, NoiseOption, SeedOption, StoreOption
from gatewright.errors import UsageError

if TYPE_CHECKING:
    from gatewright.circuits.verify.verdict import Claim
    from gatewright_riscv.board import Ended

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)

CYCLES = 10_000_000


@app.command(
    epilog="Example: circuits riscv hello.elf",
    context_settings={"help_option_names": ["-h", "--help"]},
)
def riscv(
    program: Annotated[
        Path,
        typer.Argument(
            metavar="PROGRAM",
            help="An ELF file for RV32I, or hexadecimal words as for $readmemh.",
            show_default=False,
        ),
    ],
    cycles: Annotated[
        int, typer.Option("--cycles", min=1, max=2**40, metavar="N", help="Most cycles.")
    ] = CYCLES,
    engine: Annotated[
        Literal["neural", "exact"],
        typer.Option("--engine", help="Trained gates beside exact ones, or exact gates alone."),
    ] = "neural",
    noise: NoiseOption = 0.0,
    vcd: Annotated[
        Path | None,
        typer.Option(
            "--vcd", metavar="FILE", help="Write waveforms, for GTKWave.", show_default=False
        ),
    ] = None,
    first: Annotated[
        int, typer.Option("--first", min=0, metavar="A", help="First cycle of the waveforms.")
    ] = 0,
    last: Annotated[
        int | None,
        typer.Option(
            "--last", min=0, metavar="B", help="Last cycle of the waveforms.", show_default=False
        ),
    ] = None,
    force: ForceOption = False,
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Run a program for RISC-V on a processor of trained gates.

    What it stores at 0x10000000 is printed. ECALL ends it, with its exit code in a0.
    """
    from gatewright.circuits.clocked.cut import gates_of
    from gatewright.circuits.verify.composition import certify_circuit
    from gatewright.formats.vcd import Waves
    from gatewright_riscv.board import Board
    from gatewright_riscv.program import read_program

    _check_waves(vcd, first, last, force=force)
    read = read_program(program)
    plugins = session.load("gates", "circuits", store=store)
    circuit = plugins.circuit("riscv").elaborate({}, plugins.gates)
    gates = None
    if engine == "neural":
        gates = session.ready_gates(gates_of(circuit.netlist), session.open_store(store), seed)
    board = Board(circuit.netlist, read, gates, noise=noise, seed=seed)
    printed, file = bytearray(), io.StringIO()
    writer = Waves(file, circuit.netlist, raw=gates is not None) if vcd else nullcontext()
    end = cycles if last is None else last
    started = time.perf_counter()
    with output.Progress("running") as progress, writer as waves:

        def put(byte: int) -> None:
            printed.append(byte)
            if not json and byte == ord("\n"):
                _print(printed)

        def each(cycle: Any, _: object) -> None:
            if waves is not None:
                waves.add(cycle)

        def watch(done: int) -> None:
            progress.update(done, cycles, _speed(done, started))

        shown = range(first, end + 1)
        ended = board.run(cycles, put, each=each if waves else None, during=shown, watch=watch)
    speed = _speed(ended.cycles, started)
    claims = list(certify_circuit(circuit, gates).claims) if gates else []
    if vcd is not None:
        new_files.write_new(vcd, file.getvalue(), force=force)
    if json:
        _emit(ended, bytes(printed), claims)
    else:
        if printed and not printed.endswith(b"\n"):
            _print(printed + b"\n")
        _show(ended, speed, claims)
        if vcd is not None:
            output.say(f"wrote {vcd}")
    _exit(program, ended, cycles)


def _check_waves(vcd: Path | None, first: int, last: int | None, *, force: bool) -> None:
    if vcd is not None:
        new_files.check_new(vcd, force=force)
    elif first or last is not None:
        raise UsageError("--first and --last are of waveforms", hint="give --vcd with them")
    if last is not None and last < first:
        raise UsageError(f"--first {first} comes after --last {last}", hint="give them in order")


def _print(printed: bytearray) -> None:
    """Print the last line of what a program printed, which ends with a new line."""
    start = printed.rfind(b"\n", 0, -1) + 1
    output.document(printed[start:].decode("utf-8", "replace").encode())


def _speed(cycles: int, started: float) -> str:
    return f"{cycles / max(time.perf_counter() - started, 1e-9):,.0f}".replace(",", " ")


def _show(ended: Ended, speed: str, claims: list[Claim]) -> None:
    """How a program ended, how fast it was, and what is proved."""
    from gatewright.cli.circuits.claims import line

    cycles = output.counted(ended.cycles, "cycle")
    if ended.how == "exit":
        code = str(ended.code) if ended.code == 0 else output.bad(str(ended.code))
        output.say("", f"exit code {code} after {cycles}, an instruction each; {speed} a second")
    else:
        output.say("", f"{cycles}, an instruction each; {speed} a second")
    if not claims:
        output.say("exact gates alone")
        return
    if ended.astray is None:
        where = (
            "exactly on its logic value" if not ended.off else f"within {ended.off:.4f} of its bit"
        )
        output.say(f"trained gates = exact gates on every wire in {cycles}; each {where}")
    output.say("", *map(line, claims))


def _emit(ended: Ended, printed: bytes, claims: list[Claim]) -> None:
    from dataclasses import asdict

    from gatewright.cli.circuits.claims import as_json

    output.emit_json(
        "riscv",
        **asdict(ended),
        printed=printed.decode("utf-8", "replace"),
        claims=[as_json(claim) for claim in claims],
    )


def _exit(program: Path, ended: Ended, cycles: int) -> None:
    """Say what is wrong, and leave with the exit code that says it."""
    if ended.how == "limit":
        output.warn(
            f"{program} has not ended in {output.counted(cycles, 'cycle')}; give more by --cycles"
        )
        raise typer.Exit(4)
    if ended.how == "exit":
        raise typer.Exit(min(ended.code, 1))
    output.fail(f"{program}: {ended.why}")
    raise typer.Exit(1)
