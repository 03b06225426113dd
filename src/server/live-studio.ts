/** A studio with everyone who watches it: the camera's pictures and the controller's thoughts go out as they come. */
import type { Controller } from '../control/controller.ts';
import { Jobs, type JobsOptions } from '../jobs/jobs.ts';
import type { LiveRig } from '../rig/live-rig.ts';
import type { SimRig } from '../rig/sim-rig.ts';
import type { Frame } from '../spec/frame.ts';
import { realTable } from '../studio/real-table.ts';
import { simTable } from '../studio/sim-table.ts';
import { Studio } from '../studio/studio.ts';
import { pictureThought } from '../studio/thoughts.ts';
import { encodeJpeg } from '../video/jpeg.ts';
import { Hub } from './hub.ts';
import type { Choices } from './messages.ts';
import type { Picture } from './pictures.ts';

/** The live picture, for people: twice the size of what is recorded. */
const PICTURE = { height: 240, width: 320 };
/** A little more than the 30 a second that are wanted: a busy machine leaves some out. */
const PICTURE_HZ = 40;
/** So many pictures may be under way to JPEG; one that comes meanwhile is left out. */
const MOST_UNDER_WAY = 2;

export interface LiveStudioOptions {
  /** The simulator, which lives by the wall clock here, or a real table. */
  readonly table: LiveRig | SimRig;
  readonly controller: () => Promise<Controller>;
  /** Seed of the first scene. */
  readonly scene: number;
  readonly maxSteps: number;
  /** Where a page's long work reads and writes, and the program that does it; nothing is started from a page without. */
  readonly jobs?: Pick<JobsOptions, 'folders' | 'script' | 'heldRig'> & { readonly choices: Choices };
}

export interface LiveStudio {
  readonly studio: Studio;
  readonly hub: Hub;
  readonly jobs: Jobs | null;
}

/** A studio that is still to be opened, and the hub that tells of it. */
export function makeLiveStudio({
  table,
  controller,
  scene,
  maxSteps,
  jobs: work,
}: LiveStudioOptions): LiveStudio {
  let underWay = 0;
  const showLive = (draw: () => Frame): void => {
    if (underWay === MOST_UNDER_WAY || !hub.isWatched) return;
    underWay++;
    void encodeJpeg(draw())
      .then((jpeg) => hub.show('live', jpeg))
      .finally(() => underWay--);
  };
  const simulated = 'world' in table;
  const rig = simulated
    ? simTable(table, { hz: PICTURE_HZ, size: PICTURE, onPicture: showLive })
    : realTable(table, { onPicture: showLive });
  const studio = new Studio({
    rig,
    controller,
    scene,
    maxSteps,
    onChange: (state) => hub.tellState(state),
    onGoalImage: (frame) => void encodeJpeg(frame).then((jpeg) => hub.keep('goal', jpeg)),
    onStep: (step) => {
      if (!hub.isWatched) return;
      void pictureThought(step, studio.state.step, 1000 / table.rig.controlHz).then(
        ({ report, pictures }) => {
          hub.tellAll({ tell: 'thought', report });
          for (const [picture, data] of Object.entries(pictures) as [Picture, Uint8Array][])
            hub.show(picture, data);
        },
      );
    },
  });
  const jobs = work
    ? new Jobs({
        ...work,
        onChange: (state) => hub.tellAll({ tell: 'job', state }),
        onPicture: (jpeg) => hub.show('job', jpeg),
        onQuestionPicture: (jpeg) => hub.keep('question', jpeg),
      })
    : null;
  const welcome = {
    tell: 'welcome',
    frame: table.rig.frame,
    simulated,
    choices: work?.choices ?? null,
  } as const;
  const hub: Hub = new Hub(studio, welcome, jobs);
  return { studio, hub, jobs };
}
