# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash disable=SC2154
# How the demo tries things and tells of them. A step is a command with what it should come to:
#
#	try "cat ~/.ssh/id" refused file_open "*/.ssh/id" -- cat .ssh/id
#	try "cat /tmp/note" allowed -- cat /tmp/note
#
# refused: the command fails, and a record of that event and path says which filter it was.
# allowed: it succeeds, and there is no record at all. fails: it fails, and no filter had a part in it.

tracing=/sys/kernel/tracing/instances/demo
steps=0
different=()

bold='' green='' red='' yellow='' dim='' plain=''
use_colours() {
	bold=$'\e[1m' green=$'\e[1;32m' red=$'\e[1;31m' yellow=$'\e[33m' dim=$'\e[2m' plain=$'\e[0m'
}

chapter() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }
explain() { printf '%s  %s%s\n' "$dim" "$1" "$plain"; }

start_records() {
	mkdir -p "$tracing"
	echo 1 >"$tracing/events/eventfilter/denied/enable"
	forget_records
}
forget_records() { : >"$tracing/trace"; }

# One record a line, beginning with "event="
records() { grep -v '^#' "$tracing/trace" | sed -n 's/.* denied: \(event=\)/\1/p'; }

# field NAME RECORD: sets $value
field() {
	local pattern="(^| )$1=(\"(([^\"\\\\]|\\\\.)*)\"|([^ ]*))"
	value=''
	if [[ $2 =~ $pattern ]]; then value=${BASH_REMATCH[3]}${BASH_REMATCH[5]}; fi
	value=${value//\\\"/\"}
	value=${value//\\\\/\\}
}

# describe RECORD: sets $words to which filter it was, and where it failed
describe() {
	field event "$1"
	local event=$value
	words="by $event"
	field layer "$1"
	[ "$value" = -1 ] || words+=" (layer $value)"
	field predicate "$1"
	case $event in
	ptrace | mount | cross-label*) words+='; a rule that is always on' ;;
	*) words+="; ${value:+failed at: }${value:-denied outright}" ;;
	esac
	field path "$1"
	words+=${value:+; $value}
	field label "$1"
	words+=${value:+ (label: ${value/none/none at all})}
}

# find_record EVENT PATTERN: sets $record to the first one that fits
find_record() {
	while read -r record; do
		field event "$record"
		[ "$value" = "$1" ] || continue
		field path "$record"
		# shellcheck disable=SC2053
		if [[ $value == $2 ]]; then return 0; fi
	done < <(records)
	return 1
}

verdict() { printf '  %s%-8s%s %s\n' "$1" "$2" "$plain" "$3"; }

# differs WHAT WHY
differs() {
	different+=("$1: $2")
	verdict "$red" DIFFERS "$1"
	printf '           %sexpected otherwise: %s%s\n' "$red" "$2" "$plain"
	[ ! -s "$output" ] || sed 's/^/           | /' "$output" | head -n 12
	records | sed 's/^/           record: /' | head -n 5
}

judge_allowed() {
	if [ "$2" != 0 ]; then
		differs "$1" "it should be allowed, and ended with status $2"
	elif [ -n "$(records)" ]; then
		differs "$1" "it was allowed, but something in it was refused"
	else
		verdict "$green" allowed "$1"
	fi
}

judge_refused() {
	local record words value
	if [ "$2" = 0 ]; then
		differs "$1" "it should be refused, and succeeded"
	elif ! find_record "$3" "$4"; then
		differs "$1" "it failed without a record of $3 on $4"
	else
		describe "$record"
		verdict "$yellow" refused "$1"
		printf '           %s%s%s\n' "$dim" "$words" "$plain"
	fi
}

judge_fails() {
	if [ "$2" = 0 ]; then
		differs "$1" "it should fail, and succeeded"
	elif [ -n "$(records)" ]; then
		differs "$1" "it should fail without a filter"
	else
		verdict "$plain" fails "$1"
	fi
}

# judge WHAT STATUS EXPECTED [EVENT PATTERN]: compare what came of a step with what should have
judge() {
	steps=$((steps + 1))
	"judge_$3" "$1" "$2" "${@:4}"
}

# as_demo COMMAND...: as the ordinary user, at home, with a plain environment
as_demo() {
	(cd /home/demo && exec setpriv --reuid=1000 --regid=1000 --clear-groups env -i \
		HOME=/home/demo USER=demo LC_ALL=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin "$@")
}

# try WHAT EXPECTED [EVENT PATTERN] -- COMMAND...: one step, under the policy and domain at hand
try() {
	local what=$1 expected=("${@:2}") status=0
	while [ "$1" != -- ]; do shift; done
	shift
	expected=("${expected[@]:0:${#expected[@]}-$#-1}")
	forget_records
	as_demo "$policyctl" run --policy "$policy" --domain "$domain" -- "$@" \
		>"$output" 2>&1 </dev/null || status=$?
	if [ "$status" = 125 ]; then
		steps=$((steps + 1))
		differs "$what" "policyctl didn't start it"
	else
		judge "$what" "$status" "${expected[@]}"
	fi
}

# prints WHAT TEXT: the step before has printed this
prints() {
	steps=$((steps + 1))
	if grep -qF -- "$2" "$output"; then
		verdict "$green" printed "$1"
	else
		differs "$1" "it doesn't say \"$2\""
	fi
}

summary() {
	local one
	printf '\n'
	if [ ${#different[@]} = 0 ]; then
		printf '%sAll %d steps came out as they should.%s\n' "$green" "$steps" "$plain"
		return 0
	fi
	printf '%s%d of %d steps differ:%s\n' "$red" "${#different[@]}" "$steps" "$plain"
	for one in "${different[@]}"; do printf '  %s\n' "$one"; done
	return 1
}
