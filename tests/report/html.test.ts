import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { newResult } from '../../src/load/job.js';
import { htmlReport } from '../../src/report/html.js';
import type { ReportExtra } from '../../src/report/facts.js';
import { cleanReport, report } from './example.js';

function page(of = report(), extra: ReportExtra = {}): Promise<string> {
  return text(htmlReport(of, extra) as never);
}

const [example] = report().failedRows;

describe('a report as a page', () => {
  it('says in its heading and its title what happened', async () => {
    const said = 'Loaded products.csv: 400,000 products inserted, 900 updated.';
    const shown = await page(cleanReport());
    expect(shown).toContain(`<h1>${said}</h1>`);
    expect(shown).toContain(`<title>${said}</title>`);
  });

  it('draws the way of the rows, and tells it to those who can not see it', async () => {
    expect(await page()).toContain(
      'aria-label="Of 500,000 rows read: 400,000 inserted, 900 updated, 64,039 unchanged, ' +
        '35,051 duplicates, 10 rejected"',
    );
  });

  it('shows rows that were read in vain where nothing was merged', async () => {
    const refused = report({ status: 'refused', products: null });
    expect(await page(refused)).toContain('464,939 not loaded');
  });

  it('needs nothing from elsewhere and runs nothing', async () => {
    const shown = await page();
    expect(shown).not.toMatch(/<script|<link|<img|src=|href=|@import|url\(/);
    expect(shown).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('shows markup from a file as text', async () => {
    const nasty = { ...example!, column: '"><b>', value: '<script>x</script>', error: "<i>'&amp;" };
    const shown = await page(report({ failedRows: [nasty], notes: ['<img src=x>\x1b[1m'] }));
    expect(shown).not.toMatch(/<script|<i>|<img/);
    expect(shown).toContain('&lt;script&gt;x&lt;/script&gt;');
    expect(shown).toContain('&lt;i&gt;&#39;&amp;amp;');
    expect(shown).toContain('&lt;img src=x&gt;\\x1b[1m');
  });

  it('names what it is about, with what is known of it', async () => {
    const { source } = report();
    expect(await page()).toContain(
      '<p>products.csv: 70.1 MB, csv, utf-8, delimiter &quot;,&quot;</p>',
    );
    const unknown = { ...source, format: null, bytes: null, encoding: null, delimiter: null };
    expect(await page(report({ source: { ...unknown, name: 'undo of job 12' } }))).toContain(
      '<p>undo of job 12</p>',
    );
  });

  it('keeps an option whole in what is said about a row', async () => {
    expect(await page()).toContain('say which with <span class="nowrap">--decimal</span></span');
  });

  it('counts all rejects but lists only the first of many', async () => {
    async function* many() {
      for (let n = 0; n < 2000; n += 1) yield { ...example!, rowNumber: n + 2 };
    }
    const shown = await page(report(), { allRejects: many() });
    expect(shown).toContain('2,000 rows (2, 3, 4, 5, 6, …)');
    expect(shown).toContain('The first 500 of 2,000 errors');
    expect(shown.match(/<span class="soft">row /g)).toHaveLength(501);
  });

  it('shows what was changed, old and new', async () => {
    const fields = { price: { old: '9.90', new: '10.00' }, description: { old: 'x', new: null } };
    const shown = await page(cleanReport(), {
      changes: [{ sku: 'A-1', action: 'updated', fields }],
    });
    expect(shown).toContain('<del class="value">9.90</del> → <ins class="value">10.00</ins>');
    expect(shown).toContain('<del class="value">x</del> → nothing');
  });

  it('tells of a new product what it has, and of a new spelling of a SKU the old one', async () => {
    const blank = { old: null, new: null };
    const filled = { sku: { old: null, new: 'A-1' }, name: { old: null, new: 'Lamp' } };
    const shown = await page(cleanReport(), {
      changes: [
        {
          sku: 'A-1',
          action: 'inserted',
          fields: { ...filled, price: blank, images: { old: null, new: [] } },
        },
        { sku: 'B-2', action: 'updated', fields: { sku: { old: 'b-2', new: 'B-2' } } },
      ],
    });
    const told = [...shown.matchAll(/<span class="soft">(\w+)<\/span> <(?:ins|del)/g)];
    expect(told.map(([, field]) => field)).toEqual(['name', 'sku']);
    expect(shown).toContain('<del class="value">b-2</del> → <ins class="value">B-2</ins>');
  });

  it('folds in what is beyond the first changes, after everything else', async () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) => {
        const fields = { price: { old: '1.00', new: '2.00' } };
        return { sku: `A-${i}`, action: 'updated' as const, fields };
      });
    const few = await page(cleanReport(), { changes: many(20) });
    expect(few).not.toContain('<details>');
    expect(await page(cleanReport(), { changes: many(21) })).toContain('<summary>1 more</summary>');
    const shown = await page(cleanReport(), { changes: many(3000) });
    expect(shown).toContain('The next 480 of 3,000 products');
    expect(shown.indexOf('id="changes"')).toBeGreaterThan(shown.indexOf('id="time"'));
  });

  it('draws the pace where it was sampled', async () => {
    const speed = [
      { atMs: 100, rows: 1000 },
      { atMs: 200, rows: 3000 },
    ];
    expect(await page(cleanReport(), { speed })).toContain('at most 20,000 rows/s');
    expect(await page(cleanReport())).not.toContain('Rows per second');
  });

  it('leaves out the phases where none came to its end', async () => {
    const { phases } = newResult();
    const speed = [
      { atMs: 100, rows: 1000 },
      { atMs: 200, rows: 3000 },
    ];
    const interrupted = report({ status: 'interrupted', products: null, phases });
    expect(await page(interrupted)).not.toContain('id="time"');
    const sampled = await page(interrupted, { speed });
    expect(sampled).toContain('at most 20,000 rows/s');
    expect(sampled).not.toContain('class="bar"');
  });
});

it('says what to do before it draws where the rows went', async () => {
  const shown = await page(report());
  expect(shown.indexOf('What to do next')).toBeLessThan(shown.indexOf('Where the rows went'));
  expect(shown.indexOf('What to do next')).toBeGreaterThan(0);
});
