import fc from '../setup/property.js';
import { stringify } from 'csv-stringify/sync';
import { expect, it } from 'vitest';
import { storedProducts, useCatalogue } from '../setup/catalogue.js';
import { runCli } from '../setup/cli.js';
import { loadText, sumOfWays } from '../setup/load.js';

const db = useCatalogue();
const settings = { numRuns: 25 };

/** Few SKUs in any case, so that rows meet; some blank, some that only the database can settle. */
const sku = fc.constantFrom('a', 'A', 'b-1', 'B-1', 'ß', 'ẞ', 'Å', 'A\u030a', ' c ', '', '1E+10');
const text = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((s) => !s.includes('\0'));
const price = fc.constantFrom('', '1', '2.50', '-1', '4,204', 'x', '0.1234');
const action = fc.constantFrom('', 'ADD', 'update', 'Delete', 'UPSERT', 'no');
const row = fc.tuple(sku, fc.oneof(text, fc.constant('Name')), price, text, action);
const rows = fc.array(row, { maxLength: 12 });
const delimiter = fc.constantFrom(',', ';', '\t', '|');

const file = (cells: string[][], mark = ',', withAction = true) => {
  const header = ['sku', 'name', 'price', 'Attribute', 'action'];
  const table = [header, ...cells].map((line) => (withAction ? line : line.slice(0, -1)));
  return stringify(table, { delimiter: mark });
};

it('sends every row exactly one way, whatever stands in it', async () => {
  await fc.assert(
    fc.asyncProperty(rows, rows, delimiter, async (first, second, mark) => {
      for (const cells of [first, second]) {
        const { report } = await loadText(db(), file(cells, mark), '--encoding utf-8');
        expect(sumOfWays(report)).toBe(report.rows.read);
        const rejected = new Set(report.failedRows.map(({ rowNumber }) => rowNumber));
        expect(rejected.size).toBe(report.rows.rejected);
      }
    }),
    settings,
  );
});

it('counts in a dry run exactly what the run then does', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (cells) => {
      const content = file(cells);
      const dry = (await loadText(db(), content, '--dry-run --encoding utf-8')).report;
      const real = (await loadText(db(), content, '--encoding utf-8')).report;
      const { rows: dryRows, products, missing, failedRows } = dry;
      expect(real).toMatchObject({ rows: dryRows, products, missing, failedRows });
    }),
    settings,
  );
});

it('changes nothing when the same file is loaded again', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (cells) => {
      const content = file(cells, ',', false);
      await loadText(db(), content, '--encoding utf-8');
      const before = await storedProducts(db());
      const { report } = await loadText(db(), content, '--encoding utf-8');
      expect(report.products).toMatchObject({ inserted: 0, updated: 0, deleted: 0 });
      expect(await storedProducts(db())).toEqual(before);
    }),
    settings,
  );
});

it('restores by undo what the catalogue held before', async () => {
  const held = async () =>
    (await storedProducts(db())).map((product) => ({
      ...product,
      ...{ xmin: 0, updated_at: 0, job_id: 0 },
    }));
  await fc.assert(
    fc.asyncProperty(rows, rows, async (first, second) => {
      await loadText(db(), file(first), '--encoding utf-8');
      const before = await held();
      const { report } = await loadText(db(), file(second), '--encoding utf-8 --record-changes');
      const { inserted, updated, deleted } = report.products!;
      const undone = await runCli(['undo', report.jobId!, '--yes'], { url: db().url });
      expect(undone.code).toBe(inserted + updated + deleted > 0 ? 0 : 2);
      expect(await held()).toEqual(before);
    }),
    { numRuns: 8 },
  );
});
