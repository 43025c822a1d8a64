import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import type { ServerUser } from './server-user.js';

/**
 * Only what PostgreSQL needs: `PG*` of the command would steer it, and passwords in `DATABASE_URL`
 * have no business in a server that outlives the command.
 */
function serverEnv(): NodeJS.ProcessEnv {
  const { PATH, TZ } = process.env;
  return { PATH, LC_ALL: 'C', ...(TZ ? { TZ } : {}) };
}

const asUser = (user: ServerUser | null) => (user ? { uid: user.uid, gid: user.gid } : {});

/**
 * Runs a program of PostgreSQL to its end.
 *
 * @throws Error with the last lines it printed, when it fails or can't be run
 */
export async function runToEnd(
  program: string,
  options: string[],
  cwd: string,
  user: ServerUser | null,
  input = '',
): Promise<void> {
  const child = spawn(program, options, { cwd, env: serverEnv(), ...asUser(user) });
  let printed = '';
  const keep = (chunk: Buffer) => {
    printed = (printed + chunk.toString()).slice(-2000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  // A program that dies before it reads is told by its exit code, not by EPIPE.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code === 0) return;
  throw new Error(`${basename(program)} ended with ${signal ?? code}: ${reasonIn(printed)}`);
}

/** Spawns a process that outlives this one, in a session of its own: Ctrl-C does not reach it. */
export function spawnDetached(
  program: string,
  options: string[],
  cwd: string,
  user: ServerUser | null,
  logFd: number,
): ChildProcess {
  const child = spawn(program, options, {
    cwd,
    env: serverEnv(),
    detached: true,
    stdio: ['ignore', logFd, logFd],
    ...asUser(user),
  });
  child.unref();
  return child;
}

/** The first line that gives a reason, else the last line: what follows a reason is its aftermath. */
function reasonIn(printed: string): string {
  const lines = printed.trim().split('\n');
  const reason = lines.find((line) => /(FATAL|ERROR|PANIC|error): /.test(line)) ?? lines.at(-1);
  return (reason ?? '').replace(/^.*?(?=(FATAL|ERROR|PANIC|error): )/, '');
}
