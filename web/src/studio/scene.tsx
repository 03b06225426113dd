/** The camera's picture, and over it the points, their goals, and where the tracker believes they are. */
import { computed, signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ask, askForGoals, drawWith, inControl, pictured, studio, welcome } from '../connection.ts';
import { placeOf } from '../pointer.ts';
import { afterChoosing, afterMoving, type Pixel } from './goals.ts';

/** Whether dragging moves things on the simulated table instead of choosing points. */
export const movingThings = signal(false);
/** Whether the picture shows where the model expects the points to be at the end of its plan. */
export const showingBelief = signal(true);
/** The crosshair that arrow keys move; null until a key was pressed. */
const crosshair = signal<Pixel | null>(null);
/** What is being dragged, and to where. */
const dragged = signal<{ readonly which: number; readonly end: 'from' | 'to'; readonly at: Pixel } | null>(
  null,
);

/** Size of the recorded frame; the usual one until the server has said. */
const frame = computed(() => welcome.value?.frame ?? { height: 120, width: 160 });

const KEY_STEP_PX = 2;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

export function Scene() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context) {
      drawWith((picture) => {
        context.drawImage(picture, 0, 0, context.canvas.width, context.canvas.height);
        picture.close();
      });
    }
    return () => drawWith(null);
  }, []);
  const { height, width } = frame.value;
  return (
    <div class="scene">
      <canvas ref={canvas} width={320} height={240} role="img" aria-label="What the camera sees" />
      <Belief />
      <svg
        class={movingThings.value ? 'overlay grabbing' : 'overlay'}
        viewBox={`0 0 ${width} ${height}`}
        tabindex={0}
        role="application"
        aria-label="Choose a point with a click, or with the arrow keys and Enter; then where it should go"
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => (dragged.value = null)}
        onKeyDown={onKeyDown}
        onBlur={() => (crosshair.value = null)}
      >
        <Marks />
      </svg>
    </div>
  );
}

function Belief() {
  const src = pictured.value.at(-1)?.pictures.belief;
  if (!showingBelief.value || src === undefined || studio.value?.phase !== 'pushing') return null;
  return <img class="belief" src={src} alt="Where the model expects the points to be" />;
}

function Marks() {
  const goals = studio.value?.goals ?? [];
  const move = dragged.value;
  return (
    <>
      {goals.map((goal, i) => {
        const moved = move?.which === i ? { [move.end]: move.at } : {};
        const { from, to, confidence } = { ...goal, ...moved };
        return (
          <g key={i}>
            {to && <line class="way" x1={from.col} y1={from.row} x2={to.col} y2={to.row} />}
            {to && (
              <path
                class="goal"
                d={`M${to.col - 3},${to.row - 3}l6,6m0,-6l-6,6`}
                data-which={i}
                data-end="to"
              />
            )}
            <circle
              class={confidence !== null && confidence < 0.5 ? 'point unsure' : 'point'}
              cx={from.col}
              cy={from.row}
              r={2.6}
              data-which={i}
              data-end="from"
            />
          </g>
        );
      })}
      {crosshair.value && (
        <path class="crosshair" d={`M${crosshair.value.col - 4},${crosshair.value.row}h8m-4,-4v8`} />
      )}
    </>
  );
}

/** The pixel of the recorded frame that an event points to. */
function pixelOf(event: PointerEvent): Pixel {
  const { height, width } = (event.currentTarget as SVGSVGElement).viewBox.baseVal;
  const { row, col } = placeOf(event, { height, width });
  return { row: clamp(row, height), col: clamp(col, width) };
}

const clamp = (value: number, size: number): number => Math.max(0, Math.min(size - 1, value));

/** Where a thing was grabbed. */
let grabbed: Pixel | null = null;

function onPointerDown(event: PointerEvent): void {
  if (!inControl.value) return;
  (event.currentTarget as Element).setPointerCapture(event.pointerId);
  const at = pixelOf(event);
  if (movingThings.value) {
    grabbed = at;
    return;
  }
  const { which, end } = (event.target as SVGElement).dataset;
  if (which !== undefined && (end === 'from' || end === 'to'))
    dragged.value = { which: Number(which), end, at };
}

function onPointerMove(event: PointerEvent): void {
  const at = pixelOf(event);
  if (dragged.value) dragged.value = { ...dragged.value, at };
  if (grabbed !== null) {
    ask({ ask: 'drag', from: grabbed, to: at });
    grabbed = at;
  }
}

function onPointerUp(event: PointerEvent): void {
  const goals = studio.value?.goals ?? [];
  const move = dragged.value;
  if (grabbed !== null) grabbed = null;
  else if (move) askForGoals(afterMoving(goals, move.which, move.end, move.at));
  else if (inControl.value) askForGoals(afterChoosing(goals, pixelOf(event)));
  dragged.value = null;
}

function onKeyDown(event: KeyboardEvent): void {
  const { height, width } = frame.value;
  const at = crosshair.value ?? { row: height / 2, col: width / 2 };
  if (Object.hasOwn(ARROWS, event.key)) {
    const [down, right] = ARROWS[event.key];
    crosshair.value = {
      row: clamp(at.row + KEY_STEP_PX * down, height),
      col: clamp(at.col + KEY_STEP_PX * right, width),
    };
    event.preventDefault();
  } else if (event.key === 'Enter' && crosshair.value) {
    askForGoals(afterChoosing(studio.value?.goals ?? [], crosshair.value));
    event.preventDefault();
  }
}
