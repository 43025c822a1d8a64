import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import iconv from 'iconv-lite';
import { chromium } from 'playwright-core';
import { stripVTControlCharacters } from 'node:util';
import { fixture } from '../bench/cache.js';
import { displayWidth } from '../../src/terminal/escape.js';

/**
 * `npm run pictures`: makes the pictures of the README anew, each from a real run: what commands show
 * on a terminal as SVG, and the report as a browser shows it, where Chromium is installed. Needs
 * `script` of util-linux.
 */
const columns = 88;
const root = fileURLToPath(new URL('../../', import.meta.url));
const binary = join(root, 'bin/prodimport.js');
const folder = mkdtempSync(join(tmpdir(), 'prodimport-pictures-'));
const env = {
  PATH: process.env.PATH,
  HOME: folder,
  PRODIMPORT_HOME: join(folder, 'home'),
  TERM: 'xterm-256color',
};

/** What a terminal of so many columns gets, without the name of this machine and its user. */
function onTerminal(words: string): string {
  const command = `stty cols ${columns} rows 40; '${process.execPath}' '${binary}' ${words}`;
  const script = ['-qec', command, '/dev/null'];
  const bytes = execFileSync('script', script, {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: 'pipe',
  });
  return bytes.replaceAll(`${userInfo().username}@${hostname()}`, 'me@shop');
}

/** What a terminal was told to draw, line by line, of lines that were drawn over only the last. */
function linesOf(bytes: string): string[] {
  return bytes
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => framesOf(line).at(-1) ?? '');
}

// eslint-disable-next-line no-control-regex
const movement = /\r|\x1b\[(?:\?\d+[hl]|\d*[A-HJKfG])/g;

const framesOf = (line: string) =>
  line.split(movement).filter((frame) => stripVTControlCharacters(frame).trim() !== '');

/** The bar as it was nearest to two thirds. */
function barOf(bytes: string): string[] {
  const share = (frame: string) => Number(/ (\d+)% /.exec(stripVTControlCharacters(frame))?.[1]);
  const frames = framesOf(bytes).filter((frame) => share(frame) > 0);
  const distance = (frame: string) => Math.abs(share(frame) - 66);
  return frames.sort((a, b) => distance(a) - distance(b)).slice(0, 1);
}

const colours: Record<string, string> = {
  31: '#ff7b72',
  32: '#5fd38a',
  33: '#e3b341',
  36: '#56c8d8',
};

/** Lines with colours as a picture of a terminal. */
function svgOf(lines: string[]): string {
  const width = 12 + Math.ceil(columns * 8.43) + 12;
  const height = 16 + lines.length * 20 + 12;
  const texts = lines.map((line, at) => `<text x="12" y="${32 + at * 20}">${spansOf(line)}</text>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    '<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#e6e6e1;white-space:pre}</style>',
    `<rect width="${width}" height="${height}" rx="8" fill="#1b1d1f"/>`,
    ...texts,
    '</svg>\n',
  ].join('\n');
}

function spansOf(line: string): string {
  let style: Record<string, string> = {};
  return line
    .split(/(\x1b\[[\d;]*m)/) // eslint-disable-line no-control-regex
    .map((part) => {
      const codes = /^\x1b\[([\d;]*)m$/.exec(part)?.[1]; // eslint-disable-line no-control-regex
      if (codes === undefined) return spanOf(stripVTControlCharacters(part), style);
      for (const code of codes.split(';')) style = restyled(style, code);
      return '';
    })
    .join('');
}

function restyled(style: Record<string, string>, code: string): Record<string, string> {
  const { fill, ...others } = style;
  if (code in colours) return { ...style, fill: colours[code]! };
  if (code === '39') return others;
  if (code === '1') return { ...style, 'font-weight': 'bold' };
  if (code === '2') return { ...style, opacity: '.6' };
  if (code === '22') return fill ? { fill } : {};
  return {};
}

function spanOf(text: string, style: Record<string, string>): string {
  if (text === '') return '';
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const attributes = Object.entries(style).map(([name, value]) => ` ${name}="${value}"`);
  return attributes.length === 0 ? escaped : `<tspan${attributes.join('')}>${escaped}</tspan>`;
}

function save(name: string, command: string, lines: string[]): void {
  const shown = [`$ prodimport ${command}`, ...lines];
  while (shown.at(-1)?.trim() === '') shown.pop();
  const wide = shown.filter((line) => displayWidth(line) > columns);
  if (wide.length > 0) throw new Error(`${name}: too wide: ${wide[0]}`);
  write(name, svgOf(shown));
}

function write(name: string, content: string | Buffer): void {
  writeFileSync(join(root, '.github', name), content);
  process.stdout.write(`.github/${name} (${Math.ceil(content.length / 1000)} kB)\n`);
}

async function photograph(file: string): Promise<void> {
  const executablePath = '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    process.stdout.write('No Chromium: the pictures of the report stay as they are.\n');
    return;
  }
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  const browser = await chromium.launch({ executablePath, args });
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ viewport: { width: 920, height: 720 }, colorScheme });
    await page.setContent(readFileSync(file, 'utf8'));
    write(`report-${colorScheme}.png`, await page.screenshot());
    await page.close();
  }
  await browser.close();
}

const messy = `Preisliste Frühjahr;;;
Artikelnummer;Bezeichnung;VK brutto;Farbe
T-1;"Tee ""Grüner Drache""";8,50 €;grün
T-2;Teekanne;1.249,00;weiß
T-3;Löffel;3,20;
`;

try {
  const { path } = await fixture('three', 500_000, 'csv');
  writeFileSync(join(folder, 'products.csv'), readFileSync(path));
  writeFileSync(join(folder, 'supplier.csv'), iconv.encode(messy, 'windows-1252'));
  onTerminal('db start');
  onTerminal(`load '${join(root, 'fixtures/products.csv')}'`);
  save('list.svg', 'product list', linesOf(onTerminal('product list')));
  onTerminal('purge --all --yes');
  const loaded = onTerminal('load products.csv');
  // The first sentence names a folder of this machine, and goes on in lines of its own.
  const said = linesOf(loaded).slice(1);
  const others = said.slice(said.findIndex((line) => !line.startsWith('  ')));
  save('load.svg', 'load products.csv', [...barOf(loaded), ...others]);
  save('inspect.svg', 'inspect supplier.csv', linesOf(onTerminal('inspect supplier.csv')));
  writeFileSync(join(folder, 'rows.csv'), readFileSync(join(root, 'fixtures/with-rejects.csv')));
  onTerminal('load rows.csv --accept-rejects');
  onTerminal('report last --output report.html');
  await photograph(join(folder, 'report.html'));
} finally {
  onTerminal('db stop');
  rmSync(folder, { recursive: true, force: true });
}
