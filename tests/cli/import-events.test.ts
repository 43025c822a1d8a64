import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { hostname } from 'node:os';
import type { Report } from '../../src/load/job.js';
import { useCatalogue, whileLocked, someoneWaits } from '../setup/catalogue.js';
import { patient, runCli, startCli } from '../setup/cli.js';
import { useFolder } from '../setup/folder.js';
import { addLocal } from '../webhook/deliveries.js';
import { startReceiver, type Receiver } from '../webhook/receiver.js';

const db = useCatalogue();
const folder = useFolder();
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());
beforeEach(async () => {
  receiver.received.length = 0;
  await db().session.client.query('delete from prodimport.endpoints');
  const events = ['import.completed', 'import.refused', 'import.failed'] as const;
  await addLocal(db().session, receiver.url, [...events]);
});

const run = (args: string[]) => runCli(args, { url: db().url, env: patient });

interface Sent {
  type: string;
  data: { jobId: string; status: string; error: { code: string } | null; products: object | null };
}

function received(): Sent[] {
  return receiver.received.map(({ body }) => JSON.parse(body) as Sent);
}

it('tells how a load ended, by exactly one event, whatever its end', async () => {
  const file = folder.write('rows.csv', 'sku,name\nA-1,Lamp\nB-2,\n');
  await run(['load', file]);
  await run(['load', file, '--max-rejects', '0']);
  const cut = folder.write('cut.csv.gz', Buffer.from('H4sIAAAAAAAAAys', 'base64'));
  await run(['load', cut]);
  const { client } = db().session;
  await client.query(`create function prodimport.fail() returns trigger
    language plpgsql as $$ begin raise exception 'no'; end $$;
    create trigger fail before insert on prodimport.products
      for each row execute function prodimport.fail()`);
  const failing = folder.write('new.csv', 'sku,name\nNEW,Lamp\n');
  const failed = await run(['load', failing]);
  await client.query('drop function prodimport.fail cascade');

  expect(failed.code).not.toBe(0);
  expect(received().map(({ type }) => type)).toEqual([
    'import.completed',
    'import.refused',
    'import.failed',
  ]);
  const [completed, refused, last] = received();
  expect(completed!.data).toMatchObject({ status: 'completed_with_rejects', error: null });
  expect(refused!.data).toMatchObject({ error: { code: 'max_rejects' }, products: null });
  expect(last!.data).toMatchObject({ status: 'failed', source: { name: 'new.csv' } });
});

it('tells of a load that was interrupted, and once of one that was killed', async () => {
  const file = folder.write('held.csv', 'sku,name\nA-1,Lamp\n');
  const options = { url: db().url, env: patient };
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    await whileLocked(db(), async () => {
      const { child, done } = startCli(['load', file], options);
      await someoneWaits(db().session);
      child.kill(signal);
      await done;
    });
  }
  const list = await run(['status', '--json']);
  expect(list.code).toBe(0);
  await Promise.all([run(['status']), run(['webhook', 'deliver', '--allow-private'])]);
  await run(['report', 'last']);
  const told = received().map(({ type, data }) => [type, data.status]);
  expect(told.sort()).toEqual([
    ['import.failed', 'crashed'],
    ['import.failed', 'interrupted'],
  ]);
});

it('fires the event by which a job ended, and no other', async () => {
  const file = folder.write('refused.csv', 'sku,name\nB-2,\n');
  await run(['load', file, '--max-rejects', '0']);
  receiver.received.length = 0;
  expect((await run(['webhook', 'fire', 'import.refused'])).code).toBe(0);
  expect(received()).toMatchObject([{ type: 'import.refused', data: { status: 'refused' } }]);
  const other = await run(['webhook', 'fire', 'import.completed']);
  expect(other.code).toBe(2);
  expect(other.stderr).toContain('fire import.refused');
});

it('says who ran a job, as which role, with which version and options', async () => {
  const file = folder.write('who.csv', 'sku,name\nA-1,Lamp\n');
  const loaded = (await run(['load', file, '--json', '--blank', 'clear'])).json<Report>();
  const { version } = (await run(['--version'])).stdout.match(/(?<version>\d+\.\d+\.\d+)/)!.groups!;
  const { rows } = await db().session.client.query<{ role: string }>('select current_user as role');
  const who = { databaseRole: rows[0]!.role, version };
  expect(loaded).toMatchObject({ ...who, options: { blank: 'clear', recordChanges: false } });
  expect(loaded.by).toMatch(new RegExp(`^.+@${hostname()}$`));
  const shown = (await run(['status', 'last', '--json'])).json();
  expect(shown).toMatchObject({ ...who, by: loaded.by, options: loaded.options });
  expect((await run(['report', 'last'])).stdout).toContain(`by ${loaded.by}`);
  const dry = (await run(['load', file, '--dry-run', '--json'])).json<Report>();
  expect(dry).toMatchObject({ ...who, by: loaded.by });
});
