import { SaxesParser } from 'saxes';
import { asFault, damaged, tooLarge } from './fault.js';
import { MAX_DEPTH, MAX_TOKEN_CHARACTERS } from './limits.js';

/** What a part's reader is told. Names come without prefix; the root has depth 1. */
export interface XmlEvents {
  open(name: string, attributes: Record<string, string>, depth: number): void;
  text?(text: string): void;
  close?(name: string, depth: number): void;
}

/**
 * A push parser for one part. Prefixes are dropped: readers go by where an element stands, which
 * is unambiguous in these formats. Document types are refused, so that no entity but XML's own
 * five exists and nothing outside the file can be named.
 */
export class XmlReader {
  private readonly parser = new SaxesParser();
  private depth = 0;
  private charactersSinceEvent = 0;

  constructor(
    private readonly events: XmlEvents,
    private readonly name: string,
    private readonly part: string,
  ) {
    this.listen();
  }

  /** @throws UsageError where the text is no well-formed XML, or asks for too much */
  write(text: string): void {
    this.charactersSinceEvent += text.length;
    this.guard(() => this.parser.write(text));
    if (this.charactersSinceEvent > MAX_TOKEN_CHARACTERS) {
      throw tooLarge(
        this.name,
        `its part ${this.part} has one piece of text of more than ${MAX_TOKEN_CHARACTERS} characters`,
      );
    }
  }

  /** @throws UsageError where the document isn't complete */
  end(): void {
    this.guard(() => this.parser.close());
  }

  private listen(): void {
    const { parser, events } = this;
    parser.on('doctype', () => this.refuseDocumentType());
    parser.on('opentag', (tag) => {
      this.charactersSinceEvent = 0;
      this.depth++;
      if (this.depth > MAX_DEPTH) throw this.tooDeep();
      events.open(localName(tag.name), tag.attributes, this.depth);
    });
    parser.on('closetag', (tag) => {
      this.charactersSinceEvent = 0;
      events.close?.(localName(tag.name), this.depth);
      this.depth--;
    });
    if (!events.text) return;
    const onText = events.text.bind(events);
    parser.on('text', onText);
    parser.on('cdata', onText);
  }

  private refuseDocumentType(): never {
    throw damaged(
      this.name,
      `its part ${this.part} has a document type, which workbooks never have`,
    );
  }

  private tooDeep(): Error {
    return tooLarge(this.name, `its part ${this.part} nests more than ${MAX_DEPTH} elements`);
  }

  private guard(parse: () => void): void {
    try {
      parse();
    } catch (error) {
      throw asFault(this.name, `its part ${this.part}`, error);
    }
  }
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}
