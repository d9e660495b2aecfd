#!/usr/bin/env python3
"""A secured door to a Kafka broker that has none: ends TLS, asks for SASL, passes the rest on.

It listens on 127.0.0.1, prints its port, and serves until its standard input ends. What it does with SASL is the server's
side of RFC 4616 and RFC 5802 on Kafka's SaslHandshake and SaslAuthenticate requests, with Python's own hashlib and ssl.
"""
import argparse
import base64
import hashlib
import hmac
import os
import socket
import ssl
import struct
import sys
import threading

HANDSHAKE, AUTHENTICATE, API_VERSIONS = 17, 36, 18
REFUSED = "Authentication failed: Invalid username or password"


def read_exactly(stream, count):
    data = b""
    while len(data) < count:
        piece = stream.recv(count - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def read_frame(stream):
    return read_exactly(stream, struct.unpack(">i", read_exactly(stream, 4))[0])


def send_frame(stream, frame):
    stream.sendall(struct.pack(">i", len(frame)) + frame)


def varint(number):
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def read_varint(data, place):
    number = shift = 0
    while True:
        byte = data[place]
        place += 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return number, place


class Session:
    """One client connection."""

    def __init__(self, options, client, broker):
        self.options, self.client, self.broker = options, client, broker
        self.mechanism = None
        self.steps = None
        self.is_known = not options.users

    def run(self):
        while True:
            frame = read_frame(self.client)
            key, version, correlation, length = struct.unpack(">hhih", frame[:10])
            body = frame[10 + max(length, 0):]
            if key == API_VERSIONS:
                send_frame(self.broker, frame)
                answer = read_frame(self.broker)
                send_frame(self.client, self.with_sasl(answer, version))
            elif key == HANDSHAKE:
                send_frame(self.client, struct.pack(">i", correlation) + self.handshake(body))
            elif key == AUTHENTICATE:
                send_frame(self.client, self.authenticate(correlation, version, body))
            elif not self.is_known:
                return
            else:
                send_frame(self.broker, frame)
                send_frame(self.client, read_frame(self.broker))

    def with_sasl(self, answer, version):
        """The broker's ApiVersions answer with this door's two APIs in the place of the broker's own."""
        added = [(HANDSHAKE, 0, 1), (AUTHENTICATE, 0, self.options.authenticate_version)] if self.options.users else []
        if struct.unpack(">h", answer[4:6])[0] != 0:
            return answer
        if version < 3:
            count, place, size, tail = struct.unpack(">i", answer[6:10])[0], 10, 6, b""
        else:
            count, place = read_varint(answer, 6)
            # A compact array tells one more than it has; each entry ends with its tagged fields, none here.
            count, size, tail = count - 1, 7, b"\0"
        end = place + count * size
        own = [answer[at:at + size] for at in range(place, end, size)]
        kept = [entry for entry in own if struct.unpack(">h", entry[:2])[0] not in (HANDSHAKE, AUTHENTICATE)]
        entries = kept + [struct.pack(">hhh", *entry) + tail for entry in added]
        length = struct.pack(">i", len(entries)) if version < 3 else varint(len(entries) + 1)
        return answer[:6] + length + b"".join(entries) + answer[end:]

    def handshake(self, body):
        length = struct.unpack(">h", body[:2])[0]
        self.mechanism = body[2:2 + length].decode()
        self.is_known = False
        names = self.options.mechanisms
        known = self.mechanism in names
        if self.mechanism.startswith("SCRAM"):
            self.steps = self.scram(hashlib.sha512 if self.mechanism.endswith("512") else hashlib.sha256)
        else:
            self.steps = self.plain()
        next(self.steps)
        listed = b"".join(struct.pack(">h", len(name)) + name.encode() for name in names)
        return struct.pack(">hi", 0 if known else 33, len(names)) + listed

    def authenticate(self, correlation, version, body):
        if version >= 2:
            length, place = read_varint(body, 1)
            token = body[place:place + length - 1]
        else:
            token = body[4:4 + struct.unpack(">i", body[:4])[0]]
        error, reply = 0, b""
        try:
            reply = self.steps.send(token)
        except PermissionError:
            error = 58
        lifetime = self.options.lifetime if self.is_known else 0
        message = REFUSED.encode() if error else None
        if version >= 2:
            words = b"\0" if message is None else varint(len(message) + 1) + message
            out = b"\0" + struct.pack(">h", error) + words + varint(len(reply) + 1) + reply
            return struct.pack(">i", correlation) + out + struct.pack(">q", lifetime) + b"\0"
        words = struct.pack(">h", -1) if message is None else struct.pack(">h", len(message)) + message
        out = struct.pack(">h", error) + words + struct.pack(">i", len(reply)) + reply
        return struct.pack(">i", correlation) + out + (struct.pack(">q", lifetime) if version >= 1 else b"")

    def plain(self):
        _, user, password = (yield b"").split(b"\0")
        if self.options.users.get(user.decode()) != password.decode():
            raise PermissionError
        self.is_known = True
        yield b""

    def scram(self, digest):
        first = (yield b"").decode()
        bare = first[3:]
        fields = dict(part.split("=", 1) for part in bare.split(","))
        user = fields["n"].replace("=2C", ",").replace("=3D", "=")
        password = self.options.users.get(user)
        if password is None or not first.startswith("n,,"):
            raise PermissionError
        salt = os.urandom(16)
        nonce = fields["r"] + base64.b64encode(os.urandom(12)).decode()
        server_first = f"r={nonce},s={base64.b64encode(salt).decode()},i={self.options.iterations}"
        final = (yield server_first.encode()).decode()
        without_proof, proof = final.rsplit(",p=", 1)
        if without_proof != f"c=biws,r={nonce}":
            raise PermissionError
        name = digest().name
        salted = hashlib.pbkdf2_hmac(name, password.encode(), salt, self.options.iterations)
        mac = lambda key, text: hmac.new(key, text, digest).digest()
        client_key, server_key = mac(salted, b"Client Key"), mac(salted, b"Server Key")
        exchanged = f"{bare},{server_first},{without_proof}".encode()
        expected = bytes(a ^ b for a, b in zip(client_key, mac(digest(client_key).digest(), exchanged)))
        if base64.b64decode(proof) != expected:
            raise PermissionError
        signature = mac(server_key, exchanged)
        if self.options.impostor:
            signature = bytes(len(signature))
        self.is_known = True
        yield b"v=" + base64.b64encode(signature)


def serve(options, listener, context):
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve_one, args=(options, client, context), daemon=True).start()


def serve_one(options, client, context):
    try:
        if context:
            client = context.wrap_socket(client, server_side=True)
        with client, socket.create_connection(("127.0.0.1", options.broker)) as broker:
            print("connected", flush=True)
            Session(options, client, broker).run()
    except (OSError, EOFError, ValueError):
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--broker", type=int, required=True, help="port of the broker")
    parser.add_argument("--certificate", help="PEM file of certificate and key; plain TCP without it")
    parser.add_argument("--client-authority", help="PEM file: clients must show a certificate of this authority")
    parser.add_argument("--user", action="append", default=[], metavar="NAME:PASSWORD", dest="users")
    parser.add_argument("--mechanisms", default="PLAIN,SCRAM-SHA-256,SCRAM-SHA-512")
    parser.add_argument("--authenticate-version", type=int, default=2)
    parser.add_argument("--iterations", type=int, default=4096)
    parser.add_argument("--lifetime", type=int, default=0, help="session lifetime in milliseconds")
    parser.add_argument("--impostor", action="store_true", help="sign with nothing")
    options = parser.parse_args()
    options.users = dict(user.split(":", 1) for user in options.users)
    options.mechanisms = options.mechanisms.split(",")

    context = None
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate)
        if options.client_authority:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(options.client_authority)
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    threading.Thread(target=serve, args=(options, listener, context), daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
