/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * t_midi_setting.c: the table of settings.
 */

#include <dev/midi/midi_setting.h>

#include <atf-c.h>
#include <string.h>

ATF_TC(table);
ATF_TC_HEAD(table, tc)
{

	atf_tc_set_md_var(tc, "descr", "A key without an entry, a name twice "
	    "or too long for its field, or a default out of its own range");
}
ATF_TC_BODY(table, tc)
{
	struct midi_setting_value v;
	const struct midi_setting *ms;
	int key;

	for (key = 0; key < MIDI_NSETTINGS; key++) {
		ms = midi_setting_of(key);
		ATF_REQUIRE(ms != NULL && ms->ms_name != NULL);
		ATF_CHECK(strlen(ms->ms_name) < sizeof(v.msv_name));
		ATF_CHECK_EQ(midi_setting_find(ms->ms_name,
		    strlen(ms->ms_name) + 1), key);
		ATF_CHECK_MSG(midi_setting_valid(key, ms->ms_default), "%s",
		    ms->ms_name);
		ATF_CHECK(midi_setting_valid(key, ms->ms_least));
		ATF_CHECK(midi_setting_valid(key, ms->ms_greatest));
		ATF_CHECK(!midi_setting_valid(key, ms->ms_least - 1LL));
		ATF_CHECK(!midi_setting_valid(key, ms->ms_greatest + 1LL));
		ATF_CHECK(!midi_setting_valid(key, 1LL << 32));
		if (ms->ms_kind == MIDI_SETTING_IS_POWER)
			ATF_CHECK(!midi_setting_valid(key,
			    ms->ms_least + 1LL));
	}
	ATF_CHECK(midi_setting_of(-1) == NULL);
	ATF_CHECK(midi_setting_of(MIDI_NSETTINGS) == NULL);
	ATF_CHECK(!midi_setting_valid(-1, 0));
	ATF_CHECK(!midi_setting_valid(MIDI_NSETTINGS, 0));
}

ATF_TC(find);
ATF_TC_HEAD(find, tc)
{

	atf_tc_set_md_var(tc, "descr", "A name that is found by its beginning, "
	    "or read beyond the end of its field");
}
ATF_TC_BODY(find, tc)
{

	ATF_CHECK_EQ(midi_setting_find("raw", 3), MIDI_SETTING_RAW);
	ATF_CHECK_EQ(midi_setting_find("rawer", 3), MIDI_SETTING_RAW);
	ATF_CHECK_EQ(midi_setting_find("raw", 2), -1);
	ATF_CHECK_EQ(midi_setting_find("rawe", 5), -1);
	ATF_CHECK_EQ(midi_setting_find("", 1), -1);
	ATF_CHECK_EQ(midi_setting_find("raw", 0), -1);
}

ATF_TC(inherit);
ATF_TC_HEAD(inherit, tc)
{

	atf_tc_set_md_var(tc, "descr", "A file that begins with another value "
	    "than its port's, or narrows twice what the port filters");
}
ATF_TC_BODY(inherit, tc)
{
	struct midi_settings port, file;

	midi_setting_init(&port);
	port.mss_value[MIDI_SETTING_SYNC] = 1;
	port.mss_value[MIDI_SETTING_RX_CHANNELS] = 1;
	midi_setting_inherit(&file, &port);
	ATF_CHECK_EQ(midi_setting_get(&file, MIDI_SETTING_SYNC), 1);
	ATF_CHECK_EQ(midi_setting_get(&file, MIDI_SETTING_RX_CHANNELS),
	    MIDI_CHANNELS_ALL);
	ATF_CHECK_EQ(midi_setting_get(&file, MIDI_SETTING_EXCLUSIVE), 1);
}

ATF_TC(describe);
ATF_TC_HEAD(describe, tc)
{

	atf_tc_set_md_var(tc, "descr", "A description that is cut or not that "
	    "of the table, or has no end");
}
ATF_TC_BODY(describe, tc)
{
	struct midi_setting_info msi;
	const struct midi_setting *ms;
	int key;

	for (key = 0; key < MIDI_NSETTINGS; key++) {
		memset(&msi, 0xff, sizeof(msi));
		msi.msi_index = key;
		ATF_REQUIRE(midi_setting_describe(&msi));
		ms = midi_setting_of(key);
		ATF_CHECK_STREQ(msi.msi_name, ms->ms_name);
		ATF_CHECK_STREQ(msi.msi_text, ms->ms_text);
		ATF_CHECK_EQ(msi.msi_default, ms->ms_default);
		ATF_CHECK_EQ((msi.msi_scopes & 1 << MIDI_SCOPE_FILE) != 0,
		    ms->ms_use != MIDI_SETTING_PORT &&
		    ms->ms_use != MIDI_SETTING_SYSTEM);
		ATF_CHECK_EQ((msi.msi_scopes & 1 << MIDI_SCOPE_PORT) != 0,
		    ms->ms_use != MIDI_SETTING_SYSTEM);
		ATF_CHECK((msi.msi_scopes & 1 << MIDI_SCOPE_ALL) != 0);
	}
	msi.msi_index = MIDI_NSETTINGS;
	ATF_CHECK(!midi_setting_describe(&msi));
	msi.msi_index = -1;
	ATF_CHECK(!midi_setting_describe(&msi));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, table);
	ATF_TP_ADD_TC(tp, find);
	ATF_TP_ADD_TC(tp, inherit);
	ATF_TP_ADD_TC(tp, describe);
	return atf_no_error();
}
