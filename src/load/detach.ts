import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { z as Z } from 'zod';
import { RunError } from '../errors.js';
import { maskedWords } from '../remote/location.js';
import type { Report } from './job.js';

/** What of a command line may hold secrets. */
export interface Handed {
  file: string;
  header?: string[] | undefined;
}

/** Says to the background process that more than its words comes to it, by the pipe between the two. */
const handedVariable = 'PRODIMPORT_HANDED';

/**
 * Begins this very command once more as a process of its own, and waits until its job is recorded:
 * from then on it needs nobody. One that has nothing to do hands over its report.
 * @param handed goes by a pipe, as the process list shows arguments
 * @param databaseUrl goes by the environment, for the same reason
 * @throws RunError with the exit code and the words of a process that did not come so far
 */
export async function detach(
  argv: string[],
  { replace, ...handed }: Handed & { replace?: boolean | undefined },
  databaseUrl: string | undefined,
): Promise<Detached | Report> {
  const words = maskedWords(backgroundWords(argv, { replace }));
  const child = spawn(process.execPath, [process.argv[1]!, ...words], {
    detached: true,
    windowsHide: true,
    stdio: ['inherit', 'ignore', 'pipe', 'ipc'],
    env: {
      ...process.env,
      ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
      [handedVariable]: '1',
    },
  });
  child.send(handed, () => undefined);
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (said += text));
  const began = once(child, 'message').then(([message]) => message as Detached | Report);
  const ended = once(child, 'close').then(([code]: (number | null)[]) => {
    throw failureOf(said.trim(), code ?? 1);
  });
  const detached = await Promise.race([began, ended]);
  ended.catch(() => undefined);
  child.stderr!.destroy();
  child.disconnect();
  child.unref();
  return detached;
}

/** In the background process: what was kept out of its words; null elsewhere. */
export async function takeHanded(): Promise<Handed | null> {
  if (!process.send || process.env[handedVariable] === undefined) return null;
  const [handed] = (await once(process, 'message')) as [Handed];
  delete process.env[handedVariable];
  return handed;
}

/** What the background process said last; one that died without a word of ours may have said anything. */
function failureOf(said: string, exitCode: number): RunError {
  try {
    const { error } = JSON.parse(said.split('\n').at(-1)!) as { error: RunError };
    return new RunError(error.message, error.code, exitCode);
  } catch {
    return new RunError(said, 'detached', exitCode);
  }
}

/** In the background process: tells that the job is recorded, or how it ended. Elsewhere nothing. */
export function tellDetached(result: Detached | Report): void {
  process.send?.(result);
}

/**
 * The words of the command for the background: without those that only the first one needs, and with
 * those by which that one learns how it failed; the first one has asked already. After `--` all
 * words are files.
 */
function backgroundWords(argv: string[], { replace }: { replace?: boolean | undefined }): string[] {
  const words = ['--quiet', '--json'];
  const answer = replace ? ['--yes'] : [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === '--') return [...words, ...answer, ...argv.slice(i)];
    if (word === '--database') i++;
    else if (word !== '--detach' && !word.startsWith('--database=')) words.push(word);
  }
  return [...words, ...answer];
}

/** What a load in the background tells the command that began it, once it is connected. */
export const detachedSchema = (z: typeof Z) =>
  z.object({ jobId: z.string(), status: z.literal('running') });

export type Detached = Z.infer<ReturnType<typeof detachedSchema>>;
