import { redact, RunError } from './errors.js';
import type { Globals } from './context.js';

/**
 * Says on standard error why a run ended, for a person or (`--json`, `--log-format json`) for a
 * program, and gives the exit code.
 */
export async function reportFailure(error: unknown, globals: Globals): Promise<number> {
  const failure = await explain(error);
  const known = failure instanceof RunError;
  const code = known ? failure.code : 'internal';
  const text = redact(failure instanceof Error ? failure.message : String(failure));
  const message = known
    ? text
    : `${text} — this is a fault of prodimport; please report it with --debug's output.`;
  if (globals.debug && failure instanceof Error) {
    const causes = failure.cause instanceof Error ? `\nCaused by: ${failure.cause.stack}` : '';
    process.stderr.write(`${redact(`${failure.stack}${causes}`)}\n`);
  }
  process.stderr.write(
    globals.json || globals.logFormat === 'json'
      ? `${JSON.stringify({ error: { code, message } })}\n`
      : `prodimport: ${message}\n`,
  );
  return known ? failure.exitCode : 1;
}

/** Only what is no run error yet can come from the database; usage errors never load its driver. */
async function explain(error: unknown): Promise<unknown> {
  if (error instanceof RunError) return error;
  const { databaseFailure } = await import('./db/failure.js');
  return databaseFailure(error, 'The database');
}
