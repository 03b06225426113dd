/**
 * What to do when a designated pixel's object is out of sight: stop pushing, lift the arm out of the camera's
 * line of sight, look again; and when the object is not seen with the arm out of the way either, ask a person.
 */
import type { Track } from '../cost/tracker.ts';
import { applyAction, type Action, type Vector3 } from '../spec/action.ts';
import type { Rig } from '../spec/rig.ts';
import { apart, travelAction } from '../rig/travel.ts';

/** Out of sight for so many frames, the arm makes way: once may be a hand that passes by. */
const UNSEEN_FRAMES = 2;
/** How far to the side of the object's last place the arm goes, metres. */
const ASIDE_M = 0.1;
/** This near to where it looks from, metres, or after so many steps on the way (something may block it), it is there. */
const ARRIVED_M = 0.01;
const LONGEST_WAY = 10;

/** What the lookout wants: a step out of the way, or to be told where the object is. */
export interface Look {
  readonly action: Action;
  readonly needsClick: boolean;
}

/** Watches over the tracks of one task, a call a control step. */
export interface Lookout {
  /** Null while everything is in sight (or hidden but for a moment): plan as usual. */
  next(tracks: readonly Track[], seen: { readonly target: Vector3; readonly inFlight: Action }): Look | null;
}

export function createLookout(rig: Rig): Lookout {
  const { action: spec, workspace } = rig;
  let steps = 0;

  /** Behind the object, where the arm is drawn in, and to the side on which it is already. */
  function place(object: { readonly x: number }, tip: Vector3): Vector3 {
    const { low, high } = workspace;
    const side = Math.sign(tip[0] - object.x) || 1;
    const x = object.x + side * ASIDE_M;
    // Where there is no room on that side, on the other.
    const roomy = x >= low[0] && x <= high[0] ? x : object.x - side * ASIDE_M;
    return [Math.max(low[0], Math.min(high[0], roomy)), high[1], high[2]];
  }

  return {
    next(tracks, { target, inFlight }) {
      const unseen = tracks.reduce((a, b) => (b.unseenFrames > a.unseenFrames ? b : a));
      if (unseen.unseenFrames < UNSEEN_FRAMES) {
        steps = 0;
        return null;
      }
      const { target: tip } = applyAction(spec, workspace, target, inFlight);
      const from = place(unseen.pose, tip);
      const isThere = apart(tip, from) < ARRIVED_M || ++steps > LONGEST_WAY;
      const action = isThere ? spec.names.map(() => 0) : travelAction(from, tip, rig);
      return { action, needsClick: isThere && isAtRest(inFlight) && unseen.lost };
    },
  };
}

/** Seen from a standing arm: what is in flight has yet to clear the view. */
function isAtRest(inFlight: Action): boolean {
  return inFlight.every((a) => a === 0);
}
