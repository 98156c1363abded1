/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_printf.c: the kernel's printf and its kin.
 *
 * One formatter gives characters to a sink: memory that ends with a NUL, or
 * the host's messages by way of a small buffer on the stack.  Nothing is
 * locked or allocated, so that all of it works in any context; a message is
 * one call of the host's unless it is long.
 */

#include <sys/param.h>
#include <sys/device.h>
#include <sys/stdarg.h>
#include <sys/systm.h>

#include <hosted/host.h>

#define PRINTF_BUFSIZE	256
#define PRINTF_DIGITS	24		/* of 2^64 in base 8, and to spare */

/* Where the characters go: ps_buf, up to ps_size with the NUL; when it is
 * full they are printed, if ps_print, or only counted. */
struct printf_sink {
	char		*ps_buf;
	size_t		ps_size;
	size_t		ps_used;
	size_t		ps_total;
	bool		ps_print;
};

struct printf_spec {
	bool		ps_left;
	bool		ps_zero;
	bool		ps_plus;
	bool		ps_space;
	bool		ps_alt;
	int		ps_width;
	int		ps_prec;	/* -1: none */
	int		ps_length;	/* -2 hh, -1 h, 0, 1 l, 2 ll */
};

static void
printf_flush(struct printf_sink *sink)
{

	sink->ps_buf[sink->ps_used] = '\0';
	if (sink->ps_used != 0)
		host_print(sink->ps_buf);
	sink->ps_used = 0;
}

static void
printf_char(struct printf_sink *sink, char c)
{

	sink->ps_total++;
	if (sink->ps_used + 1 >= sink->ps_size) {
		if (!sink->ps_print)
			return;
		printf_flush(sink);
	}
	sink->ps_buf[sink->ps_used++] = c;
}

static void
printf_pad(struct printf_sink *sink, char c, int n)
{

	for (; n > 0; n--)
		printf_char(sink, c);
}

/* n characters, padded to the width. */
static void
printf_string(struct printf_sink *sink, const struct printf_spec *spec,
    const char *s, int n)
{
	int i;

	if (!spec->ps_left)
		printf_pad(sink, ' ', spec->ps_width - n);
	for (i = 0; i < n; i++)
		printf_char(sink, s[i]);
	if (spec->ps_left)
		printf_pad(sink, ' ', spec->ps_width - n);
}

/* A number: prefix (sign or 0x), zeroes for precision or width, digits. */
static void
printf_number(struct printf_sink *sink, const struct printf_spec *spec,
    unsigned long long value, unsigned int base, bool upper,
    const char *prefix)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char buf[PRINTF_DIGITS];
	int n = 0, nprefix = (int)strlen(prefix), zeroes = 0;

	for (; value != 0; value /= base)
		buf[n++] = digits[value % base];
	if (n == 0 && spec->ps_prec != 0)
		buf[n++] = '0';
	if (spec->ps_prec > n)
		zeroes = spec->ps_prec - n;
	else if (spec->ps_prec < 0 && spec->ps_zero && !spec->ps_left)
		zeroes = imax(0, spec->ps_width - n - nprefix);
	if (!spec->ps_left)
		printf_pad(sink, ' ', spec->ps_width - nprefix - zeroes - n);
	for (; *prefix != '\0'; prefix++)
		printf_char(sink, *prefix);
	printf_pad(sink, '0', zeroes);
	while (n > 0) {
		printf_char(sink, buf[--n]);
		zeroes++;
	}
	if (spec->ps_left)
		printf_pad(sink, ' ', spec->ps_width - nprefix - zeroes);
}

/* The flags in front; returns what follows them. */
static const char *
printf_flags(const char *fmt, struct printf_spec *spec)
{

	for (;; fmt++) {
		switch (*fmt) {
		case '-':
			spec->ps_left = true;
			break;
		case '0':
			spec->ps_zero = true;
			break;
		case '+':
			spec->ps_plus = true;
			break;
		case ' ':
			spec->ps_space = true;
			break;
		case '#':
			spec->ps_alt = true;
			break;
		default:
			return fmt;
		}
	}
}

static const char *
printf_digits(const char *fmt, int *np)
{

	for (*np = 0; *fmt >= '0' && *fmt <= '9'; fmt++)
		*np = *np * 10 + (*fmt - '0');
	return fmt;
}

static const char *
printf_length(const char *fmt, struct printf_spec *spec)
{

	for (;; fmt++) {
		switch (*fmt) {
		case 'h':
			spec->ps_length--;
			break;
		case 'l':
			spec->ps_length++;
			break;
		case 'j':
			spec->ps_length = 2;
			break;
		case 'z':
		case 't':
			spec->ps_length = 1;
			break;
		default:
			return fmt;
		}
	}
}

struct printf_args {
	va_list		pa_ap;
};

static long long
printf_signed(struct printf_args *args, int length)
{

	switch (length) {
	case -2:
		return (signed char)va_arg(args->pa_ap, int);
	case -1:
		return (short)va_arg(args->pa_ap, int);
	case 0:
		return va_arg(args->pa_ap, int);
	case 1:
		return va_arg(args->pa_ap, long);
	default:
		return va_arg(args->pa_ap, long long);
	}
}

static unsigned long long
printf_unsigned(struct printf_args *args, int length)
{

	switch (length) {
	case -2:
		return (unsigned char)va_arg(args->pa_ap, unsigned int);
	case -1:
		return (unsigned short)va_arg(args->pa_ap, unsigned int);
	case 0:
		return va_arg(args->pa_ap, unsigned int);
	case 1:
		return va_arg(args->pa_ap, unsigned long);
	default:
		return va_arg(args->pa_ap, unsigned long long);
	}
}

static void
printf_decimal(struct printf_sink *sink, const struct printf_spec *spec,
    struct printf_args *args)
{
	long long value = printf_signed(args, spec->ps_length);
	const char *prefix = "";
	unsigned long long magnitude = (unsigned long long)value;

	if (value < 0) {
		prefix = "-";
		magnitude = 0 - magnitude;
	} else if (spec->ps_plus)
		prefix = "+";
	else if (spec->ps_space)
		prefix = " ";
	printf_number(sink, spec, magnitude, 10, false, prefix);
}

static void
printf_text(struct printf_sink *sink, const struct printf_spec *spec,
    const char *s)
{
	int n;

	if (s == NULL)
		s = "(null)";
	for (n = 0; n != spec->ps_prec && s[n] != '\0'; n++)
		continue;
	printf_string(sink, spec, s, n);
}

/* One conversion, by its letter. */
static void
printf_convert(struct printf_sink *sink, struct printf_spec *spec, char conv,
    struct printf_args *args)
{
	unsigned long long value;
	char c;

	switch (conv) {
	case 'd':
	case 'i':
		printf_decimal(sink, spec, args);
		break;
	case 'u':
		value = printf_unsigned(args, spec->ps_length);
		printf_number(sink, spec, value, 10, false, "");
		break;
	case 'o':
		value = printf_unsigned(args, spec->ps_length);
		printf_number(sink, spec, value, 8, false,
		    spec->ps_alt && value != 0 ? "0" : "");
		break;
	case 'x':
	case 'X':
		value = printf_unsigned(args, spec->ps_length);
		printf_number(sink, spec, value, 16, conv == 'X',
		    !spec->ps_alt || value == 0 ? "" :
		    conv == 'X' ? "0X" : "0x");
		break;
	case 'p':
		value = (uintptr_t)va_arg(args->pa_ap, void *);
		printf_number(sink, spec, value, 16, false, "0x");
		break;
	case 'c':
		c = (char)va_arg(args->pa_ap, int);
		printf_string(sink, spec, &c, 1);
		break;
	case 's':
		printf_text(sink, spec, va_arg(args->pa_ap, const char *));
		break;
	default:
		printf_char(sink, conv);
		break;
	}
}

static const char *
printf_widths(const char *fmt, struct printf_spec *spec,
    struct printf_args *args)
{

	if (*fmt == '*') {
		fmt++;
		spec->ps_width = va_arg(args->pa_ap, int);
		if (spec->ps_width < 0) {
			spec->ps_left = true;
			spec->ps_width = -spec->ps_width;
		}
	} else
		fmt = printf_digits(fmt, &spec->ps_width);
	spec->ps_prec = -1;
	if (*fmt != '.')
		return fmt;
	if (*++fmt == '*') {
		spec->ps_prec = va_arg(args->pa_ap, int);
		return fmt + 1;
	}
	return printf_digits(fmt, &spec->ps_prec);
}

static void
printf_format(struct printf_sink *sink, const char *fmt, va_list ap)
{
	struct printf_args args;
	struct printf_spec spec;

	va_copy(args.pa_ap, ap);
	for (; *fmt != '\0'; fmt++) {
		if (*fmt != '%') {
			printf_char(sink, *fmt);
			continue;
		}
		memset(&spec, 0, sizeof(spec));
		fmt = printf_flags(fmt + 1, &spec);
		fmt = printf_widths(fmt, &spec, &args);
		fmt = printf_length(fmt, &spec);
		if (*fmt == '\0')
			break;
		printf_convert(sink, &spec, *fmt, &args);
	}
	va_end(args.pa_ap);
}

int
vsnprintf(char *buf, size_t size, const char *fmt, va_list ap)
{
	struct printf_sink sink = { buf, size, 0, 0, false };

	printf_format(&sink, fmt, ap);
	if (size != 0)
		buf[sink.ps_used] = '\0';
	return (int)sink.ps_total;
}

int
snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return n;
}

/* Print with something in front. */
static void
printf_print(device_t dev, const char *fmt, va_list ap)
{
	char buf[PRINTF_BUFSIZE];
	struct printf_sink sink = { buf, sizeof(buf), 0, 0, true };
	const char *s;

	if (dev != NULL) {
		for (s = device_xname(dev); *s != '\0'; s++)
			printf_char(&sink, *s);
		printf_char(&sink, ':');
		printf_char(&sink, ' ');
	}
	printf_format(&sink, fmt, ap);
	printf_flush(&sink);
}

#define PRINTF_PLAIN(name)			\
void						\
name(const char *fmt, ...)			\
{						\
	va_list ap;				\
						\
	va_start(ap, fmt);			\
	printf_print(NULL, fmt, ap);		\
	va_end(ap);				\
}
#define PRINTF_DEVICE(name)			\
void						\
name(device_t dev, const char *fmt, ...)	\
{						\
	va_list ap;				\
						\
	va_start(ap, fmt);			\
	printf_print(dev, fmt, ap);		\
	va_end(ap);				\
}

/* The words of attaching devices are all printed, but for those that repeat
 * others for the naive and those for debugging. */
PRINTF_PLAIN(printf)
PRINTF_PLAIN(aprint_normal)
PRINTF_PLAIN(aprint_verbose)
PRINTF_PLAIN(aprint_error)
PRINTF_DEVICE(aprint_normal_dev)
PRINTF_DEVICE(aprint_verbose_dev)
PRINTF_DEVICE(aprint_error_dev)
PRINTF_DEVICE(device_printf)

void
aprint_naive(const char *fmt __unused, ...)
{

}

/* "panic: " words, once more words, end. */
static void __dead
printf_panic(const char *first, const char *fmt, va_list ap)
{
	char buf[2 * PRINTF_BUFSIZE];
	struct printf_sink sink = { buf, sizeof(buf) - 1, 0, 0, false };

	for (; *first != '\0'; first++)
		printf_char(&sink, *first);
	printf_format(&sink, fmt, ap);
	buf[sink.ps_used++] = '\n';
	buf[sink.ps_used] = '\0';
	host_panic(buf);
}

void
hosted_panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	printf_panic("panic: ", fmt, ap);
}

void
hosted_kassert(const char *expr, const char *file, int line)
{

	panic("assertion \"%s\" failed: %s:%d", expr, file, line);
}

void
hosted_kassertmsg(const char *expr, const char *file, int line,
    const char *fmt, ...)
{
	char first[PRINTF_BUFSIZE];
	va_list ap;

	(void)snprintf(first, sizeof(first),
	    "panic: assertion \"%s\" failed: %s:%d: ", expr, file, line);
	va_start(ap, fmt);
	printf_panic(first, fmt, ap);
}
