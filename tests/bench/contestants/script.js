// Runs a SQL script against a database, as psql would: script.js URL SCRIPT FILE. The file goes to
// the server as it is, where the script says COPY. Plain JavaScript, so that the process starts as
// fast as it can.
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

const [url, script, file] = process.argv.slice(2);
const client = new pg.Client({ connectionString: url });
await client.connect();
for (const statement of (await readFile(script, 'utf8')).split(/;\n/)) {
  if (statement.trim() === '') continue;
  if (/^copy /m.test(statement)) {
    const bytes = createReadStream(file, { highWaterMark: 256 * 1024 });
    await pipeline(bytes, client.query(copyFrom(statement)));
  } else {
    await client.query(statement);
  }
}
await client.end();
const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(`${JSON.stringify({ peakMemoryBytes })}\n`);
