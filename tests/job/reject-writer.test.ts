import { expect, it } from 'vitest';
import { listRejects } from '../../src/load/read-report.js';
import type { Reject } from '../../src/product/reject.js';
import { useCatalogue } from '../setup/catalogue.js';
import { loadText } from '../setup/load.js';

const db = useCatalogue();

it('keeps the pages of many rejects cheap to read, whatever the planner knew before', async () => {
  const { client } = db().session;
  // Else the server itself may look at the table just then, or hinder the load from it.
  await client.query('alter table prodimport.rejects set (autovacuum_enabled = false)');
  const rows = Array.from({ length: 6000 }, (_, i) => `S-${i},\n`);
  const { report } = await loadText(db(), `sku,name\n${rows.join('')}`);
  const page = `explain select from prodimport.rejects
    where job_id = ${report.jobId} and (row_number, ordinal) > (3000, 1)
    order by row_number, ordinal limit 1000`;
  const plan = (await client.query<{ 'QUERY PLAN': string }>(page)).rows;
  expect(plan.map((line) => line['QUERY PLAN']).join('\n')).not.toContain('Sort');
  const read: Reject[] = [];
  for await (const reject of listRejects(db().session, report.jobId)) read.push(reject);
  expect(read.map(({ rowNumber }) => rowNumber)).toEqual(rows.map((_, i) => i + 2));
});
