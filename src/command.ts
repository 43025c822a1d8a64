import { readFileSync } from 'node:fs';
import { Command as Program, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Context } from './context.js';
import type { Palette } from './terminal/colour.js';
import { UsageError } from './errors.js';

/** An option as commander spells it, such as `--max-rejects <n>`. */
export interface OptionSpec {
  flags: string;
  description: string;
  /** Heading under which `--help` lists it. */
  group?: string;
  choices?: readonly string[];
  default?: unknown;
  repeatable?: boolean;
  /** Turns the text into its value; what it throws becomes a usage error naming the option. */
  parse?: (text: string) => unknown;
}

export interface ArgumentSpec {
  /** As commander spells it: `<file>`, `[job]`, `<sku...>`. */
  name: string;
  description: string;
}

/** What the user typed behind the command's name. */
export interface Input {
  arguments: string[];
  options: Record<string, unknown>;
  /** Whether the command line itself names an option (else it has its default). */
  given: (name: string) => boolean;
}

/** How a result will be looked at. */
export interface Page {
  palette: Palette;
  /** Columns; for a pipe a generous number. */
  width: number;
  isTerminal: boolean;
}

/** A result that is too long for one document: a line each, as NDJSON or as `renderLine` says. */
export class Lines<Item> {
  /** @param exitCode asked when all lines are out, where they tell how something ended */
  constructor(
    readonly items: AsyncIterable<Item>,
    readonly exitCode: () => number = () => 0,
  ) {}
}

/** A result that is a document already, such as a report in HTML. */
export class Raw {
  constructor(readonly chunks: AsyncIterable<string | Uint8Array>) {}
}

/**
 * A command is a value. `run` returns plain data, whose type is the public JSON; it never prints,
 * exits, formats or asks whether `--json` was given. Heavy modules are imported inside `run`.
 */
export interface Command<Result = unknown> {
  /** The words that call it: `load`, `product list`. */
  name: string;
  summary: string;
  description?: string;
  examples: string[];
  arguments?: ArgumentSpec[];
  options?: OptionSpec[];
  run(context: Context, input: Input): Promise<Result | Lines<unknown> | Raw>;
  /** The result for a person, without the last line end; nothing is printed for `''`. */
  render?(result: Result, page: Page): string | Promise<string>;
  /** One item of `Lines` for a person. */
  renderLine?(item: never, page: Page): string;
  /** The exit code of a run that ended without an error; 0 unless it says otherwise. */
  exitCode?(result: Result, input: Input): number;
}

/** A folder of commands: `product`, with a sentence for `prodimport --help`. */
export interface CommandGroup {
  name: string;
  summary: string;
}

/** Options that stand before or after any command. */
export const globalOptions: OptionSpec[] = [
  {
    flags: '--database <url>',
    description: 'PostgreSQL to use (default: DATABASE_URL, PG*, .env, else the embedded one)',
  },
  {
    flags: '--schema <name>',
    description: 'schema that holds the catalogue (default: prodimport)',
  },
  { flags: '--json', description: 'print one JSON document' },
  { flags: '--quiet', description: 'no progress and no notes, only results and errors' },
  { flags: '--no-color', description: 'no colours' },
  {
    flags: '--log-format <format>',
    description: 'how standard error is written',
    choices: ['text', 'json'],
  },
  { flags: '--debug', description: 'show stack traces and where each setting came from' },
].map((option) => ({ ...option, group: 'Global options:' }));

/** Who runs a command once its words were understood. */
export type Execute = (command: Command, input: Input) => Promise<void>;

/**
 * Makes the commander program, in one place: usage errors throw, every command takes the global
 * options, help carries the examples.
 */
export function createProgram(
  commands: Command[],
  groups: CommandGroup[],
  execute: Execute,
): Program {
  const program = new Program('prodimport')
    .description('Imports product catalogues (CSV, XLSX) into PostgreSQL.')
    .version(version(), '--version', 'print the version')
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureHelp({ showGlobalOptions: false, sortSubcommands: false });
  addOptions(program, globalOptions);
  const parents = new Map<string, Program>([['', program]]);
  for (const group of groups) {
    const parent = program.command(group.name).description(group.summary).exitOverride();
    parents.set(group.name, parent);
  }
  for (const command of commands) {
    const words = command.name.split(' ');
    const parent = parents.get(words.slice(0, -1).join(' '))!;
    addCommand(parent, words.at(-1)!, command, execute);
  }
  return program;
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function addCommand(parent: Program, word: string, command: Command, execute: Execute): void {
  const program = parent
    .command(word)
    .summary(command.summary)
    .description(command.description ?? command.summary)
    .exitOverride()
    .addHelpText('after', `\nExamples:\n${command.examples.map((e) => `  ${e}`).join('\n')}`);
  for (const argument of command.arguments ?? []) {
    program.argument(argument.name, argument.description);
  }
  addOptions(program, command.options ?? []);
  addOptions(program, globalOptions);
  program.action(async () => {
    const given = (name: string) => program.getOptionValueSource(name) === 'cli';
    const options = program.optsWithGlobals();
    await execute(command, { arguments: program.args, options, given });
  });
}

function addOptions(program: Program, specs: OptionSpec[]): void {
  for (const spec of specs) {
    const option = new Option(spec.flags, spec.description);
    if (spec.group) option.helpGroup(spec.group);
    if (spec.choices) option.choices(spec.choices);
    if (spec.default !== undefined) option.default(spec.default);
    if (spec.parse || spec.repeatable) option.argParser(parser(spec));
    program.addOption(option);
  }
}

function parser(spec: OptionSpec): (text: string, previous: unknown) => unknown {
  return (text, previous) => {
    const value = spec.parse ? attempt(spec.parse, text) : text;
    return spec.repeatable ? [...((previous as unknown[]) ?? []), value] : value;
  };
}

function attempt(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** Turns commander's complaint into ours; null where it only printed help or the version. */
export function usageError(error: CommanderError): UsageError | null {
  if (error.exitCode === 0) return null;
  return new UsageError(error.message.replace(/^error: /, ''), 'usage', { cause: error });
}

/** For `parse`: a whole number from `least` on. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || !Number.isSafeInteger(value)) {
      throw new Error(`It takes a whole number from ${least}.`);
    }
    return value;
  };
}
