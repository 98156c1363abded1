/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_compat.h: what is different from one version of Linux to another, all
 * of it.  6.1 is what is tested.
 */

#ifndef _HOSTED_LINUX_LINUX_COMPAT_H_
#define _HOSTED_LINUX_LINUX_COMPAT_H_

#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define linux_class_create(name)	class_create(name)
#else
#define linux_class_create(name)	class_create(THIS_MODULE, name)
#endif

/* The device of a class's devnode method. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define LINUX_DEVNODE_CONST		const
#else
#define LINUX_DEVNODE_CONST
#endif

/* The owner of a file's signals, a struct fown_struct *, NULL: none yet. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#define linux_file_owner(file)		file_f_owner(file)
#else
#define linux_file_owner(file)		(&(file)->f_owner)
#endif

/* The arguments of a class_interface's methods. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define LINUX_CLASS_ARGS		struct device *dev
#else
#define LINUX_CLASS_ARGS	struct device *dev, struct class_interface *ci
#endif

/* Open a subdevice of a raw MIDI device, a struct snd_rawmidi *. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#define linux_rawmidi_open(rmidi, sub, mode, file)			\
	snd_rawmidi_kernel_open((rmidi), (sub), (mode), (file))
#else
#define linux_rawmidi_open(rmidi, sub, mode, file)			\
	snd_rawmidi_kernel_open((rmidi)->card, (rmidi)->device, (sub),	\
	    (mode), (file))
#endif

#endif /* !_HOSTED_LINUX_LINUX_COMPAT_H_ */
