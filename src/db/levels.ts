/** How much a role may do, each all that those before it may: what `db grant` grants. */
export const levels = ['viewer', 'loader', 'operator', 'owner'] as const;

export type Level = (typeof levels)[number];

/** `a viewer`, `an owner`. */
export function oneOf(level: Level): string {
  return `${level.startsWith('o') ? 'an' : 'a'} ${level}`;
}
