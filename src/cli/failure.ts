import type { Globals } from './context.js';
import { FailedError, redact, RunError } from '../errors.js';
import type { Report } from '../load/job.js';
import { jsonSafely, forTheEye, logLine } from '../terminal/escape.js';
import { faultPlace, version } from './version.js';

/**
 * Says on standard error why a run ended, for a person or (`--json`, `--log-format json`) for a
 * program, and gives the exit code.
 */
export async function reportFailure(error: unknown, globals: Globals): Promise<number> {
  const failure = await explain(error);
  const isKnown = failure instanceof RunError;
  const code = isKnown ? failure.code : 'internal';
  const message = isKnown ? redact(failure.message) : faultMessage(failure);
  const stack = globals.debug ? stackOf(failure) : undefined;
  const isLog = globals.logFormat === 'json';
  if (stack !== undefined) {
    process.stderr.write(isLog ? logLine('debug', 'stack', { stack }) : `${stack}\n`);
  }
  if (globals.json || globals.progress === 'json') {
    process.stderr.write(`${jsonSafely({ error: { code, message } })}\n`);
  } else if (isLog) {
    process.stderr.write(logLine('error', message, { error: { code, message } }));
  } else {
    const text = isKnown ? withCode(message, code) : message;
    process.stderr.write(`${forTheEye(`prodimport: ${text}`, process.stderr)}\n`);
  }
  return isKnown ? failure.exitCode : 1;
}

/** What needs no name: the command line itself, and a signal. */
const nameless = new Set(['usage', 'interrupted']);

/** The name by which an error is known to programs stands after its first line, to be looked up. */
function withCode(message: string, code: string): string {
  return nameless.has(code) ? message : message.replace(/$/m, ` [${code}]`);
}

/** The exit code of a run that ended so. */
export async function exitCodeOf(error: unknown): Promise<number> {
  const failure = await explain(error);
  return failure instanceof RunError ? failure.exitCode : 1;
}

/** The error for a result that could not be written, of a command whose work stands all the same. */
export function undelivered(error: unknown, { name }: { name: string }, result: unknown): unknown {
  const { jobId, status } = result as Partial<Report>;
  // A dry run is no job, and its result is all that it does.
  if (!(error instanceof RunError) || error.code !== 'output' || jobId === null) return error;
  const done = jobId
    ? `Job ${jobId} is ${status === 'running' ? 'running' : 'committed'}; see \`prodimport report ${jobId}\`.`
    : `What \`prodimport ${name}\` had to do is done.`;
  return new RunError(`${error.message} ${done}`, error.code, 3, { cause: error });
}

/** What nobody foresaw: what it says, what it ran on, and where to tell of it. */
function faultMessage(error: unknown): string {
  const said = redact(error instanceof Error ? error.message : String(error));
  const { node } = process.versions;
  const system = `Node.js ${node}, ${process.platform} ${process.arch}`;
  return (
    `${said}\nThis is a fault of prodimport ${version()} (${system}). Run it again with --debug ` +
    `and report what it says ${faultPlace()}.`
  );
}

function stackOf(failure: unknown): string | undefined {
  if (!(failure instanceof Error)) return undefined;
  const cause = failure.cause instanceof Error ? `\nCaused by: ${failure.cause.stack}` : '';
  return redact(`${failure.stack}${cause}`);
}

/** Said of any step that opens something: which one it was says nothing. */
function tooFewFiles(code: string, cause: unknown): FailedError {
  return new FailedError(
    `The system lets this process open too few files at once (${code}). Allow more, such as by \`ulimit -n 1024\`. What was not committed is rolled back.`,
    'too_few_files',
    { cause },
  );
}

/**
 * Only what is no run error yet can come from the database; usage errors never load its driver. Nor
 * can it be loaded where the files of the tool are gone, as an update under its feet takes them away.
 */
async function explain(error: unknown): Promise<unknown> {
  if (error instanceof RunError) return error;
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'EMFILE' || code === 'ENFILE') return tooFewFiles(code, error);
  const driver = await import('../db/failure.js').catch(() => null);
  return driver ? driver.databaseFailure(error, 'The database') : error;
}
