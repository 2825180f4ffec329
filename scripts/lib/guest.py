# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs one emulated machine and passes on what its command says.

The guest's init (scripts/guest/init) writes to one device, in this order:
TOKEN, the command's output, TOKEN, the exit status and a tar archive of /share,
TOKEN. (A UART may say something of its own before.) Errors of the command have
a device of their own where the machine offers one, TOKEN ends them. Then init
waits for a line from us: what a virtio port was given is lost when the machine
powers off before we have taken it. The kernel's console is a third device.

Copyright (C) 2026 The rover authors
"""

import contextlib
import io
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import termios
import time
import tty

ESCAPE = b"\x1d"   # Ctrl-], as in telnet, ends an interactive machine
TIMED_OUT = 124    # as timeout(1) has it
FAILED = 125       # the machine itself failed
GRACE = 3          # seconds for the way down; a Pi does not power off, a panic may hang


class MachineFailed(Exception):
    """The guest ended without telling how its command ended."""


class Stream:
    """One stream from the guest: parts, each ended by the token. The part that
    is to be printed is given out as it comes, the others are kept."""

    def __init__(self, token, printed_part):
        self.token = token.encode()
        self.printed_part = printed_part
        self.parts = [bytearray()]

    def feed(self, data):
        """Gives what is to be printed."""
        printable = b""
        while data:
            part = self.parts[-1]
            # the token may have begun at the end of what is there
            start = max(0, len(part) - len(self.token))
            part += data
            end = part.find(self.token, start)
            data = b""
            if end >= 0:
                data = bytes(part[end + len(self.token):])
                del part[end:]
            if len(self.parts) - 1 == self.printed_part:
                size = len(part) if end >= 0 else len(part) - self._possible_start(part)
                printable += part[:size]
                del part[:size]
            if end >= 0:
                self.parts.append(bytearray())
        return printable

    def _possible_start(self, part):
        for size in range(min(len(self.token), len(part)), 0, -1):
            if part.endswith(self.token[:size]):
                return size
        return 0


class Guest:
    """A running QEMU. wires: chardev name -> our end of its socket."""

    def __init__(self, command, channels, log, token, interactive, linger=0):
        self.log = log
        self.output = Stream(token, 1)
        self.errors = Stream(token, 0)
        self.interactive = interactive
        self.linger = linger   # seconds: somebody looks at the machine after its end
        self.archive = b""     # of /share, once the guest has ended
        self.console_tail = b""
        self.panicked = False
        self.halted = False
        self.wires = {}
        theirs = []
        for name in channels:
            ours, their = socket.socketpair()
            self.wires[name] = ours
            theirs.append(their)
            command = [*command, "-chardev", f"socket,id={name},fd={their.fileno()}"]
        # QEMU must not outlive us, nor take a Ctrl-C that is for us
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *command],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            pass_fds=[their.fileno() for their in theirs], start_new_session=True)
        for their in theirs:
            their.close()

    def run(self, timeout):
        """Gives the exit status of the guest's command."""
        saved = None
        if self.interactive:
            saved = termios.tcgetattr(0)
            tty.setraw(0)
        try:
            return self._pass_on(time.monotonic() + timeout if timeout else None)
        finally:
            if saved:
                termios.tcsetattr(0, termios.TCSADRAIN, saved)
            self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def _pass_on(self, deadline):
        with selectors.DefaultSelector() as selector:
            for name, wire in self.wires.items():
                selector.register(wire, selectors.EVENT_READ, name)
            if self.interactive:
                selector.register(0, selectors.EVENT_READ, "keys")

            finishing = False
            while not self._ended(selector):
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    break
                for key, _ in selector.select(left):
                    if not self._take(key.data, key.fd):
                        selector.unregister(key.fileobj)
                if not finishing and (self._told_all() or self.panicked or self.halted):
                    finishing = True
                    self._say_goodbye()
                    deadline = time.monotonic() + (self.linger or GRACE)
            timed_out = not finishing and not self._ended(selector)

        if timed_out:
            raise TimeoutError
        if not self._told_all():
            raise MachineFailed
        status, _, self.archive = bytes(self.output.parts[2]).partition(b"\n")
        return int(status)

    def _say_goodbye(self):
        with contextlib.suppress(OSError):
            self.wires["main"].send(b"\n")

    def _told_all(self):
        return len(self.output.parts) > 3 and (
            "errors" not in self.wires or len(self.errors.parts) > 1)

    def _ended(self, selector):
        """All devices closed: QEMU has gone. Halted: it never will."""
        return (self.halted and not self.linger) or not any(
            key.data in self.wires for key in (selector.get_map() or {}).values())

    def _take(self, name, fd):
        """One piece from a channel; false when there will be no more."""
        try:
            data = os.read(fd, 65536)
        except ConnectionResetError:
            data = b""
        if name == "keys":
            if ESCAPE in data:
                raise KeyboardInterrupt
            self.wires["main"].sendall(data)
        elif name == "console":
            self._take_console(data)
        elif name == "errors":
            write_all(2, self.errors.feed(data))
        else:
            write_all(1, self.output.feed(data))
        return bool(data)

    def _take_console(self, data):
        self.log.write(data)
        self.log.flush()
        self.console_tail = (self.console_tail + data)[-4096:]
        self.panicked = b"Kernel panic - not syncing" in self.console_tail
        self.halted = b"System halted" in self.console_tail

    def complaints(self):
        """What QEMU itself had to say."""
        return self.process.stderr.read().decode(errors="replace").strip()


def write_all(fd, data):
    while data:
        data = data[os.write(fd, data):]


def unpack(archive, folder):
    """Regular files and folders only, and nothing outside of FOLDER."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            path = os.path.normpath(os.path.join(folder, member.name))
            if os.path.commonpath([path, folder]) != folder:
                continue
            if member.isdir():
                os.makedirs(path, exist_ok=True)
            elif member.isfile():
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as file:
                    shutil.copyfileobj(tar.extractfile(member), file)
                os.chmod(path, member.mode & 0o777)


def die_of_interrupt():
    """So that a shell sees why we ended."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGINT)
