import iconv from 'iconv-lite';
import { findEncoding } from './encoding.js';
import { decodeText } from './pages.js';
import { notAWorkbook } from './xlsx/fault.js';

/**
 * The text of a page with a table.
 * @throws UsageError for a page without, with what it says instead
 */
export function tablePage(bytes: Buffer, name: string, encoding: string): string {
  const text = pageText(bytes, name, encoding);
  if (/<table[\s>]/i.test(text)) return text;
  const what = `is an HTML page without a table${beginningOf(text)}`;
  throw notAWorkbook(name, `${what}. Export the table as CSV or XLSX.`);
}

/** What a page without a table says: often an error. */
function beginningOf(text: string): string {
  const words = text
    .replace(/<(script|style|title)[^]*?<\/\1>|<!--[^]*?-->|<[^>]*>/gi, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return words === '' ? '' : ` (${JSON.stringify(words.slice(0, 80))})`;
}

/** As its mark, its own `charset`, or its letters say. */
function pageText(bytes: Buffer, name: string, asked: string): string {
  const said = /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{2,30})/i.exec(
    bytes.toString('latin1', 0, 4096),
  )?.[1];
  const declared = said?.replace(/^iso-?8859-?1$/i, 'windows-1252') ?? 'auto';
  const sample = { bytes, isWhole: true, place: name };
  const own = asked === 'auto' ? findEncoding(sample, asked) : null;
  const isCertain = own === null || own.note === null || own.bomBytes > 0;
  const isKnown = declared !== 'auto' && iconv.encodingExists(declared) && !/^utf/i.test(declared);
  const encoding =
    isCertain || !isKnown ? (own ?? findEncoding(sample, asked)) : findEncoding(sample, declared);
  return decodeText(bytes.subarray(encoding.bomBytes), encoding.name);
}
