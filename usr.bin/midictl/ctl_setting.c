/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ctl_setting.c: settings of ports.
 *
 * Which there are the kernel says; kinds of messages can be given in words.
 */

#include <sys/ioctl.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ctl_filter.h"
#include "ctl_setting.h"

static bool
ctl_setting_next(const struct ctl_port_node *cn, int index,
    struct midi_setting_info *msi)
{

	memset(msi, 0, sizeof(*msi));
	msi->msi_index = index;
	return ioctl(cn->fd, MIDI_SETTINGINFO, msi) == 0;
}

/* Read one.  0 or an errno. */
static int
ctl_setting_get(const struct ctl_port_node *cn, int unit, const char *name,
    long long *value)
{
	struct midictl_setting ms;

	memset(&ms, 0, sizeof(ms));
	ms.ms_unit = unit;
	snprintf(ms.ms_value.msv_name, sizeof(ms.ms_value.msv_name), "%s",
	    name);
	if (ioctl(cn->fd, MIDICTL_GETSETTING, &ms) == -1)
		return errno;
	*value = ms.ms_value.msv_value;
	return 0;
}

/*
 * The setting with this index, or the next one, that ports have, or all of
 * them: *msi, its index in it, and its value.  1; 0: there is no more; or a
 * negated errno.
 */
static int
ctl_setting_each(const struct ctl_port_node *cn, int unit, int index,
    struct midi_setting_info *msi, long long *value)
{
	const int scope = unit == MIDICTL_ANY ? MIDI_SCOPE_ALL :
	    MIDI_SCOPE_PORT;
	int error;

	for (; ctl_setting_next(cn, index, msi); index++) {
		if ((msi->msi_scopes & 1 << scope) == 0)
			continue;
		error = ctl_setting_get(cn, unit, msi->msi_name, value);
		return error != 0 ? -error : 1;
	}
	return 0;
}

int
ctl_setting_print(const struct ctl_port_node *cn, int unit, const char *name,
    bool json, FILE *out)
{
	struct midi_setting_info msi;
	const char *comma = "";
	long long value = 0;
	int got, found = 0, i;

	if (json)
		fprintf(out, "{");
	for (i = 0; (got = ctl_setting_each(cn, unit, i, &msi, &value)) == 1;
	    i = msi.msi_index + 1) {
		if (name != NULL && strcmp(name, msi.msi_name) != 0)
			continue;
		if (json)
			fprintf(out, "%s\"%s\":%lld", comma, msi.msi_name,
			    value);
		else
			fprintf(out, "%s=%lld\n", msi.msi_name, value);
		comma = ",";
		found++;
	}
	if (json)
		fprintf(out, "}");
	return got != 0 ? -got : found != 0 || name == NULL ? 0 : EINVAL;
}

void
ctl_setting_words(const struct ctl_port_node *cn, int unit, bool others,
    FILE *out)
{
	struct midi_setting_info msi;
	long long value = 0;
	int i;

	for (i = 0; ctl_setting_each(cn, unit, i, &msi, &value) == 1;
	    i = msi.msi_index + 1)
		if (!others || value != msi.msi_default)
			fprintf(out, " %s=%lld", msi.msi_name, value);
}

/* The number that the value of the setting of this name is. */
static bool
ctl_setting_value(const char *name, const char *text, long long *value)
{
	unsigned mask;
	char *end;

	if (strcmp(name, "rx_kinds") == 0 && ctl_filter_kinds(text, &mask)) {
		*value = mask;
		return true;
	}
	errno = 0;
	*value = strtoll(text, &end, 0);
	return errno == 0 && end != text && *end == '\0';
}

int
ctl_setting_set(const struct ctl_port_node *cn, int unit, const char *text)
{
	const char *value = strchr(text, '=');
	struct midictl_setting ms;

	memset(&ms, 0, sizeof(ms));
	ms.ms_unit = unit;
	if (value == NULL || (size_t)(value - text) >=
	    sizeof(ms.ms_value.msv_name))
		return -1;
	memcpy(ms.ms_value.msv_name, text, (size_t)(value - text));
	if (!ctl_setting_value(ms.ms_value.msv_name, value + 1,
	    &ms.ms_value.msv_value))
		return -1;
	return ioctl(cn->fd, MIDICTL_SETSETTING, &ms) == -1 ? errno : 0;
}
