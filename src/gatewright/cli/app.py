"""The command ``circuits``: its commands in groups, and what becomes of an error.

Example:
    >>> run(["plugins", "--no-such-option"])
    2
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import io
import os
import re
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from gatewright import interrupts
from gatewright.cli import given, output, session
from gatewright.cli.commands import COMMANDS, PASSING_ON
from gatewright.cli.options import Once
from gatewright.errors import GatewrightError, failure

INTERRUPTED = 130
_INTERRUPTED = "interrupted; nothing was left half-written"
BROKEN_PIPE = 141  # 128 + SIGPIPE, as other commands end

_HELP: dict[Any, Any] = {"help_option_names": ["-h", "--help"]}


class Groups(TyperGroup):
    """The help page: commands by group, an example beside each.

    Plain text of our own, because the framed pages of rich take longer to import than everything else.
    """

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - the framework's signature
        """Write the commands of each group with what they do and one example."""
        rows: dict[str, list[tuple[str, str]]] = {}
        for group, name, _, example, summary in COMMANDS:
            rows.setdefault(group, []).extend([(name, summary), ("", f"$ {example}")])
        for command in given.commands(name for _, name, *_ in COMMANDS):
            lines = [(command.name, command.summary), ("", f"$ {command.example}")]
            rows.setdefault(command.heading, []).extend(lines)
        for heading, lines in rows.items():
            with formatter.section(heading.capitalize()):
                formatter.write_dl(lines)


def build(names: Iterable[str]) -> typer.Typer:
    """The application with these commands alone; without any, all are there as the help page says of them.

    Each takes the framework a while to look at, which a command that runs need not wait for.
    """
    app = typer.Typer(
        cls=Groups,
        rich_markup_mode=None,
        context_settings=_HELP,
        pretty_exceptions_enable=False,
        help="Learn logic gates as tiny neural networks and wire them into circuits checked against "
        "exact logic.",
        epilog="'circuits COMMAND --help' explains a command.",
    )
    app.callback()(_nothing)  # without it, a single command would not be a command of a group
    chosen = set(names)
    for _, name, place, example, summary in COMMANDS:
        if chosen and name not in chosen:
            continue
        passing: dict[Any, Any] = {"ignore_unknown_options": name in PASSING_ON}
        here = app.command(
            name, cls=Once, context_settings=_HELP | passing, epilog=f"Example: {example}"
        )
        here(output.alone()(function_at(place)) if chosen else _named(summary))
    return app


def _named(summary: str) -> Callable[[], None]:
    """A command of which only a summary is known."""

    def unknown() -> None: ...

    unknown.__doc__ = summary
    return unknown


def _print_version(asked: bool) -> None:
    if asked:
        from gatewright.version import VERSION

        output.say(f"gatewright {VERSION}")
        raise typer.Exit


def function_at(place: str) -> Callable[..., None]:
    """The function of a command, from ``module.function`` below `gatewright.cli`."""
    module, _, function = place.rpartition(".")
    found: Callable[..., None] = getattr(import_module(f"gatewright.cli.{module}"), function)
    return found


def _nothing(
    version: bool = typer.Option(
        False, "--version", help="Print the version.", is_eager=True, callback=_print_version
    ),
) -> None:
    """Only ``--version`` goes before a command; its callback has done all there is to do."""


def run(arguments: Sequence[str]) -> int:
    """Run the command line and give its exit code; every error is one line on standard error."""
    whose, command = "", None
    session.TOLD.clear()
    session.GIVEN.clear()
    output.use_store("")
    try:
        known = {name for _, name, *_ in COMMANDS}
        # A shell that completes asks for the options of any of them.
        chosen = known if "_CIRCUITS_COMPLETE" in os.environ else known.intersection(arguments[:1])
        command = typer.main.get_command(build(chosen))
        if arguments and arguments[0] not in known and not arguments[0].startswith("-"):
            whose = given.add(command, arguments[0])
        # Without arguments, say what there is.
        code = command.main(
            list(arguments) or ["--help"],
            prog_name="circuits",
            standalone_mode=False,
        )
    except GatewrightError as error:
        from gatewright.cli import hints

        return _fail(hints.told(error, _options_of(command, arguments)), error.exit_code)
    except TyperException as error:
        context = getattr(error, "ctx", None)
        path = context.command_path if context is not None else "circuits"
        from gatewright.logic.numerals import cut

        text = " ".join(map(cut, error.format_message().split())).rstrip(".")
        near = re.fullmatch(
            r"(.+?)\.? (?:Did you mean |\(Possible options: )('?)([^'),]+)\2.*", text
        )
        if near:
            said = near[1].replace("No such", "there is no", 1).replace("no option:", "no option")
            return _fail(f"{said}; did you mean {near[2]}{near[3]}{near[2]}?", error.exit_code)
        return _fail(f"{text}; run '{path} --help'", error.exit_code)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except SystemExit as error:
        if whose:  # a plugin's command ends so, with a code or a text
            return _exit_code(error)
        # So it ends after completion, and where the reader of a pipe has gone.
        return BROKEN_PIPE if error.code else 0
    except OSError as error:
        return _fail(
            f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}", 2
        )
    except MemoryError:
        return _fail(
            "there is not enough memory for this; try a smaller circuit, or fewer samples", 2
        )
    except RecursionError:
        return _fail("something here is nested too deep to be followed; try a flatter circuit", 2)
    except Exception as error:
        if not whose:
            raise
        return _fail(
            f"command '{arguments[0]}' of plugin {whose} fails: {failure(error)}; tell its author",
            1,
        )
    if code == INTERRUPTED:  # which the framework gives for Ctrl-C, and we before it starts
        return _fail(_INTERRUPTED, INTERRUPTED)
    return code if isinstance(code, int) else 0


def _exit_code(error: SystemExit) -> int:
    """What a program that ends by ``sys.exit`` gives; a text is told."""
    if error.code is None or isinstance(error.code, int):
        return error.code or 0
    return _fail(str(error.code), 1)


def _options_of(application: Any, arguments: Sequence[str]) -> list[str]:
    """The options of the command that was to be run."""
    command = getattr(application, "commands", {}).get(arguments[0] if arguments else "")
    parameters = getattr(command, "params", [])
    return [option for each in parameters for option in each.opts if option.startswith("--")]


def _fail(text: str, code: int) -> int:
    output.fail(text)
    return code


def main() -> None:
    """The console script."""
    interrupts.note()
    # Thousands of small products gain nothing from two threads and lose a third of their speed to them.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Imports make many objects and no garbage; looking for it meanwhile costs 5 % of a start.
    gc.set_threshold(50_000)
    if sys.stdout is None:  # closed by whoever started us: there is nowhere to put the result
        _leave(_fail("standard output is closed", 2))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what its encoding lacks becomes a question mark
            stream.reconfigure(errors="replace")
    try:
        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = _fail(_INTERRUPTED, INTERRUPTED)
    _leave(code)


def _leave(code: int) -> NoReturn:
    """End the process at once: taking the interpreter apart, object by object, costs 25 ms of every command.

    What was registered for the end is done, and written is what was printed; where other threads still
    work, the interpreter waits for them as it always does, but not for those that a plugin has left.
    """
    guard = sys.modules.get("gatewright.plugins.guard")  # without it, no plugin was loaded
    others = [each for each in threading.enumerate() if each is not threading.current_thread()]
    left = [each for each in others if guard is not None and hasattr(each, guard.LEFT_BY)]
    code = _flush(code)
    acting = guard.who_acts_at_exit() if guard is not None else ()
    if others and not left and not acting:
        _silence()
        sys.exit(code)
    for each in others:
        if each not in left and not each.daemon:
            each.join()
    if acting:
        _finish_apart(acting)
    else:
        atexit._run_exitfuncs()
    os._exit(_flush(code))


def _flush(code: int) -> int:
    for stream in filter(None, (output.out(), sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except (OSError, ValueError):  # the reader of a pipe has gone
            code = code or BROKEN_PIPE
    return code


def _silence(into: int = 2) -> None:
    """From here on the result is complete: what else is printed goes elsewhere."""
    with contextlib.suppress(OSError):  # where one of them is closed
        os.dup2(into, 1)


def _finish_apart(plugins: Sequence[str]) -> None:
    """Do what was registered for the end, and say so where a plugin prints, fails or takes too long then."""
    import tempfile

    from gatewright.plugins import guard

    who = f"at the end, plugin {', '.join(dict.fromkeys(plugins))}"
    failures: list[BaseException] = []
    sys.unraisablehook = lambda what: failures.append(what.exc_value or what.exc_type())
    with tempfile.TemporaryFile() as file:
        _silence(file.fileno())
        try:
            with guard.alarm(guard.seconds()):
                atexit._run_exitfuncs()
        except guard.TooSlow as error:
            failures.append(error)
        _flush(0)
        file.seek(0)
        written = file.read(200).decode("utf-8", "replace").strip()
    if written:
        output.warn(f"{who} prints, which is left out: {written!r}")
    for text in dict.fromkeys(map(guard.why, failures)):
        output.warn(f"{who} fails: {text}")
