# SPDX-License-Identifier: GPL-2.0-or-later
"""scripts/vm: what runs where, put together for one machine.

Copyright (C) 2026 The rover authors
"""

import argparse
import fcntl
import os
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

import guest
import klog
from fixups import OverlayError
from initramfs import Archive
from machines import MACHINES, MachineError, device_tree
from modules import KernelModules, UnknownModule, add_modules
from overlay import Overlay

SCRIPTS = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
TOP = os.path.dirname(SCRIPTS)
BUILD = os.path.join(TOP, "build")


def die(message):
    sys.exit(f"vm: {message}")


def run_script(*command):
    """Output of one of the scripts beside this one; they explain failures."""
    result = subprocess.run([os.path.join(SCRIPTS, command[0]), *command[1:]],
                            stdout=subprocess.PIPE, text=True, check=False)
    if result.returncode != 0:
        sys.exit(result.returncode)
    return result.stdout.strip()


def join_qemu_arguments(words):
    """argparse takes no value that begins with a dash, unless after a `=`."""
    joined = []
    for number, word in enumerate(words):
        if word == "--":
            return joined + words[number:]
        if joined and joined[-1] == "--qemu-arg":
            joined[-1] += "=" + word
        else:
            joined.append(word)
    return joined


def parse_arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/vm", usage="scripts/vm [OPTION]... -- COMMAND...",
        description="Boots an emulated rover, runs COMMAND in it as root, and exits with its "
                    "status: 124 after a timeout, 125 when the machine itself failed. "
                    "/tests is build/tests. Ctrl-] ends an interactive machine.")
    parser.add_argument("--machine", default="virt", help=", ".join(MACHINES))
    parser.add_argument("--kernel", default="6.12",
                        help="one of scripts/kernel list, or a folder in which one was built")
    parser.add_argument("--icount", action="store_true",
                        help="time is the count of instructions: 1 ns each, on one processor")
    parser.add_argument("--overlay", action="append", metavar="FILE.dtbo[,PARAM[=VALUE]]...",
                        help="may be repeated; virt has the RoboHAT when there is none")
    parser.add_argument("--board", metavar="PARAM[=VALUE][,...]",
                        help="parameters of the virtual board under the HAT")
    parser.add_argument("--share", metavar="FOLDER",
                        help="is /share in the guest; what is in there at the end is copied back")
    parser.add_argument("--module", action="append", default=[], metavar="NAME",
                        help="another module of the kernel to load")
    parser.add_argument("--no-load", action="store_true",
                        help="leave it to COMMAND to modprobe rover_sim and rover")
    parser.add_argument("--append", default="", metavar="TEXT", help="kernel command line")
    parser.add_argument("--monitor", metavar="SOCKET", help="QEMU's monitor (xp reads registers)")
    parser.add_argument("--linger", type=float, default=0, metavar="SECONDS",
                        help="keep a guest that halted or panicked, for a look by the monitor")
    parser.add_argument("--qemu-arg", action="append", default=[], metavar="ARG")
    parser.add_argument("--timeout", type=float, metavar="SECONDS",
                        help="default: 120, or none when interactive")
    parser.add_argument("--log", metavar="FILE", help="kernel log; default: in build/log")
    parser.add_argument("--check-log", action="store_true",
                        help="fail if the kernel log holds a warning, an oops or the like")
    parser.add_argument("command", nargs="*", metavar="COMMAND")
    arguments = parser.parse_args(join_qemu_arguments(sys.argv[1:]))
    if not arguments.command:
        parser.error("which command? (after --)")
    if arguments.machine not in MACHINES:
        parser.error(f"unknown machine '{arguments.machine}': there are {', '.join(MACHINES)}")
    if arguments.board and arguments.machine != "virt":
        parser.error("--board is for the machine virt")
    return arguments


class Kernel:
    def __init__(self, name):
        lines = run_script("kernel", "info", name).splitlines()
        facts = dict(line.split("=", 1) for line in lines)
        self.name = name
        self.arch = facts["arch"]
        self.release = facts["release"]
        self.image = facts["image"]
        self.dtbs = facts["dtbs"]
        self.modules = KernelModules(facts["modules"], self.release)
        self.build = os.path.join(BUILD, facts["name"])

    def own_module(self, name):
        folder = "kmod/sim" if name == "rover_sim" else "kmod"
        return os.path.join(self.build, folder, f"{name}.ko")


def make(*arguments):
    result = subprocess.run(["make", "--no-print-directory", "-s", "-C", TOP, *arguments],
                            stdout=2, check=False)
    if result.returncode != 0:
        die(f"make {' '.join(arguments)} failed")


def build_missing(kernel, machine):
    """Only what was never built: building anew is for the person to decide."""
    if not all(os.path.exists(kernel.own_module(name)) for name in machine.own_modules):
        make("modules", f"KERNEL={kernel.name}")
    if not os.path.exists(os.path.join(BUILD, "userspace/roverctl")):
        make("userspace")
    if not os.path.exists(os.path.join(BUILD, "dts/robohat.dtbo")):
        make("dtbo")


def overlays_of(arguments):
    texts = arguments.overlay
    if arguments.machine == "virt":
        board = os.path.join(BUILD, "dts/virtual-board.dtbo")
        if arguments.board:
            board += "," + arguments.board
        texts = [board] + (texts or [os.path.join(BUILD, "dts/robohat.dtbo")])
    return [Overlay(text) for text in texts or []]


def same_file(one, other):
    one, other = os.fstat(one), os.fstat(other)
    return (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)


def guest_devices(machine, interactive):
    """Devices of the command's output and of its errors. Where both go to one
    file here, one device keeps them in order."""
    if interactive and machine.name == "virt":
        return "hvc0", "hvc0"
    if same_file(1, 2):
        return machine.main, machine.main
    return machine.main, machine.errors


def guest_files(arguments, machine, kernel, token, interactive):
    """The guest's root file system."""
    archive = Archive()
    archive.folder("/proc")
    archive.folder("/sys")
    archive.folder("/root")
    archive.folder("/tmp")
    archive.console("/dev/console")
    archive.copy("/bin/busybox", os.path.join(run_script("sysroot", "arm64"), "bin/busybox"))
    archive.copy("/init", os.path.join(SCRIPTS, "guest/init"))
    archive.copy("/etc/profile", os.path.join(SCRIPTS, "guest/profile"))
    archive.link("/sbin/modprobe", "/bin/busybox")
    archive.copy("/usr/bin/roverctl", os.path.join(BUILD, "userspace/roverctl"))
    if os.path.isdir(os.path.join(BUILD, "tests")):
        archive.copy("/tests", os.path.join(BUILD, "tests"))
    if arguments.share:
        archive.copy("/share", arguments.share)

    modules = kernel.modules.loadable([*machine.modules, *arguments.module])
    add_modules(archive, kernel.release, kernel.modules, modules,
                [kernel.own_module(name) for name in machine.own_modules])

    size = shutil.get_terminal_size()
    main_device, errors_device = guest_devices(machine, interactive)
    settings = {
        "MAIN": main_device,
        "ERRORS": errors_device,
        "INTERACTIVE": int(interactive),
        "MODULES": " ".join(modules),
        "LOAD": "" if arguments.no_load else " ".join(machine.own_modules),
        "TOKEN": token,
        "ROWS": size.lines,
        "COLUMNS": size.columns,
    }
    text = "".join(f"{name}={shlex.quote(str(value))}\n" for name, value in settings.items())
    archive.file("/vm/settings", text.encode())
    archive.file("/vm/command", f"exec {shlex.join(arguments.command)}\n".encode())
    return archive.finished()


def wiring(machine, interactive):
    """Channels to the guest, and the devices that they end in."""
    if machine.main.startswith("tty"):
        return ["console", "main"], ["-serial", "chardev:console", "-serial", "chardev:main"]
    devices = ["-serial", "chardev:console", "-device", "virtio-serial-device"]
    if interactive:
        return ["console", "main"], [*devices, "-device", "virtconsole,chardev=main"]
    devices += ["-device", f"virtserialport,chardev=main,name={machine.main}",
                "-device", f"virtserialport,chardev=errors,name={machine.errors}"]
    return ["console", "main", "errors"], devices


def kernel_arguments(arguments, machine):
    # cryptomgr.notests: it would test its algorithms at each boot, for a second
    words = [machine.console, "rdinit=/init", "panic=-1", "oops=panic", "cryptomgr.notests"]
    if arguments.icount:
        words += ["nokaslr", "norandmaps"]
    return " ".join([*words, arguments.append]).strip()


def qemu_command(arguments, machine, kernel, files):
    command = [*machine.qemu, *machine.memory, *machine.cpus(arguments.icount)]
    command += ["-nodefaults", "-display", "none", "-no-reboot"]
    if arguments.icount:
        command += ["-icount", "shift=0,sleep=off"]
    if arguments.monitor:
        command += ["-monitor", f"unix:{arguments.monitor},server=on,wait=off"]
    command += ["-kernel", kernel.image, "-initrd", files["initrd"], "-dtb", files["dtb"],
                "-append", kernel_arguments(arguments, machine)]
    return [*command, *arguments.qemu_arg]


def open_log(arguments):
    """The named file, else one that no other run is writing to."""
    if arguments.log:
        return open(arguments.log, "wb")
    folder = os.path.join(BUILD, "log")
    os.makedirs(folder, exist_ok=True)
    number = 1
    while True:
        suffix = f"-{number}" if number > 1 else ""
        kernel = os.path.basename(os.path.normpath(arguments.kernel))
        path = os.path.join(folder, f"{arguments.machine}-{kernel}{suffix}.log")
        log = open(path, "ab")
        try:
            fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
            log.truncate(0)
            return log
        except BlockingIOError:
            log.close()
            number += 1


def log_tail(log, lines):
    with open(log.name, encoding="utf-8", errors="replace") as file:
        return "".join(file.readlines()[-lines:]).replace("\r", "").rstrip()


def run_guest(arguments, machine, command, token, interactive):
    channels, devices = wiring(machine, interactive)
    with open_log(arguments) as log:
        vm = guest.Guest([*command, *devices], channels, log, token, interactive,
                         arguments.linger)
        try:
            status = vm.run(arguments.timeout or (None if interactive else 120))
        except TimeoutError:
            print(f"vm: timeout, no end after {arguments.timeout or 120:g} s, "
                  f"kernel log in {log.name}", file=sys.stderr)
            return guest.TIMED_OUT
        except guest.MachineFailed:
            why = vm.complaints()
            print(f"{log_tail(log, 30)}\nvm: the machine ended before its command did"
                  f"{': ' + why if why else ''}, kernel log in {log.name}", file=sys.stderr)
            return guest.FAILED
        if arguments.share:
            guest.unpack(vm.output.archive, os.path.realpath(arguments.share))
        return status if check_log(arguments, log) else status or guest.FAILED


def check_log(arguments, log):
    if not arguments.check_log:
        return True
    with open(log.name, encoding="utf-8", errors="replace") as file:
        reports = klog.reports(file.read())
    for report in reports:
        print(f"vm: in the kernel log:\n{report}", file=sys.stderr)
    return not reports


def main():
    arguments = parse_arguments()
    machine = MACHINES[arguments.machine]
    kernel = Kernel(arguments.kernel)
    if kernel.arch != machine.arch:
        die(f"machine {machine.name} runs {machine.arch} kernels, {kernel.name} is {kernel.arch}")
    build_missing(kernel, machine)
    if arguments.share:
        os.makedirs(arguments.share, exist_ok=True)
    interactive = os.isatty(0) and os.isatty(1)
    token = f"<{secrets.token_hex(16)}>"

    pi_trees = Kernel("6.12").dtbs if machine.pi_tree else None
    with tempfile.TemporaryDirectory(prefix="rover-vm-") as folder:
        contents = {
            "dtb": device_tree(machine, pi_trees, overlays_of(arguments), arguments.icount),
            "initrd": guest_files(arguments, machine, kernel, token, interactive),
        }
        files = {}
        for name, content in contents.items():
            files[name] = os.path.join(folder, name)
            with open(files[name], "wb") as file:
                file.write(content)
        command = qemu_command(arguments, machine, kernel, files)
        return run_guest(arguments, machine, command, token, interactive)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        sys.exit(main())
    except (MachineError, OverlayError, UnknownModule) as error:
        die(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(141)
    except KeyboardInterrupt:
        guest.die_of_interrupt()
