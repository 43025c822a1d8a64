import { spawn } from 'node:child_process';
import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { createOutput } from '../../src/terminal/streams.js';

function failing(code: string) {
  return new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error(`write ${code}`), { code }));
    },
  });
}

describe('the output', () => {
  it('hands everything on, in order', async () => {
    const stream = new PassThrough();
    const output = createOutput(stream);
    const read = text(stream);
    await output.write('one ');
    await output.writeAll(
      (async function* () {
        yield 'two ';
        yield Buffer.from('three');
      })(),
    );
    stream.end();
    expect(await read).toBe('one two three');
  });

  it('takes a reader who left for no error, and stops making more', async () => {
    const output = createOutput(failing('EPIPE'));
    let made = 0;
    await output.writeAll(
      (async function* () {
        for (;;) yield `${(made += 1)}\n`;
      })(),
    );
    expect(made).toBe(1);
    await expect(output.write('more')).resolves.toBeUndefined();
  });

  it('says so when the disk is full', async () => {
    const output = createOutput(failing('ENOSPC'));
    await expect(output.write('one')).rejects.toThrow('the disk is full');
  });

  it('survives a real pipe whose reader takes one line', async () => {
    const head = spawn('head', ['-n', '1'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const output = createOutput(head.stdin);
    const line = 'x'.repeat(10_000) + '\n';
    let made = 0;
    const written = output.writeAll(
      (async function* () {
        for (; made < 1000; made += 1) yield line;
      })(),
    );
    expect(await text(head.stdout)).toBe(line);
    await written;
    expect(made).toBeLessThan(1000);
  });
});
