/** The number in a bead's id (`formatBeadId` of contracts): what beads are listed by. */
export function numberOf(bead: string): number {
  return Number.parseInt(bead.slice(bead.indexOf("-") + 1), 36);
}
