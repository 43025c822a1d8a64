import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { isCompoundFile } from '../foreign.js';
import type { Container } from './container.js';
import { asFault, damaged, notAWorkbook, passwordProtected } from './fault.js';
import { findMainPart } from './workbook.js';

const saveAs = 'Open it in the program that made it, save it as .xlsx or CSV, and load that file.';

/**
 * Which workbook a ZIP archive or an OLE compound file is. What an archive holds is seen when it is
 * opened.
 * @param name how messages call the file
 * @throws UsageError saying what a compound file really is, where it is another kind of document,
 *   locked with a password, or damaged
 */
export async function workbookKind(path: string, name = basename(path)): Promise<'xlsx' | 'xls'> {
  const file = await open(path).catch((error: unknown) => {
    throw asFault(name, 'the file', error);
  });
  try {
    if (!isCompoundFile(await beginning(file))) return 'xlsx';
    return requireXls(await compoundFileNames(file), name);
  } catch (error) {
    throw asFault(name, 'the file', error);
  } finally {
    await file.close();
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

/**
 * @returns the name of the main part
 * @throws UsageError where the archive holds something else, saying what
 */
export async function requireXlsx(container: Container): Promise<string> {
  const what = await otherContent(container);
  if (what !== null) throw notAWorkbook(container.name, what);
  const mainPart = await findMainPart(container);
  if (mainPart === null) throw notAWorkbook(container.name, arbitraryArchive(container));
  return mainPart;
}

async function otherContent(container: Container): Promise<string | null> {
  const names = container.partNames();
  const has = (pattern: RegExp): boolean => names.some((part) => pattern.test(part));
  if (container.has('mimetype')) return openDocument(container);
  if (has(/^xl\/workbook\.bin$/i)) return `is a binary workbook (.xlsb). ${saveAs}`;
  if (has(/^word\/document\d*\.xml$/i)) return `is a Word document (.docx). ${saveAs}`;
  if (has(/^ppt\/presentation\.xml$/i)) return `is a PowerPoint presentation (.pptx). ${saveAs}`;
  if (has(/^Index\/.*\.iwa$/i) || has(/^index\.zip$/i)) {
    return 'is an Apple Numbers document. Export it to Excel or CSV, and load that file.';
  }
  return null;
}

/** OpenDocument and EPUB name themselves in a first part called `mimetype`. */
async function openDocument(container: Container): Promise<string> {
  const chunks: Buffer[] = [];
  if (container.sizeOf('mimetype') <= 200) {
    for await (const chunk of container.read('mimetype')) chunks.push(chunk);
  }
  const type = Buffer.concat(chunks).toString('latin1').trim();
  if (type.endsWith('.spreadsheet')) return `is an OpenDocument spreadsheet (.ods). ${saveAs}`;
  if (type.includes('opendocument'))
    return `is an OpenDocument file (not a spreadsheet). ${saveAs}`;
  return `is a ZIP archive without a workbook. ${saveAs}`;
}

function arbitraryArchive(container: Container): string {
  const files = container.partNames().filter((part) => !part.endsWith('/'));
  if (files.length === 0) return 'is an empty ZIP archive.';
  const shown = files.slice(0, 3).map((part) => JSON.stringify(part.slice(0, 100)));
  const more = files.length > shown.length ? ` and ${files.length - shown.length} more` : '';
  const wayOut = 'Unpack it and load the file in it';
  return `is a ZIP archive, not a workbook; it holds ${shown.join(', ')}${more}. ${wayOut}.`;
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
