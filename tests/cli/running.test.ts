import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import type { Change } from '../../src/load/changes.js';
import type { Report } from '../../src/load/job.js';
import { someoneWaits, storedNames, useCatalogue, whileLocked } from '../setup/catalogue.js';
import { runCli, startCli } from '../setup/cli.js';
import { useFolder } from '../setup/folder.js';

const db = useCatalogue();
const folder = useFolder();
const run = (args: string[], stdin?: string) => runCli(args, { url: db().url, stdin });
const csv = 'sku,name,price\nA-1,One,1\nA-2,Two,2\n';

it('skips a file that is what was loaded last, until something else changed the catalogue', async () => {
  const file = folder.write('skip.csv', csv);
  const load = async (...options: string[]) =>
    (await run(['load', file, '--skip-loaded', '--json', ...options])).json<Report>();
  const loaded = await load();
  expect(loaded.status).toBe('completed');
  const skipped = await load();
  expect(skipped).toMatchObject({ status: 'skipped', rows: { read: 0 }, source: loaded.source });
  expect(skipped.products).toMatchObject({ inserted: 0, unchanged: 0 });
  expect((await load('--blank', 'clear')).status, 'other options').toBe('completed');
  expect((await load()).status, 'another load was last').toBe('completed');
  await run(['purge', '--owner', 'nobody', '--yes']);
  expect((await load()).status, 'after a purge').toBe('completed');
  folder.write('skip.csv', `${csv}A-3,Three,3\n`);
  expect((await load()).products, 'other bytes').toMatchObject({ inserted: 1 });
});

it('loads a file again whose last load rejected rows, and one that was undone', async () => {
  const bad = folder.write('bad.csv', 'sku,name\nA-1,One\n,None\n');
  expect((await run(['load', bad, '--skip-loaded'])).code).toBe(3);
  expect((await run(['load', bad, '--skip-loaded'])).code).toBe(3);
  const good = folder.write('good.csv', 'sku,name\nA-9,Nine\n');
  await run(['load', good, '--record-changes']);
  await run(['undo', 'last', '--yes']);
  const again = await run(['load', good, '--skip-loaded', '--json']);
  expect(again.json<Report>().products).toMatchObject({ inserted: 1 });
});

it('loads a file again after a purge that began before its load had ended', async () => {
  const file = folder.write('purged.csv', csv);
  const purge = await db().database.session();
  await purge.transaction(async () => {
    expect((await run(['load', file])).code).toBe(0);
    await purge.query('catalog/add_purge', [{}, 2, 'ops@shop']);
  });
  await purge.end();
  const { status } = (await run(['load', file, '--skip-loaded', '--json'])).json<Report>();
  expect(status).toBe('completed');
});

it('takes for the last load the one that ended last, not the one that began last', async () => {
  const first = folder.write('first.csv', 'sku,name\nA-1,One\n');
  const second = folder.write('second.csv', 'sku,name\nA-1,Uno\n');
  const { jobId } = (await run(['load', first, '--json'])).json<Report>();
  await run(['load', second]);
  await db().session.client.query(
    `update prodimport.jobs set finished_at = now() + interval '1 minute' where id = $1`,
    [jobId],
  );
  const load = async (file: string) =>
    (await run(['load', file, '--skip-loaded', '--json'])).json<Report>().status;
  expect(await load(first)).toBe('skipped');
  expect(await load(second)).toBe('completed');
});

it('loads a file again whose profile has been edited', async () => {
  const file = folder.write('profiled.csv', 'Code,Label,Title\nA-1,One,Uno\n');
  const load = async (name: string) => {
    const profile = folder.write('profile.json', `{"map": {"Code": "sku", "${name}": "name"}}`);
    const words = ['load', file, '--profile', profile, '--skip-loaded', '--json'];
    return (await run(words)).json<Report>().status;
  };
  expect(await load('Label')).toBe('completed');
  expect(await load('Label')).toBe('skipped');
  expect(await load('Title')).toBe('completed');
  expect(await storedNames(db())).toEqual({ 'A-1': 'Uno' });
});

it('refuses --skip-loaded for what can be read only once, before it reads', async () => {
  expect((await run(['load', '-', '--skip-loaded'], csv)).code).toBe(2);
  const { code, stderr } = await run(['load', fifo('skip.fifo'), '--skip-loaded']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('can be read only once')]);
});

it('wants a --missing-limit with what may be a broken pipe', async () => {
  const missing = ['--missing', 'delete'];
  expect((await run(['load', '-', ...missing], csv)).code).toBe(2);
  const { code, stderr } = await run(['load', fifo('missing.fifo'), ...missing]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('--missing-limit')]);
});

/** One that nobody writes to: whoever reads it waits. */
function fifo(name: string): string {
  execFileSync('mkfifo', [folder.path(name)]);
  return folder.path(name);
}

it('replaces the catalogue once it was asked, the same in the background', async () => {
  await run(['load', folder.write('old.csv', csv)]);
  const file = folder.write('new.csv', 'sku,name\nB-1,New\n');
  const asks = await run(['load', file, '--replace']);
  expect(asks).toMatchObject({ code: 2, stdout: '' });
  expect(asks.stderr).toContain('Delete all products without owner that');
  const unlimited = await run(['load', '-', '--replace', '--yes'], csv);
  expect(unlimited.code).toBe(2);
  expect(unlimited.stderr).toContain('give --missing-limit with --replace');
  expect(Object.keys(await storedNames(db()))).toEqual(['A-1', 'A-2']);

  // What lies beside the file can't answer for whoever types the command.
  folder.write('prodimport.config.json', '{"load": {"replace": true}}');
  const configured = await runCli(['load', file], { url: db().url, cwd: folder.path('') });
  expect(configured.code).toBe(2);
  folder.write('prodimport.config.json', '{}');
  folder.write('add.json', '{"options": {"action": "add"}}');
  const profiled = await run([
    'load',
    file,
    '--replace',
    '--yes',
    '--profile',
    folder.path('add.json'),
  ]);
  expect(profiled).toMatchObject({ code: 2, stdout: '' });

  expect((await run(['load', file, '--replace', '--yes', '--detach'])).code).toBe(0);
  expect((await run(['status', 'last', '--follow'])).code).toBe(0);
  expect(Object.keys(await storedNames(db()))).toEqual(['B-1']);
});

it('goes on in the background with --detach, and tells the job at once', async () => {
  const file = folder.write('detach.csv', csv);
  const { code, stdout } = await run(['load', file, '--detach']);
  expect(code).toBe(0);
  const { jobId, status } = JSON.parse(stdout) as { jobId: string; status: string };
  expect(status).toBe('running');
  const followed = await run(['status', jobId, '--follow', '--json']);
  const states = followed.stdout.trim().split('\n');
  expect(followed.code).toBe(0);
  expect(JSON.parse(states.at(-1)!)).toMatchObject({ jobId, status: 'completed', rows: 2 });
  expect(await storedNames(db())).toEqual({ 'A-1': 'One', 'A-2': 'Two' });
});

it('takes what stands after -- for the file, in the background, too', async () => {
  folder.write('--detach', csv);
  const words = ['load', '--detach', '--', '--detach'];
  const { code, stderr, json } = await runCli(words, { url: db().url, cwd: folder.path('.') });
  expect(code, stderr).toBe(0);
  const { jobId } = json<{ jobId: string }>();
  expect((await run(['status', jobId, '--follow'])).code).toBe(0);
  expect(await storedNames(db())).toEqual({ 'A-1': 'One', 'A-2': 'Two' });
});

it('gives the exit code of a background load that ends with rejects to who follows it', async () => {
  const { stdout } = await run(['load', '-', '--detach'], 'sku,name\n,None\n');
  const { jobId } = JSON.parse(stdout) as { jobId: string };
  expect((await run(['status', jobId, '--follow'])).code).toBe(3);
});

it('tells at once why a background load can not begin', async () => {
  const { code, stderr } = await run(['load', folder.path('missing.csv'), '--detach']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('missing.csv')]);
});

it('hands over the report of a background load that has nothing to do', async () => {
  const file = folder.write('again.csv', csv);
  await run(['load', file]);
  const skipped = await run(['load', file, '--detach', '--skip-loaded', '--json']);
  expect(skipped.code).toBe(0);
  expect(skipped.json<Report>()).toMatchObject({ status: 'skipped', rows: { read: 0 } });
  expect((await run(['load', file, '--detach', '--skip-loaded'])).stdout).toContain('Skipped');
});

it('refuses --detach with --dry-run, which leaves no job', async () => {
  const { code, stderr } = await run(['load', '-', '--detach', '--dry-run'], csv);
  expect([code, stderr]).toEqual([2, expect.stringContaining('without --detach')]);
});

it('writes with --diff what a load would change, for the catalogue as it is', async () => {
  await run(['load', folder.write('old.csv', csv)]);
  const file = folder.write('new.csv', 'sku,name,price\nA-1,One,1.5\nA-2,Two,2\nA-3,Three,3\n');
  const words = ['--dry-run', '--diff', folder.path('diff.ndjson'), '--json'];
  const report = (await run(['load', file, ...words])).json<Report>();
  expect(report).toMatchObject({ dryRun: true, jobId: null });
  const lines = folder.read('diff.ndjson').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as Change)).toMatchObject([
    { sku: 'A-1', action: 'updated', fields: { price: { old: '1.00', new: '1.50' } } },
    { sku: 'A-3', action: 'inserted' },
  ]);
  expect(await storedNames(db())).toEqual({ 'A-1': 'One', 'A-2': 'Two' });
  expect((await run(['load', file, '--diff', folder.path('x')])).code, 'without --dry-run').toBe(2);
});

it('shows what would be understood of a file, without a database', async () => {
  const file = folder.write('look.csv', 'Réf.;Désignation;Prix;Couleur\n007;Thé;1,50;vert\n');
  const { code, json } = await runCli(['inspect', file, '--json']);
  expect(code).toBe(0);
  expect(json()).toMatchObject({ format: 'csv', delimiter: ';', headerRow: 1 });
  expect(json<{ columns: object[] }>().columns).toMatchObject([
    { header: 'Réf.', field: 'sku', example: '007' },
    { field: 'name' },
    { field: 'price' },
    { field: null, attribute: 'Couleur' },
  ]);
});

it('shows that a column of images fills images', async () => {
  const inspect = (csv: string) => runCli(['inspect', '-', '--json'], { stdin: csv });
  const csv = 'sku,name,images\nA-1,Lamp,https://shop.example/a.jpg\n';
  expect((await inspect(csv)).json<{ columns: object[] }>().columns[2]).toMatchObject({
    field: 'images',
  });
  const { stdout } = await runCli(['inspect', '-'], { stdin: csv });
  expect(stdout).toMatch(/^3\timages\timages\thttps/m);
});

it('writes empty files to fill in, which load', async () => {
  const { stdout } = await runCli(['template']);
  expect(stdout).toBe('sku,name,description,price,active,owner,images,action\n');
  expect((await run(['load', '-'], stdout)).code).toBe(0);
  const xlsx = folder.path('template.xlsx');
  expect((await runCli(['template', '--output', xlsx])).code).toBe(0);
  expect((await run(['load', xlsx])).code).toBe(0);
  expect((await runCli(['template', '--output', xlsx])).code, 'never overwrites').toBe(2);
});

it('gives whoever follows a job the exit code of its own command, however it ended', async () => {
  const rejected = 'sku,name\nA-1,One\n,None\n';
  const follow = async () => (await run(['status', 'last', '--follow'])).code;
  const accepted = await run(['load', '-', '--accept-rejects'], rejected);
  expect([accepted.code, await follow()]).toEqual([0, 0]);
  const { client } = db().session;
  await client.query(`create function prodimport.fill() returns trigger language plpgsql as
      $$ begin raise exception using errcode = '53100'; end $$;
    create trigger full_disk before insert on prodimport.products
      for each row execute function prodimport.fill()`);
  const failed = await run(['load', '-'], 'sku,name\nA-2,Two\n');
  await client.query('drop function prodimport.fill cascade');
  expect([failed.code, await follow()]).toEqual([5, 5]);
  await whileLocked(db(), async () => {
    const { child, done } = startCli(['load', folder.write('a.csv', csv)], { url: db().url });
    await someoneWaits(db().session);
    child.kill('SIGTERM');
    expect([(await done).code, await follow()]).toEqual([143, 143]);
  });
});

it('refuses a wait that PostgreSQL cannot count', async () => {
  const refused = await run(['load', '-', '--wait', '3000000'], csv);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('It takes a whole number from 0 to 2147483.');
  expect((await run(['load', '-', '--wait', '2147483'], csv)).code).toBe(0);
});
