import { expect, it } from 'vitest';
import { filesIn, importsOf, roomOf, type Import } from './sources.js';

const features = ['load', 'job', 'catalog', 'webhook', 'image', 'report'];
const leaves = ['source', 'product', 'db', 'terminal', 'net'];
/** What main alone reads: settings from a file. */
const besideMain = ['config'];
/** Files of src itself that anybody may know, as they know nobody. */
const forAll = [
  'alive',
  'closest',
  'committed',
  'errors',
  'config',
  'make-folder',
  'net',
  'pause',
  'shell-word',
  'until-signal',
].map((name) => `src/${name}.ts`);

const files = filesIn('src', '.ts');
const imports = files.flatMap(importsOf);

const show = ({ from, to }: Import) => `${from} → ${to}`;
const between = (from: string[], to: string[]) =>
  imports.filter((one) => from.includes(roomOf(one.from)) && to.includes(roomOf(one.to)));

it('sees the imports at all', () => {
  expect(imports.map(show)).toContain('src/load/load.ts → src/load/merge.ts');
  expect(imports.map(show)).toContain('src/main.ts → src/commands/index.ts');
});

it('names files that are there', () => {
  const there = [...files, ...filesIn('src', '.json')];
  expect(imports.filter(({ to }) => !there.includes(to)).map(show)).toEqual([]);
});

it('has no room besides those that the plan of the house names', () => {
  const rooms = new Set(files.map(roomOf));
  const known = ['', 'commands', ...besideMain, ...features, ...leaves];
  expect([...rooms].filter((room) => !known.includes(room))).toEqual([]);
});

it('lets no feature import another, but for types', () => {
  const crossing = between(features, features).filter(
    (one) => roomOf(one.from) !== roomOf(one.to) && !one.typeOnly,
  );
  expect(crossing.map(show)).toEqual([]);
});

it('lets no leaf import another, but for types', () => {
  const crossing = between(leaves, leaves).filter(
    (one) => roomOf(one.from) !== roomOf(one.to) && !one.typeOnly,
  );
  expect(crossing.map(show)).toEqual([]);
});

it('lets no leaf know a feature, and neither of them a command', () => {
  const upwards = [
    ...between(leaves, [...features, 'commands']),
    ...between(features, ['commands']),
  ].filter((one) => !one.typeOnly);
  expect(upwards.map(show)).toEqual([]);
});

it('lets rooms know of src itself only what knows nobody', () => {
  const upwards = between([...features, ...leaves], ['']).filter(
    (one) => !forAll.includes(one.to) && !one.typeOnly,
  );
  expect(upwards.map(show)).toEqual([]);
});

it('lets nobody but the executable import main', () => {
  expect(imports.filter(({ to }) => to === 'src/main.ts').map(show)).toEqual([]);
});

it('has no cycle', () => {
  const next = new Map<string, string[]>();
  for (const { from, to, typeOnly } of imports) {
    if (!typeOnly) next.set(from, [...(next.get(from) ?? []), to]);
  }
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (file: string, way: string[]) => {
    if (way.includes(file)) cycles.push([...way.slice(way.indexOf(file)), file].join(' → '));
    if (done.has(file) || way.includes(file)) return;
    for (const to of next.get(file) ?? []) walk(to, [...way, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  expect(cycles).toEqual([]);
});
