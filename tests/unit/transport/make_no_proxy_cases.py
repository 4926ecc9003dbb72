# SPDX-License-Identifier: Apache-2.0
"""Writes no_proxy_cases.json: which hosts the curl command reaches without the proxy, for which lists.

A case is a list of hosts as NO_PROXY has them, a host, and whether curl went there directly. Left out are
networks that curl 7.88 takes for others: those of IPv6, a prefix of no bits, and one without a number.
Run it by hand:

    python tests/unit/transport/make_no_proxy_cases.py
"""

from __future__ import annotations

import json
import socket
import subprocess
import threading
from pathlib import Path

LISTS = [
    "localhost,.example.com,.example.de",
    "localhost,example.com.,.example.de",
    "localhost,www.example.com",
    "example.com www.example.de",
    "EXAMPLE.COM,\t.Example.De",
    "ample.com,xample.com",
    "com",
    "*",
    "*.example.com",
    "*,example.com",
    "127.0.0.1,localhost",
    "127.0.0.1/8",
    "127.0.0.1/28,::1",
    "192.168.0.0/16",
    "192.168.0.0/24",
    "192.168.0.0/32",
    "192.168.0.1/33",
    "192.168",
    "fe80::1",
    "[fe80::1]",
    "example.com:80",
    ",,, ,",
]
HOSTS = [
    "example.com",
    "example.com.",
    "www.example.com",
    "www.example.com.",
    "WWW.Example.COM",
    "nexample.com",
    "example.de",
    "com",
    "localhost",
    "127.0.0.1",
    "127.0.0.20",
    "192.168.0.1",
    "192.168.1.1",
    "[fe80::1]",
    "[fe80::2]",
]


class Listener:
    """Counts connections and closes them."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.count = 0
        threading.Thread(target=self.run, daemon=True).start()

    def run(self) -> None:
        while True:
            connection, _ = self.socket.accept()
            self.count += 1
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            connection.close()


def goes_directly(hosts: str, host: str, server: Listener, proxy: Listener) -> bool:
    before = server.count, proxy.count
    url = f"http://{host}:{server.port}/"
    options = ["-s", "-o", "/dev/null", "--max-time", "5", "-x", f"http://127.0.0.1:{proxy.port}"]
    options += ["--noproxy", hosts, "--connect-to", f"::127.0.0.1:{server.port}"]
    subprocess.run(["curl", *options, url], check=False)
    after = server.count - before[0], proxy.count - before[1]
    if after not in {(1, 0), (0, 1)}:
        raise SystemExit(f"{hosts!r}, {host}: {after} connections")
    return after == (1, 0)


def main() -> None:
    server, proxy = Listener(), Listener()
    process = subprocess.run(["curl", "--version"], check=True, capture_output=True, text=True)
    version = process.stdout.split()[1]
    cases = [
        {"hosts": hosts, "host": host, "direct": goes_directly(hosts, host, server, proxy)}
        for hosts in LISTS
        for host in HOSTS
    ]
    lines = ",\n".join("  " + json.dumps(case) for case in cases)
    path = Path(__file__).parent / "no_proxy_cases.json"
    path.write_text(f'{{"curl": "{version}", "cases": [\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
