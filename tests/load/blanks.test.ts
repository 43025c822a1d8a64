import { describe, expect, it } from 'vitest';
import { insertProduct, storedProduct, useCatalogue } from '../setup/catalogue.js';
import { loadText } from '../setup/load.js';

const db = useCatalogue();

const full = {
  sku: 'A-1',
  name: 'Lamp',
  description: 'Bright',
  price: '4.5000',
  active: false,
  owner: 'acme',
  images: ['https://a.example/1.jpg'],
  attributes: { colour: 'red', size: 'L' },
};

it('never changes what has no column in the file', async () => {
  await insertProduct(db(), full);
  await loadText(db(), 'sku,name\nA-1,Bulb\n');
  expect(await storedProduct(db(), 'A-1')).toMatchObject({ ...full, name: 'Bulb' });
});

it('never clears what has no column in the file, under --blank clear either', async () => {
  await insertProduct(db(), full);
  await loadText(db(), 'sku,name\nA-1,Bulb\n', '--blank clear');
  expect(await storedProduct(db(), 'A-1')).toMatchObject({ ...full, name: 'Bulb' });
});

describe('a blank cell', () => {
  const blanks = 'sku,name,description,price,active,owner,images,colour\nA-1,Bulb,,,,,,\n';

  it('keeps the stored value', async () => {
    await insertProduct(db(), full);
    await loadText(db(), blanks);
    expect(await storedProduct(db(), 'A-1')).toMatchObject({ ...full, name: 'Bulb' });
  });

  it('clears it under --blank clear; a flag can not be blank', async () => {
    await insertProduct(db(), full);
    await loadText(db(), blanks, '--blank clear');
    expect(await storedProduct(db(), 'A-1')).toMatchObject({
      name: 'Bulb',
      description: null,
      price: null,
      active: false,
      owner: null,
      images: [],
      attributes: { size: 'L' },
    });
  });

  it('of a new product is no value, under either rule', async () => {
    await loadText(db(), blanks);
    await loadText(db(), blanks.replace('A-1', 'B-2'), '--blank clear');
    const nothing = { description: null, price: null, active: true, owner: null, images: [] };
    expect(await storedProduct(db(), 'A-1')).toMatchObject({ ...nothing, attributes: {} });
    expect(await storedProduct(db(), 'B-2')).toMatchObject({ ...nothing, attributes: {} });
  });

  it('of spaces is blank', async () => {
    await insertProduct(db(), full);
    await loadText(db(), 'sku,name,description\nA-1,Lamp,"   "\n');
    expect(await storedProduct(db(), 'A-1')).toMatchObject({ description: 'Bright' });
  });

  it('of an update clears the name under --blank clear', async () => {
    await insertProduct(db(), full);
    await loadText(db(), 'sku,name\nA-1,\n', '--action update --blank clear');
    expect((await storedProduct(db(), 'A-1')).name).toBeNull();
  });
});

describe('attributes', () => {
  it('are merged key by key: new ones added, others kept', async () => {
    await insertProduct(db(), full);
    await loadText(db(), 'sku,name,colour,weight\nA-1,Lamp,blue,2 kg\n');
    expect((await storedProduct(db(), 'A-1')).attributes).toEqual({
      colour: 'blue',
      size: 'L',
      weight: '2 kg',
    });
  });

  it('are left out under --extra ignore', async () => {
    await insertProduct(db(), full);
    await loadText(db(), 'sku,name,colour\nA-1,Lamp,blue\n', '--extra ignore');
    expect((await storedProduct(db(), 'A-1')).attributes).toEqual(full.attributes);
  });

  it('keep every key and text as it stands, however odd', async () => {
    const csv = 'sku,name,__proto__,constructor,"a ""b"" \\c"\nA-1,Lamp,x,y,"tab\there, \\N"\n';
    await loadText(db(), csv);
    const { attributes } = await storedProduct(db(), 'A-1');
    expect(Object.entries(attributes)).toEqual(
      expect.arrayContaining([
        ['__proto__', 'x'],
        ['constructor', 'y'],
        ['a "b" \\c', 'tab\there, \\N'],
      ]),
    );
  });
});

describe('a row of another length than the header', () => {
  it('counts missing trailing cells as absent, so that --blank clear keeps them', async () => {
    await insertProduct(db(), full);
    const csv = 'sku,name,description,price,colour\nA-1,Bulb,\n';
    await loadText(db(), csv, '--blank clear');
    expect(await storedProduct(db(), 'A-1')).toMatchObject({
      name: 'Bulb',
      description: null,
      price: '4.5000',
      attributes: full.attributes,
    });
  });

  it('ignores extra blank cells that every row has', async () => {
    const { report } = await loadText(db(), 'sku,name\nA-1,Lamp,, \nB-2,Chair,,\n');
    expect(report.products).toMatchObject({ inserted: 2 });
  });

  it('is column_count for an extra cell with content', async () => {
    const { report } = await loadText(db(), 'sku,name\nA-1,Lamp,,oops\nB-2,Chair\n');
    expect(report.failedRows).toMatchObject([
      { rowNumber: 2, column: null, value: 'oops', code: 'column_count' },
    ]);
    expect(report.products).toMatchObject({ inserted: 1 });
  });
});

describe('the flag of a product', () => {
  it('is active for new ones, inactive under --inactive', async () => {
    await loadText(db(), 'sku,name\nA-1,Lamp\n');
    await loadText(db(), 'sku,name\nB-2,Chair\n', '--inactive');
    expect((await storedProduct(db(), 'A-1')).active).toBe(true);
    expect((await storedProduct(db(), 'B-2')).active).toBe(false);
  });

  it('of a stored one changes by an active column alone, not by --active or --inactive', async () => {
    await insertProduct(db(), full);
    await loadText(db(), 'sku,name\nA-1,Lamp\n', '--active');
    expect((await storedProduct(db(), 'A-1')).active).toBe(false);

    await loadText(db(), 'sku,name,active\nA-1,Lamp,yes\n', '--inactive');
    expect((await storedProduct(db(), 'A-1')).active).toBe(true);
  });

  it('comes from the cell before it comes from --inactive', async () => {
    await loadText(db(), 'sku,name,active\nA-1,Lamp,oui\nB-2,Chair,\n', '--inactive');
    expect((await storedProduct(db(), 'A-1')).active).toBe(true);
    expect((await storedProduct(db(), 'B-2')).active).toBe(false);
  });
});
