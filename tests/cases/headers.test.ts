import { expect, it } from 'vitest';
import { useCatalogue } from '../setup/catalogue.js';
import { outcomeOf } from '../setup/outcome.js';

const db = useCatalogue();

interface Case {
  text: string;
  products: string[];
  rejects?: string[];
}

const both = ['A | Kettle | 9.90', 'B | Cup | 1.50'];

const cases: Record<string, Case> = {
  'the header once more in the middle': {
    text: 'sku,name,price\nA,Kettle,9.90\nsku,name,price\nB,Cup,1.50\n',
    products: both,
  },
  'the header once more, after a blank line and by other names': {
    text: 'sku,name,price\nA,Kettle,9.90\n\nSKU,Title,Price\nB,Cup,1.50\n',
    products: both,
  },
  'a ruler below the header': {
    text: 'sku,name,price\n----,------,-----\nA,Kettle,9.90\nB,Cup,1.50\n',
    products: both,
  },
  'a ruler of Markdown': {
    text: '| sku | name |\n|-----|:----:|\n| A | Kettle |\n| B | Cup |\n',
    products: ['A | Kettle | none', 'B | Cup | none'],
  },
  'labels above keys': {
    text: 'Spring\nSeller SKU\tProduct Name\tPrice\nitem_sku\titem_name\tstandard_price\nA\tKettle\t9.90\nB\tCup\t1.50\n',
    products: both,
  },
  'rows of types and duties below the header': {
    text: 'sku,name,price\nData,Data,Currency\nYes,Yes,No\nA,Kettle,9.90\nB,Cup,1.50\n',
    products: both,
  },
  'remarks above the header, as many as there are columns': {
    text: '# Required | your own code,# Required | at most 200,# Required | with currency\nsku,name,price\nA,Kettle,9.90\nB,Cup,1.50\n',
    products: both,
  },
  'groups of columns above the header': {
    text: 'Artikel;;Preise\nArtikelnummer;Bezeichnung;VK brutto\nA;Kettle;9,90\nB;Cup;1,50\n',
    products: both,
  },
  'a title wider than the header': {
    text: 'Price list,spring,all sites,EUR\nsku,name,price\nA,Kettle,9.90\nB,Cup,1.50\n',
    products: both,
  },
  'remarks within the header': {
    text: 'SKU (required),Name *,"Price\n(without tax, in the currency of the shop)"\nA,Kettle,9.90\nB,Cup,1.50\n',
    products: both,
  },
  'a total below the products': {
    text: 'sku,name,price\nA,Kettle,9.90\nB,Cup,1.50\nTotal,,11.40\n',
    products: both,
    rejects: ['4 required'],
  },
};

it.each(Object.entries(cases))('takes the products alone: %s', async (_, wanted) => {
  const { products, rejects } = await outcomeOf(db(), wanted.text);
  expect(products).toEqual(wanted.products);
  expect(rejects).toEqual(wanted.rejects ?? []);
});

/** A header that nobody knows, the option that its refusal proposes, and one that it must not. */
const hints: [header: string, row: string, wanted: string, never: string][] = [
  ['Item #,Description,List Price', 'A,Kettle,9.90', '--map "Item #=sku"', 'Price=sku'],
  ['Title,Part #,Price', 'Kettle,A,9.90', '--map "Part #=sku"', 'Title=sku'],
  ['Supplier SKU,Product Name,RRP', 'A,Kettle,9.90', '--map "Supplier SKU=sku"', 'RRP=sku'],
  ['VariationID,VariationNo', '1001,A', '--map "VariationNo=sku"', 'VariationID=sku'],
  ['Libellé court,Description,Réf. vendeur', 'K,x,A', '"Libellé court=name"', '=description'],
  ['Material;Materialkurztext;Preis', 'A100;Kettle;9,90', '"Materialkurztext=name"', '=price'],
];

it.each(hints)('of "%s" it proposes what helps', async (header, row, wanted, never) => {
  const text = `${header}\n${row}\n`;
  const { refusal } = await outcomeOf(db(), text);
  expect(refusal).toContain(wanted);
  expect(refusal).not.toContain(never);
});

const notes: [what: string, text: string, wanted: string][] = [
  [
    'a price with taxes beside one without',
    'sku,name,Selling Price (Inc VAT),Selling Price (Ex VAT)\nA,Kettle,1.20,1.00\n',
    'differ in their tax: none is taken for the price',
  ],
  [
    'words of a status among others',
    'sku,name,Published Status\nA,Kettle,PUBLISHED\nB,Cup,UNPUBLISHED\nC,Pot,SYSTEM_PROBLEM\n',
    '"Published Status" does not decide whether a product is active',
  ],
  [
    'a flag in another language',
    'sku;name;Ausgelaufen\nA;Kettle;FALSCH\nB;Cup;WAHR\n',
    '"Ausgelaufen" does not decide whether a product is active',
  ],
  [
    'a name under the header of a description',
    'sku,Stock Description\nA,Kettle\n',
    '--map "Stock Description=name"',
  ],
];

it('proposes no price in cents for the price', async () => {
  const { notes } = await outcomeOf(db(), 'sku,name,price_cents\nA,Kettle,990\n');
  expect(notes.join('\n')).not.toContain('=price');
});

it.each(notes)('tells of %s', async (_, text, wanted) => {
  const { notes } = await outcomeOf(db(), text);
  expect(notes.join('\n')).toContain(wanted);
});

it('says each note once', async () => {
  const text = 'Spring 2024\nsku;name;price;colour\nA;Thé;9,90;x\nB;Café;1,50;y\n';
  const { notes } = await outcomeOf(db(), Buffer.from(text, 'latin1'));
  expect(notes.length).toBeGreaterThan(2);
  expect(new Set(notes).size).toBe(notes.length);
});
