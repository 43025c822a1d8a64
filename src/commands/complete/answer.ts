import { RootCommand, type Command as Completed, type Complete } from '@bomb.sh/tab';
import { Option } from 'commander';
import {
  globalOptions,
  type ArgumentSpec,
  type Command,
  type CommandGroup,
  type OptionSpec,
} from '../../command.js';
import { printedBy } from './printed.js';

/** What the directive in the last line of an answer says: no file names, or file names. */
const [noFiles, files] = [':4\n', ':0\n'];

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
  let isFile = false;
  const onFile = () => void (isFile = true);
  const root = new RootCommand();
  addOptions(root, [...everywhere, { flags: '--version', description: 'print the version' }]);
  for (const { name, summary } of groups) root.command(name, summary);
  for (const { name, summary, options = [], arguments: taken = [] } of commands) {
    const command = root.command(name, summary);
    addOptions(command, [...options, ...everywhere], onFile);
    for (const argument of taken) addArgument(command, argument, onFile);
  }
  // An empty description would show as a dash.
  const printed = printedBy(() => root.parse(joined(words))).replaceAll(/\t$/gm, '');
  return isFile ? printed.replace(noFiles, files) : printed;
}

/** `--format=csv` as one word, which some shells give as three. */
function joined(words: string[]): string[] {
  const marked = words.join('\0').replace(/(--[\w-]+)\0=(?:\0|$)/g, '$1=');
  return words.length === 0 ? [''] : marked.split('\0');
}

function addOptions(command: Completed, specs: OptionSpec[], onFile?: () => void): void {
  for (const spec of specs) {
    const option = new Option(spec.flags);
    const name = option.long!.slice(2);
    const takesValue = option.required || option.optional;
    if (!takesValue) command.option(name, spec.description);
    else command.option(name, spec.description, offer(spec.choices, spec.flags, onFile));
  }
}

function addArgument(command: Completed, argument: ArgumentSpec, onFile: () => void): void {
  const isJob = /job/.test(argument.name);
  const choices = argument.choices ?? (isJob ? ['last'] : []);
  const handler = offer(choices, argument.name, onFile);
  command.argument(argument.name, handler, argument.name.includes('...'));
}

/** Offers choices, or file names where the placeholder says that a file is meant. */
function offer(
  choices: readonly string[] = [],
  placeholder: string,
  onFile: () => void = () => undefined,
): (complete: Complete) => void {
  return (complete) => {
    for (const choice of choices) complete(choice, '');
    if (/file|folder/.test(placeholder)) onFile();
  };
}
