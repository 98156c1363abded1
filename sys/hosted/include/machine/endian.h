/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * machine/endian.h: the order of bytes in a word.
 */

#ifndef _HOSTED_MACHINE_ENDIAN_H_
#define _HOSTED_MACHINE_ENDIAN_H_

#define _LITTLE_ENDIAN		1234
#define _BIG_ENDIAN		4321
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define _BYTE_ORDER		_BIG_ENDIAN
#else
#define _BYTE_ORDER		_LITTLE_ENDIAN
#endif

#define LITTLE_ENDIAN		_LITTLE_ENDIAN
#define BIG_ENDIAN		_BIG_ENDIAN
#define BYTE_ORDER		_BYTE_ORDER

#endif /* !_HOSTED_MACHINE_ENDIAN_H_ */
