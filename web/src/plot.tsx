/** Curves over a common axis, each with its name at its end. */
import { decimals, whole } from './format.ts';

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
  /** Drawn dashed and quiet: what others are measured against. */
  readonly isReference?: boolean;
}

interface PlotProps {
  readonly title: string;
  readonly lines: readonly Line[];
  /** Ends of the vertical axis; from the points where not given. */
  readonly least?: number;
  readonly most?: number;
  /** Where on the horizontal axis a mark stands. */
  readonly at?: number;
  /** Of the horizontal axis, said at its end. */
  readonly unit?: string;
}

/** The drawing area, in units of the SVG: room on the left for numbers, on the right for names, below for the axis. */
const SIZE = { width: 380, height: 150, left: 40, right: 62, top: 10, bottom: 20 };
/** Names nearer to each other than this would overlap. */
const NAME_HEIGHT = 12;

export function Plot({ title, lines, at, unit = '', ...ends }: PlotProps) {
  const drawn = lines.filter(({ points }) => points.length > 0);
  const all = drawn.flatMap(({ points }) => points);
  if (all.length === 0) return null;
  const values = all.map(([, y]) => y);
  const least = ends.least ?? Math.min(...values);
  const most = Math.max(ends.most ?? Math.max(...values), least + 1e-9);
  const first = Math.min(...all.map(([x]) => x));
  const last = Math.max(...all.map(([x]) => x), first + 1e-9);
  const right = SIZE.width - SIZE.right;
  const bottom = SIZE.height - SIZE.bottom;
  const x = (value: number): number => SIZE.left + ((value - first) / (last - first)) * (right - SIZE.left);
  const y = (value: number): number => bottom - ((value - least) / (most - least)) * (bottom - SIZE.top);
  const names = spread(drawn.map(({ points }) => y(points[points.length - 1][1])));
  const digits = most - least < 0.1 ? 3 : most - least < 10 ? 2 : 0;
  const summary = drawn
    .map(
      ({ name, points }) =>
        `${name}: ${decimals(points[0][1], digits)} to ${decimals(points[points.length - 1][1], digits)}`,
    )
    .join('; ');
  return (
    <figure>
      <figcaption>{title}</figcaption>
      <svg
        class="plot"
        viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
        role="img"
        aria-label={`${title}. ${summary}`}
      >
        <line class="axis" x1={SIZE.left} x2={right} y1={bottom} y2={bottom} />
        {[least, most].map((value) => (
          <text key={value} x={SIZE.left - 6} y={y(value) + 4} text-anchor="end">
            {decimals(value, digits)}
          </text>
        ))}
        <text x={right} y={SIZE.height - 4} text-anchor="end">
          {whole(last)} {unit}
        </text>
        {at !== undefined && <line class="mark" x1={x(at)} x2={x(at)} y1={SIZE.top} y2={bottom} />}
        {drawn.map(({ name, points, isReference }, i) => {
          const style = isReference ? 'reference' : `line-${i}`;
          return (
            <g key={name}>
              <polyline class={style} points={points.map(([px, py]) => `${x(px)},${y(py)}`).join(' ')} />
              <text class={style} x={right + 5} y={names[i] + 4}>
                {name}
              </text>
            </g>
          );
        })}
      </svg>
    </figure>
  );
}

/** Heights moved apart so that none is nearer to the next than a name is high. */
function spread(heights: readonly number[]): number[] {
  const order = heights.map((_, i) => i).sort((a, b) => heights[a] - heights[b]);
  const placed = [...heights];
  for (let k = 1; k < order.length; k++) {
    placed[order[k]] = Math.max(placed[order[k]], placed[order[k - 1]] + NAME_HEIGHT);
  }
  return placed;
}
