/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midihost.c: midihost(8), the MIDI kernel as a process.
 *
 * The process that was started stays until its child serves the nodes, or
 * has failed: then its exit status is true, or not.  With -f there is no
 * child.
 *
 * All signals that end us are blocked in all threads and waited for by the
 * first one, so there is no handler.
 *
 * The order of the end: calls on files are refused and those that wait sent
 * home with EIO; devices are detached, in a thread, for this waits until all
 * files are closed, which is done meanwhile; then nobody calls the kernel
 * any more, the files that programs still hold are spoiled for good, and the
 * file system goes.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <hosted/hosted.h>
#include <hosted/user/user.h>
#include <hosted/user/user_serve.h>
#include <hosted/user/user_work.h>

#include "midihost.h"
#include "opthelp.h"

static struct {
	int			cuse;
	int			foreground;
	int			verbose;
	char			*pidfile;	/* absolute; or NULL */
	char			*dir;		/* absolute; or NULL */
	struct attachment	*attachments;
	int			count;
} midihost;

/* What there is to undo. */
static struct {
	int			work;
	int			files;
	int			kernel;
	int			lines;
	int			fuse;
	int			cuse;
	int			pidfile;
} started;

static const char midihost_usage[] =
    "usage: midihost [-fhv] [-p pidfile] -m dir attachment ...\n"
    "       midihost -c [-fv] [-m dir] [-p pidfile] attachment ...\n";

static const char midihost_lines[] =
    "-c          make character devices in /dev, by CUSE\n"
    "-f          stay in the foreground\n"
    "-m dir      mount on this directory; or MIDI_DIR says\n"
    "-p pidfile  write the number of the process there\n"
    "-v          print the messages of the kernel\n"
    "Attachments are kinds of devices, with their options:\n"
    "vmidi[:pairs]  virtual cables\n"
    "pty:link[,canonical]  a pseudo-terminal as a cable\n"
    "tty:path[@baud][,in|,out][,canonical]  a serial line, FIFO or device\n";

/*
 * Starting.
 */

static void
midihost_unmounted(void *arg)
{

	(void)arg;
	kill(getpid(), SIGTERM);
}

static int
midihost_failed(const char *what, int error)
{

	if (error == 0)
		return 0;
	if (error != EPROTO)
		say("%s: %s", what, strerror(error));
	return -1;
}

static int
midihost_start_kernel(void)
{
	int i;

	if (midihost_failed("threads", user_work_start()) != 0)
		return -1;
	started.work = 1;
	if (midihost_failed("files", user_file_start()) != 0)
		return -1;
	started.files = 1;
	if (midihost_failed("kernel", hosted_boot()) != 0)
		return -1;
	started.kernel = 1;
	started.lines = 1;
	if (midihost_failed("lines", user_tty_start()) != 0)
		return -1;
	for (i = 0; i < midihost.count; i++)
		if (attach_make(&midihost.attachments[i]) != 0)
			return -1;
	return 0;
}

/*
 * The file system is ready when it answers.
 */
static int
midihost_start_fuse(void)
{
	struct stat st;
	int error, flags;

	flags = mountpoint_may_allow_other() ? USER_FUSE_ALLOW_OTHER : 0;
	if (guard_start(midihost.dir) != 0)
		return -1;
	error = user_fuse_start(midihost.dir, flags, midihost_unmounted,
	    NULL);
	if (error != 0) {
		say("%s: cannot mount%s%s", midihost.dir,
		    error == EPROTO ? "" : ": ",
		    error == EPROTO ? "" : strerror(error));
		return -1;
	}
	started.fuse = 1;
	if (stat(midihost.dir, &st) == -1)
		return midihost_failed(midihost.dir, errno);
	return 0;
}

static int
midihost_start_cuse(void)
{

	if (midihost_failed("/dev/cuse", user_cuse_start(midihost.dir)) != 0)
		return -1;
	started.cuse = 1;
	return 0;
}

static int
midihost_write_pidfile(void)
{
	FILE *f;
	int error;

	if (midihost.pidfile == NULL)
		return 0;
	f = fopen(midihost.pidfile, "we");
	if (f == NULL)
		return midihost_failed(midihost.pidfile, errno);
	started.pidfile = 1;
	error = 0;
	if (fprintf(f, "%ld\n", (long)getpid()) < 0)
		error = errno;
	if (fclose(f) == EOF)
		error = errno;
	return midihost_failed(midihost.pidfile, error);
}

static int
midihost_start(void)
{

	if (midihost_start_kernel() != 0)
		return -1;
	if (midihost.cuse ? midihost_start_cuse() != 0 :
	    midihost_start_fuse() != 0)
		return -1;
	return midihost_write_pidfile();
}

/*
 * Ending.
 */

static void
midihost_stop_kernel(void *arg)
{
	unsigned long leaked;

	(void)arg;
	if (started.lines)
		user_tty_stop();
	if (started.kernel) {
		leaked = hosted_shutdown();
		if (leaked != 0)
			say("kernel: %lu pieces of memory lost", leaked);
	}
	hosted_thread_exit();
}

static void
midihost_stop_files(void)
{
	struct host_thread *t;
	int error;

	if (started.files)
		user_file_shut();
	error = host_thread_create(&t, midihost_stop_kernel, NULL,
	    HOST_PRI_NORMAL, "shutdown");
	if (started.files)
		user_file_close_all();
	if (error == 0)
		host_thread_join(t);
	else
		midihost_stop_kernel(NULL);
}

static void
midihost_stop(void)
{

	midihost_stop_files();
	if (started.work)
		user_work_stop();
	if (started.fuse) {
		user_fuse_revoke();
		user_fuse_stop();
	}
	guard_stop();
	if (started.cuse)
		user_cuse_stop();
	if (started.files)
		user_file_stop();
	if (started.pidfile)
		(void)unlink(midihost.pidfile);
}

/*
 * Running.
 */

static void
midihost_block_signals(sigset_t *ends)
{

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(ends);
	sigaddset(ends, SIGTERM);
	sigaddset(ends, SIGINT);
	sigaddset(ends, SIGHUP);
	sigprocmask(SIG_BLOCK, ends, NULL);
}

/*
 * Let go of the terminal and of the process that waits for us.
 */
static void
midihost_detach(int ready)
{
	int fd;

	fd = open("/dev/null", O_RDWR);
	if (fd != -1) {
		say_to_syslog();
		(void)dup2(fd, STDIN_FILENO);
		(void)dup2(fd, STDOUT_FILENO);
		(void)dup2(fd, STDERR_FILENO);
		if (fd > STDERR_FILENO)
			close(fd);
	}
	(void)chdir("/");
	(void)write(ready, "", 1);
	close(ready);
}

/*
 * ready: where to tell that we serve; -1 in the foreground.
 */
static int
midihost_run(int ready)
{
	sigset_t ends;
	int error, sig;

	midihost_block_signals(&ends);
	error = midihost_start();
	if (error == 0) {
		if (ready != -1)
			midihost_detach(ready);
		while (sigwait(&ends, &sig) != 0)
			continue;
	}
	midihost_stop();
	return error == 0 ? 0 : 1;
}

static int
midihost_run_in_background(void)
{
	char byte;
	int fds[2];
	ssize_t n;

	if (pipe2(fds, O_CLOEXEC) == -1) {
		say("pipe: %s", strerror(errno));
		return 1;
	}
	switch (fork()) {
	case -1:
		say("fork: %s", strerror(errno));
		return 1;
	case 0:
		close(fds[0]);
		(void)setsid();
		return midihost_run(fds[1]);
	default:
		close(fds[1]);
		while ((n = read(fds[0], &byte, 1)) == -1 && errno == EINTR)
			continue;
		return n == 1 ? 0 : 1;
	}
}

/*
 * Arguments.
 */

/*
 * The process may go to another directory.
 */
static char *
midihost_absolute(const char *path)
{
	char cwd[PATH_MAX], *s;
	int n;

	if (path[0] == '/' || getcwd(cwd, sizeof(cwd)) == NULL)
		n = asprintf(&s, "%s", path);
	else
		n = asprintf(&s, "%s/%s", cwd, path);
	return n == -1 ? NULL : s;
}

static int
midihost_parse(int argc, char **argv)
{
	int i;

	midihost.count = argc;
	midihost.attachments = calloc((size_t)argc,
	    sizeof(*midihost.attachments));
	if (midihost.attachments == NULL)
		return midihost_failed("attachments", ENOMEM);
	for (i = 0; i < argc; i++)
		if (attach_parse(argv[i], &midihost.attachments[i]) != 0)
			return -1;
	return 0;
}

static int
midihost_prepare(const char *dir, const char *pidfile)
{

	if (pidfile != NULL)
		midihost.pidfile = midihost_absolute(pidfile);
	if (midihost.cuse) {
		if (mountpoint_check_device("/dev/cuse", "cuse") != 0)
			return -1;
	} else if (mountpoint_check_device("/dev/fuse", "fuse") != 0)
		return -1;
	if (dir != NULL) {
		midihost.dir = mountpoint_take(dir, midihost.cuse);
		if (midihost.dir == NULL)
			return -1;
	}
	return 0;
}

static void
midihost_free(void)
{
	int i;

	for (i = 0; i < midihost.count && midihost.attachments != NULL; i++)
		attach_free(&midihost.attachments[i]);
	free(midihost.attachments);
	free(midihost.pidfile);
	free(midihost.dir);
}

int
main(int argc, char **argv)
{
	const char *dir, *pidfile;
	int ch, status;

	dir = NULL;
	pidfile = NULL;
	while ((ch = getopt(argc, argv, ":cfhm:p:v")) != -1) {
		switch (ch) {
		case 'c':
			midihost.cuse = 1;
			break;
		case 'f':
			midihost.foreground = 1;
			break;
		case 'm':
			dir = optarg;
			break;
		case 'p':
			pidfile = optarg;
			break;
		case 'v':
			midihost.verbose = 1;
			break;
		case 'h':
			opthelp_help(midihost_usage, midihost_lines);
		default:
			opthelp_wrong(midihost_usage, ch);
		}
	}
	argc -= optind;
	argv += optind;
	if (dir == NULL && !midihost.cuse)
		dir = getenv("MIDI_DIR");
	if (argc == 0 || (dir == NULL && !midihost.cuse))
		opthelp_usage(midihost_usage);
	/* A pipe of somebody's must not stay open for as long as we serve. */
	if (!midihost.foreground)
		closefrom(STDERR_FILENO + 1);
	say_kernel(midihost.verbose);
	say_for_fuse();
	status = 1;
	if (midihost_parse(argc, argv) == 0 &&
	    midihost_prepare(dir, pidfile) == 0)
		status = midihost.foreground ? midihost_run(-1) :
		    midihost_run_in_background();
	midihost_free();
	return status;
}
