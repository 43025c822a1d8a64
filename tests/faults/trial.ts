import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { JobState } from '../../src/load/state.js';
import { type CliResult, runCli } from '../setup/cli.js';
import type { Session } from '../../src/db/session.js';

const folder = mkdtempSync(join(tmpdir(), 'prodimport-faults-'));
const rowCount = 4000;

/** Two editions of a catalogue: new rows, changed ones and unchanged ones in the second. */
export const firstFile = write('first.csv', edition(1));
export const secondFile = write('second.csv', edition(2));

/** The edition as a file. */
export function edition(number: number): string {
  const lines = ['sku,name,price'];
  for (let i = number * 100; i < rowCount + number * 100; i++) {
    lines.push(`SKU-${i},Product ${i},${(i % 7) + (i % 3 ? 0 : number)}`);
  }
  return `${lines.join('\n')}\n`;
}

export function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** How a faulty run is to end. */
export interface Expected {
  code: number;
  catalogue: 'before' | 'after';
  /** of its job, as a later command tells it; null where it never became one */
  status: string | null;
  says: RegExp;
}

/**
 * Puts the first edition into the database, lets `trial` run a command that meets a fault, and
 * looks whether it ended as expected, with the catalogue and the record agreeing.
 */
export async function judge(
  url: string,
  session: () => Session | Promise<Session>,
  expected: Expected,
  trial: () => Promise<CliResult>,
): Promise<void> {
  const run = await trial();
  const found = await nameEdition(await session());
  expect(run.stderr).toMatch(expected.says);
  expect({ code: run.code, catalogue: found }, run.stderr).toEqual({
    code: expected.code,
    catalogue: expected.catalogue,
  });
  expect(run.stdout + run.stderr).not.toMatch(/s3cret|node:internal|\n {4}at /);
  const states = await runCli(['status', '--json'], { url });
  expect(states.code, states.stderr).toBe(0);
  const [newest] = states.json<JobState[]>();
  expect(newest?.jobId === '1' ? null : newest?.status).toBe(expected.status);
}

/** Which edition the catalogue holds, to the last field; `between` must never be. */
export async function nameEdition(session: Session): Promise<'before' | 'after' | 'between'> {
  const { rows } = await session.client.query<{ sku: string; name: string; price: string }>(
    'select sku, name, trim_scale(price)::text as price from prodimport.products',
  );
  const found = rows.map(({ sku, name, price }) => `${sku},${name},${price}`);
  const first = edition(1).trim().split('\n').slice(1);
  const second = edition(2).trim().split('\n').slice(1);
  // What only the first edition has stays in the catalogue.
  const merged = [...first.slice(0, 100), ...second];
  if (isSame(found, first)) return 'before';
  return isSame(found, merged) ? 'after' : 'between';
}

function isSame(some: string[], others: string[]): boolean {
  return some.sort().join('\n') === [...others].sort().join('\n');
}
