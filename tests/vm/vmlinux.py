#!/usr/bin/env python3
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# vmlinux.py: unpack a kernel's image.
#
#	vmlinux.py VMLINUZ OUTPUT
#
# An emulated processor takes longer to unpack it than to boot, and qemu loads
# the unpacked one as well.  The image's header says where the packed kernel
# is (boot protocol 2.08): `payload_offset' from the end of the real-mode
# sectors, `payload_length'.  What packed it shows in the first bytes.

import lzma
import shutil
import struct
import subprocess
import sys
import zlib

SETUP_SECTS = 0x1f1
MAGIC = 0x202
PAYLOAD = 0x248


def unpack(data):
    if data[:6] == b"\xfd7zXZ\0":
        return lzma.LZMADecompressor().decompress(data)
    if data[:2] == b"\x1f\x8b":
        return zlib.decompressobj(31).decompress(data)
    if data[:4] == b"\x28\xb5\x2f\xfd" and shutil.which("zstd"):
        # The unpacked size stands behind the payload.
        return subprocess.run(["zstd", "-dcq"], input=data[:-4], check=False,
                              stdout=subprocess.PIPE).stdout
    sys.exit("vmlinux: packed in a way that is not known here")


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: vmlinux.py VMLINUZ OUTPUT")
    with open(sys.argv[1], "rb") as file:
        image = file.read()
    if image[MAGIC:MAGIC + 4] != b"HdrS":
        sys.exit("vmlinux: %s is no kernel's image" % sys.argv[1])
    offset, length = struct.unpack_from("<II", image, PAYLOAD)
    start = ((image[SETUP_SECTS] or 4) + 1) * 512 + offset
    kernel = unpack(image[start:start + length])
    if kernel[:4] != b"\x7fELF":
        sys.exit("vmlinux: %s has no kernel in it" % sys.argv[1])
    with open(sys.argv[2], "wb") as file:
        file.write(kernel)


main()
