import { RootCommand } from '@bomb.sh/tab';
import { printedBy } from './printed.js';

/** The script that a shell sources; it asks `prodimport complete -- …` at every <TAB>. */
export function completionScript(shell: 'bash' | 'zsh' | 'fish'): string {
  const script = printedBy(() => new RootCommand().setup('prodimport', 'prodimport', shell));
  if (shell === 'bash') return forAnyBash(script);
  return shell === 'zsh' ? forAnyZsh(script) : script;
}

/** Lets the script work in a zsh whose .zshrc has not asked for completion. */
function forAnyZsh(script: string): string {
  return script.replace(/^(?=compdef )/m, `${completionOfZsh}\n`);
}

// -i: where folders of others are on the way, as often for root, it must not stop and ask.
const completionOfZsh = '(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i; }';

/**
 * Lets the script work without the package bash-completion, be sourced twice, complete file names
 * where a file is wanted, and complete what stands behind `--option=`.
 */
function forAnyBash(script: string): string {
  const mended = script
    .replaceAll(/^readonly (?=ShellCompDirective)/gm, '')
    .replace('compgen -W "${completions[*]}" -- "$cur"', 'compgen -W "$out" -- "${cur##--*=}"')
    .replace('local completions=()', 'out=$(cut -f 1 <<< "$out")')
    .replace(/^ {4}while read -r comp; do\n[^]*?^ {4}done <<< "\$out"\n/m, '')
    .replace(/^complete -F /m, 'complete -o default -F ');
  return `${fallback}\n${mended}`;
}

const fallback = `# What bash-completion gives, where that package is not installed.
if ! declare -F _get_comp_words_by_ref > /dev/null; then
  _get_comp_words_by_ref() {
    words=("\${COMP_WORDS[@]:0:COMP_CWORD+1}")
    cword=$COMP_CWORD cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
    if [[ $prev == = || $cur == = ]]; then cur="--option=\${cur#=}"; fi
  }
fi`;
