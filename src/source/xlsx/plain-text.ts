const ampersand = 0x26;
const lessSign = 0x3c;
const underscore = 0x5f;
const letterX = 0x78;
const firstOfNoncharacters = 0xef;

/** Bytes that are not simply themselves: markup, what XML forbids or changes, and what may be so. */
const special = new Uint8Array(256).fill(1, 0, 0x20);
special[0x09] = special[0x0a] = 0;
for (const byte of [ampersand, lessSign, underscore, firstOfNoncharacters]) special[byte] = 1;

const signs = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'" };
const entities = Object.entries(signs).map(([name, sign]) => {
  return { name: Buffer.from(name), code: sign.charCodeAt(0) };
});

/** Texts of XML, as bytes one behind the other. */
export class PlainText {
  bytes = Buffer.allocUnsafeSlow(64 * 1024);
  length = 0;
  /** Whether some text since it was emptied may hold escapes such as `_x000D_`. */
  hasEscape = false;

  clear(): void {
    this.length = 0;
    this.hasEscape = false;
  }

  /** Makes room for so many bytes. */
  reserve(bytes: number): void {
    const wanted = this.length + bytes;
    if (wanted <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(wanted * 2);
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  /**
   * Adds the text of an element, its references decoded; room is to be made for it before.
   * @returns where the next markup begins; -1 where the text needs a closer look
   */
  addXml(from: Buffer, start: number): number {
    const { bytes } = this;
    let { length } = this;
    let at = start;
    while (at < from.length) {
      const byte = from[at]!;
      if (special[byte] === 0) {
        bytes[length++] = byte;
        at++;
      } else if (byte === lessSign) {
        this.length = length;
        return at;
      } else if (byte === ampersand) {
        const entity = entityAt(from, at);
        if (entity === undefined) return -1;
        bytes[length++] = entity.code;
        at += entity.name.length;
      } else if (byte === underscore || byte === firstOfNoncharacters) {
        if (byte === underscore) this.hasEscape ||= from[at + 1] === letterX;
        else if (isNoncharacter(from, at)) return -1;
        bytes[length++] = byte;
        at++;
      } else return -1;
    }
    return -1;
  }

  /**
   * Adds a text as it is; room is to be made for it before.
   * @returns of how many characters JavaScript would make it
   */
  add(from: Uint8Array, start: number, end: number): number {
    const { bytes } = this;
    let { length } = this;
    let all = 0;
    for (let at = start; at < end; at++) {
      const byte = from[at]!;
      all |= byte;
      if (byte === underscore) this.hasEscape ||= at + 1 < end && from[at + 1] === letterX;
      bytes[length++] = byte;
    }
    this.length = length;
    return all < 0x80 ? end - start : charactersIn(from, start, end);
  }
}

function charactersIn(bytes: Uint8Array, from: number, to: number): number {
  let characters = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if ((byte & 0xc0) !== 0x80) characters += byte < 0xf0 ? 1 : 2;
  }
  return characters;
}

function entityAt(bytes: Uint8Array, at: number) {
  return entities.find(({ name }) => isAt(bytes, at, name));
}

/** Whether these bytes stand there. */
export function isAt(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  // Beyond their end nothing is to be read: one such look makes all others slow.
  if (at + wanted.length > bytes.length) return false;
  for (let i = 0; i < wanted.length; i++) {
    if (bytes[at + i] !== wanted[i]) return false;
  }
  return true;
}

/** U+FFFE and U+FFFF, which XML forbids. */
function isNoncharacter(bytes: Uint8Array, at: number): boolean {
  return bytes[at + 1] === 0xbf && bytes[at + 2]! >= 0xbe;
}
