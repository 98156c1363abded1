/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/module.h: a component's beginning and end.
 *
 * All modules are built in: those that ioconf.c lists get MODULE_CMD_INIT at
 * boot, in order, and MODULE_CMD_FINI at shutdown, in reverse.
 */

#ifndef _HOSTED_SYS_MODULE_H_
#define _HOSTED_SYS_MODULE_H_

#include <sys/param.h>
#include <sys/types.h>

typedef enum modclass {
	MODULE_CLASS_ANY,
	MODULE_CLASS_MISC,
	MODULE_CLASS_VFS,
	MODULE_CLASS_DRIVER,
	MODULE_CLASS_EXEC,
	MODULE_CLASS_SECMODEL,
	MODULE_CLASS_BUFQ
} modclass_t;

typedef enum modcmd {
	MODULE_CMD_INIT,
	MODULE_CMD_FINI,
	MODULE_CMD_STAT,
	MODULE_CMD_AUTOUNLOAD
} modcmd_t;

typedef struct modinfo {
	u_int		mi_version;
	modclass_t	mi_class;
	int		(*mi_modcmd)(modcmd_t, void *);
	const char	*mi_name;
	const char	*mi_required;
} modinfo_t;

#define MODULE(class, name, required)			\
static int __CONCAT(name, _modcmd)(modcmd_t, void *);	\
extern const modinfo_t __CONCAT(name, _modinfo);	\
const modinfo_t __CONCAT(name, _modinfo) = {		\
	.mi_version = __NetBSD_Version__,		\
	.mi_class = (class),				\
	.mi_modcmd = __CONCAT(name, _modcmd),		\
	.mi_name = ___STRING(name),			\
	.mi_required = (required),			\
}

#endif /* !_HOSTED_SYS_MODULE_H_ */
