import { describe, expect, inject, it } from 'vitest';
import { storedNames, storedProducts, useCatalogue } from '../setup/catalogue.js';
import type { TestLocale } from '../setup/database.js';
import { loadText, sumOfWays } from '../setup/load.js';

/** Spellings that somebody may take for the same, by a label that any editor shows alike. */
const spelled = {
  abc: 'abc',
  ABC: 'ABC',
  é: '\u00e9',
  É: '\u00c9',
  ß: 'ß',
  ẞ: '\u1e9e',
  SS: 'SS',
  ΑΣ: 'ΑΣ',
  ας: 'ας',
  ασ: 'ασ',
  istanbul: 'istanbul',
  İSTANBUL: '\u0130STANBUL',
  ISTANBUL: 'ISTANBUL',
  ıstanbul: '\u0131stanbul',
  'Å composed': '\u00c5',
  'Å decomposed': 'A\u030a',
  'Å sign': '\u212b',
  å: '\u00e5',
  k: 'k',
  'kelvin sign': '\u212a',
};
type Label = keyof typeof spelled;

/** One everywhere, as all SKUs are stored in NFC. */
const rings: Label[] = ['Å composed', 'Å decomposed', 'Å sign'];
const everywhere: Label[][] = [
  ['abc', 'ABC'],
  ['k', 'kelvin sign'],
];
const unicode: Label[][] = [...everywhere, [...rings, 'å'], ['é', 'É'], ['ß', 'ẞ']];

/** What is one SKU, by the locale of the database; everything else stays apart. */
const sameSku: Record<string, Label[][]> = {
  C: [...everywhere, rings, ['istanbul', 'ISTANBUL']],
  'C.UTF-8': [...unicode, ['ΑΣ', 'ασ'], ['istanbul', 'İSTANBUL', 'ISTANBUL']],
  PG_UNICODE_FAST: [...unicode, ['ΑΣ', 'ας'], ['istanbul', 'ISTANBUL']],
  'icu und': [...unicode, ['ΑΣ', 'ας'], ['istanbul', 'ISTANBUL']],
  'icu tr': [...unicode, ['ΑΣ', 'ας'], ['istanbul', 'İSTANBUL'], ['ISTANBUL', 'ıstanbul']],
};
const labels = Object.keys(spelled) as Label[];

const locales = (Object.keys(sameSku) as TestLocale[]).filter(
  // The provider came with version 17; a cluster may be older.
  (locale) => !inject('distributed') || !/UTF-8|PG_/.test(locale),
);

describe.each(locales)('with the locale %s', (locale) => {
  const db = useCatalogue({ locale });

  /** How many products these spellings stand for, as the database itself sees it. */
  async function countDistinct(spellings: string[]): Promise<number> {
    const { rows } = await db().session.client.query<{ count: string }>(
      'select count(distinct lower(normalize(s))) from unnest($1::text[]) s',
      [spellings],
    );
    return Number(rows[0]!.count);
  }

  it('takes for one SKU what its table says, and loses none of the others', async () => {
    const rows = labels.map((label) => `"${spelled[label]}",${label}\n`).join('');
    const { report, exitCode } = await loadText(db(), `sku,name\n${rows}`);

    const losers = sameSku[locale]!.flatMap((same) => same.slice(0, -1));
    expect(report.rows).toEqual({ read: 20, rejected: 0, duplicates: losers.length });
    expect(exitCode).toBe(0);
    const kept = labels.filter((label) => !losers.includes(label));
    const names = (await storedProducts(db())).map(({ name }) => name);
    expect(names.sort()).toEqual(kept.sort());
    expect(names).toHaveLength(await countDistinct(Object.values(spelled)));
  });

  it('finds what is stored in another spelling, in either order', async () => {
    const spellings = Object.values(spelled);
    const rows = (skus: string[]) => skus.map((sku) => `"${sku}",name\n`).join('');
    const first = await loadText(db(), `sku,name\n${rows(spellings)}`);
    const stored = await storedProducts(db());
    const again = await loadText(db(), `sku,name\n${rows(spellings.toReversed())}`);

    expect(again.report.products!.inserted).toBe(0);
    expect(again.report.products).toMatchObject({ deleted: 0, skipped: 0 });
    expect(sumOfWays(again.report)).toBe(first.report.rows.read);
    expect((await storedProducts(db())).map(({ id }) => id).sort()).toEqual(
      stored.map(({ id }) => id).sort(),
    );
  });

  it('settles rows that memory and the database find to be the same in turn', async () => {
    const skus = ['ΑΣ', 'x', 'ασ', 'ΑΣ', 'ας', 'X', 'ασ', 'ISTANBUL', 'istanbul', 'İstanbul'];
    const rows = skus.map((sku, i) => `${sku},row ${i}\n`).join('');
    const last = await loadText(db(), `sku,name\n${rows}`);
    const distinct = await countDistinct(skus);
    expect(last.report.products!.inserted).toBe(distinct);
    expect(last.report.rows.duplicates).toBe(skus.length - distinct);

    const words = '--action delete --on-duplicate first';
    const first = await loadText(db(), `sku\n${skus.join('\n')}\n`, words);
    expect(first.report.products!.deleted).toBe(distinct);
    expect(await storedNames(db())).toEqual({});

    const error = await loadText(db(), `sku,name\n${rows}`, '--on-duplicate error');
    expect(error.report.rows.rejected + error.report.products!.inserted).toBe(skus.length);
  });
});
