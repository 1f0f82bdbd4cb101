"""``circuits recognise``: whether examples are arithmetic."""

from __future__ import annotations

import typer

from gatewright.cli import output
from gatewright.cli.examples.learn import ExamplesArgument, TargetOption
from gatewright.cli.options import JsonOption
from gatewright.text import shell_word


def recognise(
    examples: ExamplesArgument, target: TargetOption = "", json: JsonOption = False
) -> None:
    """Find out whether examples are arithmetic, and which.

    Looked for are the order, width and sign of one or two operands, the operation and the bit of its result, and
    functions of how many inputs are 1. What is found is right in every row; a quotient or a remainder, in every
    row in which it does not divide by 0.
    """
    from gatewright.examples.data.bits import encoded, input_names, output_names
    from gatewright.examples.data.reading import read_examples
    from gatewright.examples.learners.model import nodes_of
    from gatewright.examples.recognise.learner import what_it_is

    table = read_examples(examples, target)
    inputs, outputs = input_names(table), output_names(table)
    x, y = encoded(table, inputs), encoded(table, outputs)
    found = {name: what_it_is(x, column, inputs) for name, column in zip(outputs, y.T, strict=True)}
    if json:
        output.emit_json(
            "recognise",
            rows=len(x),
            outputs={
                name: None
                if each is None
                else {"function": str(each), "ands": nodes_of(each, len(inputs))}
                for name, each in found.items()
            },
        )
    else:
        for (name, each), column in zip(found.items(), y.T, strict=True):
            if each is None:
                output.say(f"{output.bold(name)}: no, nothing fits all {len(x)} rows")
            else:
                size = nodes_of(each, len(inputs))
                right = int((each.values(x) == column).sum())
                rows = f"all {len(x)} rows"
                if right < len(x):
                    rows = f"{right} of {len(x)} rows, and in all where b is not 0"
                output.say(
                    output.bold(name),
                    *output.wrapped(f"  {each}", 80, below="  "),
                    f"  right in {rows}; {output.counted(size, 'AND')}",
                )
    if not any(found.values()):
        raise typer.Exit(1)
    if not json:
        output.next_step(f"circuits learn {shell_word(examples)} --out learned.aig")
