# SPDX-License-Identifier: BSD-2-Clause
# Completion of policyctl for bash
_policyctl() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
	local commands
	commands=$(policyctl --list-commands 2>/dev/null)
	COMPREPLY=()
	if [ "$COMP_CWORD" = 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "$commands --help --version --list-commands" -- "$word")
		return
	fi
	case $before in
	--policy | --output | --update | --target | -o)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return ;;
	--include | -I | --run-directory)
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
		return ;;
	esac
	if [[ $word == -* ]]; then
		# What the command itself says of its options
		mapfile -t COMPREPLY < <(compgen -W "$(policyctl "$command" --help 2>/dev/null |
			grep -oE '^ +(-[a-zA-Z], )?--[a-z0-9-]+' | grep -oE -- '--[a-z0-9-]+')" -- "$word")
		return
	fi
	case $command in
	enter)
		if [ "$COMP_CWORD" = 2 ]; then
			mapfile -t COMPREPLY < <(compgen -W "$(policyctl status 2>/dev/null |
				sed -n 's/^domains://p')" -- "$word")
		else
			mapfile -t COMPREPLY < <(compgen -c -- "$word")
		fi ;;
	enable | disable)
		if [ "$COMP_CWORD" = 2 ]; then
			mapfile -t COMPREPLY < <(compgen -W "$(systemctl list-unit-files --type=service --no-legend --plain \
				2>/dev/null | cut -d' ' -f1)" -- "$word")
		elif [ "$command" = enable ]; then
			mapfile -t COMPREPLY < <(compgen -W "$(policyctl status 2>/dev/null |
				sed -n 's/^domains://p')" -- "$word")
		fi ;;
	boolean)
		if [ "$COMP_CWORD" = 2 ]; then
			mapfile -t COMPREPLY < <(compgen -W "$(policyctl boolean 2>/dev/null | cut -d: -f1)" -- "$word")
		else
			mapfile -t COMPREPLY < <(compgen -W 'true false' -- "$word")
		fi ;;
	*)
		mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
	esac
}
complete -F _policyctl policyctl
