import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixture, type FixtureFormat } from './cache.js';
import {
  batches,
  olderProdimport,
  prodimport,
  script,
  singles,
  withFields,
  withSearchIndex,
  type Conditions,
  type Contestant,
} from './contestants.js';
import type { Variant } from './variants.js';

/** Contestants that do the same kinds of work in turn. The first one is what the others are to. */
export interface Contest {
  contestants: Contestant[];
  /** What each does, one after the other; the first of them starts with an empty catalogue. */
  works: { name: string; fileFor: (contestant: Contestant) => Promise<string> }[];
  /** Whether all must hold the same products after each work. */
  mustAgree: boolean;
  /** Whether to say how much room each catalogue and its recorded changes take after each work. */
  saysRoom?: boolean;
}

/** What `--only` can ask for. */
export const workNames = [
  'first',
  'again',
  'changed',
  'ten',
  'typed',
  'wide',
  'images',
  'xlsx',
  'search-index',
  'record',
  'outcomes',
] as const;
export type WorkName = (typeof workNames)[number];

/** Who takes part besides the script and prodimport. */
export interface Others {
  /** The slow rivals: batches, and one row at a time. */
  slow: boolean;
  /** The folder of another build of prodimport. */
  older: string | null;
}

const threeNames = {
  first: 'first load',
  again: 'the same again',
  changed: '10 % changed',
  edited: 'all changed',
};

/** The contests that hold what was asked for. Schemas are numbered, so that none meets another. */
export function contests(
  conditions: Conditions,
  rows: number,
  only: readonly WorkName[],
  others: Others,
): Contest[] {
  const asked = (name: WorkName) => only.includes(name);
  const file = (variant: Variant, format?: FixtureFormat) => async () =>
    (await fixture(variant, rows, format)).path;
  const all: Contest[] = [];
  const three = (['first', 'again', 'changed'] as const).filter(asked);
  if (three.length > 0) all.push(threeColumns(conditions, rows, three, others));
  if (asked('ten')) {
    const rivals = [
      script(conditions, 'bench_11', 'script-ten.sql'),
      prodimport(conditions, 'bench_12'),
    ];
    all.push({ ...firstLoad('10 columns, first load', rivals, file('ten')), mustAgree: true });
  }
  if (asked('typed')) {
    const rivals = [
      prodimport(conditions, 'bench_71', [], 'six of them as texts'),
      withFields(conditions, prodimport(conditions, 'bench_72', [], 'six of them typed')),
    ];
    all.push({ ...firstLoad('10 columns, first load', rivals, file('typed')), mustAgree: true });
  }
  if (asked('wide')) {
    const alone = [prodimport(conditions, 'bench_21')];
    all.push(firstLoad('17 columns, first load', alone, file('wide')));
  }
  if (asked('images')) {
    const kept = ['--map', 'images=attributes'];
    const rivals = [
      prodimport(conditions, 'bench_31', kept, 'images kept in attributes'),
      prodimport(conditions, 'bench_32', [], 'images read as images'),
    ];
    all.push(firstLoad('two image URLs, first load', rivals, file('images')));
  }
  if (asked('search-index')) {
    const rivals = [
      prodimport(conditions, 'bench_61', [], 'without the search index'),
      withSearchIndex(conditions, prodimport(conditions, 'bench_62', [], 'with the search index')),
    ];
    all.push({ ...firstLoad('searchable, first load', rivals, file('three')), mustAgree: true });
  }
  if (asked('record')) {
    const rivals = [
      prodimport(conditions, 'bench_71', [], 'without --record-changes'),
      prodimport(conditions, 'bench_72', ['--record-changes'], 'with --record-changes'),
    ];
    all.push({ ...fourStates(rivals, file), saysRoom: true });
  }
  if (asked('outcomes')) {
    const path = join(tmpdir(), `prodimport-bench-outcomes-${process.pid}.csv`);
    process.once('exit', () => rmSync(path, { force: true }));
    const kept = ['--outcomes', path];
    const rivals = [
      prodimport(conditions, 'bench_81', [], 'without --outcomes'),
      prodimport(conditions, 'bench_82', kept, 'with --outcomes'),
    ];
    all.push(fourStates(rivals, file));
  }
  if (asked('xlsx')) all.push(...workbooks(conditions, file));
  return all;
}

function threeColumns(
  conditions: Conditions,
  rows: number,
  asked: readonly ('first' | 'again' | 'changed')[],
  { slow, older }: Others,
): Contest {
  const path = async (variant: Variant) => (await fixture(variant, rows)).path;
  // What comes later stands on a first load.
  const works = (['first', 'again', 'changed'] as const).filter(
    (name) => name === 'first' || asked.includes(name),
  );
  const rivals = [batches(conditions, 'bench_3'), singles(conditions, 'bench_4', rows)];
  return {
    contestants: [
      script(conditions, 'bench_1'),
      prodimport(conditions, 'bench_2'),
      ...(older === null ? [] : [olderProdimport(conditions, 'bench_5', older)]),
      ...(slow ? rivals : []),
    ],
    works: works.map((name) => ({
      name: threeNames[name],
      fileFor: () => path(name === 'changed' ? 'changed' : 'three'),
    })),
    mustAgree: true,
  };
}

/** A first load, and what three later states of its file make of the catalogue. */
function fourStates(
  contestants: Contestant[],
  file: (variant: Variant) => () => Promise<string>,
): Contest {
  const states = [
    ['first', 'three'],
    ['again', 'three'],
    ['changed', 'changed'],
    ['edited', 'edited'],
  ] as const;
  const works = states.map(([name, variant]) => ({
    name: threeNames[name],
    fileFor: file(variant),
  }));
  return { contestants, works, mustAgree: true };
}

function workbooks(
  conditions: Conditions,
  file: (variant: Variant, format?: FixtureFormat) => () => Promise<string>,
): Contest[] {
  const formats: [FixtureFormat, string][] = [
    ['xlsx', 'XLSX, texts in cells'],
    ['shared.xlsx', 'XLSX, shared strings'],
  ];
  return formats.map(([format, name], at) => {
    const csv = prodimport(conditions, `bench_4${at}`, [], 'CSV of the same rows');
    const xlsx = prodimport(conditions, `bench_5${at}`, [], name);
    const fileFor = (contestant: Contestant) =>
      file('three', contestant === csv ? 'csv' : format)();
    return firstLoad(`${name}, first load`, [csv, xlsx], fileFor);
  });
}

function firstLoad(
  name: string,
  contestants: Contestant[],
  fileFor: (contestant: Contestant) => Promise<string>,
): Contest {
  return { contestants, works: [{ name, fileFor }], mustAgree: false };
}
