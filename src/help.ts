import { Command as Program, Help, type Option } from 'commander';

/** How `--help` looks: what one does first, every option with its choices and default behind it. */
export const helpLayout: Partial<Help> = {
  showGlobalOptions: false,
  sortSubcommands: false,
  // Narrower, and commander would leave long lines for the terminal to break in mid-word.
  minWidthToWrap: 12,
  optionDescription,
  subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(term)].join(' '),
  formatHelp: (command, helper) => commandsFirst(command, defaults.formatHelp(command, helper)),
};

const defaults = new Help();

/** The first words of a page of help, where a command has no more to say than its summary. */
export function sentenceOf(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

/** The examples as they stand at the end of `--help`. */
export function exampleText(examples: string[]): string {
  return `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`;
}

/** `prodimport help load`, the same as `prodimport load --help`. */
export function helpCommand(): Program {
  const summary = 'the help of a command';
  return new Program('help').argument('[command]').summary(summary).helpOption(false);
}

function term(argument: Program['registeredArguments'][number]): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** `what it is for (keep|clear; default: keep)` */
function optionDescription(option: Option): string {
  const { argChoices, defaultValue, negate } = option;
  const isTold = defaultValue !== undefined && !negate;
  const facts = [argChoices?.join('|'), isTold && `default: ${String(defaultValue)}`];
  const told = facts.filter(Boolean).join('; ');
  return told === '' ? option.description : `${option.description} (${told})`;
}

/** Where there are commands to choose from, they stand before the options. */
function commandsFirst({ commands }: Program, text: string): string {
  if (commands.length === 0) return text;
  const blocks = text.trimEnd().split('\n\n');
  const isOptions = (block: string) => /^(global )?options:/i.test(block);
  const first = blocks.filter((block) => !isOptions(block));
  return `${[...first, ...blocks.filter(isOptions)].join('\n\n')}\n`;
}
