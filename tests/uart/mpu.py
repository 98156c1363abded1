#!/usr/bin/env python3
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# mpu.py BUILD: mpu(4) as a module of Linux on an MPU-401 that others have made,
# that of the Sound Blaster 16 of Bochs, which logs every access to its ports.
#
# The log shows that the driver waits for what it has to wait for and that each
# byte of a stream of random messages gets to the chip.  This chip has no input
# and is never busy: for these there is our own model only (sim_uart.h).
#
# BUILD/vm is what `make vm-tree' makes.  The kernel is booted from a CD; it is
# not packed, since to unpack it would take longer than all of the rest.

import os
import re
import shutil
import subprocess
import sys

from wire import Wrong, compare, stream

BYTES = 3000
PATIENCE = 900      # seconds
MODULES = "kern midi isa mpu".split()
HERE = os.path.dirname(os.path.abspath(__file__))
SYSLINUX = "/usr/lib/syslinux/modules/bios/ldlinux.c32"
ISOLINUX = "/usr/lib/ISOLINUX/isolinux.bin"

INIT = """#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t devtmpfs devtmpfs /dev
for m in kern midi isa; do
	insmod /bsdmidi_$m.ko
done
insmod /bsdmidi_mpu.ko port=0x330 irq=5 &&
    cat /out >/dev/rmidi0 &&
    grep -w mpu0 /proc/interrupts &&
    rmmod bsdmidi_mpu &&
    ! grep mpu /proc/ioports &&
    echo "mpu: done"
dmesg | grep -E 'mpu|midi0'
# The console is to have it all.
sleep 2
poweroff -f
"""

MENU = """default x
prompt 0
timeout 1
label x
 kernel /bzImage
 append initrd=/initrd console=ttyS0 quiet cryptomgr.notests nokaslr nosmp noapic nolapic \
tsc=reliable lpj=500000 mitigations=off nopti panic=-1
"""

# Without dmatimer there is no card.
BOCHSRC = """config_interface: textconfig
display_library: term
memory: guest=256, host=256
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
cpu: model=bx_generic, count=1, ips=50000000, reset_on_triple_fault=0
clock: sync=none
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=cdrom, path=cd.iso, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev=console.log
sb16: enabled=1, midimode=1, wavemode=1, loglevel=4, log=sb16.log, dmatimer=600000
sound: waveoutdrv=file, waveout=/dev/null, waveindrv=dummy, midioutdrv=file, midiout=/dev/null
log: bochs.log
panic: action=fatal
error: action=report
info: action=report
"""


def run(*command, **more):
    """Do it, or end."""
    subprocess.run(command, check=True, **more)


def write(path, data, mode=0o644):
    with open(path, "wb") as file:
        file.write(data)
    os.chmod(path, mode)


def image(build, where):
    """The kernel, unpacked: again only when it is another."""
    vm = os.path.join(build, "vm")
    target = os.path.join(where, "cd", "bzImage")
    vmlinux = os.path.join(vm, "vmlinux")
    if os.path.exists(target) and os.path.getmtime(target) > os.path.getmtime(vmlinux):
        return
    found = subprocess.run(["sh", os.path.join(HERE, "../vm/kernel.sh"), "find", vm], check=True,
                           stdout=subprocess.PIPE).stdout.decode()
    stub = os.path.join(where, "stub")
    run("gcc", "-m32", "-c", "-o", stub + ".o", os.path.join(HERE, "stub.S"))
    run("ld", "-m", "elf_i386", "-Ttext", "0x100000", "-e", "start", "-o", stub + ".elf",
        stub + ".o")
    run("objcopy", "-O", "binary", stub + ".elf", stub)
    run("python3", os.path.join(HERE, "bzimage.py"), re.search(r"VMLINUZ=(\S+)", found).group(1),
        vmlinux, stub, target)


def files(build, where, out):
    """The machine's files."""
    root = os.path.join(where, "root")
    shutil.rmtree(root, ignore_errors=True)
    for name in ("bin", "proc", "dev", "sys"):
        os.makedirs(os.path.join(root, name))
    shutil.copy("/bin/busybox", os.path.join(root, "bin"))
    for name in MODULES:
        module = "bsdmidi_%s.ko" % name
        run("strip", "--strip-debug", "-o", os.path.join(root, module),
            os.path.join(build, "modules", module))
    write(os.path.join(root, "init"), INIT.encode(), 0o755)
    write(os.path.join(root, "out"), out)
    names = subprocess.run(["find", "."], cwd=root, check=True, stdout=subprocess.PIPE).stdout
    with open(os.path.join(where, "cd", "initrd"), "wb") as file:
        run("cpio", "-o", "-H", "newc", "--quiet", cwd=root, input=names, stdout=file)


def machine(where):
    """Boot it.  Bochs does not mind SIGTERM, and ends with 1 also when all is well."""
    boot = os.path.join(where, "cd", "isolinux")
    os.makedirs(boot, exist_ok=True)
    shutil.copy(ISOLINUX, boot)
    shutil.copy(SYSLINUX, boot)
    write(os.path.join(boot, "isolinux.cfg"), MENU.encode())
    run("xorriso", "-as", "mkisofs", "-quiet", "-o", "cd.iso", "-b", "isolinux/isolinux.bin",
        "-c", "isolinux/boot.cat", "-no-emul-boot", "-boot-load-size", "4", "-boot-info-table",
        "cd", cwd=where, stderr=subprocess.DEVNULL)
    write(os.path.join(where, "bochsrc"), BOCHSRC.encode())
    write(os.path.join(where, "rc"), b"c\n")
    for name in ("console.log", "sb16.log"):
        write(os.path.join(where, name), b"")
    command = ["timeout", "-s", "KILL", str(PATIENCE), "bochs", "-q", "-f", "bochsrc", "-rc", "rc"]
    with open(os.path.join(where, "output"), "wb") as output:
        subprocess.run(command, cwd=where, env=dict(os.environ, TERM="dumb"),
                       stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False)


def accesses(where):
    """What the log says of the ports: kind and byte, in order, from the driver's first on."""
    kinds = {"MPU status port, result": "status", "MPU data port, result": "read",
             "write to MPU data port, value": "write"}
    found = []
    with open(os.path.join(where, "sb16.log"), encoding="latin-1") as log:
        for line in log:
            text = line.split(") ", 1)[-1].strip()
            for prefix, kind in kinds.items():
                if text.startswith(prefix):
                    found.append((kind, int(text.split()[-1], 16)))
            if text.startswith("MPU cmd: Master reset") and found:
                found.append(("reset", 0))
    return found


def check_ports(found):
    """No byte is written or read but after a status that allows it."""
    ready = 0xff
    for i, (kind, byte) in enumerate(found):
        if kind == "write" and ready & 0x40 or kind == "read" and ready & 0x80:
            raise Wrong("access %d, %s %02x, comes after status %02x" % (i, kind, byte, ready))
        ready = byte if kind == "status" else 0xff
    if [kind for kind, _ in found].count("reset") != 2:
        raise Wrong("it is not reset twice, at the beginning and at the end")
    first = [kind for kind, _ in found].index("write")
    if ("read", 0xfe) not in found[:first]:
        raise Wrong("bytes are written before a command is acknowledged")


def check(build):
    where = os.path.join(build, "bochs")
    os.makedirs(os.path.join(where, "cd"), exist_ok=True)
    out = stream(3, BYTES)
    image(build, where)
    files(build, where, out)
    machine(where)
    with open(os.path.join(where, "console.log"), encoding="latin-1") as log:
        said = log.read()
    if "mpu: done" not in said:
        raise Wrong("the machine has not done it:\n%s" % said[-2000:])
    found = accesses(where)
    check_ports(found)
    wire = bytes(byte for kind, byte in found if kind == "write")
    compare(wire, out)
    print("mpu: %d bytes out as %d at the chip, after %d looks at its status" %
          (len(out), len(wire), [kind for kind, _ in found].count("status")))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: mpu.py build")
    try:
        check(os.path.abspath(sys.argv[1]))
    except (Wrong, subprocess.CalledProcessError) as why:
        sys.exit("mpu.py: %s" % why)
