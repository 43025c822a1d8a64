import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { isCompoundFile } from '../foreign.js';
import { Container } from './container.js';
import { asFault, damaged, notAWorkbook, passwordProtected } from './fault.js';
import { findMainPart } from './workbook.js';

const saveAs = 'Open it in the program that made it, save it as .xlsx or CSV, and load that file.';

/** What a ZIP archive or an OLE compound file holds: a workbook of one kind, or files of any. */
export type PackageKind = 'xlsx' | 'xlsb' | 'ods' | 'xls' | 'archive';

/**
 * Which workbook a ZIP archive or an OLE compound file is.
 * @param name how messages call the file
 * @throws UsageError saying what it really is, where it is another kind of document, locked with a
 *   password, or damaged
 */
export async function packageKind(path: string, name = basename(path)): Promise<PackageKind> {
  const file = await open(path).catch((error: unknown) => {
    throw asFault(name, 'the file', error);
  });
  try {
    if (isCompoundFile(await beginning(file))) {
      return requireXls(await compoundFileNames(file), name);
    }
  } catch (error) {
    throw asFault(name, 'the file', error);
  } finally {
    await file.close();
  }
  const container = await Container.open(path, name);
  try {
    return await zipKind(container);
  } finally {
    container.close();
  }
}

/** The names in a compound file tell which program wrote it. */
function requireXls(names: string[], name: string): 'xls' {
  const has = (entry: string): boolean => names.includes(entry);
  if (has('EncryptedPackage')) throw passwordProtected(name);
  if (has('Workbook') || has('Book')) return 'xls';
  if (has('WordDocument')) throw notAWorkbook(name, `is a Word document (.doc). ${saveAs}`);
  if (has('PowerPoint Document')) {
    throw notAWorkbook(name, `is a PowerPoint presentation (.ppt). ${saveAs}`);
  }
  if (names.some((entry) => entry.startsWith('__properties_version'))) {
    throw notAWorkbook(name, 'is an Outlook message (.msg). Save its attachment and load that.');
  }
  if (names.length === 0) throw damaged(name, 'an OLE file without a directory');
  throw notAWorkbook(name, `is an OLE file that holds no workbook. ${saveAs}`);
}

/** @throws UsageError where the archive is a document without a table, saying which */
async function zipKind(container: Container): Promise<PackageKind> {
  const names = container.partNames();
  const has = (pattern: RegExp): boolean => names.some((part) => pattern.test(part));
  if (container.has('mimetype')) return openDocument(container);
  if (has(/^xl\/workbook\.bin$/i)) return 'xlsb';
  if (has(/^word\/document\d*\.xml$/i)) {
    throw notAWorkbook(container.name, `is a Word document (.docx). ${saveAs}`);
  }
  if (has(/^ppt\/presentation\.xml$/i)) {
    throw notAWorkbook(container.name, `is a PowerPoint presentation (.pptx). ${saveAs}`);
  }
  if (has(/^Index\/.*\.iwa$/i) || has(/^index\.zip$/i)) {
    const what = 'is an Apple Numbers document. Export it to Excel or CSV, and load that file.';
    throw notAWorkbook(container.name, what);
  }
  return (await findMainPart(container)) === null ? 'archive' : 'xlsx';
}

/** OpenDocument and EPUB name themselves in a first part called `mimetype`. */
async function openDocument(container: Container): Promise<PackageKind> {
  const chunks: Buffer[] = [];
  if (container.sizeOf('mimetype') <= 200) {
    for await (const chunk of container.read('mimetype')) chunks.push(chunk);
  }
  const type = Buffer.concat(chunks).toString('latin1').trim();
  if (/\.spreadsheet(-template)?$/.test(type)) return 'ods';
  if (type.includes('opendocument')) {
    throw notAWorkbook(container.name, `is an OpenDocument file (not a spreadsheet). ${saveAs}`);
  }
  if (type.includes('epub')) throw notAWorkbook(container.name, `is an e-book (.epub). ${saveAs}`);
  return 'archive';
}

async function beginning(file: FileHandle): Promise<Buffer> {
  const buffer = Buffer.alloc(8);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
  return buffer.subarray(0, bytesRead);
}

const endOfChain = 0xffff_fffe;
/** Sectors of directory that are looked at: 4 to 32 entries each, a workbook has a few dozen. */
const maxDirectorySectors = 256;
const headerDifatEntries = 109;

/**
 * Names in the directory of an OLE compound file (MS-CFB), the wrapper of .xls, .doc, and of
 * anything Office encrypts. A damaged one gives what could be read.
 */
async function compoundFileNames(file: FileHandle): Promise<string[]> {
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
