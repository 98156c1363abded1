/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_seq_queue: the time-ordered queue against a list that is searched from
 * end to end.
 */

#include <atf-c.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <dev/midi/seq_queue.h>

#define CELLS_MAX	300

/*
 * The model: items in order of arrival.
 */

struct model {
	unsigned int	count;
	unsigned int	capacity;
	uint64_t	key[CELLS_MAX];
	uint64_t	name[CELLS_MAX];
};

static bool
model_put(struct model *m, uint64_t key, uint64_t name)
{

	if (m->count == m->capacity)
		return false;
	m->key[m->count] = key;
	m->name[m->count++] = name;
	return true;
}

static void
model_delete(struct model *m, unsigned int i)
{

	m->count--;
	for (; i < m->count; i++) {
		m->key[i] = m->key[i + 1];
		m->name[i] = m->name[i + 1];
	}
}

/* The index of the first arrived of those with the least key. */
static unsigned int
model_first(const struct model *m)
{
	unsigned int first = 0, i;

	for (i = 1; i < m->count; i++) {
		if (m->key[i] < m->key[first])
			first = i;
	}
	return first;
}

/* A queue and its model, and the two must agree. */
struct pair {
	struct seq_queue queue;
	struct seq_cell	cells[CELLS_MAX + 2];	/* one at each end unused */
	struct model	model;
	uint64_t	names;			/* given so far */
};

static void
pair_init(struct pair *p, unsigned int capacity)
{

	memset(p, 0, sizeof(*p));
	memset(p->cells, 0xa5, sizeof(p->cells));
	p->model.capacity = capacity;
	seq_queue_init(&p->queue, p->cells + 1, capacity);
}

static void
pair_check(const struct pair *p)
{
	const struct seq_cell *cell;
	unsigned int first;
	size_t i;

	ATF_REQUIRE(seq_queue_valid(&p->queue));
	ATF_REQUIRE_EQ(seq_queue_count(&p->queue), p->model.count);
	cell = seq_queue_peek(&p->queue);
	if (p->model.count == 0)
		ATF_REQUIRE(cell == NULL);
	else {
		first = model_first(&p->model);
		ATF_REQUIRE_EQ(cell->ce_key, p->model.key[first]);
		ATF_REQUIRE_EQ(cell->ce_item.it_words[0],
		    p->model.name[first]);
	}
	for (i = 0; i < sizeof(p->cells[0]); i++) {
		ATF_REQUIRE_EQ(((const uint8_t *)p->cells)[i], 0xa5);
		ATF_REQUIRE_EQ(((const uint8_t *)
		    &p->cells[p->model.capacity + 1])[i], 0xa5);
	}
}

static void
pair_put(struct pair *p, uint64_t key)
{
	union seq_item item;

	item.it_words[0] = p->names++;
	item.it_words[1] = ~item.it_words[0];
	ATF_REQUIRE_EQ(seq_queue_put(&p->queue, key, &item),
	    model_put(&p->model, key, item.it_words[0]));
	pair_check(p);
}

static void
pair_get(struct pair *p)
{
	struct seq_cell cell;
	unsigned int first;

	ATF_REQUIRE_EQ(seq_queue_get(&p->queue, &cell), p->model.count > 0);
	if (p->model.count > 0) {
		first = model_first(&p->model);
		ATF_REQUIRE_EQ(cell.ce_key, p->model.key[first]);
		ATF_REQUIRE_EQ(cell.ce_item.it_words[0],
		    p->model.name[first]);
		ATF_REQUIRE_EQ(cell.ce_item.it_words[1],
		    ~p->model.name[first]);
		model_delete(&p->model, first);
	}
	pair_check(p);
}

static void
pair_clear(struct pair *p)
{

	ATF_REQUIRE_EQ(seq_queue_clear(&p->queue), p->model.count);
	p->model.count = 0;
	pair_check(p);
}

ATF_TC(every_sequence);
ATF_TC_HEAD(every_sequence, tc)
{

	atf_tc_set_md_var(tc, "descr", "A wrong order, count or a write "
	    "outside in any sequence of 7 operations (put of 3 keys, get, "
	    "clear) on 1 to 8 cells");
}
ATF_TC_BODY(every_sequence, tc)
{
	struct pair p;
	unsigned int capacity, code, i, rest;

	for (capacity = 1; capacity <= 8; capacity++) {
		/* 5^7 */
		for (code = 0; code < 78125; code++) {
			pair_init(&p, capacity);
			for (rest = code, i = 0; i < 7; i++, rest /= 5) {
				if (rest % 5 < 3)
					pair_put(&p, rest % 5);
				else if (rest % 5 == 3)
					pair_get(&p);
				else
					pair_clear(&p);
			}
		}
	}
}

ATF_TC(every_order);
ATF_TC_HEAD(every_order, tc)
{

	atf_tc_set_md_var(tc, "descr", "A wrong order of 8 cells, whatever "
	    "of 4 keys each has (65536 fillings)");
}
ATF_TC_BODY(every_order, tc)
{
	struct pair p;
	unsigned int code, i;

	for (code = 0; code < 65536; code++) {
		pair_init(&p, 8);
		for (i = 0; i < 8; i++)
			pair_put(&p, code >> 2 * i & 3);
		pair_put(&p, 0);	/* full */
		while (p.model.count > 0)
			pair_get(&p);
		pair_get(&p);		/* empty */
	}
}

ATF_TC(random_runs);
ATF_TC_HEAD(random_runs, tc)
{

	atf_tc_set_md_var(tc, "descr", "A wrong order in long runs on queues "
	    "of up to 300 cells, with keys at both ends of their range");
}
ATF_TC_BODY(random_runs, tc)
{
	static const unsigned int capacities[] = { 8, 31, 32, 33, 300 };
	struct pair p;
	uint64_t key, x = 88172645463325252;
	unsigned int bias, c, i;

	for (c = 0; c < __arraycount(capacities); c++) {
		pair_init(&p, capacities[c]);
		for (i = 0; i < 20000; i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			/* fill for a while, then empty for a while */
			bias = i / 1000 % 2 == 0 ? 600 : 400;
			key = x >> 32 & 15;
			if ((x >> 40 & 1) != 0)
				key = UINT64_MAX - key;
			if (x % 1000 == 0)
				pair_clear(&p);
			else if (x % 1000 < bias)
				pair_put(&p, key);
			else
				pair_get(&p);
		}
	}
}

ATF_TC(invalid);
ATF_TC_HEAD(invalid, tc)
{

	atf_tc_set_md_var(tc, "descr", "A broken queue that "
	    "seq_queue_valid() takes for a good one");
}
ATF_TC_BODY(invalid, tc)
{
	struct pair p;
	unsigned int i;

	pair_init(&p, 8);
	for (i = 0; i < 8; i++)
		pair_put(&p, 10 + i);
	for (i = 1; i < 8; i++) {
		p.cells[1 + i].ce_key -= 10;
		ATF_CHECK(!seq_queue_valid(&p.queue));
		p.cells[1 + i].ce_key += 10;
		ATF_CHECK(seq_queue_valid(&p.queue));
		p.cells[1 + i].ce_order += 8;
		ATF_CHECK(!seq_queue_valid(&p.queue));
		p.cells[1 + i].ce_order -= 8;
	}
	p.queue.sq_count = 9;
	ATF_CHECK(!seq_queue_valid(&p.queue));
	p.queue.sq_count = 0;
	ATF_CHECK(seq_queue_valid(&p.queue));
	p.queue.sq_capacity = 0;
	ATF_CHECK(!seq_queue_valid(&p.queue));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, every_sequence);
	ATF_TP_ADD_TC(tp, every_order);
	ATF_TP_ADD_TC(tp, random_runs);
	ATF_TP_ADD_TC(tp, invalid);

	return atf_no_error();
}
