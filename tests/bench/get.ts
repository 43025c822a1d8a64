import { createProgram, type Command } from '../../src/cli/command.js';
import { groups, importCommand } from '../../src/commands/index.js';
import { readEnvironment } from '../../src/environment.js';
import { Context } from '../../src/cli/context.js';
import { fixture } from './cache.js';
import { executable, prodimport } from './contestants.js';
import { quantile, runProgram } from './measuring.js';
import { settle, type BenchServer } from './server.js';

const schema = 'bench_get';
const timesInProcess = 1000;
const timesAsCommand = 20;

/** How long it takes to get one product of a full catalogue: in a running process, as a command. */
export async function measureGet(server: BenchServer, rows: number): Promise<string> {
  const command = await importCommand('product get');
  const catalogue = prodimport({ server, settings: [] }, schema);
  await catalogue.reset();
  await catalogue.load((await fixture('three', rows)).path);
  await settle(server);
  const { rows: found } = await server.client.query<{ sku: string }>(
    `select sku from ${schema}.products order by md5(sku) limit ${timesInProcess}`,
  );
  const skus = found.map(({ sku }) => sku);
  const globals = ['--database', server.url, '--schema', schema, '--json', '--quiet'];
  const inProcess = await timesOfRuns(command, skus, globals);
  const asCommand = await timesOf(skus.slice(0, timesAsCommand), async (sku) => {
    await runProgram([executable, 'product', 'get', sku, ...globals], {});
  });
  const bare = await timesOf(skus.slice(0, timesAsCommand), async () => {
    await runProgram(['-e', '0'], {});
  });
  await server.client.query(`drop schema ${schema} cascade`);
  return [
    `product get, one of ${rows.toLocaleString('en')} rows`,
    `in a running process: ${sentence(inProcess)}`,
    `as a whole command: ${sentence(asCommand)}`,
    `node -e 0: ${sentence(bare)}`,
  ].join('\n');
}

/** Runs the command's own function again and again on one connection. */
async function timesOfRuns(
  command: Command,
  skus: readonly string[],
  globals: string[],
): Promise<number[]> {
  let times: number[] = [];
  const argv = [...command.name.split(' '), skus[0]!, ...globals];
  const { signal } = new AbortController();
  const program = createProgram([command], groups, async (found, input) => {
    const environment = readEnvironment(process.env, process.cwd());
    const options = input.options;
    const context = new Context(environment, options, argv, signal, process);
    const run = (sku: string) => found.run(context, { ...input, arguments: [sku] });
    // The first one opens the connection and imports what it needs.
    await run(skus[0]!);
    times = await timesOf(skus, run);
    await context.close();
  });
  await program.parseAsync(argv, { from: 'user' });
  return times;
}

async function timesOf(
  skus: readonly string[],
  run: (sku: string) => Promise<unknown>,
): Promise<number[]> {
  const times: number[] = [];
  for (const sku of skus) {
    const startedAt = performance.now();
    await run(sku);
    times.push(performance.now() - startedAt);
  }
  return times;
}

function sentence(times: readonly number[]): string {
  const show = (share: number) => `${quantile(times, share).toFixed(2)} ms`;
  return `p50 ${show(0.5)}, p95 ${show(0.95)} (${times.length} times)`;
}
