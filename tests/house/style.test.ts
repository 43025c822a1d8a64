import { expect, it } from 'vitest';
import { filesIn, importsOf, read, withoutComments } from './sources.js';

const files = filesIn('src', '.ts');
const codeOf = (path: string) => withoutComments(read(path));

it('ends the process in no file of src: exit codes are returned to the executable', () => {
  expect(files.filter((path) => /\bprocess\.exit\b/.test(codeOf(path)))).toEqual([]);
});

it('prints by no console in src', () => {
  expect(files.filter((path) => /\bconsole\./.test(codeOf(path)))).toEqual([]);
});

it('has no drawer for everything', () => {
  const drawers =
    /(^|\/)(utils?|helpers?|lib|common|shared|core|services?|managers?|types)(\.ts|\/)/;
  expect([...files, ...filesIn('tests', '.ts')].filter((path) => drawers.test(path))).toEqual([]);
});

it('has no default export', () => {
  expect(files.filter((path) => /^export default/m.test(codeOf(path)))).toEqual([]);
});

/** Files over 250 lines, and why each is one idea all the same. */
const large: Record<string, string> = {
  'src/catalog/where.ts': 'which products a filter finds, and how each condition is compared',
  'src/cli/command.ts': 'the one bridge to commander, with the help that it prints',
  'src/commands/inspect.ts': 'what is understood of a file, as a document and as text',
  'src/commands/product/options.ts':
    'which products, and what they become: options of six commands',
  'src/db/session.ts': 'every way in which a statement reaches the server',
  'src/load/job.ts': 'a run from the load that makes it to the report: one shape, with its schema',
  'src/load/options.ts': 'a line or two for each option of load',
  'src/load/prepare.ts': 'all that can be wrong before the first row',
  'src/load/rejects.ts': 'why rows fail: gathered, written down, found by the database',
  'src/load/record.ts': 'all that is written down of a run while it goes on, and its pace',
  'src/load/sku-index.ts': 'the SKUs of a file, and sets of its rows',
  'src/load/stage.ts': 'one pass over the rows, with all that is learnt on the way',
  'src/product/columns.ts': 'what each header is taken for, and what is said of it',
  'src/product/plan.ts': 'how a file is to be read, decided once',
  'src/product/price.ts': 'every way in which a price is written',
  'src/product/row-reader.ts': 'one class, which reads a row field by field',
  'src/report/text.ts': 'what a summary says: its sentence, its counts, its layout',
  'src/source/csv.ts': 'every way in which the cells of a record are cut',
  'src/source/encoding.ts': 'every way to learn an encoding, in their order',
  'src/source/json-items.ts': 'two classes that cut JSON into products, byte by byte',
  'src/source/pages.ts': 'a fifth of it is the table of encodings',
  'src/source/scan.ts': 'one class, which finds where records end',
  'src/source/stored.ts': 'a file, a FIFO and standard input, opened alike',
  'src/source/xls.ts': 'all that only the library reads, from its limits to its cells',
  'src/source/xlsx/plain-sheet.ts': 'one class, which reads rows of a sheet byte by byte',
  'src/source/xml.ts': 'one class, which reads XML token by token',
};

/** Files of less than sixty lines that only one other file knows, and why they stand alone. */
const small: Record<string, string> = {
  'src/cli/option.ts': 'how commander reads an option, which those who list options need not load',
  'src/image/compress/child.ts': 'a process of its own',
  'src/net/contain.ts': 'keeps a fault of a connection from ending the process: to be read alone',
  'src/remote/open.ts': 'the way to all bytes, which loads what asks a host where there is one',
  'src/terminal/prompt.ts': 'loaded only where somebody is asked',
  'src/webhook/quick.ts': 'loaded only after a change that was published',
};

const linesOf = (path: string) => read(path).split('\n').length - 1;

it('has a reason for every file of more than 250 lines', () => {
  const long = files.filter((path) => linesOf(path) > 250);
  expect(long).toEqual(Object.keys(large).sort());
});

it('has a reason for every small file that only one other knows', () => {
  const importers = new Map<string, Set<string>>();
  for (const { from, to } of files.flatMap(importsOf)) {
    importers.set(to, (importers.get(to) ?? new Set()).add(from));
  }
  const known = (path: string) => importers.get(path)?.size ?? 0;
  // A command is known by the list of commands alone.
  const alone = files.filter((path) => linesOf(path) < 60 && known(path) < 2);
  const lonely = alone.filter((path) => !path.startsWith('src/commands/'));
  expect(lonely).toEqual(Object.keys(small).sort());
});

it('imports heavy packages where they are used, when they are used', () => {
  const heavy =
    /^import (?!type\b)[^;]*'(exceljs|sharp|@aws-sdk\/[^']+|@e965\/xlsx|ssh2-sftp-client|basic-ftp)'/m;
  expect(files.filter((path) => heavy.test(codeOf(path)))).toEqual([]);
});
