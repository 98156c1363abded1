/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/endian.h: words of a stated byte order, in registers (htole32() and its
 * kin) and in unaligned memory (le32dec() and its kin).
 */

#ifndef _HOSTED_SYS_ENDIAN_H_
#define _HOSTED_SYS_ENDIAN_H_

#include <sys/cdefs.h>
#include <sys/stdint.h>

#include <machine/endian.h>

#define bswap16(x)		__builtin_bswap16(x)
#define bswap32(x)		__builtin_bswap32(x)
#define bswap64(x)		__builtin_bswap64(x)

#if _BYTE_ORDER == _LITTLE_ENDIAN
#define htole16(x)		((uint16_t)(x))
#define htole32(x)		((uint32_t)(x))
#define htole64(x)		((uint64_t)(x))
#define htobe16(x)		bswap16(x)
#define htobe32(x)		bswap32(x)
#define htobe64(x)		bswap64(x)
#else
#define htole16(x)		bswap16(x)
#define htole32(x)		bswap32(x)
#define htole64(x)		bswap64(x)
#define htobe16(x)		((uint16_t)(x))
#define htobe32(x)		((uint32_t)(x))
#define htobe64(x)		((uint64_t)(x))
#endif
#define le16toh(x)		htole16(x)
#define le32toh(x)		htole32(x)
#define le64toh(x)		htole64(x)
#define be16toh(x)		htobe16(x)
#define be32toh(x)		htobe32(x)
#define be64toh(x)		htobe64(x)

static inline uint16_t __unused
le16dec(const void *p)
{
	const uint8_t *b = p;

	return (uint16_t)(b[0] | b[1] << 8);
}

static inline uint32_t __unused
le32dec(const void *p)
{
	const uint8_t *b = p;

	return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
	    (uint32_t)b[3] << 24;
}

static inline void __unused
le16enc(void *p, uint16_t v)
{
	uint8_t *b = p;

	b[0] = (uint8_t)v;
	b[1] = (uint8_t)(v >> 8);
}

static inline void __unused
le32enc(void *p, uint32_t v)
{
	uint8_t *b = p;

	le16enc(b, (uint16_t)v);
	le16enc(b + 2, (uint16_t)(v >> 16));
}

#endif /* !_HOSTED_SYS_ENDIAN_H_ */
