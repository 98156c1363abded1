/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * vmstat.c: vmstat(1), as far as it is about event counters.
 *
 * The counters come as text from the node `evcnt' (kern_evcnt.c) and go out
 * as NetBSD's vmstat -e shows those of a running kernel: the columns are as
 * wide as the widest entry, and the first one is called `interrupt' whatever
 * it counts.  All is read before anything is printed.
 *
 * A rate is the count divided by the seconds that the kernel has been
 * running: that of the node, which says so in its first line, or else of the
 * machine.
 */

#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "opthelp.h"

#define VMSTAT_FIELDS	4	/* of a line: group, name, type, count */
#define VMSTAT_DIGITS	20	/* of the greatest count */

struct counter {
	char		*c_group;	/* the first of the line's memory */
	const char	*c_name;
	const char	*c_type;
	uint64_t	c_count;
};

struct vmstat {
	const char	*path;
	bool		zeros;		/* show those that are 0 */
	struct counter	*counters;
	size_t		ncounters;
	uint64_t	uptime_sec;	/* at least 1; 0: nobody said */
};

struct widths {
	int		w_name;
	int		w_total;
	int		w_rate;
};

static const char vmstat_usage[] = "usage: vmstat -e [-hv] [-f file]\n";

static const char vmstat_lines[] =
    "-e       event counters; there is nothing else\n"
    "-f file  read them from this file\n"
    "-v       those that are 0, too\n";

/* The node, unless -f names a file. */
static const char *
vmstat_node(void)
{
	static char path[4096];
	const char *dir;
	int n;

	dir = getenv("MIDI_DIR");
	if (dir == NULL || *dir == '\0')
		dir = "/dev";
	n = snprintf(path, sizeof(path), "%s/evcnt", dir);
	if (n < 0 || (size_t)n >= sizeof(path)) {
		errno = ENAMETOOLONG;
		err(EXIT_FAILURE, "%s", dir);
	}
	return path;
}

static void
vmstat_options(struct vmstat *vs, int argc, char **argv)
{
	bool events = false;
	int c;

	vs->path = NULL;
	while ((c = getopt(argc, argv, ":ef:hv")) != -1) {
		switch (c) {
		case 'e':
			events = true;
			break;
		case 'f':
			vs->path = optarg;
			break;
		case 'h':
			opthelp_help(vmstat_usage, vmstat_lines);
			break;
		case 'v':
			vs->zeros = true;
			break;
		default:
			opthelp_wrong(vmstat_usage, c);
		}
	}
	if (optind != argc) {
		warnx("%s: no arguments are taken", argv[optind]);
		opthelp_usage(vmstat_usage);
	}
	if (!events) {
		warnx("-e: must be given, only event counters are shown");
		opthelp_usage(vmstat_usage);
	}
	if (vs->path == NULL)
		vs->path = vmstat_node();
}

/*
 * Reading.
 */

static bool
vmstat_count(const char *text, uint64_t *count)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*count = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0';
}

/* Make a counter of a line, which stays in use.  False: it is none. */
static bool
vmstat_line(char *line, struct counter *c)
{
	char *field[VMSTAT_FIELDS];
	unsigned int n;

	line[strcspn(line, "\n")] = '\0';
	for (n = 0; n < VMSTAT_FIELDS && line != NULL; n++)
		field[n] = strsep(&line, "\t");
	if (n != VMSTAT_FIELDS || line != NULL)
		return false;
	c->c_group = field[0];
	c->c_name = field[1];
	c->c_type = field[2];
	return vmstat_count(field[3], &c->c_count);
}

/* The line that is about the kernel? */
static bool
vmstat_is_uptime(const struct counter *c)
{

	return strcmp(c->c_group, "kernel") == 0 &&
	    strcmp(c->c_name, "uptime") == 0 &&
	    strcmp(c->c_type, "seconds") == 0;
}

/* Keep a counter that is to be shown. */
static void
vmstat_keep(struct vmstat *vs, const struct counter *c)
{
	struct counter *all;

	all = reallocarray(vs->counters, vs->ncounters + 1, sizeof(*all));
	if (all == NULL)
		err(EXIT_FAILURE, "%s", vs->path);
	vs->counters = all;
	all[vs->ncounters++] = *c;
}

static void
vmstat_read(struct vmstat *vs)
{
	struct counter c;
	char *line = NULL;
	size_t number, size = 0;
	FILE *f;

	f = fopen(vs->path, "re");
	if (f == NULL)
		err(EXIT_FAILURE, "%s", vs->path);
	for (number = 1; getline(&line, &size, f) != -1; number++) {
		if (!vmstat_line(line, &c))
			errx(EXIT_FAILURE, "%s: line %zu is no counter",
			    vs->path, number);
		if (vmstat_is_uptime(&c)) {
			vs->uptime_sec = c.c_count != 0 ? c.c_count : 1;
		} else if (c.c_count != 0 || vs->zeros) {
			vmstat_keep(vs, &c);
			line = NULL;
			size = 0;
		}
	}
	if (ferror(f))
		err(EXIT_FAILURE, "%s", vs->path);
	free(line);
	(void)fclose(f);
}

/* The file did not say: that of the machine. */
static void
vmstat_uptime(struct vmstat *vs)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_BOOTTIME, &ts) == -1)
		err(EXIT_FAILURE, "clock");
	vs->uptime_sec = ts.tv_sec > 0 ? (uint64_t)ts.tv_sec : 1;
}

/*
 * Printing.
 */

static void
vmstat_widen(int *width, size_t len)
{

	if (len > (size_t)*width)
		*width = (int)len;
}

static void
vmstat_widen_number(int *width, uint64_t number)
{
	char text[VMSTAT_DIGITS + 1];

	vmstat_widen(width, (size_t)snprintf(text, sizeof(text), "%" PRIu64,
	    number));
}

static const char *
vmstat_type(const char *type)
{
	static const char *const types[] = { "misc", "intr", "trap" };
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(type, types[i]) == 0)
			return type;
	}
	return "?";
}

static struct widths
vmstat_widths(const struct vmstat *vs)
{
	struct widths w = {
		sizeof("interrupt") - 1, sizeof("total") - 1,
		sizeof("rate") - 1
	};
	const struct counter *c;
	size_t i;

	for (i = 0; i < vs->ncounters; i++) {
		c = &vs->counters[i];
		vmstat_widen(&w.w_name, strlen(c->c_group) + 1 +
		    strlen(c->c_name));
		vmstat_widen_number(&w.w_total, c->c_count);
		vmstat_widen_number(&w.w_rate, c->c_count / vs->uptime_sec);
	}
	return w;
}

static void
vmstat_print(const struct vmstat *vs)
{
	const struct widths w = vmstat_widths(vs);
	const struct counter *c;
	size_t i;

	(void)printf("%-*s  %*s %*s type\n", w.w_name, "interrupt", w.w_total,
	    "total", w.w_rate, "rate");
	for (i = 0; i < vs->ncounters; i++) {
		c = &vs->counters[i];
		(void)printf("%s %-*s  %*" PRIu64 " %*" PRIu64 " %s\n",
		    c->c_group, w.w_name - (int)strlen(c->c_group) - 1,
		    c->c_name, w.w_total, c->c_count, w.w_rate,
		    c->c_count / vs->uptime_sec, vmstat_type(c->c_type));
	}
	if (fflush(stdout) == EOF || ferror(stdout))
		err(EXIT_FAILURE, "standard output");
}

int
main(int argc, char **argv)
{
	struct vmstat vs;
	size_t i;

	memset(&vs, 0, sizeof(vs));
	vmstat_options(&vs, argc, argv);
	vmstat_read(&vs);
	if (vs.uptime_sec == 0)
		vmstat_uptime(&vs);
	vmstat_print(&vs);
	for (i = 0; i < vs.ncounters; i++)
		free(vs.counters[i].c_group);
	free(vs.counters);
	return EXIT_SUCCESS;
}
