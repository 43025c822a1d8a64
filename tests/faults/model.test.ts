import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from '../setup/property.js';
import { stringify } from 'csv-stringify/sync';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Command } from '../../src/cli/command.js';
import { load } from '../../src/commands/load.js';
import { productAdd } from '../../src/commands/product/add.js';
import { productDelete } from '../../src/commands/product/delete.js';
import { productUpdate } from '../../src/commands/product/update.js';
import { purge } from '../../src/commands/purge.js';
import { undo } from '../../src/commands/undo.js';
import type { Report } from '../../src/load/job.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';
import { runCommand } from '../setup/load.js';
import { Model, type ModelLoad, type ModelRow, type Told } from './model.js';
import { counted } from './table.js';

/** A command as the tool takes it, and what the model says of it. */
interface Step {
  command: Command;
  argv: (file: (rows: string) => string) => string[];
  model: (model: Model) => Told;
  told: (result: unknown) => Record<string, number>;
  words: string;
  [fc.toStringMethod]: () => string;
}

const sku = fc.constantFrom('a', 'A', 'b', 'B', 'c');
/** One that most rows have, and one that few have. */
const often = <T>(usual: fc.Arbitrary<T>, rare: T, times = 15) =>
  fc.oneof({ weight: times, arbitrary: usual }, { weight: 1, arbitrary: fc.constant(rare) });
const row = fc.record({
  sku: often(sku, '', 40),
  name: often(fc.constantFrom('Lamp', 'Chair'), '', 8),
  description: fc.constantFrom('', 'one', 'two'),
  price: often(fc.constantFrom('', '1', '2.5'), '-1'),
  active: fc.constantFrom('', 'yes', 'no'),
  colour: fc.constantFrom('', 'red', 'blue'),
  action: often(fc.constantFrom('', '', '', 'ADD', 'update', 'DELETE', 'Upsert'), 'perhaps'),
});
const optional = ['description', 'price', 'active', 'colour', 'action'] as const;
const columns = fc
  .tuple(fc.boolean(), fc.subarray([...optional], { minLength: 0 }))
  .map(([lacksName, others]) => (lacksName && others.length > 2 ? others : ['name', ...others]));

const loads: fc.Arbitrary<Step> = fc
  .record({
    rows: fc.array(row, { minLength: 1, maxLength: 4 }),
    columns,
    action: often(fc.constantFrom('upsert', 'upsert', 'upsert', 'update', 'add'), 'delete'),
    onExisting: fc.constantFrom('update', 'update', 'skip', 'error'),
    onDuplicate: fc.constantFrom('last', 'last', 'first', 'error'),
    blank: fc.constantFrom('keep', 'clear'),
    newActive: fc.boolean(),
    owner: fc.constantFrom(null, null, null, 'acme', 'globex'),
    missing: fc.constantFrom('keep', 'keep', 'deactivate', 'deactivate', 'delete'),
    allOrNothing: often(fc.constant(false), true, 7),
    recordChanges: often(fc.constant(true), false, 4),
    dryRun: often(fc.constant(false), true, 9),
  })
  .map(({ rows, columns: present, ...policies }) => {
    const names = ['sku', ...present];
    // A record whose cells are all blank is not read.
    const kept = rows
      .map((each) => pick(each, names))
      .map((each) =>
        Object.values(each).some((cell) => cell !== '') ? each : { ...each, sku: 'd' },
      );
    const table = [names, ...kept.map((each) => names.map((name) => each[name as 'sku']))];
    return loadStep({ ...(policies as Omit<ModelLoad, 'rows'>), rows: kept }, stringify(table));
  });

function pick(each: object, names: string[]): ModelRow {
  const some = Object.entries(each).filter(([name]) => names.includes(name));
  return Object.fromEntries(some) as unknown as ModelRow;
}

function loadStep(asked: ModelLoad, text: string): Step {
  const { action, onExisting, onDuplicate, blank: how, owner, missing } = asked;
  const words = [
    ...['--action', action, '--on-existing', onExisting, '--on-duplicate', onDuplicate],
    ...['--blank', how, '--missing', missing, '--missing-limit', '100%'],
    ...['--encoding', 'utf-8', '--delimiter', ',', '--header-row', '1', '--profile', 'none'],
    ...(asked.newActive ? [] : ['--inactive']),
    ...(owner === null ? [] : ['--owner', owner]),
    ...(asked.allOrNothing ? ['--max-rejects', '0'] : []),
    ...(asked.recordChanges ? ['--record-changes'] : []),
    ...(asked.dryRun ? ['--dry-run'] : []),
  ];
  return {
    command: load as Command,
    argv: (file) => [file(text), ...words],
    model: (model) => model.load(asked),
    told: (result) => {
      const { rows, products, missing: gone } = result as Report;
      const { deactivated, deleted: missingDeleted } = gone;
      return { ...rows, ...products!, deactivated, missingDeleted };
    },
    words: `load ${words.join(' ')}\n${text}`,
    [fc.toStringMethod]: () => `load ${words.join(' ')}\n${text}`,
  };
}

function step(
  command: Command,
  argv: string[],
  model: Step['model'],
  told: Step['told'] = () => ({}),
): Step {
  const words = `${command.name} ${argv.join(' ')}`;
  return { command, argv: () => argv, model, told, words, [fc.toStringMethod]: () => words };
}

const undone = (result: unknown) => {
  const { inserted, updated, deleted } = (result as Report).products!;
  return { inserted, updated, deleted };
};
function undoStep(job: number): Step {
  return step(undo as Command, [String(job), '--yes'], (it) => it.undo(job), undone);
}

/** What a job has done is taken back often at once, and sometimes later. */
const undoLast: Step = step(
  undo as Command,
  ['last', '--yes'],
  (it) => it.undo(it.lastJob),
  undone,
);

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: loads },
  {
    weight: 3,
    arbitrary: fc.integer({ min: 1, max: 12 }).map((job) => undoStep(job)),
  },
  fc
    .tuple(sku, fc.constantFrom('1', '7'))
    .map(([name, price]) =>
      step(productAdd as Command, ['--sku', name, '--name', 'By hand', '--price', price], (it) =>
        it.add(name, 'By hand', Number(price)),
      ),
    ),
  fc
    .tuple(sku, sku, fc.boolean())
    .map(([name, newSku, active]) =>
      step(
        productUpdate as Command,
        [name, '--sku', newSku, '--price', '3', active ? '--active' : '--inactive'],
        (it) => it.update(name, { newSku, price: 3, active }),
      ),
    ),
  fc
    .tuple(sku)
    .map((skus) => step(productDelete as Command, [...skus, '--yes'], (it) => it.delete(skus))),
  fc.constantFrom(null, 'acme').map((owner) =>
    step(
      purge as Command,
      [...(owner ? ['--owner', owner] : ['--all']), '--yes'],
      (it) => it.purge(owner),
      (result) => ({ products: (result as { deleted: { products: number } }).deleted.products }),
    ),
  ),
);

const folder = mkdtempSync(join(tmpdir(), 'prodimport-model-'));
let files = 0;
function fileOf(text: string): string {
  const path = join(folder, `${++files}.csv`);
  writeFileSync(path, text);
  return path;
}

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

async function run(each: Step): Promise<Told> {
  const { exitCode, result } = await runCommand(db, each.command, each.argv(fileOf));
  const isDone = exitCode === 0 || exitCode === 3;
  return { code: exitCode, counts: isDone ? each.told(result) : {} };
}

async function empty(): Promise<void> {
  await db.session.client.query(
    `truncate prodimport.products, prodimport.jobs, prodimport.rejects, prodimport.purges,
       prodimport.changes restart identity`,
  );
}

/** The catalogue in the model's words; ids only say which product is which. */
async function stored(): Promise<unknown[]> {
  const { rows } = await db.session.client.query(
    `select sku, name, description, price::float8 as price, active, owner,
       attributes ->> 'colour' as colour, deactivated_by::integer as "takenBy"
     from prodimport.products order by lower(sku)`,
  );
  return rows;
}

function shown(model: Model): unknown[] {
  const sorted = [...model.products].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([, { sku, name, description, price, active, owner, colour, takenBy }]) => {
    return { sku, name, description, price, active, owner, colour, takenBy };
  });
}

const numRuns = inject('thorough') ? 2000 : 80;
/** A program takes a second or two; one that is cut off would go on beside the next test. */
const limitMs = numRuns * 20_000;

it(
  'a program of commands does what its documentation says, step by step',
  async () => {
    const alone = fc.oneof({ weight: 4, arbitrary: steps }, fc.constant(undoLast));
    const programs = fc.asyncProperty(
      fc.array(alone, { minLength: 12, maxLength: 12 }),
      (program) =>
        counted('programs of commands against a model', 'after', async () => {
          await empty();
          const model = new Model();
          for (const each of program) {
            const told = await run(each);
            expect(told, each.words).toEqual({ counts: {}, ...each.model(model) });
            expect(await stored(), each.words).toEqual(shown(model));
          }
        }),
    );
    await fc.assert(programs, { numRuns, endOnFailure: !inject('thorough') });
  },
  limitMs,
);

it(
  'two clients at once do what they would do one after the other',
  async () => {
    const pairs = fc.array(fc.tuple(steps, steps), { minLength: 6, maxLength: 6 });
    const programs = fc.asyncProperty(pairs, (program) =>
      counted('programs of two clients against a model', 'after', async () => {
        await empty();
        let models = [new Model()];
        for (const pair of program) {
          const told = await Promise.all(pair.map(run));
          const found = [told.map((each, n) => seen(pair[n]!, each)), await stored()];
          models = models
            .flatMap((model) => orders(model, pair))
            .flatMap(({ model, tells }) =>
              isDeepStrictEqual([tells, shown(model)], found) ? [model] : [],
            );
          const words = pair.map((each) => each.words).join('\n');
          expect(models.length, `${words}\n${JSON.stringify(found)}`).not.toBe(0);
        }
      }),
    );
    await fc.assert(programs, { numRuns: numRuns / 4, endOnFailure: !inject('thorough') });
  },
  limitMs,
);

/** A job that is not there yet, and one that has recorded nothing yet, are the same moment. */
function seen({ command }: Step, { code, counts = {} }: Told): Told {
  return { code: command.name === 'undo' && code === 6 ? 2 : code, counts };
}

/** The orders in which two commands may have been done, whoever took the number of a job first. */
function orders(model: Model, pair: [Step, Step]): { model: Model; tells: Told[] }[] {
  return [
    [0, 1],
    [1, 0],
  ].flatMap((order) =>
    [0, 1].map((ahead) => {
      const after = model.copy();
      const tells: Told[] = [];
      order.forEach((which, turn) => {
        if (ahead === 1) after.jobs = model.jobs + (turn === 0 ? 1 : 0);
        tells[which] = seen(pair[which]!, pair[which]!.model(after));
      });
      if (ahead === 1) after.jobs = model.jobs + 2;
      return { model: after, tells };
    }),
  );
}
