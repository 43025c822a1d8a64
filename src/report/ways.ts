import { showCount } from '../terminal/figures.js';
import type { Report } from '../load/job.js';

/** Where rows went, one line each. */
export interface Way {
  name: string;
  count: number;
  /** How it is to be taken: good and bad news, changes, or nothing to look at. */
  tone: 'plain' | 'bad' | 'quiet' | 'good' | 'change' | 'gone';
  remark: string;
}

/** The ways of a report in the order in which rows take them; those that none took are left out. */
export function waysOf(report: Report): Way[] {
  const { rows, missing } = report;
  const ways: Way[] = [
    { name: 'rejected', count: rows.rejected, tone: 'bad', remark: '' },
    {
      name: 'duplicates',
      count: rows.duplicates,
      tone: 'quiet',
      remark: 'another row of the same SKU was taken',
    },
    ...productWays(report),
    {
      name: 'deactivated',
      count: missing.deactivated,
      tone: 'gone',
      remark: 'products that the file does not name',
    },
    {
      name: 'deleted',
      count: missing.deleted,
      tone: 'gone',
      remark: 'products that the file does not name',
    },
  ];
  return ways.filter(({ count }) => count > 0);
}

function productWays({ products, source }: Report): Way[] {
  if (products === null) return [];
  const stored = 'their SKUs are in the catalogue already';
  return [
    { name: 'inserted', count: products.inserted, tone: 'good', remark: '' },
    { name: 'updated', count: products.updated, tone: 'change', remark: '' },
    { name: 'unchanged', count: products.unchanged, tone: 'quiet', remark: '' },
    {
      name: 'skipped',
      count: products.skipped,
      tone: 'quiet',
      remark:
        source.profile === null ? stored : `taken into the row of their product, or ${stored}`,
    },
    { name: 'deleted', count: products.deleted, tone: 'gone', remark: '' },
  ];
}

/** `35,051 duplicates`, `1 duplicate`, `900 updated` */
export function wayLabel({
  name,
  count,
}: Pick<Way, 'name' | 'count'>): [count: string, name: string] {
  return [showCount(count), count === 1 && name === 'duplicates' ? 'duplicate' : name];
}
