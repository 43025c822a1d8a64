import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import type { EmbeddedServer } from '../../src/db/embedded/start.js';
import { wayOfEmbedded } from './cli.js';

export interface StartCommand {
  child: ChildProcess;
  /** resolves when the command has ended, to what it printed; rejects with its standard error */
  done: Promise<{ server: EmbeddedServer; stderr: string }>;
}

/**
 * Runs a process that starts the embedded server and leaves.
 *
 * @param options `uid` of the user who runs it; `root` another folder that holds the project
 */
export function startInProcess(
  home: string,
  options: { uid?: number; root?: string } = {},
): StartCommand {
  const root = options.root ?? fileURLToPath(new URL('../..', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', 'tests/setup/start-server.ts'], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: '/nonexistent',
      PRODIMPORT_HOME: home,
      ...wayOfEmbedded(),
    },
    ...(options.uid ? { uid: options.uid, gid: options.uid } : {}),
  });
  return { child, done: outcome(child) };
}

async function outcome(child: ReturnType<typeof spawn>) {
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  if (code !== 0) throw new Error(`the command ended with ${code}: ${stderr}`);
  return { server: JSON.parse(stdout) as EmbeddedServer, stderr };
}
