/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/evcnt.h: counters of events, to be read by vmstat(1) and in the node
 * evcnt.  ev_count belongs to the one who counts, under his lock.
 */

#ifndef _HOSTED_SYS_EVCNT_H_
#define _HOSTED_SYS_EVCNT_H_

#include <sys/types.h>
#include <sys/queue.h>

struct evcnt {
	uint64_t	ev_count;
	TAILQ_ENTRY(evcnt) ev_list;
	unsigned char	ev_type;
	unsigned char	ev_grouplen;
	unsigned char	ev_namelen;
	char		ev_pad1;
	const struct evcnt *ev_parent;
	const char	*ev_group;
	const char	*ev_name;
};
TAILQ_HEAD(evcntlist, evcnt);

#define EVCNT_STRING_MAX	255	/* with its NUL */

#define EVCNT_TYPE_MISC		0
#define EVCNT_TYPE_INTR		1
#define EVCNT_TYPE_TRAP		2

/* The strings are kept by reference.  Sets the count to 0; the _nozero form
 * leaves it.  Thread context. */
void	evcnt_attach_dynamic(struct evcnt *, int, const struct evcnt *,
	    const char *, const char *);
void	evcnt_detach(struct evcnt *);

#endif /* !_HOSTED_SYS_EVCNT_H_ */
