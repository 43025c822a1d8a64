import { describe, expect, it } from 'vitest';
import { storedNames, useCatalogue } from '../setup/catalogue.js';
import { loadText } from '../setup/load.js';

const db = useCatalogue();

/** Four rows, of which one fails. */
const oneOfFour = 'sku,name\nA-1,Lamp\nB-2,\nC-3,Chair\nD-4,Table\n';

describe('--max-rejects', () => {
  it('0 is all or nothing', async () => {
    const { exitCode, error, report } = await loadText(db(), oneOfFour, '--max-rejects 0');

    expect(exitCode).toBe(4);
    expect(error).toMatchObject({ code: 'max_rejects' });
    expect(await storedNames(db())).toEqual({});
    expect(report).toMatchObject({ status: 'refused', products: null });
  });

  it('takes a file without rejects under 0', async () => {
    const { exitCode } = await loadText(db(), 'sku,name\nA-1,Lamp\n', '--max-rejects 0');
    expect(exitCode).toBe(0);
  });

  it('lets as many rows fail as it says, and not one more', async () => {
    expect((await loadText(db(), oneOfFour, '--max-rejects 1')).exitCode).toBe(3);
    const two = `${oneOfFour}E-5,\n`;
    expect((await loadText(db(), two, '--max-rejects 1')).exitCode).toBe(4);
  });

  it('takes a share of the rows read', async () => {
    expect((await loadText(db(), oneOfFour, '--max-rejects 25%')).exitCode).toBe(3);
    expect((await loadText(db(), oneOfFour, '--max-rejects 24.9%')).exitCode).toBe(4);
  });

  it('counts rows, not errors', async () => {
    const csv = 'sku,name,price,active\nA-1,Lamp,1,yes\nB-2,,cheap,perhaps\n';
    expect((await loadText(db(), csv, '--max-rejects 1')).exitCode).toBe(3);
  });

  it('counts what only the catalogue rejects as well', async () => {
    const csv = 'sku,name\nA-1,Lamp\n';
    const { exitCode } = await loadText(db(), csv, '--action update --max-rejects 0');
    expect(exitCode).toBe(4);
  });

  it('leaves every reject of the refused job to be read', async () => {
    await loadText(db(), 'sku,name\nA-1,Lamp\n');
    const csv = 'sku,name\nB-2,\nA-1,x\nC-3,\n';
    const { report } = await loadText(db(), csv, '--action add --max-rejects 0');

    expect(report.status).toBe('refused');
    expect(report.failedRows.map(({ rowNumber, code }) => [rowNumber, code])).toEqual([
      [2, 'required'],
      [3, 'already_exists'],
      [4, 'required'],
    ]);
    expect(report.rows).toMatchObject({ read: 3, rejected: 3 });
    expect(await storedNames(db())).toEqual({ 'A-1': 'Lamp' });
  });
});

describe('--accept-rejects', () => {
  it('ends with 0 where rows were rejected', async () => {
    const { exitCode, report } = await loadText(db(), oneOfFour, '--accept-rejects');
    expect(exitCode).toBe(0);
    expect(report.status).toBe('completed_with_rejects');
  });

  it('ends with 0 within --max-rejects only', async () => {
    const within = '--accept-rejects --max-rejects 1';
    const above = '--accept-rejects --max-rejects 0';
    expect((await loadText(db(), oneOfFour, within)).exitCode).toBe(0);
    expect((await loadText(db(), oneOfFour, above)).exitCode).toBe(4);
  });
});

it('keeps every reject of thousands in the order of rows', async () => {
  const rows = Array.from({ length: 2500 }, (_, i) => `S-${i},${i % 2 ? 'name' : ''},cheap`);
  await loadText(db(), `sku,name,price\n${rows.join('\n')}\n`);

  const { rows: stored } = await db().session.client.query<{ row_number: string; n: string }>(
    `select row_number, count(*) as n from prodimport.rejects
     group by row_number order by row_number`,
  );
  expect(stored).toHaveLength(2500);
  expect(stored.slice(0, 3)).toEqual([
    { row_number: '2', n: '2' },
    { row_number: '3', n: '1' },
    { row_number: '4', n: '2' },
  ]);
});
