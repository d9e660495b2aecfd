"""Takes alerts as a webhook (/hook) and as an Alertmanager (/api/v2/alerts), refuses what neither would take, and writes what came to a file.

alert_receiver.py FOLDER [PEM] writes FOLDER/port, then a line of FOLDER/log for each request; with a certificate and its key it speaks TLS.
"""
import datetime
import http.server
import json
import os
import ssl
import sys

folder = sys.argv[1]
NEVER = "0001-01-01T00:00:00Z"


def moment(text):
    if text == NEVER:
        return
    datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")


def texts(value, what):
    assert isinstance(value, dict) and all(isinstance(v, str) for v in value.values()), what


def check_alertmanager(alerts):
    """postableAlerts of Alertmanager's OpenAPI: labels are required, names are label names, values are not empty."""
    assert isinstance(alerts, list) and alerts, "no list of alerts"
    for alert in alerts:
        assert set(alert) <= {"labels", "annotations", "startsAt", "endsAt", "generatorURL"}, alert
        texts(alert["labels"], "labels")
        assert alert["labels"] and all(k.isidentifier() and v for k, v in alert["labels"].items()), alert["labels"]
        texts(alert.get("annotations", {}), "annotations")
        moment(alert["startsAt"])
        moment(alert["endsAt"])
        assert alert["startsAt"] <= alert["endsAt"], alert


def check_webhook(message):
    """webhook.Message and template.Data of Alertmanager."""
    fields = {"version", "groupKey", "truncatedAlerts", "status", "receiver", "groupLabels", "commonLabels",
              "commonAnnotations", "externalURL", "alerts"}
    assert set(message) == fields, set(message) ^ fields
    assert message["version"] == "4" and message["status"] in ("firing", "resolved")
    for name in ("groupLabels", "commonLabels", "commonAnnotations"):
        texts(message[name], name)
    for alert in message["alerts"]:
        assert set(alert) == {"status", "labels", "annotations", "startsAt", "endsAt", "generatorURL", "fingerprint"}
        texts(alert["labels"], "labels")
        moment(alert["startsAt"])
        moment(alert["endsAt"])
        assert (alert["status"] == "firing") == (alert["endsAt"] == NEVER), alert
        assert len(alert["fingerprint"]) == 16 and int(alert["fingerprint"], 16) >= 0
    assert (message["status"] == "firing") == any(a["status"] == "firing" for a in message["alerts"])


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        problem = ""
        try:
            assert self.headers["Content-Type"] == "application/json"
            {"/hook": check_webhook, "/api/v2/alerts": check_alertmanager}[self.path](body)
        except Exception as error:
            problem = repr(error)
        with open(os.path.join(folder, "log"), "a") as log:
            log.write(json.dumps({"path": self.path, "body": body, "problem": problem}) + "\n")
        self.send_response(400 if problem else 200)
        self.end_headers()

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2])
    # The handshake is the handler thread's, so that a client that breaks it off holds up nobody.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    # Clients that trust another authority break the handshake off: that is tested, and no news.
    server.handle_error = lambda request, address: None
with open(os.path.join(folder, "port.new"), "w") as port:
    port.write(str(server.server_port))
os.rename(os.path.join(folder, "port.new"), os.path.join(folder, "port"))
server.serve_forever()
