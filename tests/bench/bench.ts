import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { hold } from './contest.js';
import { measureGet } from './get.js';
import { measureProcess } from './process.js';
import { measureSearch } from './search.js';
import { openServer, type BenchServer } from './server.js';
import { markdownTable, type Line } from './table.js';
import { contests, workNames, type WorkName } from './works.js';

/**
 * `npm run bench`: prodimport beside what one would do without it, on one server, in turn. Needs
 * the built command. `npm run bench -- --rows 5000000`, `-- --only first,again`, `-- get search`.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '500000' },
    runs: { type: 'string', default: '5' },
    /** Some of the works, with commas between them. */
    only: { type: 'string' },
    /** For `process`. */
    images: { type: 'string', default: '500' },
    /** Leaves out the slow rivals: batches, and one row at a time. */
    'script-only': { type: 'boolean', default: false },
    /** What a good database person would set, the same for all: `--set synchronous_commit=off`. */
    set: { type: 'string', multiple: true, default: ['work_mem=256MB'] },
    /** The folder of another build, which takes part as well: what has become of its times. */
    against: { type: 'string' },
    /** A server to use instead of an embedded one of its own. */
    database: { type: 'string' },
  },
});

/** What is no contest: a figure of its own each. */
const figures: Record<string, (server: BenchServer) => Promise<string>> = {
  get: (server) => measureGet(server, wholeNumber('rows')),
  search: (server) => measureSearch(server, wholeNumber('rows')),
  process: (server) => measureProcess(server, wholeNumber('images')),
};
const wanted = wantedFigures();

const server = await openServer(values.database ?? null);
// The server is a process of its own: without this an interrupted run would leave it behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void server.close().finally(() => process.exit(130)));
}
try {
  say(machine(server));
  if (positionals.length === 0) say(markdownTable(await holdAll()));
  for (const figure of wanted) say(`\n${await figure(server)}`);
} finally {
  await server.close();
}

/** Those that were named; all of them after all contests. */
function wantedFigures() {
  const isAll = positionals.length === 0 && values.only === undefined;
  return (isAll ? Object.keys(figures) : positionals).map((name) => {
    const figure = figures[name];
    if (figure) return figure;
    throw new Error(`${name}: there are ${Object.keys(figures).join(', ')}`);
  });
}

async function holdAll(): Promise<Line[]> {
  const [rows, runs] = [wholeNumber('rows'), wholeNumber('runs')];
  const { set: settings, against: older = null, 'script-only': isShort } = values;
  say(
    `${rows.toLocaleString('en')} rows, medians of ${runs} runs, all with ${settings.join(', ')}\n`,
  );
  const lines: Line[] = [];
  const others = { slow: !isShort, older };
  for (const contest of contests({ server, settings }, rows, askedFor(), others)) {
    lines.push(...(await hold(server, contest, { rows, runs, say, note })));
  }
  return lines;
}

function askedFor(): WorkName[] {
  if (values.only === undefined) return [...workNames];
  const asked = values.only.split(',');
  const unknown = asked.find((name) => !workNames.includes(name as WorkName));
  if (unknown === undefined) return asked as WorkName[];
  throw new Error(`--only ${unknown}: there are ${workNames.join(', ')}`);
}

function wholeNumber(option: 'rows' | 'runs' | 'images'): number {
  const value = Number(values[option]);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${option} ${values[option]}: a whole number, please`);
}

function machine({ version }: BenchServer): string {
  const cores = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const load = loadavg()[0]!.toFixed(1);
  const day = new Date().toISOString().slice(0, 10);
  return (
    `${day}: ${cores.length} cores (${cores[0]?.model ?? 'unknown'}), ${memory}, load ${load}, ` +
    `Node ${process.versions.node}, PostgreSQL ${version}`
  );
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Single runs, for whoever watches. */
function note(text: string): void {
  process.stderr.write(`  ${text}\n`);
}
