"""A PostgreSQL server with PostGIS on the loopback interface, made for one run and thrown away."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.tasks.absent import AbsentError

if TYPE_CHECKING:
    from collections.abc import Iterator

TUNING = {
    "shared_buffers": "2GB",
    "work_mem": "256MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "2",
    "parallel_setup_cost": "0",
    "min_parallel_table_scan_size": "0",
}
"""Light tuning: memory, no waiting for the disk, a worker for each core."""

POLL = 0.2
"""Seconds between two looks at the server's memory."""


class Server:
    """A running server.

    Parameters
    ----------
    folder
        Where its cluster lies.
    port, password
        How the user ``postgres`` reaches it.
    """

    def __init__(self, folder: Path, port: int, password: str) -> None:
        self.folder, self.port, self.password = folder, port, password

    @property
    def main(self) -> int:
        """The process that all others are children of."""
        text = (self.folder / "postmaster.pid").read_text(encoding="ascii")
        return int(text.splitlines()[0])

    def processes(self) -> list[int]:
        """Return the server's processes."""
        main = self.main
        children = Path(f"/proc/{main}/task/{main}/children").read_text(encoding="ascii")
        return [main, *map(int, children.split())]

    def cpu(self) -> float:
        """Return the CPU seconds so far of all its processes, ended ones included.

        A parallel worker that has ended counts among the children of the main process.
        """
        ticks = 0
        for process in self.processes():
            try:
                text = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
            except FileNotFoundError:  # ended just now: counted with the main process
                continue
            user, system, of_children, system_of_children = text.rpartition(")")[2].split()[11:15]
            ticks += int(user) + int(system)
            if process == self.main:
                ticks += int(of_children) + int(system_of_children)
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Return the memory that all its processes hold now, shared pages once, bytes."""
        total = 0
        for process in self.processes():
            try:
                text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
            except (FileNotFoundError, ProcessLookupError):
                continue
            (line,) = (line for line in text.splitlines() if line.startswith("Pss:"))
            total += int(line.split()[1]) * 1024
        return total

    @contextmanager
    def watched(self) -> Iterator[list[int]]:
        """Watch the memory; the list holds the largest seen, bytes."""
        largest, done = [0], threading.Event()

        def look() -> None:
            while not done.wait(POLL):
                largest[0] = max(largest[0], self.memory())

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            yield largest
        finally:
            done.set()
            watcher.join()


@contextmanager
def server() -> Iterator[Server]:
    """Start a server in a temporary folder; stop it and remove the folder in the end.

    Raises
    ------
    AbsentError
        PostgreSQL or PostGIS is not installed, or there is no unprivileged user to run it as.
    """
    programs = _programs()
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="planloop-postgres-"))
    cluster, secret = folder / "cluster", folder / "password"
    password = secrets.token_hex(16)
    secret.write_text(password, encoding="ascii")
    if user:
        for path in (folder, secret):
            shutil.chown(path, user)
    try:
        access = ["--username=postgres", "--auth=scram-sha-256", f"--pwfile={secret}"]
        form = ["--encoding=UTF8", "--locale=C"]
        _call(user, programs / "initdb", f"--pgdata={cluster}", *access, *form)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        settings = {
            **TUNING,
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": str(folder),
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        control = (str(programs / "pg_ctl"), f"--pgdata={cluster}", "--wait", "--silent")
        _call(user, *control, f"--log={folder}/log", f"--options={options}", "start")
        try:
            yield Server(cluster, port, password)
        finally:
            _call(user, *control, "--mode=fast", "stop")
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    """Return the folder of PostgreSQL's programs, the newest that has PostGIS."""
    found = []
    for folder in Path("/usr/lib/postgresql").glob("*/bin"):
        version = folder.parent.name
        control = Path(f"/usr/share/postgresql/{version}/extension/postgis.control")
        if (folder / "initdb").exists() and control.exists():
            found.append((float(version), folder))
    if not found:
        message = (
            "PostgreSQL with PostGIS is not installed (Debian: postgresql postgresql-*-postgis-3)"
        )
        raise AbsentError(message)
    return max(found)[1]


def _user() -> str:
    """Return the user to run the server as; nothing where this process may run it itself."""
    if os.geteuid() != 0:
        return ""
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        message = "PostgreSQL will not run as root, and there is no user postgres"
        raise AbsentError(message) from None
    return "postgres"


def _call(user: str, *command: str | Path) -> None:
    """Run a program as a user, and show what it says only when it fails."""
    prefix = ["runuser", "-u", user, "--"] if user else []
    done = subprocess.run(  # noqa: S603  # PostgreSQL's own programs
        [*prefix, *map(str, command)],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
