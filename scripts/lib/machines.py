# SPDX-License-Identifier: GPL-2.0-or-later
"""The emulated machines, and the device tree that one boots with.

Copyright (C) 2026 The rover authors
"""

import dataclasses
import os
import subprocess
import tempfile
from dataclasses import dataclass

import fdt
import overlay


class MachineError(Exception):
    """QEMU cannot make the machine."""


@dataclass
class Machine:
    name: str
    qemu: tuple          # program and arguments that make the machine
    arch: str            # of kernels that run on it
    console: str         # of the kernel
    main: str            # device of the command's output: a virtio port or a tty
    errors: str          # of its errors; the same device where there is no other
    modules: tuple       # what its devices need
    own_modules: tuple   # of ours, in the order of loading
    terminal: str = ""   # for interactive use, where `main` is not one
    memory: tuple = ()
    bus: str = "device"  # of virtio
    pi_tree: str = ""    # in the kernel's folder of device trees
    overlay: str = ""    # of dts/sim, that its device tree has at any rate
    has_tree: bool = True
    flavour: str = ""    # 6.1 is the kernel 6.1-FLAVOUR here

    @property
    def has_virtio(self):
        return not self.main.startswith("tty")

    def cpus(self, icount):
        """A Pi has what it has; one processor is what icount can count."""
        if self.pi_tree:
            return ()
        return ("-smp", "1" if icount else "2")


MACHINES = {machine.name: machine for machine in (
    Machine(
        name="virt",
        qemu=("qemu-system-aarch64", "-M", "virt,dtb-randomness=off", "-cpu", "cortex-a53"),
        memory=("-m", "512"),
        arch="arm64",
        console="console=ttyAMA0",
        main="rover.main",
        errors="rover.errors",
        terminal="hvc0",
        modules=("virtio_mmio", "virtio_console"),
        own_modules=("rover_sim", "rover"),
        overlay="virtual-board",
    ),
    # Runs the Pi's own GPIO and PWM drivers, on modelled registers. Its idle
    # processors spin before Linux starts them, and would take turns with us.
    Machine(
        name="raspi3b",
        qemu=("qemu-system-aarch64", "-M", "raspi3b", "-accel", "tcg,thread=single"),
        arch="arm64",
        console="earlycon=pl011,mmio32,0x3f201000 console=ttyAMA0",
        main="ttyS1",
        errors="ttyS1",
        modules=("pwm_bcm2835",),
        own_modules=("rover",),
        pi_tree="broadcom/bcm2837-rpi-3-b.dtb",
    ),
    # The same on a 32-bit Pi, with the kernel that Debian has for it, which never comes to
    # its init here with all four processors.
    Machine(
        name="raspi2b",
        qemu=("qemu-system-arm", "-M", "raspi2b", "-accel", "tcg,thread=single"),
        arch="armhf",
        flavour="armmp",
        console="earlycon=pl011,mmio32,0x3f201000 console=ttyAMA0 maxcpus=1",
        main="ttyS1",
        errors="ttyS1",
        modules=("pwm_bcm2835",),
        own_modules=("rover",),
        pi_tree="bcm2836-rpi-2-b.dtb",
        overlay="pi2",
    ),
    # Nothing describes a rover here: rover_sim.ko creates it.
    Machine(
        name="pc",
        qemu=("qemu-system-x86_64", "-M", "q35", "-cpu", "max"),
        memory=("-m", "512"),
        arch="amd64",
        flavour="amd64",
        console="console=ttyS0",
        main="rover.main",
        errors="rover.errors",
        terminal="hvc0",
        bus="pci",
        modules=("virtio_pci", "virtio_console"),
        own_modules=("rover_sim", "rover"),
        has_tree=False,
    ),
)}

# What a machine is for kernels of another architecture.
OTHERS = {
    ("virt", "armhf"): dataclasses.replace(
        MACHINES["virt"], arch="armhf",
        qemu=("qemu-system-arm", "-M", "virt,dtb-randomness=off", "-cpu", "cortex-a15")),
}


def machine_for(name, arch):
    """None if there is no such machine for kernels of that architecture."""
    machine = MACHINES[name]
    return machine if machine.arch == arch else OTHERS.get((name, arch))


def own_tree(machine, icount):
    """What QEMU would hand to the kernel."""
    with tempfile.TemporaryDirectory(prefix="rover-") as folder:
        path = os.path.join(folder, "machine.dtb")
        command = [*machine.qemu, *machine.memory, *machine.cpus(icount), "-nodefaults",
                   "-display", "none", "-machine", f"dumpdtb={path}"]
        result = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
        if result.returncode != 0:
            raise MachineError(result.stderr.strip())
        tree = fdt.read(path)
    tree.child("__symbols__")   # lets fdtoverlay keep the labels of overlays
    return tree


def device_tree(machine, pi_trees, overlays, icount):
    """The tree to boot with: the machine's own, overlays merged onto it."""
    if machine.pi_tree:
        tree = fdt.read(os.path.join(pi_trees, machine.pi_tree))
    else:
        tree = own_tree(machine, icount)
    tree = overlay.merge(tree, overlays)
    # Until its random pool is ready the kernel works on it at every syscall.
    # Each boot of a test has to cost the same, so this one is known.
    tree.child("chosen").props["rng-seed"] = bytes(range(64))
    return fdt.flatten(tree)
