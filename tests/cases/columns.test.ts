import { expect, it } from 'vitest';
import { useCatalogue } from '../setup/catalogue.js';
import { outcomeOf } from '../setup/outcome.js';

const db = useCatalogue();
/** So many full rows that a short one stands out. */
const full = Array.from({ length: 12 }, (_, i) => `P-${i},Plate,1\n`).join('');

it('rejects a row with a blank cell too many, as a delimiter may be too many', async () => {
  const text =
    'sku,name,colour,stock,price,note\nA,Cup,red,5,9.90,\nB,Bolt, M8,red,5,9.90,\nC,Nut,red,7,1.10,\n';
  const { products, rejects } = await outcomeOf(db(), text);
  expect(products).toEqual(['A | Cup | 9.90', 'C | Nut | 1.10']);
  expect(rejects).toEqual(['3 column_count']);
});

it('rejects decimal commas without quotes that make a row too long', async () => {
  const text =
    'sku,name,stock,price,note\nA,Cup,5,9.90,x\nB,Mug,5,9,90,\nC,Jug,5,12,50\nD,Pot,5,3,25,y\n';
  const { products, rejects } = await outcomeOf(db(), text);
  // A price and a note can't be told from a price with a comma.
  expect(products).toEqual(['A | Cup | 9.90', 'C | Jug | 12.00']);
  expect(rejects).toEqual(['3 column_count', '5 column_count']);
});

it('takes the blank cells that every row has beyond the header, and says so', async () => {
  const { exitCode, products, notes } = await outcomeOf(
    db(),
    'sku,name,price\nA,Cup,1.50,,\nB,Mug,2.50,,\n',
  );
  expect([exitCode, products]).toEqual([0, ['A | Cup | 1.50', 'B | Mug | 2.50']]);
  expect(notes.join()).toContain('2 rows have blank cells beyond the header');
});

it('rejects them where only one row has them, where a row has one more, and where one is filled', async () => {
  const { rejects } = await outcomeOf(db(), 'sku,name,price\nA,Cup,1.50,\n');
  expect(rejects).toEqual(['2 column_count']);
  const more = await outcomeOf(db(), 'sku,name,price\nA,Cup,1.50,\nB,Mug,2,,\nC,Pot,3,x\n');
  expect(more.rejects).toEqual(['3 column_count', '4 column_count']);
});

it('rejects a short row where nearly all are full', async () => {
  const { products, rejects } = await outcomeOf(db(), `sku,name,price\n${full}B,Bolt9.90\n`);
  expect(products).toHaveLength(12);
  expect(rejects).toEqual(['14 column_count']);
});

it('counts the missing cells of short rows as absent where they are usual, and says how many', async () => {
  const short = 'A,Cup\nB,Mug\n';
  const { exitCode, products, notes } = await outcomeOf(db(), `sku,name,price\n${short}${full}`);
  expect([exitCode, products.length]).toEqual([0, 14]);
  expect(notes.join()).toContain('2 rows have fewer cells than the header');
});

it('takes short rows and blank cells too many under --ragged accept, filled ones never', async () => {
  const odd = 'B,Bolt\nC,Cup,1,,\nD,Dish,1,x\n';
  const { products, rejects } = await outcomeOf(
    db(),
    `sku,name,price\n${full}${odd}`,
    '--ragged accept',
  );
  expect(products.slice(0, 2)).toEqual(['B | Bolt | none', 'C | Cup | 1.00']);
  expect(rejects).toEqual(['16 column_count']);
});

it('takes no row of another width under --ragged reject', async () => {
  const text = 'sku,name,price\nA,Cup,1.50,\nB,Mug,2.50,\nC,Pot\nD,Jug,1\n';
  const { products, rejects } = await outcomeOf(db(), text, '--ragged reject');
  expect(products).toEqual(['D | Jug | 1.00']);
  expect(rejects).toEqual(['2 column_count', '3 column_count', '4 column_count']);
});

it.each([
  ['a row out of step', `${full}B,Bolt, M8,1\n`],
  ['a quote out of place', `${full}B,"Bolt 8"","1\n`],
  ['a blank SKU', `${full},Bolt,1\n`],
  ['an SKU that is too long', `${full}${'x'.repeat(256)},Bolt,1\n`],
])('can not tell which products are missing after %s', async (_, rows) => {
  const { exitCode, refusal } = await outcomeOf(
    db(),
    `sku,name,price\n${rows}`,
    '--missing deactivate',
  );
  expect(exitCode).toBe(4);
  expect(refusal).toContain('It is not certain which products are missing');
});

it('refuses a header with a delimiter too many, which would shift each later column', async () => {
  const text = 'sku,name,,price,note\nA,Cup,9.90,red\nB,Mug,1.50,blue\n';
  const refused = await outcomeOf(db(), text);
  expect(refused).toMatchObject({ exitCode: 2, products: [] });
  expect(refused.refusal).toMatch(/column 3 has no name.*--ragged accept/);
  const accepted = await outcomeOf(db(), text, '--ragged accept');
  expect(accepted.exitCode).not.toBe(2);
});

it('takes a column without a name that is blank, or that rows of full width fill', async () => {
  const blank = await outcomeOf(db(), 'sku,,name,price,note\nA,,Cup,1.50\nB,,Mug,2.50\n');
  expect(blank.products).toEqual(['A | Cup | 1.50', 'B | Mug | 2.50']);
  const filled = await outcomeOf(db(), 'sku,,name,price\nC,x,Cup,1.50\nD,y,Mug\n');
  expect(filled.products.slice(2)).toEqual(['C | Cup | 1.50', 'D | Mug | none']);
});
