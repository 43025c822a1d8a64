/** What a spreadsheet shows where it has no value, in each of its languages, and saves so as text. */
const byLanguage = [
  '#NULL! #DIV/0! #VALUE! #REF! #NAME? #NUM! #N/A #GETTING_DATA #SPILL! #CALC! #FIELD! #BLOCKED!',
  '#CONNECT! #UNKNOWN! #BUSY! #EXTERNAL! #ERROR! #EMPTY!',
  '#WERT! #BEZUG! #ZAHL! #NV #ÜBERLAUF! #KALK! #FELD! #BLOCKIERT!',
  '#NUL! #VALEUR! #NOM? #NOMBRE! #PROPAGATION! #EPARS! #CALCUL! #CHAMP!',
  '#¡NULO! #¡DIV/0! #¡VALOR! #¡REF! #¿NOMBRE? #¡NUM! #N/D #¡DESBORDAMIENTO! #¡CALC!',
  '#NULLO! #VALORE! #RIF! #NOME? #N.D. #ESPANSIONE! #CALCOLO!',
  '#NULO! #VALOR! #NÚM! #DESPEJAR! #DESPEJO! #EXCEDENTE!',
  '#LEEG! #DEEL/0! #WAARDE! #VERW! #NAAM? #GETAL! #N/B #NB #OVERLOPEN! #OVERLOOP!',
  '#ZERO! #DZIEL/0! #ARG! #ADR! #NAZWA? #LICZBA! #ROZLANIE!',
  '#DĚLENÍ_NULOU! #HODNOTA! #ODKAZ! #NÁZEV? #NÁZOV? #ČÍSLO! #NENÍ_K_DISPOZICI #PŘESAH! #NEDOSTUPNÝ',
  '#NULLA! #ZÉRÓOSZTÓ! #ÉRTÉK! #HIV! #NÉV? #SZÁM! #HIÁNYZIK #KIBONTÁS!',
  '#SKÄRNING! #DIVISION/0! #VÄRDEFEL! #REFERENS! #NAMN? #OGILTIGT! #SAKNAS! #VÄRDE!',
  '#VÆRDI! #REFERENCE! #NAVN? #I/T #VERDI! #OVERLØB! #OVERFLYT!',
  '#TYHJÄ! #JAKO/0! #ARVO! #VIITTAUS! #NIMI? #LUKU! #PUUTTUU! #PUUTTUU',
  '#BOŞ! #SAYI/0! #DEĞER! #BAŞV! #AD? #SAYI! #YOK #TAŞMA!',
  '#ПУСТО! #ДЕЛ/0! #ЗНАЧ! #ССЫЛКА! #ИМЯ? #ЧИСЛО! #Н/Д #ПЕРЕНОС! #ВЫЧИС!',
  '#ΤΙΜΗ! #ΑΝΑΦ! #ΟΝΟΜΑ? #ΔΙΑΙΡ/0! #ΑΡΙΘ! #ΚΕΝΟ! #Δ/Υ',
].flatMap((line) => line.split(' '));

/** Those of LibreOffice have numbers, `Err:502`. */
const numbered = Array.from({ length: 40 }, (_, place) => `Err:${501 + place}`);

export const errorTexts: ReadonlySet<string> = new Set([...byLanguage, ...numbered]);

/** Whether a trimmed text is such an error, or the signs that fill a cell too narrow to show its number. */
export function isErrorText(text: string): boolean {
  if (text.charCodeAt(0) !== 0x23) return text.startsWith('Err:5') && errorTexts.has(text);
  return errorTexts.has(text) || /^#{3,}$/.test(text);
}

/** The functions that only hand on or join texts, by their names in Excel's languages. */
const joins = [
  ['T', 'CONCAT', 'CONCATENATE', 'VERKETTEN', 'TEXTKETTE', 'CONCATENER', 'CONCATENAR', 'CONCATENA'],
  ['CONCATENA', 'TEKST.SAMENVOEGEN', 'TEKST.SAMENV', 'ZŁĄCZ.TEKSTY', 'ZŁĄCZ.TEKST'],
].flat();
const links = [
  ['HYPERLINK', 'LIEN_HYPERTEXTE', 'HIPERVINCULO', 'HIPERLINK', 'HIPERLIGAÇÃO'],
  ['COLLEG.IPERTESTUALE', 'HIPERŁĄCZE', 'IMAGE', 'BILD', 'IMMAGINE', 'IMAGEN', 'OBRAZ'],
].flat();
const formats = ['TEXT', 'TEXTE', 'TEXTO', 'TESTO', 'TEKST'];

/** Longer and deeper ones are none that an exporter writes around a text. */
const longest = 8192;
const deepest = 32;

/** The text of a part of a formula; null where only a spreadsheet could tell it. */
type Value = string | null;

/** Which text of a link is wanted: what the sheet shows, or where it leads. */
type LinkPart = 'shown' | 'address';

/**
 * The text that a formula gives, such as `="0"&"123"` or `=T("00123")`; null where it takes a
 * spreadsheet to work it out, undefined where the cell is no formula, but a text like `=Sale=`.
 */
export function readFormula(cell: string, part: LinkPart = 'shown'): Value | undefined {
  const text = cell.trim();
  if (!text.startsWith('=')) return undefined;
  const value = text.length > longest ? undefined : new Formula(text, part).read();
  // One that is cut off, or in words unknown here, still begins like one.
  return value === undefined && /^=\s*[-+@]?[\p{L}_][\p{L}\d_.]*[([]/u.test(text) ? null : value;
}

const literal = /"((?:[^"]|"")*)"/y;
const character = /(?:CHAR|ZEICHEN|CAR)\((9|10|13|3[2-9]|[4-9]\d|1[01]\d|12[0-6])\)/iy;
const call = /@?([\p{L}_][\p{L}\d_.]*)\(/uy;
const reference =
  /(?:'[^']+'!|[\p{L}\d_.]+!)?\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?(?![\p{L}\d_(])/uy;
const constant = /\d+(?:[.,]\d+)?(?:E[-+]?\d+)?|#[\p{Lu}\d/_]+[!?]?/iuy;
const ownName = /[\p{L}_][\p{L}\d_.]*/uy;
const sign = /[-+@]/y;
const operator = /<=|>=|<>|[-+*/^&=<>]/y;
const separator = /[,;]/y;
const blanks = /\s*/y;

/** Reads operands and operators in turn. */
class Formula {
  #at = 1;
  #depth = 0;

  constructor(
    readonly text: string,
    readonly part: LinkPart,
  ) {}

  read(): Value | undefined {
    const value = this.#expression();
    return this.#at === this.text.length ? value : undefined;
  }

  /** Undefined where no expression stands. */
  #expression(): Value | undefined {
    let value = this.#operand();
    while (value !== undefined) {
      const by = this.#match(operator)?.[0];
      if (by === undefined) return value;
      const next = this.#operand();
      if (next === undefined) return undefined;
      value = by === '&' && value !== null && next !== null ? value + next : null;
    }
    return undefined;
  }

  #operand(): Value | undefined {
    let isSigned = false;
    while (this.#match(sign) !== null) isSigned = true;
    const value = this.#bareOperand();
    const isPart = this.#match(/%+/y) !== null;
    return value !== undefined && (isSigned || isPart) ? null : value;
  }

  #bareOperand(): Value | undefined {
    const quoted = this.#match(literal);
    if (quoted !== null) return quoted[1]!.replaceAll('""', '"');
    const code = this.#match(character)?.[1];
    if (code !== undefined) return String.fromCharCode(Number(code));
    const name = this.#match(call)?.[1];
    if (name !== undefined) return this.#call(name.toUpperCase());
    if (this.#match(/\(/y) !== null) return this.#within(() => this.#expression());
    const isKnown = this.#match(reference) ?? this.#match(constant);
    // A name of its own is a word like any other, unless it stands in brackets.
    return (isKnown ?? (this.#depth > 0 ? this.#match(ownName) : null)) === null ? undefined : null;
  }

  #call(name: string): Value | undefined {
    const values = this.#within(() => this.#arguments());
    if (values === undefined) return undefined;
    const [first = null, second] = values;
    if (joins.includes(name)) return values.includes(null) ? null : values.join('');
    if (formats.includes(name)) return second === '@' ? first : null;
    if (!links.includes(name)) return null;
    return this.part === 'shown' && second !== undefined && second !== '' ? second : first;
  }

  #arguments(): Value[] | undefined {
    const values: Value[] = [];
    if (this.#peeks(')')) return values;
    do {
      // An argument may be left out.
      const isLeftOut = this.#peeks(',') || this.#peeks(';') || this.#peeks(')');
      const value = isLeftOut ? '' : this.#expression();
      if (value === undefined) return undefined;
      values.push(value);
    } while (this.#match(separator) !== null);
    return values;
  }

  /** What stands in brackets, which must close. */
  #within<Read>(read: () => Read | undefined): Read | undefined {
    if (++this.#depth > deepest) return undefined;
    const value = read();
    this.#depth--;
    return this.#match(/\)/y) === null ? undefined : value;
  }

  #peeks(mark: string): boolean {
    this.#skipBlanks();
    return this.text[this.#at] === mark;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    this.#skipBlanks();
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text);
    if (found !== null) this.#at = pattern.lastIndex;
    return found;
  }

  #skipBlanks(): void {
    blanks.lastIndex = this.#at;
    blanks.exec(this.text);
    this.#at = blanks.lastIndex;
  }
}
