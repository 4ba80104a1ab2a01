import { terminalLimits } from "@gastown/contracts";
import { z } from "zod";
import { wholeNumber } from "../api/parameters.ts";

const upTo = (max: number) => wholeNumber("must be a number").pipe(z.int().min(1).max(max));

/** The query of the terminal route. */
export const terminalQuery = z.strictObject({
  after: wholeNumber("must be a number").optional().describe("The last piece of output you have of this terminal"),
  cols: upTo(terminalLimits.cols).optional().describe("The width of a new terminal"),
  rows: upTo(terminalLimits.rows).optional().describe("The height of a new terminal"),
});
export type TerminalQuery = z.infer<typeof terminalQuery>;
