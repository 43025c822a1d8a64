import { expect, it } from 'vitest';
import { useCatalogue } from '../setup/catalogue.js';
import { outcomeOf } from '../setup/outcome.js';

const db = useCatalogue();
const raw = String.raw;

interface Case {
  text: string;
  options?: string;
  products: string[];
  rejects?: string[];
}

const cases: Record<string, Case> = {
  'texts in apostrophes below a header without': {
    text: "sku,name,price\n'00123','Kettle, red','9.90'\n'B','Men''s cup',1.50\n",
    products: ['00123 | Kettle, red | 9.90', "B | Men's cup | 1.50"],
  },
  'a SKU in apostrophes, where nothing else is': {
    text: "sku,name,price\n'00123',Cup,9.90\nB,Pot,1.50\n",
    products: ['B | Pot | 1.50'],
    rejects: ['2 quote_misplaced'],
  },
  'quotes of a word processor': {
    text: 'sku,name,price\n“A”,Cup,9.90\n„B“,Pot,2.00\n«C»,Pan,1.50\n',
    products: [],
    rejects: ['2 quote_misplaced', '3 quote_misplaced', '4 quote_misplaced'],
  },
  'an inch mark before a closing quote': {
    text: '"sku","name","price","stock"\n"A","TV 32"","299.00","5"\n"B","Cup","1.50","7"\n',
    products: ['B | Cup | 1.50'],
    rejects: ['2 quote_misplaced'],
  },
  'an inch mark in the cell before the last': {
    text: '"sku","name","note","price"\n"A","TV","TV 32"","299.00"\n"B","Cup","cup","1.50"\n',
    products: ['B | Cup | 1.50'],
    rejects: ['2 quote_misplaced'],
  },
  'an inch mark in the SKU': {
    text: '"sku","name","price"\n"TV32"","TV 32","299.00"\n"B","Cup","1.50"\n',
    products: ['B | Cup | 1.50'],
    rejects: ['2 quote_misplaced'],
  },
  'an inch mark that lets its quotes close on the next line': {
    text: 'sku,name,price\nA,Pipe 3/4" x 2",9.90\nC,"Screen 27"",4.00\nD,"TV 32" black",5.00\nE,x,1\n',
    products: ['A | Pipe 3/4" x 2" | 9.90', 'E | x | 1.00'],
    rejects: ['3 quote_misplaced', '4 quote_misplaced'],
  },
  'quotes after a backslash, read as RFC 4180 has it': {
    text: raw`"sku","name","price"
"A","Pipe 2\"","9.90"
"B","Cup","1.50"
"C","Screen 27\", black","4.00"
"D","ends with \","2.00"
`,
    products: ['B | Cup | 1.50', 'D | ends with \\ | 2.00'],
    rejects: ['2 quote_misplaced', '4 column_count'],
  },
  'quotes after a backslash, with --escape': {
    text: raw`"sku","name","price"
"A","Pipe 2\"","9.90"
"C","Screen 27\", ""black""","4.00"
"E","naka , \"who's there?\" kebab","5"
"D","C:\\temp\dir\\","2.00"
`,
    options: '--escape \\',
    products: [
      'A | Pipe 2" | 9.90',
      'C | Screen 27", "black" | 4.00',
      raw`D | C:\temp\dir\ | 2.00`,
      'E | naka , "who\'s there?" kebab | 5.00',
    ],
  },
  'a file that knows no quotes': {
    text: 'id\ttitle\tprice\n1\t"Best pan\t1\n2\tLid 12" wide\t2\n3\t"Wok\t3\n4\tTop"\t4\n',
    options: '--map id=sku',
    products: [
      '1 | "Best pan | 1.00',
      '2 | Lid 12" wide | 2.00',
      '3 | "Wok | 3.00',
      '4 | Top" | 4.00',
    ],
  },
  'a feed whose texts begin with words in quotes': {
    text: 'id\ttitle\tprice\n1\t"Best" pan\t1\n2\t12" or 6" lid, "non-stick"\t2\n3\t"\t3\n',
    options: '--map id=sku',
    products: ['1 | "Best" pan | 1.00', '2 | 12" or 6" lid, "non-stick" | 2.00', '3 | " | 3.00'],
  },
  'cells in quotes where others only begin with one': {
    text: 'sku\tname\tprice\n1\t"Best" pan\t1\n2\t"Lid"\t2\n3\tPot\t3\n',
    products: ['2 | Lid | 2.00', '3 | Pot | 3.00'],
    rejects: ['2 quote_misplaced'],
  },
  'texts of several lines in quotes, with tabs between cells': {
    text: 'sku\tname\tprice\n1\t"Pan\nand lid"\t1\n2\tLid 12"\t2\n',
    products: ['1 | Pan\nand lid | 1.00', '2 | Lid 12" | 2.00'],
  },
  'ditto marks, each a cell of its own': {
    text: 'sku,name,note,price\nA,Cup,",1.50\nB,Mug,",2.50\nC,Pot,x,3.00\n',
    products: ['C | Pot | 3.00'],
    rejects: ['2 quote_misplaced', '3 quote_unterminated'],
  },
  'apostrophes around every header and cell': {
    text: "'sku','name','price'\n'00123','Kettle, the ''big'' one','9.90'\n'B','\"x\"',1\n",
    products: ["00123 | Kettle, the 'big' one | 9.90", 'B | "x" | 1.00'],
  },
  'backticks around every header and cell': {
    text: '`sku`,`name`,`price`\n`A`,`Kettle, red`,`9.90`\n',
    products: ['A | Kettle, red | 9.90'],
  },
  'apostrophes around cells alone, as text': {
    text: "sku,name,price\nA,'Kettle',1\n",
    products: ["A | 'Kettle' | 1.00"],
  },
  'the same with --quote none': {
    text: 'id\ttitle\tprice\n1\t"Best pan\t1\n2\tLid 12" wide\t2\n3\t"Wok\t3\n4\tTop"\t4\n',
    options: '--map id=sku --quote none',
    products: [
      '1 | "Best pan | 1.00',
      '2 | Lid 12" wide | 2.00',
      '3 | "Wok | 3.00',
      '4 | Top" | 4.00',
    ],
  },
  'apostrophes around cells, with --quote': {
    text: "sku,name,price\nA,'Kettle, the ''big'' one',9.90\nB,\"x\",1\n",
    options: "--quote '",
    products: ["A | Kettle, the 'big' one | 9.90", 'B | "x" | 1.00'],
  },
  'what is left of a record whose first line was rejected': {
    text: 'sku,name,note,price\nA,TV,"a 32" wide\nscreen, new",9.90\n,,last\nB,Cup,x,1.50\nC,,x,1\n',
    products: ['B | Cup | 1.50'],
    rejects: ['2 quote_misplaced', '6 required'],
  },
  'a quote that nobody closes': {
    text: 'sku,name,price\nA,Kettle,9.90\nB,"Cup,1.50\nC,Pot,4.00\n',
    products: ['A | Kettle | 9.90', 'C | Pot | 4.00'],
    rejects: ['3 quote_unterminated'],
  },
};

it.each(Object.entries(cases))('reads %s, or rejects it', async (_, { text, ...wanted }) => {
  const { options, products, rejects = [] } = wanted;
  const outcome = await outcomeOf(db(), text, options);
  expect(outcome.refusal).toBeNull();
  expect(outcome.products).toEqual(products);
  expect(outcome.rejects).toEqual(rejects);
});

it('rejects cells in quotes further down in a file that seemed to know none', async () => {
  const many = Array.from({ length: 2000 }, (_, i) => `P${i}\t${'x'.repeat(60)}\t1\n`).join('');
  const text = `sku\tname\tprice\nA\t"Best" pan\t1\n${many}B\t"Lid"\t2\nC\t"Wok\t3\n`;
  const { products, rejects, notes } = await outcomeOf(db(), text);
  expect(products.filter((one) => !one.startsWith('P'))).toEqual([
    'A | "Best" pan | 1.00',
    'C | "Wok | 3.00',
  ]);
  expect(rejects).toEqual(['2003 quote_misplaced']);
  expect(notes.join()).toContain('No cell stands in quotes');
});

it('says that quotes inside of cells were taken as text', async () => {
  const text = 'sku,name\nA,Kettle\nB,12" lid\nC,"Cup"\nD,9" plate\n';
  const { exitCode, notes } = await outcomeOf(db(), text);
  expect(exitCode).toBe(0);
  expect(notes).toContain(
    '2 rows have a " inside a cell without quotes, taken as text: the first is on line 3',
  );
  const plain = await outcomeOf(db(), text, '--quote none');
  expect(plain.notes.join()).not.toContain('inside a cell');
});

it.each([
  ['a quote opens on line 1 and never closes', 'sku,"name,price\nA,Kettle,9.90\nB,Cup,1.50\n'],
  ['text stands after a closing quote on line 1', '"sku","n"ame","price"\nA,Kettle,9.90\n'],
])('names %s, and takes no later row for the header', async (reason, text) => {
  const { exitCode, products, refusal } = await outcomeOf(db(), text);
  expect([exitCode, products]).toEqual([2, []]);
  expect(refusal).toContain(reason);
  expect(refusal).toContain('--header-row');
});

it('obeys --header-row below a line that can not be read', async () => {
  const text = 'Our "spring" list, "new" prices\nsku,name\nA,Kettle\n';
  expect((await outcomeOf(db(), text.replace('Our', '"Our'))).refusal).toContain('--header-row');
  const outcome = await outcomeOf(db(), text.replace('Our', '"Our'), '--header-row 2');
  expect(outcome.products).toEqual(['A | Kettle | none']);
});

it.each([
  ['--quote ab', '--quote'],
  ['--quote x', '--quote'],
  ['--quote ; --delimiter ;', '--delimiter'],
])('refuses %s', async (options, named) => {
  const load = outcomeOf(db(), 'sku,name\nA,x\n', options);
  await expect(load.then(({ refusal }) => refusal)).resolves.toContain(named);
});
