import { CommanderError } from 'commander';
import {
  createProgram,
  Lines,
  PartialResult,
  Raw,
  type Command,
  type Input,
  type Page,
} from './cli/command.js';
import {
  commandNames,
  frontPage,
  groups,
  importCommand,
  importCommands,
  welcome,
} from './commands/index.js';
import { configFileName, readEnvironment, readSettings, type Environment } from './environment.js';
import { Context, type Globals } from './cli/context.js';
import { ResultWithError } from './errors.js';
import { exitCodeOf, reportFailure, undelivered } from './cli/failure.js';
import { watchSignals } from './cli/signals.js';
import { jsonSafely } from './terminal/escape.js';
import { createOutput, tolerateClosedPipe, type Output, untilSignal } from './terminal/streams.js';
import { withHint } from './cli/usage.js';
import { version } from './cli/version.js';
import { understand } from './cli/words.js';

/**
 * From the words on the command line to the exit code: argv → command → result → output. The only
 * place where an error becomes an exit code.
 */
export async function run(argv: string[]): Promise<number> {
  tolerateClosedPipe(process.stderr);
  const output = createOutput(process.stdout);
  const said = await answerAtOnce(argv);
  if (said !== null) {
    await output.write(said);
    return 0;
  }
  let code = 0;
  async function start(command: Command, input: Input) {
    const environment = await readSurroundings(command, input);
    code = await execute(command, input, argv, environment, output);
  }
  try {
    const { words, command } = understand(argv, commandNames, groups);
    const commands = command === null ? await importCommands() : [await importCommand(command)];
    const program = createProgram(commands, groups, start, frontPage);
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) return crash(error, argv);
    // Help and the version are written by commander, which does not look whether they could be.
    await output.write('');
  }
  return code;
}

/** The environment, and what the files of settings in the current folder say of the command. */
async function readSurroundings(command: Command, input: Input): Promise<Environment> {
  const folder = process.cwd();
  const environment = readEnvironment(process.env, folder);
  const text = readSettings(folder, configFileName);
  if (text === null) return environment;
  const { applyConfigFile } = await import('./cli/config-file.js');
  const commands = await importCommands();
  return { ...environment, config: applyConfigFile(text, folder, commands, command, input) };
}

/** Reports what ended the run before, or past, its command; gives the exit code. */
export async function crash(error: unknown, argv: string[]): Promise<number> {
  return reportFailure(error, asked(argv));
}

const versionWords = new Set(['--version', '-V', '--verbose', '--json']);

/** What is no command; null where commander has to look at the words. */
async function answerAtOnce(argv: string[]): Promise<string | null> {
  if (argv.length === 0) return welcome;
  if (argv[0] === 'complete' && argv[1] === '--') {
    const { answer } = await import('./cli/completion.js');
    return answer(argv.slice(2), await importCommands(), groups);
  }
  const isVersion = argv.includes('--version') || argv.includes('-V');
  if (!isVersion || !argv.every((word) => versionWords.has(word))) return null;
  if (argv.includes('--json')) return `${jsonSafely({ version: version() })}\n`;
  if (!argv.includes('--verbose')) return null;
  const { versionFacts } = await import('./cli/version.js');
  return `${await versionFacts()}\n`;
}

async function execute(
  command: Command,
  input: Input,
  argv: string[],
  environment: Environment,
  output: Output,
): Promise<number> {
  const globals = input.options;
  const signals = watchSignals((message) => context.warn(message));
  const context = new Context(environment, globals, argv, signals.signal, process, command.needs);
  const startedAt = performance.now();
  const logEnd = (how: 'ended' | 'failed', exitCode: number) => {
    const durationMs = Math.round(performance.now() - startedAt);
    context.log('info', `${command.name} ${how}`, { command: command.name, exitCode, durationMs });
    return exitCode;
  };
  /** Shows what there is all the same, and says why the run ended. */
  const fail = async (error: unknown, shown?: unknown) => {
    const failure = signals.interruption(error) ?? withHint(error, `prodimport ${command.name}`);
    logEnd('failed', await exitCodeOf(failure));
    const printed = failure === error && shown && print(command, shown, { context, input }, output);
    await Promise.resolve(printed).catch((error: Error) => context.warn(error.message));
    await context.close();
    return reportFailure(failure, globals);
  };
  try {
    if (globals.debug) await (await import('./cli/settings.js')).tellSettings(context, input);
    const given = await command.run(context, input);
    if (given instanceof ResultWithError) return await fail(given.error, given.result);
    const result = given instanceof PartialResult ? given.result : given;
    await print(command, result, { context, input }, output).catch((error: unknown) => {
      throw command.lasts ? undelivered(error, command, result) : error;
    });
    return logEnd('ended', exitCodeOfResult(command, input, given));
  } catch (error) {
    return await fail(error);
  } finally {
    await context.close();
    signals.finish();
  }
}

function exitCodeOfResult(command: Command, input: Input, result: unknown): number {
  if (result instanceof PartialResult) return exitCodeOfResult(command, input, result.result) || 3;
  if (result instanceof Lines) return result.exitCode();
  return command.exitCode?.(result, input) ?? 0;
}

async function print(
  command: Command,
  result: unknown,
  { context, input }: { context: Context; input: Input },
  output: Output,
): Promise<void> {
  const { globals, signal } = context;
  context.stopProgress();
  const page = await pageFor(globals);
  if (result instanceof Raw) return output.writeAll(untilSignal(result.chunks, signal));
  if (result instanceof Lines) {
    return output.writeAll(untilSignal(textLines(command, result, globals, page), signal));
  }
  if (globals.json) return output.write(`${jsonSafely(result)}\n`);
  const text = await command.render?.(result, page, context, input);
  if (text) await output.write(`${text}\n`);
}

async function* textLines(command: Command, lines: Lines<unknown>, globals: Globals, page: Page) {
  for await (const item of lines.items) {
    const asText = !globals.json && command.renderLine;
    yield `${asText ? asText(item as never, page) : jsonSafely(item)}\n`;
  }
}

async function pageFor(options: Input['options']): Promise<Page> {
  const { createPalette } = await import('./terminal/colour.js');
  const stream = process.stdout;
  return {
    palette: await createPalette({ noColor: !options.color, env: process.env, stream }),
    width: stream.columns || Number(process.env.COLUMNS) || 100,
    isTerminal: stream.isTTY === true,
    withHeader: options.withHeader === true,
  };
}

/** The global options as far as they matter for an error before, or past, the command. */
function asked(argv: string[]): Globals {
  const words = argv.join(' ');
  const isLog = /(^| )--log-format[ =]json( |$)/.test(words);
  return {
    ...(/(^| )--progress[ =]json( |$)/.test(words) && { progress: 'json' }),
    json: argv.includes('--json'),
    debug: argv.includes('--debug'),
    logFormat: isLog ? 'json' : 'text',
    color: true,
  };
}
