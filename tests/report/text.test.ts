import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createPalette } from '../../src/terminal/colour.js';
import { displayWidth } from '../../src/terminal/escape.js';
import { groupRejects } from '../../src/report/reject-groups.js';
import type { Report } from '../../src/load/job.js';
import { textReport } from '../../src/report/text.js';
import { cleanReport, report } from './example.js';

function headline(changes: Partial<Report>): string {
  return textReport(report({ failedRows: [], ...changes })).split('\n')[0] ?? '';
}

const undone: Report['source'] = {
  ...report().source,
  ...{ name: 'undo of job 12', format: null, bytes: null, encoding: null, delimiter: null },
};
const noProducts = { inserted: 0, updated: 0, unchanged: 0, skipped: 0, deleted: 0 };

describe('the summary of a clean load', () => {
  it('says on one small screen what happened', () => {
    expect(textReport(cleanReport())).toBe(`\
✔ Loaded products.csv: 400,000 products inserted, 900 updated.

  read        500,000   70.1 MB, csv, utf-8, delimiter ","
  duplicates   35,061   another row of the same SKU was taken
  inserted    400,000
  updated         900
  unchanged    64,039

  job 12 · 3.5 s (reading 1.5 s, merging 1.9 s) · 144,000 rows/s · 150 MB of memory · by ops@shop-1
`);
  });
});

describe('the summary of a load with rejects', () => {
  it('groups them by code and column, and names the first rows', () => {
    expect(textReport(report())).toContain(`
Rejected
  required name: 8 rows (4, 9, 12, 15, 18, …)  Missing required field: name
  price_ambiguous price: 1 row (30)  1.234 may mean 1234 or 1.234; say which with --decimal
  price_invalid price: 1 row (31)  n/a is not a price
`);
  });

  it('counts a row once that fails twice in the same way', () => {
    const [first] = report().failedRows;
    const twice = report({ failedRows: [first!, first!] });
    expect(textReport(twice)).toContain('required name: 1 row (4)');
  });

  it('ends with what to do: the rejects, and the option that settles the prices', () => {
    expect(textReport(report())).toContain(`
Next
  prodimport report 12 --format csv  every rejected row
  Load with --rejects FILE to get such rows in their own columns, to correct and load.
  Say which sign separates decimals: --decimal . or --decimal ,
`);
  });

  it.each(['already_exists', 'not_found'] as const)(
    'names of %s the column that stands above --action, too',
    (code) => {
      const failedRows = [{ ...report().failedRows[0]!, code }];
      expect(textReport(report({ failedRows }))).toContain(
        '  As UPSERT, in the column action or else by --action upsert, ',
      );
    },
  );

  it('gives the command that loads a rejects file, quoted for the shell', () => {
    const shown = textReport(report({ rejectsFile: "Bob's rejects.csv" }));
    expect(shown).toContain(`prodimport load 'Bob'\\''s rejects.csv'`);
  });

  it('says when it knows only the first errors, and stops at ten groups', () => {
    const [first] = report().failedRows;
    const failedRows = Array.from({ length: 12 }, (_, n) => ({ ...first!, column: `c${n}` }));
    const shown = textReport(report({ failedRows, failedRowsTruncated: true }));
    expect(shown).toContain('Rejected (of the first 12 errors)');
    expect(shown).toContain('required c9: 1 row');
    expect(shown).not.toContain('required c10');
    expect(shown).toContain('  and 2 other kinds');
  });

  it('shows what a cell tried to do to the terminal, and does not let it', () => {
    const [first] = report().failedRows;
    const failedRows = [{ ...first!, column: 'a\x1b[2J', error: 'bad \x07' }];
    const shown = textReport(
      report({ failedRows, notes: ['\x1b]0;owned'], source: { ...report().source, name: 'a\nb' } }),
    );
    expect(shown).toContain('required a\\x1b[2J: 1 row (4)  bad \\x07');
    expect(shown).toContain('note  \\x1b]0;owned');
    expect(shown).toContain('Loaded a\\nb:');
  });

  it('counts all errors where it is given their groups', () => {
    const { failedRows } = report();
    const groups = groupRejects(failedRows);
    const shown = textReport(
      report({ failedRows: failedRows.slice(0, 1), failedRowsTruncated: true }),
      { groups },
    );
    expect(shown).toContain('Rejected\n  required name: 8 rows (4, 9, 12, 15, 18, …)');
    expect(shown).toContain('Say which sign separates decimals');
  });

  it.each([40, 60, 80])(
    'breaks its lines between words at %i columns, and cuts none',
    async (width) => {
      const whole = report({
        notes: ['Decided that the file is windows-1252, as é is none of UTF-8'],
      });
      const palette = await createPalette({
        noColor: false,
        env: { FORCE_COLOR: '1' },
        stream: {},
      });
      const lines = textReport(whole, { width, palette }).split('\n');
      expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width);
      const wordsOf = (text: string) => stripVTControlCharacters(text).split(/\s+/);
      expect(wordsOf(lines.join('\n'))).toEqual(wordsOf(textReport(whole)));
    },
  );

  it('keeps a command in one piece, however narrow the terminal', () => {
    expect(textReport(report(), { width: 24 })).toContain(
      '\n  prodimport report 12 --format csv\n    every rejected row\n',
    );
  });

  it('is coloured by the palette it is given, and by nothing else', async () => {
    const palette = await createPalette({ noColor: false, env: { FORCE_COLOR: '1' }, stream: {} });
    expect(textReport(report(), { palette }).startsWith('\x1b[33m⚠')).toBe(true);
    expect(textReport(report())).not.toContain('\x1b');
  });
});

describe('a skipped row', () => {
  it('is in the catalogue, or of a profile that takes rows together', () => {
    const skipped = (profile: string | null) =>
      textReport(
        cleanReport({
          products: { ...noProducts, skipped: 1 },
          source: { ...report().source, profile },
        }),
      );
    expect(skipped(null)).toMatch(/skipped +1 {3}their SKUs are in the catalogue already\n/);
    expect(skipped('shopify')).toMatch(/skipped +1 {3}taken into the row of their product, or /);
  });
});

describe('the sentence', () => {
  it.each<[string, Partial<Report>]>([
    [
      '⚠ Loaded products.csv: 400,000 products inserted, 900 updated; 10 of 500,000 rows rejected.',
      {},
    ],
    [
      '✔ Loaded products.csv: nothing changed.',
      { status: 'completed', rows: { read: 9, rejected: 0, duplicates: 0 }, products: noProducts },
    ],
    [
      '✔ Loaded products.csv: it has no rows.',
      { status: 'completed', rows: { read: 0, rejected: 0, duplicates: 0 }, products: noProducts },
    ],
    [
      '✔ Loaded standard input: 1 product deleted; 2 not in the file deactivated.',
      {
        status: 'completed',
        rows: { read: 1, rejected: 0, duplicates: 0 },
        products: { ...noProducts, deleted: 1 },
        missing: { deactivated: 2, deleted: 0 },
        source: { ...report().source, name: '-' },
      },
    ],
    [
      '✔ Dry run of products.csv: 3 products would be inserted. Nothing was written.',
      {
        status: 'completed',
        dryRun: true,
        jobId: null,
        rows: { read: 3, rejected: 0, duplicates: 0 },
        products: { ...noProducts, inserted: 3 },
      },
    ],
    [
      '✔ Skipped products.csv: the same bytes were loaded before with the same options.',
      { status: 'skipped' },
    ],
    [
      '✖ Refused products.csv: 11 rejected, --max-rejects allows 10. No product was changed.',
      {
        status: 'refused',
        products: null,
        error: {
          code: 'max_rejects',
          message: '11 rejected, --max-rejects allows 10. Products are unchanged.',
        },
      },
    ],
    [
      '✖ Loading products.csv was interrupted after 500,000 rows. No product was changed.',
      { status: 'interrupted', products: null },
    ],
    [
      '✖ Loading products.csv ended without a word: its process died. No product was changed.',
      { status: 'crashed', products: null },
    ],
    ['… Loading products.csv: 500,000 rows read so far.', { status: 'running', products: null }],
    [
      '✔ Undo of job 12: 1 product inserted, 2 updated.',
      {
        status: 'completed',
        source: undone,
        rows: { read: 3, rejected: 0, duplicates: 0 },
        products: { ...noProducts, inserted: 1, updated: 2 },
      },
    ],
    [
      '✖ Undo of job 12 ended without a word: its process died. No product was changed.',
      { status: 'crashed', source: undone, products: null },
    ],
  ])('%s', (said, changes) => {
    expect(headline(changes)).toBe(said);
  });
});

describe('what a summary leaves out', () => {
  it('is the speed of a load that took less than a second', () => {
    expect(textReport(report({ durationMs: 999 }))).not.toContain('rows/s');
    expect(textReport(report({ durationMs: 1000 }))).toContain('rows/s');
  });

  it('is to run it without --dry-run, where that would change nothing', () => {
    const dry = { dryRun: true, jobId: null } as const;
    expect(textReport(report(dry))).toContain('again without --dry-run');
    const products = { inserted: 0, updated: 0, unchanged: 0, skipped: 0, deleted: 0 };
    expect(textReport(report({ ...dry, products }))).not.toContain('again without --dry-run');
  });
});
