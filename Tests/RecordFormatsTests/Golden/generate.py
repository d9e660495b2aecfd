#!/usr/bin/env python3
"""Writes msgpack.txt, avro.txt and protobuf.txt: bytes made by other people's encoders, and what they mean.

Needs msgpack, fastavro and grpcio-tools (PyPI). Each line: the schema's name where there is one, the bytes in hexadecimal figures,
and the value as JSON. Bytes inside values are strings "0x…", floats that JSON has no word for are strings.
"""
import decimal, io, json, math, os, random, subprocess, sys, tempfile
import fastavro, msgpack

random.seed(20261121)
here = os.path.dirname(os.path.abspath(__file__))


def plain(value):
    if isinstance(value, (bytes, bytearray)):
        return "0x" + bytes(value).hex()
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        return value
    if isinstance(value, msgpack.ExtType):
        return {"type": value.code, "data": "0x" + value.data.hex()}
    if isinstance(value, dict):
        return {k if isinstance(k, str) else json.dumps(plain(k)): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, msgpack.Timestamp):
        return {"seconds": value.seconds, "nanoseconds": value.nanoseconds}
    return value


def dump(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def number():
    bits = random.randrange(1, 64)
    return random.choice([0, 1, -1, 127, 128, -128, -129, 2**31, -2**31, 2**63 - 1, -2**63, random.randrange(-2**bits, 2**bits)])


def text():
    return "".join(random.choice("abc xyzäß€𝄞\"\\\n\u0001") for _ in range(random.choice([0, 1, 5, 31, 32, 300])))


def blob():
    return random.randbytes(random.choice([0, 1, 4, 40, 300]))


def real():
    return random.choice([0.0, -0.0, 1.5, 0.1, 1e300, 5e-324, math.inf, -math.inf, random.gauss(0, 1e9)])


def packed(depth=0):
    kinds = [lambda: None, lambda: random.random() < 0.5, number, lambda: 2**64 - 1, text, blob, real,
             lambda: msgpack.ExtType(random.randrange(0, 127), blob()),
             lambda: msgpack.Timestamp(random.randrange(0, 2**random.choice([31, 34, 40])), random.choice([0, 1, 999999999]))]
    if depth < 4:
        kinds += [lambda: [packed(depth + 1) for _ in range(random.choice([0, 1, 3, 17]))],
                  lambda: {random.choice([text, number])(): packed(depth + 1) for _ in range(random.choice([0, 2, 5]))}]
    return random.choice(kinds)()


with open(os.path.join(here, "msgpack.txt"), "w") as out:
    for _ in range(100):
        value = packed()
        out.write(msgpack.packb(value).hex() + "\t" + dump(plain(value)) + "\n")

AVRO = {
    "user": {"type": "record", "name": "UserEvent", "namespace": "com.example", "fields": [
        {"name": "user_id", "type": "string"}, {"name": "event_type", "type": "string"},
        {"name": "timestamp", "type": {"type": "long", "logicalType": "timestamp-millis"}}]},
    "scalars": {"type": "record", "name": "Scalars", "fields": [
        {"name": "n", "type": "null"}, {"name": "b", "type": "boolean"}, {"name": "i", "type": "int"},
        {"name": "l", "type": "long"}, {"name": "f", "type": "float"}, {"name": "d", "type": "double"},
        {"name": "y", "type": "bytes"}, {"name": "s", "type": "string"},
        {"name": "x", "type": {"type": "fixed", "name": "Hash", "size": 4}},
        {"name": "e", "type": {"type": "enum", "name": "Suit", "symbols": ["SPADES", "HEARTS"]}},
        {"name": "x2", "type": "Hash"},
        {"name": "u", "type": ["null", "string", "long"]},
        {"name": "a", "type": {"type": "array", "items": "Suit"}},
        {"name": "m", "type": {"type": "map", "values": {"type": "array", "items": "long"}}}]},
    "tree": {"type": "record", "name": "Node", "namespace": "org.trees", "fields": [
        {"name": "label", "type": "string"}, {"name": "children", "type": {"type": "array", "items": "Node"}},
        {"name": "next", "type": ["null", "org.trees.Node"]}]},
    "money": {"type": "record", "name": "Money", "fields": [
        {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 60, "scale": 2}},
        {"name": "fixed", "type": {"type": "fixed", "name": "F", "size": 12, "logicalType": "decimal", "precision": 20, "scale": 5}}]},
}
MAKE = {
    "user": lambda: {"user_id": text(), "event_type": "click", "timestamp": random.randrange(0, 2**41)},
    "scalars": lambda: {"n": None, "b": random.random() < 0.5, "i": random.randrange(-2**31, 2**31), "l": number(),
                        "f": random.choice([0.5, -1.25, 3.0]), "d": real(), "y": blob(), "s": text(), "x": random.randbytes(4),
                        "e": random.choice(["SPADES", "HEARTS"]), "x2": random.randbytes(4),
                        "u": random.choice([None, "t", 7]), "a": random.choices(["SPADES", "HEARTS"], k=random.randrange(4)),
                        "m": {text(): [number() for _ in range(random.randrange(3))] for _ in range(random.randrange(3))}},
    "tree": lambda d=0: {"label": text(), "children": [MAKE["tree"](d + 1) for _ in range(random.randrange(3) if d < 3 else 0)],
                         "next": MAKE["tree"](d + 1) if d < 3 and random.random() < 0.4 else None},
    "money": lambda: {"amount": decimal.Decimal(random.randrange(-10**random.randrange(1, 50), 10**50)).scaleb(-2, decimal.Context(prec=80)),
                      "fixed": decimal.Decimal(random.randrange(-10**18, 10**18)).scaleb(-5)},
}


class Figures(float):
    """A number that JSON shall have with all its figures."""


def money(value):
    return {k: format(v, "f") for k, v in value.items()}


with open(os.path.join(here, "avro.txt"), "w") as out:
    for name, schema in AVRO.items():
        with open(os.path.join(here, name + ".avsc"), "w") as file:
            json.dump(schema, file, indent=2)
            file.write("\n")
        parsed = fastavro.parse_schema(json.loads(json.dumps(schema)))
        for _ in range(15):
            value = MAKE[name]()
            buffer = io.BytesIO()
            fastavro.schemaless_writer(buffer, parsed, value)
            if name == "money":
                shown = "{" + ",".join(f'"{k}":{v}' for k, v in money(value).items()) + "}"
            else:
                shown = dump(plain(value))
            out.write(f"{name}\t{buffer.getvalue().hex()}\t{shown}\n")

with tempfile.TemporaryDirectory() as folder:
    subprocess.run([sys.executable, "-m", "grpc_tools.protoc", f"-I{here}", f"--python_out={folder}",
                    os.path.join(here, "samples.proto")], check=True)
    sys.path.insert(0, folder)
    import samples_pb2 as pb
    from google.protobuf.internal.containers import BaseContainer

    def message(it):
        shown = {}
        for field, value in sorted(it.ListFields(), key=lambda x: x[0].number):
            def one(v, field=field):
                if field.type == field.TYPE_MESSAGE:
                    return message(v)
                if field.type == field.TYPE_ENUM:
                    known = field.enum_type.values_by_number.get(v)
                    return known.name if known else v
                return plain(v)
            if field.message_type and field.message_type.GetOptions().map_entry:
                inner = field.message_type.fields_by_name["value"]
                shown[field.name] = {str(k): message(v) if inner.type == inner.TYPE_MESSAGE else plain(v)
                                     for k, v in value.items()}
            elif isinstance(value, (list, BaseContainer)) or hasattr(value, "append"):
                shown[field.name] = [one(v) for v in value]
            else:
                shown[field.name] = one(value)
        return shown

    def line():
        return pb.Order.Line(sku=text(), count=random.randrange(-5, 5), discounts=[random.choice([0.5, 0.25, 1e-7]) for _ in range(random.randrange(3))])

    def order(depth=0):
        it = pb.Order(id=number(), customer=text(), lines=[line() for _ in range(random.randrange(3))],
                      status=random.choice([0, 1, -2, 9]), deltas=[number() for _ in range(random.randrange(4))],
                      signature=blob(), history=[random.choice([0, 1]) for _ in range(random.randrange(3))])
        for _ in range(random.randrange(2)):
            it.tags[text()] = number()
        if random.random() < 0.5:
            it.by_rank[random.randrange(-3, 9)].CopyFrom(line())
        if random.random() < 0.5:
            it.at.seconds, it.at.nanos = random.randrange(2**33), random.randrange(10**9)
        random.choice([lambda: None, lambda: setattr(it, "card", text()), lambda: it.voucher.CopyFrom(line())])()
        if depth < 2 and random.random() < 0.4:
            it.parent.CopyFrom(order(depth + 1))
        return it

    def scalars():
        return pb.Scalars(d=real(), f=random.choice([0.5, -1.25]), i32=random.randrange(-2**31, 2**31), i64=number(),
                          u32=random.randrange(2**32), u64=random.randrange(2**64), s32=random.randrange(-2**31, 2**31),
                          s64=number(), f32=random.randrange(2**32), f64=random.randrange(2**64),
                          sf32=random.randrange(-2**31, 2**31), sf64=number(), b=random.random() < 0.5, s=text(), y=blob())

    with open(os.path.join(here, "protobuf.txt"), "w") as out:
        for make in (order, scalars):
            for _ in range(25):
                it = make()
                out.write(f"{it.DESCRIPTOR.full_name}\t{it.SerializeToString().hex()}\t{dump(message(it))}\n")
