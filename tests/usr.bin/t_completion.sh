#!/usr/bin/env atf-sh
#
# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# t_completion.sh: what shells make of a tab behind the programs' names.
#
# BSDMIDI_BIN names the folder that the programs are in, BSDMIDI_SRC that of
# the sources.

. "${BSDMIDI_SRC}/tests/usr.bin/h_host.sh"

bash_file="${BSDMIDI_SRC}/share/completion/bash/bsdmidi"
zsh_dir="${BSDMIDI_SRC}/share/completion/zsh"

# replies replies word ...: so does bash, with | between the replies.
replies()
{
	wanted=$1
	shift
	cat >drive <<-'END'
		. "$1"; shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_bsdmidi
		IFS='|'
		printf '%s\n' "${COMPREPLY[*]}"
	END
	printf '%s\n' "${wanted}" >wanted
	atf_check -o file:wanted bash drive "${bash_file}" "$@"
}

atf_test_case bash cleanup
bash_head()
{
	atf_set descr "Catches words that bash does not complete, or otherwise"
	atf_set require.progs bash
}
bash_body()
{
	start vmidi:1
	export PATH="${BSDMIDI_BIN}:${PATH}"
	ports='vmidi0\ end\ a|vmidi0\ end\ b'
	replies 'connect' midictl c
	replies 'list|connect|disconnect|panic|get|set|stats|save|restore|watch|alsa' \
	    midictl ''
	replies '-f|-j|-h' midictl -
	replies "${ports}" midictl connect ''
	replies "${ports}" midictl -j stats 'vmidi0\ e'
	replies 'vmidi0\ end\ b' midictl connect 0 'vmidi0\ end\ b'
	replies 'vmidi0 end a' midictl connect '"vmidi0 end a'
	replies 'note' midictl connect -k n
	replies 'note,sysex|note,sense' midictl connect -k note,s
	replies '-c|-d|-k|-t' midictl connect -
	replies "all|${ports}" midictl get ''
	replies 'attach|detach|show|hide' midictl alsa ''
	replies "all|${ports}" midictl alsa show ''
	replies 'rx_channels|rx_kinds' midictl get 0 rx
	replies 'rate=' midictl set all rat
	replies 'device|channel|both' midirecord -s ''
	replies '0|1' midirecord -F ''
	replies "${ports}" midiplay -d vm
	replies "${ports}" mididump ''
	: >take.mid
	replies 'take.mid' midirecord -a ta
	replies 'take.mid' mididump -f ta
	replies 'take.mid' mididump -s 0 ta
	replies 'vmidi|pty:|tty:' midihost ''
	replies 'take.mid' midihost tty : ta
	replies 'dev' midihost -m de
	replies '' midirecord -T 1
}
bash_cleanup()
{
	stop
}

atf_test_case options
options_head()
{
	atf_set descr "Catches an option that is in a usage and not in the help," \
	    "so that shells do not know it, or the other way round"
	atf_set require.progs bash
}
options_body()
{
	export PATH="${BSDMIDI_BIN}:${PATH}"
	for i in midiplay midirecord mididump midihost midibank vmstat; do
		"$i" -h | sed -n '/^usage/,/^[^ 	u]/p' |
		    grep '^[ 	u]' | grep -o '\[-[A-Za-z]*\|[ |]-[A-Za-z]' |
		    tr -d '[ |-' | fold -w 1 | sort -u >usage
		{ "$i" -h | sed -n 's/^-\([A-Za-z]\) .*/\1/p'; echo h; } |
		    sort -u >help
		atf_check -o file:usage cat help
	done
}

atf_test_case zsh cleanup
zsh_head()
{
	atf_set descr "Catches words that zsh does not complete, or otherwise"
	atf_set require.progs zsh
}
zsh_body()
{
	atf_check zsh -n "${zsh_dir}/_bsdmidi"
	start vmidi:1
	export PATH="${BSDMIDI_BIN}:${PATH}"
	: >take.mid
	cat >typed <<'END'
midictl disc
midictl connect vm
midictl connect 0 vmidi0\ end\ b
midictl connect -k no
midictl get al
midictl set 0 rx_k
midictl stats vmidi0
midictl alsa sho
midictl alsa hide vmidi0
midirecord -s ch
midirecord -a ta
mididump -k sy
mididump vmidi0\ end
midiplay -d vmi
midihost -m de
midihost vm
END
	cat >expected <<'END'
midictl disconnect 
midictl connect vmidi0\ end\ 
midictl connect 0 vmidi0\ end\ b 
midictl connect -k note,
midictl get all 
midictl set 0 rx_kinds=
midictl stats vmidi0\ end\ 
midictl alsa show 
midictl alsa hide vmidi0\ end\ 
midirecord -s channel 
midirecord -a take.mid 
mididump -k sysex,
mididump vmidi0\ end\ 
midiplay -d vmidi0\ end\ 
midihost -m dev/
midihost vmidi
END
	zsh -f "${BSDMIDI_SRC}/tests/usr.bin/h_zpty.zsh" "${zsh_dir}" <typed \
	    >completed 2>log
	[ $? -ne 9 ] || atf_skip "this zsh has no terminals"
	atf_check -o file:expected cat completed
}
zsh_cleanup()
{
	stop
}

atf_init_test_cases()
{
	atf_add_test_case bash
	atf_add_test_case options
	atf_add_test_case zsh
}
