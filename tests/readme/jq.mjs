// Stands in for jq where there is none: knows the filters of the README, and nothing else.
import { readFileSync } from 'node:fs';
import process from 'node:process';

const words = process.argv.slice(2);
const isRaw = words[0] === '-r';
const [filter, file] = isRaw ? words.slice(1) : words;
const documents = readFileSync(file ?? 0, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const filters = {
  '.products': (report) => [report.products],
  '.jobId': (report) => [report.jobId],
  '.failedRows[] | "\\(.rowNumber): \\(.error)"': ({ failedRows }) =>
    failedRows.map(({ rowNumber, error }) => `${rowNumber}: ${error}`),
  'select(.active) | .sku': ({ active, sku }) => (active ? [sku] : []),
  prometheus: ({ rows, durationMs, startedAt, status }) => [
    `prodimport_rows_read ${rows.read}`,
    `prodimport_rows_rejected ${rows.rejected}`,
    `prodimport_duration_seconds ${durationMs / 1000}`,
    `prodimport_started_timestamp_seconds ${Math.floor(Date.parse(startedAt) / 1000)}`,
    `prodimport_completed ${/^(completed|skipped)/.test(status) ? 1 : 0}`,
  ],
};

const known = filters[filter.includes('prodimport_') ? 'prometheus' : filter];
if (!known) throw new Error(`this stand-in for jq does not know ${filter}`);
for (const result of documents.flatMap(known)) {
  process.stdout.write(`${isRaw ? result : JSON.stringify(result, null, 2)}\n`);
}
