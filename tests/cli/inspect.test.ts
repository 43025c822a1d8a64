import exceljs from 'exceljs';
import { describe, expect, it } from 'vitest';
import type { Inspection } from '../../src/commands/inspect.js';
import { runCli } from '../setup/cli.js';
import { useFolder } from '../setup/folder.js';

const folder = useFolder();

describe('inspect, where no column is known for the SKU,', () => {
  const unknown = () => folder.write('unknown.csv', 'Thing,Title,Cost\nA-1,Lamp,12.50\n');
  const sentence =
    'unknown.csv: There is no column for the SKU in row 1. Found Thing, Title, Cost. ';

  it('shows the columns that there are, and then fails as a load would', async () => {
    const { code, stdout, stderr } = await runCli(['inspect', unknown()]);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(stdout).toMatch(/^unknown.csv: csv, .*delimiter ",", header in row 1$/m);
    expect(stdout).toMatch(/1\s+Thing\s+attributes\s+A-1\t?$/m);
    expect(stdout).toMatch(/2\s+Title\s+name\s+Lamp\s+a known name$/m);
  });

  it('calls a tab by its name', async () => {
    const tabs = folder.write('tabs.tsv', 'sku\tname\nA-1\tLamp\n');
    const { stdout } = await runCli(['inspect', tabs]);
    expect(stdout).toContain('utf-8, delimiter tab, header in row 1');
  });

  it('prints the document as for any other file', async () => {
    const { code, json, stderr } = await runCli(['inspect', unknown(), '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'sku_column_missing' } });
    expect(json<Inspection>().columns.map(({ header, field }) => [header, field])).toEqual([
      ['Thing', null],
      ['Title', 'name'],
      ['Cost', null],
    ]);
  });

  it('shows them by number in a file without a header', async () => {
    const { code, stdout } = await runCli(['inspect', unknown(), '--header-row', '0']);
    expect(code).toBe(2);
    expect(stdout).toMatch(/, header none$/m);
    expect(stdout).toMatch(/2\s+attribute column 2\s+Title\t?$/m);
  });

  it('prints nothing where a load fails, which was asked for something else', async () => {
    const { code, stdout, stderr } = await runCli(['load', unknown(), '--dry-run']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(sentence);
  });

  it('says in a load which sheet was taken, as the right one may be another', async () => {
    const book = new exceljs.Workbook();
    book.addWorksheet('Read me').addRow(['Prices are on the next sheet']);
    book.addWorksheet('Prices').addRow(['sku', 'name']);
    const file = folder.write('book.xlsx', Buffer.from(await book.xlsx.writeBuffer()));
    const { code, stderr } = await runCli(['load', file, '--dry-run']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Read sheet "Read me", the first visible one .* 2 "Prices"\.$/m);
  });
});

describe('inspect of a file of a known system', () => {
  const file = () =>
    folder.write(
      'export.csv',
      'ordernumber;mainnumber;name;price_EK;active\nA-1;A-1;Vase;49,95;1\nA-2;A-1;;9,95;0\n',
    );

  it('tells which profile was taken, from which headers, and what it changes', async () => {
    const { code, json } = await runCli(['inspect', file(), '--json']);
    expect(code).toBe(0);
    expect(json<Inspection>()).toMatchObject({
      profile: 'shopware5',
      recognisedBy: ['ordernumber', 'mainnumber'],
    });
    const effects = json<Inspection>().profileEffects;
    expect(effects).toContain('"price_EK" is price; without the profile it is an attribute');
    expect(effects).toContain('Blank cells are filled from rows of the same mainnumber: name');
  });

  it('says the same to a person', async () => {
    const { stdout } = await runCli(['inspect', file()]);
    expect(stdout).toContain('The profile "shopware5" does this:\n  "');
  });

  it('has nothing to tell without a profile, or with one that was named', async () => {
    const without = await runCli(['inspect', file(), '--profile', 'none', '--json']);
    expect((JSON.parse(without.stdout) as Inspection).profileEffects).toEqual([]);
    const named = await runCli(['inspect', file(), '--profile', 'shopware5', '--json']);
    const { recognisedBy, profileEffects } = JSON.parse(named.stdout) as Inspection;
    expect(recognisedBy).toBeNull();
    expect(profileEffects.length).toBeGreaterThan(0);
  });
});

describe('the columns', () => {
  it('are shown with the reason why each fills its field', async () => {
    const text =
      'product_id;ordernumber;mainnumber;name;price_EK;Colour\n1;A-1;A-1;Vase;49,95;red\n';
    const file = folder.write('why.csv', text);
    const words = ['inspect', file, '--map', 'Colour=description'];
    const { json } = await runCli([...words, '--json']);
    const why = json<Inspection>().columns.map(({ header, match }) => [header, match]);
    expect(Object.fromEntries(why)).toMatchObject({
      ordernumber: 'profile',
      mainnumber: null,
      name: 'name',
      price_EK: 'profile',
      Colour: 'map',
    });
    const { stdout } = await runCli(words);
    expect(stdout).toMatch(/Colour\s+description\s+red\s+--map$/m);
    expect(stdout).toMatch(/ordernumber\s+sku\s+A-1\s+the profile$/m);
    const plain = await runCli(['inspect', folder.write('plain.csv', 'Artikelnummer\nA\n')]);
    expect(plain.stdout).toMatch(/Artikelnummer\s+sku\s+A\s+a known name$/m);
  });

  it('come twice only where no other row can be the header, which is named', async () => {
    const file = folder.write(
      'twice.csv',
      'Name,Name,x\nlabel,label,z\nsku,title,price\nA,B,1.50\n',
    );
    const { code, stderr } = await runCli(['inspect', file, '--header-row', '1']);
    expect(code).toBe(2);
    expect(stderr).toContain('or give --header-row 3 if that row is the header');
    expect((await runCli(['inspect', file, '--header-row', '3'])).code).toBe(0);
    const none = folder.write('none.csv', 'sku,name,name\nA,B,C\n');
    expect((await runCli(['inspect', none])).stderr).not.toContain('--header-row');
  });

  it('show the SKU as it would be loaded, not as a workbook or a guard keeps it', async () => {
    const book = new exceljs.Workbook();
    book.addWorksheet('Prices').addRows([
      ['sku', 'name'],
      [12, 'Cup'],
    ]);
    book.worksheets[0]!.getCell('A2').numFmt = '"ART-"0000';
    const sheet = folder.write('shown.xlsx', Buffer.from(await book.xlsx.writeBuffer()));
    const text = folder.write('guard.csv', 'sku,name\n="00123",Cup\n');
    for (const [file, sku] of [
      [sheet, 'ART-0012'],
      [text, '00123'],
    ]) {
      const { json } = await runCli(['inspect', file!, '--json']);
      expect(json<{ columns: object[] }>().columns[0]).toMatchObject({ example: sku });
    }
  });

  it('are known in a guard of a spreadsheet', async () => {
    const file = folder.write('guard.csv', '="SKU",="Name",="Price"\n="00123",Cup,="1.50"\n');
    const { json } = await runCli(['inspect', file, '--json']);
    expect(json<Inspection>().columns.map(({ header, field }) => [header, field])).toEqual([
      ['SKU', 'sku'],
      ['Name', 'name'],
      ['Price', 'price'],
    ]);
  });
});

describe('before a row is read', () => {
  const notesOf = async (text: string, ...words: string[]) => {
    const { json } = await runCli(['inspect', folder.write('trial.csv', text), '--json', ...words]);
    return json<Inspection>().notes.filter((note) => /first/.test(note));
  };

  it('says that all rows will be rejected, why, and which option helps', async () => {
    const text = 'sku,name,price\nA,Cup,"1,234"\nB,Pot,"2,345"\n';
    expect(await notesOf(text)).toEqual([
      'Each of the first 2 rows will be rejected: price_ambiguous of price in 2 rows (row 2: ' +
        '"1,234" could be 1234 or 1.234: say which with --decimal . or --decimal ,); ' +
        '--decimal . or --decimal , says what separates decimals',
    ]);
    expect(await notesOf(text, '--decimal', '.')).toEqual([]);
    expect(await notesOf(`${text}C,Lid,1.50\n`)).toEqual([]);
  });

  it('says that all products would be inactive', async () => {
    const text = 'sku,name,price,status\nA,Cup,1.50,draft\nB,Pot,2.50,draft\n';
    expect(await notesOf(text)).toEqual([
      'The column "status" makes all of the first 2 products inactive',
    ]);
    expect(await notesOf(`${text}C,Lid,1.50,active\n`)).toEqual([]);
  });

  it('says that the column of the price is blank', async () => {
    const text = 'sku,name,price\nA,Cup,\nB,Pot,\n';
    expect(await notesOf(text)).toEqual([
      'The column "price" is blank in all of the first 2 products: they get no price from it',
    ]);
    expect(await notesOf(`${text}C,Lid,POA\n`)).toEqual([]);
  });

  it('says nothing of a single row, or of one that deletes', async () => {
    expect(await notesOf('sku,name,price,active\nA,Cup,,no\n')).toEqual([]);
    expect(await notesOf('sku,name,price,action\nA,,,delete\nB,,,delete\n')).toEqual([]);
  });
});
