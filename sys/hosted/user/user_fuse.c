/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * user_fuse.c: the nodes as files of a FUSE file system.
 *
 * A node is a regular file of size 0, read and written past the page cache.
 * How to make such a file behave as a device was found by trying, on Linux
 * 6.1 to 6.18:
 *
 * - The system takes the lock of the inode for a direct write, sleeping
 *   deeply, and keeps it until the write is answered.  A program whose write
 *   blocks would stop every other one that writes the same node or truncates
 *   it.  So every lookup makes another inode (entries are valid for no time),
 *   and what is opened through a name is nobody else's.  Only a descriptor
 *   that processes share is one inode still, and its writes take turns.
 *
 * - A seekable file has a position, whose lock is held over each read and
 *   write of a descriptor that is shared: a blocked reader stops the writer.
 *   FOPEN_STREAM takes the position away, and has lseek(2) say ESPIPE, from
 *   which shells learn to read byte by byte.
 *
 * - GNU cat takes input and output for one file when device and inode number
 *   agree and lseek(2) of the input does not report at least the size.  But
 *   a device may well be copied to itself.  So each node has two numbers: one
 *   for its name and for the side one reads, one for the side one writes; a
 *   file open for both shows one after the other, beginning with the first.
 *
 * - A flush, which tells of each close, is wanted: close(2) can wait then,
 *   and it can be seen who was killed.  But Linux 6.1 takes the lock of the
 *   inode for it: a program that has merely inherited a descriptor which
 *   another is blocked in write(2) with cannot end, nor be killed, before that
 *   one.  6.18 does not.  The version of the protocol tells them apart; older
 *   ones get FOPEN_NOFLUSH, and user_open.c does without.
 *
 * - An open with O_TRUNC comes as one open (FUSE_CAP_ATOMIC_O_TRUNC, which
 *   libfuse asks for).  truncate(2) and touch(1) succeed and do nothing.
 *
 * All inodes belong to the thread that reads the requests; no locks.
 */

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <hosted/user/user.h>
#include <hosted/user/user_request.h>
#include <hosted/user/user_serve.h>
#include <linux/fuse.h>

#define USER_FUSE_OPEN	(FOPEN_DIRECT_IO | FOPEN_STREAM)
#define USER_FUSE_FLUSH_MINOR	45	/* of the protocol 7 */
#define USER_FUSE_NAME_BYTES	32

/* Inode numbers: the root's, a node's name and input, its output. */
#define USER_FUSE_ROOT_INO		1
#define USER_FUSE_INPUT_INO(n)		(2 * (ino_t)(n))
#define USER_FUSE_OUTPUT_INO(n)		(2 * (ino_t)(n) + 1)

/* Looking up this name revokes one inode, see user_fuse_revoke(). */
#define USER_FUSE_REVOKE	".revoke"

struct user_inode {
	struct user_inode	*i_next;
	struct user_inode	*i_prev;
	uint64_t		i_lookups;
	uint64_t		i_generation;
	unsigned long		i_number;	/* of the node */
	unsigned int		i_mode;		/* permission bits */
	int			i_reads;	/* opened for reading */
	int			i_writes;	/* opened for writing */
	int			i_turn;		/* show the output's number */
	int			i_revoked;
	char			i_name[USER_FUSE_NAME_BYTES];
};

static struct {
	struct fuse_session	*session;
	struct user_serve	*serve;
	char			*dir;
	int			mounted;
	struct timespec		start;
	/* The thread's. */
	struct user_inode	*inodes;
	uint64_t		generation;
	unsigned int		open_flags;	/* FOPEN_* */
} user_fuse;

/*
 * Inodes.
 */

static struct user_inode *
user_inode_of(fuse_ino_t ino)
{

	return (struct user_inode *)(uintptr_t)ino;
}

static struct user_inode *
user_inode_new(const char *name, unsigned long number, unsigned int mode)
{
	struct user_inode *i;

	i = calloc(1, sizeof(*i));
	if (i == NULL)
		return NULL;
	snprintf(i->i_name, sizeof(i->i_name), "%s", name);
	i->i_number = number;
	i->i_mode = mode;
	i->i_generation = ++user_fuse.generation;
	i->i_next = user_fuse.inodes;
	if (i->i_next != NULL)
		i->i_next->i_prev = i;
	user_fuse.inodes = i;
	return i;
}

static void
user_inode_free(struct user_inode *i)
{

	if (i->i_next != NULL)
		i->i_next->i_prev = i->i_prev;
	if (i->i_prev != NULL)
		i->i_prev->i_next = i->i_next;
	else
		user_fuse.inodes = i->i_next;
	free(i);
}

static void
user_inode_forget(struct user_inode *i, uint64_t lookups)
{

	i->i_lookups -= lookups;
	if (i->i_lookups == 0)
		user_inode_free(i);
}

/*
 * Which of the two numbers to show.
 */
static ino_t
user_inode_number(struct user_inode *i)
{
	int output;

	output = i->i_writes;
	if (i->i_reads && i->i_writes) {
		output = i->i_turn;
		i->i_turn = !i->i_turn;
	}
	return output ? USER_FUSE_OUTPUT_INO(i->i_number) :
	    USER_FUSE_INPUT_INO(i->i_number);
}

static void
user_fuse_stat_common(struct stat *st)
{

	memset(st, 0, sizeof(*st));
	st->st_atim = user_fuse.start;
	st->st_mtim = user_fuse.start;
	st->st_ctim = user_fuse.start;
	st->st_blksize = 4096;
}

static void
user_fuse_stat_node(struct stat *st, ino_t ino, unsigned int mode)
{

	user_fuse_stat_common(st);
	st->st_ino = ino;
	st->st_mode = S_IFREG | mode;
	st->st_nlink = 1;
}

static void
user_fuse_stat_root(struct stat *st)
{

	user_fuse_stat_common(st);
	st->st_ino = USER_FUSE_ROOT_INO;
	st->st_mode = S_IFDIR | 0555;
	st->st_nlink = 2;
}

static void
user_fuse_reply_attr(fuse_req_t req, fuse_ino_t ino)
{
	struct user_inode *i;
	struct stat st;

	i = user_inode_of(ino);
	if (ino == FUSE_ROOT_ID)
		user_fuse_stat_root(&st);
	else
		user_fuse_stat_node(&st, user_inode_number(i), i->i_mode);
	fuse_reply_attr(req, &st, 0);
}

/*
 * Requests for names.
 */

static void
user_fuse_init(void *arg, struct fuse_conn_info *conn)
{

	(void)arg;
	conn->want &= ~(unsigned int)(FUSE_CAP_SPLICE_READ |
	    FUSE_CAP_SPLICE_WRITE | FUSE_CAP_SPLICE_MOVE);
	user_fuse.open_flags = USER_FUSE_OPEN;
	if (conn->proto_major == 7 &&
	    conn->proto_minor < USER_FUSE_FLUSH_MINOR)
		user_fuse.open_flags |= FOPEN_NOFLUSH;
}

static void
user_fuse_reply_inode(fuse_req_t req, struct user_inode *i)
{
	struct fuse_entry_param e;

	memset(&e, 0, sizeof(e));
	e.ino = (uintptr_t)i;
	e.generation = i->i_generation;
	user_fuse_stat_node(&e.attr, USER_FUSE_INPUT_INO(i->i_number),
	    i->i_mode);
	i->i_lookups++;
	/* When nobody is there to hear it, nobody will forget it. */
	if (fuse_reply_entry(req, &e) != 0)
		user_inode_forget(i, 1);
}

/*
 * Show an old inode as one of another generation: the system concludes that
 * the number was used again, and will have nothing more to do with the old.
 */
static void
user_fuse_revoke_one(fuse_req_t req)
{
	struct user_inode *i;

	for (i = user_fuse.inodes; i != NULL; i = i->i_next)
		if (!i->i_revoked)
			break;
	if (i == NULL) {
		fuse_reply_err(req, ENOENT);
		return;
	}
	i->i_revoked = 1;
	i->i_generation = ++user_fuse.generation;
	user_fuse_reply_inode(req, i);
}

static void
user_fuse_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	struct user_inode *i;
	unsigned long number;
	unsigned int mode;

	if (parent != FUSE_ROOT_ID) {
		fuse_reply_err(req, ENOTDIR);
		return;
	}
	if (strcmp(name, USER_FUSE_REVOKE) == 0 && user_file_is_shut()) {
		user_fuse_revoke_one(req);
		return;
	}
	number = user_node_lookup(name, &mode);
	if (number == 0) {
		fuse_reply_err(req, ENOENT);
		return;
	}
	i = user_inode_new(name, number, mode);
	if (i == NULL)
		fuse_reply_err(req, ENOMEM);
	else
		user_fuse_reply_inode(req, i);
}

static void
user_fuse_forget(fuse_req_t req, fuse_ino_t ino, uint64_t lookups)
{

	if (ino != FUSE_ROOT_ID)
		user_inode_forget(user_inode_of(ino), lookups);
	fuse_reply_none(req);
}

static void
user_fuse_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{

	(void)fi;
	user_fuse_reply_attr(req, ino);
}

static void
user_fuse_setattr(fuse_req_t req, fuse_ino_t ino, struct stat *attr,
    int to_set, struct fuse_file_info *fi)
{

	(void)attr;
	(void)fi;
	if (ino == FUSE_ROOT_ID || (to_set & (FUSE_SET_ATTR_MODE |
	    FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID)) != 0)
		fuse_reply_err(req, EPERM);
	else
		user_fuse_reply_attr(req, ino);
}

/*
 * Directory offsets: 1 and 2 follow "." and "..", n + 2 follows the node
 * with number n.
 */
static size_t
user_fuse_direntry(fuse_req_t req, char *buf, size_t room, off_t *off)
{
	char name[USER_FUSE_NAME_BYTES];
	unsigned long number;
	struct stat st;

	if (*off < 2) {
		user_fuse_stat_root(&st);
		++*off;
		return fuse_add_direntry(req, buf, room,
		    *off == 1 ? "." : "..", &st, *off);
	}
	number = user_node_next((unsigned long)*off - 2, name, sizeof(name));
	if (number == 0)
		return 0;
	user_fuse_stat_node(&st, USER_FUSE_INPUT_INO(number), 0666);
	*off = (off_t)number + 2;
	return fuse_add_direntry(req, buf, room, name, &st, *off);
}

static void
user_fuse_readdir(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
    struct fuse_file_info *fi)
{
	char buf[4096];
	size_t n, used;

	(void)fi;
	if (ino != FUSE_ROOT_ID) {
		fuse_reply_err(req, ENOTDIR);
		return;
	}
	if (size > sizeof(buf))
		size = sizeof(buf);
	for (used = 0; ; used += n) {
		n = user_fuse_direntry(req, buf + used, size - used, &off);
		if (n == 0 || n > size - used)
			break;
	}
	fuse_reply_buf(req, buf, used);
}

/*
 * Names are made and removed by the kernel alone.
 */

static void
user_fuse_mknod(fuse_req_t req, fuse_ino_t parent, const char *name,
    mode_t mode, dev_t rdev)
{

	(void)parent;
	(void)name;
	(void)mode;
	(void)rdev;
	fuse_reply_err(req, EPERM);
}

static void
user_fuse_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name,
    mode_t mode)
{

	(void)parent;
	(void)name;
	(void)mode;
	fuse_reply_err(req, EPERM);
}

static void
user_fuse_create(fuse_req_t req, fuse_ino_t parent, const char *name,
    mode_t mode, struct fuse_file_info *fi)
{

	(void)parent;
	(void)name;
	(void)mode;
	(void)fi;
	fuse_reply_err(req, EPERM);
}

static void
user_fuse_unlink(fuse_req_t req, fuse_ino_t parent, const char *name)
{

	(void)parent;
	(void)name;
	fuse_reply_err(req, EPERM);
}

static void
user_fuse_rename(fuse_req_t req, fuse_ino_t parent, const char *name,
    fuse_ino_t newparent, const char *newname, unsigned int flags)
{

	(void)parent;
	(void)name;
	(void)newparent;
	(void)newname;
	(void)flags;
	fuse_reply_err(req, EPERM);
}

static void
user_fuse_link(fuse_req_t req, fuse_ino_t ino, fuse_ino_t newparent,
    const char *newname)
{

	(void)ino;
	(void)newparent;
	(void)newname;
	fuse_reply_err(req, EPERM);
}

static void
user_fuse_symlink(fuse_req_t req, const char *target, fuse_ino_t parent,
    const char *name)
{

	(void)target;
	(void)parent;
	(void)name;
	fuse_reply_err(req, EPERM);
}

/*
 * Requests for files.
 */

static void
user_fuse_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct user_inode *i;

	i = user_inode_of(ino);
	i->i_reads |= (fi->flags & O_ACCMODE) != O_WRONLY;
	i->i_writes |= (fi->flags & O_ACCMODE) != O_RDONLY;
	user_open_request(req, i->i_name, i->i_number, fi,
	    user_fuse.open_flags);
}

static void
user_fuse_flush(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{

	(void)ino;
	user_open_flush(req, fi);
}

static void
user_fuse_release(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{

	(void)ino;
	user_open_release(req, fi);
}

static void
user_fuse_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
    struct fuse_file_info *fi)
{

	(void)ino;
	(void)off;
	user_call_read(req, size, fi);
}

static void
user_fuse_write(fuse_req_t req, fuse_ino_t ino, const char *buf, size_t size,
    off_t off, struct fuse_file_info *fi)
{

	(void)ino;
	(void)off;
	user_call_write(req, buf, size, fi);
}

static void
user_fuse_ioctl(fuse_req_t req, fuse_ino_t ino, unsigned int cmd, void *arg,
    struct fuse_file_info *fi, unsigned int flags, const void *in,
    size_t in_bytes, size_t out_bytes)
{

	(void)ino;
	(void)arg;
	if ((flags & FUSE_IOCTL_DIR) != 0)
		fuse_reply_err(req, ENOTTY);
	else
		user_call_ioctl(req, cmd, fi, in, in_bytes, out_bytes);
}

static void
user_fuse_poll(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi,
    struct fuse_pollhandle *ph)
{

	(void)ino;
	user_select_request(req, fi, ph);
}

static const struct fuse_lowlevel_ops user_fuse_ops = {
	.init = user_fuse_init,
	.lookup = user_fuse_lookup,
	.forget = user_fuse_forget,
	.getattr = user_fuse_getattr,
	.setattr = user_fuse_setattr,
	.readdir = user_fuse_readdir,
	.mknod = user_fuse_mknod,
	.mkdir = user_fuse_mkdir,
	.create = user_fuse_create,
	.unlink = user_fuse_unlink,
	.rmdir = user_fuse_unlink,
	.rename = user_fuse_rename,
	.link = user_fuse_link,
	.symlink = user_fuse_symlink,
	.open = user_fuse_open,
	.flush = user_fuse_flush,
	.release = user_fuse_release,
	.read = user_fuse_read,
	.write = user_fuse_write,
	.ioctl = user_fuse_ioctl,
	.poll = user_fuse_poll,
};

/*
 * Life.
 */

static struct fuse_session *
user_fuse_session(int flags)
{
	struct fuse_args args = FUSE_ARGS_INIT(0, NULL);
	struct fuse_session *se;

	se = NULL;
	if (fuse_opt_add_arg(&args, "midihost") == 0 &&
	    fuse_opt_add_arg(&args, "-ofsname=midihost,subtype=midihost,"
	    "default_permissions") == 0 &&
	    ((flags & USER_FUSE_ALLOW_OTHER) == 0 ||
	    fuse_opt_add_arg(&args, "-oallow_other") == 0))
		se = fuse_session_new(&args, &user_fuse_ops,
		    sizeof(user_fuse_ops), NULL);
	fuse_opt_free_args(&args);
	return se;
}

int
user_fuse_start(const char *dir, int flags, void (*gone)(void *), void *arg)
{

	clock_gettime(CLOCK_REALTIME, &user_fuse.start);
	user_fuse.dir = strdup(dir);
	user_fuse.session = user_fuse_session(flags);
	if (user_fuse.dir == NULL || user_fuse.session == NULL) {
		user_fuse_stop();
		return ENOMEM;
	}
	if (fuse_session_mount(user_fuse.session, dir) != 0) {
		user_fuse_stop();
		return EPROTO;
	}
	user_fuse.mounted = 1;
	user_fuse.serve = user_serve_start(user_fuse.session, gone, arg);
	if (user_fuse.serve == NULL) {
		user_fuse_stop();
		return EAGAIN;
	}
	return 0;
}

void
user_fuse_revoke(void)
{
	struct stat st;
	char *path;

	if (fuse_session_exited(user_fuse.session) ||
	    asprintf(&path, "%s/%s", user_fuse.dir, USER_FUSE_REVOKE) == -1)
		return;
	while (stat(path, &st) == 0)
		continue;
	free(path);
}

void
user_fuse_stop(void)
{

	if (user_fuse.serve != NULL)
		user_serve_stop(user_fuse.serve);
	if (user_fuse.mounted)
		fuse_session_unmount(user_fuse.session);
	if (user_fuse.session != NULL)
		fuse_session_destroy(user_fuse.session);
	while (user_fuse.inodes != NULL)
		user_inode_free(user_fuse.inodes);
	free(user_fuse.dir);
	memset(&user_fuse, 0, sizeof(user_fuse));
}
