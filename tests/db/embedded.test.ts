import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';

describe('the embedded server', () => {
  it('answers at the URL that tests get', async () => {
    const client = new pg.Client({ connectionString: inject('databaseUrl') });
    await client.connect();
    const { rows } = await client.query<{ lower: string }>("select lower('ÅΣ') as lower");
    await client.end();
    expect(rows).toEqual([{ lower: 'åσ' }]);
  });
});
