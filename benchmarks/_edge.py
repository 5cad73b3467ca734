"""The edge as a process of its own, for benchmarks: started, asked, killed."""

import http.client
import os
import resource
import socket
import subprocess
import sys
import time

HOST = "127.0.0.1"
FILES = 16_384


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def start_edge(port: int) -> subprocess.Popen[bytes]:
    """Start the edge on this database and wait until it answers."""
    command = [sys.executable, "-m", "dongxun.edge", "--port", str(port)]
    edge = subprocess.Popen(command, stdout=sys.stderr, env=os.environ)  # noqa: S603 - ours
    for _time in range(300):
        try:
            health(port)
        except OSError:
            time.sleep(0.1)
        else:
            return edge
    edge.kill()
    raise RuntimeError("the edge does not answer")


def health(port: int) -> dict[str, int]:
    """Return what the edge has done so far."""
    asked = http.client.HTTPConnection(HOST, port, timeout=5)
    asked.request("GET", "/edge/health")
    words = asked.getresponse().read().decode().split()
    asked.close()
    return {name: int(n) for name, n in zip(words[::2], words[1::2], strict=True)}


def allow_files() -> None:
    """Let this process and its children hold thousands of connections."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
