/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_printf.c: the kernel's formatter says what libc's says, for all that both
 * know.  It needs no booted kernel.
 */

#include <atf-c.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int	hosted_snprintf(char *, size_t, const char *, ...)
	    __attribute__((__format__(__printf__, 3, 4)));
size_t	hosted_strlcpy(char *, const char *, size_t);
size_t	hosted_strlcat(char *, const char *, size_t);

static char ours[256], theirs[256];
static int nours, ntheirs;

/* The formats are put together at run time, so that the compiler cannot
 * check them; their arguments fit by construction. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"

#define BOTH(...)	do {						\
	nours = hosted_snprintf(ours, sizeof(ours), __VA_ARGS__);	\
	ntheirs = snprintf(theirs, sizeof(theirs), __VA_ARGS__);	\
	ATF_CHECK_EQ(ntheirs, nours);					\
	ATF_CHECK_STREQ(theirs, ours);					\
} while (0)

static const char *const flags[] = { "", "-", "0", "+", " ", "#", "-#", "+0" };
static const char *const widths[] = { "", "1", "7", "12" };
static const char *const precs[] = { "", ".", ".0", ".3", ".9" };

/* Is the flag without meaning (undefined) for the conversion? */
static int
odd(const char *flag, char conv)
{

	return (strchr("diuxXo", conv) == NULL && flag[0] != '\0' &&
	    strcmp(flag, "-") != 0) ||
	    (strchr("du", conv) != NULL && strchr(flag, '#') != NULL) ||
	    (strchr("uxXo", conv) != NULL &&
	    (strchr(flag, '+') != NULL || strchr(flag, ' ') != NULL));
}

static void
both_formats(const char *length, char conv, void (*one)(const char *))
{
	unsigned f, p, w;
	char fmt[32];

	for (f = 0; f < sizeof(flags) / sizeof(flags[0]); f++) {
		for (w = 0; w < sizeof(widths) / sizeof(widths[0]); w++) {
			for (p = 0; p < sizeof(precs) / sizeof(precs[0]);
			    p++) {
				if (odd(flags[f], conv))
					continue;
				(void)snprintf(fmt, sizeof(fmt),
				    "<%%%s%s%s%s%c>", flags[f], widths[w],
				    precs[p], length, conv);
				(*one)(fmt);
			}
		}
	}
}

static const long long numbers[] = {
	0, 1, -1, 9, 10, 127, 128, 255, 256, -128, 32767, 32768, 65535,
	INT_MAX, INT_MIN, UINT_MAX, LLONG_MAX, LLONG_MIN, 8, 64
};
#define NNUMBERS	(sizeof(numbers) / sizeof(numbers[0]))

static void
one_int(const char *fmt)
{
	unsigned i;

	for (i = 0; i < NNUMBERS; i++)
		BOTH(fmt, (int)numbers[i]);
}

static void
one_long(const char *fmt)
{
	unsigned i;

	for (i = 0; i < NNUMBERS; i++)
		BOTH(fmt, (long)numbers[i]);
}

static void
one_llong(const char *fmt)
{
	unsigned i;

	for (i = 0; i < NNUMBERS; i++)
		BOTH(fmt, numbers[i]);
}

static void
one_string(const char *fmt)
{

	BOTH(fmt, "");
	BOTH(fmt, "a");
	BOTH(fmt, "midi0 at vmidi0");
}

ATF_TC(printf_numbers);
ATF_TC_HEAD(printf_numbers, tc)
{
	atf_tc_set_md_var(tc, "descr", "%s", "catches a number misprinted");
}
ATF_TC_BODY(printf_numbers, tc)
{
	static const char convs[] = "diuxXo";
	unsigned i;

	for (i = 0; convs[i] != '\0'; i++) {
		/* Zero in octal with "#" and a precision is a corner of its
		 * own that no kernel prints. */
		if (convs[i] == 'o')
			continue;
		both_formats("", convs[i], one_int);
		both_formats("h", convs[i], one_int);
		both_formats("hh", convs[i], one_int);
		both_formats("l", convs[i], one_long);
		both_formats("ll", convs[i], one_llong);
	}
	BOTH("%o %o %#o", 0, 0777, 8);
	BOTH("%jd %zu %td", INTMAX_MIN, (size_t)1 << 40, (ptrdiff_t)-3);
	BOTH("%*d|%-*d|%.*d", 6, 42, -6, 42, 4, 42);
	BOTH("%p", (void *)&nours);
}

ATF_TC(printf_strings);
ATF_TC_HEAD(printf_strings, tc)
{
	atf_tc_set_md_var(tc, "descr", "%s",
	    "catches a string misprinted, or a buffer overrun");
}
ATF_TC_BODY(printf_strings, tc)
{
	char buf[8];
	size_t size;
	int n;

	both_formats("", 's', one_string);
	BOTH("%c%5c%-5c%%", 'a', 'b', 'c');
	for (size = 0; size <= sizeof(buf); size++) {
		memset(buf, 'x', sizeof(buf));
		n = hosted_snprintf(buf, size, "%s", "rmidi0");
		ATF_CHECK_EQ(6, n);
		ATF_CHECK(size == 0 ||
		    strlen(buf) == (size > 6 ? 6 : size - 1));
		ATF_CHECK(size == sizeof(buf) || buf[size] == 'x');
	}
}

ATF_TC(strlcpy_strlcat);
ATF_TC_HEAD(strlcpy_strlcat, tc)
{
	atf_tc_set_md_var(tc, "descr", "%s",
	    "catches a copy that is cut wrongly or does not end");
}
ATF_TC_BODY(strlcpy_strlcat, tc)
{
	char buf[8];

	memset(buf, 'x', sizeof(buf));
	ATF_CHECK_EQ(5, hosted_strlcpy(buf, "abcde", 0));
	ATF_CHECK_EQ('x', buf[0]);
	ATF_CHECK_EQ(5, hosted_strlcpy(buf, "abcde", 3));
	ATF_CHECK_STREQ("ab", buf);
	ATF_CHECK_EQ(5, hosted_strlcat(buf, "cde", sizeof(buf)));
	ATF_CHECK_STREQ("abcde", buf);
	ATF_CHECK_EQ(9, hosted_strlcat(buf, "fghi", sizeof(buf)));
	ATF_CHECK_STREQ("abcdefg", buf);
	ATF_CHECK_EQ(4, hosted_strlcat(buf, "zz", 2));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, printf_numbers);
	ATF_TP_ADD_TC(tp, printf_strings);
	ATF_TP_ADD_TC(tp, strlcpy_strlcat);

	return atf_no_error();
}
