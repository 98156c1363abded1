/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * seq_info.c: what programs ask the sequencer about its devices.
 *
 * OSS knows synthesizers, which have voices, banks and memory for samples,
 * and MIDI ports.  Here each device is both, and has the same number as
 * either: a synthesizer behind a cable, of which nothing is known but the
 * name, and which has no memory that we could fill.
 *
 * Locks: none but for a moment; most is asked of midi(4).
 */

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/ioctl.h>
#include <sys/midiio.h>

#include <dev/midi_if.h>
#include <dev/midi/sequencervar.h>

/* What midi(4) says of a device.  EINVAL: no such number; ENXIO: it is not
 * there now. */
static int
seq_info_of(struct sequencer *sq, int n, struct midi_info *mi)
{

	if (n < 0 || n >= (int)seq_device_count(sq))
		return EINVAL;
	midi_getinfo(makedev(0, n), mi);
	return mi->name != NULL ? 0 : ENXIO;
}

static u_int
seq_info_capabilities(const struct midi_info *mi)
{

	return (mi->props & MIDI_PROP_CAN_INPUT) ? SYNTH_CAP_INPUT : 0;
}

static int
seq_info_synth(struct sequencer *sq, struct synth_info *info)
{
	const int n = info->device;
	struct midi_info mi;
	int error;

	error = seq_info_of(sq, n, &mi);
	if (error)
		return error;
	memset(info, 0, sizeof(*info));
	info->device = n;
	info->synth_type = SYNTH_TYPE_MIDI;
	info->nr_voices = 128;
	info->instr_bank_size = 128;
	info->capabilities = seq_info_capabilities(&mi);
	strlcpy(info->name, mi.name, sizeof(info->name));
	return 0;
}

/* The same as OSS lays it out. */
static int
seq_info_oss_synth(struct sequencer *sq, struct oss_synth_info *info)
{
	struct synth_info si = { .device = info->device };
	int error;

	error = seq_info_synth(sq, &si);
	if (error)
		return error;
	memset(info, 0, sizeof(*info));
	memcpy(info->name, si.name, sizeof(info->name));
	info->device = si.device;
	info->synth_type = si.synth_type;
	info->nr_voices = si.nr_voices;
	info->instr_bank_size = si.instr_bank_size;
	info->capabilities = si.capabilities;
	return 0;
}

static int
seq_info_midi(struct sequencer *sq, struct sequencer_midi_info *info)
{
	const int n = info->device;
	struct midi_info mi;
	int error;

	error = seq_info_of(sq, n, &mi);
	if (error)
		return error;
	memset(info, 0, sizeof(*info));
	info->device = n;
	strlcpy(info->name, mi.name, sizeof(info->name));
	return 0;
}

/* Does the sequencer have the device? */
static int
seq_info_test(struct sequencer *sq, int n)
{
	struct seq_device *sd;
	struct midi_info mi;
	int error;

	error = seq_info_of(sq, n, &mi);
	if (error)
		return error;
	sd = seq_device_enter(sq, n, FREAD | FWRITE);
	if (sd == NULL)
		return ENXIO;
	seq_device_exit(sd);
	return 0;
}

/* A request for the driver of a device. */
static int
seq_info_hardware(struct sequencer *sq, int n, u_long cmd, void *data)
{
	struct seq_device *sd;
	int error;

	sd = seq_device_enter(sq, n, FWRITE);
	if (sd == NULL)
		return ENXIO;
	error = midi_port_hardware(&sd->sd_client, cmd, data);
	seq_device_exit(sd);
	return error;
}

int
seq_info_load(struct sequencer *sq, struct sbi_instrument *sbi)
{

	if (sbi->device < 0)
		return ENXIO;
	return seq_info_hardware(sq, sbi->device, SEQUENCER_FM_LOAD_INSTR,
	    sbi);
}

int
seq_info_ioctl(struct sequencer *sq, u_long cmd, void *data)
{
	struct midi_info mi;
	int error, *value = data;

	switch (cmd) {
	case SEQUENCER_INFO:
		return seq_info_synth(sq, data);
	case SEQUENCER_SYNTH_INFO:
	case SEQUENCER_SYNTH_ID:
		return seq_info_oss_synth(sq, data);
	case SEQUENCER_MIDI_INFO:
		return seq_info_midi(sq, data);
	case SEQUENCER_TESTMIDI:
		return seq_info_test(sq, *value);
	case SEQUENCER_MEMAVL:
		error = seq_info_of(sq, *value, &mi);
		*value = 0;
		return error;
	case SEQUENCER_RESETSAMPLES:
		error = seq_info_of(sq, *value, &mi);
		/* What has no samples has forgotten them. */
		if (error == 0)
			(void)seq_info_hardware(sq, *value, cmd, data);
		return error;
	case SEQUENCER_FM_LOAD_INSTR:
		return seq_info_load(sq, data);
	case SEQUENCER_PERCMODE:
		return 0;	/* obsolete in OSS as well */
	case SEQUENCER_NRSYNTHS:
	case SEQUENCER_NRMIDIS:
		*value = seq_device_count(sq);
		return 0;
	default:
		return EPASSTHROUGH;
	}
}
