/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/condvar.h: waiting for a condition under a mutex.
 *
 * A wait may end without reason; its caller looks at its condition again.  A
 * timed wait never ends with EWOULDBLOCK before its time.
 */

#ifndef _HOSTED_SYS_CONDVAR_H_
#define _HOSTED_SYS_CONDVAR_H_

#include <sys/types.h>

struct bintime;
struct kmutex;

typedef struct kcondvar {
	struct hosted_condvar	*cv_hosted;
} kcondvar_t;

/* wmesg is kept by reference.  Thread context. */
void	cv_init(kcondvar_t *, const char *);
/* Nobody waits.  Thread context. */
void	cv_destroy(kcondvar_t *);

/* Let the mutex go, wait, take it again.  Thread context; no spin mutex held
 * but this one.  The _sig forms end with EINTR or ERESTART when a signal
 * comes.  Timed forms: at least so many ticks (0: without end, less: at
 * once), then EWOULDBLOCK; the bt forms wait at least *timeout, which they
 * set to what is left, at least 0 (NULL: without end). */
void	cv_wait(kcondvar_t *, struct kmutex *);
int	cv_wait_sig(kcondvar_t *, struct kmutex *);
int	cv_timedwait(kcondvar_t *, struct kmutex *, int);
int	cv_timedwait_sig(kcondvar_t *, struct kmutex *, int);
int	cv_timedwaitbt(kcondvar_t *, struct kmutex *, struct bintime *,
	    const struct bintime *);
int	cv_timedwaitbt_sig(kcondvar_t *, struct kmutex *, struct bintime *,
	    const struct bintime *);
extern const struct bintime *const hosted_timeout_epsilon;
#define DEFAULT_TIMEOUT_EPSILON	hosted_timeout_epsilon

/* Wake one, all.  The waiters' mutex is held.  Any context that may hold
 * it. */
void	cv_signal(kcondvar_t *);
void	cv_broadcast(kcondvar_t *);

/* Under the mutex: does anybody wait?  And: is it between init and
 * destroy? */
bool	cv_has_waiters(kcondvar_t *);
bool	cv_is_valid(kcondvar_t *);

#endif /* !_HOSTED_SYS_CONDVAR_H_ */
