/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * hosted.h: what the hosted kernel offers to the program, module or test
 * that hosts it.  Plain C types only, as in host.h, which is the other
 * direction.  All functions: context T, no lock held, unless said.
 */

#ifndef _HOSTED_HOSTED_H_
#define _HOSTED_HOSTED_H_

/*
 * Life.
 */

/* Start the kernel: threads of softints and callouts, the drivers of
 * ioconf.c, the nodes that are always there (music, sequencer, evcnt).
 * 0 or an errno, and then nothing is left running. */
int	hosted_boot(void);
/* Detach every device (open files get EIO), stop all threads, free all.
 * All files must be closed by hosted_close() before or while this runs: it
 * waits for them.  Returns the number of allocations that were leaked. */
unsigned long hosted_shutdown(void);
/* A component joins the running kernel: its tables, modules, pseudo-devices,
 * nodes.  owner is its code, for host_owner_hold(), or NULL.  0 or an errno,
 * and then nothing is left of it. */
struct kern_ioconf;
int	hosted_component_join(const struct kern_ioconf *ioconf, void *owner);
/* It leaves; its devices are detached.  No file holds its owner. */
void	hosted_component_leave(const struct kern_ioconf *ioconf);
/* Attach `count' units of a pseudo-device by its driver's name, as a line
 * "pseudo-device NAME COUNT" would.  0 or an errno. */
int	hosted_attach_pseudo(const char *name, int count);
/* Attach a device of the ISA bus by its driver's name, as a line "NAME at isa?
 * port PORT irq IRQ flags FLAGS" would; irq -1: without.  The driver looks
 * whether the device is there.  *unit, unless NULL, is that of the device.
 * 0; ENODEV: no driver of the name; ENXIO: no device there. */
int	hosted_attach_isa(const char *name, int port, int irq, int flags,
	    int *unit);
/* Detach one device by its external name ("midi0", "vmidi1") with all that
 * hangs below it.  0 or an errno. */
int	hosted_detach(const char *xname);
/* A thread that the kernel does not know yet brings memory, aligned as a
 * pointer, for what the kernel keeps of it while it is inside on behalf of that
 * process: host_pid() is not asked.  Returns what is to stand in its
 * host_thread_slot(), until it leaves.  Who brings none is given some at his
 * first call.  T. */
#define HOSTED_THREAD_BYTES	320
void	*hosted_thread_enter(void *room, int pid);
void	hosted_thread_leave(void *slot);
/* A thread that has made calls into the kernel is about to end. */
void	hosted_thread_exit(void);

/*
 * Files.  One hosted_file is one open file description.  Calls on one file
 * may run at the same time in several threads; hosted_close() comes last.
 * n counts bytes; *done is set in every case.  A short transfer that ended
 * because it would block or was interrupted is reported as success with the
 * count, as read(2) of NetBSD does; other errors are reported as such.
 */

struct hosted_file;
struct host_poll;

#define HOSTED_READ		0x1
#define HOSTED_WRITE		0x2
#define HOSTED_NONBLOCK		0x4
#define HOSTED_KERNEL		0x8	/* the host's own: the memory of its
					 * reads and writes is the kernel's */

/* errno as open(2) of the node: ENXIO, EBUSY, EINTR, ... */
int	hosted_open(const char *node, int flags, struct hosted_file **fp);
void	hosted_close(struct hosted_file *f);
/* Signals end the waits of these two as host_thread_interrupt() says. */
int	hosted_read(struct hosted_file *f, void *ubuf, unsigned long n,
	    int nonblock, unsigned long *done);
int	hosted_write(struct hosted_file *f, const void *ubuf, unsigned long n,
	    int nonblock, unsigned long *done);
/* cmd is in BSD encoding (hosted_ioctl_cmd()); kdata is a kernel buffer of
 * hosted_ioctl_size(cmd) bytes, filled when cmd has an input direction and
 * to be copied out by the host when it has an output direction and 0 was
 * returned.  ENOTTY: no such request. */
int	hosted_ioctl(struct hosted_file *f, unsigned long cmd, void *kdata,
	    int nonblock);
/* NetBSD's event bits in and out; p NULL: only ask.  Returns events. */
int	hosted_poll(struct hosted_file *f, int events, struct host_poll *p);

/* Linux request number to BSD's (the direction bits differ, and the requests
 * that every file has have numbers of their own).  0: no such request. */
unsigned long hosted_ioctl_cmd(unsigned long linux_cmd);
unsigned int hosted_ioctl_size(unsigned long cmd);

/* Directions in BSD's encoding: the program's memory is written, is read. */
#define HOSTED_IOC_OUT		0x40000000UL
#define HOSTED_IOC_IN		0x80000000UL

#define HOSTED_POLLIN		0x0001
#define HOSTED_POLLPRI		0x0002
#define HOSTED_POLLOUT		0x0004
#define HOSTED_POLLERR		0x0008
#define HOSTED_POLLHUP		0x0010
#define HOSTED_POLLRDNORM	0x0040

/*
 * Kernel queues, kqueue(2): another way to wait for files.  A file is watched
 * at most once for each filter in one queue, and is no longer when it is
 * closed.  Flags and filters have NetBSD's numbers.
 */

struct hosted_kqueue;

#define HOSTED_EVFILT_READ	0
#define HOSTED_EVFILT_WRITE	1

#define HOSTED_EV_ONESHOT	0x0010
#define HOSTED_EV_CLEAR		0x0020
#define HOSTED_EV_EOF		0x8000

#define HOSTED_FOREVER		(~0ULL)

struct hosted_kevent {
	struct hosted_file *file;
	void		*udata;
	int		filter;
	unsigned int	flags;		/* HOSTED_EV_ */
	long long	data;		/* bytes to read, room to write */
};

/* 0 or an errno. */
int	hosted_kqueue_create(struct hosted_kqueue **kqp);
/* Nobody is in a call on it. */
void	hosted_kqueue_destroy(struct hosted_kqueue *kq);
/* EEXIST; EINVAL: the file knows no such filter. */
int	hosted_kqueue_add(struct hosted_kqueue *kq, struct hosted_file *f,
	    int filter, unsigned int flags, void *udata);
/* ENOENT: it is not watched. */
int	hosted_kqueue_delete(struct hosted_kqueue *kq, struct hosted_file *f,
	    int filter);
/* Up to max events into ev, *n says how many; when there are none, wait for
 * one until the deadline, a time of the monotonic clock: one that has passed
 * (0) does not wait.  0, also when none came in time, or EINTR. */
int	hosted_kqueue_fetch(struct hosted_kqueue *kq, struct hosted_kevent *ev,
	    int max, unsigned long long deadline_ns, int *n);

/*
 * Faults, for tests: let the Nth of the allocations from now on that may fail
 * (memory with KM_NOSLEEP, soft interrupts) fail; 0: none.  And how many such
 * there were since boot.
 */
void	hosted_kmem_fail_at(unsigned long n);
unsigned long hosted_kmem_calls(void);

/*
 * MIDI hardware that the host has: a serial line, a pseudo-terminal, an
 * ALSA port, a test.  It appears as `midiN at hostmidiM: LABEL' and as the
 * node rmidiN.
 */

struct hosted_midi;

#define HOSTED_MIDI_IN		0x1	/* it sends to us */
#define HOSTED_MIDI_OUT		0x2	/* it takes bytes from us */
#define HOSTED_MIDI_CANONICAL	0x4	/* wants whole messages with status */
#define HOSTED_MIDI_FLOW	0x8	/* can be held back by hosted_midi_input
					 * taking less than it was given */

#define HOSTED_MIDI_DIRECT	0x10	/* hosted_midi_input() takes the bytes
					 * to those who wait for them before it
					 * returns, without another thread */

/* The methods are called with a sleeping lock of the kernel's held, the same
 * that hosted_midi_input() and hosted_midi_ready() take: they must not call
 * these, nor wait for a thread that may be calling them. */
struct hosted_midi_ops {
	/* Start for HOSTED_READ, HOSTED_WRITE or both; called again when that
	 * changes.  0 or an errno that open(2) shall give.  T. */
	int	(*hm_open)(void *cookie, int flags);
	/* No hm_output after it; no hosted_midi_input() is heeded.  T. */
	void	(*hm_close)(void *cookie);
	/* Take up to n bytes now, without sleeping; the count taken.  Fewer
	 * than n: hosted_midi_ready() will be called when there is room.
	 * A negated errno: the bytes are lost.  T, S. */
	int	(*hm_output)(void *cookie, const unsigned char *bytes, int n);
};

/* 0 or an errno; *unit is the N of rmidiN.  ops and label must last. */
int	hosted_midi_attach(const char *label, int flags,
	    const struct hosted_midi_ops *ops, void *cookie,
	    struct hosted_midi **hmp, int *unit);
/* After it no method is called.  hmp is gone. */
void	hosted_midi_detach(struct hosted_midi *hm);
/* Bytes came in; how many were taken: all n, unless HOSTED_MIDI_FLOW and
 * there is no room (then see hosted_midi_on_room()).  T, S. */
int	hosted_midi_input(struct hosted_midi *hm, const unsigned char *bytes,
	    int n);
/* There is room again after hm_output took less.  T, S. */
void	hosted_midi_ready(struct hosted_midi *hm);
/* fn(cookie) is called, in S, when bytes may be given again after
 * hosted_midi_input() took fewer than n; with the methods' lock held. */
void	hosted_midi_on_room(struct hosted_midi *hm, void (*fn)(void *));

/*
 * USB devices that the host has: one interface of each, for our drivers.  It
 * appears as `umidiN at uhub0 port P configuration C interface I'.
 */

struct hosted_usb;
struct hosted_usb_xfer;		/* a transfer, to the kernel */
struct hosted_usb_urb;		/* the same, to the host */

/* How transfers and requests end. */
#define HOSTED_USB_OK		0
#define HOSTED_USB_STALLED	1	/* the endpoint says no, until told */
#define HOSTED_USB_IOERROR	2	/* not understood, too much, gone */
#define HOSTED_USB_CANCELLED	3	/* by hu_cancel */

/* What is attached. */
struct hosted_usb_info {
	const unsigned char *ui_device;		/* descriptor, 18 bytes */
	const unsigned char *ui_config;		/* with all that follow it */
	unsigned long	ui_config_bytes;
	int		ui_iface;		/* interface number */
	int		ui_port;
	int		ui_address;
};

/* No lock of the kernel's is held when these are called, but for drivers'. */
struct hosted_usb_ops {
	/* A control request: the 8 bytes of its setup packet, and its data in
	 * the direction that they say, as many at most; *done were moved.
	 * HOSTED_USB_.  T. */
	int	(*hu_control)(void *cookie, const unsigned char *setup,
		    void *data, unsigned int *done);
	/* Use this alternate setting of the interface.  HOSTED_USB_.  T. */
	int	(*hu_setting)(void *cookie, int setting);
	/* Make an endpoint go on after it has stalled.  HOSTED_USB_.  T. */
	int	(*hu_clear_halt)(void *cookie, int endpoint);
	/* Make a transfer for an endpoint (bit 7: IN), with a buffer of that
	 * size.  0 or an errno.  T. */
	int	(*hu_create)(void *cookie, int endpoint, unsigned long size,
		    struct hosted_usb_xfer *xfer,
		    struct hosted_usb_urb **urb, void **buffer);
	/* It is not submitted.  T. */
	void	(*hu_destroy)(struct hosted_usb_urb *urb);
	/* Move n bytes from or to this place in the buffer, behind what was
	 * submitted before to the same endpoint; with `end', end the data
	 * with a packet that is not full.  HOSTED_USB_OK: hosted_usb_done()
	 * will be called once.  T, S. */
	int	(*hu_submit)(struct hosted_usb_urb *urb, void *data,
		    unsigned long n, int end);
	/* Let it end soon, if it has not.  T, S. */
	void	(*hu_cancel)(struct hosted_usb_urb *urb);
};

/* A driver of ours takes it, or (ENXIO) none does.  0 or an errno. */
int	hosted_usb_attach(const struct hosted_usb_info *info,
	    const struct hosted_usb_ops *ops, void *cookie,
	    struct hosted_usb **hup);
/* It is to be given back or, with `gone', is no longer there.  0: after it no
 * method is called, and hup is gone; or, unless it is gone, the errno of a
 * driver that does not let it go.  To be called before hosted_shutdown(). */
int	hosted_usb_detach(struct hosted_usb *hu, int gone);
/* A transfer has ended; `done' bytes were moved.  Any context. */
void	hosted_usb_done(struct hosted_usb_xfer *xfer, int status,
	    unsigned long done);

/*
 * Event counters, for the text node and for tests: calls fn for every
 * counter, in order of attachment.
 */
void	hosted_evcnt_foreach(void (*fn)(void *arg, const char *group,
	    const char *name, const char *type, unsigned long long count),
	    void *arg);

#endif /* !_HOSTED_HOSTED_H_ */
