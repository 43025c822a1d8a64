import { existsSync, readFileSync } from 'node:fs';
import fc from '../setup/property.js';
import { describe, expect, inject, it } from 'vitest';
import { RowNumbers } from '../../src/load/outcomes.js';
import type { Report } from '../../src/load/job.js';
import { createTestDatabase } from '../setup/database.js';
import { insertProduct, storedProducts, useCatalogue } from '../setup/catalogue.js';
import { useFolder } from '../setup/folder.js';
import { loadText, type LoadResult } from '../setup/load.js';

const db = useCatalogue();
const folder = useFolder();

interface Row {
  rowNumber: number;
  sku: string;
  outcome: string;
  ofRow: number | null;
}

let files = 0;

/** Loads with `--outcomes`; gives its rows as `2 A-1 inserted`, the row that was taken behind. */
async function outcomesOf(
  content: string,
  words = '',
  on = db(),
): Promise<{ ended: LoadResult; rows: string[] }> {
  const path = folder.path(`outcomes-${++files}.ndjson`);
  const ended = await loadText(on, content, `--outcomes ${path} ${words}`);
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  const rows = lines.map((line) => JSON.parse(line) as Row);
  return {
    ended,
    rows: rows.map(({ rowNumber, sku, outcome, ofRow }) =>
      [rowNumber, sku, outcome, ...(ofRow === null ? [] : [ofRow])].join(' '),
    ),
  };
}

describe('--outcomes tells of each row', () => {
  it('of a first load, in the order of the file', async () => {
    const csv = 'sku,name\nA-1,Lamp\n\nB-2,\na-1,Bulb\nC-3,Shade\nA-1,Tube\n';
    const { ended, rows } = await outcomesOf(csv);
    expect(ended.report.phases.way).toBe('merge');
    expect(rows).toEqual([
      '2 A-1 duplicate 7',
      '4 B-2 rejected',
      '5 a-1 duplicate 7',
      '6 C-3 inserted',
      '7 A-1 inserted',
    ]);
  });

  it('whatever the merge makes of it', async () => {
    for (const sku of ['SAME', 'OLD', 'GONE', 'THEIRS']) {
      await insertProduct(db(), { sku, name: 'x', owner: sku === 'THEIRS' ? 'them' : 'us' });
    }
    const csv = `sku,name,action\nSAME,x,\nOLD,y,\nGONE,,DELETE\nTHEIRS,x,\nNEW,x,\nNONE,,DELETE\nOLD,z,\n----,----,----\n,x,\n`;
    const { ended, rows } = await outcomesOf(csv, '--owner us');
    expect(rows).toEqual([
      '2 SAME unchanged',
      '3 OLD duplicate 8',
      '4 GONE deleted',
      '5 THEIRS rejected',
      '6 NEW inserted',
      '7 NONE rejected',
      '8 OLD updated',
      '9  skipped',
      '10  rejected',
    ]);
    expect(ended.report).toMatchObject({ outcomesFile: expect.stringContaining('outcomes-') });
  });

  it('with --on-existing skip, --on-duplicate first and error', async () => {
    await insertProduct(db(), { sku: 'A', name: 'x' });
    const csv = 'sku,name\nA,y\nB,1\nb,2\nB,3\n';
    const first = await outcomesOf(csv, '--on-existing skip --on-duplicate first');
    expect(first.rows).toEqual([
      '2 A skipped',
      '3 B inserted',
      '4 b duplicate 3',
      '5 B duplicate 3',
    ]);
    const error = await outcomesOf(csv, '--on-duplicate error');
    expect(error.rows).toEqual(['2 A updated', '3 B rejected', '4 b rejected', '5 B rejected']);
  });

  it('for a dry run what would be', async () => {
    await insertProduct(db(), { sku: 'A', name: 'x' });
    const before = await storedProducts(db());
    const { rows } = await outcomesOf('sku,name\nA,y\nB,1\nC,\n', '--dry-run');
    expect(rows).toEqual(['2 A updated', '3 B inserted', '4 C rejected']);
    expect(await storedProducts(db())).toEqual(before);
  });

  it.each(['stored', 'empty'])('where only the database finds duplicates, %s', async (kind) => {
    const csv = 'sku,name\nB,1\nK-1,x\n\u212a-1,y\nB,2\n\u00c4,1\n\u00e4,2\nk-1,z\n';
    const taken = { last: ['5', '8', '8', '7'], first: ['3', '2', '6', '3'] };
    for (const [how, ofRows] of Object.entries(taken)) {
      const empty = await createTestDatabase({ locale: 'icu und' });
      if (kind === 'stored') await insertProduct(empty, { sku: 'OTHER', name: 'x' });
      const { ended, rows } = await outcomesOf(csv, `--on-duplicate ${how}`, empty);
      await empty.drop();
      const first = inject('distributed') ? 'insert' : 'copy';
      expect(ended.report.phases.way).toBe(kind === 'empty' ? first : 'merge');
      const duplicates = rows.filter((row) => row.includes('duplicate'));
      expect(ended.report.rows.duplicates).toBe(duplicates.length);
      expect(rows.filter((row) => row.endsWith('inserted'))).toHaveLength(3);
      expect(
        duplicates.map((row) => row.split(' ')[3]),
        rows.join('; '),
      ).toEqual(ofRows);
    }
  });

  it('in their order where a profile holds products back', async () => {
    const shopify = `Handle,Title,Variant SKU,Variant Price,Image Src
lamp,Lamp,L-1,5,https://x.example/1.png
lamp,,,,https://x.example/2.png
lamp,,L-2,7,
lamp,,,,https://x.example/3.png
bulb,Bulb,B-1,1,
`;
    const { rows } = await outcomesOf(shopify, '--profile shopify');
    expect(rows).toEqual([
      '2 L-1 inserted',
      '3  skipped',
      '4 L-2 inserted',
      '5  skipped',
      '6 B-1 inserted',
    ]);
  });

  it('as CSV that reads back, whatever stands in a SKU', async () => {
    const path = folder.path('outcomes.csv');
    await loadText(db(), 'sku,name\n"A,""1""",Lamp\nB-2,Bulb\n', `--outcomes ${path}`);
    expect(readFileSync(path, 'utf8')).toBe(
      'rowNumber,sku,outcome,ofRow\n2,"A,""1""",inserted,\n3,B-2,inserted,\n',
    );
  });

  it('of more rows than memory holds at a time, however long a SKU is', async () => {
    const skus = Array.from({ length: 9000 }, (_, i) => (i % 7 === 0 ? `Ä"${i}` : `A, ${i}`));
    skus[4000] = 'x'.repeat(200_000);
    const csv = skus.map((sku) => `"${sku.replaceAll('"', '""')}",x\n`).join('');
    const { rows } = await outcomesOf(`sku,name\n${csv}`);
    expect(rows).toEqual(
      skus.map((sku, i) => `${i + 2} ${sku} ${i === 4000 ? 'rejected' : 'inserted'}`),
    );
  });
});

describe('--outcomes', () => {
  it('tells only the rejects of a load that was refused', async () => {
    const refused = await outcomesOf('sku,name\nA,x\nB,\n', '--max-rejects 0');
    expect(refused.ended).toMatchObject({ exitCode: 4, report: { status: 'refused' } });
    expect(refused.rows).toEqual(['3 B rejected']);
    const late = await outcomesOf('sku,name\nA,x\nB,y\n', '--action update --max-rejects 0');
    expect(late.rows).toEqual(['2 A rejected', '3 B rejected']);
  });

  // By a trigger, which Citus takes none of.
  it.skipIf(inject('distributed'))('tells only the rejects of a load that failed', async () => {
    const path = folder.path('failed.ndjson');
    await db().session.client.query(`create function prodimport.fail() returns trigger
      language plpgsql as $$ begin raise exception 'no'; end $$;
      create trigger fail before insert on prodimport.products
        for each row execute function prodimport.fail()`);
    try {
      const failed = await loadText(db(), 'sku,name\nA,x\nB,\n', `--outcomes ${path}`);
      expect(failed.exitCode).not.toBe(0);
      expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(1);
    } finally {
      await db().session.client.query('drop function prodimport.fail cascade');
    }
  });

  it('leaves its file alone where the load was skipped, or could not begin', async () => {
    const path = folder.write('kept.csv', 'kept');
    const words = `--skip-loaded --outcomes ${path}`;
    await loadText(db(), 'sku,name\nA,x\n', '--skip-loaded');
    expect((await loadText(db(), 'sku,name\nA,x\n', words)).report.status).toBe('skipped');
    expect((await loadText(db(), 'name\nA\n', words)).exitCode).toBe(2);
    expect(readFileSync(path, 'utf8')).toBe('kept');
  });

  it.each(['outcomes.txt', 'outcomes', 'outcomes.csv.gz'])(
    'refuses %s for its ending',
    async (name) => {
      const { exitCode, error } = await loadText(db(), 'sku,name\nA,x\n', `--outcomes ${name}`);
      expect({ exitCode, code: error!.code }).toEqual({ exitCode: 2, code: 'output_format' });
      expect(existsSync(name)).toBe(false);
    },
  );

  it('refuses the file of --rejects', async () => {
    const path = folder.path('both.csv');
    const { exitCode, error } = await loadText(
      db(),
      'sku,name\nA,x\n',
      `--outcomes ${path} --rejects ${path}`,
    );
    expect(exitCode).toBe(2);
    expect(error!.message).toContain('--rejects and --outcomes both name');
  });

  it('adds up to the counts of the report, row by row, for any file', async () => {
    const row = fc.record({
      sku: fc.constantFrom('A', 'a', 'B', 'b', 'Ä', 'ä', 'C', 'k', '\u212a', ''),
      name: fc.constantFrom('x', 'y', ''),
      action: fc.constantFrom('', '', '', 'ADD', 'UPDATE', 'DELETE'),
    });
    const policy = fc.record({
      onDuplicate: fc.constantFrom('last', 'first', 'error'),
      onExisting: fc.constantFrom('update', 'skip', 'error'),
      dry: fc.boolean(),
    });
    const run = async (
      rows: (typeof row extends fc.Arbitrary<infer T> ? T : never)[],
      how: { onDuplicate: string; onExisting: string; dry: boolean },
    ) => {
      const withActions = rows.some(({ action }) => action !== '');
      const cells = rows.map(({ sku, name, action }) =>
        [sku, name, ...(withActions ? [action] : []), '.'].join(','),
      );
      const header = `sku,name${withActions ? ',action' : ''},note\n`;
      const words = `--on-duplicate ${how.onDuplicate} --on-existing ${how.onExisting}`;
      const { ended, rows: told } = await outcomesOf(
        `${header}${cells.join('\n')}\n`,
        `${words}${how.dry ? ' --dry-run' : ''}`,
      );
      expectToAddUp(ended.report ?? null, ended, told);
      const numbers = told.map((line) => Number.parseInt(line, 10));
      expect(numbers).toEqual(rows.map((_, i) => i + 2));
      for (const line of told.filter((text) => text.includes(' duplicate '))) {
        const of = Number(line.split(' ').at(-1));
        expect(told[of - 2]).not.toContain('duplicate');
      }
    };
    await fc.assert(fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), policy, run), {
      numRuns: 25,
    });
  }, 120_000);
});

function expectToAddUp(report: Report | null, ended: LoadResult, told: string[]): void {
  expect(ended.error).toBeNull();
  const { rows, products } = report!;
  const outcomes = told.map((line) => / (\w+)(?: \d+)?$/.exec(line)![1]!);
  const count = (outcome: string) => outcomes.filter((one) => one === outcome).length;
  expect(told).toHaveLength(rows.read);
  for (const outcome of ['inserted', 'updated', 'unchanged', 'skipped', 'deleted'] as const) {
    expect({ [outcome]: count(outcome) }).toEqual({ [outcome]: products![outcome] });
  }
  expect(count('rejected')).toBe(rows.rejected);
  expect(count('duplicate')).toBe(rows.duplicates);
}

it('RowNumbers gives back what was set, the last first, across its chunks', () => {
  const numbers = new RowNumbers();
  for (const row of [5, 70_000, 1_000_000]) numbers.set(row, row + 1);
  expect([...numbers.backwards()]).toEqual([1_000_000, 70_000, 5]);
  expect([numbers.get(70_000), numbers.get(6), numbers.get(9_000_000)]).toEqual([70_001, 0, 0]);
});
