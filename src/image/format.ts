import { ImageFault } from './fault.js';

/** As many bytes at the beginning of a file tell what it is. */
export const signatureBytes = 32;

const signatures: [format: string, offset: number, bytes: string][] = [
  ['jpeg', 0, '\xff\xd8\xff'],
  ['png', 0, '\x89PNG\r\n\x1a\n'],
  ['gif', 0, 'GIF8'],
  ['webp', 8, 'WEBP'],
  ['tiff', 0, 'II*\0'],
  ['tiff', 0, 'MM\0*'],
  ['avif', 4, 'ftypavif'],
  ['avif', 4, 'ftypavis'],
  ['avif', 4, 'ftypmif1'],
];

/**
 * Which format a file has, by its first bytes; its name and what the host calls it don't count.
 * @param head the first `signatureBytes`, fewer where the file is shorter
 * @throws ImageFault for everything else, SVG (a program, not a picture) among it
 */
export function formatOf(head: Buffer): string {
  const text = head.toString('latin1');
  const found = signatures.find(([, offset, bytes]) => text.startsWith(bytes, offset));
  if (found) return found[0];
  throw new ImageFault(`Not an image that can be read: ${nameOf(text)}.`);
}

function nameOf(text: string): string {
  const start = text.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (start === '') return 'it is empty';
  if (/^<svg|^<\?xml/i.test(start)) return 'it is SVG or XML';
  if (/^<!doctype html|^<html|^<head|^<!--/i.test(start)) return 'it is an HTML page';
  if (/^[\x20-\x7e\s]*$/.test(start)) return 'it is text';
  return 'its first bytes are of no known format (JPEG, PNG, WebP, GIF, AVIF, TIFF)';
}
