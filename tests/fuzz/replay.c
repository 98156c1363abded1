/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * replay.c: give a fuzzer's corpus to its function, without the fuzzer.
 *
 *	replay corpus.txt	each line: the bytes of an input in hex
 *	replay -u folder corpus.txt	unpack it into a folder, for the fuzzer
 *	replay -p folder	pack a folder, to standard output
 *	replay -c file ...	inputs as they are
 *
 * A corpus in the tree is a text, so that a change of it can be read.  Lines
 * that begin with # are comments.  Prints how many inputs there were.
 */

#include <dirent.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

static void
replay_one(const uint8_t *data, size_t n)
{
	uint8_t *exact;

	/* A sanitizer sees a read of one byte too many. */
	exact = malloc(n > 0 ? n : 1);
	if (exact == NULL)
		err(1, NULL);
	memcpy(exact, data, n);
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
}

static void
replay_unpack(const char *folder, unsigned number, const uint8_t *data,
    size_t n)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%u", folder, number);
	f = fopen(path, "w");
	if (f == NULL || fwrite(data, 1, n, f) != n || fclose(f) == EOF)
		err(1, "%s", path);
}

static unsigned
replay_nibble(char c, const char *path, unsigned line)
{
	static const char digits[] = "0123456789abcdef";
	const char *p;

	p = c != '\0' ? strchr(digits, c) : NULL;
	if (p == NULL)
		errx(1, "%s:%u: not hex", path, line);
	return (unsigned)(p - digits);
}

static unsigned
replay_text(const char *path, const char *folder)
{
	char *text;
	size_t i, room;
	unsigned count, line;
	ssize_t n;
	FILE *f;

	f = fopen(path, "r");
	if (f == NULL)
		err(1, "%s", path);
	text = NULL;
	room = 0;
	count = 0;
	for (line = 1; (n = getline(&text, &room, f)) > 0; line++) {
		if (text[0] == '#')
			continue;
		text[n - 1] = '\0';	/* the line feed */
		for (i = 0; text[2 * i] != '\0'; i++)
			text[i] = (char)(
			    replay_nibble(text[2 * i], path, line) << 4 |
			    replay_nibble(text[2 * i + 1], path, line));
		count++;
		if (folder != NULL)
			replay_unpack(folder, count, (uint8_t *)text, i);
		else
			replay_one((uint8_t *)text, i);
	}
	free(text);
	fclose(f);
	return count;
}

static uint8_t *
replay_load(const char *path, size_t *n)
{
	uint8_t *data;
	size_t room;
	FILE *f;

	f = fopen(path, "r");
	if (f == NULL)
		err(1, "%s", path);
	room = 1 << 20;
	data = malloc(room);
	if (data == NULL)
		err(1, NULL);
	*n = fread(data, 1, room, f);
	fclose(f);
	return data;
}

static void
replay_pack(const char *folder)
{
	struct dirent **list;
	char path[4096];
	uint8_t *data;
	size_t at, n;
	int count, i;

	count = scandir(folder, &list, NULL, alphasort);
	if (count == -1)
		err(1, "%s", folder);
	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder,
		    list[i]->d_name);
		if (list[i]->d_name[0] == '.') {
			free(list[i]);
			continue;
		}
		data = replay_load(path, &n);
		for (at = 0; at < n; at++)
			printf("%02x", data[at]);
		putchar('\n');
		free(data);
		free(list[i]);
	}
	free(list);
}

int
main(int argc, char **argv)
{
	uint8_t *data;
	size_t n;
	unsigned count;

	count = 0;
	if (argc == 3 && strcmp(argv[1], "-p") == 0) {
		replay_pack(argv[2]);
		return 0;
	}
	if (argc > 2 && strcmp(argv[1], "-c") == 0) {
		for (argv += 2; *argv != NULL; argv++, count++) {
			data = replay_load(*argv, &n);
			replay_one(data, n);
			free(data);
		}
	} else if (argc == 4 && strcmp(argv[1], "-u") == 0) {
		count = replay_text(argv[3], argv[2]);
	} else if (argc == 2) {
		count = replay_text(argv[1], NULL);
	} else {
		errx(1, "usage: replay [-u folder] corpus.txt");
	}
	printf("%u inputs\n", count);
	return 0;
}
