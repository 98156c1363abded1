/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * sys/device.h: the tree of devices, as in autoconf(9).
 *
 * A device reference (device_acquire(), device_lookup_acquire()) keeps a device
 * from being freed: config_detach() waits for all of them after
 * config_detach_commit().
 */

#ifndef _HOSTED_SYS_DEVICE_H_
#define _HOSTED_SYS_DEVICE_H_

#include <sys/types.h>
#include <sys/queue.h>

typedef enum devclass {
	DV_DULL,
	DV_CPU,
	DV_DISK,
	DV_IFNET,
	DV_TAPE,
	DV_TTY,
	DV_AUDIODEV,
	DV_DISPLAYDEV,
	DV_BUS,
	DV_VIRTUAL
} devclass_t;

typedef enum devact {
	DVACT_DEACTIVATE = 0
} devact_t;

typedef struct devhandle {
	const void	*impl;
} devhandle_t;

/* Flags of cfattach. */
#define DVF_ACTIVE		0x0001
#define DVF_PRIV_ALLOC		0x0002
#define DVF_DETACH_SHUTDOWN	0x0080

/* Flags of config_detach(). */
#define DETACH_FORCE		0x01	/* the hardware is gone */
#define DETACH_QUIET		0x02	/* no message */
#define DETACH_SHUTDOWN		0x04
#define DETACH_POWEROFF		0x08

struct cflocdesc {
	const char	*cld_name;
	const char	*cld_defaultstr;
	int		cld_default;
};

/* An interface attribute: something that children attach to. */
struct cfiattrdata {
	const char	*ci_name;
	int		ci_loclen;
	const struct cflocdesc ci_locdesc[];
};

struct cfparent {
	const char	*cfp_iattr;
	const char	*cfp_parent;	/* NULL: any that has the attribute */
	int		cfp_unit;	/* or DVUNIT_ANY */
};

/* One line of the configuration: what may attach where. */
struct cfdata {
	const char	*cf_name;	/* driver */
	const char	*cf_atname;	/* attachment */
	unsigned int	cf_unit;	/* first unit number */
	unsigned char	cf_fstate;	/* FSTATE_ */
	int		*cf_loc;
	int		cf_flags;
	const struct cfparent *cf_pspec;	/* NULL: pseudo-device */
};

#define FSTATE_NOTFOUND		0	/* one, and not there yet */
#define FSTATE_FOUND		1	/* one, and there */
#define FSTATE_STAR		2	/* as many as are found */
#define DVUNIT_ANY		(-1)

typedef int (*cfsubmatch_t)(device_t, cfdata_t, const int *, void *);
typedef int (*cfsearch_t)(device_t, cfdata_t, const int *, void *);

struct cfattach {
	const char	*ca_name;
	LIST_ENTRY(cfattach) ca_list;
	size_t		ca_devsize;	/* size of the softc */
	int		ca_flags;
	int		(*ca_match)(device_t, cfdata_t, void *);
	void		(*ca_attach)(device_t, device_t, void *);
	int		(*ca_detach)(device_t, int);
	int		(*ca_activate)(device_t, devact_t);
	int		(*ca_rescan)(device_t, const char *, const int *);
	void		(*ca_childdetached)(device_t, device_t);
};
LIST_HEAD(cfattachlist, cfattach);

#define CFATTACH_DECL3_NEW(name, size, mat, att, det, act, res, chdet, flags) \
extern struct cfattach __CONCAT(name, _ca);	\
struct cfattach __CONCAT(name, _ca) = {		\
	.ca_name = ___STRING(name),		\
	.ca_devsize = (size),			\
	.ca_flags = (flags) | DVF_PRIV_ALLOC,	\
	.ca_match = (mat),			\
	.ca_attach = (att),			\
	.ca_detach = (det),			\
	.ca_activate = (act),			\
	.ca_rescan = (res),			\
	.ca_childdetached = (chdet),		\
}
#define CFATTACH_DECL2_NEW(name, size, mat, att, det, act, res, chdet)	\
	CFATTACH_DECL3_NEW(name, size, mat, att, det, act, res, chdet, 0)
#define CFATTACH_DECL_NEW(name, size, mat, att, det, act)	\
	CFATTACH_DECL2_NEW(name, size, mat, att, det, act, NULL, NULL)

struct cfdriver {
	LIST_ENTRY(cfdriver) cd_list;
	struct cfattachlist cd_attach;
	device_t	*cd_devs;	/* by unit */
	const char	*cd_name;
	enum devclass	cd_class;
	int		cd_ndevs;	/* places in cd_devs */
	const struct cfiattrdata *const *cd_attrs;
};

#define CFDRIVER_DECL(name, class, attrs)	\
struct cfdriver __CONCAT(name, _cd) = {		\
	.cd_name = ___STRING(name),		\
	.cd_class = (class),			\
	.cd_attrs = (attrs),			\
}

struct cfattachinit {
	const char	*cfai_name;	/* driver */
	struct cfattach *const *cfai_list;
};

/* Prints, with the parent's name, what was found and not configured, or,
 * with NULL, more about what attaches.  Returns one of: */
typedef int (*cfprint_t)(void *, const char *);
#define QUIET			0
#define UNCONF			1	/* " not configured" */
#define UNSUPP			2	/* " not supported" */

struct cfargs {
	uintptr_t	cfargs_version;
	cfsubmatch_t	submatch;
	cfsearch_t	search;
	const char	*iattr;
	const int	*locators;
	devhandle_t	devhandle;
};

#define CFARGS_VERSION		1
#define CFARGS_NONE		NULL
#define CFARGS(...)		\
	(&((const struct cfargs){ .cfargs_version = CFARGS_VERSION, \
	__VA_ARGS__ }))

/* All of the following: thread context, no lock held, unless said. */

/* Something was found below parent: attach the driver that matches best.
 * NULL when none does.  _acquire: with a reference. */
device_t config_found(device_t, void *, cfprint_t, const struct cfargs *);
device_t config_found_acquire(device_t, void *, cfprint_t,
	    const struct cfargs *);
cfdata_t config_search(device_t, void *, const struct cfargs *);
/* How well the line's driver fits, by its match function; 0: not. */
int	config_match(device_t, cfdata_t, void *);
/* Attach by this line: a panic when there is no such driver, or when a line
 * without a star names a unit that is taken. */
device_t config_attach(device_t, cfdata_t, void *, cfprint_t,
	    const struct cfargs *);
device_t config_attach_acquire(device_t, cfdata_t, void *, cfprint_t,
	    const struct cfargs *);
/* A device without a parent.  cf_unit DVUNIT_ANY or FSTATE_STAR: the lowest
 * free unit from cf_unit. */
device_t config_attach_pseudo(cfdata_t);
device_t config_attach_pseudo_acquire(cfdata_t, void *);

/* 0 or what the driver's detach gave; EOPNOTSUPP when it has none.  Waits
 * for an attach or detach of the same device in progress (EINTR) and, after
 * success, for all references.  _release: the caller's reference is used
 * up. */
int	config_detach(device_t, int);
int	config_detach_release(device_t, int);
int	config_detach_children(device_t, int);
/* From the driver's detach: it can no longer fail, and from now on nobody
 * finds the device. */
void	config_detach_commit(device_t);

/* Tables of a component in, and out.  0 or an errno, and then nothing is
 * changed. */
int	config_init_component(struct cfdriver *const *,
	    const struct cfattachinit *, struct cfdata *);
int	config_fini_component(struct cfdriver *const *,
	    const struct cfattachinit *, struct cfdata *);
int	config_cfattach_attach(const char *, struct cfattach *);
int	config_cfattach_detach(const char *, struct cfattach *);

/* By unit.  The first two give no reference: only safe while something else
 * keeps the device.  _acquire waits while it attaches or detaches; NULL when
 * there is none. */
device_t device_lookup(cfdriver_t, int);
void	*device_lookup_private(cfdriver_t, int);
device_t device_lookup_acquire(cfdriver_t, int);
void	device_acquire(device_t);
void	device_release(device_t);
device_t device_find_by_xname(const char *);

/* Accessors.  Any context. */
void	*device_private(device_t);
const char *device_xname(device_t);
int	device_unit(device_t);
device_t device_parent(device_t);
devclass_t device_class(device_t);
cfdata_t device_cfdata(device_t);
cfdriver_t device_cfdriver(device_t);
cfattach_t device_cfattach(device_t);
bool	device_is_a(device_t, const char *);
bool	device_is_active(device_t);
bool	device_attached_to_iattr(device_t, const char *);

/* No host suspends: there is nothing to register, and it succeeds. */
typedef struct pmf_qual	pmf_qual_t;
bool	pmf_device_register(device_t,
	    bool (*)(device_t, const pmf_qual_t *),
	    bool (*)(device_t, const pmf_qual_t *));
void	pmf_device_deregister(device_t);

#endif /* !_HOSTED_SYS_DEVICE_H_ */
