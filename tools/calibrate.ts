/** `foresight calibrate`: a person and the arm find out where servos, table and camera are; the rig's file remembers. */
import { createInterface } from 'node:readline';
import { Command, Option } from 'commander';
import { calibrateRanges, calibrateServos, calibrateTable } from '../src/calibration/arm-steps.ts';
import { calibrateCamera, checkCamera } from '../src/calibration/camera-step.ts';
import type { Person } from '../src/calibration/person.ts';
import { findRigFile } from '../src/rig/rig-file.ts';
import { ensure, ForesightError } from '../src/spec/errors.ts';
import { stopOnInterrupt } from './terminal.ts';

type Step = (file: string, person: Person, signal: AbortSignal) => Promise<unknown>;

const PICTURES = 'videos/calibrate';

/** In the order in which one builds on the other. */
const STEPS: Readonly<Record<string, Step>> = {
  servos: calibrateServos,
  range: calibrateRanges,
  table: calibrateTable,
  camera: (file, person, signal) => calibrateCamera(file, person, { pictures: PICTURES, signal }),
};

interface CalibrateOptions {
  readonly rig: string;
  readonly step?: string;
  readonly check?: true;
}

export function calibrateCommand(): Command {
  return new Command('calibrate')
    .description(
      "Finds the servos' zeros and ends, where the arm stands at its table, and the camera; asks for one thing at a time.",
    )
    .requiredOption('--rig <file>', "the rig's file; what is measured is written into it, step by step")
    .addOption(new Option('--step <name>', 'do this step alone').choices(Object.keys(STEPS)))
    .addOption(
      new Option('--check', 'only look whether the camera is where the file has it; the arm moves').conflicts(
        'step',
      ),
    )
    .action(run);
}

async function run({ rig, step, check }: CalibrateOptions): Promise<void> {
  const signal = stopOnInterrupt();
  const file = findRigFile(rig);
  ensure(
    file !== null,
    `${rig}: no such rig file`,
    "npx foresight cameras --try INPUT --new-rig desk.json makes one, with the camera's input",
  );
  const person = personAtTerminal(signal);
  try {
    if (check) {
      await sayCheck(file, person, signal);
      return;
    }
    const chosen = step === undefined ? Object.keys(STEPS) : [step];
    for (const name of chosen) {
      person.tell(`${name}:`);
      await STEPS[name](file, person, signal);
    }
    console.log(`next: npx foresight ${nextWords(chosen.at(-1)!)} --rig ${rig}`);
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

async function sayCheck(file: string, person: Person, signal: AbortSignal): Promise<void> {
  const { rmsPx, hasMoved } = await checkCamera(file, person, { pictures: PICTURES, signal });
  const found = `the camera sees the tip ${rmsPx.toFixed(2)} px from where ${file} has it`;
  ensure(
    !hasMoved,
    `${found}: the camera, the table or the base has moved`,
    `npx foresight calibrate --rig ${file} --step camera; when the base has moved, --step table first`,
  );
  console.log(`${found}: nothing has moved`);
}

/** Whoever types. Lines that come before they are asked for wait; when none can come any more, asking is an error. */
function personAtTerminal(signal: AbortSignal): Person & { leave(): void } {
  const terminal = createInterface({ input: process.stdin, terminal: false });
  const lines: string[] = [];
  let isGone = false;
  let onNews = (): void => {};
  terminal.on('line', (line) => {
    lines.push(line);
    onNews();
  });
  terminal.on('close', () => {
    isGone = true;
    onNews();
  });
  signal.addEventListener('abort', () => onNews());
  return {
    tell: (line) => void process.stderr.write(`${line}\n`),
    async ask(request) {
      process.stderr.write(`${request} Then press Enter: `);
      while (lines.length === 0) {
        signal.throwIfAborted();
        if (isGone) throw new ForesightError('nobody answers', { next: 'run the command at a terminal' });
        await new Promise<void>((resolve) => (onNews = resolve));
      }
      return lines.shift()!;
    },
    leave: () => terminal.close(),
  };
}
