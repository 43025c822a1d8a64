import type { Contestant } from './contestants.js';
import { median, type Run } from './measuring.js';
import { settle, type BenchServer } from './server.js';
import type { Line, Spread } from './table.js';
import type { Contest } from './works.js';

interface HoldOptions {
  runs: number;
  rows: number;
  /** For what belongs to the result. */
  say: (text: string) => void;
  /** For whoever watches. */
  note: (text: string) => void;
}

/**
 * Lets the contestants do the works in turn, `runs` times over, each time from an empty catalogue;
 * who begins changes from run to run.
 * @throws Error when their catalogues differ though they must not, or when a program fails
 */
export async function hold(
  server: BenchServer,
  contest: Contest,
  options: HoldOptions,
): Promise<Line[]> {
  const measured = new Map<string, Run[]>();
  for (let run = 0; run < options.runs; run++) {
    for (const contestant of contest.contestants) await contestant.reset();
    for (const work of contest.works) {
      for (const contestant of rotated(contest.contestants, run)) {
        const file = await work.fileFor(contestant);
        await settle(server);
        const done = await contestant.load(file);
        options.note(`${work.name}, ${contestant.name}: ${(done.ms / 1000).toFixed(2)} s`);
        const key = keyOf(work.name, contestant);
        measured.set(key, [...(measured.get(key) ?? []), done]);
      }
      if (run === 0 && contest.saysRoom) await sayRoom(server, contest, work.name, options.say);
      if (run === 0 && contest.mustAgree) await assertSame(server, contest, work.name, options.say);
    }
  }
  for (const { schema } of contest.contestants) {
    await server.client.query(`drop schema ${schema} cascade`);
  }
  return contest.works.flatMap(({ name }) =>
    linesOf(name, contest.contestants, (each) => measured.get(keyOf(name, each))!, options.rows),
  );
}

function keyOf(work: string, { schema }: Contestant): string {
  return `${work} ${schema}`;
}

function rotated<T>(list: readonly T[], by: number): T[] {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

function linesOf(
  work: string,
  contestants: readonly Contestant[],
  runsOf: (contestant: Contestant) => Run[],
  rows: number,
): Line[] {
  const secondsOf = (contestant: Contestant) =>
    spreadOf(runsOf(contestant).map(({ ms }) => (ms / 1000) * contestant.factor));
  const [first] = contestants;
  return contestants.map((contestant) => {
    const seconds = secondsOf(contestant);
    const toBeat = contestant === first ? null : secondsOf(first!);
    const runs = runsOf(contestant);
    return {
      work,
      contestant: contestant.name,
      seconds,
      rowsPerSecond: rows / seconds.median,
      ratio: toBeat && seconds.median / toBeat.median,
      fastestRatio: toBeat && seconds.min / toBeat.min,
      cpuSeconds: spreadOf(runs.map(({ cpuMs }) => (cpuMs / 1000) * contestant.factor)),
      peakMemoryBytes: median(runs.map((run) => run.peakMemoryBytes)),
    };
  });
}

function spreadOf(values: readonly number[]): Spread {
  return { min: Math.min(...values), median: median(values), max: Math.max(...values) };
}

/** With all indexes, and what other loads have left behind in them. */
async function sayRoom(
  { client }: BenchServer,
  { contestants }: Contest,
  work: string,
  say: (text: string) => void,
): Promise<void> {
  for (const { name, schema } of contestants) {
    const { rows } = await client.query<{ room: string }>(
      `select format('%s MB of products, %s MB of changes (%s of them)',
         pg_total_relation_size($1::regclass) / 1000000,
         pg_total_relation_size($2::regclass) / 1000000,
         (select count(*) from ${schema}.changes)) as room`,
      [`${schema}.products`, `${schema}.changes`],
    );
    say(`After "${work}", ${name}: ${rows[0]!.room}`);
  }
}

/** Fast and wrong does not count: all must hold the same products. */
async function assertSame(
  server: BenchServer,
  contest: Contest,
  work: string,
  say: (text: string) => void,
): Promise<void> {
  const whole = contest.contestants.filter(({ factor }) => factor === 1);
  const sums: string[] = [];
  for (const { schema } of whole) sums.push(await contentOf(server, schema));
  if (new Set(sums).size > 1) {
    const found = whole.map(({ name }, at) => `${name} ${sums[at]}`).join(', ');
    throw new Error(`After "${work}" the catalogues differ: ${found}`);
  }
  say(`After "${work}" all catalogues hold the same: ${sums[0]}`);
}

/** The number of products, and a checksum of what they are, in whatever order. */
async function contentOf({ client }: BenchServer, schema: string): Promise<string> {
  const { rows } = await client.query<{ content: string }>(`
    select count(*) || ' products, checksum ' || sum(hashtextextended(
      jsonb_build_array(lower(sku), name, description)::text, 0)::numeric) as content
    from ${schema}.products`);
  return rows[0]!.content;
}
