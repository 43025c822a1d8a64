import fc from '../setup/property.js';
import { describe, expect, it } from 'vitest';
import { storedProducts, useCatalogue } from '../setup/catalogue.js';
import { loadText, type LoadResult } from '../setup/load.js';
import { lines, read } from '../product/reading.js';

const db = useCatalogue();
const flags = async () => (await storedProducts(db())).map(({ sku, active }) => [sku, active]);
const notes = ({ report }: LoadResult) => report.notes.join('\n');

const yes = [
  ...['true', 'yes', '1', 'y', 'on', 'active', 'enabled', 'publish', 'published', 'visible'],
  ...['listed', 'live', 'ja', 'wahr', 'oui', 'vrai', 'sí', 'si', 'verdadero', 'sì', 'vero', 'sim'],
  ...['verdadeiro', 'waar', 'tak', 'prawda', 't', 'j', 'o', 's'],
];
const no = [
  ...['false', 'no', '0', 'n', 'off', 'inactive', 'disabled', 'unpublished', 'hidden', 'unlisted'],
  ...['draft', 'pending', 'private', 'proposed', 'incomplete', 'archived', 'nein', 'falsch', 'non'],
  ...['faux', 'falso', 'não', 'nee', 'onwaar', 'nie', 'fałsz', 'f'],
];
/** Words that say what the product is; the others answer what the header asks. */
const states = [...yes, ...no].filter((word) =>
  /^(?:in)?active$|publish|visible|hidden|listed|^live$|draft|pending|priv|propos|incompl|archived/.test(
    word,
  ),
);
const unclear = ['enabled', 'disabled'];

describe('the flag of a product', () => {
  const activeOf = (header: string, word: string) => {
    const { products } = read(lines(['sku', 'name', header], ['A', 'Cup', word]));
    return products[0]?.active;
  };
  const spelled = (words: string[]) =>
    fc
      .tuple(fc.constantFrom(...words), fc.constantFrom('', ' ', '\u00a0'), fc.boolean())
      .map(([word, edge, loud]) => edge + (loud ? word.toUpperCase() : word) + edge);

  it('means what its word says, in every language and case', () => {
    fc.assert(
      fc.property(spelled(yes), spelled(no), (on, off) => {
        expect([activeOf('Status', on), activeOf('Status', off)]).toEqual([true, false]);
      }),
    );
  });

  it('is the contrary under Archived, Hidden and Draft, unless the word names a state itself', () => {
    const header = fc.constantFrom(
      'archived',
      'Hidden',
      'DRAFT',
      'Is Archived',
      'is_hidden',
      'ISDRAFT',
    );
    const words = [...yes, ...no].filter((word) => !unclear.includes(word));
    fc.assert(
      fc.property(header, fc.constantFrom(...words), (under, word) => {
        const straight = yes.includes(word);
        expect(activeOf(under, word)).toBe(states.includes(word) ? straight : !straight);
      }),
    );
  });

  it.each(unclear)('is refused where it can not be told what %s means', (word) => {
    expect(read(lines(['sku', 'name', 'Hidden'], ['A', 'Cup', word])).rejects).toMatchObject([
      { code: 'boolean_invalid', error: expect.stringContaining('--map "Hidden=attributes"') },
    ]);
  });
});

it('takes the states of a blog system', async () => {
  const rows = ['publish', 'draft', 'pending', 'private'].map((word, i) => `WP-${i},Bowl,${word}`);
  await loadText(db(), `SKU,Title,Status\n${rows.join('\n')}\n`);
  expect(await flags()).toEqual([
    ['WP-0', true],
    ['WP-1', false],
    ['WP-2', false],
    ['WP-3', false],
  ]);
});

it.each(['Visible', 'Is Visible', 'product_is_available', 'Product Visible?'])(
  'hides what the column %s hides',
  async (header) => {
    await loadText(db(), `sku,name,${header}\nHP-1,Shown,true\nHP-2,Hidden,N\n`);
    expect(await flags()).toEqual([
      ['HP-1', true],
      ['HP-2', false],
    ]);
  },
);

it('hides what is archived', async () => {
  await loadText(db(), 'sku,name,Archived\nAR-11,Lamp,N\nAR-12,Shade,Y\n');
  expect(await flags()).toEqual([
    ['AR-11', true],
    ['AR-12', false],
  ]);
});

it('prefers a header of the flag itself to Archived, and says so', async () => {
  const result = await loadText(db(), 'sku,name,Archived,Status\nA,Lamp,Y,active\n');
  expect(await flags()).toEqual([['A', true]]);
  expect(notes(result)).toContain('"Status" is taken (--map "Archived=active" takes the other)');
  await loadText(db(), 'sku,name,Archived,Status\nA,Lamp,Y,active\n', '--map Archived=active');
  expect(await flags()).toEqual([['A', false]]);
});

it('names the column of a word that it does not know', async () => {
  const { report } = await loadText(db(), 'sku,name,Status\nA,Cup,instock\n');
  expect(report.failedRows[0]!.error).toContain('--map "Status=attributes"');
});

describe('a column that looks like the flag, but is not read as one', () => {
  it.each([
    ['Sellable', 'Y', 'N'],
    ['Lieferbar', 'ja', 'nein'],
    ['Square Online Item Visibility', 'visible', 'hidden'],
    ['Discontinued', 'no', 'yes'],
    ['hideproduct', 'N', 'Y'],
    ['Sperre', 'nein', 'ja'],
    ['État', '1', '0'],
  ])('is told, and the option told with it lets %s decide', async (header, on, off) => {
    const content = `sku,name,${header}\nA,Cup,${on}\nB,Mug,${off}\n`;
    expect(notes(await loadText(db(), content))).toContain(`--map "${header}=active"`);
    const map = `${header}=active`;
    const again = read(
      content
        .trimEnd()
        .split('\n')
        .map((line, i) => ({ rowNumber: i + 1, line: i + 1, cells: line.split(',') })),
      { map: [map] },
    );
    expect(again.products.map(({ active }) => active)).toEqual([true, false]);
  });

  it.each([
    ['Stock Status', 'instock'],
    ['Not for sale online', 'no'],
    ['Free delivery', 'yes'],
    ['Availability', '12'],
    ['Available quantity', '1'],
    ['Online stock', '0'],
  ])('is not told of where its cells, or its header, say otherwise: %s', async (header, cell) => {
    const result = await loadText(db(), `sku,name,${header}\nA,Cup,${cell}\n`);
    expect(notes(result)).not.toContain('=active');
  });

  it('is not told of where another column is the flag, or where --map speaks of it', async () => {
    const beside = await loadText(db(), 'sku,name,active,Sellable\nA,Cup,yes,Y\n');
    expect(notes(beside)).not.toContain('does not decide');
    const { plan } = read(lines(['sku', 'name', 'Sellable'], ['A', 'Cup', 'Y']), {
      map: ['Sellable=attributes'],
    });
    expect(plan.notes.join()).not.toContain('does not decide');
  });
});

it.each(['deleted_at', 'Discontinued on', 'archivedAt', 'Date deleted'])(
  'tells of a column that says since when a product is off sale: %s',
  async (header) => {
    const told = `The column "${header}" seems to say since when`;
    const blank = await loadText(db(), `sku,name,${header}\nA,Cup,\n`);
    expect(notes(blank)).not.toContain(told);
    const filled = await loadText(db(), `sku,name,${header}\nA,Cup,\nB,Mug,2024-01-02 03:04:05\n`);
    expect(notes(filled)).toContain(told);
  },
);

describe('a column whose header asks for a deletion', () => {
  it.each([
    ['Delete', 'x'],
    ['Delete?', 'yes'],
    ['to_delete', '1'],
    ['Löschen', 'ja'],
    ['Löschvormerkung', 'X'],
    ['Deletion flag', '1'],
    ['To be deleted', 'yes'],
    ['Marked for deletion', 'true'],
  ])('is never passed over: %s says %s', async (header, word) => {
    const { exitCode, error } = await loadText(db(), `sku,name,${header}\nA,Cup,\nB,Mug,${word}\n`);
    expect([exitCode, error?.code]).toEqual([2, 'action_not_understood']);
    expect(error?.message).toContain(`--map "${header}=attributes"`);
    expect(await flags()).toEqual([]);
  });

  it.each(['', 'no', '0'])('asks for none where its cells say %j', async (word) => {
    await loadText(db(), `sku,name,Delete\nA,Cup,${word}\n`);
    expect(await flags()).toEqual([['A', true]]);
  });
});
