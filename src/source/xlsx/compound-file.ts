import type { FileHandle } from 'node:fs/promises';

const endOfChain = 0xffff_fffe;
/** Sectors of directory that are looked at: 4 to 32 entries each, a workbook has a few dozen. */
const maxDirectorySectors = 256;
const headerDifatEntries = 109;

/**
 * Names in the directory of an OLE compound file (MS-CFB), the wrapper of .xls, .doc, and of
 * anything Office encrypts. A damaged one gives what could be read.
 */
export async function compoundFileNames(file: FileHandle): Promise<string[]> {
  const header = await readAt(file, 0, 512);
  if (header.length < 512) return [];
  const sectorBytes = header.readUInt16LE(30) === 12 ? 4096 : 512;
  const names: string[] = [];
  let sector = header.readUInt32LE(48);
  for (let count = 0; count < maxDirectorySectors && sector < endOfChain; count++) {
    const content = await readAt(file, (sector + 1) * sectorBytes, sectorBytes);
    for (let at = 0; at + 128 <= content.length; at += 128) {
      const nameBytes = Math.min(64, content.readUInt16LE(at + 64));
      if (nameBytes >= 2) names.push(content.toString('utf16le', at, at + nameBytes - 2));
    }
    sector = await nextSector(file, header, sectorBytes, sector);
  }
  return names;
}

/** Follows the file allocation table, whose own sectors are listed from the header on. */
async function nextSector(
  file: FileHandle,
  header: Buffer,
  sectorBytes: number,
  sector: number,
): Promise<number> {
  const perSector = sectorBytes / 4;
  const table = await tableSector(file, header, sectorBytes, Math.floor(sector / perSector));
  if (table >= endOfChain) return endOfChain;
  const entry = await readAt(file, (table + 1) * sectorBytes + (sector % perSector) * 4, 4);
  return entry.length === 4 ? entry.readUInt32LE(0) : endOfChain;
}

async function tableSector(
  file: FileHandle,
  header: Buffer,
  sectorBytes: number,
  index: number,
): Promise<number> {
  if (index < headerDifatEntries) return header.readUInt32LE(76 + index * 4);
  const perSector = sectorBytes / 4 - 1;
  let list = header.readUInt32LE(68);
  let left = index - headerDifatEntries;
  for (; left >= perSector && list < endOfChain; left -= perSector) {
    const link = await readAt(file, (list + 1) * sectorBytes + perSector * 4, 4);
    list = link.length === 4 ? link.readUInt32LE(0) : endOfChain;
  }
  if (list >= endOfChain) return endOfChain;
  const entry = await readAt(file, (list + 1) * sectorBytes + left * 4, 4);
  return entry.length === 4 ? entry.readUInt32LE(0) : endOfChain;
}

async function readAt(file: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await file.read(buffer, 0, bytes, position);
  return buffer.subarray(0, bytesRead);
}
