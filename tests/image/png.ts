import { deflateSync } from 'node:zlib';

/** A PNG of one shade of grey; `text` makes it different from others. */
export function png(width: number, height: number, shade = 128, text = ''): Buffer {
  const line = Buffer.concat([Buffer.from([0]), Buffer.alloc(width, shade)]);
  return assemble(width, height, 8, Buffer.concat(Array<Buffer>(height).fill(line)), text);
}

/** 16383 × 16383 pixels in about 33 kB: decoded, they take hundreds of megabytes. */
export function bomb(): Buffer {
  const side = 16_383;
  return assemble(side, side, 1, Buffer.alloc(side * (1 + Math.ceil(side / 8))), '');
}

function assemble(width: number, height: number, bits: number, lines: Buffer, text: string) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = bits;
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...(text ? [chunk('tEXt', Buffer.from(`Comment\0${text}`, 'latin1'))] : []),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

function crc32(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}
