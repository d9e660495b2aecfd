#!/usr/bin/python3
"""Ill-behaved peers at every listener at once, while a good client works: nobody else may notice.

usage: abuser.py FILE with what secure_clients.py takes, and "pid" of the broker
"""

import json
import os
import random
import socket
import ssl
import struct
import threading
import time

from checks import expect, expect_equal, run, unique, until
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

SECONDS = 10
HALF_OPEN = 150
# Connections by listener that ask for 50 MiB again and again and never read: 8 GiB, if it were not for the bound.
NEVER_READING = {"PLAINTEXT": 120, "SSL": 40}
# What the broker may take for answers (weir.answer.memory.bytes), once more for those that are being encrypted, and the rest.
MEMORY_LIMIT = 400 << 20


def resident(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def connect(address):
    host, port = address.rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=10)


def over_tls(raw, setup):
    context = ssl.create_default_context(cafile=setup["ca"])
    return context.wrap_socket(raw, server_hostname="localhost")


def request(key, version, body=b"", correlation=1):
    frame = struct.pack(">hhih", key, version, correlation, 4) + b"evil" + body
    return struct.pack(">i", len(frame)) + frame


def quietly(body):
    try:
        body()
    except OSError:
        pass


class Abuse:
    """What one kind of peer does, again and again until the time is over."""

    def __init__(self, setup, end):
        self.setup, self.end, self.counts, self.held = setup, end, {}, {}
        self.lock = threading.Lock()

    def again(self, name, body):
        def loop():
            dice = random.Random(name)
            while time.monotonic() < self.end:
                quietly(lambda: body(dice))
                with self.lock:
                    self.counts[name] = self.counts.get(name, 0) + 1
        return threading.Thread(target=loop, daemon=True)

    def bad_lengths(self, listener):
        def body(dice):
            with connect(self.setup["listeners"][listener]) as peer:
                peer.sendall(struct.pack(">i", dice.choice([-1, -2**31, 2**31 - 1, 104_857_601, 0, 3])) + b"xyz")
                peer.settimeout(0.2)
                peer.recv(100)
        return self.again(f"bad lengths at {listener}", body)

    def noise(self, listener):
        def body(dice):
            with connect(self.setup["listeners"][listener]) as peer:
                peer.sendall(dice.randbytes(dice.choice([1, 5, 300, 70_000])))
                peer.settimeout(0.2)
                peer.recv(100)
        return self.again(f"noise at {listener}", body)

    def noise_after_handshake(self):
        def body(dice):
            with over_tls(connect(self.setup["listeners"]["SASL_SSL"]), self.setup) as peer:
                peer.sendall(request(17, 1, struct.pack(">h", 5) + b"PLAIN"))
                peer.recv(100)
                token = dice.randbytes(dice.choice([0, 1, 100, 5_000]))
                peer.sendall(request(36, 0, struct.pack(">i", len(token)) + token))
                peer.settimeout(0.3)
                peer.recv(100)
        return self.again("noise as login over TLS", body)

    def large_before_login(self):
        def body(_):
            with connect(self.setup["listeners"]["SASL_PLAINTEXT"]) as peer:
                peer.sendall(struct.pack(">i", 100 << 20))
                for _ in range(100):
                    peer.sendall(b"x" * (1 << 20))
        return self.again("100 MiB before the login", body)

    def never_reading(self, topic, listener, count):
        """A crowd that asks for everything there is, and takes none of it."""
        partition = struct.pack(">iqi", 0, 0, 50 << 20)
        name = topic.encode()
        body_of_fetch = (
            struct.pack(">iiiibi", -1, 0, 0, 50 << 20, 0, 1) + struct.pack(">h", len(name)) + name
            + struct.pack(">i", 1) + partition)

        def come():
            raw = socket.socket()
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            host, port = self.setup["listeners"][listener].rsplit(":", 1)
            raw.settimeout(5)
            raw.connect((host, int(port)))
            peer = over_tls(raw, self.setup) if listener == "SSL" else raw
            peer.settimeout(0.05)
            peer.send(b"".join(request(1, 4, body_of_fetch, number) for number in range(20)))
            return peer

        def body(_):
            crowd = []
            try:
                while len(crowd) < count and time.monotonic() < self.end:
                    quietly(lambda: crowd.append(come()))
                time.sleep(max(0, min(4, self.end - time.monotonic())))
                with self.lock:
                    self.held[listener] = max(self.held.get(listener, 0), len(crowd))
            finally:
                for peer in crowd:
                    peer.close()
        return self.again(f"a crowd that fetches without reading at {listener}", body)

    def flood(self):
        def body(_):
            peers = [connect(self.setup["listeners"]["PLAINTEXT"]) for _ in range(50)]
            for peer in peers:
                peer.close()
        return self.again("50 connections for nothing", body)

    def pipelining(self):
        """Thousands of small requests at once, of which no answer is read."""
        def body(_):
            with connect(self.setup["listeners"]["PLAINTEXT"]) as peer:
                peer.settimeout(0.5)
                peer.sendall(b"".join(request(18, 0, b"", number) for number in range(20_000)))
        return self.again("20,000 requests at once", body)

    def versions_again(self):
        """ApiVersions twice before the login, which Kafka closes."""
        def body(_):
            with connect(self.setup["listeners"]["SASL_PLAINTEXT"]) as peer:
                peer.sendall(request(18, 0) + request(18, 0, b"", 2))
                peer.settimeout(2)
                while peer.recv(4_096):
                    pass
        return self.again("ApiVersions twice before the login", body)


def hold_half_open(setup):
    """Connections that began something and trickle on: half a handshake, half a hello, half a frame."""
    held = []
    for number in range(HALF_OPEN):
        listener = ["SSL", "SASL_SSL", "SASL_PLAINTEXT", "PLAINTEXT"][number % 4]
        peer = connect(setup["listeners"][listener])
        # The first bytes of a TLS hello; the length of a frame and a little of it.
        peer.sendall(b"\x16\x03\x01\x02\x00\x01" if "SSL" in listener else struct.pack(">i", 500_000) + b"\0\x11")
        held.append((peer, b"\x00"))
    return held


class GoodClient:
    """Writes and reads, over TLS with a login; knows how long a record took at most."""

    def __init__(self, setup):
        mechanism, user, password = setup["users"][-1]
        client = {
            "bootstrap.servers": setup["listeners"]["SASL_SSL"], "security.protocol": "SASL_SSL",
            "ssl.ca.location": setup["ca"], "sasl.mechanism": mechanism, "sasl.username": user, "sasl.password": password,
        }
        self.topic, self.count, self.worst = unique("good"), 0, 0.0
        admin = AdminClient(client)
        admin.create_topics([NewTopic(self.topic, 1, 1)])[self.topic].result(30)
        self.producer = Producer({**client, "linger.ms": 0})
        self.consumer = Consumer({**client, "group.id": unique("good"), "enable.auto.commit": False})
        self.consumer.assign([TopicPartition(self.topic, 0, 0)])

    def work(self):
        """A record there and back."""
        errors = []
        began = time.monotonic()
        self.producer.produce(
            self.topic, str(self.count), callback=lambda error, _: errors.append(str(error)) if error else None)
        expect_equal(self.producer.flush(30), 0, "records of the good client left")
        expect_equal(errors, [], "errors of the good client")

        def read():
            message = self.consumer.poll(1)
            expect(message is None or not message.error(), f"{message and message.error()}")
            return message

        expect_equal(until(read, "a record of the good client").value(), str(self.count).encode(), "what was read")
        self.count += 1
        self.worst = max(self.worst, time.monotonic() - began)


def main(path):
    with open(path, encoding="utf-8") as file:
        setup = json.load(file)
    plain = {"bootstrap.servers": setup["listeners"]["PLAINTEXT"]}
    admin = AdminClient(plain)
    topic = unique("much")
    admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(30)
    producer = Producer({**plain, "linger.ms": 50})
    for _ in range(400):
        producer.produce(topic, os.urandom(100_000))
        producer.poll(0)
        producer.flush(30)
    good = GoodClient(setup)
    good.work()
    before = resident(setup["pid"])
    end = time.monotonic() + SECONDS
    abuse = Abuse(setup, end)
    held = hold_half_open(setup)
    threads = [abuse.bad_lengths(name) for name in setup["listeners"]]
    threads += [abuse.noise(name) for name in setup["listeners"]]
    threads += [abuse.noise_after_handshake(), abuse.large_before_login(), abuse.flood(), abuse.pipelining()]
    threads += [abuse.versions_again()]
    threads += [abuse.never_reading(topic, name, count) for name, count in NEVER_READING.items()]
    for thread in threads:
        thread.start()
    peak = [before]

    def watch():
        while time.monotonic() < end:
            peak[0] = max(peak[0], resident(setup["pid"]))
            for peer, drop in held:
                quietly(lambda peer=peer, drop=drop: peer.send(drop))
            time.sleep(0.2)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    while time.monotonic() < end:
        good.work()
    for thread in threads + [watcher]:
        thread.join(20)
    expect(good.count > 10, f"the good client wrote only {good.count} records in {SECONDS} s")
    expect(peak[0] < MEMORY_LIMIT, f"the broker took {peak[0] >> 20} MiB")
    return {
        "good records": good.count, "slowest ms": round(good.worst * 1000), "MiB before": before >> 20, "MiB at most": peak[0] >> 20,
        "half open": len(held), "never reading": abuse.held, "abuse": abuse.counts,
    }


run(main)
