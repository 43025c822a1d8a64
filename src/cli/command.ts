import { Command as Program, Help, type Option } from 'commander';
import type { z as Z } from 'zod';
import { globalOptions, type Context, type Globals } from './context.js';
import { refuseBoth, toArgument, toOption } from './option.js';
import type { Level } from '../db/levels.js';
import type { Palette } from '../terminal/colour.js';
import type { ResultWithError } from '../errors.js';
import { failWith, refuseExcess } from './usage.js';
import { version } from './version.js';
import type { ArgumentSpec, OptionSpec, OptionsOf } from '../option.js';

/** Where the value of an option comes from: `config` is the configuration file. */
export type OptionSource = 'cli' | 'config' | 'default';

/** What the user typed after the command's name; of any command the options have any type. */
export interface Input<Options extends readonly OptionSpec[] = readonly OptionSpec[]> {
  arguments: string[];
  options: Globals &
    (string extends Options[number]['flags'] ? Record<string, unknown> : OptionsOf<Options>);
  /** Of every option that has a value. */
  sources: Record<string, OptionSource>;
  /** Whether the user chose an option's value (else it has its default). */
  given: (name: string) => boolean;
  /** The same without what the configuration file says. */
  typed: (name: string) => boolean;
}

/** How a result will be looked at. */
export interface Page {
  palette: Palette;
  /** Columns; for a pipe a generous number. */
  width: number;
  isTerminal: boolean;
  /** Whether a table in a pipe begins with the names of its columns. */
  withHeader: boolean;
}

/** A result that is too long for one document: a line each, as NDJSON or as `renderLine` says. */
export class Lines<Item> {
  /** @param exitCode asked when all lines are out, where they tell how something ended */
  constructor(
    readonly items: AsyncIterable<Item> | Iterable<Item>,
    readonly exitCode: () => number = () => 0,
  ) {}
}

/** A result that is a document already, such as a report in HTML. */
export class Raw {
  constructor(readonly chunks: AsyncIterable<string | Uint8Array>) {}
}

/** The result of work that is done, though deliveries of it died for good: no success (exit code 3). */
export class PartialResult<Result> {
  constructor(readonly result: Result) {}
}

/** @param dead how many deliveries died in this run */
export function withDead<Result>(result: Result, dead: number): Result | PartialResult<Result> {
  return dead > 0 ? new PartialResult(result) : result;
}

/** What `run` may give for its result. */
type Answer<Result> = Result | Lines<unknown> | Raw;

/** A document that is printed as JSON: what it is, and its schema, which takes zod to be made. */
export interface Document {
  about: string;
  schema: (z: typeof Z) => Z.ZodType;
  /** Printed a line each, as NDJSON. */
  isLine?: boolean;
}

/**
 * A command is a value. `run` returns plain data, whose type is the public JSON; it never prints,
 * exits, formats or asks whether `--json` was given. Heavy modules are imported inside `run`.
 */
export interface Command<
  Result = unknown,
  Options extends readonly OptionSpec[] = readonly OptionSpec[],
> {
  /** The words that call it: `load`, `product list`. */
  name: string;
  summary: string;
  description?: string;
  examples: string[];
  arguments?: ArgumentSpec[];
  options?: Options;
  /** What it needs of the database, as `db grant` gives it; a viewer's rights unless it says so. */
  needs?: Level;
  /** What `run` did stays done, even if its result can't be printed. */
  lasts?: true;
  /** What `--json` prints. */
  document?: Document;
  /** What it prints or writes besides, by the words that `schema` takes. */
  otherDocuments?: Record<string, Document>;
  run(
    context: Context,
    input: Input<Options>,
  ): Promise<Answer<Result> | PartialResult<Answer<Result>> | ResultWithError<Result>>;
  /** The result for a person, without the last line end; nothing is printed for `''`. */
  render?(
    result: Result,
    page: Page,
    context: Context,
    input: Input<Options>,
  ): string | Promise<string>;
  /** One item of `Lines` for a person. */
  renderLine?(item: never, page: Page): string;
  /** The exit code of a run that ended without an error; 0 unless it says otherwise. */
  exitCode?(result: Result, input: Input<Options>): number;
}

/** A folder of commands: `product`, with a sentence for `prodimport --help`. */
export interface CommandGroup {
  name: string;
  summary: string;
}

/** What `prodimport --help` shows besides the options. */
export interface FrontPage {
  /** Headings, with the first words of the commands under each. */
  sections: Record<string, string[]>;
  examples: string[];
  /** What stands at the end. */
  epilogue: string;
}

const helpOption = {
  group: globalOptions[0].group,
  flags: '-h, --help',
  description: 'display help for command',
};

/** Who runs a command once its words were understood. */
type Execute = (command: Command, input: Input) => Promise<void>;

/**
 * Makes the commander program, in one place: usage errors throw, every command takes the global
 * options, help carries the examples.
 */
export function createProgram(
  commands: Command[],
  groups: CommandGroup[],
  execute: Execute,
  { sections, examples, epilogue }: FrontPage = { sections: {}, examples: [], epilogue: '' },
): Program {
  const program = new Program('prodimport')
    .description('Imports product catalogues (CSV, XLSX) into PostgreSQL.')
    .version(version(), '-V, --version', 'print the version; with --verbose what it runs on, too')
    .exitOverride(failWith('prodimport'))
    .configureOutput({
      outputError: () => undefined,
      // What is left is the help of a group whose command was left out: a result, not an error.
      writeErr: (text) => void process.stdout.write(text),
    })
    .configureHelp(helpLayout(examples))
    .helpCommand(false)
    .addHelpText('after', `\n${epilogue}`);
  addOptions(program, globalOptions);
  const listed = Object.values(sections).flat();
  const words = [...listed, ...commands.map(firstWord)];
  for (const word of new Set(words)) {
    const members = commands.filter((command) => firstWord(command) === word);
    if (members.length === 0) continue;
    const group = groups.find(({ name }) => name === word);
    const added = group
      ? addGroup(program, group, members, execute)
      : addCommand(program, members[0]!, execute);
    const section = Object.entries(sections).find(([, under]) => under.includes(word));
    if (section) added.helpGroup(section[0]);
  }
  return program;
}

function firstWord({ name }: Command): string {
  return name.split(' ', 1)[0]!;
}

function addGroup(
  program: Program,
  { name, summary }: CommandGroup,
  members: Command[],
  execute: Execute,
): Program {
  const group = program
    .command(name)
    .summary(summary)
    .description(sentenceOf(summary))
    .exitOverride(failWith(`prodimport ${name}`))
    .configureHelp(helpLayout(members.map(({ examples }) => examples[0]!)));
  for (const member of members) addCommand(group, member, execute);
  addOptions(group, globalOptions);
  return group;
}

function addCommand(parent: Program, command: Command, execute: Execute): Program {
  const program = parent
    .command(command.name.split(' ').at(-1)!)
    .summary(command.summary)
    .description((command.description ?? sentenceOf(command.summary)).replaceAll('\n', ' '))
    .exitOverride(
      failWith(`prodimport ${command.name}`, [...(command.options ?? []), ...globalOptions]),
    )
    .configureHelp(helpLayout(command.examples));
  for (const argument of command.arguments ?? []) {
    program.addArgument(toArgument(argument));
  }
  addOptions(program, command.options ?? []);
  addOptions(program, globalOptions);
  refuseBoth(program);
  program.allowExcessArguments().action(() => {
    refuseExcess(command, program.args);
    return execute(command, readInput(program));
  });
  return program;
}

function readInput(program: Program): Input {
  const options = program.optsWithGlobals<Input['options']>();
  const named = Object.keys(options).map((name) => [
    name,
    program.getOptionValueSourceWithGlobals(name) === 'cli' ? 'cli' : 'default',
  ]);
  const sources = Object.fromEntries(named) as Input['sources'];
  const given = (name: string) => (sources[name] ?? 'default') !== 'default';
  const typed = (name: string) => sources[name] === 'cli';
  return { arguments: program.args, options, sources, given, typed };
}

/** Help stands beside what every command takes. */
function addOptions(program: Program, specs: readonly OptionSpec[]): void {
  program.addHelpOption(toOption(helpOption));
  for (const spec of specs) program.addOption(toOption(spec));
}

/** How `--help` looks: examples first, then commands, every option with its choices and default. */
const helpLayout = (examples: string[]): Partial<Help> => ({
  showGlobalOptions: false,
  sortSubcommands: false,
  // Narrower, and commander would leave long lines for the terminal to break in mid-word.
  minWidthToWrap: 12,
  optionDescription,
  subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(term)].join(' '),
  formatHelp: (command, helper) =>
    arranged(command, defaults.formatHelp(command, helper), exampleText(examples)),
});

const defaults = new Help();

/** The first words of a page of help, where a command has no more to say than its summary. */
function sentenceOf(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

/** The examples as `--help` shows them. */
function exampleText(examples: string[]): string {
  return `Examples:\n${examples.map((example) => `  ${inLines(example)}`).join('\n')}`;
}

/** A long example goes on in a second line, in a way that a shell takes. */
function inLines(example: string): string {
  const lines: string[] = [];
  for (const piece of example.split(/(?= --)/)) {
    const longer = `${lines.at(-1) ?? ''}${piece}`;
    if (lines.length === 0 || longer.length > 74) lines.push(piece.trimStart());
    else lines[lines.length - 1] = longer;
  }
  return example.length > 78 ? lines.join(' \\\n    ') : example;
}

function term(argument: Program['registeredArguments'][number]): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** `what it is for (keep|clear; default: keep)` */
function optionDescription(option: Option): string {
  const { argChoices, defaultValue, negate } = option;
  const hasDefault = defaultValue !== undefined && !negate;
  const facts = [argChoices?.join('|'), hasDefault && `default: ${String(defaultValue)}`];
  const shown = facts.filter(Boolean).join('; ');
  return shown === '' ? option.description : `${option.description} (${shown})`;
}

/**
 * The blocks of a page in our order: how it is called, what it does, examples, and where there are
 * commands to choose from, those before the options.
 */
function arranged({ commands }: Program, text: string, examples: string): string {
  const [usage = '', description = '', ...rest] = text.trimEnd().split('\n\n');
  const isOptions = (block: string) => commands.length > 0 && /^(global )?options:/i.test(block);
  const first = rest.filter((block) => !isOptions(block));
  const blocks = [usage, description, examples, ...first, ...rest.filter(isOptions)];
  return `${blocks.join('\n\n')}\n`;
}
