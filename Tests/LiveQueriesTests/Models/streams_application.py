"""The seeds' Kafka Streams application in Python: views per page and minute without grace, the alert above 1000,
and its form that comes once, on the edge.

Reads a line a record on standard input: partition, timestamp and value, separated by tabs, in the order of each partition. Writes a line
a result: topic, key and value, separated by tabs, in no particular order.
"""

import datetime
import json
import sys

MINUTE = 60_000


def instant(milliseconds):
    """java.time.Instant.toString of a whole second."""
    moment = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def main():
    stream_time = {}
    counts = {}
    for line in sys.stdin:
        partition, timestamp, value = line.rstrip("\n").split("\t")
        timestamp = int(timestamp)
        now = stream_time[partition] = max(stream_time.get(partition, -1), timestamp)
        start = timestamp // MINUTE * MINUTE
        # TimeWindows.ofSizeWithNoGrace: a window takes records until stream time has come to its end.
        if start + MINUTE <= now:
            continue
        page = json.loads(value)["page"]
        count = counts[page, start] = counts.get((page, start), 0) + 1
        result = '{"page":"%s","count":%d,"window_start":"%s","window_end":"%s"}' % (
            page, count, instant(start), instant(start + MINUTE))
        print("page-view-counts", page, result, sep="\t")
        if count > 1000:
            print("alerts", page, '{"alert":"high_traffic","page":"%s","count":%d}' % (page, count), sep="\t")
        if count == 1001:
            edge = '{"alert":"high_traffic","page":"%s","window_start":"%s"}' % (page, instant(start))
            print("busy-minutes", page, edge, sep="\t")


main()
