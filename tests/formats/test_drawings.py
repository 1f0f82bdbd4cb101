"""Drawings of Digital and Logisim-evolution: students' adders."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from gatewright.api.circuits import circuit
from gatewright.errors import FormatError
from gatewright.formats.reading import read_netlist
from gatewright.plugins.manager import load_plugins

# Digital


def part(kind: str, x: int, y: int, **said: object) -> str:
    """A part of Digital; numbers are ints there, other values texts, but for a few."""
    tags = {"rotation": '<rotation rotation="{}"/>', "wideShape": "<boolean>{}</boolean>"}
    entries = "".join(
        f"<entry><string>{name.replace('_', ' ')}</string>"
        + tags.get(
            name, "<int>{}</int>" if isinstance(value, int) else "<string>{}</string>"
        ).format(value)
        + "</entry>"
        for name, value in said.items()
    )
    return (
        f"<visualElement><elementName>{kind}</elementName><elementAttributes>{entries}</elementAttributes>"
        f'<pos x="{x}" y="{y}"/></visualElement>'
    )


def dig(parts: Sequence[str], wires: str = "", attributes: str = "") -> str:
    """A drawing; wires as in ``0 0 20 0, 20 0 20 40``."""
    drawn = "".join(
        '<wire><p1 x="{}" y="{}"/><p2 x="{}" y="{}"/></wire>'.format(*each.split())
        for each in wires.split(",")
        if each.strip()
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<circuit><version>2</version><attributes>{attributes}'
        f"</attributes><visualElements>{''.join(parts)}</visualElements><wires>{drawn}</wires></circuit>"
    )


FULL_ADDER = dig(
    [
        part("In", 0, 0, Label="a"),
        part("In", 0, 40, Label="b"),
        part("In", 0, 140, Label="cin"),
        part("XOr", 100, 0),  # 160 20
        part("XOr", 200, 20),  # 260 40
        part("And", 200, 100),  # 260 120
        part("And", 100, 200),  # 160 220
        part("Or", 300, 120),  # 360 140
        part("Out", 400, 40, Label="s"),
        part("Out", 400, 140, Label="cout"),
    ],
    "0 0 100 0, 0 40 100 40, 0 140 180 140, 160 20 200 20, 180 140 180 60, 180 60 200 60, 160 20 200 100, "
    "180 140 200 140, 0 0 100 200, 0 40 100 240, 260 40 400 40, 260 120 300 120, 160 220 300 160, "
    "360 140 400 140",
)


def adds(found: object, bits: int, a: str = "a", b: str = "b") -> None:
    """Check that a circuit adds."""
    for one in range(1 << bits):
        for other in range(1 << bits):
            for carry in (0, 1):
                got = found.run(**{a: one, b: other, "cin": carry})  # type: ignore[attr-defined]
                assert got["s"] + (got["cout"] << bits) == one + other + carry


def test_a_full_adder_of_digital(tmp_path: Path) -> None:
    (tmp_path / "fa.dig").write_text(FULL_ADDER)
    found = circuit(tmp_path / "fa.dig")
    adds(found, 1)
    assert sorted(found.netlist.gates) == ["and", "or", "xor"]


@pytest.mark.parametrize("written", [False, True])
def test_a_drawing_in_another_is_a_gate_or_counts_by_what_it_is_made_of(
    tmp_path: Path, written: bool
) -> None:
    half = [
        part("In", 0, 0, Label="a"),
        part("In", 0, 40, Label="b"),
        part("XOr", 100, 0),  # 160 20
        part("And", 100, 100),  # 160 120
        part("Out", 400, 20, Label="s"),
        part("Out", 400, 120, Label="c"),
    ]
    wires = "0 0 100 0, 0 40 100 40, 0 0 100 100, 0 40 100 140, 160 20 400 20, 160 120 400 120"
    (tmp_path / "ha.dig").write_text(dig(half, wires))
    whole = [half[0], part("In", 0, 20, Label="b"), part("ha.dig", 100, 0)]
    whole += [part("Out", 400, 0, Label="s"), part("Out", 400, 20, Label="c")]
    wires = "0 0 100 0, 0 20 100 20, 160 0 400 0, 160 20 400 20"
    (tmp_path / "top.dig").write_text(dig(whole, wires))
    found = read_netlist(tmp_path / "top.dig", load_plugins().gates, written=written)
    kinds = sorted(each.gate for each in found.instances)
    assert (kinds == ["and", "xor"]) == written
    assert len(kinds) == 1 + written


@pytest.mark.parametrize("custom", [False, True])
def test_an_adder_of_circuits_and_splitters(tmp_path: Path, custom: bool) -> None:
    places = {"a": (20, 0), "b": (60, 0), "cin": (0, 40), "s": (40, 80), "cout": (80, 40)}
    pins = "".join(
        f'<entry><string>{name}</string><pin><pos x="{x}" y="{y}"/></pin></entry>'
        for name, (x, y) in places.items()
    )
    shape = "<entry><string>shapeType</string><shapeType>CUSTOM</shapeType></entry>" + (
        f"<entry><string>customShape</string><shape><pins>{pins}</pins></shape></entry>"
    )
    if not custom:  # three inputs and two outputs, three steps wide
        shape = ""
        places = {"a": (0, 0), "b": (0, 20), "cin": (0, 40), "s": (60, 0), "cout": (60, 20)}
    (tmp_path / "fa.dig").write_text(
        FULL_ADDER.replace("<attributes></attributes>", f"<attributes>{shape}</attributes>")
    )

    def at(name: str, x: int) -> str:
        return f"{x + places[name][0]} {500 + places[name][1]}"

    wires = [
        "0 0 100 0", "0 100 100 100", f"120 0 {at('a', 500)}", f"120 20 {at('a', 900)}",
        f"120 100 {at('b', 500)}", f"120 120 {at('b', 900)}", f"0 300 {at('cin', 500)}",
        f"{at('cout', 500)} {at('cin', 900)}", f"{at('s', 500)} 1300 0", f"{at('s', 900)} 1300 20",
        "1320 0 1400 0", f"{at('cout', 900)} 1400 300",
    ]  # fmt: skip
    (tmp_path / "two.dig").write_text(
        dig(
            [
                part("In", 0, 0, Label="a", Bits=2),
                part("In", 0, 100, Label="b", Bits=2),
                part("In", 0, 300, Label="cin"),
                part("Splitter", 100, 0, Input_Splitting="2", Output_Splitting="1,1"),
                part("Splitter", 100, 100, Input_Splitting="2", Output_Splitting="1*2"),
                part("Splitter", 1300, 0, Input_Splitting="1,1", Output_Splitting="2"),
                part("fa.dig", 500, 500),
                part("fa.dig", 900, 500),
                part("Out", 1400, 0, Label="s", Bits=2),
                part("Out", 1400, 300, Label="cout"),
                part("Testcase", 0, 900),
            ],
            ",".join(wires),
        )
    )
    adds(circuit(tmp_path / "two.dig"), 2)


@pytest.mark.parametrize(
    ("kind", "count", "expected"),
    [
        ("And", 2, "0001"), ("Or", 2, "0111"), ("XOr", 2, "0110"), ("NAnd", 2, "1110"), ("NOr", 2, "1000"),
        ("XNOr", 2, "1001"), ("Not", 1, "10"), ("And", 3, "00000001"), ("XOr", 4, "0110100110010110"),
        ("NOr", 7, "1" + "0" * 127),
    ],
)  # fmt: skip
@pytest.mark.parametrize("turned", [0, 1, 2, 3])
@pytest.mark.parametrize("wide", [False, True])
def test_gates_of_digital(
    tmp_path: Path, kind: str, count: int, expected: str, turned: int, wide: bool
) -> None:
    offsets = [
        (0, 20 * (place + (count % 2 == 0 and place >= count // 2))) for place in range(count)
    ]
    across = (1 if kind == "Not" else 3) + wide + (kind in ("Not", "NAnd", "NOr", "XNOr"))
    offsets.append((20 * across, 20 * (count // 2)))
    for _ in range(turned):
        offsets = [(y, -x) for x, y in offsets]
    *inputs, output = [(400 + x, 400 + y) for x, y in offsets]
    parts = [part("In", x, y, Label=f"x{place}") for place, (x, y) in enumerate(inputs)]
    parts.append(part("Out", *output, Label="y"))
    parts.append(part(kind, 400, 400, Inputs=count, rotation=turned, wideShape=str(wide).lower()))
    (tmp_path / "g.dig").write_text(dig(parts))
    found = circuit(tmp_path / "g.dig")
    got = ""
    for row in range(1 << count):
        bits = {f"x{place}": row >> (count - 1 - place) & 1 for place in range(count)}
        got += str(found.run(**bits)["y"])
    assert got == expected


def test_tunnels_constants_and_words(tmp_path: Path) -> None:
    (tmp_path / "w.dig").write_text(
        dig(
            [
                part("In", 0, 0, Label="my word", Bits=4),
                part("Tunnel", 20, 0, NetName="t"),
                part("Tunnel", 80, 100, NetName="t"),
                part("Const", 100, 140, Value=5, Bits=4),
                part("XOr", 100, 100, Bits=4),
                part("Out", 160, 120, Label="y", Bits=4),
                part("VDD", 300, 0),
                part("Out", 300, 0, Label="one"),
                part("Text", 0, 500, Description="hello"),
            ],
            "0 0 20 0, 80 100 100 100",
        )
    )
    assert circuit(tmp_path / "w.dig").run(my_word=6) == {"y": 3, "one": 1}


def test_a_circuit_may_place_one_that_is_called_like_it_up_to_a_dot(tmp_path: Path) -> None:
    ends = [part("In", 0, 0, Label="a"), part("Out", 100, 0, Label="y")]
    (tmp_path / "alu.dig").write_text(dig([*ends, part("Not", 60, 0)], "0 0 60 0"))
    parts = [*ends, part("alu.dig", 0, 0), part("Not", 60, 0)]
    (tmp_path / "alu.v2.dig").write_text(dig(parts))
    assert circuit(tmp_path / "alu.v2.dig").run(a=1) == {"y": 1}


@pytest.mark.parametrize(
    ("parts", "wires", "expected"),
    [
        ([part("D_FF", 0, 0)], "", r"'D_FF' at \(0, 0\) is not a gate; what is read: In, Out"),
        ([part("In", 0, 0, Bits=65)], "", "'In' at .* is 65 bits wide"),
        ([part("And", 0, 0, Inputs=99)], "", "has 99 inputs"),
        ([part("gone.dig", 0, 0)], "", "'gone.dig' at .* is not in a folder that may be read"),
        ([part("t.dig", 0, 0)], "", "'t.dig' at .* holds itself"),
        (
            [part("In", 0, 0, Label="a"), part("And", 0, 0), part("Out", 60, 20, Label="y")],
            "",
            "nothing drives it",
        ),
        (
            [part("In", 0, 0, Label="a"), part("Out", 9, 9, Label="a")],
            "",
            "two ports are called 'a'",
        ),
        ([part("Splitter", 0, 0, Input_Splitting="x")], "", "splits into 'x'"),
        (
            [part("In", 0, 0, Label="a", Bits=4), part("Out", 20, 0, Label="y")],
            "0 0 20 0",
            r"circuit 't': nets of 4 and 1 bits are joined at \(20, 0\); give both one width",
        ),
    ],
)
def test_what_digital_has_that_is_not_read(
    tmp_path: Path, parts: list[str], wires: str, expected: str
) -> None:
    (tmp_path / "t.dig").write_text(dig(parts, wires))
    with pytest.raises(FormatError, match=expected):
        circuit(tmp_path / "t.dig")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<circuit>", r"t.dig:1:10: is not XML here"),
        ("<project/>", "begins with <project>; expected <circuit>|begins with <project>"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><circuit/>', "defines entities of its own"),
        ("<circuit><wires><wire><p1 x='a' y='0'/></wire></wires></circuit>", "a part has no place"),
    ],
)
def test_files_that_are_none(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "t.dig").write_text(text)
    with pytest.raises(FormatError, match=expected):
        circuit(tmp_path / "t.dig")


# Logisim


def comp(name: str, at: tuple[int, int], lib: str = "0", **said: object) -> str:
    attributes = "".join(f'<a name="{key}" val="{value}"/>' for key, value in said.items())
    where = f'lib="{lib}" ' if lib else ""
    return f'<comp {where}loc="({at[0]},{at[1]})" name="{name}">{attributes}</comp>'


def circ(wires: str, *parts: str, name: str = "main", extra: str = "") -> str:
    drawn = "".join(
        '<wire from="({},{})" to="({},{})"/>'.format(*each.split())
        for each in wires.split(";")
        if each.strip()
    )
    return f'<circuit name="{name}">{extra}{drawn}{"".join(parts)}</circuit>'


def project(*circuits: str, main: str = "main") -> str:
    head = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<project source="3.8.0" version="1.0">'
    return f'{head}\nThis file is for Logisim.\n<main name="{main}"/>{"".join(circuits)}</project>'


ADDER_WIRES = (
    "100 100 200 100;100 140 200 140;200 100 200 80;200 80 240 80;200 140 200 120;200 120 240 120;"
    "300 100 340 100;340 100 340 120;340 120 380 120;100 160 380 160;440 140 500 140;"
    "340 120 340 210;340 210 390 210;360 160 360 250;360 250 390 250;440 230 470 230;"
    "170 100 170 310;170 310 390 310;150 140 150 350;150 350 390 350;440 330 450 330;450 330 450 270;"
    "450 270 470 270;520 250 540 250"
)
ADDER_PARTS = (
    comp("Pin", (100, 100), label="a"),
    comp("Pin", (100, 140), label="b"),
    comp("Pin", (100, 160), label="cin"),
    comp("XOR Gate", (300, 100), "1"),
    comp("XOR Gate", (440, 140), "1", inputs=2),
    comp("AND Gate", (440, 230), "1"),
    comp("AND Gate", (440, 330), "1", inputs=2),
    comp("OR Gate", (520, 250), "1"),
    comp("Pin", (500, 140), label="s", output="true", facing="west"),
    comp("Pin", (540, 250), label="cout", type="output", facing="west"),
)


def test_a_full_adder_of_logisim(tmp_path: Path) -> None:
    (tmp_path / "fa.circ").write_text(project(circ(ADDER_WIRES, *ADDER_PARTS)))
    found = circuit(tmp_path / "fa.circ")
    adds(found, 1)
    assert sorted(found.netlist.gates) == ["and", "or", "xor"]


LOOKS = {
    # Where the ports of the full adder lie in its symbol, from the place of the symbol.
    "evolution": {"a": (-220, 0), "b": (-220, 20), "cin": (-220, 40), "s": (0, 0), "cout": (0, 20)},
    "classic": {"a": (-30, 0), "b": (-30, 10), "cin": (-30, 20), "s": (0, 0), "cout": (0, 10)},
    "custom": {"a": (-50, 0), "b": (-50, 30), "cin": (-20, -20), "s": (0, 0), "cout": (-20, 50)},
}


@pytest.mark.parametrize("look", ["evolution", "logisim_evolution", "classic", "custom", ""])
def test_an_adder_of_circuits(tmp_path: Path, look: str) -> None:
    places = LOOKS[{"": "classic", "logisim_evolution": "evolution"}.get(look, look)]
    extra = f'<a name="appearance" val="{look}"/>' if look else ""
    if look == "custom":
        pins = {
            "a": (100, 100),
            "b": (100, 140),
            "cin": (100, 160),
            "s": (500, 140),
            "cout": (540, 250),
        }
        ports = "".join(
            f'<circ-port height="8" width="8" pin="{pins[name][0]},{pins[name][1]}" x="{x + 296}" y="{y + 196}"/>'
            for name, (x, y) in places.items()
        )
        extra += f'<appear><circ-anchor height="6" width="6" x="297" y="197"/>{ports}</appear>'

    def at(name: str, x: int) -> str:
        return f"{x + places[name][0]} {1000 + places[name][1]}"

    top = circ(
        ";".join(
            [
                f"0 0 {at('a', 1500)}", f"0 10 {at('a', 2500)}",
                f"0 100 {at('b', 1500)}", f"0 110 {at('b', 2500)}",
                f"0 300 {at('cin', 1500)}", f"{at('cout', 1500)} {at('cin', 2500)}", f"{at('s', 1500)} 3000 0",
                f"{at('s', 2500)} 3000 10", f"{at('cout', 2500)} 3500 0",
            ]
        ),
        comp("Pin", (-20, 20), label="a", width=2),
        comp("Splitter", (-20, 20)),
        comp("Pin", (-20, 120), label="b", width=2),
        comp("Splitter", (-20, 120)),
        comp("Pin", (0, 300), label="cin"),
        comp("full adder", (1500, 1000), lib=""),
        comp("full adder", (2500, 1000), lib=""),
        comp("Splitter", (3020, 20), facing="west", appear="right"),
        comp("Pin", (3020, 20), label="s", width=2, output="true"),
        comp("Pin", (3500, 0), label="cout", output="true"),
    )  # fmt: skip
    inner = circ(ADDER_WIRES, *ADDER_PARTS, name="full adder", extra=extra)
    (tmp_path / "two.circ").write_text(project(inner, top))
    adds(circuit(tmp_path / "two.circ"), 2)


FACING = {
    "east": lambda x, y: (x, y),
    "west": lambda x, y: (-x, y),
    "north": lambda x, y: (y, -x),
    "south": lambda x, y: (y, x),
}


@pytest.mark.parametrize("facing", sorted(FACING))
@pytest.mark.parametrize(
    ("kind", "said", "offsets", "expected"),
    [
        ("AND Gate", {}, [(-50, -20), (-50, 20)], "0001"),
        ("OR Gate", {"size": 30}, [(-30, -10), (-30, 10)], "0111"),
        ("NAND Gate", {"size": 70, "inputs": 3}, [(-80, -30), (-80, 0), (-80, 30)], "11111110"),
        ("NOR Gate", {"inputs": 4}, [(-60, -20), (-60, -10), (-60, 10), (-60, 20)], "1" + "0" * 15),
        ("XOR Gate", {}, [(-60, -20), (-60, 20)], "0110"),
        ("XNOR Gate", {}, [(-70, -20), (-70, 20)], "1001"),
        ("XOR Gate", {"inputs": 3}, [(-60, -20), (-60, 0), (-60, 20)], "01101000"),
        ("XOR Gate", {"inputs": 3, "xor": "odd"}, [(-60, -20), (-60, 0), (-60, 20)], "01101001"),
        ("Odd Parity", {"inputs": 3}, [(-50, -20), (-50, 0), (-50, 20)], "01101001"),
        ("AND Gate", {"negate1": "true", "inputs": 2}, [(-50, -20), (-60, 20)], "0010"),
        (
            "AND Gate",
            {"inputs": 4, "size": 70},
            [(-70, -30), (-70, -10), (-70, 10), (-70, 30)],
            "0" * 15 + "1",
        ),
        ("NOT Gate", {}, [(-30, 0)], "10"),
        ("NOT Gate", {"size": 20}, [(-20, 0)], "10"),
        ("Buffer", {}, [(-20, 0)], "01"),
    ],
)
def test_gates_of_logisim(
    tmp_path: Path,
    facing: str,
    kind: str,
    said: dict[str, object],
    offsets: list[tuple[int, int]],
    expected: str,
) -> None:
    ends = [FACING[facing](*each) for each in offsets]
    parts = [
        comp("Pin", (500 + x, 500 + y), label=f"x{place}") for place, (x, y) in enumerate(ends)
    ]
    parts.append(comp(kind, (500, 500), "1", **{**said, "facing": facing}))
    parts.append(comp("Pin", (500, 500), label="y", output="true"))
    (tmp_path / "g.circ").write_text(project(circ("", *parts)))
    found = circuit(tmp_path / "g.circ")
    count, got = len(offsets), ""
    for row in range(1 << count):
        bits = {f"x{place}": row >> (count - 1 - place) & 1 for place in range(count)}
        got += str(found.run(**bits)["y"])
    assert got == expected


def test_wires_join_where_one_ends_on_another_and_do_not_where_they_cross(tmp_path: Path) -> None:
    (tmp_path / "t.circ").write_text(
        project(
            circ(
                "0 0 100 0;50 -50 50 50;50 50 80 50;20 0 20 100;20 100 80 100",
                comp("Pin", (0, 0), label="a"),
                comp("Pin", (50, -50), label="b"),
                comp("Pin", (100, 0), label="a2", output="true"),
                comp("Pin", (80, 50), label="b2", output="true"),
                comp("Pin", (80, 100), label="a3", output="true"),
                comp("Tunnel", (60, 0), label="t"),
                comp("Tunnel", (900, 0), label="t"),
                comp("Pin", (900, 0), label="a4", output="true"),
                comp("Power", (700, 0)),
                comp("Pin", (700, 0), label="one", output="true"),
                comp("Constant", (700, 50), width=4, value="0xa"),
                comp("Pin", (700, 50), label="ten", width=4, output="true"),
                comp("Text", (0, 400), "8"),
            )
        )
    )
    found = circuit(tmp_path / "t.circ")
    assert found.run(a=1, b=0) == {"a2": 1, "b2": 0, "a3": 1, "a4": 1, "one": 1, "ten": 10}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (
            [comp("D Flip-Flop", (0, 0), "4")],
            r"'D Flip-Flop' at \(0,0\) of circuit 'main' is not a gate",
        ),
        ([comp("Pin", (0, 0), width=99)], "is 99 bits wide"),
        ([comp("AND Gate", (0, 0), "1")], "has no input that is joined to anything"),
        ([comp("Splitter", (0, 0), bit0="7")], "puts bit 0 on end 7 of 2"),
        ([comp("Pin", (0, 0), width="wide")], "has the width 'wide'"),
        (
            [comp("Pin", (0, 0), label="a"), comp("Pin", (9, 0), label="a")],
            "two ports are called 'a'",
        ),
        ([comp("main", (0, 0), lib="", facing="north")], "faces another way than east"),
        ([comp("NOT Gate", (0, 0), "1", out="Z1")], "drives nothing for one of its values"),
        ([comp("OR Gate", (0, 0), "1", out="0Z")], "drives nothing for one of its values"),
        (
            [comp("Pin", (0, 0), label="a", width=3), comp("Splitter", (0, 0))],
            r"circuit 'main': nets of 3 and 2 bits are joined at \(0, 0\)",
        ),
    ],
)
def test_what_logisim_has_that_is_not_read(tmp_path: Path, parts: list[str], expected: str) -> None:
    (tmp_path / "t.circ").write_text(project(circ("", *parts)))
    with pytest.raises(FormatError, match=expected):
        circuit(tmp_path / "t.circ")


def test_projects_without_a_circuit(tmp_path: Path) -> None:
    for text, expected in (
        (project(), "holds no circuit"),
        (project(circ("", name="x")), "no main circuit 'main'"),
        (project(circ(""), circ("", name="a b"), circ("", name="a_b")), "two circuits .* 'a_b'"),
    ):
        (tmp_path / "t.circ").write_text(text)
        with pytest.raises(FormatError, match=expected):
            circuit(tmp_path / "t.circ")
