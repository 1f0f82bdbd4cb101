"""A real browser opens reports: what the page computes is what the library computes, and anyone can use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tests.optional.conftest import CHROMIUM

from gatewright.circuits.circuit import Circuit
from gatewright.circuits.clocked.cut import gates_of
from gatewright.circuits.clocked.lockstep import outputs_of
from gatewright.circuits.clocked.machine import Cycle, Machine
from gatewright.circuits.netlist import Bus, Netlist, Register
from gatewright.circuits.program import Program, compile_netlist
from gatewright.circuits.simulate.evaluate import evaluate, trained_cells
from gatewright.circuits.simulate.exact import ExactEngine
from gatewright.circuits.spec import file_circuit
from gatewright.circuits.verify.assess import assess
from gatewright.draw.report.report import report
from gatewright.formats.blif.reader import read_blif
from gatewright.formats.model.source import read_source
from gatewright.gates.trained import TrainedGate, decide
from gatewright.gates.training.train import train
from gatewright.logic.bits import counting_patterns
from gatewright.plugins.manager import Plugins

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from tests.conftest import Circuits

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no browser: install chromium"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="no driver: pip install playwright"),
]

Open = Callable[..., "Page"]


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a report without a network; in the end nothing has been said, asked for or loaded."""
    said: list[str] = []
    contexts = []

    def opened(text: str, *, width: int = 1280, **settings: Any) -> Page:
        path = tmp_path / "report.html"
        path.write_text(text, encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 800}, **settings)
        contexts.append(context)
        context.set_offline(True)
        page = context.new_page()
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        return page

    asked: list[str] = []
    yield opened
    for context in contexts:
        context.close()
    assert said == []
    assert all(url.startswith(("file:", "data:")) for url in asked)


@pytest.fixture(scope="module")
def adder(plugins: Plugins) -> Circuit:
    return plugins.circuit("ripple-adder").elaborate({"bits": 2}, plugins.gates)


@pytest.fixture(scope="module")
def text(adder: Circuit, gates: Mapping[str, TrainedGate]) -> str:
    return report(adder, gates, assess(adder, gates))


def wires(page: Page) -> dict[int, dict[str, str]]:
    """What the page shows of every wire, by its number."""
    found: list[dict[str, str]] = page.eval_on_selector_all(
        ".wire",
        """all => all.map(each => ({
            net: each.dataset.net, driven: each.dataset.driven, carried: each.dataset.carried,
            right: each.dataset.right, bit: each.querySelector(".bit").textContent,
            mark: each.querySelector(".mark").textContent,
            raw: each.querySelector(".raw").textContent}))""",
    )
    return {int(each["net"]): each for each in found}


def numbers(page: Page, what: str) -> np.ndarray[Any, Any]:
    shown = wires(page)
    return np.array([float(shown[net][what]) for net in range(len(shown))])


def set_inputs(page: Page, pattern: list[int]) -> None:
    page.evaluate(
        """pattern => pattern.forEach((bit, net) => {
            const button = document.querySelector(`button[data-input="${net}"]`);
            if (button.getAttribute("aria-pressed") !== String(bit === 1)) button.click();
        })""",
        pattern,
    )


def press(page: Page, *parts: str) -> None:
    page.evaluate(
        "parts => parts.forEach(part => document.querySelector(`[data-part=${part}]`).click())",
        list(parts),
    )


def part(page: Page, name: str) -> str:
    words = page.locator(f'[data-part="{name}"]').text_content() or ""
    return " ".join(words.split())


def agrees(
    page: Page, circuit: Circuit, gates: Mapping[str, TrainedGate], pattern: list[int]
) -> None:
    """Every wire of the page is the library's for this pattern, in value and in bit."""
    program = compile_netlist(circuit.netlist)
    bits = np.array([pattern], dtype=np.uint8)
    raw = evaluate(program, trained_cells(program, gates), bits.astype(np.float64))[:, 0]
    exact = ExactEngine(program).nets(bits)[:, 0]
    assert np.abs(numbers(page, "carried") - raw).max() <= 1e-12
    shown = wires(page)
    assert [int(shown[net]["bit"]) for net in shown] == decide(raw)[list(shown)].tolist()
    for net, wire in shown.items():
        assert wire["mark"] == ("✓ right" if decide(raw)[net] == exact[net] else "✗ wrong")
        assert float(wire["raw"].replace("−", "-")) == pytest.approx(raw[net], abs=5.1e-5)


@pytest.mark.parametrize("kind", ["hardened", "smooth"])
def test_every_pattern_gives_the_library_s_values(
    open_page: Open,
    adder: Circuit,
    gates: Mapping[str, TrainedGate],
    soft_gates: Mapping[str, TrainedGate],
    kind: str,
) -> None:
    used = gates if kind == "hardened" else soft_gates
    page = open_page(report(adder, used, assess(adder, used)))
    for pattern in counting_patterns(0, 32, 5).tolist():
        set_inputs(page, pattern)
        agrees(page, adder, used, pattern)
        a, b, cin = pattern[0] + 2 * pattern[1], pattern[2] + 2 * pattern[3], pattern[4]
        total = a + b + cin
        assert part(page, "answer") == (
            f"a = {a}, b = {b}, cin = {cin} → sum = {total % 4}, cout = {total // 4}"
        )
        assert part(page, "verdict") == "✓ right"
        assert part(page, "wrong") == "0 of 9"


def test_gates_of_several_kinds_and_levels(
    open_page: Open, plugins: Plugins, gates: Mapping[str, TrainedGate]
) -> None:
    circuit = plugins.circuit("divider").elaborate({"bits": 3}, plugins.gates)
    page = open_page(report(circuit, gates, assess(circuit, gates)))
    for pattern in counting_patterns(9, 55, 6)[::6].tolist():
        set_inputs(page, pattern)
        agrees(page, circuit, gates, pattern)


def flows(page: Page, program: Program, gates: Mapping[str, TrainedGate]) -> None:
    """What drives each wire is what the library's gates make of what the wires before it carry."""
    driven, carried = numbers(page, "driven"), numbers(page, "carried")
    for step in program.steps:
        wanted = gates[step.gate].flow(carried[step.inputs])
        assert np.abs(driven[step.outputs] - wanted).max() <= 1e-12


@pytest.mark.parametrize("whole", [False, True])
def test_noise_up_to_the_margin_does_no_harm_and_beyond_it_does(
    open_page: Open, text: str, adder: Circuit, gates: Mapping[str, TrainedGate], whole: bool
) -> None:
    program = compile_netlist(adder.netlist)
    page = open_page(text)
    slider = page.locator("#noise")
    page.get_by_role("checkbox").set_checked(whole)
    slider.fill("0.45")
    assert part(page, "level") == "±0.450"
    assert part(page, "promise").startswith("Within the margin")
    seen = []
    for _ in range(12):
        press(page, "random")
        flows(page, program, gates)
        off = numbers(page, "carried") - numbers(page, "driven")
        assert np.abs(off).max() <= 0.45 + 1e-12
        assert not whole or np.abs(np.abs(off) - 0.45).max() <= 1e-12
        seen.append(tuple(off))
        assert (part(page, "verdict"), part(page, "wrong")) == ("✓ right", "0 of 9")
        press(page, "roll")
    assert len(set(seen)) == 12
    assert min(map(min, seen)) < 0 < max(map(max, seen))
    slider.fill("0.5")
    assert part(page, "promise").startswith("Beyond the margin")
    wrong = 0
    for _ in range(25):
        press(page, "random", "roll")
        flows(page, program, gates)
        count = sum(wire["right"] == "false" for wire in wires(page).values())
        assert part(page, "wrong") == f"{count} of 9"
        wrong += count
    assert (
        wrong or not whole
    )  # draws of less than a half each seldom do harm: the widest margin is 0.4998
    slider.fill("0")
    assert part(page, "wrong") == "0 of 9"
    assert (numbers(page, "carried") == numbers(page, "driven")).all()


def test_the_same_page_draws_the_same_noise(open_page: Open, text: str) -> None:
    found = []
    for _ in range(2):
        page = open_page(text)
        page.locator("#noise").fill("0.3")
        page.get_by_role("button", name="Draw the noise anew").click()
        found.append(numbers(page, "carried").tolist())
    assert found[0] == found[1]


def test_wrong_is_told_in_words_and_by_a_sign(
    open_page: Open, adder: Circuit, gates: Mapping[str, TrainedGate]
) -> None:
    gate = gates["full-adder"]
    broken = {"full-adder": replace(gate, theta=-gate.theta, datasheet=None)}
    page = open_page(report(adder, broken, assess(adder, broken)))
    agrees(page, adder, broken, [int(each) for each in numbers(page, "carried")[:5]])
    assert part(page, "verdict").startswith("✗ wrong: should be ")
    assert part(page, "promise") == "Nothing is proved of it under noise."
    assert not part(page, "wrong").startswith("0 ")


def test_keys_alone_are_enough(open_page: Open, text: str) -> None:
    page = open_page(text)
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.dataset.input || document.activeElement.id")
        )
        if reached[-1] == "0":
            break
    assert reached[-1] == "0"
    assert "1" in reached  # the bit before it on the page
    pressed = page.locator('button[data-input="0"]')
    before = pressed.get_attribute("aria-pressed")
    page.keyboard.press("Space")
    assert pressed.get_attribute("aria-pressed") != before
    page.keyboard.press("Enter")
    assert pressed.get_attribute("aria-pressed") == before
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.locator("#noise").focus()
    page.keyboard.press("End")
    assert part(page, "level") == "±0.500"
    page.keyboard.press("ArrowLeft")
    assert part(page, "level") == "±0.495"


def test_names_for_those_who_hear_the_page(open_page: Open, text: str) -> None:
    page = open_page(text)
    for name in ("a[0]", "a[1]", "b[0]", "b[1]", "cin"):
        assert page.get_by_role("button", name=name, exact=True).count() == 1
    assert page.get_by_role("slider", name="Every wire is off by").count() == 1
    assert page.get_by_role("checkbox", name="all the way").count() == 1
    for role in ("main", "navigation", "banner", "contentinfo", "status"):
        assert page.get_by_role(role).count() == 1


CONTRAST = """() => {
  const parse = (text) => (text.match(/[0-9.]+/g) || []).map(Number);
  const over = (top, under) => {
    const alpha = top.length > 3 ? top[3] : 1;
    return [0, 1, 2].map((at) => alpha * top[at] + (1 - alpha) * under[at]);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((each) => each / 255).map(
      (each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    if (!element) return matchMedia("(prefers-color-scheme: dark)").matches ? [0, 0, 0] : [255, 255, 255];
    const own = parse(getComputedStyle(element).backgroundColor);
    return over(own, ground(element.parentElement));
  };
  const found = [];
  for (const element of document.body.querySelectorAll("*:not(svg *):not(script):not(noscript)")) {
    const words = [...element.childNodes].filter((each) => each.nodeType === 3 && each.data.trim());
    if (!words.length || !element.getClientRects().length) continue;
    const under = ground(element);
    const pair = [light(over(parse(getComputedStyle(element).color), under)), light(under)];
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    found.push([element.tagName, words[0].data.trim().slice(0, 30), ratio]);
  }
  return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_on_light_and_dark(open_page: Open, text: str, scheme: str) -> None:
    page = open_page(text, color_scheme=scheme)
    page.locator("#noise").fill("0.5")
    page.get_by_role("checkbox").check()
    found = page.evaluate(CONTRAST)
    assert len(found) > 150
    assert {tag for tag, *_ in found} >= {"BUTTON", "TH", "TD", "A", "H2", "SPAN", "DT"}
    low = [each for each in found if each[2] < 4.5]
    assert low == []
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(13, 17, 23)"}[scheme]


@pytest.mark.parametrize("width", [375, 1280])
def test_nothing_runs_off_the_side(
    open_page: Open, plugins: Plugins, gates: Mapping[str, TrainedGate], text: str, width: int
) -> None:
    circuit = plugins.circuit("ripple-adder").elaborate({"bits": 80}, plugins.gates)
    for made in (text, report(circuit, gates, assess(circuit, gates))):
        page = open_page(made, width=width)
        wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1] == width
        small = page.eval_on_selector_all(
            "button", "all => all.filter(each => each.getBoundingClientRect().height < 24).length"
        )
        assert small == 0


def test_a_large_circuit_by_its_ends(
    open_page: Open, plugins: Plugins, gates: Mapping[str, TrainedGate]
) -> None:
    circuit = plugins.circuit("ripple-adder").elaborate({"bits": 80}, plugins.gates)
    page = open_page(report(circuit, gates, assess(circuit, gates)))
    assert len(wires(page)) == 81
    assert part(page, "wrong") == "0 of 321"

    def bars() -> list[int]:
        found = page.locator("[data-bar] .raw").all_text_contents()
        return [int(each) for each in found]

    assert bars() == [321] + 10 * [0]
    page.locator("#noise").fill("0.45")
    assert sum(bars()) == 321
    assert min(bars()[:9]) > 0
    assert bars()[9:] == [0, 0]
    assert part(page, "wrong") == "0 of 321"
    pattern = [int(bit) for bit in page.locator("button[data-input] .bit").all_text_contents()]
    bits = pattern[:80][::-1], pattern[80:160][::-1]
    a, b = (sum(bit << place for place, bit in enumerate(each)) for each in bits)
    total = a + b + pattern[160]
    low = total & (2**80 - 1)
    assert part(page, "answer").endswith(f"sum = {f'0x{low:x}'[:10]}…, cout = {total >> 80}")


def test_names_of_a_file_do_nothing(
    open_page: Open, plugins: Plugins, gates: Mapping[str, TrainedGate], tmp_path: Path
) -> None:
    path = tmp_path / "evil.blif"
    path.write_text(
        ".model m\n.inputs </script><script>alert(1)</script> <img/src=x/onerror=alert(2)>\n.outputs y\n"
        ".names </script><script>alert(1)</script> <img/src=x/onerror=alert(2)> y\n11 1\n.end\n"
    )
    circuit = file_circuit(read_blif(read_source(path), plugins.gates), "<b>evil</b>.blif")
    page = open_page(report(circuit, gates, assess(circuit, gates)))
    assert page.locator("img, b").count() == 0
    for pattern in counting_patterns(0, 4, 2).tolist():
        set_inputs(page, pattern)
        agrees(page, circuit, gates, pattern)


def test_without_javascript_the_rest_is_there(open_page: Open, text: str) -> None:
    page = open_page(text, java_script_enabled=False)
    assert page.get_by_text("The live circuit needs JavaScript").is_visible()
    assert not page.locator("#noise").is_visible()
    assert page.locator("button").first.is_hidden()
    assert page.get_by_role("heading", name="Verdict").is_visible()
    assert page.get_by_text("proved by datasheets").is_visible()


def test_nothing_moves_for_those_who_do_not_want_it(open_page: Open, text: str) -> None:
    for wish, moving in (("reduce", "0s"), ("no-preference", "0.18s")):
        page = open_page(text, reduced_motion=wish)
        style = page.eval_on_selector(".dot", "each => getComputedStyle(each).transitionDuration")
        assert style == moving


def test_the_schematic_follows(open_page: Open, text: str, adder: Circuit) -> None:
    pytest.importorskip("py_mini_racer")
    page = open_page(text)
    program = compile_netlist(adder.netlist)
    for pattern in counting_patterns(0, 32, 5)[::7]:
        set_inputs(page, pattern.tolist())
        exact = ExactEngine(program).nets(pattern[None])[:, 0]
        for net, name in enumerate(program.nets):
            line = page.locator(f'.gw-net[data-nets="{name}"] .gw-wire').first
            kind = "gw-one" if exact[net] else "gw-zero"
            assert kind in (line.get_attribute("class") or "").split()


@pytest.fixture(scope="module")
def counter(plugins: Plugins) -> Circuit:
    return plugins.circuit("counter").elaborate({"bits": 3, "modulo": 5}, plugins.gates)


@pytest.fixture(scope="module")
def clocked_gates(counter: Circuit, gates: Mapping[str, TrainedGate]) -> dict[str, TrainedGate]:
    return {
        **gates,
        **{spec.name: train(spec) for spec in gates_of(counter.netlist) if spec.name not in gates},
    }


@pytest.fixture(scope="module")
def clocked_text(counter: Circuit, clocked_gates: Mapping[str, TrainedGate]) -> str:
    return report(counter, clocked_gates, assess(counter, clocked_gates))


def cycle_of(page: Page, machine: Machine, bits: list[int]) -> Cycle:
    """What the library says of a cycle, which every wire of the page says too."""
    set_inputs(page, bits)
    cycle = machine.step(np.array([bits], dtype=np.uint8))
    assert cycle.raw is not None
    assert np.abs(numbers(page, "carried") - cycle.raw[:, 0]).max() <= 1e-12
    assert part(page, "cycle") == str(cycle.number)
    return cycle


def test_the_clock_steps_a_circuit_as_the_library_does(
    open_page: Open, counter: Circuit, clocked_gates: Mapping[str, TrainedGate], clocked_text: str
) -> None:
    page = open_page(clocked_text)
    generator = np.random.default_rng(0)
    for _ in range(2):  # the second time after a reset
        machine = Machine(counter.netlist, clocked_gates)
        seen = []
        for _ in range(12):
            given = int(generator.integers(2))
            cycle = cycle_of(page, machine, [given])
            seen.append(outputs_of(counter.netlist, cycle)["count"])
            assert part(page, "answer") == f"enable = {given} → count = {seen[-1]}"
            assert part(page, "register-0") == str(seen[-1])
            press(page, "clock")
        assert page.locator('svg[data-part="waves"] .number').all_text_contents() == [
            str(number) for number in range(13)
        ]
        shown = page.locator('svg[data-part="waves"] .value').count()
        now = int(part(page, "output-0"))
        assert shown == 1 + sum(one != other for one, other in pairwise([*seen, now]))
        press(page, "reset")
        assert (part(page, "cycle"), part(page, "output-0")) == ("0", "0")
        assert page.locator('svg[data-part="waves"] .number').count() == 1


def test_keys_alone_move_the_clock(open_page: Open, clocked_text: str) -> None:
    page = open_page(clocked_text)
    page.get_by_role("button", name="Clock", exact=True).focus()
    for key in ("Enter", "Space", "Enter"):
        page.keyboard.press(key)
    assert part(page, "cycle") == "3"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert part(page, "cycle") == "19"
    for _ in range(3):
        page.keyboard.press("Enter")
    first = page.locator('svg[data-part="waves"] .number').first.text_content()
    assert (part(page, "cycle"), first) == ("67", "36")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert part(page, "cycle") == "0"


def test_noise_over_time_does_no_harm_up_to_the_margin(open_page: Open, clocked_text: str) -> None:
    page = open_page(clocked_text)
    page.locator("#noise").fill("0.45")
    seen = []
    for _ in range(4):
        press(page, "ahead")
        seen.append(tuple(numbers(page, "carried") - numbers(page, "driven")))
    assert len(set(seen)) == 4
    assert (part(page, "before"), part(page, "cycle")) == ("0", "64")
    page.locator("#noise").fill("0.5")
    page.get_by_role("checkbox").check()
    for _ in range(8):
        press(page, "ahead")
    assert int(part(page, "before")) > 0
    waves = page.locator('svg[data-part="waves"]')
    assert waves.get_attribute("aria-label") == "Waves of cycles 161 to 192"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_a_clocked_page_can_be_read(
    open_page: Open, clocked_text: str, scheme: str, width: int
) -> None:
    page = open_page(clocked_text, width=width, color_scheme=scheme)
    press(page, "ahead")
    assert [each for each in page.evaluate(CONTRAST) if each[2] < 4.5] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    waves = page.locator('svg[data-part="waves"]').bounding_box()
    assert waves is not None
    assert waves["width"] > 600  # it scrolls in its own frame


def test_a_register_without_a_buffer_or_value_is_told(
    open_page: Open, clocked_gates: Mapping[str, TrainedGate]
) -> None:
    ring = Netlist(
        "ring",
        {},
        (),
        (Bus("q", ("q",)),),
        (),
        (Register("q", "r", "q", 1), Register("r", "q", "r", None)),
    )
    circuit = file_circuit(ring, "ring.blif")
    page = open_page(report(circuit, clocked_gates, assess(circuit, clocked_gates)))
    assert page.get_by_text("1 register without an initial value: 0 here.").is_visible()
    found = []
    for _ in range(4):
        found.append(part(page, "output-0"))
        press(page, "clock")
    assert found == ["1", "0", "1", "0"]


@pytest.mark.parametrize(
    "words", [["xor"], ["xor", "--as-trained"], ["full-adder"], ["xor", "--layers", "12"]]
)
def test_a_step_fits_a_projector(
    browser: Browser, circuits: Circuits, tmp_path: Path, words: list[str]
) -> None:
    """Of 1000 pixels: no number lies behind a scroll bar, and on a phone the page itself does not scroll."""
    path = tmp_path / "step.html"
    assert circuits("explain", *words, "--html", path)[0] == 0
    for width in (1000, 375):
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        cut = page.eval_on_selector_all(
            "section > *", "all => all.filter(each => each.scrollWidth > each.clientWidth).length"
        )
        assert width < 1000 or cut == 0
        page.close()
