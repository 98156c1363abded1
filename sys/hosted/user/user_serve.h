/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_serve.h: the nodes of the hosted kernel, shown to other processes.
 *
 * In all of it: T, by the one thread that runs the program.
 */

#ifndef _HOSTED_USER_USER_SERVE_H_
#define _HOSTED_USER_USER_SERVE_H_

struct fuse_session;
struct user_serve;

/* Where libfuse's complaints go, in lines without a newline.  fn is called by
 * any thread. */
void	user_serve_log(void (*fn)(const char *text));

/*
 * Open files of other processes; everything below needs them.
 */

/* Begin and end.  0 or an errno. */
int	user_file_start(void);
void	user_file_stop(void);
/* From now on every call on a file gives EIO, those that wait included. */
void	user_file_shut(void);
/* Close all files that are open, after user_file_shut(). */
void	user_file_close_all(void);

/*
 * Sessions of libfuse.  One thread reads the requests of one session.
 */

/* Serve se.  gone(arg) is called by the thread when the other side ended the
 * session.  NULL when there is no memory or no thread. */
struct user_serve *user_serve_start(struct fuse_session *se,
	    void (*gone)(void *), void *arg);
/* No request is read any more; se is the caller's again. */
void	user_serve_stop(struct user_serve *s);

/*
 * A file system whose root directory holds the nodes.
 */

#define USER_FUSE_ALLOW_OTHER	0x1	/* users other than we may use it */

/* Mount at the absolute path dir and serve.  gone(arg) when somebody else
 * unmounted it.  0 or an errno; EPROTO: the log says why. */
int	user_fuse_start(const char *dir, int flags, void (*gone)(void *),
	    void *arg);
/* Make every file that is open give EIO from now on, even when we are gone.
 * Before user_fuse_stop(). */
void	user_fuse_revoke(void);
/* Unmount and serve no longer. */
void	user_fuse_stop(void);

/*
 * Character devices /dev/NAME for all nodes, those to come included.
 */

/* 0 or an errno; EPROTO: the log says why.  linkdir: a directory where
 * symbolic links to the devices are kept under the names of the nodes, or
 * NULL. */
int	user_cuse_start(const char *linkdir);
/* Remove the devices and links. */
void	user_cuse_stop(void);

/*
 * MIDI cables of the host's.
 */

#define USER_TTY_CANONICAL	0x1	/* whole messages with their status */
#define USER_TTY_IN		0x2	/* only receive */
#define USER_TTY_OUT		0x4	/* only send */

/* Begin and end: the thread that waits for all lines. */
int	user_tty_start(void);
/* Detach all lines, remove the links that were made. */
void	user_tty_stop(void);
/* A pseudo-terminal with a symbolic link to its far side.  0 or an errno;
 * EEXIST: link exists and is no link to a pseudo-terminal. */
int	user_tty_attach_pty(const char *link, int flags);
/* The serial line or other device at path, with baud bits a second if that is
 * not 0.  0 or an errno; ENODEV: not a byte device; ENOTTY, EINVAL: the speed
 * cannot be had. */
int	user_tty_attach(const char *path, unsigned int baud, int flags);

/* Run the serial line fd at baud bits a second, or as near as 2 per cent.
 * 0 or an errno. */
int	user_baud_set(int fd, unsigned int baud);

#endif /* !_HOSTED_USER_USER_SERVE_H_ */
