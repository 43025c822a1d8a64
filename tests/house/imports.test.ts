import { describe, expect, it } from 'vitest';
import { filesIn, importsOf, roomOf, type Import } from './sources.js';

/**
 * The floors of the house, the top one first. A room may know those below it, and nobody on its own
 * floor: what two rooms need stands one floor lower, or a command hands it from one to the other.
 */
const floors = [
  ['main'],
  ['commands'],
  ['cli'],
  ['load', 'report', 'catalog', 'webhook', 'image'],
  ['queue', 'remote'],
  ['product', 'source', 'output', 'db', 'net', 'terminal'],
  ['environment', 'option'],
  ['errors'],
];

/** Types that a room may take from a neighbour on its own floor, and why. */
const typesOnly: Record<string, string> = {
  'report → load': 'the report of a run is one shape, which the load makes',
  'load → webhook': 'a load says what its event tells, a command hands it to those who send it',
  'product → source': 'a row is what a source gives and a product is read from',
  'output → source': 'rows are written as they were read',
};

const files = filesIn('src', '.ts');
const imports = files.flatMap(importsOf);

const show = ({ from, to }: Import) => `${from} → ${to}`;
const floorOf = (path: string) => floors.findIndex((rooms) => rooms.includes(roomOf(path)));
const rooms = ({ from, to }: Import) => `${roomOf(from)} → ${roomOf(to)}`;

it('sees the imports at all', () => {
  expect(imports.map(show)).toContain('src/load/load.ts → src/load/merge.ts');
  expect(imports.map(show)).toContain('src/main.ts → src/commands/index.ts');
});

it('names files that are there', () => {
  expect(imports.filter(({ to }) => !files.includes(to)).map(show)).toEqual([]);
});

it('has the rooms of the plan, and no other', () => {
  expect([...new Set(files.map(roomOf))].sort()).toEqual(floors.flat().sort());
});

it('lets a room know only those on lower floors', () => {
  const crossing = imports.filter(
    (one) =>
      roomOf(one.from) !== roomOf(one.to) &&
      floorOf(one.to) <= floorOf(one.from) &&
      !(one.typeOnly && rooms(one) in typesOnly),
  );
  expect(crossing.map(show)).toEqual([]);
});

describe.each(Object.entries(typesOnly))('the exception %s (%s)', (pair) => {
  it('is needed', () => {
    expect(imports.some((one) => one.typeOnly && rooms(one) === pair)).toBe(true);
  });
});

it('has no circle of files, types included', () => {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (file: string, way: string[]) => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
    if (done.has(file) || way.includes(file)) return;
    for (const to of next.get(file) ?? []) walk(to, [...way, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  expect(circles).toEqual([]);
});
