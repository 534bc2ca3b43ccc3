"""The sample configuration of nginx, with a real nginx: what it passes on, what it writes, and what it does not."""

import http.client
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from surveyapp.checks import serving

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "deploy" / "nginx" / "surveyapp.conf"
UNPACKED = ROOT / ".venv" / "nginx" / "root" / "usr" / "sbin" / "nginx"
NGINX = shutil.which("nginx") or str(UNPACKED)
MARKER = "the-tool-invents-prices"
NAMING = {
    "User-Agent": MARKER,
    "X-Forwarded-For": "203.0.113.77",
    "X-Real-IP": "203.0.113.77",
    "Forwarded": "for=203.0.113.77",
    "Referer": f"http://x/{MARKER}",
    "Cookie": f"a={MARKER}",
    "Accept-Language": "de",
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path(NGINX).exists(), reason="nginx is missing (fix: apt-get install nginx-light)"),
]


@dataclass
class Behind:
    """The service behind the proxy: remembers what reaches it."""

    port: int
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def behind() -> Iterator[Behind]:
    seen = Behind(0)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the library's name
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            seen.requests.append((self.path, dict(self.headers), body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_GET  # noqa: N815  # the same

        def log_message(self, *_words: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    seen.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "survey.example.org")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    signed = made.sign(key, hashes.SHA256())
    (folder / "cert.pem").write_bytes(signed.public_bytes(Encoding.PEM))
    (folder / "cert.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


class Proxy:
    """A running nginx with the sample, or with lines of it left out."""

    def __init__(self, folder: Path, upstream: int, without: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self.logs = folder / "logs"
        self.bodies = folder / "bodies"
        self.port, self.plain = free_port(), free_port()
        self.logs.mkdir()
        certificate(folder)
        lines = SAMPLE.read_text().splitlines()
        sample = "\n".join(line for line in lines if "[::]" not in line and not any(out in line for out in without))
        for old, new in {
            "listen 443": f"listen 127.0.0.1:{self.port}",
            "listen 80": f"listen 127.0.0.1:{self.plain}",
            "/etc/ssl/survey.example.org.pem": str(folder / "cert.pem"),
            "/etc/ssl/private/survey.example.org.key": str(folder / "cert.key"),
            "127.0.0.1:8000": f"127.0.0.1:{upstream}",
            "/var/log/nginx": str(self.logs),
        }.items():
            assert old in sample, old
            sample = sample.replace(old, new)
        paths = "".join(
            f"{kind}_temp_path {self.bodies if kind == 'client_body' else folder / kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        # As a distribution has it: everything is logged unless a site says otherwise.
        main = (
            f"daemon off; pid {folder}/pid; error_log {self.logs}/error.log info;\nevents {{}}\n"
            f"http {{ access_log {self.logs}/access.log; error_log {self.logs}/error.log info;\n{paths}{sample}\n}}\n"
        )
        (folder / "nginx.conf").write_text(main)
        self.command = [
            str(NGINX),
            "-p",
            str(folder),
            "-c",
            str(folder / "nginx.conf"),
            "-e",
            str(folder / "start.log"),
        ]

    def test(self) -> str:
        return subprocess.run([*self.command, "-t"], capture_output=True, text=True, check=False).stderr

    @contextmanager
    def running(self) -> Iterator[None]:
        process = subprocess.Popen(self.command)
        try:
            for _ in range(100):
                try:
                    socket.create_connection(("127.0.0.1", self.port)).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(10)

    def send(self, method: str, path: str, body: bytes = b"") -> tuple[int, dict[str, str]]:
        context = ssl.create_default_context(cafile=str(self.folder / "cert.pem"))
        context.check_hostname = False
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=10)
        try:
            connection.request(method, path, body, {"Host": "survey.example.org"} | NAMING)
            response = connection.getresponse()
            return response.status, dict(response.headers)
        finally:
            connection.close()

    def misbehave(self) -> None:
        """Everything for which a log of errors has a line: too large, broken, and nobody behind."""
        self.send("POST", f"/s/offers.1?{MARKER}", b"x" * 1_000)
        with socket.create_connection(("127.0.0.1", self.plain), timeout=5) as plain:
            plain.sendall(f"GET /s/{MARKER} HTTP/1.1\r\nbroken {MARKER}\r\n\r\n".encode())
            plain.recv(1000)
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as plain:
            plain.sendall(f"GET /s/{MARKER} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            plain.recv(1000)

    def written(self) -> str:
        return "".join(path.read_text("utf-8", "replace") for path in self.logs.iterdir())


def test_nginx_takes_the_sample(tmp_path: Path) -> None:
    assert "test is successful" in Proxy(tmp_path, 9).test()


def test_nothing_that_names_a_respondent_goes_on(tmp_path: Path) -> None:
    with behind() as service:
        proxy = Proxy(tmp_path, service.port)
        with proxy.running():
            status, headers = proxy.send("POST", "/s/offers.1?lang=de", b"code=1&q_change=x")
            proxy.send("GET", "/staff/")

    (path, passed, body), (_, staff, _) = service.requests
    assert (status, path, body) == (200, "/s/offers.1?lang=de", b"code=1&q_change=x")
    assert set(passed) == {"Host", "Content-Length", "X-Forwarded-Proto", "X-Forwarded-Host"}
    assert staff["X-Forwarded-For"] == "127.0.0.1"
    assert staff["User-Agent"] == MARKER
    assert [finding.health for finding in serving.said_by_proxy(headers)] == ["OK"]


@pytest.mark.parametrize(
    ("without", "found"),
    [((), False), (("access_log off", "error_log /dev/null"), True)],
    ids=["the sample", "without its lines"],
)
def test_no_log_tells_who_came_when(tmp_path: Path, without: tuple[str, ...], *, found: bool) -> None:
    # Nobody listens behind it: the proxy has something to complain about.
    proxy = Proxy(tmp_path, free_port(), without)

    with proxy.running():
        proxy.misbehave()

    assert (MARKER in proxy.written()) is found
    assert ("client: 127.0.0.1" in proxy.written()) is found


@pytest.mark.parametrize(
    ("without", "status"),
    [((), 200), (("client_body_buffer_size",), 500)],
    ids=["the sample", "without its line"],
)
def test_no_body_touches_the_disk(tmp_path: Path, without: tuple[str, ...], status: int) -> None:
    with behind() as service:
        proxy = Proxy(tmp_path, service.port, without)
        with proxy.running():
            # Where nginx would put bodies there is nothing left to put them into.
            shutil.rmtree(proxy.bodies)
            proxy.bodies.touch()
            answered, _ = proxy.send("POST", "/s/offers.1", b"x" * 900_000)

    assert answered == status
    assert [len(body) for _, _, body in service.requests] == ([900_000] if status == 200 else [])


def test_what_is_too_large_does_not_reach_the_service(tmp_path: Path) -> None:
    with behind() as service:
        proxy = Proxy(tmp_path, service.port)
        with proxy.running():
            status, _ = proxy.send("POST", "/s/offers.1", b"x" * 1_100_000)

    assert status == 413
    assert service.requests == []


def test_lists_of_people_come_through_in_memory_and_only_where_they_are_handed_in(tmp_path: Path) -> None:
    with behind() as service:
        proxy = Proxy(tmp_path, service.port)
        with proxy.running():
            shutil.rmtree(proxy.bodies)
            proxy.bodies.touch()
            said = {
                path: proxy.send("POST", f"/staff/people/offers/{path}", b"x" * size)[0]
                for path, size in {
                    "import": 10_000_000,
                    "import/store": 10_000_000,
                    "person/0/remove": 1_100_000,
                }.items()
            }

    assert said == {"import": 200, "import/store": 200, "person/0/remove": 413}
    assert [len(body) for _, _, body in service.requests] == [10_000_000, 10_000_000]
