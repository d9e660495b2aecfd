#!/usr/bin/python3
"""Debian's Burrow, with the ZooKeeper it wants, reads `__consumer_offsets` and must tell the lag that there is."""

import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from checks import Failed, expect, expect_equal, run, unique
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

BURROW = "/usr/bin/Burrow"
ZOOKEEPER = "/usr/share/zookeeper/bin/zkServer.sh"
PARTITIONS = 3
COUNT = 300

SETTINGS = """
[general]
pidfile="{folder}/burrow.pid"
[logging]
filename="{folder}/burrow.log"
level="info"
[zookeeper]
servers=["127.0.0.1:{zookeeper}"]
timeout=6
root-path="/burrow"
[client-profile.test]
client-id="burrow"
kafka-version="2.0.0"
[cluster.local]
class-name="kafka"
servers=["{bootstrap}"]
client-profile="test"
topic-refresh=1
offset-refresh=1
[consumer.local]
class-name="kafka"
cluster="local"
servers=["{bootstrap}"]
client-profile="test"
[evaluator.default]
class-name="caching"
expire-cache=1
[httpserver.default]
address="127.0.0.1:{http}"
[storage.default]
class-name="inmemory"
workers=2
intervals=5
expire-group=604800
min-distance=0
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def end_with_this_script():
    """The child is killed when its parent ends, however that comes about (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def start(command, log, **environment):
    with open(log, "wb") as output:
        return subprocess.Popen(
            command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, preexec_fn=end_with_this_script,
            env={**os.environ, **environment})


def patiently(condition, what, seconds=60):
    """Asks another process again and again."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise Failed(f"waited {seconds} s for {what}")
        time.sleep(0.1)


def versions():
    asked = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\n", "burrow", "zookeeper"], capture_output=True, check=True)
    return dict(line.split() for line in asked.stdout.decode().splitlines())


def ask(http, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{http}{path}", timeout=5) as answer:
            return json.load(answer)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return None


def truth(consumer, topic):
    """Lag of each partition, as the broker itself has it."""
    committed = consumer.committed([TopicPartition(topic, partition) for partition in range(PARTITIONS)], timeout=20)
    ends = [consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=20)[1] for partition in range(PARTITIONS)]
    return [end - one.offset for one, end in zip(committed, ends)]


def reported(http, group, topic):
    """Lag of each partition, as Burrow has it; None until it knows them all."""
    answer = ask(http, f"/v3/kafka/local/consumer/{group}/lag")
    partitions = answer["status"]["partitions"] if answer and not answer["error"] else []
    found = {one["partition"]: one["current_lag"] for one in partitions if one["topic"] == topic}
    return [found[partition] for partition in range(PARTITIONS)] if len(found) == PARTITIONS else None


def compare(bootstrap, http):
    topic, group = unique("watched"), unique("watched-group")
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(topic, PARTITIONS, 1)])[topic].result(20)
    producer = Producer({"bootstrap.servers": bootstrap})
    for number in range(COUNT):
        producer.produce(topic, str(number), partition=number % PARTITIONS)
    expect_equal(producer.flush(30), 0, "records left in the producer")
    patiently(lambda: topic in ((ask(http, "/v3/kafka/local/topic") or {}).get("topics") or []), "Burrow to know the topic")
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "enable.auto.commit": False})
    seen = []
    # A group that moves, stands still while more is written, and catches up.
    for step, offsets in enumerate([[10, 20, 30], [40, 50, 60], [40, 50, 60], [100, 100, 90], [150, 140, 130]]):
        if step in (2, 4):
            for number in range(150):
                producer.produce(topic, str(number), partition=number % PARTITIONS)
            expect_equal(producer.flush(30), 0, "records left in the producer")
        consumer.commit(offsets=[TopicPartition(topic, partition, offset) for partition, offset in enumerate(offsets)], asynchronous=False)
        lags = truth(consumer, topic)
        last = [None]

        def agrees():
            last[0] = reported(http, group, topic)
            return last[0] == lags

        try:
            patiently(agrees, "Burrow")
        except Failed:
            raise Failed(f"after step {step} Burrow says {last[0]}, the lag is {lags}") from None
        seen.append(lags)
    consumer.close()
    return seen


def main(bootstrap):
    for program in (BURROW, ZOOKEEPER):
        expect(os.access(program, os.X_OK), f"{program} is not installed; README names the packages the tests need")
    folder = tempfile.mkdtemp(prefix="weir-burrow-")
    children = []
    try:
        zookeeper, http = free_port(), free_port()
        settings = os.path.join(folder, "zoo.cfg")
        with open(settings, "w", encoding="ascii") as file:
            file.write(f"dataDir={folder}/zookeeper\nclientPort={zookeeper}\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n")
        with open(os.path.join(folder, "burrow.toml"), "w", encoding="ascii") as file:
            file.write(SETTINGS.format(folder=folder, zookeeper=zookeeper, http=http, bootstrap=bootstrap))
        os.mkdir(os.path.join(folder, "zookeeper"))
        children.append(start(
            [ZOOKEEPER, "start-foreground", settings], os.path.join(folder, "zookeeper.out"), ZOO_LOG_DIR=folder, JMXDISABLE="true"))

        def serves():
            expect(children[0].poll() is None, f"ZooKeeper ended: {open(os.path.join(folder, 'zookeeper.out'), encoding='utf-8').read()[-2000:]}")
            try:
                with socket.create_connection(("127.0.0.1", zookeeper), timeout=5) as probe:
                    # It listens before it serves; this asks what it is.
                    probe.sendall(b"srvr")
                    return b"Mode: standalone" in probe.makefile("rb").read()
            except OSError:
                return False

        patiently(serves, "ZooKeeper to serve")
        children.append(start([BURROW, "--config-dir", folder], os.path.join(folder, "burrow.out")))

        def answers():
            expect(children[1].poll() is None, f"Burrow ended: {open(os.path.join(folder, 'burrow.out'), encoding='utf-8').read()[-2000:]}")
            return ask(http, "/v3/kafka")

        patiently(answers, "Burrow to answer")
        lags = compare(bootstrap, http)
        expect(children[1].poll() is None, "Burrow ended")
        return {"packages": versions(), "lags": lags}
    finally:
        for child in children:
            child.kill()
            child.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


run(main)
