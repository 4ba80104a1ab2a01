import { readdirSync, readFileSync } from "node:fs";

/** Memory of a process and of each of its children with all below it. */
export interface Memory {
  readonly own: number;
  readonly children: readonly number[];
}

/**
 * In MiB, as the proportional set size: what processes share, such as their program's pages, counts once among them. Linux; a
 * process that has ended meanwhile counts nothing.
 */
export function memoryOf(pid: number): Memory {
  return { own: pssOf(pid), children: childrenOf(pid).map((child) => treeOf(child)) };
}

function treeOf(pid: number): number {
  return childrenOf(pid).reduce((total, child) => total + treeOf(child), pssOf(pid));
}

function childrenOf(pid: number): number[] {
  const read = (thread: string): string[] =>
    textOf(`/proc/${pid}/task/${thread}/children`)
      .split(" ")
      .filter((word) => word !== "");
  return threadsOf(pid).flatMap(read).map(Number);
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // it has ended
  }
}

function pssOf(pid: number): number {
  const [, kibibytes = "0"] = /^Pss:\s+(\d+) kB$/m.exec(textOf(`/proc/${pid}/smaps_rollup`)) ?? [];
  return Math.round(Number(kibibytes) / 1024);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // it has ended
  }
}
