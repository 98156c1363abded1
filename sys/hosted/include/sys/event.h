/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/event.h: kqueue, as drivers see it.  The numbers are NetBSD's.
 *
 * A driver's d_kqfilter sets kn_fop and kn_hook and gives the knote to
 * selrecord_knote().  f_event is called with the hint 0 by the queue (the
 * filter takes its lock itself) or with the hint of selnotify(), which by
 * convention is NOTE_SUBMIT when the lock is held.
 */

#ifndef _HOSTED_SYS_EVENT_H_
#define _HOSTED_SYS_EVENT_H_

#include <sys/types.h>
#include <sys/queue.h>

#define EVFILT_READ		0U
#define EVFILT_WRITE		1U

#define EV_ADD			0x0001U
#define EV_DELETE		0x0002U
#define EV_ENABLE		0x0004U
#define EV_DISABLE		0x0008U
#define EV_ONESHOT		0x0010U
#define EV_CLEAR		0x0020U
#define EV_ERROR		0x4000U
#define EV_EOF			0x8000U

/* Hint of a submission under the driver's lock. */
#define NOTE_SUBMIT		0x01000000U

struct kevent {
	uintptr_t	ident;
	uint32_t	filter;
	uint32_t	flags;
	uint32_t	fflags;
	int64_t		data;
	void		*udata;
	uint64_t	ext[4];
};

struct filterops {
	int	f_flags;		/* FILTEROP_ */
	int	(*f_attach)(struct knote *);	/* NULL for devices */
	void	(*f_detach)(struct knote *);
	int	(*f_event)(struct knote *, long);
	int	(*f_touch)(struct knote *, struct kevent *, long);
};

#define FILTEROP_ISFD		0x1
#define FILTEROP_MPSAFE		0x2	/* required here */

struct hosted_kqueue;

struct knote {
	SLIST_ENTRY(knote) kn_selnext;	/* of the selinfo */
	TAILQ_ENTRY(knote) kn_tqe;	/* of the queue's ready list */
	LIST_ENTRY(knote) kn_link;	/* of the queue's list of all */
	struct hosted_kqueue *kn_kq;
	struct kevent	kn_kevent;
	uint32_t	kn_status;
	uint32_t	kn_sfflags;
	int64_t		kn_sdata;
	file_t		*kn_obj;	/* the file that is watched */
	const struct filterops *kn_fop;
	void		*kn_hook;	/* the driver's */
	int		kn_hookid;
};

#define kn_id			kn_kevent.ident
#define kn_filter		kn_kevent.filter
#define kn_flags		kn_kevent.flags
#define kn_fflags		kn_kevent.fflags
#define kn_data			kn_kevent.data

SLIST_HEAD(klist, knote);

/* End of file has come, has gone; with more EV_ flags. */
void	knote_set_eof(struct knote *, uint32_t);
void	knote_clear_eof(struct knote *);

/* Lists of knotes that are not a selinfo's, under the driver's lock. */
void	klist_init(struct klist *);
void	klist_fini(struct klist *);
void	klist_insert(struct klist *, struct knote *);
/* True when the list became empty. */
bool	klist_remove(struct klist *, struct knote *);
/* Run the filters of a list. */
void	knote(struct klist *, long);
#define KNOTE(list, hint)	do {	\
	if (!SLIST_EMPTY(list))	\
		knote((list), (hint)); \
} while (0)

/* A filter that is always ready. */
extern const struct filterops seltrue_filtops;

#endif /* !_HOSTED_SYS_EVENT_H_ */
