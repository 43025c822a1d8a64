import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Report } from '../../src/load/job.js';
import { runCli } from '../setup/cli.js';

const measure = new URL('./measure.js', import.meta.url).href;
const maxResidentKb = 300_000;
/** Node collects garbage when it likes to; with this much for its objects it has to within bounds. */
const maxHeapMb = 200;
/** Of the processor, which others may use as well: that it does not hang, the test's own limit says. */
const maxCpuSeconds = 10;

interface Measured {
  residentKb: number;
  cpuSeconds: number;
}

/**
 * Runs a command, measured, with a temporary folder of its own, which must be empty afterwards; it
 * may take ten seconds and 300 MB.
 */
export async function expectBounded(
  args: string[],
  { code, says, url }: { code: number; says: RegExp; url: string },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'prodimport-bounded-'));
  const temporary = join(folder, 'temporary');
  const measured = join(folder, 'measured');
  mkdirSync(temporary);
  try {
    const node = `--max-old-space-size=${maxHeapMb} --import=${measure}`;
    const env = { NODE_OPTIONS: node, MEASURE_TO: measured, TMPDIR: temporary };
    const run = await runCli(args, { url, env });
    expect(run.code, run.stderr).toBe(code);
    expect(run.stdout + run.stderr).toMatch(says);
    if (run.stdout.startsWith('{')) expectBalance(run.json<Report>());
    expect(run.stderr).not.toMatch(/fault of prodimport|root:/);
    expect(readdirSync(temporary)).toEqual([]);
    const { residentKb, cpuSeconds } = JSON.parse(readFileSync(measured, 'utf8')) as Measured;
    expect(residentKb).toBeLessThan(maxResidentKb);
    expect(cpuSeconds).toBeLessThan(maxCpuSeconds);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function expectBalance({ rows, products }: Report): void {
  const ways = Object.values(products!).reduce((sum, count) => sum + count, 0);
  expect(rows.rejected + rows.duplicates + ways).toBe(rows.read);
}
