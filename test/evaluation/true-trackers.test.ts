import { expect, it } from 'vitest';
import { trueTrackers } from '../../src/evaluation/true-trackers.ts';
import { openSimRig } from '../../src/rig/sim-rig.ts';
import { pixelDistance } from '../../src/spec/pixel.ts';
import { project } from '../../src/spec/projection.ts';

it('follow the points that were seen at the designated pixels, wherever the objects go', async () => {
  const rig = await openSimRig({ objects: 1 });
  try {
    await rig.reset(4);
    const world = rig.world();
    const { projection } = rig.rig;
    const seen = project(projection, world.objectPoint(0));
    const table = { row: 100, col: 20 };
    const trackers = trueTrackers(rig, [seen, table]);
    expect(pixelDistance(trackers.tracks[0].pixel, seen)).toBeLessThan(0.01);
    expect(trackers.tracks.map(({ confidence }) => confidence)).toEqual([1, 0]);

    world.moveObject(0, { dx: 0.04, dy: -0.02, turnRad: 1 });
    const [moved, still] = trackers.update({ frame: (await rig.camera.next(0)).frame, jointsRad: [] });
    expect(pixelDistance(moved.pixel, project(projection, world.objectPoint(0)))).toBeLessThan(0.6);
    expect(pixelDistance(moved.pixel, seen)).toBeGreaterThan(5);
    expect(still.pixel).toEqual(table);
    // The footprint is as wide as the object.
    const widths = trackers.footprint(0).map(([x]) => x);
    const { footprintRadius } = world.objects[0];
    expect(Math.max(...widths) - Math.min(...widths)).toBeCloseTo(2 * footprintRadius, 4);
    expect(trackers.footprint(1)).toEqual([]);
    expect([0, 1].map((i) => trackers.objectOf(i))).toEqual([0, -1]);
    // What stands beside the object, as circles; for the table that is every object.
    const circles = world.objects.length;
    expect(trackers.obstacles(1)).toHaveLength(16 * circles);
    expect(trackers.obstacles(0)).toHaveLength(16 * (circles - 1));
  } finally {
    await rig.close();
  }
});
