import type { Container } from './container.js';
import { tooLarge } from './fault.js';
import { maxSmallPartBytes } from './limits.js';
import { partText } from './part-text.js';
import { XmlReader } from './xml.js';
import type { XmlEvents } from './xml.js';

/**
 * Reads a small XML part from start to end.
 * @throws UsageError where the part is missing, damaged, not XML or not small
 */
export async function readPart(
  container: Container,
  part: string,
  events: XmlEvents,
): Promise<void> {
  if (container.sizeOf(part) > maxSmallPartBytes) {
    throw tooLarge(container.name, `its part ${part} is over ${maxSmallPartBytes} bytes`);
  }
  await streamPart(container, part, events);
}

/** The same for parts of any size, whose reader keeps what it is told in bounds. */
export async function streamPart(
  container: Container,
  part: string,
  events: XmlEvents,
): Promise<void> {
  const reader = new XmlReader(events, container.name, part);
  for await (const text of partText(container.read(part), container.name, part)) {
    reader.write(text);
  }
  reader.end();
}
