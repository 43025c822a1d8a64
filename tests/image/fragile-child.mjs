import process from 'node:process';
import { readFileSync } from 'node:fs';
import '../../dist/image/compress/child.js';

// Before the real child gets to the image: dies or hangs, as the image says.
process.prependListener('message', ({ from }) => {
  const content = readFileSync(from, 'latin1');
  if (content.includes('CRASH')) process.abort();
  if (content.includes('HANG')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
