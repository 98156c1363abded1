/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_script_sim.c: what devices do, told in scripts (h_script.h).
 *
 * BSDMIDI_SRC is the top of the tree; without it, the scripts are looked for
 * below the current directory.
 */

#include <atf-c.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "h_script.h"

#define SCRIPTS	"tests/dev/midi/scripts"

/* Each file, and what it would catch. */
#define SCRIPT_LIST(X)							\
	X(receive, "a received stream that does not become canonical, or "\
	    "is not told as soon as it could be")			\
	X(transmit, "a written stream that is not sent whole, in the form "\
	    "that the hardware wants")					\
	X(read, "a read(2), poll(2) or FIONREAD that cuts messages or "	\
	    "waits at the wrong time")					\
	X(open, "directions of a device that are not independent, or "	\
	    "hardware that is opened wrongly")				\
	X(sense, "Active Sensing that is not sent, not sent in time, or "\
	    "whose end a reader does not see")				\
	X(output, "output that is lost, stalled or reported wrongly when "\
	    "the hardware lags or fails")				\
	X(seqout, "events that are played wrongly, late or not at all")	\
	X(seqahead, "writers who run too far ahead, or are held for nothing") \
	X(seqin, "received messages that become wrong records or none")	\
	X(seqioctl, "a request to the sequencer that is answered wrongly")\
	X(seqold, "an old record that is misunderstood")		\
	X(notify, "readiness that kqueue(2) or SIGIO does not tell")	\
	X(flaws, "one of the known flaws of NetBSD's implementation")

static const char *
script_folder(void)
{
	static char path[1024];
	const char *top = getenv("BSDMIDI_SRC");

	snprintf(path, sizeof(path), "%s/%s", top != NULL ? top : ".",
	    SCRIPTS);
	return path;
}

/* Play all cases of a file. */
static void
script_play(const char *name)
{
	struct h_script *hs;
	struct sim_result res;
	char path[1100];
	unsigned int i;

	snprintf(path, sizeof(path), "%s/%s.txt", script_folder(), name);
	hs = h_script_load(path);
	ATF_REQUIRE(h_script_cases(hs) > 0);
	for (i = 0; i < h_script_cases(hs); i++) {
		if (h_script_run(hs, i, NULL, &res) != SIM_END_OK)
			atf_tc_fail("%s: %s: %s", h_script_name(hs, i),
			    sim_end_name(res.end), res.text);
	}
	h_script_free(hs);
}

#define SCRIPT_CASE(name, text)						\
ATF_TC(name);								\
ATF_TC_HEAD(name, tc)							\
{									\
	atf_tc_set_md_var(tc, "descr", text);				\
}									\
ATF_TC_BODY(name, tc)							\
{									\
	script_play(#name);						\
}
SCRIPT_LIST(SCRIPT_CASE)

/* Is there a case for the file? */
static int
script_known(const char *file)
{
#define SCRIPT_NAME(name, text)	#name ".txt",
	static const char *const names[] = { SCRIPT_LIST(SCRIPT_NAME) };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(names[i], file) == 0)
			return 1;
	}
	return 0;
}

ATF_TC(all);
ATF_TC_HEAD(all, tc)
{
	atf_tc_set_md_var(tc, "descr", "a file of scripts that nobody plays");
}
ATF_TC_BODY(all, tc)
{
	struct dirent *de;
	DIR *dir;

	dir = opendir(script_folder());
	ATF_REQUIRE(dir != NULL);
	while ((de = readdir(dir)) != NULL) {
		if (de->d_name[0] != '.' && !script_known(de->d_name))
			atf_tc_fail("%s is not played", de->d_name);
	}
	closedir(dir);
}

ATF_TP_ADD_TCS(tp)
{
#define SCRIPT_ADD(name, text)	ATF_TP_ADD_TC(tp, name);
	SCRIPT_LIST(SCRIPT_ADD)
	ATF_TP_ADD_TC(tp, all);
	return atf_no_error();
}
