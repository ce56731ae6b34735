/**
 * What a shell has to know: to ask `slipway __complete` with the words up to the cursor, the last of them unfinished. It
 * answers a candidate per line, or nothing.
 */
export const shellScripts = {
  bash: `# slipway completion bash > /etc/bash_completion.d/slipway, or: source <(slipway completion bash)
_slipway() {
  local line="\${COMP_LINE:0:COMP_POINT}" word words
  read -ra words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  word="\${words[\${#words[@]} - 1]}"
  mapfile -t COMPREPLY < <(slipway __complete -- "\${words[@]:1}" 2>/dev/null)
  # Before bash 4.4 an array without elements is unbound for set -u.
  (( \${#COMPREPLY[@]} > 0 )) || return 0
  # Bash takes : and = for the end of a word; what stands before them is on the line already.
  local before="\${word%"\${2}"}"
  [[ -n "$before" ]] && COMPREPLY=("\${COMPREPLY[@]#"$before"}")
  [[ \${#COMPREPLY[@]} -eq 1 && "\${COMPREPLY[0]}" == *[@/] ]] && compopt -o nospace
}
complete -F _slipway slipway
`,
  zsh: `#compdef slipway
# slipway completion zsh > "\${fpath[1]}/_slipway", or: source <(slipway completion zsh)
_slipway() {
  local -a candidates
  candidates=("\${(@f)$(slipway __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  [[ -n "$candidates" ]] && compadd -S '' -- "\${candidates[@]}"
}
[[ "$funcstack[1]" == _slipway ]] && _slipway "$@" || compdef _slipway slipway
`,
  fish: `# slipway completion fish > ~/.config/fish/completions/slipway.fish, or: slipway completion fish | source
function __slipway_complete
    set -l words (commandline -opc) (commandline -ct)
    slipway __complete -- $words[2..-1] 2>/dev/null
end
complete -c slipway -f -a '(__slipway_complete)'
`,
} as const;

export type Shell = keyof typeof shellScripts;
export const shells = Object.keys(shellScripts) as Shell[];
