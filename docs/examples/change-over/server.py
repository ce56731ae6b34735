# Changes over without a lost request, with `run.restart: socket` or `overlap`. Python's own modules only.
import os
import signal
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ending = threading.Event()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 2  # an idle connection ends after it

    def do_GET(self):
        body = os.environ["SLIPWAY_RELEASE"].encode()
        self.send_response(200)
        # Who answers: with `socket` a host believes no other answer.
        self.send_header("x-slipway-instance", os.environ["SLIPWAY_INSTANCE"])
        self.send_header("content-length", str(len(body)))
        if ending.is_set():
            self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = False  # server_close waits for requests under way
    request_queue_size = 1024


is_handed = os.environ.get("LISTEN_PID") == str(os.getpid())
server = Server(("", int(os.environ["PORT"])), Handler, bind_and_activate=not is_handed)
if is_handed:
    server.socket.close()
    server.socket = socket.socket(fileno=3)


def end(*_):
    ending.set()
    threading.Thread(target=server.shutdown).start()


signal.signal(signal.SIGTERM, end)
server.serve_forever(poll_interval=0.1)
server.server_close()
