/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * oldbytes.c: a program for /dev/sequencer as one writes it for OSS's first
 * interface: it sends the bytes of a chord to a MIDI port, in records of four
 * bytes, with a wait between, and says what time it then is.
 */

#include <sys/ioctl.h>
#include <sys/soundcard.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int seqfd;

SEQ_DEFINEBUF(64);

void
seqbuf_dump(void)
{

	if (_seqbufptr != 0 &&
	    write(seqfd, _seqbuf, _seqbufptr) != _seqbufptr) {
		perror("write");
		exit(1);
	}
	_seqbufptr = 0;
}

static void
put_wait(unsigned ticks)
{
	unsigned record = ticks << 8 | SEQ_WAIT;

	seqbuf_dump();
	if (write(seqfd, &record, sizeof(record)) != sizeof(record)) {
		perror("write");
		exit(1);
	}
}

static void
chord(int status, int velocity)
{
	static const int keys[] = { 60, 64, 67 };
	unsigned i;

	SEQ_MIDIOUT(0, status);
	for (i = 0; i < 3; i++) {
		SEQ_MIDIOUT(0, keys[i]);
		SEQ_MIDIOUT(0, velocity);
	}
}

int
main(int argc, char **argv)
{
	int n, rate = 0;

	seqfd = open(argc > 1 ? argv[1] : "/dev/sequencer", O_WRONLY);
	if (seqfd == -1) {
		perror("open");
		return 1;
	}
	if (ioctl(seqfd, SNDCTL_SEQ_NRMIDIS, &n) == -1 || n < 1 ||
	    ioctl(seqfd, SNDCTL_SEQ_CTRLRATE, &rate) == -1) {
		perror("ioctl");
		return 1;
	}
	printf("%d ticks a second\n", rate);
	chord(0x90, 64);
	put_wait(5);
	chord(0x80, 64);
	SEQ_DUMPBUF();
	if (ioctl(seqfd, SNDCTL_SEQ_SYNC, 0) == -1) {
		perror("SNDCTL_SEQ_SYNC");
		return 1;
	}
	close(seqfd);
	return 0;
}
