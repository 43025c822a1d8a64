import { showSafely } from '../../terminal/escape.js';

/** Markup that was made here, as against text that has still to be escaped. */
export class Markup {
  constructor(readonly text: string) {}
}

type Part = Markup | Markup[] | string | number | null;

/** Builds markup; whatever is put in that is not markup itself is escaped. null is nothing. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  const text = strings.map((string, at) => string + rendered(parts[at] ?? null));
  return new Markup(text.join(''));
}

export const nothing = new Markup('');

function rendered(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map((each) => each.text).join('');
  return escaped(String(part));
}

/** Control characters are shown, not sent: a page may be printed, copied, or piped. */
function escaped(text: string): string {
  return showSafely(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A sentence whose options (`--max-rejects`) are not broken over two lines. */
export function prose(sentence: string): Markup {
  const parts = sentence.split(/(--[a-z][\w-]*)/);
  const marked = parts.map((part, at) =>
    at % 2 === 1 ? html`<span class="nowrap">${part}</span>` : html`${part}`,
  );
  return html`${marked}`;
}

/** Colours are named for what they mean; each pair of text and ground reaches 4.5:1 (WCAG AA). */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #fbfbfa; --panel: #ffffff; --line: #dddcd6; --ink: #1d1d1b; --soft: #5c5b56;
  --good: #1a7a44; --change: #1f5fae; --same: #75736b; --bad: #b3261e; --off: #8a5a00;
  --good-wash: #e3f3e9; --bad-wash: #fbe6e4; --off-wash: #fbf0d9; --change-wash: #e4eefa;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #161715; --panel: #1f201e; --line: #3a3b37; --ink: #ecebe6; --soft: #aeada5;
    --good: #6fd19a; --change: #86b8f5; --same: #9b9a92; --bad: #ff9c93; --off: #e9b949;
    --good-wash: #17301f; --bad-wash: #3a1d1a; --off-wash: #332709; --change-wash: #16263a;
  }
}
@media print {
  :root {
    color-scheme: light;
    --ground: #ffffff; --panel: #ffffff; --line: #bbbbbb; --ink: #000000; --soft: #444444;
    --good: #1a7a44; --change: #1f5fae; --same: #75736b; --bad: #b3261e; --off: #8a5a00;
    --good-wash: #ffffff; --bad-wash: #ffffff; --off-wash: #ffffff; --change-wash: #ffffff;
  }
  .examples > li, svg, .tiles, .bar { break-inside: avoid; }
  h2, .group, summary { break-after: avoid; }
  .bar, .dot { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  details::details-content { content-visibility: visible; display: block; block-size: auto; }
  body { font-size: 10pt; }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  overflow-wrap: anywhere;
}
header, main, footer { max-width: 56rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 2rem; }
h1 { font-size: clamp(1.25rem, 1rem + 1.6vw, 1.75rem); line-height: 1.3; margin: .75rem 0 1rem; }
h2 { font-size: 1.05rem; margin: 0 0 .75rem; }
h3 { font-size: .95rem; margin: 0; }
p { margin: 0 0 .5rem; }
section {
  background: var(--panel); border: 1px solid var(--line); border-radius: .75rem;
  padding: 1.1rem 1.25rem 1.25rem; margin: 1rem 0;
}
ul, ol { list-style: none; margin: 0; padding: 0; }
li + li { border-top: 1px solid var(--line); margin-top: .75rem; padding-top: .75rem; }
code, .value { font: .875em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.value { white-space: pre-wrap; }
.nowrap { white-space: nowrap; }
.soft { color: var(--soft); }
.badge {
  display: inline-block; padding: .15rem .7rem; border-radius: 1rem; font-weight: 600;
  font-size: .875rem; border: 1px solid currentcolor;
}
.badge.good { color: var(--good); background: var(--good-wash); }
.badge.off { color: var(--off); background: var(--off-wash); }
.badge.bad { color: var(--bad); background: var(--bad-wash); }
.badge.change { color: var(--change); background: var(--change-wash); }
.tiles {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr));
  gap: .75rem; margin: 0;
}
.tiles div { border-left: 3px solid var(--line); padding-left: .75rem; }
.tiles dt { color: var(--soft); font-size: .875rem; }
.tiles dd { margin: 0; font-size: 1.25rem; font-weight: 600; font-variant-numeric: tabular-nums; }
svg { display: block; width: 100%; height: auto; }
.narrow { display: none; }
@media (max-width: 40rem) {
  .narrow { display: block; }
  .wide { display: none; }
  header, main, footer { padding: 0 .75rem; }
  header { padding-top: 1.25rem; }
  section { padding: .9rem; }
}
svg text { fill: var(--ink); font: 14px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
svg .count { font-weight: 650; font-variant-numeric: tabular-nums; }
svg .good { fill: var(--good); } svg .change { fill: var(--change); }
svg .quiet { fill: var(--same); } svg .bad { fill: var(--bad); }
svg .gone { fill: var(--off); } svg .plain { fill: var(--soft); }
svg .ribbon { opacity: .28; }
.remarks { margin: .75rem 0 0; }
.bar {
  display: flex; height: 1rem; border-radius: .5rem; overflow: hidden;
  margin: 0 0 .6rem; background: var(--line);
}
.bar span { min-width: 2px; }
.key { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
.key li { margin: 0; padding: 0; border: 0; }
.dot {
  display: inline-block; width: .7rem; height: .7rem;
  border-radius: .2rem; margin-right: .4rem;
}
.reading { background: var(--change); } .merging { background: var(--good); }
.other { background: var(--same); }
.speed { height: 7rem; margin: 1.1rem 0 .4rem; }
.speed .area { fill: var(--change); opacity: .18; }
.speed .edge {
  fill: none; stroke: var(--change); stroke-width: 2; vector-effect: non-scaling-stroke;
}
.group { display: flex; flex-wrap: wrap; gap: .1rem .75rem; align-items: baseline; }
.examples { margin: .35rem 0 0; }
.examples li {
  border: 0; margin: 0; padding: .1rem 0 .1rem .8rem; border-left: 3px solid var(--line);
}
.error { color: var(--bad); }
del { color: var(--bad); text-decoration: line-through; }
ins { color: var(--good); text-decoration: none; }
del,
ins { white-space: pre-wrap; }
summary { cursor: pointer; padding: .6rem 0 .2rem; font-weight: 600; }
.command {
  display: block; background: var(--ground); border: 1px solid var(--line);
  border-radius: .5rem; padding: .45rem .7rem; margin: .3rem 0 0;
}
footer { color: var(--soft); font-size: .875rem; padding-bottom: 2.5rem; }
`;
