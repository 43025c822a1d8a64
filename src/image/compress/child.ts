/**
 * The process that decodes and encodes, one image at a time. Images come from strangers: a decoder
 * that crashes, hangs or eats memory ends this process and nothing else.
 */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { CompressAnswer, CompressOrder } from './pool.js';
import { compress } from './sharp.js';

// A Ctrl-C reaches every process of the terminal; when this one has to end, its parent says.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

process.on('message', (order: CompressOrder) => {
  void answerTo(order).then((answer) => process.send?.(answer));
});

async function answerTo({ from, to, settings }: CompressOrder): Promise<CompressAnswer> {
  const lacking = await import('sharp').then(
    () => null,
    (error: Error) => error.message,
  );
  if (lacking !== null) return { kind: 'missing', message: lacking.split('\n')[0]! };
  try {
    const bytes = await compress(from, settings);
    await writeFile(to, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { kind: 'done', sha256, bytes: bytes.length };
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    return { kind: code ? 'failed' : 'refused', message: message.split('\n')[0]! };
  }
}
