/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * linux_dev.c: device nodes, and the system calls on them.
 *
 * All nodes have one major number; the minor number is a place in dev_nodes,
 * whose name the hosted kernel knows what to do with.  udev gives them to the
 * group audio; until it has, they are the superuser's.
 *
 * Waiting ends with a signal, after which Linux starts the call again, or not,
 * as the program has asked it to.  A process that a signal kills cannot be
 * interrupted any more when it closes its files: its last close is told to be
 * interrupted from the beginning.
 *
 * SIGIO goes the way of Linux: to whom F_SETOWN names, or else to who switched
 * it on, with the signal that F_SETSIG says.  To the hosted kernel the owner
 * is a number that stands for the file.
 *
 * dev_lock guards the nodes; dev_async_lock the list of files that want SIGIO.
 */

#include <linux/cdev.h>
#include <linux/compat.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>

#include <asm/ioctls.h>

#include "linux.h"
#include "linux_compat.h"
#include "linux_file.h"

#define DEV_NAME	"bsdmidi"
#define DEV_NODES	1024
#define DEV_NAMESIZE	32
#define DEV_IOCTL_BYTES	128	/* larger requests need memory */
#define DEV_ASYNC_FIRST	0x40000000	/* above all processes */

struct dev_node {
	char		dn_name[DEV_NAMESIZE];	/* "": free */
	umode_t		dn_mode;
};

static DEFINE_MUTEX(dev_lock);
static struct dev_node	dev_nodes[DEV_NODES];
static dev_t		dev_first;
static struct cdev	dev_cdev;
static struct class	*dev_class;

static DEFINE_SPINLOCK(dev_async_lock);
static LIST_HEAD(dev_asyncs);
static int		dev_async_id = DEV_ASYNC_FIRST;

/*
 * Nodes.
 */

/* The place of the name, or the first free one for "", or DEV_NODES.  The lock
 * is held. */
static unsigned int
dev_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < DEV_NODES; i++) {
		if (strcmp(dev_nodes[i].dn_name, name) == 0)
			break;
	}
	return i;
}

static int
dev_create(unsigned int i, const char *name, unsigned int mode)
{
	struct device *dev;

	strscpy(dev_nodes[i].dn_name, name, DEV_NAMESIZE);
	dev_nodes[i].dn_mode = mode;
	dev = device_create(dev_class, NULL,
	    MKDEV(MAJOR(dev_first), MINOR(dev_first) + i), &dev_nodes[i], "%s",
	    name);
	if (!IS_ERR(dev))
		return 0;
	dev_nodes[i].dn_name[0] = '\0';
	return -PTR_ERR(dev);
}

int
host_node_create(const char *name, unsigned int mode)
{
	unsigned int i;
	int error;

	mutex_lock(&dev_lock);
	i = dev_find("");
	if (dev_find(name) != DEV_NODES)
		error = EEXIST;
	else if (i == DEV_NODES)
		error = ENOSPC;
	else
		error = dev_create(i, name, mode);
	mutex_unlock(&dev_lock);
	return error;
}

void
host_node_destroy(const char *name)
{
	unsigned int i;

	mutex_lock(&dev_lock);
	i = dev_find(name);
	if (i != DEV_NODES) {
		device_destroy(dev_class,
		    MKDEV(MAJOR(dev_first), MINOR(dev_first) + i));
		dev_nodes[i].dn_name[0] = '\0';
	}
	mutex_unlock(&dev_lock);
}

static bool
dev_name_of(unsigned int i, char *name)
{
	bool there;

	mutex_lock(&dev_lock);
	there = i < DEV_NODES && dev_nodes[i].dn_name[0] != '\0';
	if (there)
		strscpy(name, dev_nodes[i].dn_name, DEV_NAMESIZE);
	mutex_unlock(&dev_lock);
	return there;
}

/* What may be read by all may; what may be written is udev's to hand out. */
static char *
dev_devnode(LINUX_DEVNODE_CONST struct device *dev, umode_t *mode)
{
	const struct dev_node *dn = dev_get_drvdata(dev);

	if (mode != NULL && dn != NULL)
		*mode = (dn->dn_mode & 0222) != 0 ? dn->dn_mode & 0660 :
		    dn->dn_mode;
	return NULL;
}

/*
 * Open and close.
 */

static int
dev_flags(const struct file *file)
{

	return ((file->f_mode & FMODE_READ) != 0 ? HOSTED_READ : 0) |
	    ((file->f_mode & FMODE_WRITE) != 0 ? HOSTED_WRITE : 0) |
	    ((file->f_flags & O_NONBLOCK) != 0 ? HOSTED_NONBLOCK : 0);
}

static int
dev_open(struct inode *inode, struct file *file)
{
	char name[DEV_NAMESIZE];
	struct linux_file *lf;
	struct host_thread t LINUX_UNINITIALIZED;
	int error;

	if (!dev_name_of(iminor(inode) - MINOR(dev_first), name))
		return -ENXIO;
	lf = kzalloc(sizeof(*lf), GFP_KERNEL_ACCOUNT);
	if (lf == NULL)
		return -ENOMEM;
	linux_poll_init(&lf->lf_poll);
	INIT_LIST_HEAD(&lf->lf_async);
	linux_enter(&t);
	error = hosted_open(name, dev_flags(file), &lf->lf_hosted);
	linux_leave(&t);
	if (error) {
		kfree(lf);
		return linux_error(error);
	}
	file->private_data = lf;
	return stream_open(inode, file);
}

static int
dev_release(struct inode *inode, struct file *file)
{
	struct linux_file *lf = file->private_data;
	struct host_thread t LINUX_UNINITIALIZED;

	linux_enter(&t);
	if ((current->flags & PF_SIGNALED) != 0)
		host_thread_interrupt(&t);
	hosted_close(lf->lf_hosted);
	linux_leave(&t);
	linux_poll_fini(&lf->lf_poll);
	kfree(lf);
	return 0;
}

/*
 * Read and write.
 */

static ssize_t
dev_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	struct linux_file *lf = file->private_data;
	struct host_thread t LINUX_UNINITIALIZED;
	unsigned long done;
	int error;

	linux_enter_call(&t, task_tgid_nr(current));
	error = hosted_read(lf->lf_hosted, (__force void *)buf, n,
	    (file->f_flags & O_NONBLOCK) != 0, &done);
	if (done < n)
		linux_poll_again(lf->lf_hosted, &lf->lf_poll, LINUX_POLL_IN);
	linux_leave(&t);
	return error ? linux_error(error) : (ssize_t)done;
}

static ssize_t
dev_write(struct file *file, const char __user *buf, size_t n, loff_t *pos)
{
	struct linux_file *lf = file->private_data;
	struct host_thread t LINUX_UNINITIALIZED;
	unsigned long done;
	int error;

	linux_enter_call(&t, task_tgid_nr(current));
	error = hosted_write(lf->lf_hosted, (__force const void *)buf, n,
	    (file->f_flags & O_NONBLOCK) != 0, &done);
	if (done < n)
		linux_poll_again(lf->lf_hosted, &lf->lf_poll, LINUX_POLL_OUT);
	linux_leave(&t);
	return error ? linux_error(error) : (ssize_t)done;
}

static __poll_t
dev_poll(struct file *file, struct poll_table_struct *pt)
{

	return linux_poll_request(file->private_data, file, pt);
}

/*
 * Control.
 */

/* With a buffer of the request's size. */
static long
dev_ioctl_with(struct file *file, unsigned long cmd, void *data,
    unsigned int size, void __user *arg)
{
	struct linux_file *lf = file->private_data;
	struct host_thread t LINUX_UNINITIALIZED;
	int error;

	memset(data, 0, size);
	if ((cmd & HOSTED_IOC_IN) != 0 && copy_from_user(data, arg, size) != 0)
		return -EFAULT;
	linux_enter_call(&t, task_tgid_nr(current));
	error = hosted_ioctl(lf->lf_hosted, cmd, data,
	    (file->f_flags & O_NONBLOCK) != 0);
	linux_leave(&t);
	if (error)
		return linux_error(error);
	if ((cmd & HOSTED_IOC_OUT) != 0 && copy_to_user(arg, data, size) != 0)
		return -EFAULT;
	return 0;
}

/* The process, or the group as a negative number, that gets the file's
 * signals; 0: nobody. */
static int
dev_owner(struct file *file)
{
	struct fown_struct *fown = linux_file_owner(file);
	int pid;

	if (fown == NULL)
		return 0;
	read_lock_irq(&fown->lock);
	pid = pid_vnr(fown->pid);
	if (fown->pid_type == PIDTYPE_PGID)
		pid = -pid;
	read_unlock_irq(&fown->lock);
	return pid;
}

/* Who gets SIGIO is Linux's business. */
static long
dev_ioctl_owner(struct file *file, unsigned int cmd, int __user *arg)
{
	int pid;

	if (cmd == FIOGETOWN)
		return put_user(dev_owner(file), arg);
	if (get_user(pid, arg) != 0)
		return -EFAULT;
	return f_setown(file, pid, 1);
}

static long
dev_ioctl(struct file *file, unsigned int linux_cmd, unsigned long arg)
{
	u8 small[DEV_IOCTL_BYTES] __aligned(8);
	unsigned int size;
	unsigned long cmd;
	long result;
	void *data;

	if (linux_cmd == FIOSETOWN || linux_cmd == FIOGETOWN)
		return dev_ioctl_owner(file, linux_cmd, (int __user *)arg);
	cmd = hosted_ioctl_cmd(linux_cmd);
	if (cmd == 0)
		return -ENOTTY;
	size = hosted_ioctl_size(cmd);
	if (size <= sizeof(small))
		return dev_ioctl_with(file, cmd, small, size,
		    (void __user *)arg);
	data = kmalloc(size, GFP_KERNEL_ACCOUNT);
	if (data == NULL)
		return -ENOMEM;
	result = dev_ioctl_with(file, cmd, data, size, (void __user *)arg);
	kfree(data);
	return result;
}

/*
 * SIGIO.
 */

/* Switch the hosted kernel's part on or off. */
static int
dev_async(struct linux_file *lf, int on)
{
	struct host_thread t LINUX_UNINITIALIZED;
	int error;

	linux_enter_call(&t, lf->lf_id);
	error = hosted_ioctl(lf->lf_hosted, hosted_ioctl_cmd(FIOASYNC), &on,
	    0);
	linux_leave(&t);
	return error;
}

static void
dev_async_insert(struct linux_file *lf)
{

	spin_lock(&dev_async_lock);
	if (lf->lf_id == 0) {
		lf->lf_id = dev_async_id++;
		if (dev_async_id < DEV_ASYNC_FIRST)
			dev_async_id = DEV_ASYNC_FIRST;
		list_add(&lf->lf_async, &dev_asyncs);
	}
	spin_unlock(&dev_async_lock);
}

static void
dev_async_remove(struct linux_file *lf)
{

	spin_lock(&dev_async_lock);
	list_del_init(&lf->lf_async);
	lf->lf_id = 0;
	spin_unlock(&dev_async_lock);
}

bool
linux_dev_signal(int pid)
{
	struct linux_file *lf;
	bool found = false;

	if (pid < DEV_ASYNC_FIRST)
		return false;
	spin_lock(&dev_async_lock);
	list_for_each_entry(lf, &dev_asyncs, lf_async) {
		if (lf->lf_id == pid) {
			kill_fasync(&lf->lf_poll.hp_async, SIGIO, POLL_IN);
			found = true;
			break;
		}
	}
	spin_unlock(&dev_async_lock);
	return found;
}

static int
dev_fasync(int fd, struct file *file, int on)
{
	struct linux_file *lf = file->private_data;
	int error;

	error = fasync_helper(fd, file, on, &lf->lf_poll.hp_async);
	if (error < 0)
		return error;
	if (!on) {
		if (lf->lf_id != 0) {
			(void)dev_async(lf, 0);
			dev_async_remove(lf);
		}
		return 0;
	}
	if (dev_owner(file) == 0)
		__f_setown(file, task_tgid(current), PIDTYPE_TGID, 0);
	dev_async_insert(lf);
	error = dev_async(lf, 1);
	if (error == 0)
		return 0;
	dev_async_remove(lf);
	(void)fasync_helper(fd, file, 0, &lf->lf_poll.hp_async);
	return -error;
}

/*
 * Life.
 */

static const struct file_operations dev_fops = {
	.owner = THIS_MODULE,
	.open = dev_open,
	.release = dev_release,
	.read = dev_read,
	.write = dev_write,
	.poll = dev_poll,
	.unlocked_ioctl = dev_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.fasync = dev_fasync,
	.llseek = no_llseek,
};

int
linux_dev_init(void)
{
	int error;

	error = alloc_chrdev_region(&dev_first, 0, DEV_NODES, DEV_NAME);
	if (error)
		return -error;
	cdev_init(&dev_cdev, &dev_fops);
	dev_cdev.owner = THIS_MODULE;
	error = cdev_add(&dev_cdev, dev_first, DEV_NODES);
	if (error)
		goto unregister;
	dev_class = linux_class_create(DEV_NAME);
	if (IS_ERR(dev_class)) {
		error = PTR_ERR(dev_class);
		goto delete;
	}
	dev_class->devnode = dev_devnode;
	return 0;
delete:
	cdev_del(&dev_cdev);
unregister:
	unregister_chrdev_region(dev_first, DEV_NODES);
	return -error;
}

void
linux_dev_fini(void)
{

	class_destroy(dev_class);
	cdev_del(&dev_cdev);
	unregister_chrdev_region(dev_first, DEV_NODES);
}
