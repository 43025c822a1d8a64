import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { sampleSha256 } from './cache.js';
import { changedIn, duplicatesIn } from './catalogue.js';
import { csvOf, type Variant } from './variants.js';

function records(variant: Variant, rows: number): Record<string, string>[] {
  return parse([...csvOf(variant, rows)].join(''), { columns: true });
}

describe('the generated catalogue', () => {
  it.each<[Variant, string]>([
    ['three', '9235bc99caf9209812620895fac87a380ba25e90e8eb7fce5dbd0630b5050611'],
    ['changed', 'a1c6c7d8ee46671ac97d47d21ec0a177c436b4c725b3147b51832e307213e0a9'],
    ['edited', 'b2684f1fecfc1fe378344411d0389bd416007b06a4cd9ce091c6f3473c1184f3'],
    ['images', '98ab3459d1d2b730a2d52315b68f26e4b775683d7c0071044a6bc8599c465ce5'],
    ['ten', '945c4ad9f350e3691b53c7afe208e4d2d6668a6967c3f1647a6cce61493ae63e'],
    ['wide', '4a485d12b62fb7ce4b237c5497361c48fcc1a8402c2f6d80822d4632d39a426c'],
    ['typed', '056d824c740ade54248ab609781b7c23e5ad93b9c307d779e00f3bd32816b7f3'],
  ])('is byte for byte the same on every machine (%s)', (variant, sha256) => {
    expect(sampleSha256(variant, 1000)).toBe(sha256);
  });

  it('repeats 35,051 SKUs in 500,000 rows, in proportion in fewer', () => {
    expect([duplicatesIn(500_000), duplicatesIn(1000)]).toEqual([35_051, 70]);
    const skus = records('three', 1000).map(({ sku }) => sku!);
    expect(skus).toHaveLength(1000);
    expect(new Set(skus.map((sku) => sku.toLowerCase())).size).toBe(930);
  });

  it('spells every repeated SKU in another case', () => {
    const skus = records('three', 1000).map(({ sku }) => sku!);
    expect(skus.filter((sku) => sku !== sku.toLowerCase())).toHaveLength(70);
  });

  it('has descriptions with commas and line ends, and others without', () => {
    const descriptions = records('three', 1000).map(({ description }) => description!);
    const share = (part: string) =>
      descriptions.filter((text) => text.includes(part)).length / descriptions.length;
    expect(share(',')).toBeGreaterThan(0.2);
    expect(share('\n')).toBeGreaterThan(0.2);
    expect(descriptions.filter((text) => !/[,\n]/.test(text)).length).toBeGreaterThan(300);
  });

  it('changes the description of a tenth of the rows, and nothing else', () => {
    const [before, after] = [records('three', 1000), records('changed', 1000)];
    const differing = before.filter((row, at) => row.description !== after[at]!.description);
    expect(differing).toHaveLength(changedIn(1000));
    const rest = ({ name, sku }: Record<string, string>) => ({ name, sku });
    expect(after.map(rest)).toEqual(before.map(rest));
  });

  it('shows the same products with ten columns and with all seventeen', () => {
    const [ten, wide] = [records('ten', 20), records('wide', 20)];
    expect([ten, wide].map(([first]) => Object.keys(first!).length)).toEqual([10, 17]);
    expect(wide).toEqual(wide.map((row, at) => ({ ...row, ...ten[at] })));
    expect(ten[0]!.images!.split('|')).toHaveLength(2);
  });
});
