/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/mutex.h: mutual exclusion.
 *
 * Every place that calls mutex_init() makes a class of locks.  The kernel
 * learns in which order classes are nested and panics when two threads could
 * wait for one another, when two locks of one class are nested, when a lock is
 * taken at a level above its own, when an adaptive one is taken in an
 * interrupt or under a spin lock, and when anyone but its owner lets it go.
 */

#ifndef _HOSTED_SYS_MUTEX_H_
#define _HOSTED_SYS_MUTEX_H_

#include <sys/types.h>
#include <sys/intr.h>

typedef enum kmutex_type_t {
	MUTEX_SPIN = 0,
	MUTEX_ADAPTIVE = 1,
	MUTEX_DEFAULT = 2,		/* as the level asks for */
	MUTEX_DRIVER = 3,		/* the same */
	MUTEX_NODEBUG = 4		/* the same; checked all the same */
} kmutex_type_t;

typedef struct kmutex {
	struct hosted_mutex	*mtx_hosted;
} kmutex_t;

/* One place in the source where mutexes are made. */
struct hosted_lockclass {
	const char	*hlc_name;	/* file:line */
	int		hlc_id;		/* 0 until first used */
};

#define HOSTED_LOCKCLASS	\
	({ static struct hosted_lockclass hosted_lc_ = {	\
		__FILE__ ":" ___STRING(__LINE__), 0		\
	}; &hosted_lc_; })

/* A new mutex, not held, for use at up to the given IPL.  Thread context. */
#define mutex_init(m, type, ipl)	\
	hosted_mutex_init((m), (type), (ipl), HOSTED_LOCKCLASS)
void	hosted_mutex_init(kmutex_t *, kmutex_type_t, int,
	    struct hosted_lockclass *);
/* Nobody holds it or waits for it.  Thread context. */
void	mutex_destroy(kmutex_t *);

/* Thread or soft interrupt; interrupt too when it is a spin mutex. */
void	mutex_enter(kmutex_t *);
void	mutex_exit(kmutex_t *);
/* 1 when taken, 0 when somebody holds it. */
int	mutex_tryenter(kmutex_t *);
/* The same for mutexes that are known to spin. */
void	mutex_spin_enter(kmutex_t *);
void	mutex_spin_exit(kmutex_t *);

/* Does the running thread (or interrupt) hold it?  Exact, for both kinds.
 * Any context. */
int	mutex_owned(const kmutex_t *);
/* Panic if taking it now would be wrong; 1 otherwise.  For assertions. */
int	mutex_ownable(const kmutex_t *);

/* Mutexes of their own life, counted by their users.  mutex_obj_free() lets
 * go of one use and tells whether it was the last; _tryalloc gives NULL
 * when there is no memory.  Thread context. */
#define mutex_obj_alloc(type, ipl)	\
	hosted_mutex_obj_alloc((type), (ipl), HOSTED_LOCKCLASS, 0)
#define mutex_obj_tryalloc(type, ipl)	\
	hosted_mutex_obj_alloc((type), (ipl), HOSTED_LOCKCLASS, 1)
kmutex_t *hosted_mutex_obj_alloc(kmutex_type_t, int,
	    struct hosted_lockclass *, int);
void	mutex_obj_hold(kmutex_t *);
bool	mutex_obj_free(kmutex_t *);
u_int	mutex_obj_refcnt(kmutex_t *);

#endif /* !_HOSTED_SYS_MUTEX_H_ */
