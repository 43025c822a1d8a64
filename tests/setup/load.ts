import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { createProgram, type Command } from '../../src/cli/command.js';
import { load } from '../../src/commands/load.js';
import { Context } from '../../src/cli/context.js';
import { databaseFailure } from '../../src/db/failure.js';
import { ResultWithError, RunError } from '../../src/errors.js';
import { getJob, type Report } from '../../src/load/job.js';
import { readReport } from '../../src/load/read-report.js';
import type { TestDatabase } from './database.js';

export interface LoadResult {
  exitCode: number;
  /** of the run; for one that failed that of its job, null where it never became one */
  report: Report;
  /** why it failed */
  error: RunError | null;
}

/**
 * Loads a file of this content as the command does, in this process.
 * @param words options, as one types them: `'--on-existing skip'`
 * @throws what is no run error
 */
export async function loadText(
  db: TestDatabase,
  content: string | Buffer,
  words = '',
): Promise<LoadResult> {
  const folder = mkdtempSync(join(tmpdir(), 'prodimport-load-'));
  try {
    const file = join(folder, 'products.csv');
    writeFileSync(file, content);
    return await runLoad(db, [file, ...words.split(' ').filter(Boolean)]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function runLoad(db: TestDatabase, argv: string[]): Promise<LoadResult> {
  const { exitCode, result, error } = await runCommand(db, load, argv);
  return { exitCode, report: error ? await reportOfLast(db) : (result as Report), error };
}

interface Ended<Result> {
  exitCode: number;
  result: Result | null;
  error: RunError | null;
}

/**
 * Runs a command as the binary does, in this process.
 * @param argv its arguments and options, as one types them after its name
 * @returns `result`: what it gives, where it did not fail
 * @throws what is no run error
 */
export async function runCommand<Result>(
  db: Pick<TestDatabase, 'url'>,
  command: Command<Result>,
  argv: string[],
): Promise<Ended<Result>> {
  let ended: Ended<Result>;
  // Alone, it needs no group.
  const name = command.name.split(' ').at(-1)!;
  const program = createProgram([{ ...command, name } as Command], [], async (_, input) => {
    const streams = { stdin: process.stdin, stderr: new PassThrough() as never };
    const environment = { exported: { DATABASE_URL: db.url }, file: {} };
    const globals = input.options;
    const { signal } = new AbortController();
    const context = new Context(environment, globals, argv, signal, streams, command.needs);
    try {
      const made = await command.run(context, input);
      if (made instanceof ResultWithError) {
        ended = { exitCode: made.error.exitCode, result: null, error: made.error };
      } else {
        const result = made as Result;
        ended = { exitCode: command.exitCode?.(result, input) ?? 0, result, error: null };
      }
    } catch (thrown) {
      const error = databaseFailure(thrown, 'The database');
      if (!(error instanceof RunError)) throw thrown;
      ended = { exitCode: error.exitCode, result: null, error };
    } finally {
      await context.close();
    }
  });
  await program.parseAsync([name, ...argv], { from: 'user' });
  return ended!;
}

/** The report of the newest job; null (untyped, for tests that never look) where there is none. */
async function reportOfLast({ session }: TestDatabase): Promise<Report> {
  const job = await getJob(session, 'last').catch(() => null);
  return job ? readReport(session, job) : (null as never);
}

/** What every report must keep: each row that was read went exactly one way. */
export function sumOfWays({ rows, products }: Report): number {
  const { inserted, updated, unchanged, skipped, deleted } = products!;
  return rows.rejected + rows.duplicates + inserted + updated + unchanged + skipped + deleted;
}
