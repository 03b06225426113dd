/** The simulator in the tracker's place: it knows where every point is. */
import type { Track, Trackers } from '../cost/tracker.ts';
import type { SimRig } from '../rig/sim-rig.ts';
import type { BodyPoint } from '../sim/world.ts';
import type { Pixel } from '../spec/pixel.ts';
import { project, unproject } from '../spec/projection.ts';
import { OBJECT_PLANE_M } from '../spec/on-table.ts';

/** Points of the circle that stands for what an object covers. */
const CIRCLE_POINTS = 16;

/** What is seen at a pixel of the recorded frame now: a point of an object, or null for the table. */
export function pointAt(rig: SimRig, pixel: Pixel): BodyPoint | null {
  return rig.world().pointUnder(pixel, rig.rig.frame);
}

/** Trackers of the points that are seen at the designated pixels as the scene stands now. */
export function trueTrackers(rig: SimRig, designated: readonly Pixel[]): Trackers {
  const { projection } = rig.rig;
  const points = designated.map((pixel) => ({ pixel, body: pointAt(rig, pixel) }));
  const trackOf = ({ pixel, body }: (typeof points)[number]): Track => {
    const place = body && rig.world().bodyPoint(body.object, body.point);
    const [x, y] = place ?? unproject(projection, pixel, OBJECT_PLANE_M);
    return {
      pixel: place ? project(projection, place) : pixel,
      confidence: place ? 1 : 0,
      pose: { x, y, thetaRad: 0 },
      unseenFrames: 0,
      lost: false,
    };
  };
  /** What stands for the outline of an object. */
  const circle = (object: number): (readonly [number, number])[] => {
    const [x, y] = rig.world().bodyPoint(object, [0, 0, 0]);
    const radius = rig.world().objects[object].footprintRadius;
    return Array.from({ length: CIRCLE_POINTS }, (_, k) => {
      const angle = (2 * Math.PI * k) / CIRCLE_POINTS;
      return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const;
    });
  };
  let tracks = points.map(trackOf);
  return {
    get tracks() {
      return tracks;
    },
    heightOf(i) {
      const { body } = points[i];
      return body === null ? OBJECT_PLANE_M : rig.world().bodyPoint(body.object, body.point)[2];
    },
    objectOf: (i) => points[i].body?.object ?? -1,
    footprint(i) {
      const { body } = points[i];
      if (body === null) return [];
      const [x, y] = rig.world().bodyPoint(body.object, body.point);
      return circle(body.object).map(([cx, cy]) => [cx - x, cy - y] as const);
    },
    obstacles(i) {
      const { body } = points[i];
      return rig.world().objects.flatMap((_, object) => (object === body?.object ? [] : circle(object)));
    },
    update: () => (tracks = points.map(trackOf)),
  };
}
