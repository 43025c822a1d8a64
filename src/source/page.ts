import iconv from 'iconv-lite';
import { findEncoding } from './encoding.js';
import { decodeText } from './pages.js';
import { readTables } from './tables.js';
import { damaged, notAWorkbook, tooLarge } from './xlsx/fault.js';

/**
 * The cells of the tables of a page.
 * @throws UsageError for a page without, with what it says instead
 */
export function pageTables(bytes: Buffer, name: string, encoding: string): string[][][] {
  const text = pageText(bytes, name, encoding);
  const tables = readTables(text, withCharacters, {
    tooLarge: (what) => tooLarge(name, what),
    damaged: (what) => damaged(name, what),
  });
  if (tables.length > 0) return tables;
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

/** HTML's names of characters, those of Latin 1 in their order from U+00A0 on. */
const latinNames =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg ' +
  'plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 ' +
  'iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml ' +
  'Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave ' +
  'Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil ' +
  'egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ' +
  'ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';

/** Others that stand in names of products, each with the number of its character. */
const otherNames =
  'OElig 152 oelig 153 Scaron 160 scaron 161 Yuml 178 fnof 192 circ 2c6 tilde 2dc ensp 2002 ' +
  'emsp 2003 thinsp 2009 zwnj 200c zwj 200d lrm 200e rlm 200f ndash 2013 mdash 2014 ' +
  'lsquo 2018 rsquo 2019 sbquo 201a ldquo 201c rdquo 201d bdquo 201e dagger 2020 ' +
  'Dagger 2021 bull 2022 hellip 2026 permil 2030 prime 2032 Prime 2033 lsaquo 2039 ' +
  'rsaquo 203a oline 203e frasl 2044 euro 20ac trade 2122 larr 2190 uarr 2191 rarr 2192 ' +
  'darr 2193 harr 2194 minus 2212 radic 221a infin 221e asymp 2248 ne 2260 le 2264 ge 2265 ' +
  'loz 25ca spades 2660 clubs 2663 hearts 2665 diams 2666 Alpha 391 Beta 392 Gamma 393 ' +
  'Delta 394 Epsilon 395 Zeta 396 Eta 397 Theta 398 Iota 399 Kappa 39a Lambda 39b Mu 39c ' +
  'Nu 39d Xi 39e Omicron 39f Pi 3a0 Rho 3a1 Sigma 3a3 Tau 3a4 Upsilon 3a5 Phi 3a6 Chi 3a7 ' +
  'Psi 3a8 Omega 3a9 alpha 3b1 beta 3b2 gamma 3b3 delta 3b4 epsilon 3b5 zeta 3b6 eta 3b7 ' +
  'theta 3b8 iota 3b9 kappa 3ba lambda 3bb mu 3bc nu 3bd xi 3be omicron 3bf pi 3c0 rho 3c1 ' +
  'sigmaf 3c2 sigma 3c3 tau 3c4 upsilon 3c5 phi 3c6 chi 3c7 psi 3c8 omega 3c9 Abreve 102 ' +
  'abreve 103 Aogon 104 aogon 105 Cacute 106 cacute 107 Ccaron 10c ccaron 10d Dcaron 10e ' +
  'dcaron 10f Dstrok 110 dstrok 111 Ecaron 11a ecaron 11b Eogon 118 eogon 119 Gbreve 11e ' +
  'gbreve 11f Idot 130 inodot 131 Lacute 139 lacute 13a Lcaron 13d lcaron 13e Lstrok 141 ' +
  'lstrok 142 Nacute 143 nacute 144 Ncaron 147 ncaron 148 Odblac 150 odblac 151 Racute 154 ' +
  'racute 155 Rcaron 158 rcaron 159 Sacute 15a sacute 15b Scedil 15e scedil 15f Tcaron 164 ' +
  'tcaron 165 Tcedil 162 tcedil 163 Udblac 170 udblac 171 Uring 16e uring 16f Zacute 179 ' +
  'zacute 17a Zcaron 17d zcaron 17e Zdot 17b zdot 17c';

const characters = new Map<string, string>(
  latinNames.split(' ').map((name, at) => [name, String.fromCodePoint(0xa0 + at)]),
);
for (const [, name, code] of otherNames.matchAll(/(\w+) ([0-9a-f]+)/g)) {
  characters.set(name!, String.fromCodePoint(Number.parseInt(code!, 16)));
}

const marks: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
// The blank at which no line ends is one all the same.
for (const [name, mark] of Object.entries({ ...marks, nbsp: ' ' })) characters.set(name, mark);

/** The text with characters instead of their names and numbers. */
function withCharacters(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(x?)([\da-f]{2,6})|([a-z]\w{1,8}));/gi, (all, hex, code, name) => {
    const found =
      code === undefined
        ? characters.get(name as string)
        : characterOf(Number.parseInt(code as string, hex === '' ? 10 : 16));
    return found ?? all;
  });
}

/** Undefined for what is no character; numbers of control characters mean those of Windows. */
function characterOf(code: number): string | undefined {
  if (code >= 0x80 && code < 0xa0) return iconv.decode(Buffer.of(code), 'windows-1252');
  if (code === 0xa0) return ' ';
  const isCharacter = code >= 0x20 && code <= 0x10_ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : undefined;
}
