/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * mpureg.h: registers of a Roland MPU-401 and what is compatible with it.
 */

#ifndef _DEV_IC_MPUREG_H_
#define _DEV_IC_MPUREG_H_

#define MPU_DATA		0	/* read and write */
#define MPU_COMMAND		1	/* write */
#define MPU_STATUS		1	/* read */

/* Status; both are active low, the others mean nothing. */
#define MPU_STATUS_DRR		0x40	/* cannot take a byte */
#define MPU_STATUS_DSR		0x80	/* has no byte */

#define MPU_RESET		0xff
#define MPU_UART		0x3f	/* leave the intelligent mode */

#define MPU_ACK			0xfe	/* data after a command */

#define MPU_NOBODY		0xff	/* status where there is no chip */

#endif /* !_DEV_IC_MPUREG_H_ */
