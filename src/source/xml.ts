import { UsageError } from '../errors.js';

/** One tag, comment or CDATA section: beyond this the file is refused instead of gathered. */
const maxTokenCharacters = 2_097_152;

/** How whoever reads a document says what is wrong with it, and how much it may ask for. */
export interface XmlFaults {
  broken(what: string, cause?: unknown): Error;
  tooLarge(what: string): Error;
  /** Elements inside each other. */
  maxDepth: number;
  /** Whether a document type that declares nothing is passed over, and not refused as others are. */
  takesTypes: boolean;
}

/** What the reader of a part gets. Names come without prefix; the root has depth 1. */
export interface XmlEvents {
  open(name: string, attributes: Record<string, string>, depth: number, qualified: string): void;
  /** Text may come in any number of pieces. */
  text?(text: string): void;
  close?(name: string, depth: number): void;
}

const lessSign = 0x3c;
const greaterSign = 0x3e;
const slash = 0x2f;
const equalsSign = 0x3d;
const bang = 0x21;
const questionMark = 0x3f;
const ampersandSign = 0x26;
const doubleQuote = 0x22;
const singleQuote = 0x27;
const spaceCode = 0x20;
/** The longest reference is `&#x10FFFF;`; leading zeros may make it a little longer. */
const maxReferenceCharacters = 16;

/**
 * A push parser for one document, for the XML that workbooks and feeds consist of: elements, attributes, text,
 * CDATA, comments. Whatever isn't well-formed is refused, and so are declarations of document types: no entity but
 * XML's own five exists, and nothing outside the file can be named. Prefixes are dropped: readers
 * go by where an element stands, which is unambiguous in these formats.
 *
 * A general parser (saxes) took half of the time of reading a workbook; it is the judge in the
 * tests, which compare the two. More lenient only where nothing can be misread: `]]>` in text,
 * `--` in comments, letters in names.
 */
export class XmlReader {
  private buffer = '';
  private at = 0;
  private readonly names: string[] = [];
  private hasRoot = false;

  constructor(
    private readonly events: XmlEvents,
    private readonly faults: XmlFaults,
  ) {}

  /** @throws UsageError where the text is no well-formed XML, or asks for too much */
  write(text: string): void {
    this.guard(() => {
      if (invalidCharacter.test(text)) throw new NotWellFormed('disallowed character');
      this.buffer = this.buffer === '' ? text : this.buffer + text;
      this.at = 0;
      while (this.readToken());
      this.buffer = this.buffer.slice(this.at);
    });
    if (this.buffer.length <= maxTokenCharacters) return;
    throw this.faults.tooLarge(
      `has a tag or comment of more than ${maxTokenCharacters} characters`,
    );
  }

  /** Whether all of the text so far is read, and what comes next stands so deep. */
  isAt(depth: number): boolean {
    return this.buffer === '' && this.names.length === depth - 1;
  }

  /** @throws UsageError where the document isn't complete */
  end(): void {
    this.guard(() => {
      const open = this.names.at(-1);
      if (open !== undefined) throw new NotWellFormed(`unclosed tag: ${open}`);
      if (!this.hasRoot) throw new NotWellFormed('document must contain a root element');
      if (this.buffer.trim() !== '') throw new NotWellFormed('unexpected end');
    });
  }

  /** @returns false where more text is needed to go on */
  private readToken(): boolean {
    const { buffer, at } = this;
    const less = buffer.indexOf('<', at);
    if (less < 0) {
      this.at = this.endOfWholeText();
      this.emitText(buffer.slice(at, this.at));
      return false;
    }
    if (less > at) this.emitText(buffer.slice(at, less));
    this.at = less;
    const end = this.readMarkup(less);
    if (end < 0) return false;
    this.at = end;
    return true;
  }

  /** Holds back a reference or a line end that the next piece of text may complete. */
  private endOfWholeText(): number {
    const { buffer, at } = this;
    const ampersand = buffer.lastIndexOf('&');
    const isCut = ampersand >= at && buffer.indexOf(';', ampersand) < 0;
    if (isCut && buffer.length - ampersand <= maxReferenceCharacters) return ampersand;
    return buffer.endsWith('\r') ? buffer.length - 1 : buffer.length;
  }

  /** @returns where the markup at `less` ends; -1 where the rest of it is yet to come */
  private readMarkup(less: number): number {
    const next = this.buffer.charCodeAt(less + 1);
    if (next === slash) return this.readCloseTag(less);
    if (next === bang) return this.readDeclaration(less);
    if (next === questionMark) return this.endOf('?>', less + 2);
    return this.readOpenTag(less);
  }

  private endOf(terminator: string, from: number): number {
    const found = this.buffer.indexOf(terminator, from);
    return found < 0 ? -1 : found + terminator.length;
  }

  private readDeclaration(less: number): number {
    const { buffer } = this;
    if (buffer.startsWith('<!--', less)) return this.endOf('-->', less + 4);
    if (buffer.startsWith('<![CDATA[', less)) {
      const end = this.endOf(']]>', less + 9);
      if (end >= 0) this.emitText(buffer.slice(less + 9, end - 3), false);
      return end;
    }
    if (buffer.length - less < 9) return -1;
    if (buffer.startsWith('<!DOCTYPE', less)) {
      const end = this.endOf('>', less + 9);
      if (end < 0) return -1;
      // Without declarations of its own it only names a file, which is not read.
      if (this.faults.takesTypes && !this.hasRoot && !/[[<]/.test(buffer.slice(less + 9, end)))
        return end;
      throw this.faults.broken(
        'has a document type, which could name other files and is never read',
      );
    }
    throw new NotWellFormed('unknown declaration');
  }

  private readCloseTag(less: number): number {
    const { buffer, names } = this;
    const open = names.at(-1) ?? '';
    const after = less + 2 + open.length;
    let end = after + 1;
    if (buffer.charCodeAt(after) !== greaterSign || !buffer.startsWith(open, less + 2)) {
      end = this.endOf('>', less);
      if (end < 0) return -1;
      const found = buffer.slice(less + 2, end - 1).trimEnd();
      if (found !== open || open === '') throw new NotWellFormed(`unmatched closing tag: ${found}`);
    }
    this.closeElement();
    return end;
  }

  private readOpenTag(less: number): number {
    const { buffer } = this;
    let at = this.endOfName(less + 1);
    const name = buffer.slice(less + 1, at);
    const attributes: Record<string, string> = {};
    for (;;) {
      const before = at;
      at = this.skipSpace(at);
      if (at >= buffer.length) return -1;
      const code = buffer.charCodeAt(at);
      if (code === greaterSign) {
        this.openElement(name, attributes);
        return at + 1;
      }
      if (code === slash) {
        if (at + 1 >= buffer.length) return -1;
        if (buffer.charCodeAt(at + 1) !== greaterSign) throw new NotWellFormed(`tag ${name}`);
        this.openElement(name, attributes);
        this.closeElement();
        return at + 2;
      }
      if (at === before) throw new NotWellFormed(`tag ${name}`);
      at = this.readAttribute(at, attributes);
      if (at < 0) return -1;
    }
  }

  /** @returns where the attribute at `start` ends; -1 where the rest of it is yet to come */
  private readAttribute(start: number, attributes: Record<string, string>): number {
    const { buffer } = this;
    const nameEnd = this.endOfName(start);
    let at = this.skipSpace(nameEnd);
    if (at >= buffer.length) return -1;
    const name = buffer.slice(start, nameEnd);
    if (name === '' || buffer.charCodeAt(at) !== equalsSign)
      throw new NotWellFormed(`attribute ${name}`);
    at = this.skipSpace(at + 1);
    if (at >= buffer.length) return -1;
    const quote = buffer.charCodeAt(at);
    if (quote !== doubleQuote && quote !== singleQuote) throw new NotWellFormed('missing quote');
    let end = at + 1;
    let isPlain = true;
    for (; end < buffer.length; end++) {
      const code = buffer.charCodeAt(end);
      if (code === quote) break;
      if (code === lessSign) throw new NotWellFormed(`"<" in attribute ${name}`);
      if (code === ampersandSign || code < spaceCode) isPlain = false;
    }
    if (end >= buffer.length) return -1;
    if (attributes[name] !== undefined && Object.hasOwn(attributes, name))
      throw new NotWellFormed(`attribute ${name} comes twice`);
    const value = buffer.slice(at + 1, end);
    attributes[name] = isPlain ? value : decodeReferences(value.replace(/\r\n|[\t\n\r]/g, ' '));
    return end + 1;
  }

  private endOfName(from: number): number {
    const { buffer } = this;
    let at = from;
    for (; at < buffer.length; at++) {
      const code = buffer.charCodeAt(at);
      if (code <= spaceCode || code === greaterSign || code === slash || code === equalsSign) break;
      if (
        code === lessSign ||
        code === doubleQuote ||
        code === singleQuote ||
        code === ampersandSign
      ) {
        throw new NotWellFormed('disallowed character in a name');
      }
    }
    return at;
  }

  private skipSpace(from: number): number {
    let at = from;
    while (at < this.buffer.length && this.buffer.charCodeAt(at) <= spaceCode) at++;
    return at;
  }

  private openElement(name: string, attributes: Record<string, string>): void {
    const local = localName(name);
    if (local === '') throw new NotWellFormed('a tag without name');
    if (this.hasRoot && this.names.length === 0) throw new NotWellFormed('a second root element');
    this.hasRoot = true;
    this.names.push(name);
    if (this.names.length > this.faults.maxDepth) {
      throw this.faults.tooLarge(`nests more than ${this.faults.maxDepth} elements`);
    }
    this.events.open(local, attributes, this.names.length, name);
  }

  private closeElement(): void {
    const depth = this.names.length;
    const name = this.names.pop() ?? '';
    this.events.close?.(localName(name), depth);
  }

  private emitText(text: string, hasReferences = true): void {
    if (this.names.length === 0) {
      if (/^\ufeff?\s*$/.test(text)) return;
      throw new NotWellFormed('text outside of the root element');
    }
    if (!this.events.text) return;
    const lines = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
    this.events.text(hasReferences ? decodeReferences(lines) : lines);
  }

  private guard(parse: () => void): void {
    try {
      parse();
    } catch (error) {
      if (error instanceof UsageError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw this.faults.broken(`is not well-formed: ${reason.replace(/\.$/, '')}`, error);
    }
  }
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

/** The text is no XML; whoever knows the file and the part says so to the user. */
class NotWellFormed extends Error {}

/** Characters that no XML document may hold (XML 1.0, 2.2); decoding has refused half pairs. */
// eslint-disable-next-line no-control-regex
const invalidCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

const namedCharacters: Record<string, string | undefined> = Object.assign(Object.create(null), {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
});

/** @throws NotWellFormed for an entity that is not one of XML's own, and for no character at all */
function decodeReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,8})|(\w{1,8}));|&/g, (...match) => {
    const [all, hex, decimal, name] = match as (string | undefined)[];
    if (name !== undefined) return namedCharacters[name] ?? undefinedEntity(all);
    if (hex !== undefined) return character(Number.parseInt(hex, 16));
    if (decimal !== undefined) return character(Number(decimal));
    return undefinedEntity(all);
  });
}

function character(code: number): string {
  const isAllowed = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  const decoded = isAllowed ? String.fromCodePoint(code) : '\u0000';
  if (invalidCharacter.test(decoded)) throw new NotWellFormed('malformed character reference');
  return decoded;
}

function undefinedEntity(reference: string | undefined): never {
  throw new NotWellFormed(`undefined entity ${reference ?? ''}`);
}
