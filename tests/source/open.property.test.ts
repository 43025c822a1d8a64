import { gzipSync } from 'node:zlib';
import fc from '../setup/property.js';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { openSource } from '../../src/source/open.js';
import { allRows, automatic } from './reading.js';

const words = fc
  .array(
    fc.constantFrom('sku', 'name', ',', ';', '"', '\n', '\r', ' ', 'é', '\0', 'sep=;', '1,5'),
    {
      maxLength: 60,
    },
  )
  .map((parts) => parts.join(''));
const input = fc.oneof(
  fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
  words.map((text) => Buffer.from(text)),
  words.map((text) => iconv.encode(text, 'utf-16le')),
  fc.tuple(words, fc.nat(30)).map(([text, cut]) => {
    const packed = gzipSync(text);
    return packed.subarray(0, packed.length - cut);
  }),
);

async function* chunked(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test('reads any bytes to their end, or refuses them with a sentence', async () => {
  await fc.assert(
    fc.asyncProperty(input, fc.integer({ min: 1, max: 50 }), async (bytes, size) => {
      try {
        const source = await openSource({ ...automatic, file: '-' }, chunked(bytes, size));
        const rows = await allRows(source);
        expect(rows.slice(0, 50)).toEqual(source.head);
        const numbers = rows.map((row) => row.rowNumber);
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
        expect(source.bytesRead()).toBe(bytes.length);
        await source.close();
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        expect(error.message).toMatch(/^standard input/);
      }
    }),
    { numRuns: 1000 },
  );
});
