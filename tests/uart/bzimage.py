#!/usr/bin/env python3
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# bzimage.py VMLINUZ VMLINUX STUB OUTPUT: a kernel image whose kernel is not
# packed, for loaders that know no other form and processors that are slow.
#
# It is the beginning of VMLINUZ, which runs in real mode, then STUB, linked for
# 1 MB, then the parts of VMLINUX as they are to lie in memory.

import struct
import sys

STUB = 0x100000
KERNEL = 0x110000       # behind the stub and its tables
SETUP_SECTS = 0x1f1
SYSSIZE = 0x1f4
VERSION = 0x206
RELOCATABLE = 0x234
PT_LOAD = 1


def flat(elf):
    """The kernel as it is to lie in memory, from where, and its entry."""
    entry, phoff = struct.unpack_from("<QQ", elf, 0x18)
    phentsize, phnum = struct.unpack_from("<HH", elf, 0x36)
    parts = []
    for i in range(phnum):
        kind, _, offset, _, paddr, filesz = \
            struct.unpack_from("<IIQQQQ", elf, phoff + i * phentsize)
        if kind == PT_LOAD:
            parts.append((paddr, elf[offset:offset + filesz]))
    base = min(paddr for paddr, _ in parts)
    image = bytearray(max(paddr + len(data) for paddr, data in parts) - base)
    for paddr, data in parts:
        image[paddr - base:paddr - base + len(data)] = data
    # The kernel clears what is zero in the end.
    image = image.rstrip(b"\0")
    return image + bytes(-len(image) % 16), base, entry


def main():
    if len(sys.argv) != 5:
        sys.exit("usage: bzimage.py vmlinuz vmlinux stub output")
    vmlinuz, vmlinux, stub = [open(name, "rb").read() for name in sys.argv[1:4]]
    setup = bytearray(vmlinuz[:((vmlinuz[SETUP_SECTS] or 4) + 1) * 512])
    image, base, entry = flat(vmlinux)
    stub = bytearray(stub)
    # Behind its first jump, which is two bytes in four.
    struct.pack_into("<IIII", stub, 4, KERNEL, base, len(image) // 4, entry)
    system = stub + bytes(KERNEL - STUB - len(stub)) + image
    struct.pack_into("<I", setup, SYSSIZE, len(system) // 16)
    # An old form of header: what is in its later part would be wrong.
    struct.pack_into("<H", setup, VERSION, 0x0206)
    setup[RELOCATABLE] = 0
    with open(sys.argv[4], "wb") as out:
        out.write(setup + system)


main()
