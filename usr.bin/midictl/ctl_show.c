/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ctl_show.c: ports, connections and events, for people and as JSON.
 *
 * JSON is what scripts should read: members are added to it, none is taken
 * away or renamed.
 */

#include <string.h>

#include "ctl_connect.h"
#include "ctl_filter.h"
#include "ctl_setting.h"
#include "ctl_show.h"
#include "msgtext.h"

/*
 * For people.
 */

static const char *
ctl_show_dirs(unsigned dirs)
{

	switch (dirs) {
	case MIDICTL_IN:
		return "in";
	case MIDICTL_OUT:
		return "out";
	case MIDICTL_IN | MIDICTL_OUT:
		return "in out";
	default:
		return "none";
	}
}

static void
ctl_show_port(const struct midictl_port *mp, FILE *out)
{
	unsigned i;

	fprintf(out, "%d: %s: %s at %s, %s", mp->mp_unit, mp->mp_name,
	    mp->mp_xname, mp->mp_parent, ctl_show_dirs(mp->mp_dirs));
	if (mp->mp_far >= 0)
		fprintf(out, ", cable to %d", mp->mp_far);
	fputc('\n', out);
	for (i = 0; i < mp->mp_nopeners; i++)
		fprintf(out, "\topen by %d: %s\n", mp->mp_openers[i].mo_pid,
		    ctl_show_dirs(mp->mp_openers[i].mo_dirs));
	if (mp->mp_readers + mp->mp_writers > 2 * mp->mp_nopeners)
		fprintf(out, "\tand by others\n");
	for (i = 0; i < mp->mp_nlisteners; i++)
		fprintf(out, "\theard by %d: %s\n",
		    mp->mp_listeners[i].ml_pid,
		    ctl_show_dirs(mp->mp_listeners[i].ml_dirs));
}

static void
ctl_show_connection(const struct midictl_connection *mc, FILE *out)
{
	char text[CTL_FILTER_BYTES];

	fprintf(out, "%d -> %d:", mc->mc_source, mc->mc_dest);
	if (mc->mc_channels != MIDI_CHANNELS_ALL) {
		ctl_filter_channels_text(mc->mc_channels, text);
		fprintf(out, " channels %s,", text);
	}
	if (mc->mc_kinds != MIDI_KINDS_ALL) {
		ctl_filter_kinds_text(mc->mc_kinds, text);
		fprintf(out, " kinds %s,", text);
	}
	if (mc->mc_transpose != 0)
		fprintf(out, " transpose %d,", mc->mc_transpose);
	fprintf(out, " %llu messages, %llu bytes", mc->mc_passed_msgs,
	    mc->mc_passed_bytes);
	if (mc->mc_dropped_bytes != 0)
		fprintf(out, ", %llu bytes dropped", mc->mc_dropped_bytes);
	fputc('\n', out);
}

static void
ctl_show_settings(const struct ctl_port_node *cn, int unit, FILE *out)
{

	fputs("\tset", out);
	ctl_setting_words(cn, unit, true, out);
	fputc('\n', out);
}

void
ctl_show_list(const struct ctl_port_node *cn, bool settings, FILE *out)
{
	struct midictl_connection mc;
	struct midictl_port mp;
	unsigned id;
	int unit;

	for (unit = 0; ctl_port_next(cn, unit, &mp); unit = mp.mp_unit + 1) {
		ctl_show_port(&mp, out);
		if (settings)
			ctl_show_settings(cn, mp.mp_unit, out);
	}
	for (id = 0; ctl_connect_next(cn, id, &mc); id = mc.mc_id + 1)
		ctl_show_connection(&mc, out);
}

static void
ctl_show_stream(const char *what, const struct midi_stream_stats *mst,
    FILE *out)
{

	fprintf(out, "\t%s %llu bytes, %llu messages", what, mst->mst_bytes,
	    mst->mst_msgs);
	if (mst->mst_waiting_bytes != 0)
		fprintf(out, ", %llu bytes wait", mst->mst_waiting_bytes);
	if (mst->mst_discarded_bytes != 0)
		fprintf(out, ", %llu bytes discarded",
		    mst->mst_discarded_bytes);
	if (mst->mst_incomplete_msgs != 0)
		fprintf(out, ", %llu messages incomplete",
		    mst->mst_incomplete_msgs);
	if (mst->mst_lost_bytes != 0)
		fprintf(out, ", %llu bytes lost", mst->mst_lost_bytes);
	fprintf(out, ", at most %llu bytes waited\n", mst->mst_high_bytes);
}

void
ctl_show_stats(const struct midictl_port *mp, const struct midi_stats *ms,
    FILE *out)
{

	fprintf(out, "%d: %s\n", mp->mp_unit, mp->mp_name);
	if (mp->mp_dirs & MIDICTL_IN)
		ctl_show_stream("received", &ms->ms_rcv_attach, out);
	if (mp->mp_dirs & MIDICTL_OUT)
		ctl_show_stream("sent", &ms->ms_xmt_attach, out);
}

void
ctl_show_event(const struct midictl_event *me, FILE *out)
{

	if (me->me_lost != 0)
		fprintf(out, "missed %u\n", me->me_lost);
	switch (me->me_type) {
	case MIDICTL_PORT_CAME:
	case MIDICTL_PORT_WENT:
		fprintf(out, "%s %d %s\n",
		    me->me_type == MIDICTL_PORT_CAME ? "came" : "went",
		    me->me_unit, me->me_name);
		break;
	case MIDICTL_CONNECTED:
	case MIDICTL_DISCONNECTED:
		fprintf(out, "%s %d %d\n",
		    me->me_type == MIDICTL_CONNECTED ? "connected" :
		    "disconnected", me->me_unit, me->me_dest);
		break;
	case MIDICTL_SETTING:
		if (me->me_unit == MIDICTL_ANY)
			fprintf(out, "set all");
		else
			fprintf(out, "set %d", me->me_unit);
		fprintf(out, " %s=%d\n", me->me_name, me->me_value);
		break;
	default:
		fprintf(out, "event %u\n", me->me_type);
		break;
	}
}

/*
 * JSON.
 */

static void
ctl_show_string(const char *text, FILE *out)
{

	msgtext_json_string(text, strlen(text), out);
}

static const char *
ctl_show_dirs_json(unsigned dirs)
{

	switch (dirs) {
	case MIDICTL_IN:
		return "[\"in\"]";
	case MIDICTL_OUT:
		return "[\"out\"]";
	case MIDICTL_IN | MIDICTL_OUT:
		return "[\"in\",\"out\"]";
	default:
		return "[]";
	}
}

static void
ctl_show_port_json(const struct ctl_port_node *cn,
    const struct midictl_port *mp, FILE *out)
{
	unsigned i;

	fprintf(out, "{\"unit\":%d,\"name\":", mp->mp_unit);
	ctl_show_string(mp->mp_name, out);
	fprintf(out, ",\"device\":");
	ctl_show_string(mp->mp_xname, out);
	fprintf(out, ",\"parent\":");
	ctl_show_string(mp->mp_parent, out);
	fprintf(out, ",\"directions\":%s,\"flow\":%s,\"cable\":",
	    ctl_show_dirs_json(mp->mp_dirs),
	    mp->mp_flags & MIDICTL_PORT_FLOW ? "true" : "false");
	if (mp->mp_far >= 0)
		fprintf(out, "%d", mp->mp_far);
	else
		fprintf(out, "null");
	fprintf(out, ",\"sources\":%u,\"destinations\":%u,\"readers\":%u,"
	    "\"writers\":%u,\"openers\":[", mp->mp_sources, mp->mp_dests,
	    mp->mp_readers, mp->mp_writers);
	for (i = 0; i < mp->mp_nopeners; i++)
		fprintf(out, "%s{\"pid\":%d,\"directions\":%s}",
		    i != 0 ? "," : "", mp->mp_openers[i].mo_pid,
		    ctl_show_dirs_json(mp->mp_openers[i].mo_dirs));
	fprintf(out, "],\"listeners\":[");
	for (i = 0; i < mp->mp_nlisteners; i++)
		fprintf(out, "%s{\"pid\":%d,\"directions\":%s}",
		    i != 0 ? "," : "", mp->mp_listeners[i].ml_pid,
		    ctl_show_dirs_json(mp->mp_listeners[i].ml_dirs));
	fprintf(out, "],\"settings\":");
	(void)ctl_setting_print(cn, mp->mp_unit, NULL, true, out);
	fprintf(out, "}");
}

static void
ctl_show_connection_json(const struct midictl_connection *mc, FILE *out)
{
	const char *comma = "";
	unsigned i;
	char text[CTL_FILTER_BYTES];

	fprintf(out, "{\"id\":%u,\"source\":%d,\"destination\":%d,"
	    "\"duplex\":%s,\"channels\":[", mc->mc_id, mc->mc_source,
	    mc->mc_dest, mc->mc_flags & MIDICTL_DUPLEX ? "true" : "false");
	for (i = 0; i < 16; i++) {
		if ((mc->mc_channels & 1U << i) == 0)
			continue;
		fprintf(out, "%s%u", comma, i);
		comma = ",";
	}
	ctl_filter_kinds_text(mc->mc_kinds, text);
	fprintf(out, "],\"kinds\":\"%s\",\"transpose\":%d,\"messages\":%llu,"
	    "\"bytes\":%llu,\"filtered\":%llu,\"dropped\":%llu}", text,
	    mc->mc_transpose, mc->mc_passed_msgs, mc->mc_passed_bytes,
	    mc->mc_filtered_bytes, mc->mc_dropped_bytes);
}

void
ctl_show_list_json(const struct ctl_port_node *cn, FILE *out)
{
	struct midictl_connection mc;
	struct midictl_port mp;
	const char *comma = "";
	unsigned id;
	int unit;

	fprintf(out, "{\"ports\":[");
	for (unit = 0; ctl_port_next(cn, unit, &mp); unit = mp.mp_unit + 1) {
		fprintf(out, "%s", comma);
		ctl_show_port_json(cn, &mp, out);
		comma = ",";
	}
	fprintf(out, "],\"connections\":[");
	comma = "";
	for (id = 0; ctl_connect_next(cn, id, &mc); id = mc.mc_id + 1) {
		fprintf(out, "%s", comma);
		ctl_show_connection_json(&mc, out);
		comma = ",";
	}
	fprintf(out, "]}\n");
}

static void
ctl_show_stream_json(const char *what, const struct midi_stream_stats *mst,
    FILE *out)
{

	fprintf(out, ",\"%s\":{\"bytes\":%llu,\"messages\":%llu,"
	    "\"discarded\":%llu,\"incomplete\":%llu,\"lost\":%llu,"
	    "\"waiting\":%llu,\"high\":%llu}", what, mst->mst_bytes,
	    mst->mst_msgs, mst->mst_discarded_bytes,
	    mst->mst_incomplete_msgs, mst->mst_lost_bytes,
	    mst->mst_waiting_bytes, mst->mst_high_bytes);
}

void
ctl_show_stats_json(const struct midictl_port *mp,
    const struct midi_stats *ms, FILE *out)
{

	fprintf(out, "{\"unit\":%d,\"name\":", mp->mp_unit);
	ctl_show_string(mp->mp_name, out);
	if (mp->mp_dirs & MIDICTL_IN)
		ctl_show_stream_json("received", &ms->ms_rcv_attach, out);
	if (mp->mp_dirs & MIDICTL_OUT)
		ctl_show_stream_json("sent", &ms->ms_xmt_attach, out);
	fprintf(out, "}");
}

void
ctl_show_event_json(const struct midictl_event *me, FILE *out)
{
	static const char *const types[] = {
		"unknown", "came", "went", "connected", "disconnected", "set"
	};
	const unsigned type = me->me_type <= MIDICTL_SETTING ? me->me_type : 0;

	fprintf(out, "{\"number\":%llu,\"missed\":%u,\"type\":\"%s\",",
	    me->me_number, me->me_lost, types[type]);
	switch (me->me_type) {
	case MIDICTL_CONNECTED:
	case MIDICTL_DISCONNECTED:
		fprintf(out, "\"id\":%u,\"source\":%d,\"destination\":%d}\n",
		    me->me_id, me->me_unit, me->me_dest);
		break;
	default:
		fprintf(out, "\"unit\":%d,\"name\":", me->me_unit);
		ctl_show_string(me->me_name, out);
		fprintf(out, ",\"value\":%d}\n", me->me_value);
		break;
	}
}
