# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# GNU make.  Everything that is built goes under $(BUILD).
#
#	make			everything for this machine
#	make run [SONG=x.mid]	the main job, shown
#	make check		every test that this machine can run
#	make bench		how fast it is, beside others
#	make fuzz-smf TIME=600	look for files that break the reader
#	make fuzz-usb TIME=600	the same for USB MIDI devices
#	make modules		modules for Linux (KDIR=: for which)
#	make vm [RUN=command]	a virtual machine that has them loaded
#	make bench-vm		how fast it is in there, beside ALSA
#	make vm-sound SONG=x.mid what a song sounds like there, in OUT=sound.wav
#	make check-sound	the notes in such a sound
#	make check-speaker	the tones of the speaker there
#	make check-opl3		the notes on an OPL3, by its registers
#	make check-uart		a serial UART there, both ways
#	make check-mpu		an MPU-401, in another machine
#	make check-vm		the tests in it
#	make check-vm-panics	that it ends when the hosted kernel panics
#	make check-dkms		that dkms builds them
#	make check-sparse	what sparse(1) has to say of their sources
#	make soak-vm		1000 loads and unloads there
#	make install PREFIX=
#	make install-modules	into Linux; install-dkms: for every kernel
#	make clean
#
# One build has one compiler and one sanitizer: BUILD=, CC=, SAN=.
# Q= shows the commands.

ifeq ($(origin CC),default)
CC =		gcc
endif
AR =		ar
BUILD ?=	build
SAN ?=
PREFIX ?=	/usr/local
DESTDIR ?=
VERSION =	0.1

B =		$(BUILD)
Q =		@
.DEFAULT_GOAL =	all
.SUFFIXES:
.DELETE_ON_ERROR:

# --- Flags ---------------------------------------------------------------

OPT ?=		-O2 -g
WARN =		-Wall -Wextra -Werror -Wstrict-prototypes -Wmissing-prototypes \
		-Wpointer-arith -Wundef
ifneq ($(SAN),)
SANFLAGS =	-fsanitize=$(SAN) -fno-omit-frame-pointer
# What a sanitizer puts between the lines confuses gcc.
ifneq ($(findstring gcc,$(CC)),)
WARN +=		-Wno-maybe-uninitialized
endif
ifneq ($(findstring undefined,$(SAN)),)
SANFLAGS +=	-fno-sanitize-recover=undefined
endif
endif
COMMON =	-std=gnu11 $(OPT) $(WARN) $(SANFLAGS) -fno-common -MMD -MP

# Code of the kernel: its headers and nothing of the host's.  NetBSD's
# methods have arguments that not every driver uses.  Its stacks are short,
# but for a sanitizer's.
KFLAGS =	$(COMMON) -Wno-unused-parameter $(KFRAME) -D_KERNEL \
		-DDIAGNOSTIC -nostdinc -ffreestanding -Isys/hosted/include -Isys
KFRAME =	$(if $(SAN),,-Wframe-larger-than=1024)
# Programs, tests, and the hosts.
UFLAGS =	$(COMMON) -D_GNU_SOURCE -Isys -Isys/hosted/user/include \
		-Isys/hosted -Iusr.bin/midi/common
FUSE_CFLAGS =	$(shell pkg-config --cflags fuse3 2>/dev/null)
FUSE_LIBS =	$(shell pkg-config --libs fuse3 2>/dev/null)
LIBS =		-lpthread

# --- Sources -------------------------------------------------------------

# The lists of NetBSD's config(1); the hosted kernel has alarms of its own.
DEV_C :=	$(addprefix sys/,$(filter-out dev/midi/midi_alarm.c, \
		$(shell awk '$$1 == "file" { print $$2 }' \
		sys/dev/midi/files.midi sys/hosted/files.netbsd)))
PURE_C :=	$(shell grep -L '<sys/systm.h>' $(DEV_C))
KERN_C :=	$(filter-out %/ioconf_none.c,$(wildcard sys/hosted/kern/*.c))
SIM_C :=	$(wildcard sys/hosted/sim/*.c)
USER_C :=	$(wildcard sys/hosted/user/*.c)
COMMON_C :=	$(wildcard usr.bin/midi/common/*.c)

DEV_O :=	$(DEV_C:%.c=$(B)/k/%.o)
KERN_O :=	$(KERN_C:%.c=$(B)/k/%.o)
SIM_O :=	$(SIM_C:%.c=$(B)/u/%.o)
USER_O :=	$(USER_C:%.c=$(B)/u/%.o)
PURE_O :=	$(PURE_C:%.c=$(B)/u/%.o)
COMMON_O :=	$(COMMON_C:%.c=$(B)/u/%.o)

LIBKERN =	$(B)/lib/libkern.a
LIBSIM =	$(B)/lib/libsim.a
LIBUSER =	$(B)/lib/libuser.a
LIBPURE =	$(B)/lib/libpure.a
LIBCOMMON =	$(B)/lib/libcommon.a
# All of a program but its main(), for tests.
LIBPLAY =	$(B)/lib/libplay.a
LIBRECORD =	$(B)/lib/librecord.a

PROGRAMS =	midibank midictl mididump midihost midiplay midirecord vmstat
BIN :=		$(PROGRAMS:%=$(B)/bin/%)

include tests/tests.mk

all: $(BIN) $(TEST_TOOLS) $(B)/k/sys/dev/midi/midi_alarm.o

# --- Rules ---------------------------------------------------------------

$(B)/k/%.o: %.c
	@mkdir -p $(@D)
	@echo 'CC  $@'
	$(Q)$(CC) $(KFLAGS) -c $< -o $@

$(B)/u/sys/hosted/user/%.o: UFLAGS += $(FUSE_CFLAGS)
$(B)/u/%.o: %.c
	@mkdir -p $(@D)
	@echo 'CC  $@'
	$(Q)$(CC) $(UFLAGS) -c $< -o $@

define archive
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)$(AR) rcs $@ $^
endef

$(LIBKERN): $(DEV_O) $(KERN_O)
	$(archive)
$(LIBSIM): $(SIM_O)
	$(archive)
$(LIBUSER): $(USER_O)
	$(archive)
$(LIBPURE): $(PURE_O)
	$(archive)
$(LIBCOMMON): $(COMMON_O)
	$(archive)

objects =	$(patsubst %.c,$(B)/u/%.o,$(wildcard $(1)/*.c))

$(LIBPLAY): $(filter-out %/midiplay.o,$(call objects,usr.bin/midiplay))
	$(archive)
$(LIBRECORD): $(filter-out %/midirecord.o,$(call objects,usr.bin/midirecord))
	$(archive)

define link
	@mkdir -p $(@D)
	@echo 'LD  $@'
	$(Q)$(CC) $(SANFLAGS) $(OPT) -o $@ $(filter %.o,$^) -Wl,--start-group \
	    $(filter %.a,$^) -Wl,--end-group $(LIBS)
endef

$(B)/bin/midihost: LIBS += $(FUSE_LIBS)
$(B)/bin/midihost: $(call objects,usr.bin/midihost) $(LIBCOMMON) $(LIBKERN) $(LIBUSER)
	$(link)
$(B)/bin/midibank: $(call objects,usr.bin/midibank) $(LIBCOMMON) $(LIBPURE)
	$(link)
$(B)/bin/midictl: $(call objects,usr.bin/midictl) $(LIBCOMMON) $(LIBPURE)
	$(link)
$(B)/bin/mididump: $(call objects,usr.bin/mididump) $(LIBCOMMON) $(LIBPURE)
	$(link)
$(B)/bin/midiplay: $(call objects,usr.bin/midiplay) $(LIBCOMMON) $(LIBPURE)
	$(link)
$(B)/bin/midirecord: $(call objects,usr.bin/midirecord) $(LIBCOMMON)
	$(link)
$(B)/bin/vmstat: $(call objects,usr.bin/vmstat) $(LIBCOMMON)
	$(link)

# --- Jobs ----------------------------------------------------------------

PACKAGES :=	$(shell sed 's/\#.*//' share/packages.debian)
BENCH_PACKAGES := $(shell sed 's/\#.*//' share/packages-bench.debian)

# Install what is missing, or say how.
deps:
	@sh tests/deps.sh $(PACKAGES)

run: deps
	@$(MAKE) --no-print-directory all
	@sh tests/run.sh $(B) "$(SONG)"

check: deps
	@sh tests/check.sh

# gcc -O2, whatever was built before.
bench: deps
	@sh tests/deps.sh $(BENCH_PACKAGES)
	@$(MAKE) --no-print-directory BUILD=$(B)/bench CC=gcc OPT='-O2 -g' SAN= \
	    benches
	@sh tests/bench/bench.sh $(B)/bench

# --- Linux modules ----------------------------------------------------------

# The kernel to build for: the running one, or else the newest that there are
# headers for.
KDIR ?=		$(firstword $(wildcard /lib/modules/$(shell uname -r)/build) \
		$(shell ls -d /lib/modules/*/build 2>/dev/null | sort -Vr))
MODULES =	$(abspath $(B))/modules
# Kbuild's own compiler, not ours; W= and C= are Kbuild's, too.  What is tested
# has all warnings of W=1.
KBUILD =	$(MAKE) --no-print-directory -C $(KDIR) M=$(MODULES) \
		$(if $(VMTESTS),TESTS=1) \
		$(if $(W)$(VMTESTS),W=$(or $(W),1)) $(if $(C),C=$(C) CF="$(CF)")

# Objects go where the sources seem to be: a tree of links to them.
modules:
	@test -n "$(KDIR)" || { echo 'modules: no headers of Linux are here;' \
	    'install linux-headers-amd64, or set KDIR=' >&2; exit 1; }
	@mkdir -p $(MODULES)
	@cp -rsf $(CURDIR)/sys $(if $(VMTESTS),$(CURDIR)/tests) $(MODULES)/
	@find $(MODULES) -xtype l -delete
	@ln -sf sys/hosted/linux/Kbuild $(MODULES)/Kbuild
	+$(Q)$(KBUILD) modules

VM_PACKAGES :=	$(shell sed 's/\#.*//' share/packages-vm.debian)

vm-deps: deps
	@sh tests/deps.sh $(VM_PACKAGES)
	@sh tests/vm/kernel.sh deps
	@mkdir -p $(B)/vm
	@sh tests/vm/kernel.sh find $(abspath $(B))/vm >/dev/null

vm-tree: vm-deps
	+@$(MAKE) --no-print-directory -s all modules VMTESTS=$(VMTESTS)
	@sh tests/vm/tree.sh $(B)

check-vm: deps
	@sh tests/check.sh vm

# The measuring program uses alsa-lib, for ALSA's side.
VMBENCH_O :=	$(call objects,tests/bench/vm)
$(B)/bench/vm/vmbench: $(VMBENCH_O)
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPT) -o $@ $^ -lasound -lpthread -lutil

bench-vm: vm-tree
	@sh tests/deps.sh $(BENCH_PACKAGES)
	@$(MAKE) --no-print-directory -s $(B)/bench/vm/vmbench
	@sh tests/bench/vm/run.sh $(B)

vm: vm-tree
	@sh tests/vm/vm.sh $(B) $(if $(RUN),'$(subst ','\'',$(RUN))')

# What a song sounds like on an OPL2, for the ears; and tests of the sound.
OUT ?=		$(B)/sound.wav
vm-sound: vm-tree
	@sh tests/sound/sound.sh $(B) "$(or $(SONG),$(T)/tools/tune.mid)" $(OUT)

check-sound: vm-tree
	@sh tests/sound/t_sound.sh $(B)

check-speaker: vm-tree
	@python3 tests/sound/speaker.py $(B)

# Bochs has an OPL3, and tells what is written to it.
check-opl3: vm-tree
	@sh tests/deps.sh $(BOCHS_PACKAGES)
	@python3 tests/sound/opl3.py $(B)

# A serial line of the virtual machine, whose far end is here.
check-uart: vm-tree
	@python3 tests/uart/uart.py $(B)

# Bochs has an MPU-401.
BOCHS_PACKAGES := $(shell sed 's/\#.*//' share/packages-bochs.debian)
check-mpu: vm-tree
	@sh tests/deps.sh $(BOCHS_PACKAGES)
	@python3 tests/uart/mpu.py $(B)

# As many seconds as TIME says; what is found lies in $(B)/fuzz.
TIME ?=		600
fuzz-smf fuzz-usb: fuzz-%: deps
	@$(MAKE) --no-print-directory BUILD=$(B)/fuzz CC=clang \
	    SAN=fuzzer-no-link,address,undefined \
	    $(B)/fuzz/tests/fuzz/fuzz_$* $(B)/fuzz/tests/fuzz/replay_$*
	@sh tests/fuzz/fuzz.sh $(B)/fuzz $* $(TIME)

MANUALS :=	$(wildcard share/man/man*/*.[1-9])
# bash looks for a file of the command's name.
COMPLETED =	midibank midictl mididump midihost midiplay midirecord

# Linux has another vmstat, which is not to be hidden.
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/include/bsdmidi/sys
	install $(filter-out %/vmstat,$(BIN)) $(DESTDIR)$(PREFIX)/bin
	install -d $(DESTDIR)$(PREFIX)/libexec/bsdmidi
	install $(B)/bin/vmstat $(DESTDIR)$(PREFIX)/libexec/bsdmidi
	install -m 644 sys/sys/midiio.h sys/sys/soundcard.h \
	    sys/hosted/user/include/sys/ioccom.h \
	    $(DESTDIR)$(PREFIX)/include/bsdmidi/sys
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions \
	    $(DESTDIR)$(PREFIX)/share/zsh/site-functions
	for c in $(COMPLETED); do \
	    install -m 644 share/completion/bash/bsdmidi \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/$$c || \
	    exit 1; \
	done
	install -m 644 share/completion/zsh/_bsdmidi \
	    $(DESTDIR)$(PREFIX)/share/zsh/site-functions
	for m in $(MANUALS); do \
	    d=$(DESTDIR)$(PREFIX)/$${m%/*}; \
	    install -d $$d && install -m 644 $$m $$d || exit 1; \
	done

# Of Linux: the modules for one kernel; or their sources, for dkms(8) to build
# them for every one.  What udev is to do with their nodes comes with both.
MODULE_NAMES :=	$(shell sed -n 's/^modules := //p' sys/hosted/linux/Kbuild)
UDEVDIR ?=	/etc/udev/rules.d
DKMSDIR =	$(DESTDIR)/usr/src/bsdmidi-$(VERSION)

install-udev:
	install -D -m 644 share/udev/60-bsdmidi.rules \
	    $(DESTDIR)$(UDEVDIR)/60-bsdmidi.rules

install-modules: modules install-udev
	$(KBUILD) INSTALL_MOD_PATH=$(DESTDIR) INSTALL_MOD_DIR=updates \
	    modules_install

install-dkms: install-udev
	rm -rf $(DKMSDIR)
	install -d $(DKMSDIR)/sys
	cp -r sys/dev sys/sys sys/hosted $(DKMSDIR)/sys
	cp sys/hosted/linux/Kbuild $(DKMSDIR)/Kbuild
	awk -v v=$(VERSION) -v names='$(MODULE_NAMES)' \
	    '/@MODULES@/ { n = split(names, m, " "); for (i = 1; i <= n; i++) \
	    printf("BUILT_MODULE_NAME[%d]=\"bsdmidi_%s\"\n" \
	    "DEST_MODULE_LOCATION[%d]=\"/updates/dkms\"\n", i - 1, m[i], i - 1); \
	    next } { gsub("@VERSION@", v); print }' share/dkms/dkms.conf.in \
	    >$(DKMSDIR)/dkms.conf

DKMS_PACKAGES := $(shell sed 's/\#.*//' share/packages-dkms.debian)

# That dkms(8) builds and installs them, in folders of its own.
check-dkms: deps
	@sh tests/deps.sh $(DKMS_PACKAGES)
	@sh tests/vm/kernel.sh deps
	@sh tests/vm/dkms.sh $(B)

# Checks of the hosted kernel's that must end the virtual machine.
check-vm-panics:
	+@$(MAKE) --no-print-directory -s tests vm-tree VMTESTS=1
	@sh tests/vm/panics.sh $(B) $(CASES)

# All of them, whether they are built or not; its warnings are errors.
check-sparse: vm-deps
	+@$(MAKE) --no-print-directory -s modules VMTESTS=1 C=2 CF=-Wsparse-error

# 1000 loads and unloads with traffic between: no warning, no growth.
soak-vm:
	+@$(MAKE) --no-print-directory -s tests vm-tree VMTESTS=1
	@sh tests/vm/soak.sh $(B) $(or $(CYCLES),1000)

clean:
	rm -rf $(BUILD)

.PHONY:		all deps run check bench modules vm-deps vm-tree vm vm-sound \
		check-sound check-speaker check-opl3 check-uart check-mpu check-vm \
		check-vm-panics check-dkms check-sparse soak-vm \
		install install-udev install-modules install-dkms clean

-include $(shell find $(B) \( -name vm -o -name modules -o -name dkms \) -prune \
    -o -name '*.d' -print 2>/dev/null)
