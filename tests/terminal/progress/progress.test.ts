import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProgressMode } from '../../../src/terminal/progress/create.js';
import { Context } from '../../../src/cli/context.js';
import { createProgress } from '../../../src/terminal/progress/create.js';

/** A terminal of 80 columns that remembers what is on its lines. */
class Screen extends PassThrough {
  isTTY = true;
  columns = 80;
  cursorTo(x: number): void {
    this.write(`\x1b[${x + 1}G`);
  }
  clearLine(direction: number): void {
    this.write(direction === 1 ? '\x1b[0K' : '\x1b[2K');
  }
  lines(): string[] {
    return this.written().split('\n').map(lastDrawn);
  }
  /** All there is: from Node 26 on a read gives one piece of it. */
  written(): string {
    let text = '';
    for (let piece; (piece = this.read() as Buffer | null) !== null;) text += piece.toString();
    return text;
  }
}

/** What is left of a line after its redrawings and erasures, as a terminal would show it. */
function lastDrawn(line: string): string {
  let shown = '';
  let column = 0;
  // eslint-disable-next-line no-control-regex
  for (const [part] of line.matchAll(/\x1b(?:\[[?\d;]*[a-zA-Z]|[78])|[^\x1b]+/g)) {
    if (part === '\x1b[1G') column = 0;
    else if (part === '\x1b[0K') shown = shown.slice(0, column);
    else if (part === '\x1b[2K') shown = '';
    else if (!part.startsWith('\x1b')) {
      shown = shown.slice(0, column) + part + shown.slice(column + part.length);
      column += part.length;
    }
  }
  return shown;
}

async function start(mode: ProgressMode, intervalMs: number) {
  const screen = new Screen();
  const stream = screen as unknown as NodeJS.WriteStream;
  return { screen, progress: await createProgress({ mode, stream, intervalMs }) };
}

const half = { bytesRead: 500, bytesTotal: 1000, rows: 20, rejected: 1 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('progress in lines', () => {
  it('says how far it is every interval, and nothing after it was stopped', async () => {
    const { screen, progress } = await start('lines', 5000);
    progress.phase('reading');
    progress.update(half);
    vi.advanceTimersByTime(10_000);
    progress.stop();
    vi.advanceTimersByTime(10_000);
    expect(screen.lines()).toEqual([
      'reading: 20 rows (50%), 4 rows/s, 1 row rejected, 5 s left',
      'reading: 20 rows (50%), 2 rows/s, 1 row rejected, 10 s left',
      '',
    ]);
  });

  it('does not call it reading where images are counted', async () => {
    const { screen, progress } = await start('lines', 5000);
    const counted = { noun: 'image', total: 40, rejected: 'dead' };
    progress.phase('reading');
    progress.update({ bytesRead: 500, bytesTotal: null, rows: 20, rejected: 1, counted });
    vi.advanceTimersByTime(5000);
    progress.stop();
    expect(screen.lines()).toEqual(['20 images (50%), 4 images/s, 1 image dead, 5 s left', '']);
  });

  it('says at once what it waits for, and for how long', async () => {
    const { screen, progress } = await start('lines', 5000);
    progress.phase('waiting', 'waiting for job 11');
    vi.advanceTimersByTime(5000);
    progress.stop();
    expect(screen.lines()).toEqual(['waiting for job 11', 'waiting for job 11 (5 s)', '']);
  });

  it('shows what a note tried to do to the terminal', async () => {
    const { screen, progress } = await start('lines', 5000);
    progress.note('header \x1b[2J');
    progress.stop();
    expect(screen.lines()).toEqual(['header \\x1b[2J', '']);
  });

  it('is silent about a run that is over before the first interval', async () => {
    const { screen, progress } = await start('lines', 5000);
    progress.phase('reading');
    progress.update(half);
    progress.phase('done');
    progress.stop();
    expect(screen.lines()).toEqual(['']);
  });
});

describe('a bar on standard error', () => {
  const { signal } = new AbortController();

  it.each([
    [true, true],
    [false, false],
  ])('with colours allowed: %s, is coloured: %s', async (color, isColoured) => {
    const screen = new Screen();
    const streams = { stdin: process.stdin, stderr: screen as unknown as NodeJS.WriteStream };
    const environment = { exported: { TERM: 'xterm', FORCE_COLOR: '1' }, file: {} };
    const context = new Context(environment, { color, logFormat: 'text' }, [], signal, streams);
    const progress = await context.progress();
    progress.phase('reading');
    progress.update(half);
    vi.advanceTimersByTime(1000);
    progress.stop();
    expect(screen.written().includes('\x1b[33m1 rejected')).toBe(isColoured);
  });
});

describe('progress as JSON', () => {
  it('gives a line for each phase, each interval and each note', async () => {
    const { screen, progress } = await start('json', 1000);
    progress.phase('reading');
    progress.update(half);
    vi.advanceTimersByTime(1000);
    progress.note('encoding taken as windows-1252');
    progress.phase('done');
    progress.stop();
    const lines = screen.written().trimEnd().split('\n');
    const documents = lines.map((line) => JSON.parse(line) as object);
    const done = { ...half, step: null, rowsPerSecond: null, msLeft: null };
    expect(documents).toEqual([
      { phase: 'reading', ...done, bytesRead: 0, bytesTotal: null, rows: 0, rejected: 0 },
      { phase: 'reading', step: null, ...half, rowsPerSecond: 20, msLeft: 1000 },
      { note: 'encoding taken as windows-1252' },
      { phase: 'done', ...done },
    ]);
  });
});

describe('a step that earlier runs tell the time of', () => {
  it.each([
    ['lines', 5000, 'merging: writing (5 s, about 7 s left)'],
    [
      'json',
      5000,
      '"step":"writing","bytesRead":0,"bytesTotal":null,"rows":0,"rejected":0,"rowsPerSecond":null,"msLeft":7000}',
    ],
  ] as const)(
    'says what is left of it, and nothing once that is over: %s',
    async (mode, every, text) => {
      const { screen, progress } = await start(mode, every);
      progress.phase('merging');
      progress.step('writing', { ms: 15_000, ageMs: 3000 });
      vi.advanceTimersByTime(5000);
      expect(screen.written().trimEnd().split('\n').at(-1)).toContain(text);
      vi.advanceTimersByTime(10_000);
      expect(screen.written().trimEnd().split('\n').at(-1)).not.toMatch(/left\)|Left":\d/);
      progress.stop();
    },
  );
});

describe('progress as a log', () => {
  it('has the shape of every line of it: level, time, msg, and the figures', async () => {
    const { screen, progress } = await start('log', 1000);
    progress.phase('waiting', 'waiting for job 11');
    progress.phase('reading');
    progress.update(half);
    vi.advanceTimersByTime(1000);
    progress.note('encoding taken as windows-1252');
    progress.stop();
    const lines = screen.written().trimEnd().split('\n');
    const time = expect.stringMatching(/^\d{4}-.*Z$/) as string;
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 'info', time, msg: 'waiting for job 11', phase: 'waiting', rows: 0 },
      { level: 'info', time, msg: 'reading', phase: 'reading', rows: 0 },
      { level: 'info', time, msg: 'reading', phase: 'reading', ...half, rowsPerSecond: 20 },
      { level: 'info', time, msg: 'encoding taken as windows-1252' },
    ]);
  });
});

describe('progress on a terminal', () => {
  it('leaves nothing but its notes, whole', async () => {
    const { screen, progress } = await start('bar', 100);
    progress.phase('waiting', 'waiting for job 11');
    progress.note('first note');
    progress.phase('reading');
    progress.update(half);
    vi.advanceTimersByTime(500);
    progress.note('second note');
    vi.advanceTimersByTime(500);
    progress.phase('merging', 'merging 20 rows');
    progress.note('third note');
    vi.advanceTimersByTime(500);
    progress.phase('done');
    progress.stop();
    expect(screen.lines()).toEqual(['first note', 'second note', 'third note', '']);
  });

  it('shows one moving thing at a time, and the cursor again at the end', async () => {
    const { screen, progress } = await start('bar', 100);
    progress.phase('reading');
    progress.update(half);
    vi.advanceTimersByTime(1000);
    expect(screen.lines().at(-1)).toMatch(/50% .*20 rows .*1 rejected/);
    progress.phase('merging', 'merging 20 rows');
    vi.advanceTimersByTime(1100);
    expect(screen.lines().at(-1)).toMatch(/^. merging 20 rows 1 s$/);
    progress.stop();
    expect(screen.written()).toMatch(/\x1b\[\?25h$/); // eslint-disable-line no-control-regex
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes a terminal that does not know its width for 80 columns', async () => {
    const { screen, progress } = await start('bar', 100);
    screen.columns = 0;
    progress.phase('reading');
    progress.update(half);
    vi.advanceTimersByTime(1000);
    const drawn = screen.lines().at(-1);
    progress.stop();
    expect(drawn).toMatch(/50% .*20 rows/);
  });

  it('says nothing but notes when asked to be silent', async () => {
    const { screen, progress } = await start('none', 100);
    progress.phase('reading', 'a file');
    progress.note('a note');
    progress.stop();
    expect(screen.lines()).toEqual(['a note', '']);
  });
});
