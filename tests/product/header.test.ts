import fc from '../setup/property.js';
import { describe, expect, it } from 'vitest';
import { aliases, suggestField } from '../../src/product/aliases.js';
import { countKnownHeaders, matchHeader } from '../../src/product/header.js';
import { headerKey } from '../../src/product/header-text.js';
import { lines, read } from './reading.js';

/** Prices that say whether taxes are in them. */
const net = [
  'price tax excluded',
  'price tax excl',
  'price excl tax',
  'price excluding tax',
  'price net',
  'net price',
  'price excl vat',
  'price ex vat',
  'price excluding vat',
  'prix ht',
  'prix de vente ht',
  'prix hors taxe',
  'prix hors taxes',
  'tarif ht',
  'preis netto',
  'netto preis',
  'vk netto',
  'netto vk',
  'verkaufspreis netto',
  'preis ohne mwst',
  'preis zzgl mwst',
  'preis exkl mwst',
  'preis ohne steuern',
  'listenpreis netto',
  'precio sin iva',
  'precio neto',
  'precio sin impuestos',
  'precio impuestos excluidos',
  'prezzo netto',
  'prezzo senza iva',
  'prezzo iva esclusa',
  'prezzo tasse escl',
  'prezzo tasse escluse',
  'preco sem iva',
  'preco sem imposto',
  'preco sem impostos',
  'preco liquido',
  'prijs excl btw',
  'prijs exclusief btw',
  'prijs ex btw',
  'netto prijs',
  'verkoopprijs excl btw',
  'cena netto',
  'cena sprzedazy netto',
  'cena bez vat',
  'cena bez podatku',
  'selling price (ex VAT)',
  'list price ex. GST',
  'NettoVK',
  'Nettopreis',
  'Price without tax',
  'EUR price net',
  'price (EUR) excl. VAT',
  'Preis netto (EUR)',
  'Prix unitaire HT',
  'regular_price_excl_tax',
];
const gross = [
  'price tax included',
  'price tax incl',
  'price incl tax',
  'price including tax',
  'price gross',
  'gross price',
  'price incl vat',
  'price inc vat',
  'price including vat',
  'prix ttc',
  'prix de vente ttc',
  'prix toutes taxes comprises',
  'tarif ttc',
  'prix public ttc',
  'preis brutto',
  'brutto preis',
  'vk brutto',
  'brutto vk',
  'verkaufspreis brutto',
  'preis inkl mwst',
  'preis mit mwst',
  'preis inkl steuern',
  'listenpreis brutto',
  'precio con iva',
  'precio bruto',
  'precio con impuestos',
  'precio iva incluido',
  'precio impuestos incluidos',
  'pvp con iva',
  'pvp iva incluido',
  'prezzo lordo',
  'prezzo ivato',
  'prezzo con iva',
  'prezzo iva inclusa',
  'prezzo iva compresa',
  'prezzo tasse incl',
  'prezzo tasse incluse',
  'preco com iva',
  'preco com imposto',
  'preco com impostos',
  'prijs incl btw',
  'prijs inclusief btw',
  'bruto prijs',
  'verkoopprijs incl btw',
  'cena brutto',
  'cena sprzedazy brutto',
  'cena z vat',
  'cena z podatkiem',
  'selling price (inc VAT)',
  'Bruttopreis',
  'Retail Price (incl. GST)',
  'price (EUR) incl. VAT',
  'Preis brutto €',
  'VK (brutto)',
  'Prix unitaire TTC',
  'PriceInclTax',
];

const fieldOf = (header: string) => matchHeader(header, null)?.target ?? null;

describe('a header', () => {
  it.each([
    ['sku', 'sku'],
    ['\ufeffSKU', 'sku'],
    ['Variant SKU', 'sku'],
    ['Reference #', 'sku'],
    ['Référence', 'sku'],
    ['REF', 'sku'],
    ['Réf. article', 'sku'],
    ["N° d'article", 'sku'],
    ['UGS', 'sku'],
    ['Name *', 'name'],
    ['Product_Title', 'name'],
    ['Désignation', 'name'],
    ['Body (HTML)', 'description'],
    ['Regular price', 'price'],
    ['price (USD)', 'price'],
    ['Price [EUR]', 'price'],
    ['Prix (€)', 'price'],
    ['Tarif régulier', 'price'],
    ['Active (0/1)', 'active'],
    ['Publié', 'active'],
    ['Image URLs (x;y;z...)', 'images'],
    ['SKU\n(required)', 'sku'],
    ['Name\nThe name as customers see it, no more than 80 characters', 'name'],
    ['Title (required)', 'name'],
    ['Product Code/SKU', 'sku'],
    ['Custom label (SKU)', 'sku'],
    ['Art.-Nr.', 'sku'],
    ['Nº de artículo', 'sku'],
    ['Bezeichnung', 'name'],
    ['Nazwa towaru', 'name'],
    ['Regulärer Preis', 'price'],
    ['Listenpreis CHF', 'price'],
    ['Prezzo di listino', 'price'],
    ['price-EUR', 'price'],
    ['Preis in €', 'price'],
    ['EUR Preis', 'price'],
    ['Cena brutto [PLN]', 'price'],
    ['name-en_US', 'name'],
    ['description-en_US-ecommerce', 'description'],
    ['Titel (Deutsch)', 'name'],
    ['Veröffentlicht', 'active'],
    ['Zdjęcia', 'images'],
    ['owner', 'owner'],
    ['action', 'action'],
  ])('%j means %s', (header, field) => {
    expect(fieldOf(header)).toBe(field);
  });

  it.each([
    ...['cost', 'code', 'vendor', 'id', 'Sale price', 'Wholesale price', 'Compare At Price'],
    ...[
      'Price\n(old)',
      'Price all',
      'Name id',
      'Name of brand',
      'Cena promocyjna',
      'Angebotspreis',
    ],
    ...['Stock de', 'Código', 'Kod', 'UVP', 'Name/Price', 'price-special'],
    ...['Price (old)', 'Price / kg', 'Supplier reference', 'Short description', 'Meta title'],
    ...['Subname', 'Stock status', 'Tax status', 'Variant Image', 'Image Alt Text', 'EAN13'],
    ...['barcode', 'Aktion', 'row action', 'Visibility', '', '#', '__proto__', 'constructor'],
  ])('%j means no field', (header) => {
    expect(fieldOf(header)).toBeNull();
  });

  it('belongs to one field only, among all aliases', () => {
    const keys = Object.entries(aliases).flatMap(([field, words]) =>
      [field, ...words].map(headerKey),
    );
    expect(keys.filter((key, place) => keys.indexOf(key) !== place)).toEqual([]);
  });

  it('reads the same with stars, spaces, underscores, capitals and accents', () => {
    const noise = fc.array(fc.constantFrom(' ', '_', '*', '\u00a0', '\ufeff', '\u0301', '-'));
    const noisy = fc.tuple(fc.constantFrom('sku', 'name', 'price', 'prix ttc'), noise, noise);
    fc.assert(
      fc.property(noisy, ([header, before, after]) => {
        const [first = '', ...rest] = header.toUpperCase();
        const spelled = before.join('') + first + after.join('') + rest.join('') + after.join('');
        expect(headerKey(spelled)).toBe(headerKey(header));
      }),
    );
  });
});

describe('the number of known headers', () => {
  it('tells a row of headers from a line that was not split, and from data', () => {
    expect(countKnownHeaders(['SKU', 'Nom', 'Prix', 'Poids'])).toBe(3);
    expect(countKnownHeaders(['SKU;Nom;Prix;Poids'])).toBe(0);
    expect(countKnownHeaders(['A-1', 'Mug', '9.90', ''])).toBe(0);
  });

  it('counts the headers of the built-in profiles', () => {
    expect(countKnownHeaders(['base_image', 'lst_price', 'product_online'])).toBe(3);
  });
});

describe('a price', () => {
  it.each([
    ...net.map((header) => [header, 'tax net']),
    ...gross.map((header) => [header, 'tax gross']),
  ])('%s is %s', (header, variant) => {
    expect(matchHeader(header!, null)).toMatchObject({ target: 'price', variant });
  });

  it.each(['Net weight', 'Height', 'Netto', 'Gross', 'Brutto-Gewicht', 'EK netto', 'Cost ex VAT'])(
    '%s is none',
    (header) => {
      expect(fieldOf(header)).toBeNull();
    },
  );
});

describe('a suggestion', () => {
  it('is the field that is spelled most alike', () => {
    expect(suggestField('skuu')).toBe('sku');
    expect(suggestField('Desciption')).toBe('description');
    expect(suggestField('Prise')).toBe('price');
  });

  it('is not made for a word that is like none', () => {
    expect(suggestField('warehouse')).toBeNull();
    expect(suggestField('')).toBeNull();
  });
});

describe('a table under known headers', () => {
  const named = fc.record({
    sku: fc.constantFrom(...aliases.sku),
    name: fc.constantFrom(...aliases.name),
    price: fc.constantFrom(...aliases.price, ...net, ...gross),
  });
  const dressed = (header: string, dress: number) =>
    [
      header,
      header.toUpperCase(),
      ` ${header}* `,
      `${header} (required)`,
      header.replace(/ /g, '_'),
    ][dress]!;

  it('is read right in any order, case and language, below titles', () => {
    const dress = fc.array(fc.nat(4), { minLength: 3, maxLength: 3 });
    const order = fc.shuffledSubarray(['sku', 'name', 'price'] as const, { minLength: 3 });
    fc.assert(
      fc.property(named, dress, order, fc.nat(2), (headers, dresses, fields, titles) => {
        const header = fields.map((field, at) => dressed(headers[field], dresses[at]!));
        const product = { sku: 'K-1', name: 'Mug', price: '12.5' };
        const above = Array.from({ length: titles }, (_, at) => [`Our list, page ${at + 1}`]);
        const table = [...above, header, fields.map((field) => product[field])];
        expect(read(lines(...table)).products).toMatchObject([product]);
      }),
    );
  });
});
