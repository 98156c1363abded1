/*
 * Copyright (c) 2026 The bsdmidi authors.
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * stub.S: what stands in the place of a kernel's unpacker, in front of a
 * kernel that is not packed.  bzimage.py puts the two together.
 *
 * The loader has it at 1 MB and enters in 32-bit mode with the parameters in
 * %esi.  It moves the kernel to where it was linked for, maps the first 4 GB
 * to themselves, and enters the kernel as the unpacker would, in 64-bit mode
 * with the parameters in %rsi.
 */

#define TABLES	0x102000	/* six pages: between this and the kernel */

	.text
	.code32
	.globl	start
start:
	jmp	1f
	.balign	4
/* Filled in by bzimage.py: where the kernel is, where it is to be, how many
 * longs it has, where it is entered. */
from:	.long	0
to:	.long	0
longs:	.long	0
entry:	.long	0

1:	cli
	movl	%esi, %ebp

	/* From its end, since it may be moved by less than its size. */
	movl	longs, %ecx
	movl	from, %esi
	movl	to, %edi
	leal	-4(%esi,%ecx,4), %esi
	leal	-4(%edi,%ecx,4), %edi
	std
	rep movsl
	cld

	movl	$TABLES, %edi
	xorl	%eax, %eax
	movl	$(2 * 4096 / 4), %ecx
	rep stosl
	movl	$(TABLES + 0x1003), TABLES
	movl	$(TABLES + 0x2003), TABLES + 0x1000
	movl	$(TABLES + 0x3003), TABLES + 0x1008
	movl	$(TABLES + 0x4003), TABLES + 0x1010
	movl	$(TABLES + 0x5003), TABLES + 0x1018
	/* Pages of 2 MB, present and writable. */
	movl	$0x83, %eax
	movl	$(4 * 512), %ecx
2:	movl	%eax, (%edi)
	movl	$0, 4(%edi)
	addl	$0x200000, %eax
	addl	$8, %edi
	loop	2b

	movl	entry, %ebx
	movl	%cr4, %eax
	orl	$0x20, %eax		/* PAE */
	movl	%eax, %cr4
	movl	$TABLES, %eax
	movl	%eax, %cr3
	movl	$0xc0000080, %ecx	/* EFER */
	rdmsr
	orl	$0x100, %eax		/* LME */
	wrmsr
	lgdt	gdt_pointer
	movl	%cr0, %eax
	orl	$0x80000001, %eax	/* PG, PE */
	movl	%eax, %cr0
	ljmp	$0x10, $3f

	.code64
3:	movl	$0x18, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	%ebp, %esi
	movl	%ebx, %ebx
	jmp	*%rbx

	.balign	8
gdt:	.quad	0
	.quad	0
	.quad	0x00af9a000000ffff	/* 64-bit code */
	.quad	0x00cf92000000ffff	/* data */
gdt_pointer:
	.word	. - gdt - 1
	.long	gdt
