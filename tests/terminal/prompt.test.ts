import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { confirm } from '../../src/terminal/prompt.js';

function asked(answer: string) {
  const input = new PassThrough();
  const output = new PassThrough();
  const reply = confirm('Delete 12 products?', { input, output });
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
    await confirm('Delete \x1b[8mall?', { input, output });
    expect(String(output.read())).toBe('Delete \\x1b[8mall? [y/N] \n');
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
});
