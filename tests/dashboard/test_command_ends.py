"""`twin serve` ends whole: after Ctrl-C no child is left and its port is free; a taken port is one line."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.server import bind
from sensors.broker import start_broker


def twin(*arguments: str, folder: Path) -> subprocess.Popen[str]:
    """The command as a user starts it, in a session of its own, as a terminal gives it."""
    program = shutil.which("twin", path=str(Path(sys.executable).parent)) or "twin"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([program, *arguments], cwd=folder, start_new_session=True, **pipes)


def in_session(leader: int) -> list[str]:
    """Command lines of the processes that still run in a session."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader and fields[0] != "Z":
                found.append((entry / "cmdline").read_bytes().decode().replace("\0", " "))
        except OSError:
            continue
    return found


@pytest.mark.broker
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at /proc")
def test_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    with bind("127.0.0.1", 0) as probe:
        port = str(probe.getsockname()[1])
    with start_broker(0) as broker:
        process = twin(
            "serve",
            "demo",
            "--broker",
            f"127.0.0.1:{broker.address.port}",
            "--port",
            port,
            "--json",
            folder=tmp_path,
        )
        try:
            said = ""
            while not said.rstrip().endswith("}"):
                line = process.stdout.readline()
                assert line, process.stderr.read()
                said += line
            assert json.loads(said)["url"] == f"http://127.0.0.1:{port}/"
            assert len(in_session(process.pid)) > 1
            os.killpg(process.pid, signal.SIGINT)
            _out, told = process.communicate(timeout=40)
        finally:
            if process.poll() is None:
                process.kill()
    assert process.returncode == 0
    assert "Traceback" not in told
    assert in_session(process.pid) == []
    with socket.socket() as again:
        assert again.connect_ex(("127.0.0.1", int(port))) != 0


def test_a_taken_port_is_one_line_and_code_2(tmp_path: Path) -> None:
    with bind("127.0.0.1", 0) as taken:
        taken.listen()
        port = str(taken.getsockname()[1])
        process = twin("serve", "demo", "--broker", "127.0.0.1:1", "--port", port, folder=tmp_path)
        out, told = process.communicate(timeout=90)
    assert process.returncode == 2
    assert out == ""
    assert told.count("\n") == 1
    assert port in told
    assert "--port" in told
