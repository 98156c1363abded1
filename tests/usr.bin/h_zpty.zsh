# Copyright (c) 2026 The bsdmidi authors.
# SPDX-License-Identifier: BSD-2-Clause
#
# h_zpty.zsh: complete lines in a zsh on a terminal.
#
#	zsh -f h_zpty.zsh folder
#
# The folder has the completion functions.  Each line of standard input is
# typed and completed, and printed as it stands then.

zmodload zsh/zpty || exit 9

# Wait for what comes up to the pattern.
await()
{
	local all= part
	local -i i

	for ((i = 0; i < 600; i++)); do
		while zpty -rt z part; do
			all+=$part
		done
		if [[ $all == *${~1}* ]]; then
			REPLY=$all
			return 0
		fi
		sleep 0.05
	done
	print -ru2 -- "in vain: $1: $all"
	exit 1
}

TERM=dumb zpty z zsh -f -i
zpty -w z "PS1= PS2= RPS1= PROMPT_EOL_MARK="
zpty -w z "fpath=(${(q)1} \$fpath); autoload -Uz compinit; compinit -u -D"
zpty -w z "unsetopt zle_bracketed_paste list_beep; LISTMAX=1000"
zpty -w z "p() { BUFFER=\"print -r -- be''gin: \${(q)BUFFER} :e''nd\" }"
zpty -w z "t() { zle complete-word; p; zle accept-line }"
zpty -w z "zle -N t; bindkey -e; bindkey '^T' t; stty -echo; print rea''dy"
await ready
while IFS= read -r line; do
	# The widget completes, then has what stands there printed.
	zpty -wn z "$line"$'\C-t'
	await '*begin: *:end*'
	REPLY=${REPLY##*begin: }
	print -r -- "${REPLY%% :end*}"
done
zpty -d z
