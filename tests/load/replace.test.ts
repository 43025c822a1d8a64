import { describe, expect, it } from 'vitest';
import { undo } from '../../src/commands/undo.js';
import { insertProduct, storedNames, storedProducts, useCatalogue } from '../setup/catalogue.js';
import { loadText, runCommand } from '../setup/load.js';

const db = useCatalogue();

const old = 'sku,name\nOLD-1,Lamp\nOLD-2,Bulb\nKEPT,Shade\n';
const anew = 'sku,name\nKEPT,Shade\nNEW,Socket\n';

describe('--replace', () => {
  it('leaves what the file names, whatever the share of the rest', async () => {
    await loadText(db(), old);
    const [kept] = await storedProducts(db());
    const { exitCode, report } = await loadText(db(), anew, '--replace --yes');

    expect(exitCode).toBe(0);
    expect(report.missing).toEqual({ deactivated: 0, deleted: 2 });
    expect(report.products).toMatchObject({ inserted: 1, unchanged: 1, deleted: 0 });
    expect(await storedNames(db())).toEqual({ KEPT: 'Shade', NEW: 'Socket' });
    expect((await storedProducts(db()))[0]).toEqual(kept);
  });

  it('deletes inactive products, and leaves those of other owners', async () => {
    await insertProduct(db(), { sku: 'ASLEEP', name: 'Old', active: false });
    await insertProduct(db(), { sku: 'THEIRS', name: 'Theirs', owner: 'acme' });
    await loadText(db(), anew, '--replace --yes');
    expect(Object.keys(await storedNames(db()))).toEqual(['KEPT', 'NEW', 'THEIRS']);

    const { report } = await loadText(db(), 'sku,name\nX,Y\n', '--replace --yes --owner acme');
    expect(report.missing.deleted).toBe(1);
    expect(Object.keys(await storedNames(db()))).toEqual(['KEPT', 'NEW', 'X']);
  });

  it('tells beforehand what it would do, unasked', async () => {
    await loadText(db(), old);
    const before = await storedProducts(db());
    const { exitCode, report } = await loadText(db(), anew, '--replace --dry-run');

    expect(exitCode).toBe(0);
    expect(report).toMatchObject({ missing: { deleted: 2 }, products: { inserted: 1 } });
    expect(await storedProducts(db())).toEqual(before);
  });

  it('is undone like any load, with the ids and flags of what it deleted', async () => {
    await loadText(db(), old);
    await insertProduct(db(), { sku: 'ASLEEP', name: 'Old', active: false });
    const facts = async () =>
      (await storedProducts(db())).map(({ id, sku, name, active }) => ({ id, sku, name, active }));
    const before = await facts();
    await loadText(db(), anew, '--replace --yes --record-changes');
    expect((await runCommand(db(), undo, ['last', '--yes'])).exitCode).toBe(0);
    expect(await facts()).toEqual(before);
  });
});

describe('--replace is refused, and changes nothing,', () => {
  it.each([
    ['by a file of a header alone', 'sku,name\n', '', 'nothing_to_replace'],
    ['where no row can be loaded', 'sku,name,price\nOLD-1,Lamp,x\n', '', 'nothing_to_replace'],
    ['where all SKUs are new and have no name', 'sku,price\nX,1\n', '', 'nothing_to_replace'],
    ['where all that it names is deleted', 'sku,action\nOLD-1,DELETE\n', '', 'nothing_to_replace'],
    ['above a limit that was given', anew, '--missing-limit 1', 'missing_limit'],
    ['where a row hides its SKU', `${anew}1.23457E+12,Lamp\n`, '', 'missing_unsure'],
    ['where the file ends in a short record', `${anew}OLD`, '', 'missing_unsure'],
    ['above --max-rejects', `${anew}OLD-1,\n`, '--max-rejects 0', 'max_rejects'],
  ])('%s', async (_, content, words, code) => {
    await loadText(db(), old);
    const before = await storedProducts(db());
    for (const how of ['--yes', '--dry-run']) {
      const ended = await loadText(db(), content, `--replace ${how} ${words}`);
      expect(ended).toMatchObject({ exitCode: 4, error: { code } });
      expect(await storedProducts(db())).toEqual(before);
    }
  });

  it.each([
    ['without an answer', '--replace', 'add --yes'],
    ['beside --missing', '--replace --yes --missing delete', 'leave --missing out'],
    ['beside another action', '--replace --yes --action add', '--action add'],
  ])('%s, before anything starts', async (_, words, way) => {
    const { exitCode, error, report } = await loadText(db(), anew, words);
    expect({ exitCode, report }).toEqual({ exitCode: 2, report: null });
    expect(error!.message).toContain(way);
  });

  it('with an owner column, before anything starts', async () => {
    const csv = 'sku,name,owner\nA-1,Lamp,acme\n';
    const { exitCode, error } = await loadText(db(), csv, '--replace --yes');
    expect(exitCode).toBe(2);
    expect(error!.message).toContain('--replace needs one without');
  });
});
