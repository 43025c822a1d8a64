import { showCount } from '../../terminal/figures.js';
import type { Report } from '../../load/job.js';
import { type Way, wayLabel, waysOf } from '../text.js';
import { type Markup, html, nothing } from './markup.js';

/** All rows together are this high; a way has its share, but never less than can be seen. */
const fullHeight = 168;
const thinnest = 3;
/** Room for a label beside each way. */
const slotHeight = 30;
const barWidth = 10;

interface Stream {
  way: Pick<Way, 'name' | 'count' | 'tone'>;
  height: number;
  /** Top edge where it ends. */
  endY: number;
  /** Top edge where it leaves the rows that were read. */
  startY: number;
}

/**
 * The way of the rows as a picture: those that were read, on the left; rejects and duplicates turn
 * off half way; what became of the others is on the right. Drawn for a screen of two widths, since
 * letters that shrink with the picture can't be read on a phone.
 */
export function flowPicture(report: Report): Markup {
  if (report.rows.read === 0) return nothing;
  return html`<div class="wide">${draw(report, 780)}</div>
    <div class="narrow">${draw(report, 310)}</div>`;
}

function draw(report: Report, width: number): Markup {
  const { staying, leaving } = streamsOf(report);
  const middleX = Math.round(width * 0.3);
  const all = [...staying, ...leaving];
  const endX = width - barWidth - labelWidth(staying);
  const height = Math.max(...all.map((stream) => stream.endY + Math.max(stream.height, 20))) + 4;
  const staged = total(staying);
  return html`<svg
    viewBox="0 0 ${width} ${Math.ceil(height)}"
    role="img"
    aria-label="${spoken(report, all)}"
  >
    <text x="0" y="15">
      <tspan class="count">${showCount(report.rows.read)}</tspan>
      read
    </text>
    <rect class="plain" x="0" y="${top}" width="${barWidth}" height="${total(all)}" rx="2" />
    ${
      staged === 0
        ? nothing
        : html`${ribbon('quiet', [barWidth, top], [middleX, top], staged)}
            <rect
              class="plain"
              x="${middleX}"
              y="${top}"
              width="${barWidth}"
              height="${staged}"
              rx="2"
            />`
    }
    ${staying.map((stream) => branch(stream, middleX + barWidth, endX))}
    ${leaving.map((stream) => branch(stream, barWidth, middleX))}
  </svg>`;
}

const top = 26;

function streamsOf(report: Report): { staying: Stream[]; leaving: Stream[] } {
  const ways = rowWays(report);
  const scale = fullHeight / report.rows.read;
  let startY = top;
  let endY = top;
  const streams = ways.map((way) => {
    const height = Math.max(thinnest, Math.round(way.count * scale));
    const stream = { way, height, startY, endY };
    startY += height;
    endY += Math.max(height + 8, slotHeight);
    return stream;
  });
  const leaves = ({ way }: Stream) => way.name === 'rejected' || way.name === 'duplicates';
  return { staying: streams.filter((one) => !leaves(one)), leaving: streams.filter(leaves) };
}

/** Ways of rows, those that leave half way last; rows that were not merged are shown, too. */
function rowWays(report: Report): Pick<Way, 'name' | 'count' | 'tone'>[] {
  const { rejected, duplicates, read } = report.rows;
  const leaving = rejected + duplicates;
  const ways = waysOf({ ...report, missing: { deactivated: 0, deleted: 0 } });
  const out = ways.filter(({ name }) => name === 'rejected' || name === 'duplicates');
  const merged = ways.filter((way) => !out.includes(way));
  const left = { name: 'not loaded', count: read - leaving, tone: 'quiet' as const };
  if (report.products === null && left.count > 0) merged.push({ ...left, remark: '' });
  return [...merged, ...out.reverse()];
}

function branch({ way, height, startY, endY }: Stream, fromX: number, toX: number): Markup {
  const labelY = endY + height / 2 + 5;
  const [count, name] = wayLabel(way);
  return html`${ribbon(way.tone, [fromX, startY], [toX, endY], height)}
    <rect
      class="${way.tone}"
      x="${toX}"
      y="${endY}"
      width="${barWidth}"
      height="${height}"
      rx="2"
    />
    <text x="${toX + barWidth + 8}" y="${Math.max(labelY, endY + 12)}"
      ><tspan class="count">${count}</tspan> ${name}</text
    >`;
}

type Point = [x: number, y: number];

function ribbon(tone: string, [x1, y1]: Point, [x2, y2]: Point, height: number): Markup {
  const half = (x1 + x2) / 2;
  const [bottom1, bottom2] = [y1 + height, y2 + height];
  const there = `M${x1} ${y1}C${half} ${y1} ${half} ${y2} ${x2} ${y2}`;
  const back = `V${bottom2}C${half} ${bottom2} ${half} ${bottom1} ${x1} ${bottom1}Z`;
  return html`<path class="ribbon ${tone}" d="${there}${back}" />`;
}

/** Room for the longest label; 8.5 is about the widest that a letter gets in the mean. */
function labelWidth(streams: Stream[]): number {
  const lengths = streams.map(({ way }) => wayLabel(way).join(' ').length);
  return Math.max(0, ...lengths) * 8.5 + 10;
}

function total(streams: Stream[]): number {
  return streams.reduce((sum, { height }) => sum + height, 0);
}

function spoken(report: Report, streams: Stream[]): string {
  const ways = streams.map(({ way }) => wayLabel(way).join(' '));
  return `Of ${showCount(report.rows.read)} rows read: ${ways.join(', ')}`;
}
