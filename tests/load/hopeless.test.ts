import { expect, it } from 'vitest';
import type { Report } from '../../src/load/job.js';
import { runCli } from '../setup/cli.js';
import { Reasons } from '../../src/load/rejects.js';
import { useCatalogue } from '../setup/catalogue.js';
import { useFolder } from '../setup/folder.js';
import { loadText } from '../setup/load.js';

const db = useCatalogue();
const folder = useFolder();
const many = 100_000;

it('gives up where all of the first 100,000 rows are rejects, with their reasons and a way out', async () => {
  const text = `sku,name,price\n${'A,Kettle,"9,900"\n'.repeat(many - 1)},Cup,1\nB,Cup,1\n`;
  const { exitCode, error, report } = await loadText(db(), text);
  expect([exitCode, error?.code]).toEqual([2, 'all_rows_rejected']);
  expect(error?.message).toContain('price_ambiguous of price in 99,999 rows (row 2: "9,900"');
  expect(error?.message).toContain('--decimal');
  expect(report).toMatchObject({ status: 'failed', products: null, successfulRows: 0 });
  expect(report.rows).toMatchObject({ read: many, rejected: many });
}, 60_000);

it('goes on where one of them is none', async () => {
  const text = `sku,name,price\nB,Cup,1\n${'A,Kettle,"9,900"\n'.repeat(many)}`;
  const { exitCode, report } = await loadText(db(), text);
  expect(exitCode).toBe(3);
  expect(report.rows).toMatchObject({ read: many + 1, rejected: many });
}, 60_000);

it('names the option that helps by the field: only prices are rounded', () => {
  const wayOf = (column: string) => {
    const reasons = new Reasons();
    const row = { rowNumber: 2, line: 2, value: '1', error: 'It is out of range' };
    reasons.add({ ...row, column, code: 'out_of_range' });
    return reasons.way();
  };
  expect(wayOf('price')).toContain('--round-prices');
  expect(wayOf('stock')).toContain("--map 'its header=attributes'");
});

it('takes no memory by the number of rejects, however short their lines are', async () => {
  const rejects = 400_000;
  const file = folder.write(
    'flood.csv',
    `sku,name,price\nA,Cup,1\nB,"Lid\n${'x\n'.repeat(rejects)}`,
  );
  const args = ['load', file, '--rejects', folder.path('bad.csv'), '--json'];
  const { code, json } = await runCli(args, { url: db().url });
  expect(code).toBe(3);
  const { rows, peakMemoryBytes } = json<Report>();
  expect(rows).toMatchObject({ read: rejects + 2, rejected: rejects + 1 });
  // 170 MB; it was 450 MB as long as all records of a megabyte became rows at once.
  // Node 24 takes 267 MB.
  expect(peakMemoryBytes).toBeLessThan(300_000_000);
}, 180_000);
