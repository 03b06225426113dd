/** The figure of a learning curve: success and prediction error against play, a line for each arm and training budget. */
import { formatMinutes, linearScale, linearTicks, logScale, type Scale } from './axes.ts';
import { DEFAULT_NETWORK } from '../model/registry.ts';
import { budgetName, networkLabel, PLAIN, type CurvePoint } from './curve-points.ts';

const WIDTH = 920;
const PLOT = { width: 360, height: 250, top: 36 } as const;
/** Left edges of the two panels. */
const PANELS = [64, 532] as const;
const LEGEND_LINE = 22;
/** Lines that meet at one place are drawn this far apart, so that their intervals can be told apart. */
const DODGE = 6;

/** Greys and colours that can be read on white and on near black; told apart by the colour-blind (after Okabe & Ito). */
const INK = '#7d8590';
const GRID = '#7d859040';
const COLOURS = ['#3b8ed0', '#d9691e', '#1f9e77', '#c26ba0', '#b58a00', '#8a6fd1'];

/** One line of the figure. */
interface Series {
  readonly label: string;
  readonly colour: string;
  readonly marker: number;
  /** How far aside it is drawn. */
  readonly aside: number;
  /** By minutes of play. */
  readonly points: readonly CurvePoint[];
}

/** The figure as SVG text, on no background of its own. */
export function curveFigure(points: readonly CurvePoint[]): string {
  const series = seriesOf(points);
  const minutes = [...new Set(points.map(({ settings }) => settings.playMinutes))].sort((a, b) => a - b);
  const domain = [minutes[0] / 1.25, minutes[minutes.length - 1] * 1.25] as const;
  const height = PLOT.top + PLOT.height + 58 + LEGEND_LINE * Math.ceil(series.length / 2);
  const panels = [successPanel, errorPanel].map((panel, i) => {
    const x = logScale(domain, [PANELS[i], PANELS[i] + PLOT.width]);
    return `${timeAxis(x, minutes, PANELS[i])}${panel(series, x, PANELS[i])}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="13" fill="${INK}">
${panels.join('\n')}
${legend(series, PLOT.top + PLOT.height + 66)}
</svg>
`;
}

/** Success rates with their 95% intervals. */
function successPanel(series: readonly Series[], x: Scale, left: number): string {
  const y = linearScale([0, 1], [PLOT.top + PLOT.height, PLOT.top]);
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const axis = valueAxis(y, ticks, left, (rate) => `${Math.round(100 * rate)}%`);
  const [first] = series.flatMap(({ points }) => points);
  const tasks = first ? `${first.settings.tasks} tasks (${first.settings.suite})` : '';
  const lines = series.map((line) =>
    drawSeries(
      line,
      x,
      (point) => y(point.success.rate),
      ({ success }) => [y(success.low), y(success.high)],
    ),
  );
  return `${title(`Success in ${tasks}, 95% interval`, left)}${axis}${lines.join('')}`;
}

/** How far from where they went held-out designated points are predicted. */
function errorPanel(series: readonly Series[], x: Scale, left: number): string {
  const all = series.flatMap(({ points }) => points).map(({ heldOut }) => heldOut);
  const ticks = linearTicks(
    Math.max(...all.flatMap(({ errorCm, nothingMovesCm }) => [errorCm, nothingMovesCm])),
  );
  const y = linearScale([0, ticks[ticks.length - 1]], [PLOT.top + PLOT.height, PLOT.top]);
  const axis = valueAxis(y, ticks, left, (cm) => `${cm} cm`);
  const lines = series.map((line) => drawSeries(line, x, (point) => y(point.heldOut.errorCm)));
  const [first] = all;
  const still = first ? nothingMoves(y(first.nothingMovesCm), left) : '';
  return `${title(`Held-out error of moved points, ${first?.ahead ?? 0} steps ahead`, left)}${axis}${still}${lines.join('')}`;
}

/** Points of one arm, network and budget make a line; lines come in the order of their first points. */
function seriesOf(points: readonly CurvePoint[]): Series[] {
  const groups = new Map<string, CurvePoint[]>();
  for (const point of points) {
    const { arm, network, training } = point.settings;
    const name = networkLabel(network) === DEFAULT_NETWORK ? '' : `${networkLabel(network)}, `;
    const label = `${name}${arm === PLAIN ? 'plain play' : `${arm} play`}, ${budgetInWords(training.budget)}`;
    groups.set(label, [...(groups.get(label) ?? []), point]);
  }
  return [...groups].map(([label, group], i) => ({
    label,
    colour: COLOURS[i % COLOURS.length],
    marker: i,
    aside: DODGE * (i - (groups.size - 1) / 2),
    points: group.toSorted((a, b) => a.settings.playMinutes - b.settings.playMinutes),
  }));
}

function budgetInWords(budget: CurvePoint['settings']['training']['budget']): string {
  return 'minutes' in budget
    ? `up to ${formatMinutes(budget.minutes)} of training`
    : `${budgetName(budget).replace('steps', '')} training steps`;
}

/** A line through the points, markers, and an interval at each where there is one. */
function drawSeries(
  { colour, marker, aside, points }: Series,
  x: Scale,
  y: (point: CurvePoint) => number,
  interval?: (point: CurvePoint) => readonly [number, number],
): string {
  const places = points.map((point) => [x(point.settings.playMinutes) + aside, y(point)] as const);
  const path = places.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${round(px)} ${round(py)}`).join('');
  const bars = points.map((point, i) => {
    if (!interval) return '';
    const at = round(places[i][0]);
    const [low, high] = interval(point).map(round);
    return `<path d="M${at} ${low}V${high}M${at - 4} ${low}h8M${at - 4} ${high}h8" stroke="${colour}" stroke-width="1.5" fill="none"/>`;
  });
  const line = `<path d="${path}" stroke="${colour}" stroke-width="2" fill="none"/>`;
  return `\n${line}${bars.join('')}${places.map(([px, py]) => drawMarker(marker, px, py, colour)).join('')}`;
}

/** A disc, a square, a diamond or a triangle. */
function drawMarker(kind: number, x: number, y: number, colour: string): string {
  const at = (dx: number, dy: number): string => `${round(x + dx)} ${round(y + dy)}`;
  if (kind % 4 === 0) return `<circle cx="${round(x)}" cy="${round(y)}" r="4.5" fill="${colour}"/>`;
  const corners = [
    [at(-4, -4), at(4, -4), at(4, 4), at(-4, 4)],
    [at(0, -5.5), at(5.5, 0), at(0, 5.5), at(-5.5, 0)],
    [at(0, -5.5), at(5, 4), at(-5, 4)],
  ][(kind % 4) - 1];
  return `<path d="M${corners.join('L')}Z" fill="${colour}"/>`;
}

function timeAxis(x: Scale, minutes: readonly number[], left: number): string {
  const bottom = PLOT.top + PLOT.height;
  const ticks = minutes.map(
    (m) =>
      `<path d="M${round(x(m))} ${bottom}v5" stroke="${INK}"/>${text(formatMinutes(m), x(m), bottom + 20, 'middle')}`,
  );
  const name = text('robot time spent playing', left + PLOT.width / 2, bottom + 42, 'middle');
  return `<path d="M${left} ${bottom}h${PLOT.width}" stroke="${INK}"/>${ticks.join('')}${name}`;
}

function valueAxis(
  y: Scale,
  ticks: readonly number[],
  left: number,
  format: (value: number) => string,
): string {
  return ticks
    .map(
      (tick) =>
        `<path d="M${left} ${round(y(tick))}h${PLOT.width}" stroke="${GRID}"/>${text(format(tick), left - 8, y(tick) + 4.5, 'end')}`,
    )
    .join('');
}

/** What predicting no motion would miss by. */
function nothingMoves(y: number, left: number): string {
  const line = `<path d="M${left} ${round(y)}h${PLOT.width}" stroke="${INK}" stroke-dasharray="5 4"/>`;
  return `${line}${text('predicting that nothing moves', left + PLOT.width, y - 6, 'end')}`;
}

function title(words: string, left: number): string {
  return text(words, left, PLOT.top - 16, 'start', ' font-weight="600"');
}

/** Two columns below the panels. */
function legend(series: readonly Series[], top: number): string {
  return series
    .map(({ label, colour, marker }, i) => {
      const [left, y] = [PANELS[i % 2], top + LEGEND_LINE * Math.floor(i / 2)];
      const line = `<path d="M${left} ${y - 4}h26" stroke="${colour}" stroke-width="2"/>`;
      return `${line}${drawMarker(marker, left + 13, y - 4, colour)}${text(label, left + 34, y, 'start')}`;
    })
    .join('\n');
}

function text(words: string, x: number, y: number, anchor: string, more = ''): string {
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"${more}>${escaped}</text>`;
}

/** Tenths are finer than anything on a screen. */
function round(value: number): number {
  return Math.round(10 * value) / 10;
}
