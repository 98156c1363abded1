#!/usr/bin/env python3
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# speaker.py BUILD: what midi_pcppi(4), as a module of Linux, sounds on a
# speaker that others have made, qemu's.
#
# Keys over the range are played one after another, and the last tone is bent.
# The sound is a square wave, whose periods are counted: each tone is there, in
# order, at the pitch that the driver's manual says, the key's to the nearest
# Hz.  qemu leaves out most of the silence.

import os
import subprocess
import sys
import tempfile

from sound import Wrong, hertz, read

KEYS = [33, 45, 57, 60, 64, 69, 72, 76, 81, 88, 93, 100, 105]
BENT = 71       # a whole tone above the key 69
LONG = 0.3      # seconds
PATIENCE = 300

JOB = r"""
modprobe bsdmidi_pcppi || exit 3
n=$(midictl | sed -n 's/^\([0-9]*\): .*PC speaker.*/\1/p')
exec 3>/dev/rmidi$n
for key in %s; do
	k=$(printf '\\%%03o' $key)
	printf "\220$k\100" >&3
	sleep %s
	printf "\200$k\100" >&3
	sleep 0.1
done
printf '\220\105\100' >&3
sleep %s
printf '\340\177\177' >&3
sleep %s
# The close ends it.
exec 3>&-
sleep 0.5
rmmod bsdmidi_pcppi || exit 4
exit 0
"""


def machine(build, folder):
    """Run it; the file with the sound."""
    here = os.path.dirname(os.path.abspath(__file__))
    wav = os.path.join(folder, "wav")
    with open(os.path.join(folder, "job"), "w", encoding="ascii") as file:
        file.write(JOB % (" ".join(map(str, KEYS)), LONG, LONG, LONG))
    env = dict(os.environ, VM_JOB=os.path.join(folder, "job"), VM_CPUS="1",
               VM_QEMU="-icount shift=1 -machine pc,pcspk-audiodev=a "
               "-audiodev wav,id=a,path=" + wav)
    vm = subprocess.run(["timeout", str(PATIENCE), "sh", os.path.join(here, "../vm/vm.sh"), build],
                        env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False)
    if vm.returncode != 0:
        raise Wrong("the machine ends with %d:\n%s" % (vm.returncode, vm.stdout.decode()[-2000:]))
    return wav


def periods(samples):
    """The lengths of the wave's periods, in samples: from one rise to the next."""
    high = max(samples) / 2
    rises = [i for i in range(1, len(samples)) if samples[i - 1] < high <= samples[i]]
    return [b - a for a, b in zip(rises, rises[1:])]


def tones(samples, rate):
    """Frequency and seconds of each tone.  The samples of qemu's speaker come at another rate, so
    that periods differ by two of ours."""
    found = []
    run = []
    for length in periods(samples) + [0]:
        mean = sum(run) / len(run) if run else length
        if run and abs(length - mean) > max(2.6, 0.05 * mean):
            if sum(run) > 0.05 * rate:
                found.append((rate * len(run) / sum(run), sum(run) / rate))
            run = []
        run.append(length)
    return found


def check(build):
    with tempfile.TemporaryDirectory() as folder:
        samples, rate = read(machine(build, folder))
    found = tones(samples, rate)
    wanted = KEYS + [69, BENT]
    said = " ".join("%.1f" % frequency for frequency, _ in found)
    if len(found) != len(wanted):
        raise Wrong("%d tones are heard, not %d: %s" % (len(found), len(wanted), said))
    for (frequency, seconds), key in zip(found, wanted):
        # Half a Hz, and what a period more or less makes.
        if abs(frequency - hertz(key)) > 0.5 + hertz(key) * 0.002:
            raise Wrong("key %d is heard at %.2f Hz: %s" % (key, frequency, said))
        if not LONG * 0.6 < seconds < LONG * 1.6:
            raise Wrong("key %d is heard for %.2f s" % (key, seconds))
    print("speaker: %s Hz" % said)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: speaker.py build")
    try:
        check(sys.argv[1])
    except Wrong as why:
        sys.exit("speaker.py: %s" % why)
