/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_seq_line: lines of waiting events in one pool against arrays that are
 * moved up.
 */

#include <atf-c.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <dev/midi/seq_line.h>

#define CELLS_MAX	64
#define LINES		5
#define STEPS		200000

/* The model: the names in each line. */
static struct {
	uint64_t	names[CELLS_MAX];
	unsigned int	count;
} model[LINES];

static struct seq_line_pool pool;
static struct seq_line lines[LINES];
/* One more at each end, which stay as they are. */
static struct seq_line_cell cells[2][CELLS_MAX + 2];
static unsigned int capacity;
static uint64_t names;

static uint64_t
chance(uint64_t n)
{
	static uint64_t state = 88172645463325252ULL;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % n;
}

static void
check_wait(const struct seq_wait *wa, uint64_t name)
{

	ATF_REQUIRE_EQ(wa->wa_order, name);
	ATF_REQUIRE_EQ(wa->wa_due_ns, ~name);
	ATF_REQUIRE_EQ(wa->wa_item.it_words[0], name * 3);
	ATF_REQUIRE_EQ(wa->wa_item.it_words[1], name * 5);
}

static unsigned int
total(void)
{
	unsigned int i, sum = 0;

	for (i = 0; i < LINES; i++)
		sum += model[i].count;
	return sum;
}

static void
check_all(void)
{
	const uint8_t *bytes;
	const struct seq_wait *wa;
	unsigned int i;
	size_t k;

	ATF_REQUIRE(seq_line_pool_valid(&pool, lines, LINES));
	ATF_REQUIRE_EQ(seq_line_pool_count(&pool), total());
	for (i = 0; i < LINES; i++) {
		ATF_REQUIRE_EQ(seq_line_count(&lines[i]), model[i].count);
		wa = seq_line_peek(&pool, &lines[i]);
		ATF_REQUIRE_EQ(wa != NULL, model[i].count != 0);
		if (wa != NULL)
			check_wait(wa, model[i].names[0]);
	}
	for (i = 0; i < 2; i++) {
		bytes = (const uint8_t *)&cells[i][0];
		for (k = 0; k < sizeof(cells[i][0]); k++)
			ATF_REQUIRE_EQ(bytes[k], 0xa5);
		bytes = (const uint8_t *)&cells[i][CELLS_MAX + 1];
		for (k = 0; k < sizeof(cells[i][0]); k++)
			ATF_REQUIRE_EQ(bytes[k], 0xa5);
	}
}

static void
step_put(unsigned int i)
{
	struct seq_wait wait;
	const uint64_t name = ++names;
	const bool room = total() < capacity;

	wait.wa_order = name;
	wait.wa_due_ns = ~name;
	wait.wa_item.it_words[0] = name * 3;
	wait.wa_item.it_words[1] = name * 5;
	ATF_REQUIRE_EQ(seq_line_put(&pool, &lines[i], &wait), room);
	if (room)
		model[i].names[model[i].count++] = name;
}

static void
step_get(unsigned int i)
{
	struct seq_wait wait;

	ATF_REQUIRE_EQ(seq_line_get(&pool, &lines[i], &wait),
	    model[i].count != 0);
	if (model[i].count == 0)
		return;
	check_wait(&wait, model[i].names[0]);
	model[i].count--;
	memmove(model[i].names, model[i].names + 1,
	    model[i].count * sizeof(model[i].names[0]));
}

/* The other array, with at least as many cells. */
static void
step_move(void)
{
	struct seq_line_cell *before, *to;

	to = pool.lp_cells == cells[0] + 1 ? cells[1] : cells[0];
	capacity += chance(CELLS_MAX - capacity + 1);
	before = pool.lp_cells;
	memset(to, 0xa5, sizeof(cells[0]));
	ATF_REQUIRE_EQ(seq_line_pool_move(&pool, to + 1, capacity), before);
	/* What was there is not needed any more. */
	memset(before - 1, 0xa5, sizeof(cells[0]));
}

static void
begin(unsigned int n)
{

	memset(cells, 0xa5, sizeof(cells));
	memset(lines, 0, sizeof(lines));
	memset(model, 0, sizeof(model));
	capacity = n;
	seq_line_pool_init(&pool, cells[0] + 1, n);
	check_all();
}

ATF_TC(chance);
ATF_TC_HEAD(chance, tc)
{

	atf_tc_set_md_var(tc, "descr", "An event lost, doubled, changed or in "
	    "another line or order, or a write outside the cells");
}
ATF_TC_BODY(chance, tc)
{
	unsigned int i, k;

	begin(1);
	for (k = 0; k < STEPS; k++) {
		i = chance(LINES);
		switch (chance(k / 1000 % 2 ? 16 : 8)) {
		case 0:
			ATF_REQUIRE_EQ(seq_line_clear(&pool, &lines[i]),
			    model[i].count);
			model[i].count = 0;
			break;
		case 1:
			if (chance(40) == 0)
				step_move();
			break;
		case 2:
		case 3:
		case 4:
			step_get(i);
			break;
		default:
			step_put(i);
			break;
		}
		check_all();
		if (k % 10000 == 9999)
			begin(1 + chance(CELLS_MAX));
	}
}

ATF_TC(full);
ATF_TC_HEAD(full, tc)
{

	atf_tc_set_md_var(tc, "descr", "A cell that is not found again, or is "
	    "found twice");
}
ATF_TC_BODY(full, tc)
{
	unsigned int i, k, n, round;

	for (n = 1; n <= CELLS_MAX; n++) {
		begin(n);
		for (round = 0; round < 6; round++) {
			for (k = 0; k < n; k++)
				step_put(chance(LINES));
			check_all();
			step_put(0);		/* one too many */
			check_all();
			for (i = 0; i < LINES; i++) {
				if ((i + round) % 2 == 0) {
					(void)seq_line_clear(&pool,
					    &lines[i]);
					model[i].count = 0;
				} else while (model[i].count != 0)
					step_get(i);
				check_all();
			}
		}
	}
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, chance);
	ATF_TP_ADD_TC(tp, full);
	return atf_no_error();
}
