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
  it('is aligned on a terminal, figures to the right, wide characters counted', () => {
    const look = { isTTY: true, width: 80, palette: plainPalette };
    expect(renderTable(jobs, look)).toBe(
      ['job  file           rows', '12   a.csv       500,000', '3    日本語.csv        1', ''].join(
        '\n',
      ),
    );
  });

  it('is tab-separated without a header in a pipe', () => {
    const look = { isTTY: false, width: 80, palette: plainPalette };
    expect(renderTable(jobs, look)).toBe('12\ta.csv\t500,000\n3\t日本語.csv\t1\n');
  });

  it('cuts its widest column where the terminal is too narrow', () => {
    const long = { head: ['sku', 'name'], rows: [['A-1', 'A very long name of a product']] };
    const shown = renderTable(long, { isTTY: true, width: 20, palette: plainPalette });
    expect(shown).toBe('sku  name\nA-1  A very long na…\n');
    expect(Math.max(...shown.split('\n').map(displayWidth))).toBeLessThanOrEqual(20);
  });

  it('leaves out its spare columns, and cuts the one that gives way, before any other', () => {
    const table = {
      head: ['job', 'status', 'kind', 'source'],
      rows: [['12', 'completed_with_rejects', 'load', 'a file of a long name.csv']],
      gives: 'source',
      spare: ['kind', 'source'],
    };
    const at = (width: number) =>
      renderTable(table, { isTTY: true, width, palette: plainPalette }).split('\n')[1];
    expect(at(80)).toBe('12   completed_with_rejects  load  a file of a long name.csv');
    expect(at(44)).toBe('12   completed_with_rejects  load  a file o…');
    expect(at(40)).toBe('12   completed_with_rejects  a file of…');
    expect(at(30)).toBe('12   completed_with_rejects');
  });

  it('shows what would command the terminal or add a column', () => {
    const nasty = { head: ['name'], rows: [['\x1b[2Ja\tb']] };
    const shown = [true, false].map((isTTY) =>
      renderTable(nasty, { isTTY, width: 80, palette: plainPalette }),
    );
    expect(shown).toEqual(['name\n\\x1b[2Ja\\tb\n', '\\x1b[2Ja\\tb\n']);
  });

  it('is nothing where there are no rows', () => {
    const look = { isTTY: true, width: 80, palette: plainPalette };
    expect(renderTable({ head: ['job'], rows: [] }, look)).toBe('');
  });
});
