/** `foresight calibrate`: a person and the arm find out where servos, table and camera are; the rig's file remembers. */
import { Command, Option } from 'commander';
import { calibrateRanges, calibrateServos, calibrateTable } from '../src/calibration/arm-steps.ts';
import { calibrateCamera, checkCamera } from '../src/calibration/camera-step.ts';
import { calibrateCrop } from '../src/calibration/crop-step.ts';
import type { Person } from '../src/calibration/person.ts';
import { findRigFile } from '../src/rig/rig-file.ts';
import { ensure } from '../src/spec/errors.ts';
import { personHere } from './person.ts';
import { pictureTeller, printJson, stopOnInterrupt } from './terminal.ts';

type Step = (file: string, person: Person, signal: AbortSignal) => Promise<unknown>;

const PICTURES = 'videos/calibrate';

/** In the order in which one builds on the other. */
const STEPS: Readonly<Record<string, Step>> = {
  servos: calibrateServos,
  range: calibrateRanges,
  table: calibrateTable,
  crop: calibrateCrop,
  camera: (file, person, signal) => calibrateCamera(file, person, { onPicture: pictureTeller(), signal }),
};

interface CalibrateOptions {
  readonly rig: string;
  readonly step?: string;
  readonly check?: true;
  readonly json?: true;
}

export function calibrateCommand(): Command {
  return new Command('calibrate')
    .description(
      "Finds the servos' zeros and ends, where the arm stands at its table, what the camera shows of it, and from where; asks for one thing at a time.",
    )
    .requiredOption('--rig <file>', "the rig's file; what is measured is written into it, step by step")
    .addOption(new Option('--step <name>', 'do this step alone').choices(Object.keys(STEPS)))
    .addOption(
      new Option('--check', 'only look whether the camera is where the file has it; the arm moves').conflicts(
        'step',
      ),
    )
    .option('--json', 'print JSON only')
    .action(run);
}

async function run({ rig, step, check, json }: CalibrateOptions): Promise<void> {
  const signal = stopOnInterrupt();
  const file = findRigFile(rig);
  ensure(
    file !== null,
    `${rig}: no such rig file`,
    "npx foresight cameras --try INPUT --new-rig desk.json makes one, with the camera's input",
  );
  const person = personHere(PICTURES, signal);
  try {
    if (check) {
      await sayCheck(file, person, signal, json);
      return;
    }
    const chosen = step === undefined ? Object.keys(STEPS) : [step];
    for (const name of chosen) {
      person.tell(`${name}:`);
      await STEPS[name](file, person, signal);
    }
    const next = `npx foresight ${nextWords(chosen.at(-1)!)} --rig ${rig}`;
    if (json) printJson({ rig: file, steps: chosen, next });
    else console.log(`next: ${next}`);
  } finally {
    person.leave();
  }
}

/** What builds on a step is done again after it. */
function nextWords(done: string): string {
  const names = Object.keys(STEPS);
  const next = names[names.indexOf(done) + 1];
  return next === undefined ? 'doctor' : `calibrate --step ${next}`;
}

async function sayCheck(
  file: string,
  person: Person,
  signal: AbortSignal,
  json: true | undefined,
): Promise<void> {
  const { rmsPx, hasMoved } = await checkCamera(file, person, { onPicture: pictureTeller(), signal });
  const found = `the camera sees the tip ${rmsPx.toFixed(2)} px from where ${file} has it`;
  ensure(
    !hasMoved,
    `${found}: the camera, the table or the base has moved`,
    `npx foresight calibrate --rig ${file} --step camera; when the base has moved, --step table first`,
  );
  if (json) printJson({ rig: file, rmsPx, hasMoved });
  else console.log(`${found}: nothing has moved`);
}
