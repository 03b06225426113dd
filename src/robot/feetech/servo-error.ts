import { ForesightError } from '../../spec/errors.ts';

/** What a servo complains of in its replies' error byte, by bit. Source: Feetech's SDK (ERRBIT_*). */
const FLAGS = [
  {
    bit: 0,
    flag: 'voltage',
    says: 'its supply voltage is out of range',
    next: 'check the power supply (7.4 V or 12 V, as your servos need), then run the command again',
  },
  {
    bit: 1,
    flag: 'angle',
    says: 'its angle sensor fails',
    next: 'switch the power off and on; if it stays, the servo must be replaced',
  },
  {
    bit: 2,
    flag: 'overheat',
    says: 'it is too hot',
    next: 'let it cool for some minutes, then run the command again',
  },
  {
    bit: 3,
    flag: 'overcurrent',
    says: 'it draws too much current',
    next: 'free the arm, switch its power off and on, then run the command again',
  },
  {
    bit: 5,
    flag: 'overload',
    says: 'it has pushed too hard for too long',
    next: 'take away what the arm pushes against, then run the command again',
  },
] as const;

export type ServoFlag = (typeof FLAGS)[number]['flag'];

/** Why a servo could not be relied on: one of its own flags, or what happened on the way to it. */
export type ServoProblem = ServoFlag | 'silent' | 'unplugged' | 'restarted';

/** A servo, or the bus to it, does not do as told. */
export class ServoError extends ForesightError {
  readonly problem: ServoProblem;
  /** The servos meant, by id. */
  readonly ids: readonly number[];

  constructor(
    problem: ServoProblem,
    ids: readonly number[],
    message: string,
    options: { next?: string; cause?: unknown } = {},
  ) {
    super(message, options);
    this.name = 'ServoError';
    this.problem = problem;
    this.ids = ids;
  }
}

/** What the error byte of a reply of servo `id` says; null when all is well. */
export function complaint(id: number, label: string, errorByte: number): ServoError | null {
  const raised = FLAGS.filter(({ bit }) => (errorByte & (1 << bit)) !== 0);
  if (raised.length === 0) return null;
  const reports = raised.map(({ flag, says }) => `${flag} (${says})`).join(', ');
  return new ServoError(raised[0].flag, [id], `${label} reports ${reports}`, { next: raised[0].next });
}
