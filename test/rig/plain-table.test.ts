import { describe, expect, it } from 'vitest';
import { viewOfPlainTable } from '../../src/rig/plain-table.ts';
import { openSimRig } from '../../src/rig/sim-rig.ts';
import { armMask } from '../../src/spec/arm-mask.ts';
import { makeFrame, type Mask } from '../../src/spec/frame.ts';
import { project } from '../../src/spec/projection.ts';

describe('a table with things on it', () => {
  it.each([1, 2, 3, 4, 5, 6])('is told from them: scene %i', async (seed) => {
    const rig = await openSimRig({ seed });
    const { frame: size, arm, projection } = rig.rig;
    const world = rig.world();
    const empty = world.renderPlate(size);
    const mask = armMask(arm, projection, world.jointsRad(), size);
    const view = viewOfPlainTable(world.render(size), mask, rig.rig);
    expect(view === null).toBe(false);
    const { surface, things } = view!;
    // Every thing is found, where it is seen.
    world.objects.forEach((_, i) => {
      const { row, col } = project(projection, world.objectPoint(i));
      const at = Math.round(row) * size.width + Math.round(col);
      if (mask.data[at] === 0) expect(things.data[at]).toBe(1);
    });
    // Under them the table looks as it does when it is empty.
    let [sum, count] = [0, 0];
    things.data.forEach((thing, at) => {
      if (thing === 0) return;
      for (let i = 3 * at; i < 3 * at + 3; i++) sum += Math.abs(surface.data[i] - empty.data[i]);
      count += 3;
    });
    expect(count).toBeGreaterThan(300);
    expect(sum / count).toBeLessThan(12);
    // Most of the table is no thing.
    expect(count / 3).toBeLessThan(0.3 * size.height * size.width);
    await rig.close();
  });

  it('is not guessed at when it has a pattern, or is hidden', async () => {
    const rig = await openSimRig({ seed: 1 });
    const size = rig.rig.frame;
    const nowhere: Mask = { ...size, data: new Float32Array(size.height * size.width) };
    const checkered = makeFrame(size);
    checkered.data.forEach((_, i) => {
      const at = Math.floor(i / 3);
      const isDark = (Math.floor(at / size.width / 12) + Math.floor((at % size.width) / 12)) % 2 === 0;
      checkered.data[i] = isDark ? 40 : 220;
    });
    expect(viewOfPlainTable(checkered, nowhere, rig.rig) === null).toBe(true);
    const everywhere = { ...nowhere, data: nowhere.data.map(() => 1) };
    expect(viewOfPlainTable(checkered, everywhere, rig.rig) === null).toBe(true);
    await rig.close();
  });
});
