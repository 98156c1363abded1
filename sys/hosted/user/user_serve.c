/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_serve.c: a thread that reads the requests of one libfuse session.
 *
 * It answers at once what cannot block and hands the rest to user_file.c, so
 * it is always there for the next request, an interruption for instance.
 * The descriptor is in non-blocking mode: a request may be withdrawn between
 * poll and read.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define FUSE_USE_VERSION 35
#include <fuse_lowlevel.h>

#include <hosted/hosted.h>
#include <hosted/user/user.h>
#include <hosted/user/user_serve.h>

struct user_serve {
	struct fuse_session	*s_session;
	struct host_thread	*s_thread;
	int			s_stop;		/* eventfd */
	void			(*s_gone)(void *);
	void			*s_arg;
};

static void (*user_serve_log_fn)(const char *);

static void
user_serve_log_line(enum fuse_log_level level, const char *fmt, va_list ap)
{
	char text[256];

	if (level > FUSE_LOG_WARNING)
		return;
	vsnprintf(text, sizeof(text), fmt, ap);
	text[strcspn(text, "\n")] = '\0';
	(*user_serve_log_fn)(text);
}

void
user_serve_log(void (*fn)(const char *))
{

	user_serve_log_fn = fn;
	fuse_set_log_func(user_serve_log_line);
}

/*
 * Wait for a request.  0: there is none to come, by our own wish.
 */
static int
user_serve_wait(struct user_serve *s)
{
	struct pollfd pfd[2];

	pfd[0].fd = fuse_session_fd(s->s_session);
	pfd[0].events = POLLIN;
	pfd[1].fd = s->s_stop;
	pfd[1].events = POLLIN;
	while (poll(pfd, 2, -1) == -1)
		if (errno != EINTR)
			return 0;
	return pfd[1].revents == 0;
}

static void
user_serve_thread(void *arg)
{
	struct user_serve *s;
	struct fuse_buf buf;
	int n, wanted;

	s = arg;
	buf.mem = NULL;
	while ((wanted = user_serve_wait(s)) != 0) {
		n = fuse_session_receive_buf(s->s_session, &buf);
		if (n == -EINTR || n == -EAGAIN)
			continue;
		if (n <= 0)
			break;
		fuse_session_process_buf(s->s_session, &buf);
	}
	free(buf.mem);
	hosted_thread_exit();
	if (wanted && s->s_gone != NULL)
		(*s->s_gone)(s->s_arg);
}

struct user_serve *
user_serve_start(struct fuse_session *se, void (*gone)(void *), void *arg)
{
	struct user_serve *s;
	int fd;

	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	s->s_session = se;
	s->s_gone = gone;
	s->s_arg = arg;
	fd = fuse_session_fd(se);
	(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	s->s_stop = eventfd(0, EFD_CLOEXEC);
	if (s->s_stop == -1 || host_thread_create(&s->s_thread,
	    user_serve_thread, s, HOST_PRI_SOFT, "server") != 0) {
		if (s->s_stop != -1)
			close(s->s_stop);
		free(s);
		return NULL;
	}
	return s;
}

void
user_serve_stop(struct user_serve *s)
{
	const uint64_t one = 1;

	while (write(s->s_stop, &one, sizeof(one)) == -1)
		if (errno != EINTR)
			host_panic("user host: server cannot be stopped\n");
	host_thread_join(s->s_thread);
	close(s->s_stop);
	free(s);
}
