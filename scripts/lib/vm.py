# SPDX-License-Identifier: GPL-2.0-or-later
"""scripts/vm: what runs where, put together for one machine.

Copyright (C) 2026 The rover authors
"""

import argparse
import fcntl
import glob
import json
import os
import re
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
from machines import MACHINES, MachineError, device_tree, machine_for
from modules import KernelModules, UnknownModule, add_modules
from overlay import Overlay

SCRIPTS = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
TOP = os.path.dirname(SCRIPTS)
BUILD = os.path.join(TOP, "build")

# what --module may name besides the kernel's own; see kmod/faces
FACES = ("rover_iio", "rover_counter")

# for --root IMAGE
DISK_MODULES = ("virtio_blk", "crc32c_generic", "ext4")


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
                        help="may be repeated; virt has the RoboHAT when there is none; "
                             "pc has no device tree to put it on")
    parser.add_argument("--board", metavar="PARAM[=VALUE][,...]",
                        help="parameters of the virtual board under the HAT")
    parser.add_argument("--share", metavar="FOLDER",
                        help="is /share in the guest; what is in there at the end is copied back")
    parser.add_argument("--root", metavar="FOLDER|IMAGE",
                        help="more of a root file system, such as scripts/languages root makes: "
                             "its usr/bin is on the path. An image of ext4, such as "
                             "scripts/make-disk makes, is a disk of the guest, read-only: for "
                             "what is too large for its memory")
    parser.add_argument("--userspace", metavar="FOLDER",
                        help="roverctl from there, as one that scripts/userspace --arch armhf "
                             "has built")
    parser.add_argument("--module", action="append", default=[], metavar="NAME[:PARAM=VALUE]...",
                        help="another module of the kernel to load, or of ours: "
                             f"{', '.join(FACES)}; or parameters of one that is loaded "
                             "anyway: rover_sim:boards=4")
    parser.add_argument("--modules", metavar="FOLDER",
                        help="our modules from there, as scripts/modules has built them")
    parser.add_argument("--no-load", action="store_true",
                        help="leave it to COMMAND to modprobe rover_sim and rover")
    parser.add_argument("--append", default="", metavar="TEXT", help="kernel command line")
    parser.add_argument("--monitor", metavar="SOCKET", help="QEMU's monitor (xp reads registers)")
    parser.add_argument("--linger", type=float, default=0, metavar="SECONDS",
                        help="keep a guest that halted or panicked, for a look by the monitor")
    parser.add_argument("--qemu-arg", action="append", default=[], metavar="ARG")
    parser.add_argument("--timeout", type=float, metavar="SECONDS",
                        help="default: 120, or none when interactive; ten times as long on "
                             "kernels with debugging")
    parser.add_argument("--save", metavar="FOLDER",
                        help="do not run it, but leave in FOLDER what scripts/lib/saved.py runs "
                             "elsewhere, with Python and QEMU alone")
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
    if arguments.modules and not os.path.isdir(arguments.modules):
        parser.error(f"--modules: there is no folder {arguments.modules}")
    if arguments.root and not os.path.exists(arguments.root):
        parser.error(f"--root: there is no folder or image {arguments.root}")
    if is_disk(arguments.root):
        if not MACHINES[arguments.machine].has_virtio:
            parser.error(f"--root: machine {arguments.machine} has no disk; a folder will do")
        if not is_ext4(arguments.root):
            parser.error(f"--root: {arguments.root} is no image of ext4; scripts/make-disk makes one")
    if arguments.overlay and not MACHINES[arguments.machine].has_tree:
        parser.error(f"--overlay: machine {arguments.machine} has no device tree")
    return arguments


def is_disk(root):
    """A file is one, a folder goes into memory."""
    return bool(root) and not os.path.isdir(root)


def is_ext4(path):
    """By its superblock (Documentation/filesystems/ext4/super.rst)."""
    with open(path, "rb") as file:
        return file.read(1082)[1080:] == b"\x53\xef"


class Kernel:
    def __init__(self, name):
        lines = run_script("kernel", "info", name).splitlines()
        facts = dict(line.split("=", 1) for line in lines)
        self.name = name
        self.arch = facts["arch"]
        self.release = facts["release"]
        self.image = facts["image"]
        self.dtbs = facts["dtbs"]
        self.strip = facts["cross"] + "strip"
        # how much longer things take than on a stock kernel, at worst
        self.slowness = int(facts["slowness"])
        self.modules = KernelModules(facts["modules"], self.release)
        self.build = os.path.join(BUILD, facts["name"])
        # where what runs in the guest was built
        suffix = "" if self.arch == "arm64" else f"-{self.arch}"
        self.userspace = os.path.join(BUILD, f"userspace{suffix}")
        self.tests = os.path.join(BUILD, f"tests{suffix}")

    def own_module(self, name):
        folder = {"rover": "kmod", "rover_sim": "kmod/sim"}.get(name, "kmod/faces")
        return os.path.join(self.build, folder, f"{name}.ko")

    def face_modules(self, name):
        """Files of a face; with what it stands on, where the kernel lacks that and
        scripts/counter has built it."""
        beside = os.path.join(self.build, "counter")
        if name == "rover_counter" and os.path.exists(os.path.join(beside, "counter.ko")):
            return [os.path.join(beside, "counter.ko"),
                    os.path.join(beside, "faces/rover_counter.ko")]
        return [self.own_module(name)]


def kernel_for(machine, name):
    """6.12 is the stock kernel of that version on each machine."""
    of_machine = f"{name}-{machine.flavour}"
    return of_machine if of_machine in run_script("kernel", "list").splitlines() else name


def make(*arguments):
    result = subprocess.run(["make", "--no-print-directory", "-s", "-C", TOP, *arguments],
                            stdout=2, check=False)
    if result.returncode != 0:
        die(f"make {' '.join(arguments)} failed")


def build_missing(session):
    """Only what was never built: building anew is for the person to decide."""
    kernel = session.kernel
    if session.arguments.modules:
        for path in session.own_modules():
            if not os.path.exists(path):
                die(f"{path} is not there: scripts/modules builds it")
    elif not all(os.path.exists(kernel.own_module(name)) for name in session.machine.own_modules):
        make("modules", f"KERNEL={kernel.name}")
    if not all(os.path.exists(path) for path in session.own_modules()):
        make("modules", f"KERNEL={kernel.name}")
        run_script("counter", kernel.name)
    if session.arguments.userspace:
        if not os.path.exists(session.helper()):
            die(f"{session.helper()} is not there: make userspace TARGET=ARCH builds it")
    elif not os.path.exists(session.helper()):
        make("userspace", f"TARGET={kernel.arch}")
    needed = ("robohat", session.machine.overlay) if session.machine.overlay else ("robohat",)
    if not all(os.path.exists(os.path.join(BUILD, f"dts/{name}.dtbo")) for name in needed):
        make("dtbo")


def overlays_of(machine, arguments):
    texts = arguments.overlay or []
    if machine.name == "virt" and not texts:
        texts = [os.path.join(BUILD, "dts/robohat.dtbo")]
    if machine.overlay:
        board = os.path.join(BUILD, f"dts/{machine.overlay}.dtbo")
        if arguments.board:
            board += "," + arguments.board
        texts = [board, *texts]
    return [Overlay(text) for text in texts]


def same_file(one, other):
    one, other = os.fstat(one), os.fstat(other)
    return (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)


class Session:
    """What is to run, where, and through which devices of the guest."""

    def __init__(self, arguments):
        self.arguments = arguments
        usual = MACHINES[arguments.machine]
        self.kernel = Kernel(kernel_for(usual, arguments.kernel))
        self.machine = machine_for(usual.name, self.kernel.arch)
        if not self.machine:
            die(f"machine {usual.name} runs {usual.arch} kernels, "
                f"{self.kernel.name} is {self.kernel.arch}")
        if arguments.modules:
            self.kernel.build = arguments.modules
        self.interactive = os.isatty(0) and os.isatty(1) and not arguments.save
        # what is saved is always the same, and its command is known
        self.token = f"<{secrets.token_hex(16)}>" if not arguments.save else "<end of this part>"
        self.main, self.errors = self._devices()
        self.disk = arguments.root if is_disk(arguments.root) else None

    def _devices(self):
        """Of the command's output and of its errors. Where both go to one file
        here, one device keeps them in order."""
        if self.interactive and self.machine.terminal:
            return self.machine.terminal, self.machine.terminal
        if same_file(1, 2) and not self.arguments.save:
            return self.machine.main, self.machine.main
        return self.machine.main, self.machine.errors

    def test_modules(self):
        """KUnit and its suites, if they were built: for who wants to load them."""
        return sorted(glob.glob(os.path.join(self.kernel.build, "kunit/**/*.ko"),
                                recursive=True))

    def named_modules(self):
        return [text.split(":")[0] for text in self.arguments.module]

    def other_modules(self):
        """Those of the kernel's that --module names."""
        return [name for name in self.named_modules()
                if name not in (*self.machine.own_modules, *FACES)]

    def own_names(self):
        """Ours to load, in that order."""
        return [*self.machine.own_modules,
                *(name for name in self.named_modules() if name in FACES)]

    def with_parameters(self, names):
        """What modprobe is to be given; colons stand for blanks."""
        texts = {text.split(":")[0]: text for text in self.arguments.module}
        return " ".join(texts.get(name, name) for name in names)

    def helper(self):
        return os.path.join(self.arguments.userspace or self.kernel.userspace, "roverctl")

    def own_modules(self):
        """Files of our modules."""
        files = []
        for name in self.own_names():
            files += (self.kernel.face_modules(name) if name in FACES else
                      [self.kernel.own_module(name)])
        return files


def is_program(path):
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def add_tests(archive, session):
    """Test programs are large, and there are many: those that the command names,
    or a script that it names; all of them for a person."""
    folder = session.kernel.tests
    text = " ".join(session.arguments.command)
    for path in glob.glob(os.path.join(folder, "**/*.sh"), recursive=True):
        if os.path.basename(path) in text:
            with open(path, encoding="utf-8") as script:
                text += script.read()
    words = set(re.findall(r"[\w-]+", text))
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if session.interactive or name in words or not is_program(path):
            archive.copy(f"/tests/{name}", path)


def guest_files(session):
    """The guest's root file system."""
    archive = Archive()
    for folder in ("/proc", "/sys", "/root", "/tmp"):
        archive.folder(folder)
    archive.console("/dev/console")
    if session.arguments.root and not session.disk:
        archive.tree("", session.arguments.root)
    archive.copy("/bin/busybox", os.path.join(run_script("sysroot", session.kernel.arch), "bin/busybox"))
    archive.link("/sbin/modprobe", "/bin/busybox")
    archive.copy("/init", os.path.join(SCRIPTS, "guest/init"))
    archive.copy("/etc/profile", os.path.join(SCRIPTS, "guest/profile"))
    archive.copy("/usr/bin/roverctl", session.helper())
    archive.copy("/lib/terminfo", run_script("terminfo"))
    if os.path.isdir(session.kernel.tests):
        add_tests(archive, session)
    if session.arguments.share:
        archive.copy("/share", session.arguments.share)

    modules = session.kernel.modules.loadable(
        [*session.machine.modules, *(DISK_MODULES if session.disk else ()),
         *session.other_modules()])
    add_modules(archive, session.kernel.release, session.kernel.modules, modules,
                session.own_modules() + session.test_modules(), session.kernel.strip)
    archive.file("/vm/settings", settings(session, modules).encode())
    archive.file("/vm/command", f"exec {shlex.join(session.arguments.command)}\n".encode())
    return archive.finished()


def terminal_type():
    """What the guest's programs are told of a person's terminal; they know Debian's usual ones."""
    name = os.environ.get("TERM") or "linux"
    known = os.path.exists(os.path.join(run_script("terminfo"), name[0], name))
    return name if known else "xterm"


def settings(session, modules):
    """For scripts/guest/init."""
    size = shutil.get_terminal_size()
    values = {
        "MAIN": session.main,
        "ERRORS": session.errors,
        "INTERACTIVE": int(session.interactive),
        "MODULES": session.with_parameters(modules),
        "LOAD": "" if session.arguments.no_load else
                session.with_parameters(session.own_names()),
        "DISK": int(bool(session.disk)),
        "TOKEN": session.token,
        "ROVER_SLOWNESS": session.kernel.slowness,
        "ROWS": size.lines,
        "COLUMNS": size.columns,
    }
    if session.interactive:
        values["TERM"] = terminal_type()
    return "".join(f"{name}={shlex.quote(str(value))}\n" for name, value in values.items())


def wiring(session):
    """Channels to the guest, and the devices that they end in."""
    channels = ["console", "main"]
    devices = ["-serial", "chardev:console"]
    if session.main.startswith("tty"):
        return channels, [*devices, "-serial", "chardev:main"]
    devices += ["-device", f"virtio-serial-{session.machine.bus}"]
    if session.main.startswith("hvc"):
        return channels, [*devices, "-device", "virtconsole,chardev=main"]
    devices += ["-device", f"virtserialport,chardev=main,name={session.main}"]
    if session.errors != session.main:
        channels.append("errors")
        devices += ["-device", f"virtserialport,chardev=errors,name={session.errors}"]
    return channels, devices


def kernel_arguments(session):
    # cryptomgr.notests: it would test its algorithms at each boot, for a second
    words = [session.machine.console, "rdinit=/init", "panic=-1", "oops=panic",
             "cryptomgr.notests"]
    if session.arguments.icount:
        words += ["nokaslr", "norandmaps"]
    return " ".join([*words, session.arguments.append]).strip()


def qemu_command(session, files):
    arguments, machine = session.arguments, session.machine
    command = [*machine.qemu, *machine.memory, *machine.cpus(arguments.icount)]
    if machine.memory and session.arguments.root:
        command += ["-m", "1024"]  # half of it is what the root may fill
    elif machine.memory and session.kernel.slowness > 1:
        command += ["-m", "768"]   # what watches over memory takes its share
    command += ["-nodefaults", "-display", "none", "-no-reboot"]
    if arguments.icount:
        command += ["-icount", "shift=0,sleep=off"]
    if arguments.monitor:
        command += ["-monitor", f"unix:{arguments.monitor},server=on,wait=off"]
    command += ["-kernel", files["kernel"], "-initrd", files["initrd"],
                "-append", kernel_arguments(session)]
    if machine.has_tree:
        command += ["-dtb", files["dtb"]]
    if session.disk:
        # commas end QEMU's options, unless there are two
        path = session.disk.replace(",", ",,")
        command += ["-drive", f"file={path},format=raw,if=none,id=disk,readonly=on",
                    "-device", f"virtio-blk-{machine.bus},drive=disk"]
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


def run_guest(session, command):
    arguments = session.arguments
    timeout = arguments.timeout or (None if session.interactive else 120)
    if timeout:
        timeout *= 10 if session.kernel.slowness > 1 else 1
    channels, devices = wiring(session)
    with open_log(arguments) as log:
        vm = guest.Guest([*command, *devices], channels, log, session.token,
                         session.interactive, arguments.linger)
        try:
            status = vm.run(timeout)
        except TimeoutError:
            print(f"vm: timeout, no end after {timeout:g} s, kernel log in {log.name}",
                  file=sys.stderr)
            return guest.TIMED_OUT
        except guest.MachineFailed:
            why = vm.complaints()
            print(f"{log_tail(log, 30)}\nvm: the machine ended before its command did"
                  f"{': ' + why if why else ''}, kernel log in {log.name}", file=sys.stderr)
            return guest.FAILED
        if arguments.share:
            guest.unpack(vm.archive, os.path.realpath(arguments.share))
        return status if check_log(arguments, log) else status or guest.FAILED


def check_log(arguments, log):
    if not arguments.check_log:
        return True
    with open(log.name, encoding="utf-8", errors="replace") as file:
        reports = klog.reports(file.read())
    for report in reports:
        print(f"vm: in the kernel log:\n{report}", file=sys.stderr)
    return not reports


def save(session, files, folder):
    """The machine as it would be run: its files, and how QEMU is to be started."""
    channels, devices = wiring(session)
    command = qemu_command(session, {name: f"{{folder}}/{name}" for name in files})
    settings = {"command": [*command, *devices], "channels": channels, "token": session.token,
                "timeout": session.arguments.timeout or 120}
    os.makedirs(folder, exist_ok=True)
    for name, path in files.items():
        shutil.copyfile(path, os.path.join(folder, name))
    with open(os.path.join(folder, "machine.json"), "w", encoding="utf-8") as file:
        json.dump(settings, file, indent=1)
    return 0


def main():
    arguments = parse_arguments()
    session = Session(arguments)
    build_missing(session)
    if arguments.share:
        os.makedirs(arguments.share, exist_ok=True)

    # of the kernels, only this one has device trees that overlays fit
    pi_trees = Kernel(kernel_for(session.machine, "6.12")).dtbs if session.machine.pi_tree else None
    with tempfile.TemporaryDirectory(prefix="rover-vm-") as folder:
        contents = {"initrd": guest_files(session)}
        if session.machine.has_tree:
            contents["dtb"] = device_tree(session.machine, pi_trees, overlays_of(session.machine, arguments),
                                          arguments.icount)
        files = {"kernel": session.kernel.image}
        for name, content in contents.items():
            files[name] = os.path.join(folder, name)
            with open(files[name], "wb") as file:
                file.write(content)
        if arguments.save:
            return save(session, files, arguments.save)
        return run_guest(session, qemu_command(session, files))


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
