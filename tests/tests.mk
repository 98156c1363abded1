# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# tests.mk: which test programs there are and what they are linked with;
# included by the top Makefile.
#
# Programs go where their sources are, under $(T), each folder with a Kyuafile
# that names them.  A program's own list of objects is what stands in its
# rule; everything else comes from the libraries.

T =		$(B)/tests
$(T)/%: LIBS += -latf-c

# Of pure files, which are compiled as user code for them.
PURE_T :=	$(basename $(notdir $(wildcard tests/dev/midi/t_midi_*.c \
		tests/dev/midi/t_seq_*.c tests/dev/midi/t_syn_*.c tests/dev/midi/t_opl_*.c \
		tests/dev/midi/t_midiio.c \
		tests/dev/midi/t_soundcard.c)))
# Of the devices, on each target of h_target.h.
TARGET_T =	t_rmidi t_sequencer t_midictl t_settings t_tap
# Of the whole stack in the simulation only.
SCENARIO_T :=	$(basename $(notdir $(wildcard tests/dev/midi/s_*.c)))
# Of the simulation itself.
SIM_T :=	$(basename $(notdir $(wildcard tests/sim/t_*.c)))
# Of programs.
SMF_T :=	$(basename $(notdir $(wildcard tests/usr.bin/t_*.c)))
SH_T :=		$(basename $(notdir $(wildcard tests/usr.bin/t_*.sh)))
BENCHES :=	$(basename $(notdir $(wildcard tests/bench/b_*.c)))

PURE_TP :=	$(PURE_T:%=$(T)/dev/midi/%)
TARGET_TP :=	$(foreach t,$(TARGET_T),$(T)/dev/midi/$(t)_sim \
		$(T)/dev/midi/$(t)_dev)
SCENARIO_TP :=	$(SCENARIO_T:%=$(T)/dev/midi/%)
SCENARIO_O :=	$(patsubst %,$(B)/u/tests/dev/midi/%.o,h_scenario h_hardware h_model \
		h_music h_traffic) \
		$(B)/u/tests/sim/runner.o
# With a chip.
$(T)/dev/midi/s_opl $(T)/dev/midi/s_opl_tune: $(B)/u/tests/dev/midi/h_opl.o
$(T)/dev/midi/s_opl $(T)/dev/midi/s_opl_tune: LIBS += -lm
$(T)/dev/midi/s_mpu $(T)/dev/midi/s_midicom: $(B)/u/tests/dev/midi/h_chip.o
$(T)/dev/midi/s_opl_tune: $(LIBCOMMON)
$(T)/dev/midi/s_midisyn: $(B)/k/tests/dev/midi/kernspace/testsyn.o
SCRIPT_TP =	$(T)/dev/midi/t_script_sim $(T)/dev/midi/t_oldhw_sim
SIM_TP :=	$(SIM_T:%=$(T)/sim/%)
SMF_TP :=	$(SMF_T:%=$(T)/usr.bin/%)
SH_TP :=	$(SH_T:%=$(T)/usr.bin/%)

$(PURE_TP): LIBS += -lm
$(PURE_TP): $(T)/dev/midi/%: $(B)/u/tests/dev/midi/%.o $(LIBPURE)
	$(link)
$(T)/dev/midi/t_opl_bank: $(B)/u/tests/dev/midi/h_oplsound.o
$(T)/dev/midi/%_sim: $(B)/u/tests/dev/midi/%.o \
    $(B)/u/tests/dev/midi/h_target.o $(B)/u/tests/dev/midi/h_target_sim.o \
    $(LIBKERN) $(LIBSIM)
	$(link)
$(T)/dev/midi/%_dev: $(B)/u/tests/dev/midi/%.o \
    $(B)/u/tests/dev/midi/h_target.o $(B)/u/tests/dev/midi/h_target_dev.o
	$(link)
$(SCENARIO_TP): $(T)/dev/midi/%: $(B)/u/tests/dev/midi/%.o \
    $(SCENARIO_O) $(LIBKERN) $(LIBSIM)
	$(link)
# With a driver of hardware of their own.
$(SCRIPT_TP): $(T)/dev/midi/%: $(B)/u/tests/dev/midi/%.o \
    $(patsubst %,$(B)/u/tests/dev/midi/%.o,h_script h_script_op h_script_call \
    h_script_text) $(B)/k/tests/dev/midi/kernspace/testmidi.o $(LIBKERN) \
    $(LIBSIM)
	$(link)
$(SIM_TP): $(T)/sim/%: $(B)/u/tests/sim/%.o $(B)/u/tests/sim/runner.o $(LIBSIM)
	$(link)
$(B)/u/tests/usr.bin/%.o: UFLAGS += -Iusr.bin/midiplay -Iusr.bin/midirecord
$(SMF_TP): $(T)/usr.bin/%: $(B)/u/tests/usr.bin/%.o $(LIBPLAY) $(LIBRECORD) \
    $(LIBCOMMON) $(LIBPURE)
	$(link)
$(B)/u/tests/usr.bin/t_bank_read.o: UFLAGS += -Iusr.bin/midibank
$(T)/usr.bin/t_bank_read: $(B)/u/usr.bin/midibank/bank_read.o $(LIBPURE)
$(B)/u/tests/usr.bin/t_mididump_stream.o: UFLAGS += -Iusr.bin/mididump
$(T)/usr.bin/t_mididump_stream: $(B)/u/usr.bin/mididump/dump_stream.o
$(SH_TP): $(T)/usr.bin/%: tests/usr.bin/%.sh
	@mkdir -p $(@D)
	$(Q)install -m 755 $< $@

BENCH_TP :=	$(BENCHES:%=$(T)/bench/%)
$(BENCH_TP): LIBS := -lpthread -lm
$(BENCH_TP): $(T)/bench/%: $(B)/u/tests/bench/%.o \
    $(B)/u/tests/bench/h_bench.o $(LIBPURE)
	$(link)
$(T)/bench/b_alsa: LIBS += -lasound
$(T)/bench/b_smf: $(LIBCOMMON) | $(B)/bin/midiplay $(B)/bin/midihost
$(T)/bench/b_receive $(T)/bench/b_music: LIBS += $(FUSE_LIBS)
$(T)/bench/b_receive $(T)/bench/b_music: $(LIBKERN) $(LIBUSER)

# USB: pure files, and the whole stack with devices in the simulation.
USB_SCENARIO_TP := $(patsubst tests/%.c,$(T)/%,$(wildcard tests/dev/usb/s_*.c))
USB_TP =	$(T)/dev/usb/t_umidi_desc $(USB_SCENARIO_TP)
MORE_TESTS +=	$(USB_TP)
$(T)/dev/usb/t_umidi_desc: $(B)/u/tests/dev/usb/t_umidi_desc.o \
    $(B)/u/tests/dev/usb/h_usbdesc.o $(LIBPURE)
	$(link)
$(USB_SCENARIO_TP): $(T)/dev/usb/%: $(B)/u/tests/dev/usb/%.o $(SCENARIO_O) \
    $(B)/u/tests/dev/usb/h_usbecho.o $(B)/u/tests/dev/usb/h_usbdesc.o \
    $(LIBKERN) $(LIBSIM)
	$(link)

# Helpers of tests and of `make run'.
TEST_TOOLS :=	$(T)/tools/smfcmp $(T)/tools/mktune $(T)/tools/tune.mid \
		$(T)/tools/h_dev $(T)/tools/h_client

$(T)/tools/h_client: $(B)/u/tests/usr.bin/h_client.o
	$(link)
$(T)/tools/h_dev: $(B)/u/tests/usr.bin/h_dev.o
	$(link)
$(T)/tools/smfcmp: $(B)/u/tests/usr.bin/smfcmp.o $(LIBCOMMON)
	$(link)
$(T)/tools/mktune: $(B)/u/tests/tune/mktune.o $(LIBCOMMON)
	$(link)
$(T)/tools/tune.mid: $(T)/tools/mktune tests/tune/tune.txt
	$(Q)$(T)/tools/mktune <tests/tune/tune.txt >$@

# What takes any bytes: with libFuzzer (clang), and with a saved corpus.
FUZZ_SMF =	$(B)/u/tests/fuzz/fuzz_smf.o $(LIBPLAY) $(LIBCOMMON) $(LIBPURE)
$(B)/u/tests/fuzz/%.o: UFLAGS += -Iusr.bin/midiplay
$(T)/fuzz/%_smf: LIBS := -lpthread -Wl,--wrap=warnx
$(T)/fuzz/fuzz_smf: LIBS += -fsanitize=fuzzer
$(T)/fuzz/fuzz_smf: $(FUZZ_SMF)
	$(link)
$(T)/fuzz/replay_smf: $(B)/u/tests/fuzz/replay.o $(FUZZ_SMF)
	$(link)
FUZZ_USB =	$(B)/u/tests/fuzz/fuzz_usb.o $(B)/u/tests/dev/usb/h_usbdesc.o \
		$(LIBPURE)
$(T)/fuzz/%_usb: LIBS := -lpthread
$(T)/fuzz/fuzz_usb: LIBS += -fsanitize=fuzzer
$(T)/fuzz/fuzz_usb: $(FUZZ_USB)
	$(link)
$(T)/fuzz/replay_usb: $(B)/u/tests/fuzz/replay.o $(FUZZ_USB)
	$(link)
$(T)/fuzz/t_fuzz: tests/fuzz/t_fuzz.sh $(T)/fuzz/replay_smf \
    $(T)/fuzz/replay_usb
	@mkdir -p $(@D)
	$(Q)install -m 755 $< $@
MORE_TESTS +=	$(T)/fuzz/t_fuzz

# The hosted kernel, on each host: the kernel's side of the tests with a
# configuration of its own, and one program a subject.
HOSTED_T :=	$(filter-out t_broken,$(basename $(notdir \
		$(wildcard tests/hosted/t_*.c))))
BROKEN :=	$(basename $(notdir $(wildcard tests/hosted/broken/*.c)))
KS_O :=		$(patsubst %.c,$(B)/k/%.o,$(wildcard \
		tests/hosted/kernspace/*.c) tests/hosted/ioconf_test.c)
HOSTED_O =	$(B)/u/tests/hosted/h_hosted.o $(KS_O)
LIBHOSTED =	$(B)/lib/libhosted.a

HOSTED_TP :=	$(foreach h,sim user,$(HOSTED_T:%=$(T)/hosted/%_$(h)) \
		$(BROKEN:%=$(T)/hosted/t_broken_%_$(h)))
MORE_TESTS +=	$(HOSTED_TP)
THREAD_TESTS +=	$(filter-out $(T)/hosted/t_broken_%,$(filter %_user, \
		$(HOSTED_TP)))

$(KS_O): KFLAGS += -Itests/hosted
$(B)/u/tests/hosted/%.o: UFLAGS += -Itests/hosted
$(LIBHOSTED): $(filter-out $(B)/k/sys/hosted/kern/ioconf%.o %/kern_hostmidi.o, \
    $(KERN_O))
	$(archive)
$(HOSTED_T:%=$(T)/hosted/%_sim): $(T)/hosted/%_sim: \
    $(B)/u/tests/hosted/%.o $(B)/u/tests/hosted/host_run_sim.o $(HOSTED_O) \
    $(LIBHOSTED) $(LIBSIM)
	$(link)
$(HOSTED_T:%=$(T)/hosted/%_user): $(T)/hosted/%_user: \
    $(B)/u/tests/hosted/%.o $(B)/u/tests/hosted/host_run_user.o $(HOSTED_O) \
    $(LIBHOSTED) $(LIBUSER)
	$(link)

# A kernel with one function broken.
$(BROKEN:%=$(T)/hosted/t_broken_%_sim): $(T)/hosted/t_broken_%_sim: \
    $(B)/u/tests/hosted/t_broken.o $(B)/k/tests/hosted/broken/%.o \
    $(B)/u/tests/hosted/host_run_sim.o $(HOSTED_O) $(LIBHOSTED) $(LIBSIM)
	$(link)
$(BROKEN:%=$(T)/hosted/t_broken_%_user): $(T)/hosted/t_broken_%_user: \
    $(B)/u/tests/hosted/t_broken.o $(B)/k/tests/hosted/broken/%.o \
    $(B)/u/tests/hosted/host_run_user.o $(HOSTED_O) $(LIBHOSTED) $(LIBUSER)
	$(link)
$(foreach b,$(BROKEN),$(eval $(T)/hosted/t_broken_$(b)_sim \
    $(T)/hosted/t_broken_$(b)_user: LIBS += -Wl,--wrap=$(b)))
$(B)/k/tests/hosted/broken/%.o: KFLAGS += -Itests/hosted

# The parts with switches as modules of NetBSD's, in the simulation.
MODULE_O :=	$(patsubst %,$(B)/m/sys/dev/midi/%.o,midi midictl sequencer)
MORE_TESTS +=	$(T)/dev/midi/t_module
$(B)/m/%.o: %.c tests/dev/midi/module/ioconf.c
	@mkdir -p $(@D)
	@echo 'CC  $@'
	$(Q)$(CC) $(KFLAGS) -D_MODULE -Itests/dev/midi/module -c $< -o $@
$(B)/k/tests/dev/midi/kernspace/testmodule.o: KFLAGS += -Itests/hosted
$(B)/u/tests/dev/midi/t_module.o: UFLAGS += -Itests/hosted
$(T)/dev/midi/t_module: $(B)/u/tests/dev/midi/t_module.o \
    $(B)/k/tests/dev/midi/kernspace/testmodule.o $(MODULE_O) \
    $(B)/u/tests/hosted/h_hosted.o $(B)/u/tests/hosted/host_run_sim.o \
    $(LIBKERN) $(LIBSIM)
	$(link)

# An mpu(4) with NetBSD's alarms, for which the kernel's ticks are too coarse.
TICK_FNS :=	$(addprefix midi_alarm_,at cancel create destroy now_ns refine \
		resolution_ns soon)
MORE_TESTS +=	$(T)/dev/midi/s_mpu_tick
$(B)/t/%.o: %.c
	@mkdir -p $(@D)
	@echo 'CC  $@'
	$(Q)$(CC) $(KFLAGS) $(foreach f,$(TICK_FNS),-D$(f)=__wrap_$(f)) -c $< -o $@
$(T)/dev/midi/s_mpu_tick: LIBS += $(foreach f,$(TICK_FNS),-Wl,--wrap=$(f))
$(T)/dev/midi/s_mpu_tick: $(B)/u/tests/dev/midi/s_mpu.o \
    $(B)/u/tests/dev/midi/h_chip.o $(SCENARIO_O) \
    $(B)/t/sys/dev/midi/midi_alarm.o $(LIBKERN) $(LIBSIM)
	$(link)

# The user host by itself.
USERHOST_TP :=	$(patsubst tests/%.c,$(T)/%,$(wildcard tests/hosted/user/t_*.c))
MORE_TESTS +=	$(USERHOST_TP)
THREAD_TESTS +=	$(USERHOST_TP)
$(USERHOST_TP): $(T)/hosted/user/%: $(B)/u/tests/hosted/user/%.o $(LIBUSER)
	$(link)

# The house rules and the table of sentences, of the sources: once is enough.
ifeq ($(B),build)
RULES_TP :=	$(T)/tidy/t_tidy $(T)/dev/midi/t_sentences \
		$(T)/dev/midi/t_oplinstrs
MORE_TESTS +=	$(RULES_TP)
$(RULES_TP): $(T)/%: tests/%.sh
	@mkdir -p $(@D)
	$(Q)install -m 755 $< $@
endif

# --- All of them ----------------------------------------------------------

TESTS =		$(PURE_TP) $(TARGET_TP) $(SCENARIO_TP) $(SCRIPT_TP) $(SIM_TP) \
		$(SMF_TP) $(SH_TP) $(MORE_TESTS)
# What runs with threads of the machine.
TESTS_THREADS =	$(filter %_dev,$(TARGET_TP)) $(filter %/t_midihost,$(SH_TP)) \
		$(THREAD_TESTS)

# One Kyuafile for each folder, and one above them.
define kyuafile
	$(Q)rm -f $(T)/Kyuafile
	$(Q)for d in $(sort $(dir $(1:$(T)/%=%))); do \
	    { echo 'syntax(2)'; echo 'test_suite("bsdmidi")'; \
	    for t in $(1:$(T)/%=%); do \
		[ "$$(dirname $$t)/" = $$d ] || continue; \
		echo "atf_test_program{name=\"$${t##*/}\"}"; \
	    done; } >$(T)/$${d}Kyuafile; \
	    echo "include(\"$${d}Kyuafile\")" >>$(T)/Kyuafile.new; \
	done
	$(Q){ echo 'syntax(2)'; cat $(T)/Kyuafile.new; } >$(T)/Kyuafile
	$(Q)rm $(T)/Kyuafile.new
endef

tests: all $(TESTS)
	$(call kyuafile,$(TESTS))
tests-threads: all $(TESTS_THREADS)
	$(call kyuafile,$(TESTS_THREADS))

benches: $(BENCH_TP)

.PHONY: tests tests-threads benches
