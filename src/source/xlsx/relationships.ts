import type { Container } from './container.js';
import { readPart } from './part.js';

/** A link from one part to another. `type` is the last word of its URI, the same in both dialects. */
export interface Relationship {
  id: string;
  type: string;
  /** The full name of the part in the archive, without leading slash. */
  target: string;
}

/**
 * The relationships of a part (`''` for the archive itself), links out of the file left out.
 * @throws UsageError where the list is damaged
 */
export async function readRelationships(
  container: Container,
  source: string,
): Promise<Relationship[]> {
  const list = relationshipsPart(source);
  if (!container.has(list)) return [];
  const found: Relationship[] = [];
  await readPart(container, list, {
    open(name, attributes) {
      if (name !== 'Relationship' || attributes['TargetMode'] === 'External') return;
      const { Id: id, Type: type, Target: target } = attributes;
      if (id === undefined || type === undefined || target === undefined) return;
      found.push({ id, type: lastWord(type), target: resolveTarget(source, target) });
    },
  });
  return found;
}

function relationshipsPart(source: string): string {
  const slash = source.lastIndexOf('/') + 1;
  return `${source.slice(0, slash)}_rels/${source.slice(slash)}.rels`;
}

function lastWord(uri: string): string {
  return uri.slice(uri.lastIndexOf('/') + 1);
}

/** A target is relative to the folder of its source, or absolute; `..` never leaves the archive. */
function resolveTarget(source: string, target: string): string {
  const path = decodePercent(target).replaceAll('\\', '/');
  const folder = path.startsWith('/') ? [] : source.split('/').slice(0, -1);
  for (const step of path.split('/')) {
    if (step === '..') folder.pop();
    else if (step !== '' && step !== '.') folder.push(step);
  }
  return folder.join('/');
}

function decodePercent(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}
