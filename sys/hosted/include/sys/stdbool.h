/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/stdbool.h: truth.
 */

#ifndef _HOSTED_SYS_STDBOOL_H_
#define _HOSTED_SYS_STDBOOL_H_

#define bool			_Bool
#define true			1
#define false			0

#endif /* !_HOSTED_SYS_STDBOOL_H_ */
