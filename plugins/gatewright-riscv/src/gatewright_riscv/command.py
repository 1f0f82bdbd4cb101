"""``circuits riscv``: a program for RISC-V on trained gates."""

from __future__ import annotations

import io
import time
from codecs import getincrementaldecoder
from collections.abc import Iterable
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gatewright.cli import new_files, output, session
from gatewright.cli.options import (
    FirstOption,
    ForceOption,
    JsonOption,
    LastOption,
    NoiseOption,
    SeedOption,
    StoreOption,
)
from gatewright.errors import UsageError
from gatewright.text import visible

if TYPE_CHECKING:
    from gatewright import TrainedGate
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
            help="An ELF file for RV32I; hexadecimal words as for $readmemh; or bytes, in a file named .bin.",
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
    first: FirstOption = 0,
    last: LastOption = None,
    force: ForceOption = False,
    seed: SeedOption = 0,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Run a program for RISC-V on a processor of trained gates.

    What it stores at 0x10000000 is printed at once. ECALL ends it, with its exit code in a0.
    Ctrl-C ends it too, and says where it was.
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
    printed, file = Printed(aloud=not json), io.StringIO()
    writer = Waves(file, circuit.netlist, raw=gates is not None) if vcd else nullcontext()
    end = cycles if last is None else last
    started = time.perf_counter()
    with ExitStack() as bar, writer as waves:
        progress = bar.enter_context(output.Progress("running"))

        def put(byte: int) -> None:
            if not json and output.out().isatty():
                bar.close()  # a line that is printed in part and a bar have no room in one place
            printed.add(byte)

        def each(cycle: Any, _: object) -> None:
            if waves is not None:
                waves.add(cycle)

        def watch(done: int) -> None:
            progress.update(done, cycles, _speed(done, started))

        shown = range(first, end + 1)
        ended = board.run(cycles, put, each=each if waves else None, during=shown, watch=watch)
    speed = _speed(ended.cycles, started)
    claims = list(certify_circuit(circuit, gates).claims) if gates else []
    text = printed.end()
    if json:
        _emit(ended, text, claims)
    else:
        _show(ended, speed, claims)
        _show_excess(noise, claims, (gates or {}).values())
    if vcd is not None:  # after what came of the run, which a full disk does not take away
        new_files.write_new(vcd, file.getvalue(), force=force)
        if not json:
            output.say(f"wrote {vcd}")
    _exit(program, ended, cycles)


class Printed:
    """What a program prints, which is printed as it comes, a byte after the other.

    Args:
        aloud: False if it is only kept.
    """

    def __init__(self, *, aloud: bool) -> None:
        self._aloud, self._text = aloud, io.StringIO()
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._last = "\n"

    def add(self, byte: int) -> None:
        """One more byte; a character of several is printed with its last one."""
        self._add(self._decoder.decode(bytes([byte])))

    def end(self) -> str:
        """All that was printed; on paper it ends with a new line, so that what follows begins one."""
        self._add(self._decoder.decode(b"", final=True))
        text = self._text.getvalue()
        if self._last != "\n":
            self._add("\n")
        return text

    def _add(self, text: str) -> None:
        if not text:
            return
        self._text.write(text)
        self._last = text[-1]
        if not self._aloud:
            return
        if output.out().isatty():
            typer.echo("\n".join(map(visible, text.split("\n"))), file=output.out(), nl=False)
        else:
            typer.echo(text.encode(), file=output.out(), nl=False)


def _check_waves(vcd: Path | None, first: int, last: int | None, *, force: bool) -> None:
    if vcd is not None:
        new_files.check_new(vcd, force=force)
    elif first or last is not None:
        raise UsageError("--first and --last are of waveforms", hint="give --vcd with them")
    if last is not None and last < first:
        raise UsageError(f"--first {first} comes after --last {last}", hint="give them in order")


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
    if ended.astray is None and ended.how != "interrupted":
        where = (
            "exactly on its logic value" if not ended.off else f"within {ended.off:.4f} of its bit"
        )
        output.say(f"trained gates = exact gates on every wire in {cycles}; each {where}")
    output.say("", *map(line, claims))


def _show_excess(noise: float, claims: list[Claim], gates: Iterable[TrainedGate]) -> None:
    """Say so where the noise asked for is more than the proof that was just shown allows."""
    proved = [each.datasheet.discipline.noise_margin for each in gates if each.datasheet]
    if any(claim.outcome == "proved" for claim in claims) and noise > min(proved) + 1e-9:
        output.say(f"--noise {noise:g} is more than the {min(proved):g} that is proved")


def _emit(ended: Ended, printed: str, claims: list[Claim]) -> None:
    from dataclasses import asdict

    from gatewright.cli.circuits.claims import as_json

    output.emit_json(
        "riscv",
        **asdict(ended),
        printed=printed,
        claims=[as_json(claim) for claim in claims],
    )


def _exit(program: Path, ended: Ended, cycles: int) -> None:
    """Say what is wrong, and leave with the exit code that says it."""
    if ended.how == "limit":
        output.warn(
            f"{program} has not ended in {output.counted(cycles, 'cycle')}; give more by --cycles"
        )
        raise typer.Exit(4)
    if ended.how == "interrupted":
        output.warn(f"{program}: {ended.why} after {output.counted(ended.cycles, 'cycle')}")
        raise typer.Exit(130)
    if ended.how == "exit":
        raise typer.Exit(min(ended.code, 1))
    output.fail(f"{program}: {ended.why}")
    raise typer.Exit(1)
