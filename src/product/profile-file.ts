import * as z from 'zod';
import { UsageError } from '../errors.js';
import { isBlankText } from './cell.js';
import { headerKey } from './header-text.js';
import { columnTargets } from './map-option.js';
import { actions } from './product.js';
import { profileOf, type Profile, type ProfileData } from './profile.js';
import { raggedChoices } from './widths.js';

const header = z.string().refine((text) => headerKey(text) !== '', 'is not a header');

/** Options of `load` that a profile may set; what the command line says wins. */
const options = z.strictObject({
  delimiter: z.string().min(1).optional(),
  quote: z.string().min(1).optional(),
  escape: z.enum(['"', '\\']).optional(),
  ragged: z.enum(raggedChoices).optional(),
  encoding: z.string().min(1).optional(),
  sheet: z.string().min(1).optional(),
  headerRow: z.int().min(0).optional(),
  dataRow: z.int().min(1).optional(),
  decimal: z.enum(['auto', '.', ',']).optional(),
  null: z.array(z.string()).optional(),
  guards: z.enum(['strip', 'keep']).optional(),
  roundPrices: z.boolean().optional(),
  extra: z.enum(['keep', 'ignore', 'error']).optional(),
  action: z.enum(actions).optional(),
  onExisting: z.enum(['update', 'skip', 'error']).optional(),
  onDuplicate: z.enum(['last', 'first', 'error']).optional(),
  blank: z.enum(['keep', 'clear']).optional(),
});

const condition = z.record(header, z.union([z.string(), z.array(z.string()).min(1)]));

const fillDown = z
  .strictObject({
    by: z.union([header, z.array(header).min(1)]).optional(),
    startsWith: condition.optional(),
    columns: z.array(header).min(1),
    only: z.record(header, condition).optional(),
  })
  .refine(
    ({ by, startsWith }) => (by === undefined) !== (startsWith === undefined),
    'needs either by or startsWith',
  );

/** What a profile's JSON may hold, ours as well as the user's own. */
const profileFile = z.strictObject({
  name: z
    .string()
    .refine((text) => !isBlankText(text), 'is blank')
    .optional(),
  recognise: z.array(z.array(header).min(1)).optional(),
  map: z.record(header, z.enum(columnTargets)).optional(),
  fillDown: fillDown.nullable().optional(),
  fillFrom: z.record(header, header).optional(),
  skip: z
    .array(
      z.strictObject({
        when: condition,
        unless: condition.optional(),
        again: z.boolean().optional(),
        say: z.string(),
      }),
    )
    .optional(),
  activeWords: z.record(z.string(), z.boolean()).optional(),
  actionWords: z.record(z.string(), z.enum([...actions, 'skip'])).optional(),
  lineBreaks: z.array(header).optional(),
  options: options.optional(),
});

/**
 * Reads a profile of one's own. JSON, for example
 * `{"map": {"Art. No": "sku", "Label": "name"}, "activeWords": {"live": true}, "options": {"decimal": ","}}`;
 * of two headers for one field the first that the file has is taken.
 * @param name what the profile is called where the text does not say
 * @throws UsageError naming the key that is wrong
 */
export function parseProfile(text: string, name: string): Profile {
  const result = profileFile.safeParse(parseJson(text, name));
  if (!result.success) throw new UsageError(complaint(name, result.error), 'profile_invalid');
  const given = Object.entries(result.data).filter(([, value]) => value !== undefined);
  return profileOf({ name, ...(Object.fromEntries(given) as Partial<ProfileData>) });
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`The profile ${name} is not JSON: ${why}`, 'profile_invalid', {
      cause: error,
    });
  }
}

function complaint(name: string, error: z.ZodError): string {
  const problems = error.issues.map((issue) => {
    const place = issue.path.join('.');
    if (issue.code === 'unrecognized_keys') {
      const where = place === '' ? '' : ` in ${place}`;
      return `there is no ${issue.keys.map((key) => `"${key}"`).join(', ')}${where}`;
    }
    return `${place === '' ? 'it' : place}: ${issue.message}`;
  });
  return (
    `The profile ${name} can't be used: ${problems.join('; ')}. ` +
    `It may have ${listOf(profileFile)}; options are ${listOf(options)}`
  );
}

function listOf({ shape }: z.ZodObject): string {
  return Object.keys(shape).join(', ');
}
