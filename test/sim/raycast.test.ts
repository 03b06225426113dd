import { describe, expect, it } from 'vitest';
import type { Vector3 } from '../../src/spec/action.ts';
import { inverseKinematics } from '../../src/spec/inverse-kinematics.ts';
import { project } from '../../src/spec/projection.ts';
import { seededRandom } from '../../src/spec/random.ts';
import { pixelRay, TABLETOP_VIEW, viewpointProjection } from '../../src/sim/viewpoint.ts';
import { createWorld, FRAME_SIZE, type World } from '../../src/sim/world.ts';

const SIZE = { height: 90, width: 120 };

/** The geom that MuJoCo's own ray-caster sees at each pixel's centre. */
function mujocoGeoms(world: World): Int32Array {
  const { mj, model, data } = world.physics;
  const count = SIZE.height * SIZE.width;
  const rays: number[] = [];
  for (let row = 0; row < SIZE.height; row++) {
    for (let col = 0; col < SIZE.width; col++) {
      const ray = pixelRay(TABLETOP_VIEW, SIZE, row, col);
      const length = Math.hypot(...ray);
      rays.push(...ray.map((v) => v / length));
    }
  }
  const ids = new mj.IntBuffer(count);
  const distances = new mj.DoubleBuffer(count);
  const normals = new mj.DoubleBuffer(3 * count);
  const groups = [1, 1, 1, 1, 1, 1];
  const eye = [...TABLETOP_VIEW.eye];
  mj.mj_multiRay(model, data, eye, rays, groups, true, -1, ids, distances, normals, count, 10);
  const geoms = Int32Array.from(ids.GetView() as Int32Array);
  for (const buffer of [ids, distances, normals]) buffer.delete();
  return geoms;
}

describe('the ray-caster', () => {
  it('sees what MuJoCo sees, pixel by pixel, away from edges', async () => {
    const random = seededRandom(1);
    let compared = 0;
    let different = 0;
    const solids = new Set<string>();
    for (let seed = 0; seed < 8; seed++) {
      const world = await createWorld({ seed, variety: seed % 2 === 0 ? 'play' : 'test', objects: 4 });
      const tip: Vector3 = [random.uniform(-0.15, 0.15), random.uniform(-0.1, 0.08), 0.05];
      world.placeArm(inverseKinematics(world.arm, tip));
      const ours = world.renderGeoms(SIZE);
      const theirs = mujocoGeoms(world);
      for (let row = 1; row < SIZE.height - 1; row++) {
        for (let col = 1; col < SIZE.width - 1; col++) {
          const at = row * SIZE.width + col;
          const around = [at - 1, at + 1, at - SIZE.width, at + SIZE.width];
          if (around.some((n) => theirs[n] !== theirs[at])) continue;
          compared++;
          if (ours[at] !== theirs[at]) different++;
          solids.add(world.scene.geoms[theirs[at]].part.kind);
        }
      }
      world.dispose();
    }
    expect(compared).toBeGreaterThan(60_000);
    expect(solids.has('box') && solids.has('capsule') && solids.has('cylinder')).toBe(true);
    expect(different / compared).toBeLessThan(0.005);
  });

  it('casts its rays where the projection matrix says, to 1e-9 px', () => {
    const projection = viewpointProjection(TABLETOP_VIEW, FRAME_SIZE);
    for (const [row, col] of [
      [0, 0],
      [119, 159],
      [59.5, 79.5],
      [17.25, 140.75],
    ]) {
      const ray = pixelRay(TABLETOP_VIEW, FRAME_SIZE, row, col);
      for (const far of [0.2, 0.7, 1.3]) {
        const point = TABLETOP_VIEW.eye.map((v, k) => v + far * ray[k]) as unknown as Vector3;
        const pixel = project(projection, point);
        expect(Math.abs(pixel.row - row)).toBeLessThan(1e-9);
        expect(Math.abs(pixel.col - col)).toBeLessThan(1e-9);
      }
    }
  });

  it('draws the plate as the picture is where neither arm, objects nor their shadows are', async () => {
    const world = await createWorld({ seed: 3, objects: 1 });
    const plate = world.renderPlate();
    const frame = world.render();
    const same = frame.data.filter((v, k) => v === plate.data[k]).length / frame.data.length;
    expect(same).toBeGreaterThan(0.6);
    expect(same).toBeLessThan(0.98);
    expect(world.renderPlate().data).toEqual(plate.data);
    world.dispose();
  });

  it('throws shadows away from the light, and none where the light is free', async () => {
    const world = await createWorld({ seed: 3, objects: 1 });
    const plate = world.renderPlate().data;
    const frame = world.render().data;
    const geoms = world.renderGeoms();
    const table = world.scene.geoms.findIndex(({ owner }) => owner === 'table');
    let darker = 0;
    let brighter = 0;
    geoms.forEach((geom, at) => {
      if (geom !== table) return;
      if (frame[3 * at] < plate[3 * at] - 20) darker++;
      if (frame[3 * at] > plate[3 * at] + 20) brighter++;
    });
    expect(darker).toBeGreaterThan(50);
    expect(brighter).toBeLessThan(darker / 3);
    world.dispose();
  });

  it('draws nearly the same with a quarter of the rays', async () => {
    const world = await createWorld({ seed: 3 });
    const size = { height: 240, width: 320 };
    const [whole, quick] = [world.render(size).data, world.renderQuickly(size).data];
    const apart = [...whole].map((value, i) => Math.abs(value - quick[i]));
    const mean = apart.reduce((sum, value) => sum + value, 0) / apart.length;
    expect(mean).toBeGreaterThan(0);
    expect(mean).toBeLessThan(1.5);
    // Only at edges is it seen: few pixels differ by more than a twentieth.
    expect(apart.filter((value) => value > 12).length / apart.length).toBeLessThan(0.04);
    world.dispose();
  });

  it('frames the whole table with its rim, tightly', () => {
    const projection = viewpointProjection(TABLETOP_VIEW, FRAME_SIZE);
    const corners = [-0.235, 0.235].flatMap((x) =>
      [-0.185, 0.185].map((y) => project(projection, [x, y, 0])),
    );
    for (const { row, col } of corners) {
      expect(row).toBeGreaterThan(0);
      expect(row).toBeLessThan(119);
      expect(col).toBeGreaterThan(0);
      expect(col).toBeLessThan(159);
    }
    expect(Math.max(...corners.map((c) => c.col)) - Math.min(...corners.map((c) => c.col))).toBeGreaterThan(
      145,
    );
  });
});
