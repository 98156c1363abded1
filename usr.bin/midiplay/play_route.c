/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * play_route.c: to which device a track plays.
 *
 * A file that needs more than 16 channels says for each track which port it
 * is for, by a number or by the name of a device.  Rules say where these go.
 * A port without a rule goes to the devices given, in turn; a name without
 * one to the device that has exactly this name, or changes nothing.  Pure.
 */

#include <string.h>

#include "play_route.h"

uint8_t
play_route_port(const struct play_route *r, uint8_t port)
{
	char text[4];
	unsigned i;

	snprintf(text, sizeof(text), "%u", port);
	for (i = 0; i < r->nrules; i++)
		if (strcmp(r->rules[i].from, text) == 0)
			return r->rules[i].unit;
	return r->nunits > 0 ? r->units[port % r->nunits] : 0;
}

static bool
play_route_same(const char *name, const struct smf_event *ev)
{

	return strlen(name) == ev->length &&
	    memcmp(name, ev->data, ev->length) == 0;
}

static uint8_t
play_route_name(const struct play_route *r, const struct smf_event *ev,
    uint8_t unit)
{
	unsigned i;

	for (i = 0; i < r->nrules; i++)
		if (play_route_same(r->rules[i].from, ev))
			return r->rules[i].unit;
	for (i = 0; i < r->nnames; i++)
		if (r->names[i][0] != '\0' &&
		    play_route_same(r->names[i], ev))
			return (uint8_t)i;
	return unit;
}

uint8_t
play_route_meta(const struct play_route *r, const struct smf_event *ev,
    uint8_t unit)
{

	if (ev->type == SMF_META_PORT && ev->length > 0)
		return play_route_port(r, ev->data[0] & 0x7f);
	if (ev->type == SMF_META_DEVICE)
		return play_route_name(r, ev, unit);
	return unit;
}

bool
play_route_used(const struct play_route *r, uint8_t unit)
{
	unsigned i;

	for (i = 0; i < r->nunits; i++)
		if (r->units[i] == unit)
			return true;
	for (i = 0; i < r->nrules; i++)
		if (r->rules[i].unit == unit)
			return true;
	return false;
}
