import { Lines, type Command } from '../../cli/command.js';
import type { Context } from '../../cli/context.js';
import type { ListRequest } from '../../catalog/list.js';
import { productSchema, type Product } from '../../catalog/schema.js';
import { readSortKey, sortKeys, type Sort } from '../../catalog/sort.js';
import type { Session } from '../../db/session.js';
import { UsageError, shellWord } from '../../errors.js';
import { filterOptions, knownFields, readFilter } from './options.js';
import { countedSchema, listedColumns } from './render.js';
import { headerOption, wholeNumber, type OptionSpec, type OptionsOf } from '../../option.js';

const pageLimit = 50;

const [search, active, inactive, ...otherFilters] = filterOptions;

const options = [
  { ...search, config: 'any' },
  { ...active, config: 'any' },
  { ...inactive, config: 'any' },
  ...otherFilters,
  {
    flags: '--sort <key>',
    config: 'any',
    description: `${sortKeys.join(', ')}, or a field of your own; a "-" reverses`,
    default: 'sku',
  },
  { flags: '--desc', config: 'any', description: 'from the last to the first' },
  {
    flags: '--limit <n>',
    config: 'any',
    description: `how many (default: ${pageLimit}; with --ndjson all)`,
    parse: wholeNumber(1),
  },
  {
    flags: '--after <sku>',
    description: 'go on after the last SKU; under another --sort, after the cursor printed',
  },
  { flags: '--count', config: 'any', description: 'only say how many there are' },
  { flags: '--ndjson', config: 'any', description: 'a JSON document a line' },
  headerOption(listedColumns),
] as const satisfies OptionSpec[];

export const productList: Command<Product[] | { count: number }, typeof options> = {
  name: 'product list',
  summary: 'search and list products',
  description:
    'Lists products page by page: a table on a terminal, tab-separated values in a pipe. Fields of your own have columns where there is room, and where --sort or --where names them. With --ndjson all of them are streamed, a line each.',
  examples: [
    'prodimport product list --search chair --active',
    'prodimport product list --sort -price --limit 10',
    'prodimport product list --after SKU-0050 --json',
    'prodimport product list --changed-since 2026-01-31 --ndjson',
    'prodimport product list --owner acme --count',
  ],
  options,
  document: {
    about: 'products; with --count how many',
    schema: (z) => productSchema(z).array().or(countedSchema(z)),
  },
  async run(context, input) {
    const { countListed, streamProducts } = await import('../../catalog/list.js');
    const { searchSchema } = await import('../../db/search-index.js');
    const asked = input.options;
    const sort = await readSort(context, asked);
    const filter = await readFilter(context, asked);
    const session = await (await context.database()).main();
    const trigrams = asked.search === undefined ? null : await searchSchema(session);
    if (asked.search !== undefined && trigrams === null) await tellOfSlowSearch(context, session);
    if (asked.count) return { count: await countListed(session, filter, trigrams) };
    const request = { filter, sort, limit: asked.limit ?? null, after: asked.after };
    if (asked.ndjson) return new Lines(streamProducts(session, request, context.signal));
    return listOnePage(context, session, request, trigrams);
  },
  async render(result, page, context, { options: { sort, where = [] } }) {
    if (!Array.isArray(result)) return String(result.count);
    const { renderProducts } = await import('./render.js');
    const { fieldOfCondition } = await import('../../catalog/where.js');
    const fields = result.length === 0 ? [] : await knownFields(context);
    const named = [sort.replace('-', ''), ...where.map(fieldOfCondition)];
    return renderProducts(result, page, { fields, named });
  },
};

/** From so many products on a search is felt. */
const manyProducts = 10_000;

async function tellOfSlowSearch(context: Context, session: Session): Promise<void> {
  const { is_large } = await session.one<{ is_large: boolean }>('catalog/is_large', [manyProducts]);
  if (!is_large) return;
  context.note(
    'Searching reads every product. `prodimport db migrate --search-index` makes it fast; the ' +
      'index needs half as much room as the products, and first loads take longer.',
  );
}

async function listOnePage(
  context: Context,
  session: Session,
  request: ListRequest,
  trigrams: string | null,
): Promise<Product[]> {
  const { listPage } = await import('../../catalog/list.js');
  const limit = request.limit ?? pageLimit;
  const { products, next } = await listPage(session, { ...request, limit }, trigrams);
  if (next !== null) {
    context.note(`There are more. The next page: the same with --after ${shellWord(next)}`);
  }
  return products;
}

async function readSort(
  context: Context,
  { sort, desc }: OptionsOf<typeof options>,
): Promise<Sort> {
  const isReversed = sort.startsWith('-');
  if (isReversed && desc) {
    throw new UsageError(`--sort ${sort} is reversed already: leave --desc out.`);
  }
  const { comparablesOf } = await import('../../catalog/view.js');
  const key = sort.replace('-', '');
  const isOwn = !sortKeys.some((each) => each === key);
  const own = isOwn ? comparablesOf(await knownFields(context)) : new Map<string, never>();
  return { ...readSortKey(key, own), descending: isReversed || desc === true };
}
