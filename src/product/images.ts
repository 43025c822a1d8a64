import type { Cell, JsonCell } from '../source/source.js';
import { cellFault, cellText } from './cell.js';
import { Fault, quoted } from './reject.js';

export interface ImageList {
  /** The http(s) URLs in their order. */
  urls: string[];
  /** The cell names files without an address too; it is kept as an attribute. */
  hasPaths: boolean;
}

/**
 * Finds what a cell names as a file beside the table.
 * @param path as it is written, perhaps with `file:` before it
 * @returns `file:` and the path, as `images` keep it
 */
export type FindFile = (path: string) => string | Fault;

/** A separator counts only where a new address follows: URLs may contain commas themselves. */
const split = /(?<=[\s|;,])(?=https?:\/\/)/i;
const separator = /[\s|;,]/;
const otherScheme = /^(?:[a-z][a-z0-9+.-]+:\/\/|(?:data|blob|file|javascript|mailto|cid):)/i;

/**
 * An address as most are, which needs no second look: a name in lower-case letters, no separator in
 * it, nothing that would have to be corrected. It takes a third of the time (measured, Node 20).
 */
const usual = /^https?:\/\/(?:[a-z0-9-]+\.)+[a-z]{2,}\/[\w./~%?=&+-]*$/;

/**
 * The images that a cell lists; null where it is blank.
 * @param findFile without it paths are only noted
 */
export function readImages(cell: Cell, findFile?: FindFile): ImageList | null | Fault {
  if (typeof cell !== 'string' && cell.kind === 'json') return readJsonImages(cell, findFile);
  return usualImages(cell) ?? readAnyImages(cell, findFile);
}

/** Null where some part has to be looked at closely. */
export function usualImages(cell: Cell): ImageList | null {
  // A name may be of encoded letters, and then not be valid.
  if (typeof cell !== 'string' || cell.includes('xn--')) return null;
  const urls = cell.split('|');
  for (const url of urls) if (!usual.test(url)) return null;
  return { urls, hasPaths: false };
}

function readAnyImages(cell: Cell, findFile?: FindFile): ImageList | null | Fault {
  const fault = cellFault(cell);
  if (fault !== null) return fault;
  const parts = cellText(cell)
    .split(split)
    .flatMap((part) => {
      return (findFile ? part.split(betweenFiles) : [part]).map(withoutEdges).filter(Boolean);
    });
  if (parts.length === 0) return null;
  const list: ImageList = { urls: [], hasPaths: false };
  for (const part of parts) {
    const invalid = addPart(part, list, findFile);
    if (invalid !== null) return invalid;
  }
  return list;
}

/** Each element of a JSON list is one image, and so is an object; else it is read like any text. */
function readJsonImages(cell: JsonCell, findFile?: FindFile): ImageList | null | Fault {
  const fault = cellFault(cell);
  if (fault !== null || !/^[[{]/.test(cell.text)) return fault ?? readAnyImages(cell, findFile);
  const list: ImageList = { urls: [], hasPaths: false };
  for (const element of cell.elements() ?? [cell]) {
    const text = typeof element === 'string' ? element.trim() : addressIn(element);
    if (text === null) {
      return new Fault('url_invalid', `${quoted(cell.text)} is no list of addresses`);
    }
    const invalid = text === '' ? null : addPart(text, list, findFile);
    if (invalid !== null) return invalid;
  }
  return list.urls.length === 0 && !list.hasPaths ? null : list;
}

/** Where shop systems put the address of an image, of several sizes the largest. */
const addressKeys = ['src', 'url', 'href', 'imageurl', 'url_zoom', 'url_fullxfull'];

/** The address that an object, or a list of one, names for an image; null where it is not clear. */
function addressIn(cell: Exclude<Cell, string>): string | null {
  const [only, ...more] = (cell.kind === 'json' ? cell.elements() : null) ?? [];
  if (typeof only === 'string' && more.length === 0) return only.trim();
  const members = cell.kind === 'json' ? (cell.members() ?? []) : [];
  const texts = members.flatMap(([key, value]) => {
    return typeof value === 'string' ? [{ key: key.toLowerCase(), text: value.trim() }] : [];
  });
  for (const name of addressKeys) {
    const named = texts.find(({ key }) => key === name);
    if (named !== undefined) return named.text;
  }
  const addresses = texts.filter(({ text }) => /^https?:\/\//i.test(text));
  return addresses.length === 1 ? addresses[0]!.text : null;
}

/** Without the separators around it. An expression would try each run of them from each place. */
function withoutEdges(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && separator.test(text.charAt(start))) start++;
  while (start < end && separator.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

function addPart(part: string, list: ImageList, findFile?: FindFile): Fault | null {
  if (!/^https?:/i.test(part)) return addPath(part, list, findFile);
  if (!isUrl(part)) return new Fault('url_invalid', `${quoted(part)} is not a valid address`);
  list.urls.push(part.replace(/\s/gu, '%20'));
  return null;
}

function addPath(part: string, list: ImageList, findFile?: FindFile): Fault | null {
  const isFile = /^file:(?!\/\/)/i.test(part);
  if (otherScheme.test(part) && !(isFile && findFile)) {
    const wayOut = isFile ? ': --image-root DIR takes files of a folder' : '';
    return new Fault('url_invalid', `${quoted(part)} is not an http or https address${wayOut}`);
  }
  if (!findFile) {
    list.hasPaths = true;
    return null;
  }
  const files = filesIn(part, findFile, separators);
  if (files instanceof Fault) return files;
  list.urls.push(...files);
  return null;
}

/** No path has these in it. */
const betweenFiles = /[|\r\n]/;
/** What may stand between paths, and within one as well. */
const separators = [';', ',', ' '];

/** The files that a text names: one with that very name, or else several with separators between. */
function filesIn(text: string, findFile: FindFile, separators: string[]): string[] | Fault {
  const whole = findFile(text);
  if (typeof whole === 'string') return [whole];
  const at = separators.findIndex((separator) => text.includes(separator));
  if (at === -1) return whole;
  const files: string[] = [];
  for (const part of text.split(separators[at]!).map(withoutEdges).filter(Boolean)) {
    const invalid = otherScheme.test(part.replace(/^file:(?!\/\/)/i, ''));
    const found = invalid ? whole : filesIn(part, findFile, separators.slice(at + 1));
    // Of a name with a blank in it, what is said of its first word would help nobody.
    if (found instanceof Fault) return separators[at] === ' ' ? whole : found;
    files.push(...found);
  }
  return files.length > 0 ? files : whole;
}

/** Blanks inside are common and corrected; after a separator they show a list of something else. */
export function isUrl(text: string): boolean {
  if (/[|;,]\s/.test(text) || !/^https?:\/\/[^/\s]/i.test(text)) return false;
  return URL.canParse(text);
}
