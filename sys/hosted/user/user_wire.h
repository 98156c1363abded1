/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_wire.h: where in a stream of MIDI bytes one can begin to listen.
 *
 * Somebody who is plugged in while bytes flow has missed the status that the
 * data bytes go by, and may come in the middle of a message.  The stream is
 * followed while nobody listens, and joined at the next message, with its
 * status repeated if it has none of its own.
 */

#ifndef _HOSTED_USER_USER_WIRE_H_
#define _HOSTED_USER_USER_WIRE_H_

struct user_wire {
	unsigned char	w_status;	/* of channel messages; 0: none */
	unsigned char	w_data;		/* data bytes of this message so far */
};

/* n bytes have gone by. */
void	user_wire_follow(struct user_wire *w, const unsigned char *bytes,
	    int n);
/* Follow bytes up to the first message that can be joined; how many there are
 * before it, at most n.  *status is the byte that must be sent before it, 0
 * for none. */
int	user_wire_join(struct user_wire *w, const unsigned char *bytes, int n,
	    unsigned char *status);

#endif /* !_HOSTED_USER_USER_WIRE_H_ */
