import type { Readable } from 'node:stream';
import { namedSchema, type Environment } from '../environment.js';
import type { Database } from '../db/database.js';
import type { Level } from '../db/levels.js';
import type { Target } from '../db/target.js';
import { RefusedError, UsageError, withoutPassword, shellWord } from '../errors.js';
import { version } from './version.js';
import { forTheEye, logLine, noteLine, type LogLevel } from '../terminal/escape.js';
import type { LoadOptions } from '../load/request.js';
import type { OptionSpec, OptionsOf } from '../option.js';
import type { Progress } from '../terminal/progress/progress.js';

const group = 'Global options:';

/** Options that stand before or after any command. */
export const globalOptions = [
  {
    group,
    flags: '--database <url>',
    config: 'any',
    description: 'PostgreSQL to use (default: DATABASE_URL, PG*, .env, else the embedded one)',
  },
  {
    group,
    flags: '--schema <name>',
    config: 'any',
    description: 'schema that holds the catalogue (default: prodimport)',
  },
  { group, flags: '--json', description: 'print one JSON document' },
  {
    group,
    flags: '--quiet',
    config: 'any',
    description: 'no progress and no notes, only results and errors',
  },
  { group, flags: '--no-color', config: 'any', description: 'no colours' },
  {
    group,
    flags: '--log-format <format>',
    config: 'any',
    description: 'how standard error is written',
    choices: ['text', 'json'],
    default: 'text',
  },
  { group, flags: '--debug', description: 'show stack traces and where each setting came from' },
] as const satisfies OptionSpec[];

/** The global options, as given, and how progress is shown, where the command shows any. */
export type Globals = OptionsOf<typeof globalOptions> & Partial<Pick<LoadOptions, 'progress'>>;

/**
 * What a command may reach: the environment, the database (opened when first asked for), progress
 * and notes on standard error, questions. Help and usage errors touch none of it.
 */
export class Context {
  private opened: Promise<Database> | null = null;
  private shown: Progress | null = null;
  private readonly seen = new Set<string>();
  /** Of prodimport. */
  readonly version = version();

  constructor(
    readonly environment: Environment,
    readonly globals: Globals,
    /** The words of the command line, as typed. */
    readonly argv: string[],
    /** Aborted by SIGINT, SIGTERM and SIGHUP. */
    readonly signal: AbortSignal,
    private readonly streams: { stdin: NodeJS.ReadStream; stderr: NodeJS.WriteStream },
    /** What the command needs of the database. */
    private readonly level?: Level,
  ) {
    // Whoever reads standard input does not listen meanwhile, and it may never say a word.
    signal.addEventListener('abort', () => this.stdin.destroy(), { once: true });
  }

  get stdin(): Readable {
    return this.streams.stdin;
  }

  get schema(): string {
    const { name } = namedSchema(this.globals.schema, this.environment);
    if (!/^[^\p{Cc}"]{1,63}$/u.test(name)) {
      throw new UsageError(
        `--schema ${JSON.stringify(name)}: a schema's name has 1 to 63 characters, no double quotes, no line ends.`,
      );
    }
    return name;
  }

  /** Which database is meant, without a look at it. */
  async target(): Promise<Target> {
    const { chooseTarget } = await import('../db/target.js');
    return chooseTarget(this.globals.database ?? null, this.environment);
  }

  /** The database, connected and with its schema checked. */
  database(): Promise<Database> {
    this.opened ??= this.open(true);
    return this.opened;
  }

  /** The database without a look at its schema. */
  databaseAsItIs(): Promise<Database> {
    this.opened ??= this.open(false);
    return this.opened;
  }

  private async open(check: boolean): Promise<Database> {
    const { Database } = await import('../db/database.js');
    const target = await this.target();
    const note = (message: string) => this.note(message);
    return check
      ? Database.open(target, this.schema, note, this.again(), this.level ?? 'viewer')
      : Database.at(target, this.schema, note, this.level);
  }

  /** The words that name the same database and schema again, where the command line named them. */
  again(): string {
    const { database, schema } = this.globals;
    const named = { database: database && withoutPassword(database), schema };
    return Object.entries(named)
      .map(([option, value]) => (value ? ` --${option} ${shellWord(value)}` : ''))
      .join('');
  }

  /** A sentence on standard error, unless `--quiet`. */
  note(message: string): void {
    if (this.globals.quiet) return;
    this.say('info', message);
    if (this.streams.stderr.isTTY) this.seen.add(message);
  }

  /** Whether a note on the terminal has said so. */
  hasShown(message: string): boolean {
    return this.seen.has(message);
  }

  /** A sentence that matters even under `--quiet`: something is not as the user may think. */
  warn(message: string): void {
    this.say('warn', message);
  }

  /** A fact for whoever looks for a fault: said under `--debug`, even if `--quiet`. */
  debug(message: string, fields: object): void {
    if (this.globals.debug) this.say('debug', message, fields);
  }

  /**
   * Something that happened, for whoever collects logs: a line with its fields under `--log-format
   * json`. As text only what went wrong is said.
   * @param fields never a secret
   */
  log(level: 'info' | 'warn', message: string, fields: object): void {
    if (this.globals.logFormat === 'json') this.say(level, message, fields);
    else if (level === 'warn') this.note(message);
  }

  /** In the shape that all of standard error has; a bar that is up is never garbled. */
  private say(level: LogLevel, message: string, fields: object = {}): void {
    const { stderr } = this.streams;
    const { logFormat, progress } = this.globals;
    if (logFormat === 'json') stderr.write(logLine(level, message, fields));
    else if (this.shown) this.shown.note(message);
    else if (progress === 'json') stderr.write(noteLine(message));
    else stderr.write(`${forTheEye(message, stderr)}\n`);
  }

  /** Progress on standard error: a bar, lines or NDJSON, as the place and the options say. */
  async progress(): Promise<Progress> {
    if (this.shown) return this.shown;
    const { createProgress, progressMode } = await import('../terminal/progress/create.js');
    const { stderr } = this.streams;
    const { quiet = false, progress = 'auto', logFormat } = this.globals;
    const wanted = logFormat === 'json' && !quiet && progress !== 'none' ? 'log' : progress;
    const mode = progressMode({
      quiet,
      isTTY: stderr.isTTY,
      term: this.environment.exported.TERM,
      ci: this.environment.exported.CI,
      requested: wanted === 'auto' ? null : wanted,
    });
    const { createPalette } = await import('../terminal/colour.js');
    const env = this.environment.exported;
    const palette = await createPalette({ noColor: !this.globals.color, env, stream: stderr });
    const shown = await createProgress({ mode, stream: stderr, palette });
    this.shown = shown;
    return shown;
  }

  /** The bar where somebody watches a terminal that both outputs go to; null for whatever reads. */
  async bar(): Promise<Progress | null> {
    const { progressMode } = await import('../terminal/progress/create.js');
    const { quiet = false, json, logFormat } = this.globals;
    const isWatched = process.stdout.isTTY && !json && logFormat !== 'json';
    const { isTTY } = this.streams.stderr;
    const { TERM: term, CI: ci } = this.environment.exported;
    const mode = progressMode({ quiet, isTTY, term, ci, requested: null });
    return isWatched && mode === 'bar' ? this.progress() : null;
  }

  /**
   * Asks before something that can't be undone.
   * @throws UsageError where nobody can answer · RefusedError when the answer is no
   */
  async confirm(question: string, assumeYes: boolean): Promise<void> {
    if (assumeYes) return;
    const { stdin, stderr } = this.streams;
    if (!stdin.isTTY) {
      throw new UsageError(`${question} Nobody can answer here: add --yes to say so.`, 'needs_yes');
    }
    const { confirm } = await import('../terminal/prompt.js');
    if (await confirm(question, { input: stdin, output: stderr, signal: this.signal })) return;
    throw new RefusedError('Not done: the answer was no.', 'declined');
  }

  /** Takes the bar off the terminal, so that a result can be printed. */
  stopProgress(): void {
    this.shown?.stop();
  }

  /** Ends progress and every connection. */
  async close(): Promise<void> {
    this.stopProgress();
    this.shown = null;
    const opened = await this.opened?.catch(() => null);
    await opened?.close();
  }
}
