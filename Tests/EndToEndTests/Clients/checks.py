"""What every client script shares: the bootstrap address, unique names, deadlines, one JSON line at the end."""

import json
import os
import sys
import time
import traceback


class Failed(Exception):
    """What a script saw is not what Kafka does."""


def expect(condition, reason):
    """Fails the script with a reason."""
    if not condition:
        raise Failed(reason)


def expect_equal(seen, expected, what):
    """Fails the script unless two values are equal."""
    if seen != expected:
        raise Failed(f"{what}: expected {expected!r}, saw {seen!r}")


def unique(name):
    """A name that no other run uses."""
    return f"{name}-{os.getpid()}-{time.time_ns() % 1_000_000_007}"


def until(condition, what, seconds=30):
    """Calls a condition until it returns something true, which is returned."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise Failed(f"waited {seconds} s for {what}")


def clients():
    """The client packages that the script has loaded, with their versions."""
    found = {}
    if "confluent_kafka" in sys.modules:
        confluent = sys.modules["confluent_kafka"]
        found["confluent-kafka"] = f"{confluent.version()[0]} (librdkafka {confluent.libversion()[0]})"
    for package, name in [("kafka", "kafka-python"), ("aiokafka", "aiokafka")]:
        if package in sys.modules:
            found[name] = sys.modules[package].__version__
    return found


def run(script):
    """Runs a script with the bootstrap address, prints what it returns as one JSON line, and says why it failed if it did."""
    if len(sys.argv) < 2:
        sys.exit("usage: SCRIPT HOST:PORT")
    try:
        seen = script(sys.argv[1])
    except Failed as failure:
        print(json.dumps({"ok": False, "reason": str(failure)}), flush=True)
        os._exit(1)
    except BaseException as failure:
        traceback.print_exc()
        print(json.dumps({"ok": False, "reason": f"{type(failure).__name__}: {failure}"}), flush=True)
        os._exit(2)
    print(json.dumps({"ok": True, "clients": clients(), **seen}), flush=True)
    sys.stdout.flush()
    # Client libraries may keep threads; the verdict is out.
    os._exit(0)
