import sharp from 'sharp';
import { expect, it } from 'vitest';
import type { Prediction } from '../../src/control/controller.ts';
import type { ControlStep } from '../../src/control/loop.ts';
import { makeFrame } from '../../src/spec/frame.ts';
import { pictureThought } from '../../src/studio/thoughts.ts';

const frame = makeFrame({ height: 30, width: 40 }, new Uint8Array(3600).fill(128));
const small = makeFrame({ height: 12, width: 16 }, new Uint8Array(576).fill(200));

/** Everything of the last step's distributions is in one corner each. */
function prediction(): Prediction {
  const mask = (at: number) => {
    const data = new Float32Array(48);
    data[at] = 1;
    return { height: 6, width: 8, data };
  };
  return { frame: small, distributions: [mask(0), mask(47)] };
}

function step(thought: Partial<ControlStep['decision']['thought']>): ControlStep {
  return {
    index: 4,
    frame,
    arm: { jointsRad: [], tip: [0, 0, 0] },
    sent: [0, 0, 0],
    decision: { action: [0, 0, 0], done: false, thought: { tracked: [], ...thought } },
    choiceMs: 10,
    sections: { plan: 9 },
    missedDeadline: false,
  };
}

const sizeOf = async (picture: Uint8Array | undefined) => {
  const { format, width, height } = await sharp(picture).metadata();
  return { format, width, height };
};

it('pictures what was seen, the plan and the worst candidate in rows, and where the points may be', async () => {
  const paint = async () => [prediction(), prediction(), prediction()];
  const { report, pictures } = await pictureThought(
    step({ cost: 3, paint, worst: { cost: 30, paint } }),
    5,
    500,
  );
  expect(report).toMatchObject({
    step: 5,
    cost: 3,
    worstCost: 30,
    ahead: 3,
    deadlineMs: 500,
    sections: { plan: 9 },
  });
  expect(await sizeOf(pictures.seen)).toEqual({ format: 'jpeg', width: 40, height: 30 });
  for (const row of [pictures.predicted, pictures.heat, pictures.worst]) {
    expect(await sizeOf(row)).toEqual({ format: 'jpeg', width: 48, height: 12 });
  }
  const { data, info } = await sharp(pictures.belief).raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: 8, height: 6, channels: 4 });
  const alpha = Array.from({ length: 48 }, (_, i) => data[4 * i + 3]);
  expect(alpha).toEqual([255, ...Array<number>(46).fill(0), 255]);
});

it('of a controller that predicts nothing, only what was seen', async () => {
  const { report, pictures } = await pictureThought(step({}), 1, 500);
  expect(report).toMatchObject({ cost: null, worstCost: null, ahead: 0 });
  expect(Object.keys(pictures)).toEqual(['seen']);
});
