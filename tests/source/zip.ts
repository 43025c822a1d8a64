import { crc32, deflateRawSync } from 'node:zlib';

/** A part of an archive written by hand; what is not given is as it should be. */
export interface ZipPart {
  name: string;
  data: string | Buffer;
  stored?: boolean;
  /** Sizes and checksum follow the data, as streaming writers do. */
  descriptor?: boolean;
  /** A wrong checksum. */
  crc?: number;
  /** A size once inflated that is not the real one. */
  claimedBytes?: number;
  encrypted?: boolean;
  /** Sizes and offsets stand in a zip64 extra field. */
  zip64?: boolean;
}

/** Writes an archive with exactly these parts in this order. */
export function zip(parts: ZipPart[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const written = writePart(part, offset);
    locals.push(written.local);
    directory.push(written.directory);
    offset += written.local.length;
  }
  const directoryBytes = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(parts.length, 0xffff), 8);
  end.writeUInt16LE(Math.min(parts.length, 0xffff), 10);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directoryBytes, end]);
}

function writePart(part: ZipPart, offset: number): { local: Buffer; directory: Buffer } {
  const name = Buffer.from(part.name, 'utf8');
  const data = Buffer.from(part.data as string);
  const content = part.stored ? data : deflateRawSync(data);
  const flags = 0x800 | (part.descriptor ? 8 : 0) | (part.encrypted ? 1 : 0);
  const crc = part.crc ?? crc32(data);
  const bytes = part.claimedBytes ?? data.length;

  const fixed = Buffer.alloc(30);
  fixed.writeUInt32LE(0x04034b50, 0);
  fixed.writeUInt16LE(part.zip64 ? 45 : 20, 4);
  fixed.writeUInt16LE(flags, 6);
  fixed.writeUInt16LE(part.stored ? 0 : 8, 8);
  fixed.writeUInt16LE(name.length, 26);
  if (!part.descriptor) writeSizes(fixed, 14, crc, content.length, bytes);
  const descriptor = Buffer.alloc(part.descriptor ? 16 : 0);
  if (part.descriptor) {
    descriptor.writeUInt32LE(0x08074b50, 0);
    writeSizes(descriptor, 4, crc, content.length, bytes);
  }

  const extra = part.zip64 ? zip64Extra(bytes, content.length, offset) : Buffer.alloc(0);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(45, 4);
  entry.writeUInt16LE(part.zip64 ? 45 : 20, 6);
  entry.writeUInt16LE(flags, 8);
  entry.writeUInt16LE(part.stored ? 0 : 8, 10);
  writeSizes(entry, 16, crc, content.length, bytes);
  entry.writeUInt32LE(offset, 42);
  if (part.zip64) for (const at of [20, 24, 42]) entry.writeUInt32LE(0xffffffff, at);
  entry.writeUInt16LE(name.length, 28);
  entry.writeUInt16LE(extra.length, 30);
  return {
    local: Buffer.concat([fixed, name, content, descriptor]),
    directory: Buffer.concat([entry, name, extra]),
  };
}

function writeSizes(target: Buffer, at: number, crc: number, stored: number, bytes: number): void {
  target.writeUInt32LE(crc, at);
  target.writeUInt32LE(stored, at + 4);
  target.writeUInt32LE(bytes, at + 8);
}

function zip64Extra(bytes: number, stored: number, offset: number): Buffer {
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  extra.writeBigUInt64LE(BigInt(bytes), 4);
  extra.writeBigUInt64LE(BigInt(stored), 12);
  extra.writeBigUInt64LE(BigInt(offset), 20);
  return extra;
}
