/** Arm, Start, Pause, Stop, and what is around them. Stop is always there, for everyone, by button, space bar and Escape. */
import { ask, askForGoals, connected, inControl, studio, told, welcome } from '../connection.ts';
import { GoalImage } from './goal-image.tsx';
import { movingThings, showingBelief } from './scene.tsx';

const PHASES = {
  opening: 'The model is being made ready',
  resting: 'Not armed: nothing moves',
  armed: 'Armed',
  pushing: 'Pushing',
  paused: 'Paused: holds still',
} as const;

const ENDINGS = {
  done: 'it is where it should be',
  lost: 'the object is out of sight',
  steps: 'its steps ran out',
  stopped: 'stopped',
} as const;

export function Controls() {
  const state = studio.value;
  const phase = state?.phase ?? 'opening';
  const may = inControl.value;
  const isAsked = (state?.goals.length ?? 0) > 0 || (state?.goalImage ?? null) !== null;
  const isWhole = isAsked && (state?.goals ?? []).every(({ to }) => to !== null);
  const canStart = may && isWhole && (phase === 'armed' || phase === 'paused');
  return (
    <section class="controls" aria-label="Controls">
      <p class="status" role="status">
        <Status />
      </p>
      <div class="buttons">
        <button type="button" class="stop" onClick={() => ask({ ask: 'stop' })}>
          Stop <kbd>space</kbd>
        </button>
        <button type="button" disabled={!may || phase !== 'resting'} onClick={() => ask({ ask: 'arm' })}>
          Arm
        </button>
        <button type="button" class="go" disabled={!canStart} onClick={() => ask({ ask: 'start' })}>
          {phase === 'paused' ? 'Go on' : 'Start'}
        </button>
        <button type="button" disabled={!may || phase !== 'pushing'} onClick={() => ask({ ask: 'pause' })}>
          Pause
        </button>
      </div>
      <div class="buttons">
        <button
          type="button"
          disabled={!may || phase === 'pushing' || !isAsked}
          onClick={() => askForGoals([])}
        >
          Clear points
        </button>
        {welcome.value?.simulated && <SimulatedTable />}
        <label>
          <input
            type="checkbox"
            checked={showingBelief.value}
            onChange={(event) => (showingBelief.value = event.currentTarget.checked)}
          />{' '}
          Show where it expects the points
        </label>
      </div>
      <GoalImage />
      {connected.value && !may && (
        <p class="notice">
          Another page is in control.{' '}
          <button type="button" onClick={() => ask({ ask: 'control' })}>
            Take control
          </button>
        </p>
      )}
    </section>
  );
}

function SimulatedTable() {
  const state = studio.value;
  const still = inControl.value && state !== null && state.phase !== 'pushing' && state.phase !== 'opening';
  const seed = state?.scene ?? 0;
  return (
    <>
      <button type="button" disabled={!still} onClick={() => ask({ ask: 'scene', seed: seed + 1 })}>
        New scene
      </button>
      <button type="button" disabled={!still} onClick={() => ask({ ask: 'scene', seed })}>
        Same scene
      </button>
      <label>
        <input
          type="checkbox"
          checked={movingThings.value}
          disabled={!still}
          onChange={(event) => (movingThings.value = event.currentTarget.checked)}
        />{' '}
        Move things by hand
      </label>
    </>
  );
}

function Status() {
  const state = studio.value;
  if (!connected.value) return <>No connection to the server: the arm holds still. Trying again…</>;
  if (state === null) return <>{PHASES.opening}</>;
  const { phase, ending, step, maxSteps, goals, goalImage } = state;
  const others = told.value?.others ?? 0;
  const hint =
    goalImage !== null
      ? 'the goal is a picture'
      : goals.length === 0
        ? 'click an object'
        : goals.some(({ to }) => to === null)
          ? 'click where it should go'
          : null;
  const parts = [
    PHASES[phase],
    phase === 'pushing' || phase === 'paused' ? `step ${step} of ${maxSteps}` : null,
    phase !== 'pushing' && ending !== null ? ENDINGS[ending] : null,
    phase !== 'pushing' && phase !== 'opening' ? hint : null,
    others > 0 ? `${others} other ${others === 1 ? 'page looks' : 'pages look'} on` : null,
  ];
  return <>{parts.filter((part) => part !== null).join(' · ')}</>;
}
