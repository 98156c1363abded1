#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_midictl.sh: midictl(1) on a midihost of its own.
#
# BSDMIDI_BIN names the folder that the programs are in, BSDMIDI_SRC that of
# the sources.

. "${BSDMIDI_SRC}/tests/usr.bin/h_host.sh"

midictl="${BSDMIDI_BIN}/midictl"

has_lines()
{
	[ "$(wc -l <"$1")" = "$2" ]
}

# Does a program have a port open for reading?
is_read()
{
	"${midictl}" | grep -q '^	open by .*: in'
}

# usage arguments: they are refused.
bad_usage()
{
	atf_check -s exit:1 -e match:'^usage: midictl ' "${midictl}" "$@"
}

# bad message arguments: it says so.
bad()
{
	message=$1
	shift
	atf_check -s exit:1 -e inline:"midictl: ${message}\n" "${midictl}" "$@"
}

atf_test_case usage
usage_head()
{
	atf_set descr "Catches arguments that make no sense and are taken"
}
usage_body()
{
	atf_check -o match:'^usage: midictl ' "${midictl}" -h
	bad_usage -x
	bad 'nowhere/midictl: No such file or directory' \
	    -f nowhere/midictl list
	atf_check -s exit:1 -e inline:"midictl: x/midictl: No such file or \
directory\n" env MIDI_DIR=x "${midictl}"
	bad_usage -f /dev/null nonsense
}

atf_test_case arguments cleanup
arguments_head()
{
	atf_set descr "Catches arguments of commands that make no sense and" \
	    "are taken, and messages that say something else"
}
arguments_body()
{
	start
	bad_usage connect
	bad_usage connect 1
	bad_usage connect 1 2 3
	bad '-x: no such option' connect -x 1 2
	bad_usage disconnect
	bad_usage disconnect 1 2 3
	bad_usage disconnect -b
	bad_usage get
	bad_usage set 1
	bad_usage watch 1
	bad_usage alsa attach
	bad_usage alsa nonsense 1
	[ -e /sys/module/bsdmidi_alsa ] ||
	    bad 'alsa: the module bsdmidi_alsa is not loaded' alsa attach UM1
	bad '9: no such port' connect 1 9
	bad 'vmidi: no such port' connect vmidi 1
	bad '-c 16: not a list of channels from 0 to 15' connect -c 16 1 2
	bad '-c 1-: not a list of channels from 0 to 15' connect -c 1- 1 2
	bad '-k notes: not a list of kinds' connect -k notes 1 2
	bad '-t 128: not a number from -127 to 127' connect -t 128 1 2
	bad '1 to 0: would be a loop' connect 1 0
	atf_check "${midictl}" connect 1 2
	bad 'rmidi1 to midi2: connected already' connect rmidi1 midi2
	bad '2 to 1: would be a loop' connect 2 1
	atf_check "${midictl}" connect -d 2 1
	atf_check "${midictl}" disconnect 2 1
	bad '2 to 1: not connected' disconnect 2 1
	bad '3: not connected' disconnect 3
	bad 'nothing: no such setting' get 1 nothing
	bad 'nothing=1: no such setting or value' set 1 nothing=1
	bad 'raw: not of the form setting=value' set 1 raw
	bad 'raw=7: no such setting or value' set 1 raw=7
	atf_check -s exit:1 -e match:'standard output' \
	    sh -c "'${midictl}' >/dev/full"
}
arguments_cleanup()
{
	stop
}

atf_test_case patch cleanup
patch_head()
{
	atf_set descr "Catches a connection that does not pass what it should," \
	    "or is listed as another, or does not end its notes"
}
patch_body()
{
	start
	atf_check "${midictl}" connect -c 0,2-3 -k '^clock,sysex' -t -12 \
	    dev/rmidi1 'vmidi1 end a'
	cat dev/rmidi3 >got &
	await is_read
	exec 3>dev/rmidi0
	printf '\220\074\100\221\074\100\370\300\005' >&3
	await has_bytes got ' 90 30 40 c0 05'
	atf_check -o match:'^1 -> 2: channels 0,2-3, kinds \^sysex,clock, '\
'transpose -12, 2 messages, 5 bytes$' "${midictl}"
	atf_check "${midictl}" disconnect 1
	await has_bytes got ' 90 30 40 c0 05 80 30 40'
	exec 3>&-
	atf_check "${midictl}" connect 1 2
	atf_check "${midictl}" connect 1 3
	atf_check "${midictl}" disconnect -a
	atf_check -o not-match:'->' "${midictl}" list
}
patch_cleanup()
{
	stop
}

atf_test_case list cleanup
list_head()
{
	atf_set descr "Catches a list in which a port or its opener is not, or" \
	    "JSON that is none"
}
list_body()
{
	start
	atf_check -o inline:'0: vmidi0 end a: midi0 at vmidi0, in out, cable to 1
1: vmidi0 end b: midi1 at vmidi0, in out, cable to 0
2: vmidi1 end a: midi2 at vmidi1, in out, cable to 3
3: vmidi1 end b: midi3 at vmidi1, in out, cable to 2
' "${midictl}"
	exec 3>dev/rmidi1
	atf_check -o match:"^	open by $$: out\$" "${midictl}" list
	atf_check "${midictl}" connect 1 2
	"${midictl}" -j >json || atf_fail "-j"
	atf_check -o inline:"4 $$ 1 2\n" python3 -c "
import json
d = json.load(open('json'))
c = d['connections'][0]
print(len(d['ports']), d['ports'][1]['openers'][0]['pid'], c['source'],
    c['destination'])"
}
list_cleanup()
{
	stop
}

atf_test_case watch cleanup
watch_head()
{
	atf_set descr "Catches an event that is not shown, or a watcher that" \
	    "does not end"
}
watch_body()
{
	start
	"${midictl}" watch -n 3 >text &
	watcher=$!
	"${midictl}" -j watch -n 3 >json &
	await watchers_wait 2
	atf_check "${midictl}" connect 1 2
	atf_check "${midictl}" set 1 rx_kinds=note,control
	atf_check "${midictl}" disconnect 1 2
	wait "${watcher}" || atf_fail "exit status $?"
	atf_check -o inline:'connected 1 2\nset 1 rx_kinds=5\ndisconnected 1 2\n' \
	    cat text
	await has_lines json 3
	atf_check -o inline:'connected set disconnected\n' python3 -c "
import json
print(*[json.loads(l)['type'] for l in open('json')])"
	atf_check -o inline:'rx_kinds=5\n' "${midictl}" get 1 rx_kinds
	atf_check -o inline:'{"rx_kinds":2047}\n' "${midictl}" -j get 2 \
	    rx_kinds
	atf_check -o match:'^raw=0$' "${midictl}" get all
	# One of no port.
	atf_check "${midictl}" set all music_share=1
	atf_check -o inline:'music_share=1\n' "${midictl}" get all music_share
	atf_check -s not-exit:0 -e ignore "${midictl}" get 1 music_share
	atf_check -s not-exit:0 -e ignore "${midictl}" set 1 music_share=0
	atf_check -o match:'^set all .*music_share=1' "${midictl}" save
	atf_check "${midictl}" set all music_share=0
	# A signal ends it, and is no error.
	"${midictl}" watch >text &
	watcher=$!
	await watchers_wait 1
	atf_check "${midictl}" connect 1 3
	await grep -q 'connected 1 3' text
	kill -INT ${watcher}
	wait "${watcher}" || atf_fail "exit status $?"
}
# So many have opened the node and wait for an event.
watchers_wait()
{
	[ "$(ls -l /proc/[0-9]*/fd 2>/dev/null |
	    grep -c "$(readlink -f dev)/midictl")" = "$1" ]
}
watch_cleanup()
{
	stop
}

atf_test_case stats cleanup
stats_head()
{
	atf_set descr "Catches counts that are of another port, or wrong JSON," \
	    "and settings that are not listed"
}
stats_body()
{
	start
	atf_check -s exit:1 -e inline:'midictl: 9: no such port\n' \
	    "${midictl}" stats 9
	printf '\260\007\100' >dev/rmidi0
	await sh -c "'${midictl}' stats 0 | grep -q 'sent 3 bytes, 1 mess'"
	atf_check -o match:'^0: vmidi0 end a$' -o match:'sent 3 bytes' \
	    -o match:'^3: ' "${midictl}" stats
	"${midictl}" -j stats 0 1 >json || atf_fail "-j"
	atf_check -o inline:'0 3 1\n' python3 -c "
import json
d = json.load(open('json'))
print(d[0]['unit'], d[0]['sent']['bytes'], d[1]['unit'])"
	atf_check "${midictl}" set 2 rate=3125
	atf_check -o match:'^	set .*rate=3125' "${midictl}" list -v
	"${midictl}" -j >json || atf_fail "-j"
	atf_check -o inline:'0 3125\n' python3 -c "
import json
d = json.load(open('json'))
print(*[d['ports'][i]['settings']['rate'] for i in (1, 2)])"
}
stats_cleanup()
{
	stop
}

atf_test_case save cleanup
save_head()
{
	atf_set descr "Catches a connection or a setting that is not saved, not" \
	    "restored, or cut though it need not be; and lines that are" \
	    "misunderstood"
}
save_body()
{
	start
	atf_check "${midictl}" connect -c 0,2-3 -k '^clock' -t -12 1 2
	atf_check "${midictl}" connect 1 3
	atf_check "${midictl}" set 1 rate=3125 rx_kinds=note
	atf_check "${midictl}" save saved
	atf_check -o file:saved "${midictl}" save
	atf_check -o match:'^connect -c 0,2-3 -k .clock -t -12 '\
'"vmidi0 end b" "vmidi1 end a"$' -o match:'^set "vmidi0 end b".* rate=3125' \
	    cat saved
	ids='print(sorted((c["id"], c["destination"]) for c in '\
'json.load(sys.stdin)["connections"]))'
	"${midictl}" -j | python3 -c "import json, sys; ${ids}" >before
	atf_check "${midictl}" restore saved
	atf_check -o file:before -x \
	    "'${midictl}' -j | python3 -c 'import json, sys; ${ids}'"
	atf_check "${midictl}" disconnect -a
	atf_check "${midictl}" set all rate=0 rx_kinds=all
	atf_check "${midictl}" connect 1 2
	atf_check "${midictl}" connect 0 3
	atf_check "${midictl}" restore -k - <saved
	atf_check -o match:'^0 -> 3:' "${midictl}"
	atf_check "${midictl}" restore <saved
	atf_check -o not-match:'^0 -> 3:' "${midictl}"
	sort saved >expected
	atf_check -o file:expected -x "'${midictl}' save | sort"
	# Nothing is done when a line is none.
	printf 'set all rate=1\n\n # comment\nconect 1 2\n' >bad
	atf_check -s exit:1 \
	    -e inline:'midictl: bad: line 4: conect: not understood\n' \
	    "${midictl}" restore bad
	printf 'connect -c 17 1 2\n' >bad
	atf_check -s exit:1 -e match:'line 1: connect: -c 17: not a list' \
	    "${midictl}" restore bad
	atf_check -o inline:'rate=3125\n' "${midictl}" get 1 rate
	printf 'connect nobody 2\nset 0 x=1\nset "vmidi0 end \\a" rate=5' >bad
	atf_check -s exit:1 -e inline:'midictl: bad: line 1: nobody: no such '\
'port\nmidictl: bad: line 2: x=1: no such setting or value\n' \
	    "${midictl}" restore -k bad
	atf_check -o inline:'rate=5\n' "${midictl}" get 0 rate
	atf_check -s exit:1 -e match:'none: No such file' "${midictl}" \
	    restore none
	atf_check -s exit:1 -e match:'no/file.new: No such file' "${midictl}" \
	    save no/file
	atf_check -s exit:1 -e match:'standard output' \
	    sh -c "'${midictl}' save >/dev/full"
}
save_cleanup()
{
	stop
}

atf_test_case names cleanup
names_head()
{
	atf_set descr "Catches a port that is not found by one of its names, or" \
	    "another in its place"
}
names_body()
{
	mkfifo f1 f2
	start vmidi:1 tty:f1,out tty:f2,out
	"${midictl}" >list
	name=$(sed -n 's/^2: \(.*\): midi2 at.*/\1/p' list)
	for i in 0 midi0 rmidi0 dev/rmidi0 'vmidi0 end a' 'vmidi0 end a#1'; do
		atf_check -o match:'^0: ' "${midictl}" stats "$i"
	done
	bad 'vmidi0: no such port' stats vmidi0
	bad 'vmidi0 end a#2: no such port' stats 'vmidi0 end a#2'
	bad 'vmidi0 end a#0: no such port' stats 'vmidi0 end a#0'
	atf_check -o match:'^2: ' "${midictl}" stats "${name}"
}
names_cleanup()
{
	stop
}

atf_test_case panic cleanup
panic_head()
{
	atf_set descr "Catches a note that sounds on after a panic"
}
panic_body()
{
	start
	cat dev/rmidi1 >got &
	await is_read
	exec 3>dev/rmidi0
	printf '\220\074\100' >&3
	await has_bytes got ' 90 3c 40'
	atf_check "${midictl}" panic 0
	await sh -c '[ $(wc -c <got) = 102 ]'
	atf_check -o inline:' 80 3c 40 b0 7b 00 b0 78 00 b1\n' \
	    sh -c 'tail -c +4 got | head -c 10 | od -An -tx1'
	atf_check "${midictl}" panic
}
panic_cleanup()
{
	stop
}

atf_init_test_cases()
{
	for c in usage arguments patch list watch stats save names panic; do
		atf_add_test_case $c
	done
}
