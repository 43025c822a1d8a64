import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { isCompoundFile } from '../foreign.js';
import { compoundFileNames } from './compound-file.js';
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
