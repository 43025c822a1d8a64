import { RootCommand } from '@bomb.sh/tab';
import { bashScript } from './bash.js';
import { printedBy } from './printed.js';

/** The script that a shell sources; it asks `prodimport complete -- …` at every <TAB>. */
export function completionScript(shell: 'bash' | 'zsh' | 'fish'): string {
  if (shell === 'bash') return bashScript;
  const script = printedBy(() => new RootCommand().setup('prodimport', 'prodimport', shell));
  return shell === 'zsh' ? forAnyZsh(script) : script;
}

/**
 * Lets the script work in a zsh whose .zshrc has not asked for completion, and keeps a quoted word
 * with a space one word.
 */
function forAnyZsh(script: string): string {
  return script
    .replace(/^(?=compdef )/m, `${completionOfZsh}\n`)
    .replace('"${=words[1,CURRENT]}"', '"${(@)words[1,CURRENT]}"');
}

// -i: where folders of others are on the way, as often for root, it must not stop and ask.
const completionOfZsh = '(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i; }';
