import { describe, it } from 'vitest';
import { predictorContract } from '../contract/predictor.ts';
import { expectSameTraining, smallFinn } from '../fixtures/finn.ts';
import { SMALL_RIG } from '../fixtures/hand-made.ts';

const predictor = smallFinn('cdna');

predictorContract(() => ({ predictor, rig: SMALL_RIG }));

describe('cdna', () => {
  it('learns alike on both engines', () => expectSameTraining(predictor));
});
