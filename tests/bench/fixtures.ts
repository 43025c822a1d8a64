import { fixture, type FixtureFormat } from './cache.js';
import { variants, type Variant } from './variants.js';

/**
 * `npm run fixtures -- 500000`: writes the generated catalogues of so many rows to
 * `.cache/fixtures`, those only that are not there yet.
 */
const rows = Number(process.argv[2] ?? 500_000);
if (!Number.isInteger(rows) || rows < 1) {
  throw new Error(`${process.argv[2]}: how many rows? npm run fixtures -- 500000`);
}

const wanted: [Variant, FixtureFormat][] = [
  ...variants.map((variant): [Variant, FixtureFormat] => [variant, 'csv']),
  ['three', 'xlsx'],
  ['three', 'shared.xlsx'],
];
for (const [variant, format] of wanted) {
  const { path, bytes, isNew } = await fixture(variant, rows, format);
  const size = `${(bytes / 1e6).toFixed(1)} MB`;
  process.stdout.write(`${path} (${size}, ${isNew ? 'written' : 'was there'})\n`);
}
