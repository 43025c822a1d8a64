import { describe, expect, it } from 'vitest';
import { plainPalette } from '../../src/terminal/colour.js';
import { renderTable } from '../../src/terminal/table.js';
import { displayWidth } from '../../src/terminal/width.js';

const jobs = {
  head: ['job', 'file', 'rows'],
  rows: [
    ['12', 'a.csv', '500,000'],
    ['3', '日本語.csv', '1'],
  ],
  right: ['rows'],
};

describe('a table', () => {
  it('is aligned on a terminal, figures to the right, wide characters counted', async () => {
    const look = { isTTY: true, width: 80, palette: plainPalette };
    expect(await renderTable(jobs, look)).toBe(
      ['job  file           rows', '12   a.csv       500,000', '3    日本語.csv        1', ''].join(
        '\n',
      ),
    );
  });

  it('is tab-separated without a header in a pipe', async () => {
    const look = { isTTY: false, width: 80, palette: plainPalette };
    expect(await renderTable(jobs, look)).toBe('12\ta.csv\t500,000\n3\t日本語.csv\t1\n');
  });

  it('cuts its widest column where the terminal is too narrow', async () => {
    const long = { head: ['sku', 'name'], rows: [['A-1', 'A very long name of a product']] };
    const shown = await renderTable(long, { isTTY: true, width: 20, palette: plainPalette });
    expect(shown).toBe('sku  name\nA-1  A very long na…\n');
    expect(Math.max(...shown.split('\n').map(displayWidth))).toBeLessThanOrEqual(20);
  });

  it('leaves out its spare columns, and cuts the one that gives way, before any other', async () => {
    const table = {
      head: ['job', 'status', 'kind', 'source'],
      rows: [['12', 'completed_with_rejects', 'load', 'a file of a long name.csv']],
      gives: 'source',
      spare: ['kind', 'source'],
    };
    const at = async (width: number) =>
      (await renderTable(table, { isTTY: true, width, palette: plainPalette })).split('\n')[1];
    expect(await at(80)).toBe('12   completed_with_rejects  load  a file of a long name.csv');
    expect(await at(44)).toBe('12   completed_with_rejects  load  a file o…');
    expect(await at(40)).toBe('12   completed_with_rejects  a file of…');
    expect(await at(30)).toBe('12   completed_with_rejects');
  });

  it('shows what would command the terminal or add a column', async () => {
    const nasty = { head: ['name'], rows: [['\x1b[2Ja\tb']] };
    const shown = await Promise.all(
      [true, false].map((isTTY) => renderTable(nasty, { isTTY, width: 80, palette: plainPalette })),
    );
    expect(shown).toEqual(['name\n\\x1b[2Ja\\tb\n', '\\x1b[2Ja\\tb\n']);
  });

  it('is nothing where there are no rows', async () => {
    const look = { isTTY: true, width: 80, palette: plainPalette };
    expect(await renderTable({ head: ['job'], rows: [] }, look)).toBe('');
  });
});
