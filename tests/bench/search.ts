import { listPage } from '../../src/catalog/list.js';
import { connectTo } from '../../src/db/connection.js';
import { searchSchema } from '../../src/db/search-index.js';
import { Session } from '../../src/db/session.js';
import { fixture } from './cache.js';
import { executable, prodimport } from './contestants.js';
import { median, runProgram } from './measuring.js';
import { settle, type BenchServer } from './server.js';
import { alignedTable } from './table.js';

const schema = 'bench_search';
const times = 5;
const pageLimit = 50;

/** What people look for, by what makes it hard. */
const searches: [kind: string, ...texts: string[]][] = [
  ['everywhere', 'e', 'er', 'ing'],
  ['frequent words', 'leather', 'table', 'green', 'ZEPHYR', 'Yusuf'],
  ['a name', 'Ada Abbott', 'zora zimmer'],
  ['two words', 'green oval', 'large lemon'],
  ['parts of a SKU', 'copper-zephyr', 'light-water-'],
  ['two letters', 'ea', 'jk', 'zq'],
  ['digits', '42', '499'],
  ['nothing', 'nomatch', 'quick quiet rabbit', '100%', 'crème'],
  ['signs alone', '"', '%_', '日本語'],
];

/** How long the server takes for the first page of a search, with the index and without. */
export async function measureSearch(server: BenchServer, rows: number): Promise<string> {
  const catalogue = prodimport({ server, settings: [] }, schema);
  await catalogue.reset();
  await catalogue.load((await fixture('three', rows)).path);
  await settle(server);
  const config = { connectionString: server.url };
  const connect = () => connectTo(config, { connectTimeoutMs: 10_000, isTlsOptional: false });
  const client = await connect();
  try {
    const session = new Session(client, schema, connect);
    const sku = await aSku(session);
    const asked = [...searches, ['a SKU', sku] as [string, string]];
    const without = await measureAll(session, asked);
    const target = ['--database', server.url, '--schema', schema, '--quiet'];
    await runProgram([executable, 'db', 'migrate', '--search-index', ...target], {});
    await settle(server);
    const withIndex = await measureAll(session, asked);
    return [
      `search, first page of ${pageLimit}, among ${rows.toLocaleString('en')} rows: medians of ${times}`,
      tableOf(asked, withIndex, without),
    ].join('\n');
  } finally {
    await client.end();
    await server.client.query(`drop schema ${schema} cascade`);
  }
}

interface Search {
  ms: number;
  found: number;
}

async function measureAll(
  session: Session,
  asked: readonly [kind: string, ...texts: string[]][],
): Promise<Map<string, Search>> {
  const trigrams = await searchSchema(session);
  const measured = new Map<string, Search>();
  for (const text of asked.flatMap(([, ...texts]) => texts)) {
    measured.set(text, await measure(session, text, trigrams));
  }
  return measured;
}

/** With the way there and back, and the reading of the rows: the server alone takes less. */
async function measure(session: Session, search: string, trigrams: string | null): Promise<Search> {
  const sort = { by: 'sku', descending: false } as const;
  const request = { filter: { search }, sort, limit: pageLimit };
  const runs: number[] = [];
  let found = 0;
  for (let run = 0; run < times; run++) {
    const startedAt = performance.now();
    found = (await listPage(session, request, trigrams)).products.length;
    runs.push(performance.now() - startedAt);
  }
  return { ms: median(runs), found };
}

async function aSku({ client }: Session): Promise<string> {
  const { rows } = await client.query<{ sku: string }>(
    `select sku from ${schema}.products order by md5(sku) limit 1`,
  );
  return rows[0]!.sku;
}

function tableOf(
  asked: readonly [kind: string, ...texts: string[]][],
  withIndex: Map<string, Search>,
  without: Map<string, Search>,
): string {
  const lines = asked.flatMap(([kind, ...texts]) =>
    texts.map((text) => {
      const { ms, found } = withIndex.get(text)!;
      const shown = found === pageLimit ? `${found}+` : String(found);
      return [kind, text, shown, ms.toFixed(1), without.get(text)!.ms.toFixed(1)];
    }),
  );
  return alignedTable([['search', 'text', 'found', 'ms', 'ms without index'], ...lines]);
}
