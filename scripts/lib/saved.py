# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs a machine that scripts/vm --save has left, and puts what it shares into a folder.

Usage: saved.py MACHINE FOLDER FILE...	the FILEs alone, whole or not at all

Copyright (C) 2026 The rover authors
"""

import json
import os
import signal
import sys
import tempfile

import guest
import klog


def run(machine, log):
    with open(os.path.join(machine, "machine.json"), encoding="utf-8") as file:
        settings = json.load(file)
    command = [word.replace("{folder}", machine) for word in settings["command"]]
    vm = guest.Guest(command, settings["channels"], log, settings["token"], False)
    try:
        return vm.run(settings["timeout"]), vm
    except TimeoutError:
        sys.exit(f"rover-demo: no end after {settings['timeout']} s; give the container more of a processor")
    except guest.MachineFailed:
        sys.exit(f"rover-demo: the emulated machine ended too early: {vm.complaints() or 'no word why'}")


def deliver(archive, folder, names):
    """A file has its name when it is whole."""
    with tempfile.TemporaryDirectory(prefix=".rover-", dir=folder) as unpacked:
        guest.unpack(archive, unpacked)
        for name in names:
            if os.path.exists(os.path.join(unpacked, name)):
                os.replace(os.path.join(unpacked, name), os.path.join(folder, name))
                print(os.path.join(folder, name))


def main():
    machine, folder, *names = sys.argv[1:]
    if not os.path.isdir(folder):
        sys.exit(f"rover-demo: there is no folder {folder} in here: -v \"$PWD/out:{folder}\"")
    try:
        log = tempfile.TemporaryFile(prefix=".rover-", dir=folder)
    except OSError as error:
        sys.exit(f"rover-demo: cannot write to {folder} as user {os.getuid()} ({error.strerror}): give it a "
                 f"folder of that user's, or say --user \"$(id -u):$(id -g)\"")
    for name in names:
        if os.path.exists(os.path.join(folder, name)):
            os.remove(os.path.join(folder, name))
    with log:
        status, vm = run(machine, log)
        deliver(vm.archive, folder, names)
        log.seek(0)
        reports = klog.reports(log.read().decode(errors="replace"))
    for report in reports:
        print(f"rover-demo: in the kernel log:\n{report}", file=sys.stderr)
    return status or (guest.FAILED if reports else 0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        sys.exit(main())
    except OSError as error:
        sys.exit(f"rover-demo: {error.strerror}: {error.filename or 'while writing'}")
    except KeyboardInterrupt:
        guest.die_of_interrupt()
