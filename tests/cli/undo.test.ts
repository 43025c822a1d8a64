import { expect, it } from 'vitest';
import type { Change } from '../../src/load/changes.js';
import type { Report } from '../../src/load/job.js';
import { insertProduct, storedProduct, storedProducts, useCatalogue } from '../setup/catalogue.js';
import { runCli } from '../setup/cli.js';

const db = useCatalogue();
const run = (args: string[], stdin?: string) => runCli(args, { url: db().url, stdin });
const load = (content: string, ...options: string[]) =>
  run(['load', '-', '--json', '--missing-limit', '100%', ...options], content);
const recorded = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Change);

/** All that undo puts back; times and the job that wrote last are new. */
async function withoutTimes() {
  const products = await storedProducts(db());
  return products.map((product) => ({ ...product, xmin: 0, updated_at: 0, job_id: 0 }));
}

it('tells what a load changed, field by field, and puts all of it back', async () => {
  await load('sku,name,price,Colour\nA-1,One,1,red\nA-2,Two,2,blue\nA-3,Three,3,green\n');
  const before = await withoutTimes();
  await load(
    'sku,name,price,Colour,action\nA-1,One,1.50,black,\nA-3,,,,DELETE\nA-4,Four,4,,\nA-2,Two,2,blue,\n',
    '--record-changes',
  );
  expect(recorded((await run(['changes', 'last'])).stdout)).toMatchObject([
    {
      sku: 'A-1',
      action: 'updated',
      fields: {
        price: { old: '1.00', new: '1.50' },
        attributes: { old: { Colour: 'red' }, new: { Colour: 'black' } },
      },
    },
    { sku: 'A-3', action: 'deleted', fields: { name: { old: 'Three', new: null } } },
    { sku: 'A-4', action: 'inserted', fields: { name: { old: null, new: 'Four' } } },
  ]);
  const undone = await run(['undo', 'last', '--yes', '--json']);
  expect(undone.code, undone.stderr).toBe(0);
  expect(undone.json<Report>().products).toMatchObject({ inserted: 1, updated: 1, deleted: 1 });
  expect(await withoutTimes()).toEqual(before);
});

it('puts back what --missing took away', async () => {
  await load('sku,name\nA-1,One\nA-2,Two\n');
  await insertProduct(db(), { sku: 'OFF', name: 'Inactive before', active: false });
  const before = await withoutTimes();
  await load('sku,name\nA-1,One\n', '--missing', 'deactivate', '--record-changes');
  expect(recorded((await run(['changes', 'last'])).stdout)).toMatchObject([
    { sku: 'A-2', action: 'deactivated', fields: { active: { old: true, new: false } } },
  ]);
  expect((await run(['undo', 'last', '--yes'])).code).toBe(0);
  expect(await withoutTimes()).toEqual(before);
});

it('refuses the whole undo when one field that the load wrote has changed since', async () => {
  await load('sku,name,price\nA-1,One,1\nA-2,Two,2\n');
  await load('sku,name,price\nA-1,One,5\nA-2,Two,6\n', '--record-changes');
  await db().session.client.query(`update prodimport.products set price = 9 where sku = 'A-2'`);
  const { code, stderr } = await run(['undo', 'last', '--yes']);
  expect([code, stderr]).toEqual([4, expect.stringContaining('A-2')]);
  expect((await storedProduct(db(), 'A-1')).price).toBe('5.0000');
});

it('does not mind changes of fields that the load did not write, nor of compressed images', async () => {
  await load('sku,name,price,description\nA-1,One,1,old\n');
  await load('sku,name,price\nA-1,One,5\n', '--record-changes');
  await db().session.client.query(`update prodimport.products
    set description = 'new', compressed_images = '{a.webp}', updated_at = now() where sku = 'A-1'`);
  expect((await run(['undo', 'last', '--yes'])).code).toBe(0);
  const product = await storedProduct(db(), 'A-1');
  expect(product).toMatchObject({ price: '1.0000', description: 'new' });
});

it('leaves a SKU as others have spelled it since', async () => {
  await load('sku,name,price\na-1,One,1\n');
  await load('sku,name,price\na-1,One,5\n', '--record-changes');
  await db().session.client.query(`update prodimport.products set sku = 'A-1' where sku = 'a-1'`);
  expect((await run(['undo', 'last', '--yes'])).code).toBe(0);
  expect((await storedProduct(db(), 'A-1')).price).toBe('1.0000');
});

it('refuses to bring back a product whose SKU was taken meanwhile', async () => {
  await load('sku,name\nA-1,One\n');
  await load('sku,action\nA-1,DELETE\n', '--record-changes');
  await load('sku,name\na-1,Another\n');
  const { code } = await run(['undo', '2', '--yes']);
  expect(code).toBe(4);
  expect((await storedProducts(db())).map(({ sku }) => sku)).toEqual(['a-1']);
});

it('says exit 2 for a load without recorded changes, and 6 for a job that is not there', async () => {
  await load('sku,name\nA-1,One\n');
  const without = await run(['undo', 'last', '--yes']);
  expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('--record-changes')]);
  expect((await run(['changes', 'last'])).code).toBe(2);
  expect((await run(['undo', '999', '--yes'])).code).toBe(6);
});

it('asks first, and needs --yes where nobody can answer', async () => {
  await load('sku,name\nA-1,One\n', '--record-changes');
  const { code, stderr } = await run(['undo', 'last']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('--yes')]);
});

it('gives the changes of a load that changed nothing as nothing', async () => {
  await load('sku,name\nA-1,One\n');
  await load('sku,name\nA-1,One\n', '--record-changes');
  expect(await run(['changes', 'last'])).toMatchObject({ code: 0, stdout: '' });
});

it('leaves a product deactivated that a later load has taken away, so that it comes back', async () => {
  await load('sku,name\nA-1,One\nA-2,Two\n');
  const { jobId } = (
    await load('sku,name\nA-1,One\nA-2,Renamed\n', '--record-changes')
  ).json<Report>();
  const taker = (await load('sku,name\nA-1,One\n', '--missing', 'deactivate')).json<Report>();
  expect((await run(['undo', jobId!, '--yes'])).code).toBe(0);
  expect(await storedProduct(db(), 'A-2')).toMatchObject({
    name: 'Two',
    active: false,
    deactivated_by: taker.jobId,
  });
  await load('sku,name\nA-2,Two\n');
  expect(await storedProduct(db(), 'A-2')).toMatchObject({ active: true, deactivated_by: null });
});

it('puts back who had deactivated a product, where the load that is undone had changed that', async () => {
  await load('sku,name\nA-1,One\nA-2,Two\n');
  const first = (await load('sku,name\nA-1,One\n', '--missing', 'deactivate')).json<Report>();
  await load('sku,name\nA-1,One\nA-2,Two\n', '--record-changes');
  await run(['undo', 'last', '--yes']);
  const gone = { active: false, deactivated_by: first.jobId };
  expect(await storedProduct(db(), 'A-2')).toMatchObject(gone);
});

it('says of an undo that it is one, and has nothing to be undone by', async () => {
  await load('sku,name\nA-1,One\n', '--record-changes');
  await run(['undo', 'last', '--yes']);
  const again = await run(['undo', 'last', '--yes']);
  expect(again).toMatchObject({ code: 2, stdout: '' });
  expect(again.stderr).toMatch(/Job \d+ is an undo itself \(undo of job \d+\)/);
});

it('says of a purge that there was nothing to delete', async () => {
  const { code, stdout } = await run(['purge', '--owner', 'nobody', '--yes']);
  expect([code, stdout]).toEqual([0, 'Nothing was deleted: there was nothing of that kind.\n']);
});
