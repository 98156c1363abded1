/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/queue.h: lists.
 *
 * Five kinds, by what they cost and can do:
 * 	SLIST	one pointer; insert and remove at the head
 * 	LIST	two pointers; remove any element in constant time
 * 	SIMPLEQ	one pointer; insert also at the tail (STAILQ is the same)
 * 	TAILQ	two pointers; everything, in both directions
 * A head that starts as zeroes is an empty SLIST or LIST, but not an empty
 * SIMPLEQ, STAILQ or TAILQ: these are to be initialized.
 */

#ifndef _HOSTED_SYS_QUEUE_H_
#define _HOSTED_SYS_QUEUE_H_

#include <sys/null.h>

/*
 * SLIST.
 */
#define SLIST_HEAD(name, type)	struct name { struct type *slh_first; }
#define SLIST_HEAD_INITIALIZER(head)	{ NULL }
#define SLIST_ENTRY(type)	struct { struct type *sle_next; }

#define SLIST_INIT(head)	do {					\
	(head)->slh_first = NULL;					\
} while (0)
#define SLIST_FIRST(head)	((head)->slh_first)
#define SLIST_NEXT(elm, f)	((elm)->f.sle_next)
#define SLIST_EMPTY(head)	((head)->slh_first == NULL)
#define SLIST_FOREACH(var, head, f)					\
	for ((var) = SLIST_FIRST(head); (var) != NULL;			\
	    (var) = SLIST_NEXT(var, f))
#define SLIST_FOREACH_SAFE(var, head, f, next)				\
	for ((var) = SLIST_FIRST(head);					\
	    (var) != NULL && ((next) = SLIST_NEXT(var, f), 1);		\
	    (var) = (next))
#define SLIST_INSERT_HEAD(head, elm, f)	do {				\
	(elm)->f.sle_next = (head)->slh_first;				\
	(head)->slh_first = (elm);					\
} while (0)
#define SLIST_INSERT_AFTER(prev, elm, f)	do {			\
	(elm)->f.sle_next = (prev)->f.sle_next;				\
	(prev)->f.sle_next = (elm);					\
} while (0)
#define SLIST_REMOVE_HEAD(head, f)	do {				\
	(head)->slh_first = (head)->slh_first->f.sle_next;		\
} while (0)
#define SLIST_REMOVE(head, elm, type, f)	do {			\
	struct type **slist_pp = &(head)->slh_first;			\
									\
	while (*slist_pp != (elm))					\
		slist_pp = &(*slist_pp)->f.sle_next;			\
	*slist_pp = (elm)->f.sle_next;					\
} while (0)

/*
 * LIST.
 */
#define LIST_HEAD(name, type)	struct name { struct type *lh_first; }
#define LIST_HEAD_INITIALIZER(head)	{ NULL }
#define LIST_ENTRY(type)	struct {				\
	struct type *le_next;						\
	struct type **le_prev;						\
}

#define LIST_INIT(head)		do {					\
	(head)->lh_first = NULL;					\
} while (0)
#define LIST_FIRST(head)	((head)->lh_first)
#define LIST_NEXT(elm, f)	((elm)->f.le_next)
#define LIST_EMPTY(head)	((head)->lh_first == NULL)
#define LIST_FOREACH(var, head, f)					\
	for ((var) = LIST_FIRST(head); (var) != NULL;			\
	    (var) = LIST_NEXT(var, f))
#define LIST_FOREACH_SAFE(var, head, f, next)				\
	for ((var) = LIST_FIRST(head);					\
	    (var) != NULL && ((next) = LIST_NEXT(var, f), 1);		\
	    (var) = (next))
#define LIST_INSERT_HEAD(head, elm, f)	do {				\
	if (((elm)->f.le_next = (head)->lh_first) != NULL)		\
		(head)->lh_first->f.le_prev = &(elm)->f.le_next;	\
	(head)->lh_first = (elm);					\
	(elm)->f.le_prev = &(head)->lh_first;				\
} while (0)
#define LIST_INSERT_AFTER(prev, elm, f)	do {				\
	if (((elm)->f.le_next = (prev)->f.le_next) != NULL)		\
		(prev)->f.le_next->f.le_prev = &(elm)->f.le_next;	\
	(prev)->f.le_next = (elm);					\
	(elm)->f.le_prev = &(prev)->f.le_next;				\
} while (0)
#define LIST_INSERT_BEFORE(after, elm, f)	do {			\
	(elm)->f.le_prev = (after)->f.le_prev;				\
	(elm)->f.le_next = (after);					\
	*(after)->f.le_prev = (elm);					\
	(after)->f.le_prev = &(elm)->f.le_next;				\
} while (0)
#define LIST_REMOVE(elm, f)	do {					\
	if ((elm)->f.le_next != NULL)					\
		(elm)->f.le_next->f.le_prev = (elm)->f.le_prev;		\
	*(elm)->f.le_prev = (elm)->f.le_next;				\
} while (0)

/*
 * SIMPLEQ.
 */
#define SIMPLEQ_HEAD(name, type)	struct name {			\
	struct type *sqh_first;						\
	struct type **sqh_last;						\
}
#define SIMPLEQ_HEAD_INITIALIZER(head)	{ NULL, &(head).sqh_first }
#define SIMPLEQ_ENTRY(type)	struct { struct type *sqe_next; }

#define SIMPLEQ_INIT(head)	do {					\
	(head)->sqh_first = NULL;					\
	(head)->sqh_last = &(head)->sqh_first;				\
} while (0)
#define SIMPLEQ_FIRST(head)	((head)->sqh_first)
#define SIMPLEQ_NEXT(elm, f)	((elm)->f.sqe_next)
#define SIMPLEQ_EMPTY(head)	((head)->sqh_first == NULL)
#define SIMPLEQ_FOREACH(var, head, f)					\
	for ((var) = SIMPLEQ_FIRST(head); (var) != NULL;		\
	    (var) = SIMPLEQ_NEXT(var, f))
#define SIMPLEQ_INSERT_HEAD(head, elm, f)	do {			\
	if (((elm)->f.sqe_next = (head)->sqh_first) == NULL)		\
		(head)->sqh_last = &(elm)->f.sqe_next;			\
	(head)->sqh_first = (elm);					\
} while (0)
#define SIMPLEQ_INSERT_TAIL(head, elm, f)	do {			\
	(elm)->f.sqe_next = NULL;					\
	*(head)->sqh_last = (elm);					\
	(head)->sqh_last = &(elm)->f.sqe_next;				\
} while (0)
#define SIMPLEQ_REMOVE_HEAD(head, f)	do {				\
	if (((head)->sqh_first =					\
	    (head)->sqh_first->f.sqe_next) == NULL)			\
		(head)->sqh_last = &(head)->sqh_first;			\
} while (0)

/*
 * STAILQ.
 */
#define STAILQ_HEAD(name, type)	struct name {				\
	struct type *stqh_first;					\
	struct type **stqh_last;					\
}
#define STAILQ_HEAD_INITIALIZER(head)	{ NULL, &(head).stqh_first }
#define STAILQ_ENTRY(type)	struct { struct type *stqe_next; }

#define STAILQ_INIT(head)	do {					\
	(head)->stqh_first = NULL;					\
	(head)->stqh_last = &(head)->stqh_first;			\
} while (0)
#define STAILQ_FIRST(head)	((head)->stqh_first)
#define STAILQ_NEXT(elm, f)	((elm)->f.stqe_next)
#define STAILQ_EMPTY(head)	((head)->stqh_first == NULL)
#define STAILQ_FOREACH(var, head, f)					\
	for ((var) = STAILQ_FIRST(head); (var) != NULL;			\
	    (var) = STAILQ_NEXT(var, f))
#define STAILQ_INSERT_TAIL(head, elm, f)	do {			\
	(elm)->f.stqe_next = NULL;					\
	*(head)->stqh_last = (elm);					\
	(head)->stqh_last = &(elm)->f.stqe_next;			\
} while (0)
#define STAILQ_REMOVE_HEAD(head, f)	do {				\
	if (((head)->stqh_first =					\
	    (head)->stqh_first->f.stqe_next) == NULL)			\
		(head)->stqh_last = &(head)->stqh_first;		\
} while (0)

/*
 * TAILQ.
 */
#define TAILQ_HEAD(name, type)	struct name {				\
	struct type *tqh_first;						\
	struct type **tqh_last;						\
}
#define TAILQ_HEAD_INITIALIZER(head)	{ NULL, &(head).tqh_first }
#define TAILQ_ENTRY(type)	struct {				\
	struct type *tqe_next;						\
	struct type **tqe_prev;						\
}

#define TAILQ_INIT(head)	do {					\
	(head)->tqh_first = NULL;					\
	(head)->tqh_last = &(head)->tqh_first;				\
} while (0)
#define TAILQ_FIRST(head)	((head)->tqh_first)
#define TAILQ_NEXT(elm, f)	((elm)->f.tqe_next)
#define TAILQ_EMPTY(head)	((head)->tqh_first == NULL)
#define TAILQ_LAST(head, headname)					\
	(*(((struct headname *)(void *)((head)->tqh_last))->tqh_last))
#define TAILQ_PREV(elm, headname, f)					\
	(*(((struct headname *)(void *)((elm)->f.tqe_prev))->tqh_last))
#define TAILQ_FOREACH(var, head, f)					\
	for ((var) = TAILQ_FIRST(head); (var) != NULL;			\
	    (var) = TAILQ_NEXT(var, f))
#define TAILQ_FOREACH_SAFE(var, head, f, next)				\
	for ((var) = TAILQ_FIRST(head);					\
	    (var) != NULL && ((next) = TAILQ_NEXT(var, f), 1);		\
	    (var) = (next))
#define TAILQ_FOREACH_REVERSE(var, head, headname, f)			\
	for ((var) = TAILQ_LAST(head, headname); (var) != NULL;		\
	    (var) = TAILQ_PREV(var, headname, f))
#define TAILQ_INSERT_HEAD(head, elm, f)	do {				\
	if (((elm)->f.tqe_next = (head)->tqh_first) != NULL)		\
		(head)->tqh_first->f.tqe_prev = &(elm)->f.tqe_next;	\
	else								\
		(head)->tqh_last = &(elm)->f.tqe_next;			\
	(head)->tqh_first = (elm);					\
	(elm)->f.tqe_prev = &(head)->tqh_first;				\
} while (0)
#define TAILQ_INSERT_TAIL(head, elm, f)	do {				\
	(elm)->f.tqe_next = NULL;					\
	(elm)->f.tqe_prev = (head)->tqh_last;				\
	*(head)->tqh_last = (elm);					\
	(head)->tqh_last = &(elm)->f.tqe_next;				\
} while (0)
#define TAILQ_INSERT_AFTER(head, prev, elm, f)	do {			\
	if (((elm)->f.tqe_next = (prev)->f.tqe_next) != NULL)		\
		(elm)->f.tqe_next->f.tqe_prev = &(elm)->f.tqe_next;	\
	else								\
		(head)->tqh_last = &(elm)->f.tqe_next;			\
	(prev)->f.tqe_next = (elm);					\
	(elm)->f.tqe_prev = &(prev)->f.tqe_next;			\
} while (0)
#define TAILQ_INSERT_BEFORE(after, elm, f)	do {			\
	(elm)->f.tqe_prev = (after)->f.tqe_prev;			\
	(elm)->f.tqe_next = (after);					\
	*(after)->f.tqe_prev = (elm);					\
	(after)->f.tqe_prev = &(elm)->f.tqe_next;			\
} while (0)
#define TAILQ_REMOVE(head, elm, f)	do {				\
	if ((elm)->f.tqe_next != NULL)					\
		(elm)->f.tqe_next->f.tqe_prev = (elm)->f.tqe_prev;	\
	else								\
		(head)->tqh_last = (elm)->f.tqe_prev;			\
	*(elm)->f.tqe_prev = (elm)->f.tqe_next;				\
} while (0)

#endif /* !_HOSTED_SYS_QUEUE_H_ */
