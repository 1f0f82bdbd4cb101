"""``circuits learners``: every way to learn a circuit from examples."""

from __future__ import annotations

from gatewright.cli import output, session
from gatewright.cli.options import JsonOption


def learners(json: JsonOption = False) -> None:
    """List every learner, what it does and where it comes from."""
    session.load("learners")
    from gatewright.examples.learners.registry import LEARNERS

    found = [LEARNERS[name] for name in LEARNERS]
    given = {each.name: LEARNERS.foreign(each.name) for each in found}
    if json:
        output.emit_json(
            "learners",
            learners=[
                {
                    "name": each.name,
                    "summary": each.summary,
                    "source": each.source,
                    "plugin": given[each.name] or "gatewright",
                }
                for each in found
            ],
        )
        return
    for each in found:
        whose = f" (plugin {given[each.name]})" if given[each.name] else ""
        output.say(f"{output.bold(each.name)}{whose}")
        for text in (each.summary, each.source):
            output.say(*output.wrapped(f"  {text}", 80, below="  "))
    output.next_step("circuits learn examples.csv --learner evolved")
