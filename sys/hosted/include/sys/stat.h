/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/stat.h: what fo_stat tells about a file.
 */

#ifndef _HOSTED_SYS_STAT_H_
#define _HOSTED_SYS_STAT_H_

#include <sys/types.h>
#include <sys/time.h>

#define S_IFCHR			0020000
#define S_IRUSR			0000400
#define S_IWUSR			0000200

struct stat {
	dev_t		st_dev;
	mode_t		st_mode;
	ino_t		st_ino;
	nlink_t		st_nlink;
	uid_t		st_uid;
	gid_t		st_gid;
	dev_t		st_rdev;
	struct timespec	st_atimespec;
	struct timespec	st_mtimespec;
	struct timespec	st_ctimespec;
	off_t		st_size;
};

#endif /* !_HOSTED_SYS_STAT_H_ */
