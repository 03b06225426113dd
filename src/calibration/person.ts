/** Whoever sits at the arm: the only one who can turn a limp joint, clear a table or point at a tip. */
export interface Person {
  tell(line: string): void;
  /** Asks for one thing, in one sentence; returns on Enter, with what was typed. Rejects when nobody is there any more. */
  ask(request: string): Promise<string>;
}
