"""What an authority publishes, on loopback: its lists as files, and answers that `openssl ocsp` signs.

    card_responder.py PORT FOLDER AUTHORITY
"""

import subprocess
import sys
import tempfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Authority(SimpleHTTPRequestHandler):
    """Files by GET, answers by POST."""

    def __init__(self, *arguments, authority, **named):
        self.authority = authority
        super().__init__(*arguments, **named)

    def do_POST(self):
        question = self.rfile.read(int(self.headers["content-length"]))
        with tempfile.TemporaryDirectory() as folder:
            asked, answered = Path(folder, "question"), Path(folder, "answer")
            asked.write_bytes(question)
            name = self.authority
            subprocess.run(
                ["openssl", "ocsp", "-index", f"{name}.index", "-CA", f"{name}.pem", "-rsigner", f"{name}.pem"]
                + ["-rkey", f"{name}.key", "-ndays", "1", "-reqin", asked, "-respout", answered],
                check=True,
                capture_output=True,
            )
            answer = answered.read_bytes()
        self.send_response(200)
        self.send_header("content-type", "application/ocsp-response")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


if __name__ == "__main__":
    port, folder, name = sys.argv[1:]
    handler = partial(Authority, authority=name, directory=folder)
    ThreadingHTTPServer(("127.0.0.1", int(port)), handler).serve_forever()
