"""The alerts that fire in a Prometheus, one on a line as NAME{labels}, the labels of its scraping left out."""
import json
import sys
import urllib.request

answer = json.load(urllib.request.urlopen(sys.argv[1] + "/api/v1/alerts", timeout=20))
for alert in answer["data"]["alerts"]:
    labels = {k: v for k, v in alert["labels"].items() if k not in ("alertname", "instance", "job")}
    if alert["state"] == "firing":
        print(alert["labels"]["alertname"] + json.dumps(labels, sort_keys=True))
