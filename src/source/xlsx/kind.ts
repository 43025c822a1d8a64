import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { compoundFileNames } from './compound-file.js';
import { Container } from './container.js';
import { asFault, damaged, notAWorkbook, passwordProtected } from './fault.js';
import { findMainPart } from './workbook.js';

const COMPOUND_FILE = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const SAVE_AS = 'Open it in the program that made it, save it as .xlsx or CSV, and load that file.';

/** What the first bytes (8 suffice) say: a ZIP archive, an OLE compound file, or neither. */
export function sniffWorkbook(head: Buffer): 'zip' | 'cfb' | null {
  if (head.subarray(0, 8).equals(COMPOUND_FILE)) return 'cfb';
  if (head.length < 4 || head[0] !== 0x50 || head[1] !== 0x4b) return null;
  const signature = head.readUInt16LE(2);
  return signature === 0x0403 || signature === 0x0605 || signature === 0x0807 ? 'zip' : null;
}

/**
 * Whether a file is a workbook that we read, by its content.
 * @param name how messages call the file
 * @returns null for what is neither a ZIP archive nor a compound file: it may be CSV
 * @throws UsageError saying what it really is, where it is a web page, a PDF, another kind of
 *   document or archive, locked with a password, or damaged
 */
export async function workbookKind(
  path: string,
  name = basename(path),
): Promise<'xlsx' | 'xls' | null> {
  const file = await open(path).catch((error: unknown) => {
    throw asFault(name, 'the file', error);
  });
  try {
    const head = await beginning(file);
    const wrapper = sniffWorkbook(head);
    if (wrapper === 'cfb') return requireXls(await compoundFileNames(file), name);
    if (wrapper === 'zip') return await kindOfArchive(path, name);
    refuseForeign(head, name);
    return null;
  } catch (error) {
    throw asFault(name, 'the file', error);
  } finally {
    await file.close();
  }
}

/** @throws UsageError where the first bytes are those of a web page, a PDF or an XML spreadsheet */
function refuseForeign(head: Buffer, name: string): void {
  const text = head
    .toString('latin1')
    .replaceAll('\0', '')
    .replace(/^(ï»¿|ÿþ|þÿ)?\s*/, '');
  if (text.startsWith('%PDF-')) throw notAWorkbook(name, `is a PDF. ${SAVE_AS}`);
  if (/^<\?xml[^>]*\?>\s*(<\?mso-application|<(\w+:)?Workbook\b)/.test(text)) {
    throw notAWorkbook(name, `is an XML spreadsheet of Excel 2003. ${SAVE_AS}`);
  }
  if (
    /^(<\?xml[^>]*>\s*)?(<!--[^>]*>\s*)?<(!doctype\s+html|html|head|body|table|meta)\b/i.test(text)
  ) {
    throw notAWorkbook(name, `is a web page (HTML), whatever its name says. ${SAVE_AS}`);
  }
}

/** The names in a compound file tell which program wrote it. */
function requireXls(names: string[], name: string): 'xls' {
  const has = (entry: string): boolean => names.includes(entry);
  if (has('EncryptedPackage')) throw passwordProtected(name);
  if (has('Workbook') || has('Book')) return 'xls';
  if (has('WordDocument')) throw notAWorkbook(name, `is a Word document (.doc). ${SAVE_AS}`);
  if (has('PowerPoint Document')) {
    throw notAWorkbook(name, `is a PowerPoint presentation (.ppt). ${SAVE_AS}`);
  }
  if (names.some((entry) => entry.startsWith('__properties_version'))) {
    throw notAWorkbook(name, 'is an Outlook message (.msg). Save its attachment and load that.');
  }
  if (names.length === 0) throw damaged(name, 'an OLE file without a directory');
  throw notAWorkbook(name, `is an OLE file that holds no workbook. ${SAVE_AS}`);
}

async function kindOfArchive(path: string, name: string): Promise<'xlsx'> {
  const container = await Container.open(path, name);
  try {
    await requireXlsx(container);
    return 'xlsx';
  } finally {
    container.close();
  }
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
  if (has(/^xl\/workbook\.bin$/i)) return `is a binary workbook (.xlsb). ${SAVE_AS}`;
  if (has(/^word\/document\d*\.xml$/i)) return `is a Word document (.docx). ${SAVE_AS}`;
  if (has(/^ppt\/presentation\.xml$/i)) return `is a PowerPoint presentation (.pptx). ${SAVE_AS}`;
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
  if (type.endsWith('.spreadsheet')) return `is an OpenDocument spreadsheet (.ods). ${SAVE_AS}`;
  if (type.includes('opendocument'))
    return `is an OpenDocument file (not a spreadsheet). ${SAVE_AS}`;
  return `is a ZIP archive without a workbook. ${SAVE_AS}`;
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
  const buffer = Buffer.alloc(1024);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
  return buffer.subarray(0, bytesRead);
}
