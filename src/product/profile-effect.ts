import type { PlannedColumn } from './header.js';
import { shownHeader } from './header-text.js';
import type { ReadingPlan } from './plan.js';

/** What the profile of a plan does to the file, a sentence for each thing; none where it has none. */
export function profileEffects(plan: ReadingPlan, without: ReadingPlan): string[] {
  if (plan.profile === null) return [];
  return [
    ...headerEffects(plan, without),
    ...fillEffects(plan),
    ...plan.skip.map(({ say }) => `Rows are skipped of which this is true: ${say}`),
    ...wordEffects(plan),
    ...(plan.lineBreaks.length === 0
      ? []
      : [`\\n is a line break in ${namesOf(plan, plan.lineBreaks)}`]),
  ];
}

function headerEffects(plan: ReadingPlan, without: ReadingPlan): string[] {
  if (plan.headerRowNumber !== without.headerRowNumber) {
    return [`The header is in row ${plan.headerRowNumber}, not ${without.headerRowNumber}`];
  }
  return plan.columns.flatMap((column, at) => {
    const now = use(column);
    const before = use(without.columns[at]);
    if (now === before) return [];
    return [`"${shownHeader(column.header)}" is ${now}; without the profile it is ${before}`];
  });
}

function use(column: PlannedColumn | undefined): string {
  if (column?.isAction) return 'the action';
  const field = column?.field ?? null;
  if (field === null) return 'ignored';
  return field === 'attributes' ? 'an attribute' : field;
}

function fillEffects(plan: ReadingPlan): string[] {
  const { fillDown, fillFrom } = plan;
  const effects = fillFrom.map(({ to, from }) => {
    return `Blank cells of ${namesOf(plan, [to])} are filled from ${namesOf(plan, [from])}`;
  });
  if (fillDown === null) return effects;
  const { by, columns } = fillDown;
  const filled = namesOf(
    plan,
    columns.map(({ at }) => at),
  );
  const which = by.length === 0 ? 'the product above' : `rows of the same ${namesOf(plan, by)}`;
  return [...effects, `Blank cells are filled from ${which}: ${filled}`];
}

function wordEffects({ flag, actionWords }: ReadingPlan): string[] {
  const flags = [...flag.ownWords].map(
    ([word, active]) => `"${word}" means ${active ? 'active' : 'inactive'}`,
  );
  const actions = [...actionWords].map(([word, action]) => `"${word}" means ${action}`);
  return [
    ...(flag.header === null || flags.length === 0 ? [] : [`Of active, ${flags.join(', ')}`]),
    ...(actions.length === 0 ? [] : [`Of the action, ${actions.join(', ')}`]),
  ];
}

function namesOf({ columns }: ReadingPlan, places: readonly number[]): string {
  return places.map((at) => shownHeader(columns[at]?.header ?? '')).join(', ');
}
