"""What a product must be able to do to be measured; one file of `products/` for each."""

import json
import signal
import subprocess
import time
import urllib.error
import urllib.request


class Product:
    """Requests are `(method, path, body)` or, with a key, `(method, path, body, key)`; None where it cannot."""

    name = ""
    address = ""
    history = "none"
    durable = ""
    # How many creates a second are prepared; a run that uses them up ends early.
    most_a_second = 3000

    def __init__(self, folder, variant):
        self.folder, self.variant, self.running = folder, variant, []

    # What differs.
    def version(self): ...
    def reset(self):
        """An empty store with units, register and indexes, served."""
    def start(self):
        """Serves what is there; returns the seconds to its first answer."""
    def seed(self, count, seed):
        """Fills the store by the fastest way that leaves it as if entered; the server runs afterwards."""
    def bulk(self, count, seed):
        """The product's own way for many; returns how."""
    def headers(self):
        return []
    def create(self, row): ...
    def update(self, record, status): ...
    def list(self, unit, status, least): ...
    def sums(self, day):
        """Count and sum by unit of what was reported until a day: one or more requests."""
        return []
    def as_of(self, day, known_at):
        """Count by status on a day, as known at some entry."""
        return []
    def records(self):
        """Some of the records' ids."""

    # What does not.
    def roots(self):
        return [process.pid for process in self.running]

    def spawn(self, command, first, environment=None):
        """Starts a server and waits for the first answer of a path."""
        log = open(f"{self.folder}/{self.name}.log", "ab")
        began = time.time()
        process = subprocess.Popen(command, env=environment, cwd=self.folder, stdout=log, stderr=log, start_new_session=True)
        self.running.append(process)
        while time.time() - began < 180:
            if process.poll() is not None:
                raise RuntimeError(f"{self.name} ended: see {log.name}")
            try:
                urllib.request.urlopen(f"http://{self.address}{first}", timeout=5).read()
                return time.time() - began
            except urllib.error.HTTPError:
                # A refusal is an answer too.
                return time.time() - began
            except OSError:
                time.sleep(0.01)
        raise RuntimeError(f"{self.name} does not answer: see {log.name}")

    def stop(self):
        for process in self.running:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running = []

    def ask(self, method, path, body=None, headers=None):
        """For setting up, not for measuring."""
        given = dict(line.split(": ", 1) for line in (self.headers() if headers is None else headers))
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://{self.address}{path}", data, {"Content-Type": "application/json"} | given, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=1200) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.code} {error.read()[:500]!r}") from error
        return json.loads(text) if text else None
