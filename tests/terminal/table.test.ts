import { describe, expect, it } from 'vitest';
import { plainPalette } from '../../src/terminal/colour.js';
import { renderTable } from '../../src/terminal/table.js';
import { displayWidth, wrap, forTheEye } from '../../src/terminal/escape.js';

const plain = { width: 80, palette: plainPalette, withHeader: false };

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
    const look = { isTerminal: true, ...plain };
    expect(await renderTable(jobs, look)).toBe(
      ['job  file           rows', '12   a.csv       500,000', '3    日本語.csv        1'].join(
        '\n',
      ),
    );
  });

  it('is tab-separated without a header in a pipe', async () => {
    const look = { isTerminal: false, ...plain };
    expect(await renderTable(jobs, look)).toBe('12\ta.csv\t500,000\n3\t日本語.csv\t1');
  });

  it('cuts its widest column where the terminal is too narrow', async () => {
    const long = { head: ['sku', 'name'], rows: [['A-1', 'A very long name of a product']] };
    const shown = await renderTable(long, { isTerminal: true, ...plain, width: 20 });
    expect(shown).toBe('sku  name\nA-1  A very long na…');
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
      (await renderTable(table, { isTerminal: true, ...plain, width })).split('\n')[1];
    expect(await at(80)).toBe('12   completed_with_rejects  load  a file of a long name.csv');
    expect(await at(44)).toBe('12   completed_with_rejects  load  a file o…');
    expect(await at(40)).toBe('12   completed_with_rejects  a file of…');
    expect(await at(30)).toBe('12   completed_with_rejects');
  });

  it('says all of a sentence in the lines below, before it cuts anything else', async () => {
    const table = {
      head: ['image', 'sku', 'url', 'error'],
      rows: [
        [
          '1',
          'CUP-9',
          'https://shop.example/a/long/way/to/a/cup.jpg',
          'The host answered 404, and said that there is no such image',
        ],
      ],
      gives: 'url',
      wraps: 'error',
      extra: ['sku'],
    };
    const shown = await renderTable(table, { isTerminal: true, ...plain });
    expect(shown.split('\n')).toEqual([
      'image  sku    url                               error',
      '1      CUP-9  https://shop.example/a/long/way…  The host answered 404, and said',
      '                                                that there is no such image',
    ]);
  });

  it('shows what would command the terminal or add a column', async () => {
    const nasty = { head: ['name'], rows: [['\x1b[2Ja\tb']] };
    const shown = await Promise.all(
      [true, false].map((isTerminal) => renderTable(nasty, { ...plain, isTerminal })),
    );
    expect(shown).toEqual(['name\n\\x1b[2Ja\\tb', '\\x1b[2Ja\\tb']);
  });

  it('names its columns in a pipe when asked to, even where there are no rows', async () => {
    const look = { ...plain, isTerminal: false, withHeader: true };
    expect(await renderTable(jobs, look)).toBe(
      'job\tfile\trows\n12\ta.csv\t500,000\n3\t日本語.csv\t1',
    );
    expect(await renderTable({ ...jobs, rows: [] }, look)).toBe('job\tfile\trows');
  });

  it('keeps blank cells at the end of a line in a pipe: they are columns', async () => {
    const blank = { head: ['a', 'b', 'c'], rows: [['1', '', '']] };
    expect(await renderTable(blank, { ...plain, isTerminal: false })).toBe('1\t\t');
  });

  it('is a sentence on a terminal, and nothing in a pipe, where there are no rows', async () => {
    const none = { head: ['job'], rows: [], none: 'No jobs.' };
    expect(await renderTable(none, { ...plain, isTerminal: true })).toBe('No jobs.');
    expect(await renderTable(none, { ...plain, isTerminal: false })).toBe('');
  });
});

describe('a sentence on a terminal', () => {
  it('is broken between words, and never in a command or between an option and its value', () => {
    const said = 'Once it is gone: `prodimport image retry --all`, or say --map "VK brutto=price"';
    expect(wrap(said, 40, 2).split('\n')).toEqual([
      'Once it is gone:',
      '  `prodimport image retry --all`, or say',
      '  --map "VK brutto=price"',
    ]);
  });

  it('stays one line for whatever reads it', () => {
    const said = 'There is no column for the price: prices stay as they are';
    expect(forTheEye(said, { isTTY: false, columns: 40 })).toBe(said);
    expect(forTheEye(said, { isTTY: true, columns: 40 })).toBe(
      'There is no column for the price: prices\n    stay as they are',
    );
  });
});
