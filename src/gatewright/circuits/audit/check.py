"""Check an audit folder: python check.py [DIR]. Python 3.11 or newer, nothing but its standard library.
The folder claims that a circuit of small neural networks computes a specification exactly. Nothing in it is
believed. What is found to hold is said in claim.txt, which has to be, byte for byte, the text that is made here.
  gates.json    weights and truth tables    every gate is bounded in rational arithmetic          part 2
  circuit.blif  the netlist                 one driver a net, no cycle, gates as in gates.json    part 3
  claim.json    the specification           is made a plain circuit                               part 4
  proof.lrat    clauses, each by hints      netlist and specification never differ                part 5
  proof.pac     polynomials, or             the same, by algebra                                  part 6
  patterns.json count and digests           the same, on every pattern                            part 7
The last line begins with "holds" (exit code 0) or "refused" (exit code 1):
>>> main(["nowhere"])
refused: claim.json is missing or is not plain text
1
"""
import ast, hashlib, json, re, sys, warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

# Part 1. Files, which may hold anything.
FILES = ("claim.json", "gates.json", "circuit.blif", "proof.lrat", "proof.pac", "patterns.json", "claim.txt")
MOST_NODES, MOST_BITS = 1 << 22, 1 << 13  # of a circuit, and of a number in the specification
MOST_STEPS, STEPS = 1 << 28, [0]  # no file may keep its reader waiting for ever; a step is a fraction of 1 µs
Box = Sequence[tuple[Fraction, Fraction]]; Clause = Sequence[int]; Word = list[int]
Polynomial = dict[frozenset[int], int]

class Refused(Exception):
    """The folder proves nothing, and why."""
def need(good: object, reason: str) -> None:
    if not good:
        raise Refused(reason)
def take(count: int, what: str) -> None:
    STEPS[0] += count
    need(STEPS[0] <= MOST_STEPS, f"{what} takes more steps than are allowed")
def text_of(files: Mapping[str, bytes], name: str) -> str:
    text = files.get(name, b"").decode("latin-1")
    need(text and not re.search(r"[^\n -~]", text), f"{name} is missing or is not plain text")
    return text
def json_of(files: Mapping[str, bytes], name: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        need(len(dict(pairs)) == len(pairs), f"{name} gives a key twice")
        return dict(pairs)
    def number(digits: str) -> Fraction:  # the float64 that the digits stand for, exactly
        need(len(digits) <= 40 and abs(float(digits)) < 1e300, f"{name} holds '{digits[:40]}', out of range")
        return Fraction(float(digits))
    text = text_of(files, name)
    try:
        return json.loads(text, object_pairs_hook=once, parse_int=number, parse_float=number, parse_constant=number)
    except (ValueError, RecursionError) as error:
        raise Refused(f"{name} is not JSON: {error}") from None
def entry(record: Any, key: str, kind: type, where: str) -> Any:
    need(type(record) is dict and key in record, f"{where} has no '{key}'")
    need(type(record[key]) is kind, f"'{key}' of {where} is not of the kind '{kind.__name__}'")
    return record[key]
def several(record: Any, key: str, form: str, where: str) -> Any:
    """A list of texts that all match a form."""
    good = all(type(each) is str and re.fullmatch(form, each) for each in entry(record, key, list, where))
    need(good, f"'{key}' of {where} is not a list of what it should be")
    return record[key]

# Part 2. Gates: in every row of its truth table, every input in its box gives every output in its band, rounding
# errors included. Units are min(1, max(0, 1/2 + z/4)), z a weighted sum and a bias.
UNIT = {"float64": Fraction(1, 2**53), "float32": Fraction(1, 2**24)}  # half the distance from 1 to the next number
SMALLEST = Fraction(1, 2**149)  # of float32 the least number above 0; that of float64 is less
def bounds(layer: Sequence[tuple[Sequence[Fraction], Fraction]], box: Box, arithmetic: str) -> Box:
    """Between what every unit lies, inputs lying in a box, as computed in any order, fused or not.
    A term meets at most k = n + 5 roundings: of weight, input or bias as stored, of its product, of n + 1 sums and
    of the activation. Together they change it by at most k·u/(1 - k·u) of itself (Higham 2002, section 3.1), which
    is at most (k + 1)·u while k·(k + 1)·u <= 1. Each rounding near 0 adds at most the smallest number.
    """
    need(len(box) <= 2000, "a layer has more than 2000 inputs")
    take(10 * len(layer) * (len(box) + 4), "bounding gates")
    share, found, zero, one = (len(box) + 6) * UNIT[arithmetic], [], Fraction(0), Fraction(1)
    for weights, bias in layer:
        least = most = Fraction(1, 2) + bias / 4
        size, spread = Fraction(1, 2) + abs(bias) / 4, Fraction(2 * len(box) + 8)
        for weight, (a, b) in zip(weights, box):
            ends = weight * a / 4, weight * b / 4
            least, most, reach = least + min(ends), most + max(ends), max(abs(a), abs(b))
            size, spread = size + abs(weight) * reach / 4, spread + abs(weight) + reach
        need(size < 2**100, "a gate's weights are so large that a sum may overflow")
        error = share * size + SMALLEST * spread
        found.append((min(one, max(zero, least - error)), min(one, max(zero, most + error))))
    return found

class Gate:
    """A gate whose certificate holds. Bit r of a column is row r; the first input is the highest bit of r."""
    def __init__(self, name: str, record: Any, vil: Fraction, vol: Fraction, arithmetic: str) -> None:
        where = f"gate '{name}'"
        self.inputs, self.outputs = (several(record, key, "[!-<>-~]+", where) for key in ("inputs", "outputs"))
        good = 1 <= len(self.inputs) <= 16 and self.outputs and len({*self.inputs, *self.outputs}) == len(
            self.inputs) + len(self.outputs)
        need(good, f"{where} does not have 1 to 16 inputs and an output, of different names")
        rows, sides = 1 << len(self.inputs), ((vol - vil, vil), (1 - vil, 1 + vil - vol))
        self.ones, cares = ([int(each, 16) for each in several(record, key, "0x[0-9a-f]{1,16384}", where)]
                            for key in ("ones", "cares"))
        good = len(self.ones) == len(cares) == len(self.outputs) and max(self.ones + cares) < 1 << rows
        need(good, f"{where} does not have a truth table of {rows} rows for each output")
        need(not any(one & ~care for one, care in zip(self.ones, cares)), f"{where} is 1 where it may be anything")
        self.loose = sum(1 << row for row in range(rows) if not all(care >> row & 1 for care in cares))  # anything goes
        restoring, network, units = entry(record, "restoring", bool, where), list[Any](), len(self.inputs)
        for layer in entry(record, "layers", list, where):
            weights, biases = (entry(layer, key, list, f"a layer of {where}") for key in ("weights", "biases"))
            alone = restoring and not network  # unit i reads input i alone
            weights, width = ([[each] for each in weights], 1) if alone else (weights, units)
            fits = 0 < len(weights) == len(biases) and all(type(each) is list and len(each) == width for each in weights)
            need(fits and all(type(each) is Fraction for row in [*weights, biases] for each in row),
                 f"a layer of {where} is not of numbers, as many as the layer before has units")
            need(not alone or len(biases) == units, f"{where} does not restore every input")
            network.append(list(zip(weights, biases))); units = len(biases)
        first = network.pop(0) if restoring and network else []
        need(network and units == len(self.outputs), f"{where} does not have as many units as outputs")
        bits = [[bounds([unit], [side], arithmetic)[0] for side in sides] for unit in first]
        need(all(end[0] == end[1] and end[0] in (0, 1) for pair in bits for end in pair), f"{where} does not make bits of its inputs")
        for row in range(rows):
            pins = [row >> place & 1 for place in reversed(range(len(self.inputs)))]
            bands = [(vol if not one >> row & 1 else 1 - vol) if care >> row & 1 else None
                     for one, care in zip(self.ones, cares)]
            self.prove(network, [bits[pin][bit] if restoring else sides[bit] for pin, bit in enumerate(pins)],
                       bands, arithmetic, f"row {row:0{len(pins)}b} of {where}")
    def prove(self, network: Any, box: Box, bands: list[Fraction | None], arithmetic: str, where: str) -> None:
        """Halve a box along its widest side until bounds show every output beyond the end of its band."""
        boxes, tried = [box], 0
        while boxes:
            box, tried = boxes.pop(), tried + 1
            need(tried <= 4096, f"{where}: an output cannot be shown to lie in its band")
            ends = box
            for layer in network:
                ends = bounds(layer, ends, arithmetic)
            if all(band is None or (most <= band if band < Fraction(1, 2) else least >= band)
                   for band, (least, most) in zip(bands, ends)):
                continue
            side = max(range(len(box)), key=lambda pin: box[pin][1] - box[pin][0])
            a, b = box[side]
            need(a < b, f"{where}: an output lies outside its band")
            boxes += [[*box[:side], part, *box[side + 1:]] for part in ((a, (a + b) / 2), ((a + b) / 2, b))]

# Part 3. The netlist. A circuit is a list of nodes, each after those it reads: a truth table and what it reads.
class Circuit:
    """Node n is an input where tables[n] is None. Bit r of a table is row r; the first pin is r's highest bit."""
    def __init__(self) -> None:
        self.tables, self.pins = list[int | None](), list[tuple[int, ...]]()
        self.known: dict[tuple[int, tuple[int, ...]], int] = {}
    def node(self, table: int | None, pins: Iterable[int] = ()) -> int:
        need(len(self.tables) < MOST_NODES, f"the circuit has more than {MOST_NODES} nodes")
        self.tables.append(table); self.pins.append(tuple(pins))
        return len(self.tables) - 1
    def cell(self, table: int, *pins: int) -> int:
        """A node of the specification: each once, and none that is constant or what it reads."""
        for place, pin in enumerate(pins):
            if self.tables[pin] in (0, 1) and not self.pins[pin]:
                step = 1 << len(pins) - 1 - place  # rows in which this pin alone differs are that far apart
                rows = [row for row in range(1 << len(pins)) if bool(row & step) == bool(self.tables[pin])]
                table = sum((table >> row & 1) << new for new, row in enumerate(rows))
                return self.cell(table, *pins[:place], *pins[place + 1:])
        if table in (0, (1 << (1 << len(pins))) - 1):
            table, pins = table & 1, ()
        if len(pins) == 1 and table == 0b10:
            return pins[0]
        if (table, pins) not in self.known:
            self.known[table, pins] = self.node(table, pins)
        return self.known[table, pins]
def read_blif(text: str) -> dict[str, dict[str, list[Any]]]:
    """The models by name: inputs, outputs, instances (gate, net by pin), covers (nets, rows)."""
    models: dict[str, dict[str, list[Any]]] = {}
    model: dict[str, list[Any]] = {}
    for line in re.sub(r"#[^\n]*", "", text).replace("\\\n", " ").split("\n"):
        head, *rest = line.split() or [""]
        need(model or head in ("", ".model"), "circuit.blif has lines outside a model")
        if head == ".model":
            need(len(rest) == 1 and rest[0] not in models, "circuit.blif has a model without a name, or twice")
            model = models[rest[0]] = {".inputs": [], ".outputs": [], ".subckt": [], ".names": []}
        elif head in (".inputs", ".outputs"):
            model[head] += rest
        elif head == ".subckt" and rest:
            pins = {pin: net for pin, _, net in (each.partition("=") for each in rest[1:])}
            need(len(pins) == len(rest) - 1, "circuit.blif joins a pin of an instance twice")
            model[head].append((rest[0], pins))
        elif head == ".names" and rest:
            model[head].append((rest, []))
        elif head == ".end":
            model = {}
        elif head:
            need(head[0] != "." and model[".names"], f"circuit.blif has '{head[:40]}', which is not covered")
            model[".names"][-1][1].append([head, *rest])
    return models
def buses(names: Iterable[str]) -> dict[str, list[str]]:
    """Numbers by name, the net of bit 0 first: a[0] to a[n] are one, every other net is a number of one bit."""
    found: dict[str, dict[int, str]] = {}
    for name in names:
        bit = re.fullmatch(r"(.+)\[(0|[1-9][0-9]{0,6})\]", name)
        found.setdefault(bit[1] if bit else name, {})[int(bit[2]) if bit else -1] = name
    for bus, bits in found.items():
        need(set(bits) in ({-1}, set(range(len(bits)))), f"the bits of '{bus[:40]}' are not 0 to {len(bits) - 1}")
    return {bus: [bits[place] for place in sorted(bits)] for bus, bits in found.items()}

class Wire(Gate):
    def __init__(self) -> None:
        self.inputs, self.outputs, self.ones, self.loose = ["from"], ["to"], [0b10], 0

class Netlist:
    """The circuit, its inputs and outputs as buses of nodes, and (rows, pins) of what may be anything."""
    def __init__(self, text: str, gates: Mapping[str, Gate]) -> None:
        models = read_blif(text)
        need(models, "circuit.blif has no model")
        title, *names = models
        for name in names:
            need(name in gates, f"gate '{name[:40]}' of circuit.blif is not certified in gates.json")
            self.compare(models[name], gates[name], f"gate '{name}' of circuit.blif")
        top, self.circuit, self.loose, kinds = models[title], Circuit(), [], {name: gates[name] for name in names}
        kinds[""] = Wire()
        ports, self.instances = (top[".inputs"], top[".outputs"]), [name for name, _ in top[".subckt"]]
        need(all(len(set(side)) == len(side) > 0 for side in ports), "the circuit has no inputs or outputs, or one twice")
        node = {net: self.circuit.node(None) for net in top[".inputs"]}
        plain = all(len(nets) == 2 and rows == [["1", "1"]] for nets, rows in top[".names"])
        need(plain, "the circuit has a cover that is not a plain wire")
        parts = [*top[".subckt"], *(("", {"from": nets[0], "to": nets[1]}) for nets, _ in top[".names"])]
        driver, readers, waits, done = set(top[".inputs"]), dict[str, list[int]](), [], 0
        for place, (name, pins) in enumerate(parts):
            need(name in kinds, f"an instance is of '{name[:40]}', which is not a certified gate")
            gate = kinds[name]
            need(sorted(pins) == sorted(gate.inputs + gate.outputs), f"an instance of '{name}' has not the pins of its gate")
            for net in (pins[pin] for pin in gate.outputs):
                need(net not in driver, f"net '{net[:40]}' is driven twice")
                driver.add(net)
            waits.append(len(reads := {pins[pin] for pin in gate.inputs}))
            for net in reads:
                readers.setdefault(net, []).append(place)
        lost = sorted({*readers, *top[".outputs"]} - driver)
        need(not lost, f"net '{''.join(lost[:1])[:40]}' has no driver")
        known = list(node)
        while known:  # nets of known nodes, whose readers may now be known
            for place in readers.get(known.pop(), ()):
                waits[place] -= 1
                if not waits[place]:
                    (name, pins), done = parts[place], done + 1
                    gate, read = kinds[name], [node[pins[pin]] for pin in kinds[name].inputs]
                    made = {pins[pin]: self.circuit.node(one, read) for pin, one in zip(gate.outputs, gate.ones)}
                    self.loose += [(gate.loose, read)] if gate.loose else []
                    node.update(made); known += made
        need(done == len(parts), "the circuit has a cycle")
        self.inputs, self.outputs = ({bus: [node[net] for net in nets] for bus, nets in buses(side).items()}
                                     for side in ports)
    @staticmethod
    def compare(model: dict[str, list[Any]], gate: Gate, where: str) -> None:
        same = model[".inputs"] == gate.inputs and model[".outputs"] == gate.outputs and not model[".subckt"]
        need(same, f"{where} does not have the ports of gates.json")
        tables = {}
        for (*pins, output), rows in model[".names"]:
            good = all(len(row) == 2 and re.fullmatch("[01]+", row[0]) and len(row[0]) == len(pins) and row[1] == "1"
                       for row in rows)
            need(good and output not in tables and pins in ([], gate.inputs), f"{where} has covers that are not its rows")
            tables[output] = sum(1 << row for row in {int(row[0], 2) for row in rows})
        need(tables == dict(zip(gate.outputs, gate.ones)), f"{where} has another truth table than in gates.json")

# Part 4. The specification, in Python's words for Python's integers: made a plain circuit of numbers in two's
# complement, lists of nodes from the lowest bit to the sign.
XOR, AND, OR, NOT, XOR3, MAJORITY, MUX = 0b0110, 0b1000, 0b1110, 0b01, 0x96, 0xE8, 0xCA

class Builder:
    """Makes the nodes of expressions; `names` are the numbers that they may name."""
    def __init__(self, circuit: Circuit, inputs: Mapping[str, Word]) -> None:
        self.cell, self.zero, self.one = circuit.cell, circuit.cell(0), circuit.cell(1)
        self.names = {name: [*bits, self.zero] for name, bits in inputs.items()}
    def trim(self, word: Word) -> Word:
        while len(word) > 1 and word[-1] == word[-2]:
            word = word[:-1]
        need(len(word) <= MOST_BITS, f"the specification has a number of more than {MOST_BITS} bits")
        take(10 * len(word), "the specification")
        return word
    def wide(self, *numbers: Word) -> list[Word]:
        return [each + each[-1:] * (max(map(len, numbers)) - len(each)) for each in numbers]
    def each(self, table: int, *numbers: Word) -> Word:
        return self.trim([self.cell(table, *bits) for bits in zip(*self.wide(*numbers))])
    def choice(self, test: int, yes: Word, no: Word) -> Word:
        return self.trim([self.cell(MUX, test, a, b) for a, b in zip(*self.wide(yes, no))])
    def add(self, left: Word, right: Word, carry: int) -> Word:
        total = []
        for a, b in zip(*self.wide(left + left[-1:], right + right[-1:])):
            total.append(self.cell(XOR3, a, b, carry))
            carry = self.cell(MAJORITY, a, b, carry)
        return self.trim(total)
    def minus(self, left: Word, right: Word, one: int) -> Word:
        return self.add(left, self.each(NOT, right), one)
    def times(self, left: Word, right: Word) -> Word:
        total = [self.zero]
        for place, bit in enumerate(right):
            row = self.trim([self.zero] * place + [self.cell(AND, each, bit) for each in left])
            last = place == len(right) - 1  # the sign counts below zero
            total = self.minus(total, row, self.one) if last else self.add(total, row, self.zero)
        return total
    def shifted(self, word: Word, by: Word, left: bool) -> Word:
        need(by[-1] == self.zero, "the specification shifts by a number that may be negative")
        for place, bit in enumerate(by[:-1]):
            step = 1 << min(place, 20)
            need(not left or bit == self.zero or step < MOST_BITS, "the specification shifts too far")
            if bit != self.zero:
                word = self.choice(bit, [self.zero] * step + word if left else word[min(step, len(word) - 1):], word)
        return word
    def truth(self, word: Word) -> int:
        """Whether a number is not 0."""
        while len(word) > 1:
            word = [self.cell(OR, *word[place:place + 2]) if len(word) > place + 1 else word[place]
                    for place in range(0, len(word), 2)]
        return word[0]
    def bit(self, node: int) -> Word:
        return self.trim([node, self.zero])
    def no(self, node: int) -> Word:
        return self.bit(self.cell(NOT, node))
    def less(self, left: Word, right: Word) -> int:
        return self.minus(left, right, self.one)[-1]
    def word(self, tree: ast.expr) -> Word:
        """The number that an expression is."""
        match tree:
            case ast.Constant(value=int() as value):
                need(value.bit_length() < MOST_BITS, "the specification has a number that is too long")
                return [(self.zero, self.one)[int(value) >> bit & 1] for bit in range(int(value).bit_length() + 1)]
            case ast.Name(id=name):
                need(name in self.names, f"the specification names '{name[:40]}', which is not an input")
                return self.names[name]
            case ast.Subscript(value=of, slice=ast.Constant(value=int() as place)) if 0 <= place < MOST_BITS:
                word = self.word(of)
                return self.bit(word[min(place, len(word) - 1)])
            case ast.Set(elts=parts):  # as on the left
                return [bit for part in reversed(parts) for bit in self.word(part)[:-1]] + [self.zero]
            case ast.IfExp(test=test, body=body, orelse=other):
                return self.choice(self.truth(self.word(test)), self.word(body), self.word(other))
            case ast.Call(func=ast.Name(id="parity" | "popcount" as name), args=[of], keywords=[]):
                bits = self.word(of); need(bits[-1] == self.zero, f"the specification takes {name} of what may be negative")
                words = [[bit, self.zero] for bit in bits[:-1]] or [bits]
                while len(words) > 1:
                    pairs = [words[place:place + 2] for place in range(0, len(words), 2)]
                    words = [pair[0] if len(pair) < 2 else self.each(XOR, *pair) if name == "parity" else
                             self.add(pair[0], pair[1], self.zero) for pair in pairs]
                return words[0]
            case ast.UnaryOp(op=op, operand=of):
                return self.operation(op, [self.zero], self.word(of))
            case ast.BinOp(ast.BinOp(x, ast.Add(), y), ast.Add(), b) if (bit := self.word(b))[1:] == [self.zero]:
                return self.add(self.word(x), self.word(y), bit[0])  # a bit that comes third is the carry
            case ast.BinOp(ast.BinOp(x, ast.Sub(), y), ast.Sub(), b) if (bit := self.word(b))[1:] == [self.zero]:
                return self.minus(self.word(x), self.word(y), self.cell(NOT, bit[0]))
            case ast.BinOp(a, op, b) | ast.Compare(a, [op], [b]):
                return self.operation(op, self.word(a), self.word(b))
        raise Refused("the specification has an unknown expression")
    def operation(self, op: ast.AST, a: Word, b: Word) -> Word:
        known: dict[str, Callable[[], Word]] = {
            "Add": lambda: self.add(a, b, self.zero), "Sub": lambda: self.minus(a, b, self.one),
            "Mult": lambda: self.times(a, b), "USub": lambda: self.minus(a, b, self.one),
            "LShift": lambda: self.shifted(a, b, True), "RShift": lambda: self.shifted(a, b, False),
            "BitAnd": lambda: self.each(AND, a, b), "BitOr": lambda: self.each(OR, a, b),
            "BitXor": lambda: self.each(XOR, a, b), "Invert": lambda: self.each(NOT, b),
            "NotEq": lambda: self.bit(self.truth(self.each(XOR, a, b))), "Lt": lambda: self.bit(self.less(a, b)),
            "Eq": lambda: self.no(self.truth(self.each(XOR, a, b))), "GtE": lambda: self.no(self.less(a, b)),
            "Gt": lambda: self.bit(self.less(b, a)), "LtE": lambda: self.no(self.less(b, a))}
        need(type(op).__name__ in known, f"the specification has an unknown operator, {type(op).__name__}")
        return known[type(op).__name__]()
def parsed(text: str) -> ast.expr:
    try:
        need(len(text) <= 1 << 16 and "#" not in text, "an expression of the specification is too long, or has a #")
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Refused(f"'{text[:60]}' is not an expression of Python") from None
def equations(lines: Iterable[str], outputs: Mapping[str, Word]) -> list[tuple[Word, ast.expr]]:
    """What stands left of each =, as nodes of outputs from the lowest bit, and the expression to the right."""
    found, said = [], list[str]()
    for line in lines:
        (left, _, right), names = line.partition(" = "), line.partition(" = ")[0].strip("{}").split(", ")
        good = re.fullmatch(r"[^ ,{}]+|\{[^ ,{}]+(, [^ ,{}]+)*\}", left) and all(name in outputs for name in names)
        need(good, f"'{line[:60]}' does not say what outputs are")
        said += names
        found.append(([node for name in reversed(names) for node in outputs[name]], parsed(right)))
    need(len(set(said)) == len(said), "the specification says of an output twice what it is")
    return found

# Part 5. A proof by clauses: variable n + 1 is node n. Each clause has to follow from those that it names, in turn.
def clauses_of(circuit: Circuit, bad: Sequence[int], inside: int) -> list[Clause]:
    """What every node is, row by row; that `inside` is 1; and that one of `bad` is. No assignment may fit them all."""
    found: list[Clause] = []
    for node, (table, pins) in enumerate(zip(circuit.tables, circuit.pins)):
        take(0 if table is None else 8 << len(pins), "making clauses")
        for row in range(0 if table is None else 1 << len(pins)):
            signs = [-1 if row >> place & 1 else 1 for place in reversed(range(len(pins)))]
            value = node + 1 if (table or 0) >> row & 1 else -node - 1
            found.append([*(sign * (pin + 1) for sign, pin in zip(signs, pins)), value])
    return [*found, [inside + 1], [node + 1 for node in bad]]
def check_lrat(text: str, clauses: Sequence[Clause]) -> None:
    known, last = dict(enumerate(clauses, 1)), len(clauses)
    for line in text.splitlines():
        where = f"proof.lrat, '{line[:40]}'"
        need(re.fullmatch(r"[1-9]\d{0,17}( -?[1-9]\d{0,17})* 0( [1-9]\d{0,17})* 0", line), f"{where}: no line of LRAT")
        new, *rest, _ = map(int, line.split())
        clause, hints = rest[:rest.index(0)], rest[rest.index(0) + 1:]
        need(new > last, f"{where}: its number is not new")
        last, false, left = new, set(clause), {0}  # suppose that the clause does not hold
        for hint in hints:
            need(hint in known, f"{where}: there is no clause {hint}")
            left = {literal for literal in known[hint] if literal not in false}
            take(len(known[hint]), "proof.lrat")
            need(len(left) <= 1, f"{where}: clause {hint} leaves more than one literal")
            if not left:
                break
            false |= {-literal for literal in left}
        need(not left, f"{where}: its hints do not end in a contradiction")
        known[new] = clause
        if not clause:
            return
    raise Refused("proof.lrat does not come to a contradiction")

# Part 6. A proof by algebra, in the practical algebraic calculus: sums of products of polynomials that are 0. A bit
# is 0 or 1, so x·x = x and a product is a set of variables. Coefficients count modulo 2^width.
def times(f: Polynomial, g: Polynomial) -> Polynomial:
    take(4 * len(f) * len(g), "algebra")
    made: Polynomial = {}
    for a, m in f.items():
        for b, n in g.items():
            made[a | b] = made.get(a | b, 0) + m * n
    return made
def plus(f: Polynomial, g: Polynomial, factor: int = 1) -> Polynomial:  # f becomes it
    for term, count in g.items():
        f[term] = f.get(term, 0) + factor * count
    return f
def reduced(f: Polynomial, width: int) -> Polynomial:
    return {term: rest for term, count in f.items() if (rest := count & (1 << width) - 1)}
def axiom(circuit: Circuit, node: int) -> Polynomial:
    """The polynomial x - f(pins) of a node x, which is 0."""
    pins, table = circuit.pins[node][::-1], circuit.tables[node]
    need(table is not None, "an input is not a function of others")
    values = [(table or 0) >> row & 1 for row in range(1 << len(pins))]
    take(4 * len(pins) << len(pins), "algebra")
    for place in range(len(pins)):
        values = [each - (values[row ^ 1 << place] if row >> place & 1 else 0) for row, each in enumerate(values)]
    made = {frozenset([node + 1]): 1}
    for row, count in enumerate(values):
        plus(made, {frozenset(pin + 1 for place, pin in enumerate(pins) if row >> place & 1): -count})
    return made
def number_of(nodes: Iterable[int]) -> Polynomial:
    return {frozenset([node + 1]): 1 << place for place, node in enumerate(nodes)}
def polynomial(tree: ast.expr, inputs: Mapping[str, Word]) -> Polynomial:
    """An expression as a polynomial of the bits of inputs."""
    match tree:
        case ast.Constant(value=int() as value):
            return {frozenset(): int(value)}
        case ast.Name(id=name) if name in inputs:
            return number_of(inputs[name])
        case ast.Call(func=ast.Name(id="popcount"), args=[ast.Name(id=name)], keywords=[]) if name in inputs:
            return dict.fromkeys(number_of(inputs[name]), 1)
        case ast.BinOp(left, ast.Add() | ast.Sub() as op, right):
            return plus(dict(polynomial(left, inputs)), polynomial(right, inputs), 1 if isinstance(op, ast.Add) else -1)
        case ast.BinOp(left, ast.Mult(), right):
            return times(polynomial(left, inputs), polynomial(right, inputs))
        case ast.BinOp(left, ast.LShift(), ast.Constant(value=int() as by)) if 0 <= by < MOST_BITS:
            return times(polynomial(left, inputs), {frozenset(): 1 << by})
        case ast.Subscript(ast.Name(id=name), ast.Constant(value=int() as place)) if name in inputs and 0 <= place < len(inputs[name]):
            return number_of([inputs[name][place]])
    raise Refused("algebra is for sums, differences and products of inputs and their bits")
TERM = r"(?:\d{1,4000}|x\d{1,9})(?:\*x\d{1,9})*"
def polynomial_of(text: str, where: str) -> Polynomial:
    need(re.fullmatch(rf"-?{TERM}(?:[+-]{TERM})*", text), f"{where}: '{text[:40]}' is not a polynomial")
    made: Polynomial = {}
    for sign, term in re.findall(r"([+-]?)([^+-]+)", text):
        parts = term.split("*")
        count = int(parts.pop(0)) if parts[0][0] != "x" else 1
        plus(made, {frozenset(int(part[1:]) for part in parts): -count if sign == "-" else count})
    return made
def check_pac(text: str, circuit: Circuit, goals: Sequence[tuple[Polynomial, int]]) -> None:
    """Goals are polynomials and their widths; they have to be the last lines, and so are 0."""
    width, known, zero = max(width for _, width in goals), dict[int, Polynomial](), list[Polynomial]()
    for line in text.splitlines():
        where = f"proof.pac, '{line[:40]}'"
        form = re.fullmatch(r"([1-9]\d{0,17}) % ([^,]+)\), ([^,]+);", line)
        need(form, f"{where}: not of the form 'number % combination, polynomial;'")
        new, combination, result = (int(form[1]), form[2], form[3]) if form else (0, "", "")
        need(new > len(circuit.tables) and new not in known, f"{where}: its number is taken")
        total: Polynomial = {}
        for part in combination.split(")+"):
            number, _, factor = part.partition("*(")
            of = int(number) if re.fullmatch(r"[1-9]\d{0,17}", number) else 0
            need(of in known or 0 < of <= len(circuit.tables), f"{where}: there is no polynomial '{number[:40]}'")
            known[of] = known[of] if of in known else axiom(circuit, of - 1)
            plus(total, times(known[of], polynomial_of(factor, where)))
        known[new] = reduced(polynomial_of(result, where), width)
        need(reduced(total, width) == known[new], f"{where}: the combination is another polynomial")
        zero.append(known[new])
    same = [reduced(f, each) == reduced(goal, each) for f, (goal, each) in zip(zero[-len(goals):], goals)]
    need(len(same) == len(goals) and all(same), "proof.pac does not end in what is claimed")

# Part 7. Every pattern, 2^16 at a time: bit p of a value is the value in pattern p.
def patterns_of(circuit: Circuit, bad: Iterable[int], inside: int, outputs: Mapping[str, Word]) -> dict[str, Any]:
    """Counts and digests of outputs, range by range, where no bad node is 1 inside."""
    inputs = {node: place for place, node in enumerate(n for n, table in enumerate(circuit.tables) if table is None)}
    need(len(inputs) <= 20, "there are more than 2^20 patterns")
    total, size, every, found = 1 << len(inputs), 1 << min(16, len(inputs)), (1 << (1 << min(16, len(inputs)))) - 1, []
    for first in range(0, total, size):
        values: list[int] = []
        for node, (table, pins) in enumerate(zip(circuit.tables, circuit.pins)):
            made = 0
            if table is None:
                half = 1 << inputs[node]  # so many 0s, then so many 1s, and so on
                made = every // ((1 << 2 * half) - 1) * ((1 << half) - 1 << half) if half < size else every * bool(first & half)
            for row in range(1 << len(pins) if table else 0):
                take(size >> 7, "trying every pattern")
                here = every if (table or 0) >> row & 1 else 0
                for place, pin in enumerate(reversed(pins) if here else ()):
                    here &= values[pin] if row >> place & 1 else every ^ values[pin]
                made |= here
            values.append(made)
        need(not any(values[node] & values[inside] for node in bad), "netlist and specification differ in some pattern")
        data = b"".join(values[node].to_bytes((size + 7) // 8, "little") for bits in outputs.values() for node in bits)
        found.append({"first": first, "count": size, "sha256": hashlib.sha256(data).hexdigest()})
    return {"patterns": total, "ranges": found}

# Part 8. What holds.
TEXT = """Audit of {0.title}: {1}, to {2}

Trained gates = netlist
  circuit.blif has {3} instances of {4}. With VIL = {5} and VOL = {6}, let
  inputs be driven within [0, VOL] for a 0 and [1 - VOL, 1] for a 1, and let every wire add noise of at most
  VIL - VOL. Then every wire is driven within that band of the bit that circuit.blif gives it: in real numbers
  and in {0.arithmetic}, whatever the order of sums.{7}

Netlist = specification
{8}

Trusted
  check.py, Python and this computer; floating point that rounds as IEEE 754 says; that a gate computes
  min(1, max(0, 1/2 + z/4)) of weighted sums z, and that wires add no more noise; and that the specification is
  what you want. The names of gates and of the circuit are only names.

"""

class Audit:
    """All but the proof: what is claimed, and nodes of which none may be 1 where `inside` is."""
    def __init__(self, files: Mapping[str, bytes]) -> None:
        STEPS[0], self.files = 0, files
        claim, gates = json_of(files, "claim.json"), json_of(files, "gates.json")
        need(set(claim) == {"schema", "circuit", "specification", "assuming", "method"}, "claim.json has other keys")
        need(claim["schema"] == "gatewright/audit-claim/1", "claim.json is of another schema")
        self.title, self.assuming, self.method = (entry(claim, key, str, "claim.json")
                                                  for key in ("circuit", "assuming", "method"))
        self.lines = several(claim, "specification", "[ -~]+", "claim.json")
        need(re.fullmatch("[ -~]*", self.title + self.assuming), "claim.json has titles that are not plain text")
        self.vil, self.vol = (entry(gates, key, Fraction, "gates.json") for key in ("vil", "vol"))
        need(0 <= self.vol < self.vil < Fraction(1, 2), "VIL and VOL are not a discipline: not 0 <= VOL < VIL < 1/2")
        self.arithmetic = entry(gates, "arithmetic", str, "gates.json")
        need(self.arithmetic in UNIT, "'arithmetic' of gates.json is not float64 or float32")
        self.gates = {name: Gate(name, gate, self.vil, self.vol, self.arithmetic)
                      for name, gate in entry(gates, "gates", dict, "gates.json").items()}
        self.netlist = Netlist(text_of(files, "circuit.blif"), self.gates)
        self.circuit = self.netlist.circuit
        builder = Builder(self.circuit, self.netlist.inputs)
        self.bad = [self.circuit.cell(rows, *pins) for rows, pins in self.netlist.loose]
        self.equations = equations(self.lines, self.netlist.outputs)
        for nodes, tree in self.equations:
            word = builder.word(tree)
            self.bad += [self.circuit.cell(XOR, *bits) for bits in zip(nodes, word + word[-1:] * len(nodes))]
        self.inside = builder.truth(builder.word(parsed(self.assuming))) if self.assuming else builder.one
    def prove(self) -> str:
        if self.method == "clauses":
            check_lrat(text_of(self.files, "proof.lrat"), clauses_of(self.circuit, self.bad, self.inside))
        elif self.method == "algebra":
            need(self.equations and not self.netlist.loose, "algebra is for gates that are told in every row")
            goals = [(plus(number_of(nodes), polynomial(tree, self.netlist.inputs), -1), len(nodes))
                     for nodes, tree in self.equations]
            check_pac(text_of(self.files, "proof.pac"), self.circuit, goals)
        elif self.method == "patterns":
            found = patterns_of(self.circuit, self.bad, self.inside, self.netlist.outputs)
            need(found == json_of(self.files, "patterns.json"), "patterns.json has other counts or digests of its ranges")
        else:
            need(self.method == "none" and not self.bad, "claim.json names no proof of what is claimed")
        return {"clauses": "a refutation whose clauses follow each from its hints", "patterns": "trying every pattern",
                "algebra": "a certificate in the practical algebraic calculus"}.get(self.method, "")
    def claim(self) -> str:
        how, where, net = self.prove(), f" where {self.assuming}" if self.assuming else "", self.netlist
        sides = [", ".join(f"{name} ({len(bits)} bits)" if len(bits) > 1 else name for name, bits in side.items())
                 for side in (net.inputs, net.outputs)]
        said = {node for left, _ in self.equations for node in left}
        claim = [f"  For all 2^{sum(map(len, net.inputs.values()))} inputs{where}, by {how}:",
                 *(f"    {line}" for line in self.lines),
                 "  As many bits of Python's integers count as stand on the left; names in braces are one number, the",
                 "  highest bits first; a[0] is the lowest bit of a.",
                 *(f"  Nothing is said of output {name}." for name, bits in net.outputs.items() if not set(bits) <= said)]
        loose = f"\n  Not so in rows where {len(net.loose)} of them may do anything; none is met{where}, by {how}." if net.loose else ""
        return TEXT.format(self, *sides, len(net.instances), ", ".join(sorted(set(net.instances))) or "any gate", float(self.vil),
                           float(self.vol), loose, "\n".join(claim if self.lines else ["  Nothing is claimed."])) + "".join(
            f"{hashlib.sha256(self.files[name]).hexdigest()}  {name}\n" for name in FILES[:3])
def main(arguments: Sequence[str]) -> int:
    folder = Path(arguments[0]) if arguments else Path(__file__).parent
    try:
        files = {name: (folder / name).read_bytes() for name in FILES
                 if (folder / name).is_file() and (folder / name).stat().st_size < 1 << 30}
        need(files.get("claim.txt") == (claim := Audit(files).claim()).encode(), "claim.txt is not what was found to hold")
    except Exception as error:  # whatever a damaged file brings about
        print("refused:", re.sub("[^ -~]", "?", f"{error}")[:300] or type(error).__name__)
        return 1
    print(claim, "holds: all that claim.txt says", sep="\n")
    return 0

if __name__ == "__main__":
    warnings.simplefilter("ignore"); raise SystemExit(main(sys.argv[1:]))
