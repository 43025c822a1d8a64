import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from '../setup/property.js';
import { afterAll, expect, inject, it } from 'vitest';
import { automatic } from '../source/reading.js';
import { UsageError } from '../../src/errors.js';
import { cellText } from '../../src/product/cell.js';
import { countKnownHeaders } from '../../src/product/header.js';
import { createParser } from '../../src/product/parse.js';
import { planReading } from '../../src/product/plan.js';
import { openSource } from '../../src/source/open.js';
import type { Cell } from '../../src/source/source.js';
import { workbookParts } from '../source/workbook.js';
import { zip } from '../source/zip.js';
import { counted } from './table.js';

const trials = inject('thorough') ? { csv: 100_000, xlsx: 5_000 } : { csv: 400, xlsx: 60 };
/** That it hangs, not how fast a busy machine is: that is what its own time on processors says. */
const hangMs = 240_000;
const mostCpuMs = 5000;
const folder = mkdtempSync(join(tmpdir(), 'prodimport-fuzz-'));
const file = join(folder, 'fuzzed');
afterAll(() => rmSync(folder, { recursive: true }));

/** What may come out: a refusal that names its reason, or rows that each went one way. */
async function read(bytes: Uint8Array): Promise<void> {
  writeFileSync(file, bytes);
  try {
    const source = await openSource({ ...automatic, file, recognise: countKnownHeaders });
    try {
      await parseAll(source);
    } finally {
      await source.close();
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
  }
}

async function parseAll(source: Awaited<ReturnType<typeof openSource>>): Promise<void> {
  const plan = planReading(source.head, {
    headerRow: 'auto',
    map: [],
    profile: 'auto',
    extra: 'keep',
  });
  const parser = createParser(plan, {
    action: 'upsert',
    decimal: 'auto',
    owner: null,
    allowMangled: false,
    isText: true,
    stripsGuards: true,
    roundsPrices: false,
  });
  const reached = new Map<number, number>();
  const reach = (rowNumber: number) => reached.set(rowNumber, (reached.get(rowNumber) ?? 0) + 1);
  const sink = {
    product: ({ rowNumber }: { rowNumber: number }) => void reach(rowNumber),
    reject: (rejects: { rowNumber: number }[]) => void reach(rejects[0]!.rowNumber),
    skipped: (rowNumber: number) => void reach(rowNumber),
  };
  const worded: number[] = [];
  for await (const rows of source.rows()) {
    for (const row of [...rows].filter(({ rowNumber }) => rowNumber >= plan.dataRowNumber)) {
      if ('unreadable' in row || row.cells.some(saysSomething)) worded.push(row.rowNumber);
      parser.push(row, sink);
    }
  }
  parser.finish(sink);
  expect([...reached.values()].filter((times) => times !== 1)).toEqual([]);
  expect(worded.filter((rowNumber) => !reached.has(rowNumber))).toEqual([]);
}

/** A database's NULL counts as blank, also with white space around it. */
function saysSomething(cell: Cell): boolean {
  const text = cellText(cell).trim();
  return /[\p{L}\p{N}]/u.test(text) && text !== '\\N';
}

/** Pieces that mean something to a reader of tables, among bytes that mean nothing. */
const pieces = [
  'sku',
  'name',
  'price',
  'action',
  ',',
  ';',
  '\t',
  '|',
  '\n',
  '\r\n',
  '\r',
  '"',
  '""',
  '\ufeff',
  'A-1',
  '1,234',
  '1.5',
  '=1+1',
  '\\.',
  '\\N',
  'é',
  'İ',
  '\0',
  'sep=;\n',
  'sku,name\n',
  '\u2028',
  '__proto__',
].map((text) => Buffer.from(text));
const csvBytes = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...pieces) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)) },
    ),
    { maxLength: 60 },
  )
  .chain((parts) =>
    fc
      .constantFrom('', 'sku,name\n', 'SKU;Nom;Prix\n')
      .map((head) => Buffer.concat([Buffer.from(head), ...parts])),
  );

it(`reads or refuses ${trials.csv} texts, whatever their bytes`, async () => {
  const property = fc.asyncProperty(csvBytes, (bytes) => bounded(read(bytes)));
  const { csv } = trials;
  const examples = ['SKU;Nom;Prix\n;\\N\u2028', 'SKU;Nom;Prix\n\t;\\N'].map((text): [Buffer] => [
    Buffer.from(text),
  ]);
  const assert = () => fc.assert(property, { numRuns: csv, examples });
  await counted('any bytes as CSV', null, assert, csv);
}, 3_600_000);

const workbook = zip(
  workbookParts({
    rows:
      '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>' +
      '<row r="2"><c r="A2"><v>45322</v></c><c r="B2" t="inlineStr"><is><t>é</t></is></c></row>',
    strings: '<si><t>sku</t></si><si><r><t>na</t></r><r><t>me</t></r></si>',
  }).map((part) => ({ ...part, stored: true })),
);

it(`reads or refuses ${trials.xlsx} workbooks, whatever has happened to their bytes`, async () => {
  await read(workbook);
  const change = fc.tuple(fc.nat(), fc.nat(255));
  const changes = fc.array(change, { minLength: 1, maxLength: 6 });
  const property = fc.asyncProperty(changes, fc.option(fc.nat()), async (some, end) => {
    const spoilt = Buffer.from(workbook);
    for (const [at, byte] of some) spoilt[at % spoilt.length] = byte;
    await bounded(read(spoilt.subarray(0, end === null ? undefined : end % spoilt.length)));
  });
  const { xlsx } = trials;
  const assert = () => fc.assert(property, { numRuns: xlsx });
  await counted('any bytes in a workbook', null, assert, xlsx);
}, 3_600_000);

/** @throws Error for what takes too long, also where it never gave the clock a chance */
async function bounded(work: Promise<void>): Promise<void> {
  const began = process.cpuUsage();
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it hangs')), hangMs);
  });
  await Promise.race([work, hang]).finally(() => clearTimeout(timer));
  const { user, system } = process.cpuUsage(began);
  expect((user + system) / 1000).toBeLessThan(mostCpuMs);
}
