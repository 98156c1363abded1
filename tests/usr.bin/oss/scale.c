/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * scale.c: a program for /dev/music as one writes it for OSS: it knows no
 * header but OSS's, lists the synthesizers and plays a scale on the first.
 */

#include <sys/ioctl.h>
#include <sys/soundcard.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int seqfd;

SEQ_DEFINEBUF(128);

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
list(void)
{
	struct synth_info si;
	struct midi_info mi;
	int i, n;

	if (ioctl(seqfd, SNDCTL_SEQ_NRSYNTHS, &n) == -1) {
		perror("SNDCTL_SEQ_NRSYNTHS");
		exit(1);
	}
	for (i = 0; i < n; i++) {
		memset(&si, 0, sizeof(si));
		si.device = i;
		if (ioctl(seqfd, SNDCTL_SYNTH_INFO, &si) == -1)
			continue;
		memset(&mi, 0, sizeof(mi));
		mi.device = i;
		if (ioctl(seqfd, SNDCTL_MIDI_INFO, &mi) == -1)
			continue;
		printf("%d: %s %d voices %s\n", i, si.name, si.nr_voices,
		    si.synth_type == SYNTH_TYPE_MIDI ? "midi" : "other");
	}
}

int
main(int argc, char **argv)
{
	static const int keys[] = { 60, 62, 64, 65 };
	unsigned char sysex[] = { 0xf0, 0x7d, 0x01, 0xf7 };
	int base = 100;
	unsigned i;

	seqfd = open(argc > 1 ? argv[1] : "/dev/music", O_WRONLY);
	if (seqfd == -1) {
		perror("open");
		return 1;
	}
	list();
	if (ioctl(seqfd, SNDCTL_TMR_TIMEBASE, &base) == -1) {
		perror("SNDCTL_TMR_TIMEBASE");
		return 1;
	}
	SEQ_START_TIMER();
	SEQ_SET_TEMPO(120);
	SEQ_SYSEX(0, sysex, sizeof(sysex));
	SEQ_SET_PATCH(0, 1, 5);
	SEQ_CONTROL(0, 1, CTL_MAIN_VOLUME, 100);
	SEQ_BENDER(0, 1, 8192);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		SEQ_START_NOTE(0, 1, keys[i], 64);
		SEQ_DELTA_TIME(2);
		SEQ_STOP_NOTE(0, 1, keys[i], 64);
		SEQ_DELTA_TIME(1);
	}
	SEQ_DUMPBUF();
	if (ioctl(seqfd, SNDCTL_SEQ_SYNC, 0) == -1) {
		perror("SNDCTL_SEQ_SYNC");
		return 1;
	}
	close(seqfd);
	return 0;
}
