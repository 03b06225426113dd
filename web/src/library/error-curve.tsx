import type { Model } from '../../../src/server/messages.ts';
import { decimals, whole } from '../format.ts';

/** The curve's drawing area, in units of the SVG: room on the left for numbers, below for steps. */
const PLOT = { width: 360, height: 150, left: 28, right: 8, top: 18, bottom: 20 };

/** The model's error as training went, over that of predicting that nothing moves; two points at least. */
export function ErrorCurve({ stepsAhead, points }: Model['curve']) {
  const last = points[points.length - 1];
  const mostPx = Math.ceil(Math.max(...points.flatMap(({ model, nothingMoves }) => [model, nothingMoves])));
  const right = PLOT.width - PLOT.right;
  const bottom = PLOT.height - PLOT.bottom;
  const x = (step: number): number => PLOT.left + (step / last.step) * (right - PLOT.left);
  const y = (px: number): number => bottom - (px / mostPx) * (bottom - PLOT.top);
  const line = (whose: 'model' | 'nothingMoves'): string =>
    points.map((point) => `${x(point.step)},${y(point[whose])}`).join(' ');
  const summary = `Error ${stepsAhead} steps ahead: ${decimals(points[0].model, 2)} pixels at step ${whole(points[0].step)}, ${decimals(last.model, 2)} at step ${whole(last.step)}; ${decimals(last.nothingMoves, 2)} if nothing moved.`;
  return (
    <figure>
      <figcaption>Error {stepsAhead} steps ahead, in pixels, as training went</figcaption>
      <svg class="plot" viewBox={`0 0 ${PLOT.width} ${PLOT.height}`} role="img" aria-label={summary}>
        <line class="axis" x1={PLOT.left} x2={right} y1={bottom} y2={bottom} />
        <text x={PLOT.left - 6} y={bottom + 4} text-anchor="end">
          0
        </text>
        <text x={PLOT.left - 6} y={y(mostPx) + 4} text-anchor="end">
          {mostPx}
        </text>
        <text x={right} y={PLOT.height - 4} text-anchor="end">
          {whole(last.step)} steps
        </text>
        <polyline class="nothing-moves" points={line('nothingMoves')} />
        <polyline class="model" points={line('model')} />
        <circle class="model" cx={x(last.step)} cy={y(last.model)} r={3} />
        <text class="nothing-moves" x={right} y={y(last.nothingMoves) - 6} text-anchor="end">
          nothing moves
        </text>
        <text class="model" x={right} y={Math.min(y(last.model) + 16, bottom - 4)} text-anchor="end">
          model
        </text>
      </svg>
    </figure>
  );
}
