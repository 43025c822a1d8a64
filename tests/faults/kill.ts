import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { inject } from 'vitest';
import { cliEnvironment, type CliOptions } from '../setup/cli.js';
import type { TestDatabase } from '../setup/database.js';
import type { Series } from './table.js';

const binary = fileURLToPath(new URL('../../bin/prodimport.js', import.meta.url));
const killer = new URL('./kill-after.js', import.meta.url).href;

/** Each how many moments one is tried: all of them, or some for a quick run. */
export const stride = inject('thorough') ? 1 : 31;

/** What a command has changed, as a text in which every difference shows. */
type State = string;

export interface KilledCommand {
  fault: string;
  args: string[];
  /** Puts everything into the state that each trial begins with. */
  reset: () => Promise<void>;
  state: () => Promise<State>;
  /** What else is wrong after a kill, now and once the next command has run; null for nothing. */
  judge: (found: State, known: { before: State; after: State }) => Promise<string | null>;
  /** Resolves when nobody works any more on what the command had begun. */
  settled: () => Promise<void>;
  options: CliOptions;
  /** Whether each of its parts is done by itself, so that there is a between that is as it should be. */
  inParts?: boolean;
  /** Tries only each so many-th write. */
  every?: number;
}

/**
 * Kills a command at its first write to a socket, then at its second, and so on until it ends by
 * itself, just before the write and just after it. After each kill all must be as before or as
 * after, and `judge` find nothing wrong.
 */
export async function killAtEveryWrite(command: KilledCommand): Promise<Series> {
  const step = stride * (command.every ?? 1);
  const moments = function* (suffix: string) {
    for (let write = 1; ; write += step) yield { KILL_AT: `${write}${suffix}` };
  };
  return killAt(command, [moments(''), moments('+')]);
}

/**
 * The same for other moments, as variables of the killer's environment say them.
 * @param series each is tried until the command ends by itself
 */
export async function killAt(
  command: KilledCommand,
  series: Iterable<Record<string, string>>[],
): Promise<Series> {
  const { fault, reset, state } = command;
  const sum = { fault, trials: 0, before: 0, after: 0, violations: [] as string[] };
  await reset();
  const before = await state();
  await runKilled(command, {});
  const after = await state();
  for (const moments of series) {
    for (const moment of moments) {
      await reset();
      if (!(await runKilled(command, moment))) break;
      sum.trials++;
      const found = await state();
      if (found === before) sum.before++;
      else if (found === after) sum.after++;
      const isBetween = found !== before && found !== after && !command.inParts;
      const wrong = isBetween ? 'it is neither as before nor as after' : null;
      const judged = wrong ?? (await command.judge(found, { before, after }));
      if (judged) sum.violations.push(`killed at ${JSON.stringify(moment)}: ${judged}`);
    }
  }
  return sum;
}

/** Runs the command until it is killed or ends, and nothing of it lives; whether it was killed. */
async function runKilled(
  { args, options, settled }: KilledCommand,
  moment: Record<string, string>,
): Promise<boolean> {
  const mark = `KILL_MARK=${randomUUID()}`;
  const child = spawn(process.execPath, ['--import', killer, binary, ...args, '--quiet'], {
    env: { ...cliEnvironment(options), ...moment, KILL_MARK: mark },
    stdio: 'ignore',
  });
  const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  while (isRunning(mark)) await wait(5);
  await settled();
  return signal === 'SIGKILL';
}

/** Whether a process lives that has this text in its environment: the command or its children. */
function isRunning(mark: string): boolean {
  return readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && environmentOf(pid).includes(mark));
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    // It has ended, or is another user's.
    return '';
  }
}

/** Waits until the database has no connections of commands but the two of the test itself. */
export async function connectionsGone({ session, database }: TestDatabase): Promise<void> {
  const { pid } = await (await database.main()).one<{ pid: number }>('db/backend_pid');
  const others = `select from pg_stat_activity where datname = current_database()
    and application_name = 'prodimport' and pid not in (pg_backend_pid(), ${pid})`;
  while ((await session.client.query(others)).rowCount! > 0) await wait(5);
}
