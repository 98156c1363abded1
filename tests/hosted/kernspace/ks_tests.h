/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * ks_tests.h: the kernel's side of each test case, called without arguments
 * in a booted kernel.  What it shows stands with the case, in t_*.c.
 */

#ifndef _TESTS_HOSTED_KS_TESTS_H_
#define _TESTS_HOSTED_KS_TESTS_H_

/* ks_mutex.c */
void	ks_mutex_owned(void);
void	ks_mutex_exclude(void);
void	ks_mutex_levels(void);
void	ks_mutex_try(void);
void	ks_mutex_obj(void);
void	ks_mutex_self(void);
void	ks_mutex_not_owner(void);
void	ks_mutex_adaptive_intr(void);
void	ks_mutex_adaptive_under_spin(void);
void	ks_mutex_above_ipl(void);
void	ks_mutex_spin_above_ipl(void);
void	ks_mutex_inversion(void);
void	ks_mutex_circle(void);
void	ks_mutex_one_class(void);
void	ks_mutex_destroy_held(void);
void	ks_mutex_uninitialized(void);
void	ks_mutex_copy_held(void);
/* ks_condvar.c */
void	ks_condvar_never_early(void);
void	ks_condvar_kpause(void);
void	ks_condvar_bt_left(void);
void	ks_condvar_lost(void);
void	ks_condvar_signal(void);
void	ks_condvar_broadcast(void);
void	ks_condvar_interrupt(void);
void	ks_condvar_sig(void);
void	ks_condvar_nosig(void);
void	ks_condvar_unlocked(void);
void	ks_condvar_signal_unlocked(void);
void	ks_condvar_spin_held(void);
void	ks_condvar_destroy_waiters(void);
void	ks_condvar_wait_inversion(void);
/* ks_callout.c */
void	ks_callout_never_early(void);
void	ks_callout_order(void);
void	ks_callout_stop(void);
void	ks_callout_move(void);
void	ks_callout_halt_interlock(void);
void	ks_callout_halt(void);
void	ks_callout_halt_self(void);
void	ks_callout_interrupt(void);
void	ks_callout_destroy_pending(void);
void	ks_callout_keeps_mutex(void);
void	ks_callout_sleeps(void);
/* ks_softint.c */
void	ks_softint_levels(void);
void	ks_softint_self(void);
void	ks_softint_interrupt(void);
void	ks_softint_own(void);
void	ks_softint_own_held(void);
void	ks_softint_own_waits(void);
void	ks_softint_no_work_lost(void);
void	ks_softint_disestablish(void);
void	ks_softint_sleeps(void);
void	ks_softint_preempted(void);
void	ks_softint_nopreempt_sleeps(void);
void	ks_softint_disestablish_held(void);
/* ks_autoconf.c */
void	ks_autoconf_tree(void);
void	ks_autoconf_none(void);
void	ks_autoconf_units(void);
void	ks_autoconf_refuse(void);
void	ks_autoconf_reference(void);
void	ks_autoconf_attaching(void);
void	ks_autoconf_two_detach(void);
void	ks_autoconf_pseudo(void);
void	ks_autoconf_component(void);
/* ks_devsw.c */
void	ks_devsw_names(void);
void	ks_devsw_last_close(void);
void	ks_devsw_open_waits_for_close(void);
void	ks_devsw_revoke(void);
void	ks_devsw_revoked_stays(void);
void	ks_devsw_revoke_open(void);
void	ks_devsw_storm(void);
void	ks_devsw_clone(void);
void	ks_devsw_short(void);
void	ks_devsw_signal(void);
void	ks_devsw_ioctl(void);
void	ks_devsw_ioctl_cmd(void);
void	ks_devsw_attach(void);
void	ks_devsw_numbers(void);
/* ks_select.c */
void	ks_select_poll(void);
void	ks_select_many(void);
void	ks_select_kqueue(void);
void	ks_select_kqueue_flags(void);
void	ks_select_kqueue_wait(void);
void	ks_select_kqueue_close(void);
void	ks_select_kqueue_storm(void);
/* ks_kmem.c */
void	ks_kmem_alloc(void);
void	ks_kmem_strings(void);
void	ks_kmem_fail(void);
void	ks_kmem_leak(void);
void	ks_kmem_size(void);
void	ks_kmem_behind(void);
void	ks_kmem_wild(void);
void	ks_kmem_interrupt(void);
/* ks_uio.c */
void	ks_uio_move(void);
void	ks_uio_fault(void);
void	ks_evcnt_node(void);
void	ks_time_uptime(void);
void	ks_time_arith(void);
/* ks_alarm.c */
void	ks_alarm_never_early(void);
void	ks_alarm_sequence(void);
void	ks_alarm_cancel(void);
void	ks_alarm_move(void);
void	ks_alarm_destroy(void);
/* ks_usb.c */
void	ks_usb_transfer(void);
void	ks_usb_timeout(void);
void	ks_usb_open(void);
void	ks_usb_not_mpsafe(void);
void	ks_usb_twice(void);
void	ks_usb_setup_busy(void);
void	ks_usb_destroy_busy(void);
void	ks_usb_look_busy(void);
void	ks_usb_outside(void);
void	ks_usb_callback_sync(void);
void	ks_usb_close_xfers(void);
void	ks_usb_left_open(void);
void	ks_usb_abort_held(void);
void	ks_usb_abort_softint(void);
void	ks_usb_interrupt(void);
void	ks_usb_task(void);
void	ks_usb_ended_twice(void);
void	ks_usb_too_much(void);

#endif /* !_TESTS_HOSTED_KS_TESTS_H_ */
