import { describe, expect, it } from 'vitest';
import { insertProduct, storedProducts, useCatalogue } from '../setup/catalogue.js';
import { loadText, sumOfWays } from '../setup/load.js';

const db = useCatalogue();

/** Everything that a load could leave behind. */
async function traces() {
  const { client } = db().session;
  const rows = async (query: string) => (await client.query<object>(query)).rows;
  return {
    products: await storedProducts(db()),
    jobs: await rows('select * from prodimport.jobs'),
    rejects: await rows('select * from prodimport.rejects'),
    changes: await rows('select * from prodimport.changes'),
    sequences: await rows(
      `select last_value, is_called from prodimport.products_id_seq
       union all select last_value, is_called from prodimport.jobs_id_seq`,
    ),
  };
}

const everything = [
  'sku,name,action,price',
  'U-1,Same,,',
  'U-2,New,UPDATE,',
  'U-3,,DELETE,',
  'N-1,New,ADD,',
  'n-1,Newer,ADD,',
  'U-4,Same,ADD,',
  'X-9,,DELETE,',
  'X-8,X,,cheap',
  'É-1,Un,,',
  'é-1,Deux,,',
].join('\n');

async function store(): Promise<void> {
  for (const sku of ['U-1', 'U-2', 'U-3', 'U-4', 'U-5']) {
    await insertProduct(db(), { sku, name: 'Same' });
  }
}

describe('--dry-run', () => {
  it('leaves tables, sequences and jobs as they are', async () => {
    await store();
    const before = await traces();
    const { report } = await loadText(db(), everything, '--dry-run');

    expect(await traces()).toEqual(before);
    expect(report).toMatchObject({ dryRun: true, jobId: null });
  });

  it.each([
    '',
    '--on-duplicate error',
    '--on-existing skip',
    '--on-existing error',
    '--blank clear',
    '--owner acme',
    '--missing deactivate --missing-limit 100%',
    '--missing delete --missing-limit 100%',
    '--max-rejects 0',
    '--accept-rejects',
    '--action update',
  ])('gives the counts, rejects and exit code of the real run: %s', async (words) => {
    await store();
    const dry = await loadText(db(), everything, `${words} --dry-run`);
    const real = await loadText(db(), everything, words);

    expect(dry.exitCode).toBe(real.exitCode);
    if (real.error) {
      expect(dry.error!.message).toBe(real.error.message);
      return;
    }
    const { rows, products, missing, status, failedRows } = real.report;
    expect(dry.report).toMatchObject({ rows, products, missing, status, failedRows });
    expect(sumOfWays(dry.report)).toBe(rows.read);
  });

  it('shows the rejects of two dry runs at once to each alone, and neither waits', async () => {
    const one = 'sku,name,action\nA-1,,\nB-2,x,UPDATE\n';
    const other = 'sku,name,action\nA-1,x,UPDATE\nB-2,,\n';
    const [first, second] = await Promise.all([
      loadText(db(), one, '--dry-run --wait 200'),
      loadText(db(), other, '--dry-run --wait 200'),
    ]);

    expect(first.report.failedRows.map(({ code }) => code)).toEqual(['required', 'not_found']);
    expect(second.report.failedRows.map(({ code }) => code)).toEqual(['not_found', 'required']);
  });

  it('takes the load lock', async () => {
    const { client } = db().session;
    await client.query('begin');
    await db().session.query('db/lock_products');
    const { exitCode, error } = await loadText(db(), 'sku,name\nA-1,x\n', '--dry-run --no-wait');
    await client.query('rollback');

    expect(exitCode).toBe(4);
    expect(error).toMatchObject({ code: 'locked' });
  });
});
