# SPDX-License-Identifier: Apache-2.0
"""Shows a site in a browser."""

from __future__ import annotations

import sys
import webbrowser
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class chose the name
        del format, args

    def end_headers(self) -> None:
        # A page that was made again must not come from the browser's memory.
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def server(site: Path, port: int) -> ThreadingHTTPServer:
    """A server of the site on this machine only; for port 0 the system chooses one."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(site)))


def serve(site: Path, port: int, opens: bool) -> None:
    """Serves the site until an interrupt, and opens it in a browser."""
    with server(site, port) as running:
        address = f"http://127.0.0.1:{running.server_port}/"
        print(f"{address} (Ctrl-C ends it)", file=sys.stderr, flush=True)
        if opens:
            webbrowser.open(address)
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            print(file=sys.stderr)
