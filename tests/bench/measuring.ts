import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** What one process took, from its start to its end. */
export interface Run {
  ms: number;
  /** Processor time of the process itself, user and system, without the server's. */
  cpuMs: number;
  peakMemoryBytes: number;
}

/**
 * Runs a Node program whose last words are JSON with `peakMemoryBytes`.
 * @throws Error with what it said on standard error, if it does not end with 0
 */
export async function measureProgram(argv: string[], env: NodeJS.ProcessEnv): Promise<Run> {
  const startedAt = performance.now();
  const { stdout, cpuMs } = await runProgram(argv, env);
  const ms = performance.now() - startedAt;
  const { peakMemoryBytes } = JSON.parse(stdout) as { peakMemoryBytes: number };
  return { ms, cpuMs, peakMemoryBytes };
}

const usage = new URL('contestants/usage.js', import.meta.url).href;

export async function runProgram(
  argv: string[],
  env: NodeJS.ProcessEnv,
): Promise<{ stdout: string; cpuMs: number }> {
  const child = spawn(process.execPath, ['--import', usage, ...argv], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [stdout, stderr, cpu, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    text(child.stdio[3] as Readable),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  if (code === 0) return { stdout, cpuMs: Number(cpu) };
  throw new Error(`node ${argv.join(' ')} ended with ${code}: ${stderr.trim()}`);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** @param share 0.95 for the value that 95 % don't exceed */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return below + (above - below) * (place - Math.floor(place));
}
