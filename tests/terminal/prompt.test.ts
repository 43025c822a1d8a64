import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { confirm } from '../../src/terminal/prompt.js';

const { signal } = new AbortController();

function asked(answer: string) {
  const input = new PassThrough();
  const output = new PassThrough();
  const reply = confirm('Delete 12 products?', { input, output, signal });
  input.end(answer);
  return { reply, shown: () => String(output.read()) };
}

describe('a question before something final', () => {
  it('shows that no is the default', async () => {
    const { reply, shown } = asked('y\n');
    await reply;
    expect(shown()).toBe('Delete 12 products? [y/N] ');
  });

  it('ends its line when it gets no answer, and shows no commands', async () => {
    const output = new PassThrough();
    const input = new PassThrough();
    input.end();
    await confirm('Delete \x1b[8mall?', { input, output, signal });
    output.end();
    expect(await text(output)).toBe('Delete \\x1b[8mall? [y/N] \n');
  });

  it.each(['y', 'Y', 'yes', ' YES '])('takes %j for yes', async (answer) => {
    expect(await asked(`${answer}\n`).reply).toBe(true);
  });

  it.each(['', 'n', 'yess', 'sure'])('takes %j for no', async (answer) => {
    expect(await asked(`${answer}\n`).reply).toBe(false);
  });

  it('takes the end of the input for no', async () => {
    expect(await asked('').reply).toBe(false);
  });

  it('is withdrawn by a signal: a yes that comes after it is no answer', async () => {
    const input = new PassThrough();
    const controller = new AbortController();
    const { signal } = controller;
    const reply = confirm('Delete all?', { input, output: new PassThrough(), signal });
    controller.abort(new Error('stopped'));
    input.end('y\n');
    await expect(reply).rejects.toThrow('stopped');
  });

  it('is not asked after a signal', () => {
    const output = new PassThrough();
    const signal = AbortSignal.abort(new Error('stopped'));
    const input = new PassThrough();
    expect(() => confirm('Delete all?', { input, output, signal })).toThrow('stopped');
    expect(output.read()).toBe(null);
  });
});
