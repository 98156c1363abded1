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
		tests/dev/midi/t_seq_*.c tests/dev/midi/t_midiio.c \
		tests/dev/midi/t_soundcard.c)))
# Of the devices, on each target of h_target.h.
TARGET_T =	t_rmidi t_sequencer
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
SCENARIO_O :=	$(patsubst %,$(B)/u/tests/dev/midi/%.o,h_scenario h_hardware) \
		$(B)/u/tests/sim/runner.o
SIM_TP :=	$(SIM_T:%=$(T)/sim/%)
SMF_TP :=	$(SMF_T:%=$(T)/usr.bin/%)
SH_TP :=	$(SH_T:%=$(T)/usr.bin/%)

$(PURE_TP): LIBS += -lm
$(PURE_TP): $(T)/dev/midi/%: $(B)/u/tests/dev/midi/%.o $(LIBPURE)
	$(link)
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
$(SIM_TP): $(T)/sim/%: $(B)/u/tests/sim/%.o $(B)/u/tests/sim/runner.o $(LIBSIM)
	$(link)
$(B)/u/tests/usr.bin/%.o: UFLAGS += -Iusr.bin/midiplay -Iusr.bin/midirecord
$(SMF_TP): $(T)/usr.bin/%: $(B)/u/tests/usr.bin/%.o $(LIBPLAY) $(LIBRECORD) \
    $(LIBCOMMON)
	$(link)
$(SH_TP): $(T)/usr.bin/%: tests/usr.bin/%.sh
	@mkdir -p $(@D)
	$(Q)install -m 755 $< $@

$(BENCHES:%=$(T)/bench/%): $(T)/bench/%: $(B)/u/tests/bench/%.o $(LIBPURE)
	$(link)

# Helpers of tests and of `make run'.
TEST_TOOLS :=	$(T)/tools/smfcmp $(T)/tools/mktune $(T)/tools/tune.mid \
		$(T)/tools/h_dev

$(T)/tools/h_dev: $(B)/u/tests/usr.bin/h_dev.o
	$(link)
$(T)/tools/smfcmp: $(B)/u/tests/usr.bin/smfcmp.o $(LIBCOMMON)
	$(link)
$(T)/tools/mktune: $(B)/u/tests/tune/mktune.o $(LIBCOMMON)
	$(link)
$(T)/tools/tune.mid: $(T)/tools/mktune tests/tune/tune.txt
	$(Q)$(T)/tools/mktune <tests/tune/tune.txt >$@

# The house rules, of the sources: once is enough.
ifeq ($(B),build)
MORE_TESTS +=	$(T)/tidy/t_tidy
$(T)/tidy/t_tidy: tests/tidy/t_tidy.sh
	@mkdir -p $(@D)
	$(Q)install -m 755 $< $@
endif

# --- All of them ----------------------------------------------------------

TESTS =		$(PURE_TP) $(TARGET_TP) $(SCENARIO_TP) $(SIM_TP) $(SMF_TP) \
		$(SH_TP) $(MORE_TESTS)
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

.PHONY: tests tests-threads
