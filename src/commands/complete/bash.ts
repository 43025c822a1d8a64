/**
 * The script for bash. It hands the words over as they stand: nothing of an unfinished line may be
 * run, no substitution, no redirection. Bash gives the words in pieces, split at `=`, `:`, `<` and
 * `>`; what stood together in the line is put together again, redirections are left to bash.
 */
export const bashScript = `# What completes prodimport in bash. Nothing of the line is run.
__prodimport_complete() {
  local rest=\${COMP_LINE:0:COMP_POINT} words=() kind=word blank word last cur out i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    blank=\${rest%%[![:space:]]*} word=\${COMP_WORDS[i]} last=$((\${#words[@]} - 1))
    rest=\${rest#"$blank"}
    if ((i == COMP_CWORD)); then word=$rest; fi
    rest=\${rest#"$word"}
    if [[ $word == [\\<\\>]* || $word == '&>'* ]]; then
      kind=redirection
      if [[ -z $blank && \${words[last]} =~ ^[0-9]+$ ]]; then unset "words[last]"; fi
    elif [[ $kind == redirection || ( -z $blank && $kind == target ) ]]; then
      kind=target
    elif [[ -z $blank && $last -gt 0 && "$word\${words[last]}" == *[=:]* ]]; then
      words[last]+=$word
    else
      kind=word
      words+=("$word")
    fi
  done
  COMPREPLY=()
  if [[ $kind != word ]]; then return; fi
  cur=\${words[\${#words[@]} - 1]#[\\"\\']}
  words[\${#words[@]} - 1]=$cur
  out=$(prodimport complete -- "\${words[@]:1}" < /dev/null 2> /dev/null)
  case \${out##*:} in
    4) compopt +o default ;;
    16) compopt +o default -o dirnames ;;
  esac 2> /dev/null
  cur=\${cur##--*=}
  while IFS= read -r word; do
    word=\${word%%$'\\t'*}
    if [[ $word == "$cur"* && $word != :* ]]; then COMPREPLY+=("$word"); fi
  done <<< "$out"
}
complete -o default -F __prodimport_complete prodimport
`;
