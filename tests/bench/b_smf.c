/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * b_smf.c: midiplay(1) on a long file: a million notes on 64 tracks.
 *
 *	parse	one event, of all tracks in order of time: our reader, beside
 *		a loader as in aplaymidi(1), which puts all events of a file
 *		into lists and then looks for the next among all tracks
 *	whole	the same by programs, processor time for an event: midiplay
 *		-q, beside midicsv(1)
 *	memory	KiB that a program has beyond the size of the file at most:
 *		midiplay -q, beside the loader
 *	start	microseconds from the start of the program until the first
 *		note is heard at the far end of a cable: midiplay on
 *		midihost(8), beside the loader, up to where it could play
 *
 * The loader is written here, and is as simple as its model: a list for each
 * track, an allocation for each event.  With a file as argument this program
 * is only the loader; it writes a byte to standard output when all is loaded.
 *
 * What needs a program that is not there is left out, with a message.
 */

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <paths.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "filebuf.h"
#include "h_bench.h"
#include "smf_merge.h"
#include "smf_write.h"

#define TRACKS	64
#define NOTES	1000000
#define EVENTS	(2.0 * NOTES)

extern char **environ;

static char smf_dir[PATH_MAX / 2];
static char smf_file[PATH_MAX];
static char smf_bin[PATH_MAX];
static const char *smf_self;

/*
 * The file.
 */

static FILE *smf_out;

static int
smf_put(void *arg, const uint8_t *data, size_t n)
{

	(void)arg;
	return fwrite(data, 1, n, smf_out) == n ? 0 : EIO;
}

/* A track of notes: keys differ by track, the times do, too. */
static void
smf_make_track(unsigned track)
{
	uint8_t chunk[SMF_WRITE_CHUNK_BYTES], msg[3];
	struct smf_write w;
	uint64_t tick;
	long at;
	unsigned i;

	at = ftell(smf_out);
	fseek(smf_out, sizeof(chunk), SEEK_CUR);
	smf_write_begin(&w, smf_put, NULL, false);
	tick = track;
	for (i = 0; i < NOTES / TRACKS; i++) {
		msg[0] = (uint8_t)(0x90 | track % 16);
		msg[1] = (uint8_t)(36 + (i + track) % 60);
		msg[2] = 100;
		smf_write_channel(&w, tick, msg);
		tick += 100;
		msg[0] ^= 0x10;
		smf_write_channel(&w, tick, msg);
		tick += 20;
	}
	smf_write_end(&w, tick);
	smf_write_chunk(chunk, w.length);
	fseek(smf_out, at, SEEK_SET);
	fwrite(chunk, 1, sizeof(chunk), smf_out);
	fseek(smf_out, 0, SEEK_END);
}

static void
smf_make(void)
{
	uint8_t head[SMF_WRITE_HEADER_BYTES];
	const char *tmp = getenv("TMPDIR");
	unsigned i;

	snprintf(smf_dir, sizeof(smf_dir), "%s/b_smf.XXXXXX",
	    tmp != NULL && *tmp != '\0' ? tmp : _PATH_TMP);
	if (mkdtemp(smf_dir) == NULL)
		err(1, "%s", smf_dir);
	snprintf(smf_file, sizeof(smf_file), "%s/long.mid", smf_dir);
	smf_out = fopen(smf_file, "w");
	if (smf_out == NULL)
		err(1, "%s", smf_file);
	smf_write_header(head, 1, TRACKS, 480);
	fwrite(head, 1, sizeof(head), smf_out);
	for (i = 0; i < TRACKS; i++)
		smf_make_track(i);
	if (fclose(smf_out) == EOF)
		err(1, "%s", smf_file);
}

/*
 * The loader.
 */

struct smf_item {
	struct smf_item	*next;
	uint64_t	tick;
	uint8_t		*sysex;
	uint32_t	length;
	uint8_t		bytes[4];
};

struct smf_list {
	struct smf_item	*first;
	struct smf_item	*current;
};

static struct smf_list *
smf_load(const struct smf_read *r)
{
	struct smf_cursor *cursors;
	struct smf_error error;
	struct smf_event ev;
	struct smf_item *item, **tail;
	struct smf_list *lists;
	unsigned i;

	cursors = calloc(r->tracks, sizeof(*cursors));
	lists = calloc(r->tracks, sizeof(*lists));
	smf_read_cursors(r, cursors);
	for (i = 0; i < r->tracks; i++) {
		tail = &lists[i].first;
		while (smf_read_delta(r, &cursors[i], &error) == 1 &&
		    smf_read_event(r, &cursors[i], &ev, &error) == 1) {
			item = calloc(1, sizeof(*item));
			item->tick = ev.tick;
			item->length = ev.length;
			item->bytes[0] = ev.status;
			memcpy(item->bytes + 1, ev.data,
			    ev.length < 3 ? ev.length : 3);
			*tail = item;
			tail = &item->next;
		}
		lists[i].current = lists[i].first;
	}
	free(cursors);
	return lists;
}

/* The next of all, looked for among all. */
static struct smf_item *
smf_load_next(struct smf_list *lists, unsigned n)
{
	struct smf_item *item;
	unsigned found, i;

	found = n;
	for (i = 0; i < n; i++)
		if (lists[i].current != NULL && (found == n ||
		    lists[i].current->tick < lists[found].current->tick))
			found = i;
	if (found == n)
		return NULL;
	item = lists[found].current;
	lists[found].current = item->next;
	return item;
}

static void
smf_unload(struct smf_list *lists, unsigned n)
{
	struct smf_item *item;
	unsigned i;

	for (i = 0; i < n; i++)
		while ((item = lists[i].first) != NULL) {
			lists[i].first = item->next;
			free(item);
		}
	free(lists);
}

static void
smf_open(struct filebuf *fb, struct smf_read *r, const char *path)
{
	struct smf_error error;

	errno = filebuf_load(fb, path);
	if (errno != 0)
		err(1, "%s", path);
	if (!smf_read_open(r, fb->data, fb->size, &error))
		errx(1, "%s: %s", path, error.reason);
}

/* This program as the loader. */
static int
smf_loader(const char *path)
{
	struct smf_list *lists;
	struct filebuf fb;
	struct smf_read r;

	smf_open(&fb, &r, path);
	lists = smf_load(&r);
	if (write(STDOUT_FILENO, "\n", 1) != 1)
		return 1;
	bench_use(&lists, sizeof(lists));
	_exit(0);
}

/*
 * Parsing.
 */

static double
smf_run_ours(void *arg)
{
	const struct smf_read *r = arg;
	struct smf_cursor cursors[TRACKS];
	struct smf_error error;
	struct smf_event ev;
	struct smf_merge m;
	uint64_t heap[TRACKS];
	uint64_t n;

	smf_read_cursors(r, cursors);
	smf_merge_init(&m, r, cursors, heap, 0, TRACKS);
	for (n = 0; smf_merge_next(&m, &ev, &error) == 1; n++)
		bench_use(&ev, sizeof(ev));
	return (double)n;
}

static double
smf_run_lists(void *arg)
{
	const struct smf_read *r = arg;
	struct smf_item *item;
	struct smf_list *lists;
	uint64_t n;

	lists = smf_load(r);
	for (n = 0; (item = smf_load_next(lists, TRACKS)) != NULL; n++)
		bench_use(item, sizeof(*item));
	smf_unload(lists, TRACKS);
	return (double)n;
}

static void
smf_parse(void)
{
	struct bench b[2];
	struct bench_row row = {
		.br_what = "SMF parse, beside lists", .br_unit = "event",
		.br_ours = &b[0], .br_other = &b[1]
	};
	struct filebuf fb;
	struct smf_read r;

	smf_open(&fb, &r, smf_file);
	memset(b, 0, sizeof(b));
	b[0].b_run = smf_run_ours;
	b[1].b_run = smf_run_lists;
	b[0].b_arg = b[1].b_arg = &r;
	bench_measure(b, 2);
	bench_print(&row);
	filebuf_free(&fb);
}

/*
 * Programs.
 */

static pid_t
smf_spawn(char *const argv[], int out)
{
	posix_spawn_file_actions_t fa;
	pid_t pid;

	posix_spawn_file_actions_init(&fa);
	if (out == -1)
		posix_spawn_file_actions_addopen(&fa, STDOUT_FILENO,
		    "/dev/null", O_WRONLY, 0);
	else
		posix_spawn_file_actions_adddup2(&fa, out, STDOUT_FILENO);
	errno = posix_spawnp(&pid, argv[0], &fa, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&fa);
	if (errno != 0)
		err(1, "%s", argv[0]);
	return pid;
}

/* Let a program do it all; what it took. */
static struct rusage
smf_program(char *const argv[])
{
	struct rusage ru;
	int status;

	if (wait4(smf_spawn(argv, -1), &status, 0, &ru) == -1 || status != 0)
		errx(1, "%s failed", argv[0]);
	return ru;
}

static double
smf_cpu_ns(const struct rusage *ru)
{

	return ((double)ru->ru_utime.tv_sec + (double)ru->ru_stime.tv_sec) *
	    1e9 + ((double)ru->ru_utime.tv_usec +
	    (double)ru->ru_stime.tv_usec) * 1e3;
}

static bool
smf_there(char *const argv[])
{
	int status;

	return waitpid(smf_spawn(argv, -1), &status, 0) != -1 &&
	    WIFEXITED(status) && WEXITSTATUS(status) != 127;
}

static void
smf_programs(void)
{
	static char midicsv[] = "midicsv", option[] = "-q";
	char play[PATH_MAX + 16], *self;
	struct bench cpu[2], mem[2];
	struct bench_row row = { .br_unit = "event", .br_ours = &cpu[0] };
	struct rusage ru;
	struct stat st;
	unsigned i;
	bool csv;

	snprintf(play, sizeof(play), "%s/midiplay", smf_bin);
	self = strdup(smf_self);
	char *const ours[] = { play, option, smf_file, NULL };
	char *const theirs[] = { midicsv, smf_file, NULL };
	char *const lists[] = { self, smf_file, NULL };
	csv = system("command -v midicsv >/dev/null") == 0;
	if (stat(smf_file, &st) == -1)
		err(1, "%s", smf_file);
	for (i = 0; i < BENCH_RUNS; i++) {
		ru = smf_program(ours);
		cpu[0].b_ns[i] = smf_cpu_ns(&ru) / EVENTS;
		mem[0].b_ns[i] = (double)ru.ru_maxrss -
		    (double)st.st_size / 1024;
		ru = smf_program(lists);
		mem[1].b_ns[i] = (double)ru.ru_maxrss -
		    (double)st.st_size / 1024;
		if (!csv)
			continue;
		ru = smf_program(theirs);
		cpu[1].b_ns[i] = smf_cpu_ns(&ru) / EVENTS;
	}
	row.br_what = "SMF whole, beside midicsv";
	if (csv)
		row.br_other = &cpu[1];
	else
		row.br_note = "no midicsv";
	bench_print(&row);
	row.br_what = "SMF memory, KiB, beside lists";
	row.br_unit = "file";
	row.br_ours = &mem[0];
	row.br_other = NULL;
	row.br_target = 4096;
	row.br_note = NULL;
	bench_print(&row);
	row.br_what = "SMF memory of the lists, KiB";
	row.br_ours = &mem[1];
	row.br_target = 0;
	bench_print(&row);
	free(self);
}

/*
 * The start.
 */

static double
smf_now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

/* Wait until a byte for which want is true can be read. */
static void
smf_await(int fd, bool (*want)(uint8_t))
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	uint8_t buf[256];
	ssize_t i, n;

	for (;;) {
		if (poll(&pfd, 1, 60000) != 1)
			errx(1, "nothing is heard");
		n = read(fd, buf, sizeof(buf));
		if (n <= 0)
			errx(1, "the device has gone");
		for (i = 0; i < n; i++)
			if ((*want)(buf[i]))
				return;
	}
}

static bool
smf_is_note(uint8_t byte)
{

	return (byte & 0xf0) == 0x90;
}

static bool
smf_is_any(uint8_t byte)
{

	(void)byte;
	return true;
}

static double
smf_start_ours(const char *play, const char *node)
{
	static char from[] = "-f", plain[] = "-n";
	char music[PATH_MAX + 32], *program;
	double begin;
	pid_t pid;
	int fd;

	fd = open(node, O_RDONLY);
	if (fd == -1)
		err(1, "%s", node);
	snprintf(music, sizeof(music), "%s/dev/music", smf_dir);
	program = strdup(play);
	char *const argv[] = { program, plain, from, music, smf_file, NULL };
	begin = smf_now_us();
	pid = smf_spawn(argv, -1);
	smf_await(fd, smf_is_note);
	begin = smf_now_us() - begin;
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	close(fd);
	free(program);
	return begin;
}

static double
smf_start_lists(void)
{
	char *self;
	double begin;
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) == -1)
		err(1, "pipe");
	self = strdup(smf_self);
	char *const argv[] = { self, smf_file, NULL };
	begin = smf_now_us();
	pid = smf_spawn(argv, fds[1]);
	smf_await(fds[0], smf_is_any);
	begin = smf_now_us() - begin;
	waitpid(pid, NULL, 0);
	close(fds[0]);
	close(fds[1]);
	free(self);
	return begin;
}

static void
smf_start(void)
{
	static char pidfile[PATH_MAX + 16], dev[PATH_MAX + 16];
	char play[PATH_MAX + 16], host[PATH_MAX + 16], node[PATH_MAX + 32];
	static char p[] = "-p", m[] = "-m", vmidi[] = "vmidi";
	struct bench b[2];
	struct bench_row row = {
		.br_what = "SMF start, us, beside lists", .br_unit = "file",
		.br_ours = &b[0], .br_other = &b[1]
	};
	unsigned i;
	FILE *f;
	int pid;

	snprintf(dev, sizeof(dev), "%s/dev", smf_dir);
	snprintf(pidfile, sizeof(pidfile), "%s/pid", smf_dir);
	snprintf(play, sizeof(play), "%s/midiplay", smf_bin);
	snprintf(host, sizeof(host), "%s/midihost", smf_bin);
	snprintf(node, sizeof(node), "%s/rmidi1", dev);
	char *const argv[] = { host, p, pidfile, m, dev, vmidi, NULL };
	mkdir(dev, 0700);
	if (access("/dev/fuse", W_OK) == -1 || !smf_there(argv)) {
		printf("SMF start: no midihost here\n");
		return;
	}
	for (i = 0; i < BENCH_RUNS; i++) {
		b[0].b_ns[i] = smf_start_ours(play, node);
		b[1].b_ns[i] = smf_start_lists();
	}
	bench_print(&row);
	f = fopen(pidfile, "r");
	if (f != NULL && fscanf(f, "%d", &pid) == 1)
		kill(pid, SIGTERM);
	if (f != NULL)
		fclose(f);
	/* It unmounts before it removes the file. */
	for (i = 0; i < 600 && access(pidfile, F_OK) == 0; i++)
		poll(NULL, 0, 100);
	for (i = 0; i < 600 && rmdir(dev) == -1; i++)
		poll(NULL, 0, 100);
}

int
main(int argc, char **argv)
{
	char *slash;

	if (argc > 1)
		return smf_loader(argv[1]);
	smf_self = argv[0];
	snprintf(smf_bin, sizeof(smf_bin), "%s", argv[0]);
	slash = strrchr(smf_bin, '/');
	if (slash == NULL)
		errx(1, "to be called by its path");
	snprintf(slash, sizeof(smf_bin) - (size_t)(slash - smf_bin),
	    "/../../bin");
	smf_make();
	/* Programs first: what they are started from counts as theirs. */
	smf_programs();
	smf_start();
	smf_parse();
	unlink(smf_file);
	rmdir(smf_dir);
	return EXIT_SUCCESS;
}
