// Upserts a CSV in batches of many rows, as an ORM would: batches.js URL FILE SIZE [ROWS]. Each
// statement commits by itself. Takes the first ROWS rows only, if that is given.
import { createReadStream } from 'node:fs';
import process from 'node:process';
import { parse } from 'csv-parse';
import pg from 'pg';

const [url, file, size, limit] = process.argv.slice(2);
const client = new pg.Client({ connectionString: url });
await client.connect();
const records = createReadStream(file).pipe(parse({ columns: true, to: limit && Number(limit) }));
let batch = new Map();
let rows = 0;
for await (const record of records) {
  rows++;
  // One statement can't upsert a SKU twice.
  batch.set(record.sku.toLowerCase(), record);
  if (batch.size === Number(size)) await flush();
}
if (batch.size > 0) await flush();
await client.end();
const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(`${JSON.stringify({ peakMemoryBytes, rows })}\n`);

async function flush() {
  const values = [];
  const places = [...batch.values()].map(({ sku, name, description }) => {
    const count = values.push(sku, name, description);
    return `($${count - 2}, $${count - 1}, $${count})`;
  });
  batch = new Map();
  await client.query(
    `insert into products (sku, name, description) values ${places.join(', ')}
     on conflict (lower(sku)) do update set
       sku = excluded.sku, name = excluded.name, description = excluded.description`,
    values,
  );
}
