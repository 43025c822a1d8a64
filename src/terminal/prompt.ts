import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { showSafely } from './escape.js';

/**
 * Asks before something that can't be undone. The answer is no unless it is `y` or `yes`; the end
 * of the input (Ctrl-D) is a no. Call it only where standard input is a terminal.
 *
 * The terminal stays in its own line mode, so that Ctrl-C reaches the process as the signal.
 * @param signal withdraws the question: what is typed afterwards is no answer
 * @throws the signal's reason
 */
export function confirm(
  question: string,
  { input, output, signal }: { input: Readable; output: Writable; signal: AbortSignal },
): Promise<boolean> {
  signal.throwIfAborted();
  const lines = createInterface({ input, output, terminal: false, signal });
  let answered = false;
  output.write(`${showSafely(question)} [y/N] `);
  return new Promise((resolve, reject) => {
    lines.once('close', () => {
      if (!answered) output.write('\n');
      if (signal.aborted) reject(signal.reason as Error);
      else resolve(false);
    });
    lines.once('line', (answer) => {
      answered = true;
      resolve(/^y(es)?$/i.test(answer.trim()));
      lines.close();
    });
  });
}
