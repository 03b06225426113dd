/** What only the simulator knows of an object, for measures of the tracker. */
import type { World } from '../sim/world.ts';
import type { FrameSize } from '../spec/frame.ts';

/** How far object `i` is turned about the vertical, radians. */
export function yawRad(world: World, i: number): number {
  const [middle, ahead] = [world.bodyPoint(i, [0, 0, 0]), world.bodyPoint(i, [1, 0, 0])];
  return Math.atan2(ahead[1] - middle[1], ahead[0] - middle[0]);
}

/** How much of what the camera would see of object `i` the arm hides, 0..1. The world is left as it was. */
export function hiddenByArm(world: World, i: number, size: FrameSize): number {
  const seen = pixelsOf(world, i, size);
  const now = world.saveState();
  // Turned aside as far as it goes, it hides nothing that can be reached.
  world.placeArm(world.arm.links.map(({ limitsRad }, joint) => (joint === 0 ? limitsRad[1] : 0)));
  const bare = pixelsOf(world, i, size);
  world.restoreState(now);
  return bare > 0 ? 1 - seen / bare : 0;
}

function pixelsOf(world: World, i: number, size: FrameSize): number {
  const isOwn = world.scene.geoms.map(({ owner }) => owner === i);
  return world.renderGeoms(size).reduce((count, geom) => count + (geom >= 0 && isOwn[geom] ? 1 : 0), 0);
}
