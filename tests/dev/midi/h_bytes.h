/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * h_bytes.h: bytes written as hexadecimal text, and numbers by chance, for
 * the tests of the pure files.
 */

#ifndef _TESTS_DEV_MIDI_H_BYTES_H_
#define _TESTS_DEV_MIDI_H_BYTES_H_

#include <atf-c.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define H_BYTES_MAX	256

static inline unsigned int
h_bytes_digit(char c)
{

	return (unsigned int)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* "90 3c40" to bytes; blanks may stand anywhere between bytes. */
static inline size_t
h_bytes_from(const char *text, uint8_t *bytes)
{
	size_t n;

	for (n = 0; *text != '\0';) {
		if (*text == ' ') {
			text++;
			continue;
		}
		ATF_REQUIRE(text[1] != '\0' && n < H_BYTES_MAX);
		bytes[n++] = (uint8_t)(h_bytes_digit(text[0]) << 4 |
		    h_bytes_digit(text[1]));
		text += 2;
	}
	return n;
}

static inline const char *
h_bytes_text(const uint8_t *bytes, size_t n, char *text)
{
	size_t i;

	text[0] = '\0';
	for (i = 0; i < n && i < H_BYTES_MAX; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	return text;
}

/* Fail unless the bytes are the expected ones. */
static inline void
h_bytes_check(const char *what, const uint8_t *got, size_t ngot,
    const uint8_t *want, size_t nwant)
{
	char a[2 * H_BYTES_MAX + 1], b[2 * H_BYTES_MAX + 1];

	if (ngot == nwant && (ngot == 0 || memcmp(got, want, ngot) == 0))
		return;
	atf_tc_fail("%s: got %zu bytes %s, want %zu bytes %s", what, ngot,
	    h_bytes_text(got, ngot, a), nwant, h_bytes_text(want, nwant, b));
}

/* A number by chance (xorshift64), the same in every run of a seed. */
static inline uint32_t
h_bytes_random(uint64_t *seed)
{

	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 32);
}

#endif /* !_TESTS_DEV_MIDI_H_BYTES_H_ */
