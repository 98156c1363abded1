/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * kern_lockorder.c: in which order classes of mutexes are nested.
 *
 * Every place that initializes mutexes makes a class.  "A before B" is learnt
 * when a mutex of class B is waited for while one of class A is held.  The
 * graph of what was learnt must stay without circles: a circle means that
 * threads can be made to wait for one another, even if they did not do so
 * this time.  Two mutexes of one class have no order, so that they are never
 * nested.
 *
 * Every boot begins to learn anew, so that each run of a test can be repeated
 * by itself; the classes keep their numbers, by their names, also when their
 * component leaves and joins again.  The lock is for learning; looking at what
 * is known already takes none.
 */

#include <sys/param.h>
#include <sys/errno.h>
#include <sys/systm.h>

#include <hosted/kern/kern_impl.h>

#define LOCKORDER_MAX		256	/* classes, with number 0 unused */
#define LOCKORDER_WORDS		(LOCKORDER_MAX / 32)
#define LOCKORDER_NAMESIZE	48	/* the end of longer ones */

static struct host_lock		*lockorder_lock;
static char			lockorder_name[LOCKORDER_MAX]
				    [LOCKORDER_NAMESIZE];
static int			lockorder_nclass;
/* Bit b of row a: a before b.  Written under the lock. */
static uint32_t			lockorder_after[LOCKORDER_MAX][LOCKORDER_WORDS];

int
kern_lockorder_init(void)
{

	memset(lockorder_after, 0, sizeof(lockorder_after));
	lockorder_lock = host_lock_create(HOST_LOCK_SPIN, "lockorder");
	return lockorder_lock == NULL ? ENOMEM : 0;
}

void
kern_lockorder_fini(void)
{

	if (lockorder_lock != NULL)
		host_lock_destroy(lockorder_lock);
	lockorder_lock = NULL;
}

/* The number of a class's name, a new one if need be.  The lock is held. */
static int
lockorder_number(const char *name)
{
	size_t len = strlen(name);
	int i;

	if (len >= LOCKORDER_NAMESIZE)
		name += len - (LOCKORDER_NAMESIZE - 1);
	for (i = 1; i <= lockorder_nclass; i++) {
		if (strcmp(lockorder_name[i], name) == 0)
			return i;
	}
	if (lockorder_nclass == LOCKORDER_MAX - 1)
		panic("mutex_init: too many classes of mutexes");
	(void)strlcpy(lockorder_name[++lockorder_nclass], name,
	    LOCKORDER_NAMESIZE);
	return lockorder_nclass;
}

void
kern_lockorder_class(struct hosted_lockclass *lc)
{

	host_lock_enter(lockorder_lock);
	if (lc->hlc_id == 0)
		lc->hlc_id = lockorder_number(lc->hlc_name);
	host_lock_exit(lockorder_lock);
}

static bool
lockorder_known(int a, int b)
{
	uint32_t word;

	word = __atomic_load_n(&lockorder_after[a][b / 32], __ATOMIC_RELAXED);
	return (word >> (b % 32) & 1) != 0;
}

static void
lockorder_learn(int a, int b)
{

	__atomic_or_fetch(&lockorder_after[a][b / 32],
	    (uint32_t)1 << (b % 32), __ATOMIC_RELAXED);
}

/* Does `to' come after `from', over any number of steps?  Called with the
 * lock held. */
static bool
lockorder_reaches(int from, int to)
{
	uint32_t seen[LOCKORDER_WORDS] = { 0 };
	uint8_t todo[LOCKORDER_MAX];
	int a, b, n = 0;

	CTASSERT(LOCKORDER_MAX - 1 <= UINT8_MAX);
	todo[n++] = from;
	seen[from / 32] |= (uint32_t)1 << (from % 32);
	while (n > 0) {
		a = todo[--n];
		if (a == to)
			return true;
		for (b = 1; b <= lockorder_nclass; b++) {
			if (!lockorder_known(a, b) ||
			    (seen[b / 32] >> (b % 32) & 1) != 0)
				continue;
			seen[b / 32] |= (uint32_t)1 << (b % 32);
			todo[n++] = b;
		}
	}
	return false;
}

/* The held class a comes before the wanted class b from now on. */
static void
lockorder_nest(const struct hosted_lockclass *a,
    const struct hosted_lockclass *b)
{
	bool circle;

	if (a->hlc_id == b->hlc_id)
		panic("mutex_enter: two mutexes of one class are nested: %s",
		    a->hlc_name);
	if (lockorder_known(a->hlc_id, b->hlc_id))
		return;
	host_lock_enter(lockorder_lock);
	circle = lockorder_reaches(b->hlc_id, a->hlc_id);
	if (!circle)
		lockorder_learn(a->hlc_id, b->hlc_id);
	host_lock_exit(lockorder_lock);
	if (circle)
		panic("mutex_enter: order of mutexes inverted: %s is held, "
		    "%s is wanted and comes before it elsewhere",
		    a->hlc_name, b->hlc_name);
}

void
kern_lockorder_check(struct kern_lwp *kl, struct hosted_mutex *hm)
{
	unsigned int i;

	for (i = 0; i < kl->kl_nheld; i++)
		lockorder_nest(kl->kl_held[i]->hm_class, hm->hm_class);
}
