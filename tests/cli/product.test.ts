import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Product } from '../../src/catalog/schema.js';
import { runCli, type CliResult } from '../setup/cli.js';
import { createTestDatabase, type TestDatabase } from '../setup/database.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  await db.session.client.query('truncate prodimport.products restart identity');
});

const product = (words: string[], stdin?: string | Buffer): Promise<CliResult> =>
  runCli(['product', ...words], { url: db.url, stdin });

const addChair = () =>
  product(['add', '--sku', 'CH-1', '--name', 'Oak chair', '--price', '129.9', '--json']);

const failure = ({ stderr }: CliResult) =>
  (JSON.parse(stderr.trim().split('\n').at(-1)!) as { error: { code: string; message: string } })
    .error;

describe('product add and get', () => {
  test('prints the product as one document, its price with two decimals', async () => {
    const added = await product([
      ...['add', '--sku', 'CH-1', '--name', 'Oak chair', '--price', '129.9', '--inactive'],
      ...['--image', 'https://img.example/1.jpg', '--image', 'https://img.example/2.jpg'],
      ...['--attribute', 'Color=a=b', '--owner', 'acme', '--json'],
    ]);
    expect(added.code).toBe(0);
    expect(added.json()).toEqual({
      id: '1',
      sku: 'CH-1',
      name: 'Oak chair',
      description: null,
      price: '129.90',
      active: false,
      owner: 'acme',
      images: ['https://img.example/1.jpg', 'https://img.example/2.jpg'],
      compressedImages: [],
      attributes: { Color: 'a=b' },
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updatedAt: added.json<Product>().createdAt,
    });
    const found = await product(['get', 'ch-1', '--json']);
    expect(found.json()).toEqual(added.json());
    const byId = await product(['get', '--id', '1', '--json']);
    expect(byId.json()).toEqual(added.json());
  });

  test('says that a SKU is there already, whatever its case, with exit 1', async () => {
    await addChair();
    const again = await product(['add', '--sku', 'ch-1', '--name', 'Another', '--json']);
    expect(again.code).toBe(1);
    expect(again.stdout).toBe('');
    expect(failure(again)).toMatchObject({ code: 'already_exists' });
    expect((await product(['get', 'CH-1', '--json'])).json<Product>().name).toBe('Oak chair');
  });

  test('refuses what the import would refuse, all of it at once, with exit 2', async () => {
    const bad = await product(['add', '--sku', 'X', '--price', '1.234', '--image', 'a.jpg']);
    expect(bad.code).toBe(2);
    expect(bad.stderr).toContain('--name: Missing required field: name');
    expect(bad.stderr).toContain('price: "1.234" could be 1234 or 1.234');
    expect(bad.stderr).toContain('--image: "a.jpg" is no http(s) address');
    expect((await product(['list', '--count'])).stdout).toBe('0\n');
  });

  test('exits 6 for a product that is not there', async () => {
    expect((await product(['get', 'nope'])).code).toBe(6);
    expect((await product(['get', '--id', '7'])).code).toBe(6);
    expect((await product(['update', 'nope', '--price', '1'])).code).toBe(6);
    expect((await product(['delete', 'nope', '--yes'])).code).toBe(6);
  });

  test('adds many from standard input, or none when a line is wrong', async () => {
    const lines =
      '{"sku":"A","name":"a","price":"1.125"}\n\n{"sku":"B","name":"b","active":false}\n';
    const added = await product(['add', '-', '--json'], lines);
    expect(added.code).toBe(0);
    expect(added.json<Product[]>().map(({ sku, price, active }) => [sku, price, active])).toEqual([
      ['A', '1.125', true],
      ['B', null, false],
    ]);
    const wrong = await product(['add', '-'], '{"sku":"C","name":"c"}\n{"sku":"D"}\n{"sku":');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('line 3: not JSON');
    const nameless = await product(['add', '-'], '{"sku":"C","name":"c"}\n{"sku":"D","nmae":"d"}');
    expect(nameless.code).toBe(2);
    expect(nameless.stderr).toContain('line 2: name: Missing required field: name');
    expect(nameless.stderr).toContain('line 2: nmae: There is no such field');
    const twice = await product(['add', '-'], '{"sku":"C","name":"c"}\n{"sku":"c","name":"d"}');
    expect(twice.code).toBe(1);
    expect(twice.stderr).toContain('line 2: SKU c comes twice, first in line 1');
    expect((await product(['list', '--count', '--json'])).json()).toEqual({ count: 2 });
  });

  test('refuses a line that is not UTF-8, rather than store another text', async () => {
    const lines = '\ufeff{"sku":"A","name":"Nähtisch"}\r\n{"sku":"B","name":"Nähtisch"}\n';
    const cut = Buffer.concat([
      Buffer.from(lines),
      Buffer.from('{"sku":"C","name":"é"}', 'latin1'),
    ]);
    const refused = await product(['add', '-', '--json'], cut);
    expect(refused.code).toBe(2);
    expect(failure(refused).code).toBe('invalid_encoding');
    expect(failure(refused).message).toContain('line 3: not UTF-8');
    const added = await product(['add', '-', '--json'], lines);
    expect(added.json<Product[]>().map(({ name }) => name)).toEqual(['Nähtisch', 'Nähtisch']);
  });
});

describe('product update and delete', () => {
  test('changes what is named and leaves the rest', async () => {
    const before = (await addChair()).json<Product>();
    const after = await product(['update', 'ch-1', '--price', '99', '--json']);
    const now = after.json<Product>();
    expect(now).toEqual({ ...before, price: '99.00', updatedAt: expect.any(String) });
    expect(now.updatedAt > before.updatedAt).toBe(true);
  });

  test('--if-updated-at lets only the first of two writers change the product', async () => {
    const seen = (await addChair()).json<Product>().updatedAt;
    const first = await product(['update', 'CH-1', '--price', '1', '--if-updated-at', seen]);
    const second = await product(['update', 'CH-1', '--price', '2', '--if-updated-at', seen]);
    expect([first.code, second.code]).toEqual([0, 4]);
    expect((await product(['get', 'CH-1', '--json'])).json<Product>().price).toBe('1.00');
  });

  test('takes back what list prints, and then nothing changes', async () => {
    await addChair();
    const listed = await product(['list', '--ndjson']);
    const updated = await product(['update', '-', '--json'], listed.stdout);
    expect(updated.code).toBe(0);
    expect(updated.json()).toEqual([JSON.parse(listed.stdout)]);
  });

  test('deletes only with --yes where nobody can answer, and all or none', async () => {
    await addChair();
    const unasked = await product(['delete', 'CH-1']);
    expect(unasked.code).toBe(2);
    const unknown = await product(['delete', 'CH-1', 'CH-2', '--yes']);
    expect(unknown.code).toBe(6);
    expect(unknown.stderr).toContain('CH-2');
    const done = await product(['delete', 'ch-1', '--yes', '--json']);
    expect(done.json()).toEqual({ deleted: ['CH-1'] });
    expect((await product(['get', 'CH-1'])).code).toBe(6);
  });
});

describe('product update and delete --where', () => {
  const stored = async () => {
    const { stdout } = await product(['list', '--ndjson']);
    const lines = stdout.split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as Product);
  };
  /** Products N-1 to N-2500, every other one of acme; and an endpoint that is told of all. */
  beforeEach(async () => {
    const { client } = db.session;
    await client.query(
      `insert into prodimport.products (sku, name, owner, price)
       select 'N-' || n, 'Nail', case when n % 2 = 1 then 'acme' end, n
       from generate_series(1, 2500) n`,
    );
    await client.query(
      `insert into prodimport.endpoints (url, events, secret)
       values ('http://127.0.0.1:1/', array['product.updated', 'product.deleted'], 'x')`,
    );
  });
  afterEach(() => db.session.client.query('truncate prodimport.endpoints cascade'));

  const told = async (event: string) => {
    const { rows } = await db.session.client.query<{ sku: string; price: string | null }>(
      `select body::jsonb #>> '{data,old,sku}' as sku,
         body::jsonb #>> '{data,new,price}' as price
       from prodimport.deliveries where event = $1`,
      [event],
    );
    return rows;
  };

  test('changes all that is found, says how many before, and tells of each once', async () => {
    const before = await stored();
    const words = ['update', '--where', 'owner=acme', '--set', 'price=7', '--set', 'owner='];
    const { code, stdout, stderr } = await product([...words, '--yes', '--no-deliver', '--json']);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ found: 1250, updated: 1250 });
    expect(stderr).toMatch(/^Found 1,250 products in /);
    const expected = before.map((each) =>
      each.owner === 'acme'
        ? { ...each, price: '7.00', owner: null, updatedAt: expect.any(String) }
        : each,
    );
    expect(await stored()).toEqual(expected);
    const events = await told('product.updated');
    expect(new Set(events.map(({ sku }) => sku)).size).toBe(1250);
    expect(events).toHaveLength(1250);
    expect(events.every(({ price }) => price === '7.00')).toBe(true);
  });

  test('leaves alone what would be as before, and says so', async () => {
    const words = ['update', '--where', 'price <= 3', '--price', '3', '--yes', '--no-deliver'];
    const { stdout } = await product(words);
    expect(stdout).toBe('Updated 2 products; 1 product stayed as before.\n');
    expect((await told('product.updated')).map(({ sku }) => sku).sort()).toEqual(['N-1', 'N-2']);
  });

  test('deletes all that is found, and tells of each', async () => {
    const words = ['delete', '--where', 'owner=acme', '--where', 'price > 100'];
    const { code, json } = await product([...words, '--yes', '--no-deliver', '--json']);
    expect(code).toBe(0);
    const { deleted } = json<{ deleted: string[] }>();
    expect(deleted).toHaveLength(1200);
    expect(await stored()).toHaveLength(1300);
    const skus = (await told('product.deleted')).map(({ sku }) => sku);
    expect(skus.sort()).toEqual(deleted.sort());
  });

  test('needs --yes where nobody can answer, and names the number', async () => {
    const before = await stored();
    for (const words of [['delete'], ['update', '--price', '1']]) {
      const { code, stdout, stderr } = await product([...words, '--where', 'owner=acme']);
      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toContain('1,250 products?');
      expect(stderr).toContain('add --yes');
    }
    expect(await stored()).toEqual(before);
  });

  test('says that nothing was found, with exit 0 and no question', async () => {
    for (const words of [['delete'], ['update', '--price', '1']]) {
      const { code, stdout } = await product([...words, '--where', 'owner=nobody']);
      expect(code).toBe(0);
      expect(stdout).toBe('Nothing was changed: no product meets the conditions.\n');
    }
  });

  test('reads fields of your own in conditions and values, and refuses what does not fit', async () => {
    const field = (...words: string[]) => runCli(['field', ...words], { url: db.url });
    await field('add', 'stock', '--type', 'integer');
    await product(['update', 'N-1', '--set', 'stock=2']);
    const where = ['update', '--where', 'stock < 3', '--yes', '--no-deliver'];
    const unfit = await product([...where, '--set', 'stock=many']);
    expect(unfit.code).toBe(2);
    expect(unfit.stderr).toContain('--set stock: ');
    expect((await product([...where, '--set', 'stock=5', '--json'])).json()).toEqual({
      found: 1,
      updated: 1,
    });
    expect((await product(['get', 'N-1', '--json'])).json()).toMatchObject({
      attributes: { stock: 5 },
    });
    await field('remove', 'stock', '--yes');
  });

  test.each([
    [['update', '--price', '1'], 'takes a SKU, or --where'],
    [['update', 'N-1', '--price', '1', '--where', 'owner=acme'], 'give one of them'],
    [['delete'], 'takes a SKU, or --where'],
    [['delete', 'N-1', '--where', 'owner=acme'], 'give one of them'],
    [['update', '--where', 'owner=acme'], 'say what to change'],
    [['update', '--where', 'owner=acme', '--sku', 'X'], '--sku is for one product'],
    [['update', '--where', 'owner=acme', '--set', 'prize=1'], 'There is no such field'],
    [['delete', '--where', 'prize=1'], 'there is no field "prize"'],
  ])('%j is exit 2', async (words, sentence) => {
    const { code, stderr } = await product([...words, '--yes']);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(await stored()).toHaveLength(2500);
  });
});

describe('product list', () => {
  const catalogue = [
    '{"sku":"A-1","name":"Oak chair","price":"10","owner":"acme"}',
    '{"sku":"a-2","name":"Ash chair","price":"9.5","active":false}',
    '{"sku":"B-1","name":"Table","description":"100% oak"}',
  ].join('\n');
  beforeEach(() => product(['add', '-'], catalogue));

  const skus = async (words: string[]) =>
    (await product(['list', '--json', ...words])).json<Product[]>().map(({ sku }) => sku);

  test('pages through by the last SKU, and says how to go on', async () => {
    const first = await product(['list', '--limit', '2', '--json']);
    expect(first.json<Product[]>().map(({ sku }) => sku)).toEqual(['A-1', 'a-2']);
    expect(first.stderr).toContain('--after a-2');
    const second = await product(['list', '--limit', '2', '--after', 'A-2', '--json']);
    expect(second.json<Product[]>().map(({ sku }) => sku)).toEqual(['B-1']);
    expect(second.stderr).toBe('');
  });

  test('pages through by price with the cursor it printed', async () => {
    const first = await product(['list', '--sort', '-price', '--limit', '1', '--json']);
    const cursor = /--after (\S+)/.exec(first.stderr)![1]!;
    expect(await skus(['--sort', '-price', '--after', cursor])).toEqual(['a-2', 'B-1']);
    const other = await product(['list', '--sort', 'name', '--after', cursor]);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('this cursor belongs to --sort -price');
  });

  test('prints tab-separated values without a header into a pipe', async () => {
    const { stdout } = await product(['list', '--owner', 'acme']);
    expect(stdout).toMatch(/^A-1\tOak chair\t10\.00\tyes\tacme\t\S+Z\n$/);
  });

  test('takes the signs of a search as they are', async () => {
    const found = await product(['list', '--search', '0% OAK', '--json']);
    expect(found.json<Product[]>().map(({ sku }) => sku)).toEqual(['B-1']);
    expect(found.stderr).toBe('');
    expect(await skus(['--search', '_'])).toEqual([]);
  });

  test('says how to make a search fast, and its price, where many products are stored', async () => {
    await db.session.client.query(
      "insert into prodimport.products (sku, name) select 'N-' || n, 'Nail' from generate_series(1, 10000) n",
    );
    const { stderr } = await product(['list', '--search', 'oak', '--count']);
    expect(stderr).toContain('prodimport db migrate --search-index');
    expect(stderr).toContain('half as much room');
  });

  test('lists, counts and exports what conditions find, and names the fields for an unknown one', async () => {
    const where = ['--where', 'price >= 9.5', '--where', 'name ~ ASH'];
    expect(await skus(where)).toEqual(['a-2']);
    expect((await product(['list', '--count', ...where])).stdout.trim()).toBe('1');
    const exported = await product(['export', '--where', 'owner=', '--format', 'ndjson']);
    expect(exported.stdout).toMatch(/^{"sku":"a-2".*}\n{"sku":"B-1".*}\n$/);
    const unknown = await product(['list', '--where', 'prize=1', '--json']);
    expect(unknown.code).toBe(2);
    expect(failure(unknown)).toMatchObject({ code: 'field_unknown' });
  });

  test('refuses --active together with --inactive', async () => {
    expect((await product(['list', '--active', '--inactive'])).code).toBe(2);
  });
});

describe('owner list', () => {
  const owner = (...words: string[]) => runCli(['owner', 'list', ...words], { url: db.url });

  test('counts the products of each owner, active ones besides, and those without last', async () => {
    await product(
      ['add', '-'],
      [
        '{"sku":"1","name":"One","owner":"globex"}',
        '{"sku":"2","name":"Two","owner":"acme","active":false}',
        '{"sku":"3","name":"Three","owner":"acme"}',
        '{"sku":"4","name":"Four"}',
      ].join('\n'),
    );
    expect((await owner('--json')).json()).toEqual([
      { owner: 'acme', products: 2, active: 1 },
      { owner: 'globex', products: 1, active: 1 },
      { owner: null, products: 1, active: 1 },
    ]);
    expect((await owner()).stdout).toBe('acme\t2\t1\nglobex\t1\t1\n\t1\t1\n');
  });

  test('is empty where there is no product', async () => {
    expect((await owner('--json')).json()).toEqual([]);
    expect((await owner()).stdout).toBe('');
  });
});

describe('product export', () => {
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prodimport-cli-'));
    await product(
      ['add', '-'],
      '{"sku":"007","name":"=1+1"}\n{"sku":"B","name":"b","owner":"acme"}',
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('writes CSV to standard output, and nothing else', async () => {
    const { code, stdout } = await product(['export', '--owner', 'acme']);
    expect(code).toBe(0);
    expect(stdout).toBe('sku,name,description,price,active,owner,images\nB,b,,,true,acme,\n');
  });

  test('finds the format in the ending of the file, and says what was written', async () => {
    for (const [name, beginning] of [
      ['p.csv', 'sku,name'],
      ['p.xlsx', 'PK'],
      ['p.ndjson', '{"sku":"007"'],
    ]) {
      const file = join(folder, name!);
      const { code, stdout } = await product(['export', '--output', file, '--json']);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toEqual({ file, products: 2 });
      expect(readFileSync(file, 'latin1').startsWith(beginning!)).toBe(true);
    }
    expect(readdirSync(folder).sort()).toEqual(['p.csv', 'p.ndjson', 'p.xlsx']);
  });

  test('puts an apostrophe before formulas when asked to', async () => {
    const { stdout } = await product(['export', '--escape-formulas']);
    expect(stdout).toContain("\n007,'=1+1,");
  });

  test('exits 2 for a file that can not be written, and 6 for a job that is none', async () => {
    const unwritable = await product(['export', '--output', join(folder, 'no', 'p.csv')]);
    expect(unwritable.code).toBe(2);
    expect(unwritable.stderr).toContain("p.csv can't be written");
    expect((await product(['export', '--job', '99'])).code).toBe(6);
  });
});
