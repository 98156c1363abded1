/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * midihost.h: between the files of midihost(8).
 *
 * What fails says so itself, as `midihost: what: why', and returns -1.
 */

#ifndef _MIDIHOST_H_
#define _MIDIHOST_H_

/* Print `midihost: ' and the message, on stderr until say_to_syslog(), then
 * to syslogd.  Any thread. */
void	say(const char *fmt, ...) __attribute__((__format__(__printf__, 1, 2)));
void	say_to_syslog(void);
/* Print the kernel's messages, not only its last words. */
void	say_kernel(int verbose);
/* Have libfuse complain through us. */
void	say_for_fuse(void);

/*
 * Attachments.
 */

enum attachment_kind {
	ATTACH_PSEUDO,		/* vmidi[:PAIRS] */
	ATTACH_PTY,		/* pty:LINK[,option ...] */
	ATTACH_TTY,		/* tty:PATH[@BAUD][,option ...] */
	ATTACH_ISA,		/* isa:DRIVER@PORT */
};

struct attachment {
	const char		*a_text;	/* as it was given */
	enum attachment_kind	a_kind;
	char			*a_path;	/* malloc'd; or NULL */
	unsigned int		a_count;	/* pairs; or a port */
	unsigned int		a_baud;		/* 0: none was given */
	int			a_flags;	/* USER_TTY_* */
};

/* Read text, which must last.  0 or -1. */
int	attach_parse(const char *text, struct attachment *a);
/* Attach it to the hosted kernel, which runs.  0 or -1. */
int	attach_make(const struct attachment *a);
void	attach_free(struct attachment *a);

/*
 * The directory that the nodes are shown in.
 */

/* Make dir ready to be mounted on: clear it of a dead mount, see that it is
 * an empty directory of ours that no other midihost uses.  links: it may hold
 * links to devices.  Its absolute name, malloc'd, or NULL.  It stays taken
 * until the process ends. */
char	*mountpoint_take(const char *dir, int links);
/* Is the device (/dev/fuse, /dev/cuse) there to be used?  0 or -1. */
int	mountpoint_check_device(const char *path, const char *module);
/* May we let other users in? */
int	mountpoint_may_allow_other(void);

/* Have dir, an absolute name, unmounted if we are killed; from before it is
 * mounted until after it was unmounted.  0 or -1. */
int	guard_start(char *dir);
void	guard_stop(void);

#endif /* !_MIDIHOST_H_ */
