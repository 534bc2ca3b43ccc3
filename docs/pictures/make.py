"""The pictures in the README and in docs/, made from a fresh demonstration: ./run pictures."""

import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Play the demonstration and take the pictures."""
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        port = free_port()
        words = [sys.executable, "-m", "surveyapp", "demo", "--out", str(out), "--port", str(port)]
        process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        try:
            link, password = printed(process)
            base = f"http://127.0.0.1:{port}"
            wait_for(f"{base}/assets/none")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
                page = browser.new_page(viewport={"width": 390, "height": 844}, device_scale_factor=1)
                page.goto(link)
                page.wait_for_selector("#sealed-in-browser", state="visible")
                page.screenshot(path=HERE / "survey.png")
                staff = browser.new_page(viewport={"width": 1000, "height": 760}, device_scale_factor=1)
                sign_in(staff, base, "hr@example.org", password)
                take(staff, f"{base}/staff/results/offers/4", "screen.png")
                take(staff, f"{base}/staff/results/offers/4#chart-2", "evidence.png")
                take(staff, f"{base}/staff/results/offers/4/exports", "exports.png")
                browser.close()
        finally:
            process.terminate()
            process.wait()
        readout = out / "offers" / "readout.pdf"
        first_page = ["pdftoppm", "-r", "72", "-f", "1", "-l", "1", "-png", "-singlefile"]
        subprocess.run([*first_page, str(readout), str(HERE / "readout")], check=True)
    print(f"the pictures are in {HERE}")


def sign_in(page: Page, base: str, address: str, password: str) -> None:
    """Sign in as a member of staff."""
    page.goto(f"{base}/staff/sign-in")
    page.fill("input[name=email]", address)
    page.fill("input[type=password]", password)
    page.click("main form [type=submit]")


def take(page: Page, address: str, name: str) -> None:
    """Keep what a page shows at first sight."""
    page.goto(address)
    page.screenshot(path=HERE / name)


def printed(process: "subprocess.Popen[str]") -> tuple[str, str]:
    """Return the link for an employee and HR's password that the demonstration prints, once it is about to serve."""
    link = password = ""
    for line in process.stdout or ():
        print(line, end="")
        if found := re.match(r"employee\s+(\S+)", line):
            link = found[1]
        if found := re.match(r"\s+hr@example.org\s+(\S+)", line):
            password = found[1]
        if line.startswith("serving"):
            return link, password
    raise SystemExit("the demonstration ended before it served")


def wait_for(address: str) -> None:
    """Return when a server answers at *address*, whatever it says."""
    for _ in range(100):
        try:
            urllib.request.urlopen(address)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)


if __name__ == "__main__":
    main()
