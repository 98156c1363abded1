/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_usbmidi.c: MIDI through umidi(4) to Linux's own USB gadget and back, in
 * the virtual machine.
 *
 *	h_usbmidi [-u] card unit cables bytes
 *
 * unit is the first of the ports rmidiN, card the number of the gadget's ALSA
 * card, which has a substream for each cable.  Each end of each cable sends
 * so many bytes of random valid MIDI to the other, all at once, and what
 * arrives must be what was sent.  With -u the device may be pulled out: what
 * arrives until then must be the beginning of what was sent, and all must have
 * an end within a minute.  Then the gadget only receives, since Linux 6.1's
 * does not survive that it is pulled out while it sends (f_midi_in_work()
 * writes to a buffer that is gone).
 *
 * Prints what is wrong; status 1 then.
 */

#include <sys/ioctl.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sound/asound.h>

#define CABLES		16
#define BUFFER_BYTES	(1 << 20)

struct end {
	const char	*name;
	unsigned	cable;
	int		in, out;	/* descriptors */
	uint8_t		*bytes;		/* to be received */
	size_t		n;
	size_t		got;
	const struct end *far;
	pthread_t	reader, writer;
};

static struct end ends[2 * CABLES];
static int unplugged;
static volatile int failed;

static void
complain(const struct end *e, const char *what)
{

	fprintf(stderr, "h_usbmidi: %s cable %u: %s at byte %zu of %zu\n",
	    e->name, e->cable, what, e->got, e->n);
	failed = 1;
}

/* Show what came beside what was to come. */
static void
complain_bytes(const struct end *e, const uint8_t *came, size_t n)
{
	size_t i;

	complain(e, "another byte");
	for (i = 0; i < n && i < 16; i++)
		fprintf(stderr, " %02x(%02x)", came[i],
		    e->got + i < e->n ? e->bytes[e->got + i] : 0);
	fputc('\n', stderr);
}

/*
 * What is sent: canonical, so that nothing on the way alters it.
 */

static size_t
message(uint8_t *to, size_t room, unsigned *seed)
{
	static const uint8_t lengths[] = { 3, 3, 3, 3, 2, 2, 3 };
	const unsigned kind = rand_r(seed) % 12;
	size_t i, n;

	if (kind < 7)
		n = lengths[kind];
	else if (kind == 7)
		n = 1;
	else
		n = 2 + rand_r(seed) % (rand_r(seed) % 8 ? 20 : 2000);
	if (n > room)
		return 0;
	for (i = 0; i < n; i++)
		to[i] = rand_r(seed) % 127 + 1;
	if (kind < 7)
		to[0] = 0x80 | kind << 4 | (to[0] & 15);
	else if (kind == 7)
		to[0] = 0xf8;
	else {
		to[0] = 0xf0;
		to[n - 1] = 0xf7;
	}
	return n;
}

static void
compose(struct end *e, size_t n, unsigned seed)
{
	size_t len;

	e->bytes = malloc(n);
	if (e->bytes == NULL)
		err(2, NULL);
	for (e->n = 0; n - e->n > 3; e->n += len)
		len = message(e->bytes + e->n, n - e->n, &seed);
}

/*
 * The two directions of an end.
 */

static void *
receive(void *arg)
{
	struct end *e = arg;
	uint8_t bytes[4096];
	ssize_t i, n;

	while (e->got < e->n && !failed) {
		n = read(e->in, bytes, sizeof(bytes));
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0 && unplugged)
			break;
		if (n <= 0) {
			complain(e, n == 0 ? "end of file" : strerror(errno));
			break;
		}
		for (i = 0; i < n; i++) {
			if (unplugged && bytes[i] != e->bytes[e->got])
				return NULL;
			if (e->got == e->n || bytes[i] != e->bytes[e->got]) {
				complain_bytes(e, bytes + i, n - i);
				return NULL;
			}
			e->got++;
		}
	}
	return NULL;
}

static void *
transmit(void *arg)
{
	struct end *e = arg;
	const uint8_t *bytes = e->far->bytes;
	size_t at = 0, left;
	ssize_t n;

	while ((left = e->far->n - at) != 0 && !failed) {
		n = write(e->out, bytes + at, left < 3000 ? left : 3000);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && !unplugged)
			complain(e, strerror(errno));
		if (n == -1)
			break;
		at += n;
	}
	return NULL;
}

/*
 * The ends.
 */

/* What is not there was pulled out already, or it is an error. */
static void
missing(const char *path)
{

	if (unplugged)
		exit(0);
	err(2, "%s", path);
}

/* A gadget's reader that is late loses what its buffer has no room for. */
static void
enlarge(int fd, int stream)
{
	struct snd_rawmidi_params params;

	memset(&params, 0, sizeof(params));
	params.stream = stream;
	params.buffer_size = BUFFER_BYTES;
	params.avail_min = 1;
	params.no_active_sensing = 1;
	if (ioctl(fd, SNDRV_RAWMIDI_IOCTL_PARAMS, &params) == -1)
		missing("SNDRV_RAWMIDI_IOCTL_PARAMS");
}

static void
open_gadget(struct end *e, int card, unsigned cable)
{
	const int subdevice = cable;
	struct pollfd pfd;
	char path[64];
	int ctl;

	snprintf(path, sizeof(path), "/dev/snd/controlC%d", card);
	ctl = open(path, O_RDWR | O_CLOEXEC);
	if (ctl == -1)
		missing(path);
	if (ioctl(ctl, SNDRV_CTL_IOCTL_RAWMIDI_PREFER_SUBDEVICE,
	    &subdevice) == -1)
		missing(path);
	snprintf(path, sizeof(path), "/dev/snd/midiC%dD0", card);
	e->in = e->out = open(path, O_RDWR | O_CLOEXEC);
	if (e->in == -1)
		missing(path);
	close(ctl);
	enlarge(e->in, SNDRV_RAWMIDI_STREAM_INPUT);
	/* What comes before the first of these is thrown away. */
	pfd.fd = e->in;
	pfd.events = POLLIN;
	if (poll(&pfd, 1, 0) != 0 && !unplugged)
		errx(2, "%s: there is something already", path);
	e->name = "gadget";
	e->cable = cable;
}

static void
open_host(struct end *e, int unit, unsigned cable)
{
	char path[64];

	snprintf(path, sizeof(path), "/dev/rmidi%u", unit + cable);
	e->in = e->out = open(path, O_RDWR | O_CLOEXEC);
	if (e->in == -1)
		missing(path);
	e->name = "host";
	e->cable = cable;
}

int
main(int argc, char **argv)
{
	unsigned cable, cables;
	size_t n;
	int i;

	if (argc > 1 && strcmp(argv[1], "-u") == 0) {
		unplugged = 1;
		alarm(60);
		argc--;
		argv++;
	}
	if (argc != 5)
		errx(2, "usage: h_usbmidi [-u] card unit cables bytes");
	cables = atoi(argv[3]);
	n = atoi(argv[4]);
	for (cable = 0; cable < cables; cable++) {
		struct end *host = &ends[2 * cable], *gadget = host + 1;

		open_host(host, atoi(argv[2]), cable);
		open_gadget(gadget, atoi(argv[1]), cable);
		host->far = gadget;
		gadget->far = host;
		compose(host, n, 2 * cable + 1);
		compose(gadget, n, 2 * cable + 2);
	}
	for (i = 0; i < (int)(2 * cables); i++) {
		/* The second of two is the gadget. */
		if (unplugged && i % 2 == 1)
			ends[i - 1].n = 1;
		else if (pthread_create(&ends[i].writer, NULL, transmit,
		    &ends[i]))
			errx(2, "no thread");
	}
	for (i = 0; i < (int)(2 * cables); i++)
		if (pthread_create(&ends[i].reader, NULL, receive, &ends[i]))
			errx(2, "no thread");
	for (i = 0; i < (int)(2 * cables); i++) {
		if (!unplugged || i % 2 == 0)
			pthread_join(ends[i].writer, NULL);
		pthread_join(ends[i].reader, NULL);
	}
	for (i = 0, n = 0; i < (int)(2 * cables); i++)
		n += ends[i].got;
	printf("%zu bytes arrived\n", n);
	return failed;
}
