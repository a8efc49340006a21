"""The files of `deploy/` are read by the programs they are written for."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.management import get_commands

from tests.platform import free_port
from tests.server import serving

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
NAME = "luchang.example.internal"
UNITS = sorted((DEPLOY / "systemd").iterdir())
PATIENCE_S = 20.0


def program(name: str, package: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed: apt-get install {package}")
    return found


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key and a certificate nobody trusts, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    place = tmp_path / "certificate.pem"
    place.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return place


def nginx_file(folder: Path, certificate: Path, *, upstream: str, tls: int, plain: int) -> Path:
    """Our site as shipped, with the ports and paths of this machine, below a minimal nginx."""
    site = (DEPLOY / "nginx" / "luchang.conf").read_text()
    for shipped, here in {
        "listen 443": f"listen 127.0.0.1:{tls}",
        "listen 80": f"listen 127.0.0.1:{plain}",
        "server 127.0.0.1:8000": f"server {upstream}",
        "/etc/luchang/tls/certificate.pem": str(certificate),
        "/etc/luchang/tls/key.pem": str(certificate),
        "/var/lib/luchang/static": str(folder / "static"),
    }.items():
        assert shipped in site
        site = site.replace(shipped, here)
    place = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    kept = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    place.write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; {kept}\n{site}\n}}\n"
    )
    return place


@pytest.fixture
def front(tmp_path: Path, certificate: Path, transactional_db: None) -> Iterator[httpx.Client]:
    """A browser of nginx with our site, before the running application."""
    nginx = program("nginx", "nginx-light")
    hashed = tmp_path / "static" / "page.0123456789ab.css"
    hashed.parent.mkdir()
    hashed.write_text("a{}")
    (tmp_path / "static" / "plain.css").write_text("b{}")
    tls, plain = free_port(), free_port()
    with serving() as running:
        upstream = running.url.removeprefix("http://")
        place = nginx_file(tmp_path, certificate, upstream=upstream, tls=tls, plain=plain)
        process = subprocess.Popen([nginx, "-c", str(place), "-p", str(tmp_path)])
        try:
            _wait_for(tls)
            trusting = ssl.create_default_context()
            trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
            with httpx.Client(
                base_url=f"https://127.0.0.1:{tls}", verify=trusting, timeout=30
            ) as browser:
                browser.headers["Host"] = "localhost"
                browser.headers["X-Plain-Port"] = str(plain)
                yield browser
        finally:
            process.terminate()
            process.wait()


def _wait_for(port: int) -> None:
    limit = time.monotonic() + PATIENCE_S
    while time.monotonic() < limit:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    pytest.fail("nginx did not start")


@pytest.mark.slow
def test_nginx_serves_the_site_as_shipped(front: httpx.Client) -> None:
    """Read by Debian 12, with pages, files, long bodies and plain HTTP going where they should."""
    assert front.get("/healthz").json() == {"database": True}
    assert "immutable" in front.get("/static/page.0123456789ab.css").headers["Cache-Control"]
    assert "immutable" not in front.get("/static/plain.css").headers["Cache-Control"]
    assert front.post("/api/dispatch/calls", content=b"x" * 70_000_000).status_code == 413
    moved = httpx.get(f"http://127.0.0.1:{front.headers['X-Plain-Port']}/", timeout=10)
    assert moved.status_code == 301
    assert moved.headers["Location"].startswith("https://")


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_knows_every_word_of_its_units(unit: Path, tmp_path: Path) -> None:
    """Only the program of the checkout may be missing on this machine."""
    verify = program("systemd-analyze", "systemd")
    shutil.copytree(DEPLOY / "systemd", tmp_path / "units")
    said = subprocess.run(
        [verify, "verify", "--man=no", str(tmp_path / "units" / unit.name)],
        capture_output=True,
        text=True,
        check=False,
    ).stderr

    ours = [line for line in said.splitlines() if unit.name in line]
    assert [line for line in ours if "is not executable" not in line] == []


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_units_start_programs_and_commands_we_have(unit: Path) -> None:
    started = re.findall(r"ExecStart=/opt/luchang/\.venv/bin/(\w+) +([\w.:]+)", unit.read_text())

    for name, word in started:
        assert (name, word) == ("uvicorn", "luchang.config.asgi:application") or (
            name == "luchang" and word in get_commands()
        )
    assert started or unit.suffix == ".timer"


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return read


def test_compose_starts_what_depends_on_what_is_there() -> None:
    services = compose()["services"]

    assert set(services) == {"database", "prepare", "web", "worker", "cameras"}
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        if "command" in service:
            assert service["command"][0] == "luchang"
            assert service["command"][1] in get_commands()


def test_settings_in_deploy_are_documented() -> None:
    documented = (ROOT / "docs/reference/settings.md").read_text()
    texts = [path.read_text() for path in DEPLOY.rglob("*") if path.is_file()]

    named = {name for text in texts for name in re.findall(r"\bLUCHANG_[A-Z_]+\b", text)}
    assert named
    assert {name for name in named if f"`{name}`" not in documented} == set()
