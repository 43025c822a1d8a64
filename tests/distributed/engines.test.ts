import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Report } from '../../src/load/job.js';
import { cellsOf, columnsOf, type Variant } from '../bench/variants.js';
import { catalogueSum } from '../setup/checksum.js';
import { runCli } from '../setup/cli.js';
import { describeOnCluster } from '../setup/cluster-tests.js';
import {
  createClusterDatabase,
  createPlainDatabase,
  type TestDatabase,
} from '../setup/database.js';

const rowCount = inject('thorough') ? 100_000 : 5000;
const folder = mkdtempSync(join(tmpdir(), 'prodimport-engines-'));
const path = (name: string) => join(folder, `${name}.csv`);

/** One after the other, each on what the ones before have left. */
const steps: [string, string[]][] = [
  ['first load', ['load', path('ten'), '--record-changes']],
  ['undo of it', ['undo', 'last', '--yes']],
  ['first load again', ['load', path('ten')]],
  ['reload', ['load', path('ten')]],
  ['10 % changed', ['load', path('changed'), '--record-changes']],
  ['undo of these', ['undo', 'last', '--yes']],
  ['blank clears', ['load', path('few'), '--blank', 'clear', '--on-duplicate', 'first']],
  ['skip', ['load', path('ten'), '--on-existing', 'skip']],
  ['actions', ['load', path('actions'), '--record-changes']],
  ['undo of actions', ['undo', 'last', '--yes']],
  ['other owner', ['load', path('few'), '--owner', 'somebody']],
  ['dry run', ['load', path('changed'), '--dry-run']],
  ['purge of an owner', ['purge', '--owner', 'somebody', '--yes']],
  ['purge', ['purge', '--all', '--yes']],
  ['three columns', ['load', path('three')]],
  ['missing deactivated', ['load', path('some'), ...missing('deactivate')]],
  ['undo of that', ['undo', 'last', '--yes']],
  ['missing deleted', ['load', path('some'), ...missing('delete')]],
  ['undo of that too', ['undo', 'last', '--yes']],
  ['missing of both kinds', ['load', path('three'), ...missing('deactivate')]],
];

function missing(policy: string): string[] {
  return ['--missing', policy, '--missing-limit', '100%', '--record-changes'];
}

describeOnCluster('on one server and on a cluster', () => {
  let plain: TestDatabase;
  let cluster: TestDatabase;
  beforeAll(async () => {
    for (const variant of ['ten', 'changed'] as const) write(variant, variant, () => true);
    write('few', 'ten', (row) => row % 3 === 0);
    write('three', 'three', () => true);
    write('some', 'changed', (row) => row % 3 > 0);
    writeActions();
    plain = await createPlainDatabase();
    cluster = await createClusterDatabase();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await plain.drop();
    await cluster.drop();
  });

  it.each(steps)('%s comes to the same counts and the same catalogue', async (_, args) => {
    const told = await Promise.all([outcome(plain, args), outcome(cluster, args)]);
    expect(told[1]).toEqual(told[0]);
    expect(await catalogueSum(cluster.session)).toBe(await catalogueSum(plain.session));
  });
});

async function outcome({ url }: TestDatabase, args: string[]): Promise<unknown> {
  const { code, json, stderr } = await runCli([...args, '--json'], { url });
  expect([0, 3], stderr).toContain(code);
  const { status, rows, products, missing: gone, failedRows } = json<Report>();
  return {
    code,
    status,
    rows,
    products,
    gone,
    failedRows,
    printed: code === 0 && !status && json(),
  };
}

/** Rows of a variant, with SKUs that only a database folds, and the same ones in other letters. */
function write(name: string, variant: Variant, isIn: (row: number) => boolean): void {
  const lines = [columnsOf[variant].join(',')];
  const at = columnsOf[variant].indexOf('sku');
  let row = 0;
  for (const cells of cellsOf(variant, rowCount)) {
    if (++row % 50 === 0) cells[at] = `É${cells[at]}`;
    if (row % 51 === 0) cells[at] = cells[at]!.toLowerCase();
    if (isIn(row)) lines.push(cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','));
  }
  writeFileSync(path(name), `${lines.join('\n')}\n`);
}

function writeActions(): void {
  const lines = ['sku,name,action'];
  const actions = ['ADD', 'UPDATE', 'DELETE', 'UPSERT'];
  let row = 0;
  for (const cells of cellsOf('three', rowCount)) {
    const sku = ++row % 5 === 0 ? `NEW-${row}` : cells[columnsOf.three.indexOf('sku')]!;
    lines.push(`"${sku}","Named in row ${row}",${actions[row % 4]}`);
  }
  writeFileSync(path('actions'), `${lines.join('\n')}\n`);
}
