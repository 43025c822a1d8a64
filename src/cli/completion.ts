import { RootCommand, type Command as Completed, type Complete } from '@bomb.sh/tab';
import { Option } from 'commander';
import { globalOptions, type Command, type CommandGroup } from './command.js';
import type { ArgumentSpec, OptionSpec } from './option.js';
import { builtInProfiles } from '../product/built-in-profiles.js';
import { commonEncodings } from '../source/encoding.js';
import { documentsOf } from './documents.js';
import { printedBy } from '../commands/complete/printed.js';

/** What the last line of an answer says: neither files nor folders, files, or folders. */
const directives = { none: ':4\n', files: ':0\n', folders: ':16\n' };
type Directive = keyof typeof directives;

/** Where words do, but not they alone; by what stands for them in `--help`. */
const offered: Record<string, readonly string[]> = {
  '<job>': ['last'],
  '[job]': ['last'],
  '--job <job>': ['last'],
  '--profile <profile>': ['auto', 'none', ...builtInProfiles.map(({ name }) => name)],
  '--encoding <name>': ['auto', ...commonEncodings],
  '--delimiter <character>': ['auto', 'tab'],
};

const everywhere: OptionSpec[] = [
  ...globalOptions,
  { flags: '--help', description: 'display help for command' },
];

/**
 * Answers the shell's question what may come next: a line for each possibility, with its
 * description behind a tab, and a last line that says whether file names do, too.
 * @param words behind `prodimport`, the last one unfinished or empty
 */
export function answer(words: string[], commands: Command[], groups: CommandGroup[]): string {
  if (words[0] === 'help') return answer(words.slice(1), commands.map(withoutRest), groups);
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
  root.command('help', 'the help of a command');
  // An empty description would show as a dash.
  const printed = printedBy(() => root.parse(joined(words))).replaceAll(/\t$/gm, '');
  return printed.replace(directives.none, directives[wanted]);
}

/** Behind `help` stand the words of a command, and nothing else. */
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
  specs: OptionSpec[],
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
    if (/[<[](file|profile)/.test(placeholder)) want('files');
    if (placeholder.endsWith('<place>')) want('folders');
  };
}
