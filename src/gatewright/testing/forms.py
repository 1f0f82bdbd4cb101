"""An activation as it is written for elsewhere, in JavaScript, C and ONNX, run beside its own value.

Example:
    >>> from gatewright.learn.activations import CLIPPED
    >>> list(flaws_of_forms(CLIPPED))
    []
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from gatewright.learn.activations import Activation
from gatewright.learn.soundness.differences import differs


def flaws_of_forms(activation: Activation) -> Iterator[str]:
    """Where what is written elsewhere computes something else; what cannot be run here is passed over."""
    z = np.linspace(-9.7, 9.3, 50)
    wanted = activation.value(z)
    for form, run in (("javascript", _javascript), ("c", _c), ("onnx", _onnx)):
        if getattr(activation, form) in (None, ""):
            continue
        try:
            given = run(activation, z)
        except Exception as error:  # noqa: BLE001 - what it says is the author's text
            yield f"its {form} does not run: {' '.join(str(error).split())[:300]}"
            continue
        if given is None:
            continue
        if given.shape != wanted.shape:
            yield f"its {form} gives shape {given.shape} for z of shape {z.shape}"
        elif (off := differs(given, wanted)).any():
            at = z[np.flatnonzero(off)[0]]
            yield f"its {form} gives another value at z = {at:g}"


def _javascript(activation: Activation, z: Any) -> Any:
    try:
        from py_mini_racer import MiniRacer
    except ImportError:
        return None
    text = f"JSON.stringify({z.tolist()!r}.map((z) => {activation.javascript}))"
    return np.array(json.loads(str(MiniRacer().eval(text))), dtype=np.float64)


def _c(activation: Activation, z: Any) -> Any:
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    source = (
        "#include <math.h>\n#include <stdio.h>\n"
        f"static double f(double z) {{ return {activation.c}; }}\n"
        f"int main(void) {{ const double at[] = {{{', '.join(map(repr, z.tolist()))}}};\n"
        f'for (int i = 0; i < {len(z)}; i++) printf("%.17g\\n", f(at[i])); return 0; }}\n'
    )
    with tempfile.TemporaryDirectory() as folder:
        file, program = Path(folder) / "f.c", Path(folder) / "f"
        file.write_text(source)
        made = subprocess.run(  # noqa: S603 - the author's own expression, by the compiler of this machine
            [compiler, "-std=c99", "-o", str(program), str(file), "-lm"],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise ValueError(made.stderr)
        told = subprocess.run([str(program)], capture_output=True, text=True, check=True).stdout  # noqa: S603
    return np.array(list(map(float, told.split())))


def _onnx(activation: Activation, z: Any) -> Any:
    try:
        import onnx
        from onnx.reference import ReferenceEvaluator
    except ImportError:
        return None
    helper, nodes, last, weights = onnx.helper, [], "z", []
    for number, (kind, *constants) in enumerate(activation.onnx or ()):
        names = [f"c{number}_{place}" for place in range(len(constants))]
        weights += [
            onnx.numpy_helper.from_array(np.array(each, dtype=np.float64), name)
            for name, each in zip(names, constants, strict=True)
        ]
        nodes.append(helper.make_node(kind, [last, *names], [f"a{number}"]))
        last = f"a{number}"
    nodes.append(helper.make_node("Identity", [last], ["a"]))
    one, double = [len(z)], onnx.TensorProto.DOUBLE
    ports = [helper.make_tensor_value_info(name, double, one) for name in ("z", "a")]
    graph = helper.make_graph(nodes, "f", ports[:1], ports[1:], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)])
    folded = activation.scale * z + activation.offset
    given: Any = ReferenceEvaluator(model).run(None, {"z": folded})
    return given[0]
