import { describe, expect, it } from 'vitest';
import { startTracker, startTrackers, type Tracker } from '../../src/cost/tracker.ts';
import { armMask } from '../../src/spec/arm-mask.ts';
import { makeFrame, type Frame } from '../../src/spec/frame.ts';
import type { ArmChain } from '../../src/spec/kinematics.ts';
import { pixelDistance, type Pixel } from '../../src/spec/pixel.ts';
import { project, unproject, type Projection } from '../../src/spec/projection.ts';
import { seededRandom } from '../../src/spec/random.ts';

const size = { height: 120, width: 160 };

/** A camera in front of the table and above it, 0.35 cm a pixel, looking at the origin. */
const camera: Projection = {
  size,
  matrix: lookAtOrigin([0, -0.43, 0.6], 210),
};

function lookAtOrigin(eye: readonly [number, number, number], focalPx: number): number[] {
  const distance = Math.hypot(...eye);
  const forward = eye.map((e) => -e / distance);
  const right = [1, 0, 0];
  const down = [0, forward[2], -forward[1]];
  const rows = [right, down].map((axis, i) => axis.map((a, k) => focalPx * a + [79.5, 59.5][i] * forward[k]));
  return [...rows, forward].flatMap((row) => [...row, -row.reduce((sum, r, k) => sum + r * eye[k], 0)]);
}

/** A post that a hinge at the table's back edge swings over the table: what hides the object. */
const bar: ArmChain = {
  base: [0, 0.25, 0.1],
  baseYawRad: 0,
  baseCapsules: [],
  links: [
    {
      name: 'bar',
      origin: [0, 0, 0],
      axis: [0, 0, 1],
      limitsRad: [-3, 3],
      capsules: [{ from: [0, 0, 0], to: [0, -0.45, 0], radius: 0.012 }],
    },
  ],
  tip: [0, -0.45, 0],
};
const AWAY = [2.5];

type Colour = readonly [number, number, number];
interface Part {
  /** Corners of a convex polygon in the object's frame, counter-clockwise, metres. */
  readonly corners: readonly (readonly [number, number])[];
  readonly colour: Colour;
}
interface Pose {
  readonly x: number;
  readonly y: number;
  readonly thetaRad: number;
}

const box = (x0: number, x1: number, y0: number, y1: number): Part['corners'] => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
];
/** An L of two colours, about 6 cm. */
const ell: readonly Part[] = [
  { corners: box(-0.03, 0.03, -0.03, -0.005), colour: [200, 70, 60] },
  { corners: box(-0.03, -0.005, -0.005, 0.035), colour: [70, 110, 190] },
];
/** A plain bar of one colour. */
const plainBox: readonly Part[] = [{ corners: box(-0.035, 0.035, -0.02, 0.02), colour: [80, 160, 90] }];

const tableColour = (x: number, y: number): Colour => {
  const w = 6 * Math.sin(90 * x + 2 * Math.sin(40 * y));
  return [158 + w, 133 + w, 102 + w];
};

/** Draws the parts on the plane 2 cm over the table, 4 x 4 rays a pixel, then the bar; noise from the seed. */
function draw(
  objects: readonly { parts: readonly Part[]; pose: Pose }[],
  options: { jointsRad?: readonly number[]; light?: number; seed?: number } = {},
): Frame {
  const { jointsRad = AWAY, light = 1, seed = 1 } = options;
  const random = seededRandom(seed);
  const frame = makeFrame(size);
  const hidden = armMask(bar, camera, jointsRad, size);
  for (let i = 0; i < size.height * size.width; i++) {
    const sum = [0, 0, 0];
    for (let k = 0; k < 16; k++) {
      const row = Math.floor(i / size.width) + ((k >> 2) - 1.5) / 4;
      const col = (i % size.width) + ((k & 3) - 1.5) / 4;
      const [x, y] = unproject(camera, { row, col }, 0.02);
      const colour = colourAt(objects, x, y) ?? tableColour(x, y);
      colour.forEach((c, channel) => (sum[channel] += c / 16));
    }
    const covered = hidden.data[i] >= 0.5;
    for (let channel = 0; channel < 3; channel++) {
      frame.data[3 * i + channel] = (covered ? 60 : light * sum[channel]) + 1.5 * random.normal();
    }
  }
  return frame;
}

function colourAt(
  objects: readonly { parts: readonly Part[]; pose: Pose }[],
  x: number,
  y: number,
): Colour | null {
  for (const { parts, pose } of objects) {
    const [c, s] = [Math.cos(pose.thetaRad), Math.sin(pose.thetaRad)];
    const u = c * (x - pose.x) + s * (y - pose.y);
    const v = -s * (x - pose.x) + c * (y - pose.y);
    const part = parts.find(({ corners }) =>
      corners.every(([ax, ay], i) => {
        const [bx, by] = corners[(i + 1) % corners.length];
        return (bx - ax) * (v - ay) - (by - ay) * (u - ax) >= 0;
      }),
    );
    if (part) return part.colour;
  }
  return null;
}

/** How much of an object the bar hides, 0..1. */
function hiddenShare(object: { parts: readonly Part[]; pose: Pose }, jointsRad: readonly number[]): number {
  const { data } = armMask(bar, camera, jointsRad, size);
  const pixels = [...data.keys()].filter((i) => {
    const [x, y] = unproject(camera, { row: Math.floor(i / size.width), col: i % size.width }, 0.02);
    return colourAt([object], x, y) !== null;
  });
  return pixels.filter((i) => data[i] >= 0.5).length / pixels.length;
}

/** The designated point sits off the object's middle, so that turning moves it. */
const POINT: readonly [number, number] = [-0.015, -0.015];

function pointAt({ x, y, thetaRad }: Pose): Pixel {
  const [c, s] = [Math.cos(thetaRad), Math.sin(thetaRad)];
  return project(camera, [x + c * POINT[0] - s * POINT[1], y + s * POINT[0] + c * POINT[1], 0.02]);
}

const plate = draw([], { seed: 99 });

function start(parts: readonly Part[], pose: Pose, jointsRad: readonly number[] = AWAY): Tracker {
  const frame = draw([{ parts, pose }], { jointsRad });
  return startTracker({ frame, jointsRad, plate, projection: camera, arm: bar, designated: pointAt(pose) });
}

/** 10 frames of a 12 cm push along a curve while the object turns by `turnRad`. */
const push = (turnRad: number): Pose[] =>
  Array.from({ length: 11 }, (_, t) => ({
    x: -0.06 + 0.012 * t,
    y: 0.03 - 0.004 * t + 0.02 * Math.sin(t / 3),
    thetaRad: 0.3 + (turnRad * t) / 10,
  }));

describe('the designated-pixel tracker', () => {
  it.each([
    ['a two-coloured L that turns by 90 degrees', ell, Math.PI / 2],
    ['a two-coloured L that slides', ell, 0],
    ['a plain box that turns by 60 degrees', plainBox, Math.PI / 3],
  ])('follows %s within half a pixel', (_name, parts, turnRad) => {
    const poses = push(turnRad);
    const tracker = start(parts, poses[0]);
    poses.slice(1).forEach((pose, t) => {
      const track = tracker.update({ frame: draw([{ parts, pose }], { seed: t }), jointsRad: AWAY });
      expect(pixelDistance(track.pixel, pointAt(pose))).toBeLessThan(0.5);
      expect(track.confidence).toBeGreaterThan(0.6);
      expect(Math.abs(track.pose.thetaRad - (pose.thetaRad - poses[0].thetaRad))).toBeLessThan(0.1);
    });
  });

  it('is not led astray by the arm in front, nor by a darker picture', () => {
    const poses = push(Math.PI / 4);
    const tracker = start(ell, poses[0]);
    let hidden = 0;
    poses.slice(1).forEach((pose, t) => {
      // The bar points at the object's side and sweeps over it while it moves.
      const jointsRad = [-0.35 + 0.07 * t];
      const frame = draw([{ parts: ell, pose }], { jointsRad, light: 0.9, seed: t });
      const track = tracker.update({ frame, jointsRad });
      hidden = Math.max(hidden, hiddenShare({ parts: ell, pose }, jointsRad));
      expect(pixelDistance(track.pixel, pointAt(pose))).toBeLessThan(1);
    });
    expect(hidden).toBeGreaterThan(0.3);
  });

  // An arm that stood between the camera and the object, its shadow on what was left to be seen: with a template cut out
  // of that first frame, the object in full light was nowhere to be found.
  it('looks again at what the first frame showed badly, as long as nothing has come near', () => {
    const pose: Pose = { x: 0, y: 0, thetaRad: 0 };
    const before = [0.06];
    const frame = draw([{ parts: ell, pose }], { jointsRad: before, light: 0.5 });
    const scene = { frame, jointsRad: before, plate, projection: camera, arm: bar };
    const tracker = startTracker({ ...scene, designated: pointAt(pose) });
    const seen = tracker.footprint().length;
    tracker.update({ frame: draw([{ parts: ell, pose }], { seed: 2 }), jointsRad: AWAY });
    expect(tracker.track.pixel).toEqual(pointAt(pose));
    expect(tracker.footprint().length).toBeGreaterThan(1.3 * seen);
    for (const [t, thetaRad] of [0.2, 0.4, 0.6, 0.8].entries()) {
      const moved: Pose = { x: 0.02 * (t + 1), y: 0.01, thetaRad };
      const track = tracker.update({ frame: draw([{ parts: ell, pose: moved }]), jointsRad: AWAY });
      expect(pixelDistance(track.pixel, pointAt(moved))).toBeLessThan(0.5);
      expect(track.confidence).toBeGreaterThan(0.8);
    }
  });

  it('does not jump to a neighbour of another colour', () => {
    const still: Pose = { x: 0.02, y: -0.02, thetaRad: 0.5 };
    const neighbour = { parts: plainBox, pose: { x: 0.09, y: -0.02, thetaRad: 1 } };
    const tracker = start(ell, still);
    for (let t = 0; t < 4; t++) {
      const frame = draw([{ parts: ell, pose: still }, neighbour], { seed: t });
      const track = tracker.update({ frame, jointsRad: AWAY });
      expect(pixelDistance(track.pixel, pointAt(still))).toBeLessThan(0.5);
    }
  });

  it('believes the prediction while nothing is seen, says it is lost, and recovers', () => {
    const pose: Pose = { x: 0, y: 0, thetaRad: 0 };
    const tracker = start(ell, pose);
    const predicted = { row: pointAt(pose).row + 1, col: pointAt(pose).col + 4 };
    for (let t = 0; t < 4; t++) {
      const track = tracker.update({ frame: draw([], { seed: t }), jointsRad: AWAY }, predicted);
      expect(track.confidence).toBeLessThan(0.35);
      expect(pixelDistance(track.pixel, predicted)).toBeLessThan(1e-6);
      expect(track.lost).toBe(t === 3);
    }
    const track = tracker.update({ frame: draw([{ parts: ell, pose }]), jointsRad: AWAY }, predicted);
    expect(track.lost).toBe(false);
    expect(pixelDistance(track.pixel, pointAt(pose))).toBeLessThan(0.5);
  });

  describe('the footprint', () => {
    const corners = ell.flatMap((part) => part.corners);
    const pose: Pose = { x: 0.02, y: -0.01, thetaRad: 0.3 };
    /** A pixel, in the direction in which the camera sees the table foreshortened, and the blur of an edge. */
    const SLACK_M = 0.007;
    /** From the designated point to a point of the object, on the table, as it lies. */
    const fromPoint = ([u, v]: readonly [number, number], thetaRad: number): [number, number] => {
      const [du, dv] = [u - POINT[0], v - POINT[1]];
      const [c, s] = [Math.cos(thetaRad), Math.sin(thetaRad)];
      return [c * du - s * dv, s * du + c * dv];
    };

    /** All of the object and nothing but it: the notch of the L stays empty. */
    function expectEll(tracker: Tracker, thetaRad: number): void {
      const points = tracker.footprint();
      for (const corner of corners) {
        const [x, y] = fromPoint(corner, thetaRad);
        expect(Math.min(...points.map(([px, py]) => Math.hypot(px - x, py - y)))).toBeLessThan(SLACK_M);
      }
      const [c, s] = [Math.cos(thetaRad), Math.sin(thetaRad)];
      for (const [x, y] of points) {
        const [u, v] = [POINT[0] + c * x + s * y, POINT[1] - s * x + c * y];
        const outside = ell.map(({ corners: [[u0, v0], , [u1, v1]] }) =>
          Math.hypot(Math.max(0, u0 - u, u - u1), Math.max(0, v0 - v, v - v1)),
        );
        expect(Math.min(...outside)).toBeLessThan(SLACK_M);
      }
    }

    it('covers the object, as far as to its corners and no farther', () => {
      expectEll(start(ell, pose), pose.thetaRad);
    });

    it('turns with the object', () => {
      const tracker = start(ell, pose);
      for (let t = 1; t <= 6; t++) {
        const turned = { ...pose, x: pose.x - 0.01 * t, thetaRad: pose.thetaRad + (t * Math.PI) / 12 };
        tracker.update({ frame: draw([{ parts: ell, pose: turned }], { seed: t }), jointsRad: AWAY });
      }
      expectEll(tracker, pose.thetaRad + Math.PI / 2);
    });
  });

  describe('several designated pixels', () => {
    const scene = (frame: Frame) => ({ frame, jointsRad: AWAY, plate, projection: camera, arm: bar });
    /** Where a point of an object at a pose is seen. */
    const at = ({ x, y, thetaRad }: Pose, [u, v]: readonly [number, number]): Pixel => {
      const [c, s] = [Math.cos(thetaRad), Math.sin(thetaRad)];
      return project(camera, [x + c * u - s * v, y + s * u + c * v, 0.02]);
    };
    const ENDS = [
      [-0.02, 0.025],
      [0.025, -0.02],
    ] as const;

    it('on one object move rigidly together', () => {
      const poses = push(Math.PI / 2);
      const first = poses[0];
      const designated = ENDS.map((end) => at(first, end));
      const trackers = startTrackers(scene(draw([{ parts: ell, pose: first }])), designated);
      trackers.tracks.forEach(({ pixel }, i) => {
        expect(pixelDistance(pixel, designated[i])).toBeLessThan(1e-6);
      });
      poses.slice(1).forEach((pose, t) => {
        const frame = draw([{ parts: ell, pose }], { seed: t });
        const tracks = trackers.update({ frame, jointsRad: AWAY });
        tracks.forEach((track, i) => expect(pixelDistance(track.pixel, at(pose, ENDS[i]))).toBeLessThan(0.6));
        // One registration: the same turn and the same confidence, to the last bit.
        expect(tracks[1].pose.thetaRad).toBe(tracks[0].pose.thetaRad);
        expect(tracks[1].confidence).toBe(tracks[0].confidence);
      });
    });

    it('on two objects and on the plain table each go their own way', () => {
      const [still, moving]: Pose[] = [
        { x: -0.07, y: 0, thetaRad: 0.4 },
        { x: 0.06, y: -0.03, thetaRad: 0 },
      ];
      const empty = { row: 100, col: 20 };
      const things = (x: number) => [
        { parts: ell, pose: still },
        { parts: plainBox, pose: { ...moving, x } },
      ];
      const designated = [at(still, POINT), at(moving, [0, 0]), empty];
      const trackers = startTrackers(scene(draw(things(moving.x))), designated);
      for (let t = 1; t <= 3; t++) {
        trackers.update({ frame: draw(things(moving.x + 0.01 * t), { seed: t }), jointsRad: AWAY });
      }
      const [a, b, c] = trackers.tracks;
      expect(pixelDistance(a.pixel, designated[0])).toBeLessThan(0.5);
      expect(pixelDistance(b.pixel, at({ ...moving, x: moving.x + 0.03 }, [0, 0]))).toBeLessThan(0.5);
      expect(c).toMatchObject({ pixel: empty, confidence: 0, lost: false });
      expect(trackers.footprint(2)).toEqual([]);
      expect([0, 1, 2].map((i) => trackers.objectOf(i))).toEqual([0, 1, -1]);
      // To each object the other one is an obstacle, where it stands now; to the plain table both are.
      const [aroundA, aroundB, aroundC] = [0, 1, 2].map((i) => trackers.obstacles(i));
      expect(aroundA.length + aroundB.length).toBeLessThanOrEqual(aroundC.length);
      for (const [others, pose] of [
        [aroundB, still],
        [aroundA, { ...moving, x: moving.x + 0.03 }],
      ] as const) {
        expect(others.length).toBeGreaterThan(5);
        for (const [x, y] of others) expect(Math.hypot(x - pose.x, y - pose.y)).toBeLessThan(0.07);
      }
    });

    it('believe the predicted turn as well as the predicted place while nothing is seen', () => {
      const pose: Pose = { x: 0, y: 0, thetaRad: 0 };
      const expected: Pose = { x: 0.02, y: 0.01, thetaRad: 0.4 };
      const trackers = startTrackers(
        scene(draw([{ parts: ell, pose }])),
        ENDS.map((end) => at(pose, end)),
      );
      const predicted = ENDS.map((end) => at(expected, end));
      const tracks = trackers.update({ frame: draw([]), jointsRad: AWAY }, predicted);
      tracks.forEach(({ pixel, unseenFrames, pose: { thetaRad } }, i) => {
        expect(unseenFrames).toBe(1);
        expect(thetaRad).toBeCloseTo(0.4, 2);
        expect(pixelDistance(pixel, predicted[i])).toBeLessThan(0.1);
      });
    });
  });

  it('sees through a shadow that falls across a saturated colour', () => {
    const vivid: readonly Part[] = [
      { corners: box(-0.03, 0.03, -0.02, 0), colour: [60, 30, 190] },
      { corners: box(-0.03, 0.03, 0, 0.02), colour: [30, 160, 60] },
    ];
    const pose: Pose = { x: 0, y: 0, thetaRad: 0.2 };
    const moved: Pose = { x: 0.02, y: 0.01, thetaRad: 0.4 };
    const tracker = start(vivid, pose);
    const lit = draw([{ parts: vivid, pose: moved }]);
    const dark = draw([{ parts: vivid, pose: moved }], { light: 0.5 });
    // The shadow covers all to the left of the object's middle.
    const edge = Math.round(project(camera, [moved.x, moved.y, 0.02]).col);
    for (let i = 0; i < size.height * size.width; i++) {
      if (i % size.width < edge) lit.data.set(dark.data.subarray(3 * i, 3 * i + 3), 3 * i);
    }
    const track = tracker.update({ frame: lit, jointsRad: AWAY });
    expect(pixelDistance(track.pixel, pointAt(moved))).toBeLessThan(0.5);
    expect(track.confidence).toBeGreaterThan(0.6);
  });

  it('reports a pixel of the plain table as standing still, with confidence 0', () => {
    const designated = { row: 80, col: 40 };
    const frame = draw([]);
    const tracker = startTracker({
      frame,
      jointsRad: AWAY,
      plate,
      projection: camera,
      arm: bar,
      designated,
    });
    const track = tracker.update({ frame, jointsRad: AWAY }, { row: 10, col: 10 });
    expect(track.confidence).toBe(0);
    expect(pixelDistance(track.pixel, designated)).toBeLessThan(1e-9);
    expect(tracker.footprint()).toEqual([]);
  });
});
