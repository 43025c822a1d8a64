import type { Connection } from './connection.js';
import { isSqlState } from './failure.js';
import { defaultSchema, sqlText } from './sql.js';

const beyondAscii = /[^\0-\x7f]/u;
const untranslatable = '22P05';

/**
 * Which characters a database can hold that keeps its text in another encoding than UTF8. It is asked
 * for each that comes up, once; over a connection of its own, as a no is an error.
 */
export class Characters {
  private readonly known = new Map<string, boolean>();
  private connection: Promise<Connection> | null = null;

  constructor(private readonly connect: () => Promise<Connection>) {}

  /** Asks for what is not known yet of these texts; `lacking` and `storable` then know. */
  async learn(texts: Iterable<string | null>): Promise<void> {
    const unknown = new Set<string>();
    for (const text of texts) {
      if (text === null || !beyondAscii.test(text)) continue;
      for (const character of text) {
        if (character > '\x7f' && !this.known.has(character)) unknown.add(character);
      }
    }
    await this.ask([...unknown]);
  }

  /** The first character of a text that the database can't hold; null where it holds all. */
  lacking(text: string): string | null {
    if (!beyondAscii.test(text)) return null;
    for (const character of text) if (this.known.get(character) === false) return character;
    return null;
  }

  /** The text with what the database can't hold as `<U+20AC>`, for messages, not for products. */
  storable(text: string): string {
    if (this.lacking(text) === null) return text;
    return Array.from(text, (it) => (this.known.get(it) === false ? codePoint(it) : it)).join('');
  }

  async end(): Promise<void> {
    await (await this.connection?.catch(() => null))?.end();
  }

  private async ask(characters: string[]): Promise<void> {
    if (characters.length === 0) return;
    const isHeld = await this.takes(characters.join(''));
    if (isHeld || characters.length === 1) {
      for (const character of characters) this.known.set(character, isHeld);
      return;
    }
    const half = characters.length >> 1;
    await this.ask(characters.slice(0, half));
    await this.ask(characters.slice(half));
  }

  private async takes(text: string): Promise<boolean> {
    this.connection ??= this.connect();
    const connection = await this.connection;
    try {
      await connection.ask({ text: sqlText('db/take_text', defaultSchema), values: [text] });
      return true;
    } catch (error) {
      if (isSqlState(error, untranslatable)) return false;
      throw error;
    }
  }
}

/** A character by its number, as everybody writes it. */
export function codePoint(character: string): string {
  return `<U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** JSON in ASCII: what no database lacks. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
