import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const binary = fileURLToPath(new URL('../../bin/prodimport.js', import.meta.url));

/** Environment of a command whose quick attempts at webhooks are to get through in any case. */
export const patient = {
  NODE_OPTIONS: `--import=${new URL('./long-second.js', import.meta.url).href}`,
};

export interface CliOptions {
  /** of a database: becomes DATABASE_URL */
  url?: string;
  /** folder of an embedded server of its own: becomes PRODIMPORT_HOME */
  home?: string;
  /** what standard input holds; nothing, and closed, unless given */
  stdin?: string | Buffer;
  /** on top of a bare environment, in which no variable of the test's own surroundings stands */
  env?: Record<string, string>;
  cwd?: string;
}

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
  /** standard output as one JSON document */
  json: <T = Record<string, unknown>>() => T;
}

/** Runs the binary to its end. */
export async function runCli(args: string[], options: CliOptions = {}): Promise<CliResult> {
  const { child, done } = startCli(args, options);
  child.stdin.on('error', () => undefined).end(options.stdin ?? '');
  return done;
}

/** Starts the binary, with its standard input open; `done` resolves when it has ended. */
export function startCli(
  args: string[],
  options: CliOptions = {},
): { child: ChildProcessWithoutNullStreams; done: Promise<CliResult> } {
  const child = spawn(process.execPath, [binary, ...args], {
    cwd: options.cwd ?? tmpdir(),
    env: cliEnvironment(options),
  });
  return { child, done: result(child) };
}

/** Nothing of the test's own environment but the path, so that no PG* or colour leaks in. */
export function cliEnvironment({ url, home, env }: CliOptions): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: tmpdir(),
    // Without a database named, a command would start a server where the tester keeps their own.
    PRODIMPORT_HOME: home ?? '/dev/null/prodimport',
    ...(url ? { DATABASE_URL: url } : {}),
    ...wayOfEmbedded(),
    ...env,
  };
}

/** How embedded servers are reached in this run of the tests: `PRODIMPORT_EMBEDDED_TCP=1 npm test`. */
export function wayOfEmbedded(): Record<string, string> {
  const { PRODIMPORT_EMBEDDED_TCP: tcp } = process.env;
  return tcp ? { PRODIMPORT_EMBEDDED_TCP: tcp } : {};
}

/** The words of a shell line that calls the binary, for pipes and pseudo terminals. */
export function shellLine(args: string[]): string {
  return [process.execPath, binary, ...args].map((word) => `'${word}'`).join(' ');
}

async function result(child: ChildProcessWithoutNullStreams): Promise<CliResult> {
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr, json: <T>() => JSON.parse(stdout) as T };
}
