import terminal from 'node:console';
import { RootCommand, type Command as Completed, type Complete } from '@bomb.sh/tab';
import { Option } from 'commander';
import type { Command, CommandGroup } from './command.js';
import { globalOptions } from './context.js';
import { builtInProfiles } from '../product/profile.js';
import { commonEncodings } from '../source/encoding.js';
import { documentsOf } from './documents.js';
import { topics } from './topics.js';
import type { ArgumentSpec, OptionSpec } from '../option.js';

/** What the last line of an answer says: neither files nor folders, files, or folders. */
const directives = { none: ':4\n', files: ':0\n', folders: ':16\n' };
type Directive = keyof typeof directives;

/** Where words do, but not they alone; by what stands for them in `--help`. */
const offered: Record<string, readonly string[]> = {
  '<job>': ['last'],
  '[job]': ['last'],
  '--job <job>': ['last'],
  '--profile <profile>': ['auto', 'none', ...builtInProfiles().map(({ name }) => name)],
  '--encoding <name>': ['auto', ...commonEncodings],
  '--delimiter <character>': ['auto', 'tab'],
};

const everywhere: OptionSpec[] = [
  ...globalOptions,
  { flags: '--help', description: 'display help for command' },
];

/**
 * Answers the shell's question what may come next: a line for each possibility, with its
 * description after a tab, and a last line that says whether file names do, too.
 * @param words after `prodimport`, the last one unfinished or empty
 */
export function answer(words: string[], commands: Command[], groups: CommandGroup[]): string {
  if (words[0] === 'help') {
    const helped = Object.entries(topics).map(([name, { summary }]) => ({ name, summary }));
    return answer(words.slice(1), commands.map(withoutRest), [...groups, ...helped]);
  }
  let wanted: Directive = 'none';
  const want = (directive: Directive) => void (wanted = directive);
  const root = new RootCommand();
  addOptions(root, [...everywhere, { flags: '--version', description: 'print the version' }], want);
  for (const { name, summary } of groups) root.command(name, summary);
  for (const { name, summary, options = [], arguments: taken = [] } of commands) {
    const command = root.command(name, summary);
    addOptions(command, [...options, ...everywhere], want);
    for (const argument of taken)
      addArgument(command, argument, () => nextOfDocument(words, commands), want);
  }
  // An empty description would show as a dash.
  const printed = printedBy(() => root.parse(joined(words))).replaceAll(/\t$/gm, '');
  return printed.replace(directives.none, directives[wanted]);
}

/** After `help` stand the words of a command, and nothing else. */
function withoutRest(command: Command): Command {
  return { ...command, arguments: [], options: [] };
}

/** `--format=csv` as one word, which some shells give as three. */
function joined(words: string[]): string[] {
  const marked = words.join('\0').replace(/(--[\w-]+)\0=(?:\0|$)/g, '$1=');
  return words.length === 0 ? [''] : marked.split('\0');
}

function addOptions(
  command: Completed,
  specs: readonly OptionSpec[],
  want: (directive: Directive) => void,
): void {
  for (const spec of specs) {
    const option = new Option(spec.flags);
    const name = option.long!.slice(2);
    const takesValue = option.required || option.optional;
    if (!takesValue) command.option(name, spec.description);
    else command.option(name, spec.description, offer(spec.choices, spec.flags, want));
  }
}

function addArgument(
  command: Completed,
  { name, choices }: ArgumentSpec,
  documents: () => string[],
  want: (directive: Directive) => void,
): void {
  const known = name === '[document...]' ? documents() : choices;
  command.argument(name, offer(known, name, want), name.includes('...'));
}

/** The word that may come next of `schema product get`. */
function nextOfDocument(words: string[], commands: readonly Command[]): string[] {
  const typed = words
    .slice(words.indexOf('schema') + 1, -1)
    .filter((word) => !word.startsWith('-'));
  return Object.keys(documentsOf(commands))
    .map((name) => name.split(' '))
    .filter((parts) => typed.every((word, place) => word === parts[place]))
    .flatMap((parts) => parts[typed.length] ?? []);
}

/** Offers words, and files or folders where the placeholder says that one is meant. */
function offer(
  choices: readonly string[] | undefined,
  placeholder: string,
  want: (directive: Directive) => void,
): (complete: Complete) => void {
  return (complete) => {
    for (const choice of choices ?? offered[placeholder] ?? []) complete(choice, '');
    if (/[<[](file|source|profile)/.test(placeholder)) want('files');
    if (placeholder.endsWith('<place>')) want('folders');
  };
}

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

/** What `work` prints, which only knows how to print. */
function printedBy(work: () => void): string {
  const lines: string[] = [];
  const { log } = terminal;
  terminal.log = (line: string) => void lines.push(line);
  try {
    work();
  } finally {
    terminal.log = log;
  }
  return lines.map((line) => `${line}\n`).join('');
}

/**
 * The script for bash. It hands the words over as they stand: nothing of an unfinished line may be
 * run, no substitution, no redirection. Bash gives the words in pieces, split at `=`, `:`, `<` and
 * `>`; what stood together in the line is put together again, redirections are left to bash.
 */
const bashScript = `# What completes prodimport in bash. Nothing of the line is run.
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
