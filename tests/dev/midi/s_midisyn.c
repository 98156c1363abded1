/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * s_midisyn.c: midisyn over a driver as NetBSD's are, with few methods or with
 * all that are NetBSD's, and with a spin lock: which calls it gets.
 */

#include "h_bytes.h"
#include "h_scenario.h"
#include "kernspace/testsyn.h"

static struct hosted_file *file;

static bool
begin(int kind)
{

	if (!h_boot(0))
		return false;
	if (!H_REFUSED(testsyn_attach(kind)) &&
	    !H_REFUSED(h_open("rmidi0", HOSTED_WRITE, &file)))
		return true;
	h_shutdown();
	return false;
}

static void
end(void)
{

	h_close(file);
	h_shutdown();
}

static void
send(const char *bytes)
{
	uint8_t buf[H_BYTES_MAX];
	size_t done;

	(void)h_write_all(file, buf, h_bytes_from(bytes, buf), &done);
	h_settle();
}

/* Send, and see these calls. */
static void
calls(const char *bytes, const char *want)
{
	char got[8192];

	send(bytes);
	testsyn_calls(got, sizeof(got));
	if (strcmp(got, want) != 0)
		sim_fail("%s:\n%s\ninstead of\n%s", bytes, got, want);
}

H_CASE(least, 4, SIM_FAULT_ALL & ~SIM_FAULT_COPY, 1,
    "catches a driver with two methods that gets others, a level without its "
    "velocity, drums, or a voice that is taken although one is free")
{

	if (!begin(TESTSYN_LEAST))
		return;
	if (h_fault()) {
		end();
		return;
	}
	/* 40 log10 of 64/127 and of 100/127, in centibel. */
	calls("c0 05 b0 07 7f 90 3c 40", "attack:0:6000:-119:5 ");
	calls("90 40 7f", "attack:1:6400:0:5 ");
	calls("e0 7f 7f b0 07 64", "");
	calls("91 43 7f", "attack:2:6700:-42:0 ");
	calls("99 24 7f", "");
	calls("80 3c 20", "release:0:32 ");
	calls("90 30 7f", "attack:0:5000:-42:5 ");
	calls("b0 7b 00", "release:0:64 release:1:64 ");
	calls("b1 78 00", "release:2:127 ");
	end();
}

H_CASE(most, 4, 0, 0,
    "catches a method of NetBSD's that is not called, or not with what it is "
    "to get, or a driver's own volume that is in the level as well")
{
	char text[8192];

	SIM_CHECK(begin(TESTSYN_MOST));
	testsyn_calls(text, sizeof(text));
	SIM_CHECK(strcmp(text, "open ") == 0);
	calls("c3 07", "program:3:7 ");
	/* The velocity goes beside the level. */
	calls("b3 07 7f 93 3c 40",
	    "notice:1:3:7:16256 strike:2:6000:0:64 ");
	calls("b3 0b 40", "notice:1:3:11:8192 level:2:-119 ");
	calls("e3 00 60", "pitch:2:6100 ");
	calls("b3 65 00 64 00 06 0c",
	    "notice:2:3:0:1536 pitch:2:6600 ");
	calls("b3 79 00", "notice:4:3:0:0 level:2:0 pitch:2:6000 ");
	calls("b3 7e 01", "notice:8:3:126:0 release:2:64 ");
	testsyn_does(7);
	calls("93 3c 40 b3 07 20",
	    "strike:2:6000:0:64 notice:1:3:7:4096 level:2:0 ");
	calls("b3 0b 40", "notice:1:3:11:8192 level:2:-119 ");
	/* What the last user leaves. */
	h_close(file);
	testsyn_calls(text, sizeof(text));
	SIM_CHECK(strstr(text, "release:2:") != NULL);
	SIM_CHECK(strcmp(text + strlen(text) - 6, "close ") == 0);
	SIM_CHECK_EQ(h_open("rmidi0", HOSTED_WRITE, &file), 0);
	end();
}

H_CASE(spin, 10, 0, 0,
    "catches vibrato below a spin lock that sets an alarm under it, or does "
    "not end with the note or the user")
{
	char text[8192];

	SIM_CHECK(begin(TESTSYN_MOST));
	send("b0 01 7f 90 3c 7f");
	testsyn_calls(text, sizeof(text));
	sim_sleep_ns(60 * H_MS);
	testsyn_calls(text, sizeof(text));
	SIM_CHECK(strncmp(text, "pitch:2:", 8) == 0);
	send("80 3c 40");
	testsyn_calls(text, sizeof(text));
	SIM_CHECK(strstr(text, "release:2:64 ") != NULL);
	sim_sleep_ns(60 * H_MS);
	testsyn_calls(text, sizeof(text));
	SIM_CHECK_EQ(text[0], '\0');
	send("90 3c 7f");
	h_close(file);
	testsyn_calls(text, sizeof(text));
	sim_sleep_ns(60 * H_MS);
	testsyn_calls(text, sizeof(text));
	SIM_CHECK_EQ(text[0], '\0');
	SIM_CHECK_EQ(h_open("rmidi0", HOSTED_WRITE, &file), 0);
	end();
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, least);
	ATF_TP_ADD_TC(tp, most);
	ATF_TP_ADD_TC(tp, spin);
	return atf_no_error();
}
