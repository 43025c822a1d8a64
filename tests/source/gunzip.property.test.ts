import { gzipSync } from 'node:zlib';
import fc from '../setup/property.js';
import { describe, expect, it } from 'vitest';
import { gunzip } from '../../src/source/gunzip.js';

async function* chunked(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function unpacked(bytes: Buffer, size: number) {
  let damage: string | null = null;
  const parts: Buffer[] = [];
  for await (const part of gunzip(chunked(bytes, size), (why) => (damage = why))) parts.push(part);
  return { content: Buffer.concat(parts), damage };
}

const content = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.nat(900_000).map((length) => Buffer.alloc(length, 'sku,name\n')),
);
const level = fc.constantFrom(0, 1, 9);
const member = fc.tuple(content, level).map(([plain, of]) => ({
  plain,
  packed: gzipSync(plain, { level: of }),
}));
/** Bytes that come at once, of a small file; of a large one a thousand times as many. */
const size = fc.integer({ min: 1, max: 40 });

/** With every optional part of a header, which no packer of ours writes. */
function withFullHeader(packed: Buffer): Buffer {
  const header = Buffer.from(packed.subarray(0, 10));
  header[3] = 2 | 4 | 8 | 16;
  const extra = Buffer.from('\x03\0abcname.csv\0a remark\0\x12\x34', 'latin1');
  return Buffer.concat([header, extra, packed.subarray(10)]);
}

describe('gunzip', () => {
  it('gives the content of all members, however the bytes come, whatever follows them', async () => {
    const tails = fc.constantFrom('', '\0', '\0'.repeat(512), 'garbage', '\x1f', '\x1f\x8b');
    await fc.assert(
      fc.asyncProperty(
        fc.array(member, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        tails,
        size,
        async (members, isFull, tail, chunkSize) => {
          const packed = members.map((each) =>
            isFull ? withFullHeader(each.packed) : each.packed,
          );
          const bytes = Buffer.concat([...packed, Buffer.from(tail, 'latin1')]);
          const result = await unpacked(bytes, bytes.length < 5000 ? chunkSize : chunkSize * 1000);
          expect(result.damage).toBeNull();
          const plain = Buffer.concat(members.map((each) => each.plain));
          expect(result.content.equals(plain)).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('notices every byte that is missing at the end', async () => {
    const packed = gzipSync('sku,name\nA,Kettle\n'.repeat(20));
    for (let length = 0; length < packed.length; length++) {
      const { damage } = await unpacked(packed.subarray(0, length), 7);
      expect(damage, String(length)).toBe('the gzip data stop before their end');
    }
  });

  it('never takes other bytes for the content: it says so, or they make no difference', async () => {
    const plain = Buffer.from('sku,name\nA,Kettle\nB,Cup\n'.repeat(20));
    const packed = gzipSync(plain);
    for (let at = 10; at < packed.length; at++) {
      const spoilt = Buffer.from(packed);
      spoilt[at]! ^= 0x55;
      const { damage, content: found } = await unpacked(spoilt, 1000);
      if (damage === null) expect(found.equals(plain), String(at)).toBe(true);
    }
  });
});
