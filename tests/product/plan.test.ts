import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { parseProfile } from '../../src/product/profile-file.js';
import { lines, planOf } from './reading.js';

type Options = Parameters<typeof planOf>[1];

function fieldsOf(headers: string[], options?: Options): string[] {
  const { columns } = planOf(lines(headers), options);
  return columns.map(({ header, field, isAction }) => {
    return `${header} → ${isAction ? 'action' : field}`;
  });
}

function refusal(headers: string[], options?: Options): string {
  try {
    planOf(lines(headers), options);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('the columns', () => {
  it('fill fields, and attributes where they match none', () => {
    const plan = planOf(lines(['Ref', 'Nom', 'Prix', 'Couleur']));
    expect(plan.columns.map(({ field, attributeKey }) => [field, attributeKey])).toEqual([
      ['sku', null],
      ['name', null],
      ['price', null],
      ['attributes', 'Couleur'],
    ]);
    expect(plan.present).toEqual(['sku', 'name', 'price', 'attributes']);
    expect(plan.notes).toEqual(['Columns that match no field are kept in attributes: Couleur']);
  });

  it('leave absent fields out of what is present', () => {
    expect(planOf(lines(['sku', 'name'])).present).toEqual(['sku', 'name']);
  });

  it('include the action, which is no field', () => {
    const plan = planOf(lines(['sku', 'Action']));
    expect(plan.hasAction).toBe(true);
    expect(plan.present).toEqual(['sku']);
  });

  it('prefer the exact name of a field to its aliases, wherever they stand', () => {
    expect(fieldsOf(['ref', 'title', 'name', 'sku'], { profile: 'none' })).toEqual([
      'ref → attributes',
      'title → attributes',
      'name → name',
      'sku → sku',
    ]);
  });

  it('say which of two columns was taken for a field', () => {
    expect(planOf(lines(['sku', 'name', 'Regular price', 'Unit price'])).notes).toContain(
      'Both "Regular price" and "Unit price" could be the column of price: "Regular price" is ' +
        'taken (--map "Unit price=price" takes the other)',
    );
  });

  it('take none of two prices that differ in their currency or tax only', () => {
    for (const headers of [
      ['price (EUR)', 'price (USD)'],
      ['Preis netto', 'Preis brutto'],
    ]) {
      const plan = planOf(lines(['sku', 'name', ...headers]));
      expect(plan.present).not.toContain('price');
      expect(plan.notes[0]).toContain(
        `Choose one: --map "${headers[0]}=price" or --map "${headers[1]}=price"`,
      );
      expect(planOf(lines(['sku', 'price', ...headers])).columns[1]?.field).toBe('price');
    }
  });

  it('take the first of several that differ in their language only, and say so', () => {
    const headers = ['sku', 'name-de_DE', 'name-en_US', 'Name (fr)', 'price'];
    const plan = planOf(lines(headers));
    expect(plan.columns.map(({ field }) => field)).toEqual([
      ...['sku', 'name', 'attributes', 'attributes', 'price'],
    ]);
    expect(plan.notes[0]).toBe(
      '"name-de_DE", "name-en_US" and "Name (fr)" could be the column of name: "name-de_DE" is ' +
        'taken (--map "name-en_US=name" takes another)',
    );
  });

  it('leave the rows and errors of a rejects file unread', () => {
    const headers = ['_row', '_errors', 'sku', 'name'];
    expect(planOf(lines(headers)).present).toEqual(['sku', 'name']);
    expect(refusal(headers, { extra: 'error' })).toBe('accepted');
  });

  it('are kept under their number where they have no header', () => {
    expect(fieldsOf(['', 'sku', ''])).toEqual([
      'column 1 → attributes',
      'sku → sku',
      'column 3 → attributes',
    ]);
  });

  it('are told with the field that is nearest, unless another column fills it', () => {
    const headers = ['sku', 'nmae', 'pirce', 'Colour', 'descriptoin', 'description'];
    expect(planOf(lines(headers)).notes[0]).toBe(
      'Columns that match no field are kept in attributes: nmae, pirce, Colour, descriptoin',
    );
    expect(planOf(lines(headers)).notes.at(-1)).toBe(
      'Perhaps meant: --map "nmae=name" --map "pirce=price"',
    );
    expect(refusal(['sku', 'Colour', 'Nane'], { extra: 'error' })).toContain(
      'Try --map "Nane=name"',
    );
  });

  it('are told so that all of it can be asked for at once', () => {
    const rows = lines(['sku', 'Nmae', 'pirce', 'Discription'], ['A', 'Mug', '9.90', 'Red']);
    expect(planOf(rows).notes.at(-1)).toBe(
      'Perhaps meant: --map "Nmae=name" --map "pirce=price" --map "Discription=description"',
    );
  });

  it.each([
    ['Code $US', `Try --map 'Code $US=name'`, 'Code $US=name'],
    ['5" tubes', `Try --map '5" tubes=name'`, '5" tubes=name'],
    ['Tube\nsize', 'Try --map "Tube size=name"', 'Tube size=name'],
  ])('are told so that a shell takes the advice as it stands: %j', (header, advice, map) => {
    expect(refusal(['sku', header], { extra: 'error' })).toContain(advice);
    expect(planOf(lines(['sku', header]), { map: [map] }).present).toEqual(['sku', 'name']);
  });

  it('are ignored under --extra ignore', () => {
    const plan = planOf(lines(['sku', 'Couleur']), { extra: 'ignore' });
    expect(plan.present).toEqual(['sku']);
    expect(plan.notes[0]).toBe('Columns that match no field are ignored: Couleur');
  });

  it('stop the load under --extra error', () => {
    expect(refusal(['sku', 'Couleur', 'Poids'], { extra: 'error' })).toBe(
      'These columns match no field: Couleur, Poids. Try --map "Couleur=name" ' +
        '(or another field), or --extra keep or ignore',
    );
  });

  it('say that a file without names only updates', () => {
    expect(planOf(lines(['sku', 'price'])).notes).toEqual([
      "There is no column for the name (--map 'its header=name' says which it is): stored products are updated, unknown SKUs are rejected",
    ]);
  });
});

describe('--map', () => {
  it('wins over the exact name of a field', () => {
    expect(fieldsOf(['sku', 'name', 'Art. No'], { map: ['art no=sku'] })).toEqual([
      'sku → attributes',
      'name → name',
      'Art. No → sku',
    ]);
  });

  it('keeps a column out of its field', () => {
    expect(fieldsOf(['sku', 'status'], { map: ['status=attributes'] })).toEqual([
      'sku → sku',
      'status → attributes',
    ]);
  });

  it('takes a header with an equals sign in it', () => {
    expect(fieldsOf(['sku', 'a=b'], { map: ['a=b=name'] })).toContain('a=b → name');
  });

  it('refuses one field twice', () => {
    expect(refusal(['sku', 'a', 'b'], { map: ['a=name', 'b=name'] })).toBe(
      '--map "a=name" and --map "b=name" name the same field: keep one of them',
    );
  });

  it('refuses one column for two fields', () => {
    expect(refusal(['sku', 'a'], { map: ['a=name', 'A=description'] })).toContain('to two fields');
  });

  it('refuses a header that is not there, and names the nearest', () => {
    expect(refusal(['sku', 'label', 'cost'], { map: ['lable=name'] })).toBe(
      '--map "lable=name": the file has no column "lable". Found sku, label, cost. ' +
        'Try --map "label=name"',
    );
  });

  it('refuses a field that does not exist', () => {
    expect(refusal(['sku', 'a'], { map: ['a=nmae'] })).toContain('there is no field "nmae"');
  });

  it.each(['a', '=sku', 'a='])('refuses %j, which maps nothing', (text) => {
    expect(refusal(['sku', 'a'], { map: [text] })).toContain('not of the form');
  });
});

describe('the header', () => {
  it('may stand below titles', () => {
    const plan = planOf(lines(['Price list 2024'], ['ACME', ''], ['sku', 'name'], ['A1', 'Mug']));
    expect(plan.headerRowNumber).toBe(3);
    expect(plan.notes[0]).toBe('The header is in row 3; the 2 rows above it are not read');
  });

  it('counts blank rows above it, too', () => {
    const [title, header] = lines(['Price list'], ['sku', 'name']);
    const plan = planOf([title!, { ...header!, rowNumber: 4 }]);
    expect(plan.notes[0]).toBe('The header is in row 4; the 3 rows above it are not read');
  });

  it('is told from titles by its cells where none of its words is known', () => {
    const table = [
      ['Varenr', 'Tekst', 'Pris', 'Lager'],
      ['A1', 'Krus', '9,90', ''],
    ];
    expect(() => planOf(lines(['Preisliste 2026'], ['Stand 1.1.'], ...table))).toThrow(
      'in row 3. Found Varenr, Tekst, Pris, Lager. Try --map "Varenr=sku" --map "Pris=price"',
    );
  });

  it('is not looked for below rows as wide as itself, which are data', () => {
    const rows = lines(['code', 'label'], ['A1', 'Mug'], ['sku', 'title']);
    expect(() => planOf(rows)).toThrow('no column for the SKU in row 1');
  });

  it('is where the user says', () => {
    const rows = lines(['sku', 'name'], ['ref', 'titre'], ['A1', 'Mug']);
    expect(planOf(rows, { headerRow: 2 }).columns[0]?.header).toBe('ref');
    expect(() => planOf(rows, { headerRow: 9 })).toThrow('--header-row 9');
  });

  it('shows of a header that is no name its beginning, and the number of its column', () => {
    const long = 'a line that goes on and on '.repeat(1000);
    const refuse = (...headers: string[]) => {
      return () => planOf(lines(headers, ['1', '2']), { headerRow: 1 });
    };
    expect(refuse(long, '')).toThrow(
      'Found a line that goes on and on a line that …. Add one with the header "sku"',
    );
    expect(refuse(long, long)).toThrow('"a line that goes on and on a line that …" comes twice');
    expect(refuse('뭯\u6d65', '爨')).toThrow('Try --encoding if these are not the words');
  });

  it('needs a column for the SKU', () => {
    expect(refusal(['label', 'item code no', 'cost'])).toBe(
      'There is no column for the SKU in row 1. Found label, item code no, cost. ' +
        'Try --map "item code no=sku" --map "label=name" --map "cost=price"',
    );
  });

  it('is not told to give the SKU a column of another field', () => {
    expect(refusal(['name', 'price'])).toBe(
      'There is no column for the SKU in row 1. Found name, price. ' +
        'Add one with the header "sku", or say which it is with --map "its header=sku"',
    );
  });

  it.each([[['sku', 'name', 'name']], [['sku', 'name', 'Name *']], [['sku', 'weight', 'weight']]])(
    'must not say the same twice: %j',
    (headers) => {
      expect(refusal(headers)).toContain('comes twice, in columns');
    },
  );

  it('may have attributes that differ in a sign', () => {
    expect(refusal(['sku', 'Size H', 'Size_H'])).toBe('accepted');
  });

  it('may be missing where columns are mapped by number', () => {
    const rows = lines(['A1', 'Mug', 'red'], ['A2', 'Cup', 'blue']);
    const plan = planOf(rows, { map: ['1=sku', '2=name'] });
    expect(plan.headerRowNumber).toBeNull();
    expect(plan.columns.map(({ field, attributeKey }) => [field, attributeKey])).toEqual([
      ['sku', null],
      ['name', null],
      ['attributes', 'column 3'],
    ]);
  });

  it('is not seen in a first product that has one of our words', () => {
    const rows = lines(['A1', 'Mug', 'active', '1']);
    const plan = planOf(rows, { map: ['1=sku', '2=name'] });
    expect(plan.headerRowNumber).toBeNull();
    expect(plan.columns[0]?.field).toBe('sku');
  });

  it('is left out where columns are mapped by number although it is there', () => {
    const rows = lines(['Label', 'Name', 'Price'], ['A1', 'Mug', '9.90']);
    expect(planOf(rows, { map: ['1=sku'] }).headerRowNumber).toBe(1);
  });

  it('is the first that names the SKU, even above a wider row', () => {
    const rows = lines(['sku', 'name'], ['A1', 'Mug'], ['sku', 'name', 'price']);
    expect(planOf(rows).headerRowNumber).toBe(1);
  });

  it('needs numbers where the user says that there is none', () => {
    expect(() => planOf(lines(['A1', 'Mug']), { headerRow: 0 })).toThrow(
      'Found no headers, but columns 1 to 2. Try --map "1=sku"',
    );
  });

  it('needs a row at all', () => {
    expect(() => planOf([])).toThrow('it has no rows');
  });

  it('can be typed as numbers in a sheet', () => {
    const year = { kind: 'number', text: '2024.0', format: null } as const;
    expect(planOf(lines(['sku', year])).columns[1]?.attributeKey).toBe('2024');
  });
});

describe('a profile', () => {
  it.each([
    ['shopify', ['Handle', 'Title', 'Variant SKU', 'Variant Price']],
    ['shopify', ['Title', 'URL handle', 'SKU', 'Option1 name', 'Price']],
    ['woocommerce', ['ID', 'Type', 'SKU', 'Name', 'Tax status', 'Regular price']],
    ['woocommerce', ['ID', 'UGS', 'Nom', 'Tarif régulier']],
    ['magento2', ['sku', 'attribute_set_code', 'name', 'product_online']],
    ['magento2', ['sku', 'name', 'price', 'attribute_set']],
    ['prestashop', ['Product ID', 'Active (0/1)', 'Name *', 'Reference #']],
    ['prestashop', ['ID', 'Actif (0/1)', 'Nom *', 'Référence']],
    ['odoo', ['id', 'default_code', 'name', 'list_price']],
  ])('%s is recognised from %j', (name, headers) => {
    const plan = planOf(lines(headers));
    expect(plan.profile).toBe(name);
    expect(plan.notes[0]).toContain(`The profile "${name}" is used`);
    expect(plan.present).toContain('sku');
  });

  it('is not recognised where the user wants none', () => {
    const plan = planOf(lines(['Handle', 'Variant SKU']), { profile: 'none' });
    expect(plan.profile).toBeNull();
    expect(plan.fillDown).toBeNull();
  });

  it('decides between two columns for one field by its order', () => {
    const headers = ['Handle', 'Variant SKU', 'Published', 'Status'];
    expect(fieldsOf(headers)).toContain('Status → active');
    expect(fieldsOf(headers)).toContain('Published → attributes');
  });

  it('is none in a plain file', () => {
    expect(planOf(lines(['sku', 'name', 'price'])).profile).toBeNull();
  });
});

it('says that a profile is for another file, where it maps no header', () => {
  const profile = parseProfile('{"map": {"Artikel": "name"}}', 'mine');
  const foreign = planOf(lines(['sku', 'name']), { profile });
  expect(foreign.notes).toContain(
    'The profile "mine" maps no header of this file: is it for another one?',
  );
  expect(planOf(lines(['sku', 'Artikel', 'price']), { profile }).notes).toEqual([]);
});
