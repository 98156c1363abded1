/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midibank.c: midibank(1): load banks of instruments into a synthesizer.
 *
 * Files are read and understood before anything is sent, so that one that is
 * wrong changes nothing.  Each instrument goes to the sequencer as a patch, a
 * struct sbi_instrument in one write(2), which the driver takes or refuses.
 */

#include <sys/types.h>
#include <sys/ioctl.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/midiio.h>

#include "bank_read.h"
#include "opthelp.h"
#include "seqdev.h"

#define MIDIBANK_PROGRAMS	128
/* More than any bank has. */
#define MIDIBANK_BYTES		(16 << 20)

struct midibank {
	const char	*node;		/* of -f, or NULL */
	const char	*device;	/* of -d, or NULL */
	int		number;		/* of -n: where an SBI goes; -1: none */
	int		list;
	int		reset;
	struct seqdev	sd;
	int		unit;
	struct bank	*banks;
	int		nbanks;
};

static const char midibank_usage[] =
    "usage: midibank [-hr] [-d device] [-f sequencer] [-n number] file ...\n"
    "       midibank -r [-d device] [-f sequencer]\n"
    "       midibank -l file ...\n";

static const char midibank_lines[] =
    "-d device     load there, by number or name\n"
    "-f sequencer  use this sequencer\n"
    "-l            list what is in the files\n"
    "-n number     the first one is this program, or dN: this drum\n"
    "-r            first load the built-in instruments again\n";

/* A program 1..128, or the key of a drum with a d before it; -1: neither. */
static int
midibank_number(const char *text)
{
	const int drum = text[0] == 'd';
	unsigned long n;
	char *end;

	if (text[drum] < '0' || text[drum] > '9')
		return -1;
	n = strtoul(text + drum, &end, 10);
	if (*end != '\0')
		return -1;
	if (drum)
		return n < MIDIBANK_PROGRAMS ? (int)n + OPL_PATCH_DRUM : -1;
	return n >= 1 && n <= MIDIBANK_PROGRAMS ? (int)n - 1 : -1;
}

static void
midibank_say(int number, char *text, size_t size)
{

	if (number >= OPL_PATCH_DRUM)
		snprintf(text, size, "d%d", number - OPL_PATCH_DRUM);
	else
		snprintf(text, size, "%d", number + 1);
}

/* All of a file, which is to be freed; NULL after saying why not. */
static uint8_t *
midibank_slurp(const char *path, size_t *n)
{
	uint8_t *data;
	FILE *fp;

	fp = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	if (fp == NULL) {
		warn("%s", path);
		return NULL;
	}
	data = malloc(MIDIBANK_BYTES);
	if (data == NULL)
		err(1, NULL);
	*n = fread(data, 1, MIDIBANK_BYTES, fp);
	if (ferror(fp) || *n == MIDIBANK_BYTES) {
		if (ferror(fp))
			warn("%s", path);
		else
			warnx("%s: too long for a bank", path);
		free(data);
		data = NULL;
	}
	if (fp != stdin)
		fclose(fp);
	return data;
}

/* Read a file; 0, or 1 after saying why not. */
static int
midibank_read(const char *path, struct bank *b)
{
	uint8_t *data;
	const char *why;
	char number[16];
	size_t n;
	bool good;
	int at;

	data = midibank_slurp(path, &n);
	if (data == NULL)
		return 1;
	good = bank_read(b, data, n, &why, &at);
	free(data);
	if (good)
		return 0;
	if (at == BANK_NOWHERE)
		warnx("%s: %s", path, why);
	else {
		midibank_say(at, number, sizeof(number));
		warnx("%s: %s: number %s", path, why, number);
	}
	return 1;
}

/* -l: what is in a file. */
static void
midibank_list(const char *path, const struct bank *b)
{
	const struct bank_instrument *bi;
	char number[16];
	int i;

	printf("%s: %s, %u programs, %u drums\n", path, b->ba_kind,
	    bank_count(b, false), bank_count(b, true));
	for (i = 0; i < OPL_PATCH_NUMBERS; i++) {
		bi = &b->ba_instrument[i];
		if (!bi->bi_there)
			continue;
		midibank_say(i, number, sizeof(number));
		printf("%s\t%s\t%s\n", b->ba_single ? "-" : number,
		    !bi->bi_opl3 ? "2 operators" :
		    bi->bi_bytes[OPL_PATCH_FLAGS] & OPL_PATCH_FLAG_DOUBLE ?
		    "2 x 2" : "4 operators", bi->bi_name);
	}
}

/* Send one instrument.  0, or an errno. */
static int
midibank_send(const struct midibank *mb, const struct bank_instrument *bi,
    int number)
{
	struct sbi_instrument sbi;
	ssize_t n;

	memset(&sbi, 0, sizeof(sbi));
	sbi.key = bi->bi_opl3 ? SBI_OPL3_PATCH : SBI_FM_PATCH;
	sbi.device = (short)mb->unit;
	sbi.channel = number;
	memcpy(sbi.operators, bi->bi_bytes, sizeof(sbi.operators));
	n = write(mb->sd.fd, &sbi, sizeof(sbi));
	if (n == -1)
		return errno;
	return n == (ssize_t)sizeof(sbi) ? 0 : EIO;
}

/* Send what a file has.  0, or 1 after saying what was refused. */
static int
midibank_load(const struct midibank *mb, const char *path,
    const struct bank *b)
{
	unsigned int loaded = 0, refused = 0;
	char number[16];
	int error, i, where;

	if (b->ba_single && mb->number == -1) {
		warnx("%s: an SBI has no number: say which with -n", path);
		return 1;
	}
	for (i = 0; i < OPL_PATCH_NUMBERS; i++) {
		if (!b->ba_instrument[i].bi_there)
			continue;
		where = b->ba_single ? mb->number : i;
		error = midibank_send(mb, &b->ba_instrument[i], where);
		if (error == 0) {
			loaded++;
			continue;
		}
		midibank_say(where, number, sizeof(number));
		if (refused++ == 0)
			warnx("%s: number %s is refused: %s", path, number,
			    error == EINVAL ? "not for this synthesizer" :
			    strerror(error));
		if (error != EINVAL)
			break;
	}
	printf("%s: %s, %u loaded, %u refused\n", path, b->ba_kind, loaded,
	    refused);
	if (b->ba_left != 0)
		printf("%s: %u more banks are not used\n", path, b->ba_left);
	return refused != 0;
}

/* The device: that of -d, or the only one that calls itself an OPL. */
static void
midibank_find(struct midibank *mb)
{
	char name[SEQDEV_NAME_BYTES];
	int found = -1, many = 0, unit;

	if (mb->device != NULL) {
		mb->unit = seqdev_find(&mb->sd, mb->device);
		if (mb->unit == -1)
			errx(1, "%s: no device %s", mb->sd.path, mb->device);
		return;
	}
	for (unit = 0; unit < mb->sd.count; unit++) {
		seqdev_name(&mb->sd, unit, name);
		if (strstr(name, "OPL") != NULL) {
			found = unit;
			many++;
		}
	}
	if (many == 0)
		errx(1, "%s: no OPL is there; name a device with -d",
		    mb->sd.path);
	if (many > 1)
		errx(1, "%s: %d OPLs are there; choose one with -d",
		    mb->sd.path, many);
	mb->unit = found;
}

static void
midibank_open(struct midibank *mb)
{
	const int error = seqdev_open(&mb->sd, mb->node, O_WRONLY);

	if (error != 0) {
		errno = error;
		err(1, "%s", mb->sd.path);
	}
	midibank_find(mb);
}

static void
midibank_options(struct midibank *mb, int argc, char **argv)
{
	int c;

	mb->number = -1;
	while ((c = getopt(argc, argv, ":d:f:hln:r")) != -1) {
		switch (c) {
		case 'd':
			mb->device = optarg;
			break;
		case 'f':
			mb->node = optarg;
			break;
		case 'l':
			mb->list = 1;
			break;
		case 'n':
			mb->number = midibank_number(optarg);
			if (mb->number == -1)
				errx(1, "-n %s: not 1 to 128, nor d0 to d127",
				    optarg);
			break;
		case 'r':
			mb->reset = 1;
			break;
		case 'h':
			opthelp_help(midibank_usage, midibank_lines);
		default:
			opthelp_wrong(midibank_usage, c);
		}
	}
	if ((optind == argc && !mb->reset) || (mb->list && (mb->reset ||
	    mb->device != NULL || mb->node != NULL || mb->number != -1)))
		opthelp_usage(midibank_usage);
}

int
main(int argc, char **argv)
{
	struct midibank mb;
	int i, status = 0;

	memset(&mb, 0, sizeof(mb));
	midibank_options(&mb, argc, argv);
	mb.nbanks = argc - optind;
	mb.banks = calloc((size_t)mb.nbanks + 1, sizeof(*mb.banks));
	if (mb.banks == NULL)
		err(1, NULL);
	for (i = 0; i < mb.nbanks; i++)
		status |= midibank_read(argv[optind + i], &mb.banks[i]);
	if (status != 0) {
		free(mb.banks);
		return 1;
	}
	if (!mb.list)
		midibank_open(&mb);
	if (mb.reset && ioctl(mb.sd.fd, SEQUENCER_RESETSAMPLES,
	    &mb.unit) == -1)
		err(1, "%s: device %d", mb.sd.path, mb.unit);
	for (i = 0; i < mb.nbanks; i++) {
		if (mb.list)
			midibank_list(argv[optind + i], &mb.banks[i]);
		else
			status |= midibank_load(&mb, argv[optind + i],
			    &mb.banks[i]);
	}
	free(mb.banks);
	if (fflush(stdout) != 0 || ferror(stdout))
		err(1, "standard output");
	return status;
}
