#!/usr/bin/python3
"""kcat in all its modes: metadata, produce with each codec, consume by offset and time, query, groups."""

import json
import subprocess

from checks import Failed, expect, expect_equal, run, unique


def main(bootstrap):
    def kcat(*arguments, stdin="", fails=False):
        done = subprocess.run(
            ["kcat", "-b", bootstrap, *arguments], input=stdin, capture_output=True, text=True, timeout=60
        )
        if (done.returncode != 0) != fails:
            raise Failed(f"kcat {' '.join(arguments)} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout if not fails else done.stderr

    version = next(line for line in kcat("-V").splitlines() if line.startswith("Version "))
    result = {"kcat": version.removeprefix("Version ").split(" builtin", maxsplit=1)[0] + ")"}
    for codec in ["none", "gzip", "snappy", "lz4", "zstd"]:
        topic = unique(f"kcat-{codec}")  # made by auto-creation
        lines = "".join(f"key{number % 5}:value {number}\n" for number in range(100))
        kcat("-P", "-t", topic, "-p", "0", "-z", codec, "-K", ":", "-H", "codec=" + codec, stdin=lines)
        read = kcat("-C", "-t", topic, "-p", "0", "-o", "beginning", "-e", "-q", "-f", "%k:%s %o %h\n")
        expected = "".join(f"key{number % 5}:value {number} {number} codec={codec}\n" for number in range(100))
        expect_equal(read, expected, f"{codec}: records read")
        result[codec] = 100
    expect_equal(kcat("-C", "-t", topic, "-p", "0", "-o", "-2", "-e", "-q"), "value 98\nvalue 99\n", "the last two")
    expect_equal(kcat("-C", "-t", topic, "-p", "0", "-o", "90", "-c", "1", "-q"), "value 90\n", "one from offset 90")

    queried = kcat("-Q", "-t", f"{topic}:0:-1", "-t", f"{topic}:0:-2")
    expect(f"{topic} [0] offset 100" in queried or f"{topic} [0] offset 0" in queried, f"-Q answered {queried!r}")

    listed = json.loads(kcat("-L", "-J"))
    names = {one["topic"]: one for one in listed["topics"]}
    expect(topic in names, "-L lists the topic")
    expect_equal(names[topic]["partitions"][0]["leader"], listed["brokers"][0]["id"], "the leader")

    for acks in ["0", "1", "-1"]:
        kcat("-P", "-t", topic, "-p", "0", "-X", f"acks={acks}", stdin=f"acks {acks}\n")
    kcat("-P", "-t", topic, "-p", "0", "-X", "enable.idempotence=true", stdin="once\n")
    kcat("-P", "-t", topic, "-p", "0", "-K", ":", "-Z", stdin="gone:\n")
    read = kcat("-C", "-t", topic, "-p", "0", "-o", "100", "-e", "-q", "-f", "%k|%s|%S\n")
    expect_equal(read, "|acks 0|6\n|acks 1|6\n|acks -1|7\n|once|4\ngone||-1\n", "records of the other modes")

    group = unique("kcat-group")
    options = ["-X", "auto.offset.reset=earliest", "-e", "-q", "-G", group, topic]
    first = kcat(*options).splitlines()
    expect_equal(len(first), 105, "records of the group's first run")
    kcat("-P", "-t", topic, "-p", "0", stdin="more\n")
    expect_equal(kcat(*options), "more\n", "the group's second run resumes")
    result["group"] = len(first) + 1
    return result


run(main)
