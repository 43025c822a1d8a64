import { describe, expect, it } from 'vitest';
import type { Product } from '../../src/catalog/schema.js';
import type { Page } from '../../src/cli/command.js';
import { imageStatus } from '../../src/commands/image/status.js';
import { inspect, type Inspection } from '../../src/commands/inspect.js';
import { status } from '../../src/commands/status.js';
import type { JobState } from '../../src/load/state.js';
import { renderProducts } from '../../src/commands/product/render.js';
import { webhookDeliveries } from '../../src/commands/webhook/deliveries.js';
import { webhookList } from '../../src/commands/webhook/list.js';
import { events, type Delivery, type Endpoint } from '../../src/webhook/schema.js';
import type { FieldDefinition } from '../../src/product/field.js';
import type { Context } from '../../src/cli/context.js';
import { plainPalette } from '../../src/terminal/colour.js';

const product: Product = {
  id: '1',
  sku: 'KETTLE-0001',
  name: 'An enamelled kettle with a long name',
  description: null,
  price: '123456.75',
  active: true,
  owner: 'acme',
  images: [],
  compressedImages: [],
  attributes: {},
  createdAt: '2026-03-01T08:00:00.000Z',
  updatedAt: '2026-03-01T08:00:00.000Z',
};

const pageOf = (width: number): Page => ({
  palette: plainPalette,
  width,
  isTerminal: true,
  withHeader: false,
});
const noContext = {} as Context;
const noInput = {} as never;
const noFields = { fields: [], named: [] };

it.each([40, 60, 80])('shows a price whole on a terminal of %i columns', async (width) => {
  const [, line = ''] = (await renderProducts([product], pageOf(width), noFields)).split('\n');
  expect(line).toMatch(/^KETTLE-0001 .* 123456\.75 {2}yes/);
  expect(line.length).toBeLessThanOrEqual(width);
});

describe('fields of one’s own', () => {
  const fieldOf = (name: string, type: FieldDefinition['type']): FieldDefinition => ({
    ...{ name, type, label: null, required: false, min: null, max: null, choices: null },
    ...{ decimal: null, aliases: [], isIndexed: false },
  });
  const fields = [
    fieldOf('stock', 'integer'),
    fieldOf('fresh', 'boolean'),
    fieldOf('tags', 'list'),
  ];
  const stored = { ...product, attributes: { stock: 7, fresh: false, tags: ['new', 'a|b'] } };
  const lines = async (page: Page, named: string[]) =>
    (await renderProducts([stored], page, { fields, named })).split('\n');

  it('have columns where there is room for them beside all others', async () => {
    const [head, line] = await lines(pageOf(140), []);
    expect(head).toMatch(/^sku +name +price +active +owner +stock +fresh +tags +updated$/);
    expect(line).toMatch(/long name +123456\.75 +yes +acme +7 +no +new, a\|b +2026-03/);
    const [narrow] = await lines(pageOf(115), []);
    expect(narrow).toMatch(/^sku +name +price +active +owner +stock +fresh +updated$/);
    const [usual] = await lines(pageOf(80), []);
    expect(usual).toMatch(/^sku +name +price +active( +owner)?( +updated)?$/);
  });

  it('keep their columns however little room there is, where they were asked for', async () => {
    const [head, line] = await lines(pageOf(60), ['stock']);
    expect(head).toMatch(/^sku +name +price +active +owner +stock$/);
    expect(line).toMatch(/123456\.75 +yes +acme +7$/);
  });

  it('come last in a pipe, and only those that were asked for', async () => {
    const pipe = { ...pageOf(80), isTerminal: false };
    const usual = /^KETTLE-0001\t[^\t]+\t123456\.75\tyes\tacme\t2026-03-01T08:00:00\.000Z/;
    expect((await lines(pipe, []))[0]).toMatch(new RegExp(`${usual.source}$`));
    expect((await lines(pipe, ['stock', 'tags']))[0]).toMatch(
      new RegExp(`${usual.source}\t7\tnew, a\\|b$`),
    );
    const [header] = await lines({ ...pipe, withHeader: true }, ['stock', 'tags']);
    expect(header).toBe('sku\tname\tprice\tactive\towner\tupdated\tstock\ttags');
  });
});

it.each([60, 80])('shows the id of a delivery whole on %i columns, to be copied', async (width) => {
  const delivery: Delivery = {
    id: 'msg_0660cf8370b73ca01774e6e2574a779c',
    endpointId: '2',
    event: 'product.updated',
    status: 'pending',
    attempts: 3,
    lastStatus: 500,
    nextAttemptAt: '2026-03-01T08:00:00.000Z',
    lastError: 'HTTP 500: an answer that goes on for a while',
    lastAttemptAt: '2026-03-01T07:00:00.000Z',
    lastDurationMs: 12,
    createdAt: '2026-03-01T06:00:00.000Z',
  };
  const text = await webhookDeliveries.render!([delivery], pageOf(width), noContext, noInput);
  const [, line = ''] = text.split('\n');
  expect(line).toMatch(/^msg_0660cf8370b73ca01774e6e2574a779c .*pending .*HTTP/);
  expect(line.length).toBeLessThanOrEqual(width);
});

it('shows the figures of images whole where a host has a long name', async () => {
  const counts = {
    waiting: 1,
    running: 2,
    done: 123_456,
    dead: 3,
    bytesIn: 12_100,
    bytesOut: 2400,
  };
  const hosts = [{ host: 'a-very-long-name-of-a-host.shop.example', ...counts }];
  const text = await imageStatus.render!({ ...counts, hosts }, pageOf(64), noContext, noInput);
  expect(text.split('\n')[1]).toMatch(/… +1 +2 +123,456 +3 +12\.1 kB +2\.4 kB$/);
});

it.each([40, 80])('lists every event of an endpoint on a terminal of %i columns', async (width) => {
  const endpoint: Endpoint = {
    id: '3',
    url: 'https://a-rather-long-name.shop.example/hooks/catalogue/products',
    events: [...events],
    enabled: false,
    disabledReason: 'HTTP 410',
    allowPrivate: false,
    failingSince: null,
    oldSecretUntil: null,
    pending: 4,
    dead: 1,
    createdAt: '2026-03-01T06:00:00.000Z',
  };
  const text = await webhookList.render!([endpoint], pageOf(width), noContext, noInput);
  for (const event of events) expect(text).toContain(event);
  for (const told of [endpoint.url, 'disabled: HTTP 410', '4 pending, 1 dead']) {
    expect(text).toContain(told);
  }
});

it.each([40, 80])('shows a job on a line of %i columns, what matters first', async (width) => {
  const state = {
    jobId: '12',
    status: 'completed_with_rejects',
    phase: 'done',
    rows: 1_234_567,
    rejected: 3,
    products: { inserted: 0, updated: 12, unchanged: 1_234_552, skipped: 0, deleted: 0 },
    missing: { deactivated: 2, deleted: 0 },
    source: `${'a'.repeat(200)}\u001b[31m.csv`,
    startedAt: '2026-03-01T08:00:03.000Z',
  } as JobState;
  const ended = { jobId: '9', status: 'crashed', source: 'b.csv', products: null };
  const jobs = [state, { ...state, ...ended } as JobState];
  const lines = (await status.render!(jobs, pageOf(width), noContext, noInput)).split('\n');
  expect(lines[0]).toMatch(/^12 {2}2026-03-01 08:00 {2}⚠ 1,234,567 /);
  if (width === 80) expect(lines[0]).toContain(' rows, 3 rejected, 12 updated, 2 deactivated');
  expect(lines[1]).toMatch(/^ 9 {2}2026-03-01 08:00 {2}✖ crashed, /);
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
});

it('shows what was understood of a file as a form, and what is to be said of it below', async () => {
  const note = 'Columns that match no field are kept in attributes: ' + 'Colour, '.repeat(20);
  const inspection: Inspection = {
    name: 'a.csv',
    format: 'csv',
    compressed: false,
    bytes: 12,
    encoding: 'utf-8',
    delimiter: ';',
    sheet: null,
    profile: null,
    recognisedBy: null,
    profileEffects: [],
    headerRow: 1,
    columns: [
      {
        ...{ column: 1, header: 'Nr', field: 'sku', match: 'alias', attribute: null },
        ...{ example: 'A-1' },
      } as Inspection['columns'][number],
    ],
    notes: [note],
  };
  const text = await inspect.render!(inspection, pageOf(60), noContext, noInput);
  expect(text).toMatch(
    /^a\.csv\n\n {2}format +csv\n {2}size +12 B\n {2}encoding +utf-8\n {2}delimiter +";"\n {2}header +in row 1\n\ncolumn .*\n +1 +Nr +sku +A-1 +a known name\n\nColumns that/,
  );
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
});
