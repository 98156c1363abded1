/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_script_text.c: words, numbers and bytes of scripts.
 */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h_script.h"

void
h_script_add(char *result, const char *fmt, ...)
{
	size_t n = strlen(result);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(result + n, H_SCRIPT_RESULT - n, fmt, ap);
	va_end(ap);
}

const char *
h_script_errno(int error)
{
	static char number[16];

	if (error == EWOULDBLOCK)
		return "EAGAIN";
	if (strerrorname_np(error) != NULL)
		return strerrorname_np(error);
	snprintf(number, sizeof(number), "E%d", error);
	return number;
}

/* A number, or an error by its name. */
int
h_script_number(const char *word)
{
	char *end;
	int i;
	long n;

	for (i = 1; *word == 'E' && i < 256; i++) {
		if (strcmp(word, h_script_errno(i)) == 0)
			return i;
	}
	n = strtol(word, &end, 0);
	if (*end != '\0' || end == word)
		sim_fail("%s is not a number", word);
	return n;
}

int
h_script_index(const char *word, int end)
{
	int n = h_script_number(word);

	if (n < 0 || n >= end)
		sim_fail("%s is not below %d", word, end);
	return n;
}

void
h_script_expand(const char *word, char *buf, size_t size)
{
	const char *piece, *star;
	size_t head, len, n = 0;
	unsigned long times;

	/* What stands before the bytes stays. */
	if (strpbrk(word, "*+") == NULL) {
		snprintf(buf, size, "%s", word);
		return;
	}
	piece = strrchr(word, '/');
	head = piece == NULL ? 0 : (size_t)(piece + 1 - word);
	memcpy(buf, word, head);
	n = head;
	for (piece = word + head; *piece != '\0';) {
		len = strcspn(piece, "*+");
		star = piece + len;
		times = *star == '*' ? strtoul(star + 1, NULL, 10) : 1;
		for (; times > 0 && n + len + 1 < size; times--) {
			memcpy(buf + n, piece, len);
			n += len;
		}
		piece = star + strcspn(star, "+");
		piece += *piece == '+';
	}
	buf[n] = '\0';
}

static int
script_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *p = c == '\0' ? NULL : strchr(digits, c);

	if (p == NULL)
		sim_fail("'%c' is no hexadecimal digit", c);
	return p - digits;
}

/* Bytes of a word; returns how many. */
size_t
h_script_bytes(const char *word, unsigned char *bytes, size_t size)
{
	char *text;
	size_t i, n;

	if (word == NULL)
		return 0;
	text = malloc(H_SCRIPT_RESULT);
	h_script_expand(word, text, H_SCRIPT_RESULT);
	n = strlen(text) / 2;
	if (n > size || strlen(text) % 2 != 0)
		sim_fail("%zu bytes", n);
	for (i = 0; i < n; i++)
		bytes[i] = script_digit(text[2 * i]) << 4 |
		    script_digit(text[2 * i + 1]);
	free(text);
	return n;
}

void
h_script_add_bytes(char *result, const unsigned char *bytes, size_t n)
{
	size_t at = strlen(result), i;

	for (i = 0; i < n && at + 3 <= H_SCRIPT_RESULT; i++, at += 2)
		snprintf(result + at, 3, "%02x", bytes[i]);
}

/* Cut a step into words. */
int
h_script_words(char *step, char **argv)
{
	char *save;
	int n;

	memset(argv, 0, (H_SCRIPT_WORDS + 1) * sizeof(*argv));
	argv[0] = strtok_r(step, " \t", &save);
	for (n = 1; n < H_SCRIPT_WORDS; n++) {
		argv[n] = strtok_r(NULL, " \t", &save);
		if (argv[n] == NULL)
			break;
	}
	return n;
}
